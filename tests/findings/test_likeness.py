"""Likeness of texts."""

import os
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.findings.likeness import LEAST_WORDS, distance, simhash

WORDS = [f"ord{number}" for number in range(3_000)]
OFTEN = [1 / (number + 1) for number in range(3_000)]


def text(seed: int, words: int = 400) -> list[str]:
    """Words as unevenly frequent as those of a language."""
    return random.Random(seed).choices(WORDS, OFTEN, k=words)


def likeness(words: list[str]) -> int:
    value = simhash(" ".join(words))
    assert value is not None
    return value


def test_too_few_words_have_no_likeness() -> None:
    assert simhash(" ".join(text(1, LEAST_WORDS - 1))) is None
    assert simhash(" ".join(text(1, LEAST_WORDS))) is not None


def test_case_spaces_and_punctuation_make_no_difference() -> None:
    words = ["Blåbærsyltetøy", *text(1, 80)]
    assert simhash(",\n ".join(words).upper()) == likeness(words)


@pytest.mark.parametrize("seed", range(10))
def test_a_few_changed_words_move_few_bits(seed: int) -> None:
    words = text(seed)
    changed = [*words[:200], "helt", "andre", *words[202:]]
    assert distance(likeness(words), likeness(changed)) <= 6


@pytest.mark.parametrize("seed", range(10))
def test_a_text_that_grew_by_half_is_not_far(seed: int) -> None:
    words = text(seed)
    assert distance(likeness(words), likeness(words + text(seed + 100, 200))) <= 24


def test_unrelated_texts_are_far_apart() -> None:
    apart = [distance(likeness(text(seed)), likeness(text(seed + 1))) for seed in range(0, 40, 2)]
    assert sum(apart) / len(apart) > 26


def test_every_bit_can_be_set_and_the_sign_is_used() -> None:
    values = [likeness(text(seed, 60)) for seed in range(200)]
    assert any(value < 0 for value in values)
    assert all(-(1 << 63) <= value < 1 << 63 for value in values)
    for bit in range(64):
        assert 40 < sum(value >> bit & 1 for value in values) < 160


def test_another_process_gives_the_same_value() -> None:
    words = " ".join(text(5))
    code = "import sys; from filrydd.findings.likeness import simhash; print(simhash(sys.argv[1]))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, words],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        assert int(done.stdout) == simhash(words)


def test_the_value_does_not_change_from_release_to_release() -> None:
    """Stored likenesses are compared with new ones."""
    assert simhash(" ".join(f"ord {number}" for number in range(100))) == -7844137514628858306


def test_a_megabyte_takes_less_than_a_second() -> None:
    megabyte = " ".join(text(1, 170_000))
    assert len(megabyte) > 1_000_000
    begun = time.process_time()
    simhash(megabyte)
    assert time.process_time() - begun < 1


@given(st.text(), st.integers(1, 60))
def test_any_text_has_a_likeness_or_none(some: str, times: int) -> None:
    value = simhash((some + " ") * times)
    assert value is None or -(1 << 63) <= value < 1 << 63


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(-(1 << 63), (1 << 63) - 1))
def test_distance_counts_bits(a: int, b: int) -> None:
    assert distance(a, b) == distance(b, a) == bin((a ^ b) & ((1 << 64) - 1)).count("1")
    assert distance(a, a) == 0
    assert distance(a, ~a) == 64
