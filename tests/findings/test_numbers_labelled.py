"""Precision and recall of identity numbers with a word of context, on labelled texts; half was held out while tuning."""

import random
from pathlib import Path

import pytest

from filrydd.findings.numbers import in_text, with_context

_HERE = Path(__file__).parent
_FORMS = ("{}{}", "{} {}", "{}-{}")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def generated(draw: random.Random, form: str) -> str:
    """A number with valid check digits by the published weights; one in five a D-number, one in ten an H-number."""
    while True:
        day = draw.randint(1, 28) + (40 if draw.random() < 0.2 else 0)
        month = draw.randint(1, 12) + (40 if draw.random() < 0.1 else 0)
        digits = [int(letter) for letter in f"{day:02d}{month:02d}{draw.randint(40, 99):02d}{draw.randint(0, 499):03d}"]
        for weights in (_FIRST, _SECOND):
            digits.append(-sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11)
        if max(digits) < 10:
            written = "".join(map(str, digits))
            return form.format(written[:6], written[6:])


def labelled(half: str) -> list[tuple[int, str, str]]:
    """(numbers with context, text, line) of each line in each form; account numbers and the like have one form only."""
    draw = random.Random(half)
    texts = []
    for line in (_HERE / f"numbers_{half}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        count, _space, text = line.partition(" ")
        for form in _FORMS:
            filled = text.replace("\\n", "\n").replace("\\t", "\t")
            for mark in ("{a}", "{b}", "{c}"):
                filled = filled.replace(mark, generated(draw, form if int(count) else _FORMS[0]))
            texts.append((int(count), filled, line))
    return texts


@pytest.mark.parametrize("half", ["tuning", "held_out"])
def test_identity_numbers_with_context_are_found_and_little_else(half: str) -> None:
    right = wrong = missed = 0
    failing = []
    for wanted, text, line in labelled(half):
        found = with_context(in_text(text))
        right += min(found, wanted)
        wrong += max(found - wanted, 0)
        missed += max(wanted - found, 0)
        if found != wanted:
            failing.append(f"found {found}: {line}")
    precision, recall = right / (right + wrong), right / (right + missed)
    print(f"{half}: precision {precision:.3f}, recall {recall:.3f} of {right + missed} numbers")
    assert precision >= 0.98, failing
    assert recall >= 0.95, failing


def test_the_sample_is_large_enough() -> None:
    assert len(labelled("tuning")) + len(labelled("held_out")) >= 300
