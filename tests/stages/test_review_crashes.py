"""A review that crashes between any two of its writes, and whose people send the same forms again, ends as if nothing had
happened."""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import reviewing
from tests.crashing import Crasher, crasher
from tests.reviewed import compare, crash_and_go_on, end_state, refused, told

# In CI a sample; tests/torture/crash_review.py has all of them.
SAMPLE = 2
# Where the most can go wrong, by step and event: a signature that is stored and not told of, a message that is about to
# leave, a policy that is about to take the other one's place, answers that are taken in and not ruled by.
ALWAYS = (("sign", "told", 1), ("remind", "deliver", 1), ("confirm", "replace", 1), ("take-in", "commit", 2))


@pytest.fixture(scope="module")
def crashing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crasher]:
    os.environ["FILRYDD_KEY"] = str(tmp_path_factory.getbasetemp() / "ledger.key")
    with crasher("", "review") as server:
        yield server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two areas that are scanned and classified, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    reviewing.template(folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(
    crashing: Crasher, made: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str], dict[str, Any]]:
    """A review without a crash: its folder, its events, and how it ends."""
    folder = tmp_path_factory.mktemp("undisturbed")
    reviewing.begin(made, folder)
    code, events = crashing.go(folder)
    assert code == 0, (folder / "error").read_text()
    return folder, events, end_state(folder)


def events_of(folder: Path, events: list[str]) -> list[tuple[str, str, int]]:
    """Each event of an undisturbed review: its step, what it is, and which one of those in that step."""
    steps = iter((folder / "done").read_text().split())
    step = next(steps)
    found: list[tuple[str, str, int]] = []
    for event in events:
        number = sum(one[:2] == (step, event) for one in found) + 1
        found.append((step, event, number))
        if event == "told":
            step = next(steps, "")
    return found


def test_an_undisturbed_review_has_every_kind_of_row(undisturbed: tuple[Path, list[str], dict[str, Any]]) -> None:
    folder, events, end = undisturbed
    assert end["felles: wrong in the ledger"] == end["andre: wrong in the ledger"] == []
    kinds = [kind for kind, _actor, _body in end["felles: ledger"]]
    assert set(kinds) == {
        "answer",
        "answer undone",
        "look",
        "answers",
        "sign-off",
        "co-sign",
        "withdrawal",
        "confirmation",
        "freeze",
        "unfreeze",
    }
    assert [kind for kind, _actor, _body in end["andre: ledger"]] == ["confirmation"]
    said = {answer for _id, _part, _key, _content, answer, *_more in end["felles: answers about groups"]}
    assert said == {"as suggested", "move", "destroy", "hold", "elsewhere", "passed on"}
    assert {"commit", "told", "deliver", "replace"} == set(events)
    attempts, letters, unsure = told(folder)
    assert attempts.total() == letters.total() == 4 and unsure == 0
    assert refused(folder) == []
    assert b'confirmed: {by: "Ada Arkivar", on: 2027-03-15}' in end["policies"]["regnskap.yaml"]
    assert set(ALWAYS) <= set(events_of(folder, events))


def test_a_crash_anywhere_and_the_same_form_again_end_the_same(
    crashing: Crasher, made: Path, undisturbed: tuple[Path, list[str], dict[str, Any]], tmp_path: Path
) -> None:
    whole, events, expected = undisturbed
    where = events_of(whole, events)
    chosen = set(random.Random(20270301).sample(range(len(where)), SAMPLE)) | {where.index(one) for one in ALWAYS}
    for number in sorted(chosen):
        folder = tmp_path / str(number + 1)
        found = crash_and_go_on(crashing, made, folder, number + 1)
        assert compare(folder, expected, found, whole) == [], f"after a crash before {where[number]}"
        shutil.rmtree(folder)


def test_a_form_that_was_acted_on_is_refused_in_words_or_does_nothing(
    crashing: Crasher, made: Path, undisturbed: tuple[Path, list[str], dict[str, Any]], tmp_path: Path
) -> None:
    whole, events, expected = undisturbed
    where = events_of(whole, events)
    folder = tmp_path / "again"
    found = crash_and_go_on(crashing, made, folder, where.index(("cosign", "told", 1)) + 1)
    assert compare(folder, expected, found, whole) == []
    assert refused(folder) == ["cosign"]
