"""Files of one folder get names that differ, fit and depend on nothing but the files."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.layout import rules
from filrydd.layout.files import NamedFile, name_files

some_names = st.one_of(
    st.sampled_from(
        ["a.txt", "A.TXT", "a .txt", "a?.txt", "a*.txt", "a_.txt", "a (2).txt", "å.txt", "a\u030a.txt", "~$a", "x.txt "]
    ),
    st.text("aA:. é", max_size=6),
    st.text("abc 💾", min_size=30, max_size=300).map(lambda stem: f"{stem}.docx"),
)


@given(st.lists(some_names, max_size=40), st.lists(some_names, max_size=5), st.integers(40, 255), st.randoms())
def test_file_names_are_legal_different_within_room_and_independent_of_order(
    objections: Callable[..., list[str]],
    units: Callable[[str], int],
    same: Callable[[str], str],
    olds: list[str],
    taken: list[str],
    room: int,
    chance: random.Random,
) -> None:
    files = list(enumerate(olds))
    named = name_files(files, taken=taken, room=room)
    assert sorted(file.id for file in named) == list(range(len(olds)))
    assert all(objections(file.name, folder=False) == [] and units(file.name) <= room for file in named)
    assert len({same(file.name) for file in named} | {same(name) for name in taken}) == len(named) + len(
        {same(name) for name in taken}
    )
    assert all(bool(file.rules) == (file.name != olds[file.id]) for file in named)
    chance.shuffle(files)
    assert name_files(files, taken=taken, room=room) == named


def test_a_name_that_can_stay_wins_over_one_that_was_mended_into_it() -> None:
    assert name_files([(1, "a?.txt"), (2, "a_.txt")], taken=[], room=200) == [
        NamedFile(1, "a_ (2).txt", (rules.ILLEGAL_CHARACTER, rules.SAME_NAME)),
        NamedFile(2, "a_.txt"),
    ]


def test_a_subfolder_keeps_its_name_and_the_file_gets_a_number() -> None:
    assert name_files([(1, "Notat")], taken=["notat"], room=200) == [NamedFile(1, "Notat (2)", (rules.SAME_NAME,))]


def test_a_number_is_put_before_the_extension_of_a_shortened_name() -> None:
    names = [file.name for file in name_files([(1, "x" * 90 + ".docx"), (2, "x" * 91 + ".docx")], taken=[], room=60)]
    assert names == ["x" * 51 + " (2).docx", "x" * 55 + ".docx"]


def test_too_little_room_is_refused() -> None:
    with pytest.raises(ValueError, match="39"):
        name_files([], taken=[], room=39)


def test_many_files_that_mend_to_one_name_take_no_quadratic_time() -> None:
    named = name_files(((id, "?" if id % 2 else "*") for id in range(20_000)), taken=[], room=100)
    assert len({file.name for file in named}) == 20_000
