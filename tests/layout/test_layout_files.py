"""Files get names that differ, fit and depend on nothing but the files of their target."""

import random
import time
from collections.abc import Callable, Collection, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.findings.numbers import masked
from filrydd.layout import rules
from filrydd.layout.files import place
from filrydd.layout.names import Mask, length, mend
from filrydd.model.names import fold, stored


def _numbers() -> list[str]:
    every = (f"0101{year:02d}{rest:05d}" for year in range(50, 100) for rest in range(10_000, 50_000, 7))
    return [number for number in every if masked(number) != number][:40]


NUMBERS = _numbers()
names_with_numbers = st.builds(
    lambda before, number, between, after: f"{before}{number[:6]}{between}{number[6:]}{after}",
    st.sampled_from(["", "Søknad ", "a?", "7"]),
    st.sampled_from(NUMBERS),
    st.sampled_from(["", " ", "-", ".", ":", "\t", "\u00a0", "\u2009", "\u202f", "\u2010", "\u2011", "\u2013", "x"]),
    st.sampled_from(["", ".pdf", " Ola.docx", "9"]),
)
some_names = st.one_of(
    st.sampled_from(
        ["a.txt", "A.TXT", "a .txt", "a?.txt", "a*.txt", "a_.txt", "a (2).txt", "å.txt", "a\u030a.txt", "~$a", "x.txt "]
    ),
    st.sampled_from(
        ["forms", "con.txt", "desktop.ini", "a_vti_b", "ÿ", "\u0178", "µ", "\u03bc", "\u212a", "k", "b", "B"]
    ),
    st.text("aA:. é", max_size=6),
    st.text(st.characters(exclude_characters="/"), max_size=8).map(stored),
    st.text("abc 💾", min_size=30, max_size=300).map(lambda stem: f"{stem}.docx"),
    names_with_numbers,
)


def _placed(
    names: Iterable[str],
    taken: Collection[str] = (),
    room: int = 200,
    top: bool = False,
    mask: Mask | None = None,
) -> dict[int, tuple[str, tuple[str, ...]]]:
    """What `place` changes of one target's names, by their place in the list."""
    files = [(7, file, name) for file, name in enumerate(names)]
    changes = list(place(files, taken=lambda _: taken, room=lambda _: room, at_root=lambda _: top, mask=mask))
    assert len({file for file, _name, _rules in changes}) == len(changes)
    return {file: (name, applied) for file, name, applied in changes}


@given(
    st.lists(some_names, max_size=40),
    st.lists(some_names, max_size=5),
    st.integers(40, 300),
    st.booleans(),
    st.booleans(),
)
def test_placed_names_are_legal_different_within_room_and_without_numbers(
    objections: Callable[..., list[str]],
    units: Callable[[str], int],
    same: Callable[[str], str],
    olds: list[str],
    taken: list[str],
    room: int,
    top: bool,
    hides: bool,
) -> None:
    changed = _placed(olds, taken, room, top, masked if hides else None)
    new = [changed[file][0] if file in changed else old for file, old in enumerate(olds)]
    assert all(objections(name, folder=False, top=top) == [] and units(name) <= room for name in new)
    assert len({same(name) for name in new}) == len({fold(name) for name in new}) == len(new)
    assert {same(name) for name in new}.isdisjoint({same(name) for name in taken})
    assert all(name != olds[file] and applied for file, (name, applied) in changed.items())
    if hides:
        assert [masked(name) for name in new] == new


@given(st.lists(st.tuples(st.integers(1, 3), some_names), max_size=30), st.randoms())
def test_the_order_of_files_and_of_targets_does_not_matter(files: list[tuple[int, str]], chance: random.Random) -> None:
    def change(order: list[int]) -> dict[int, tuple[str, tuple[str, ...]]]:
        rank = {target: order.index(target) for target in order}
        stream = [(target, file, name) for file, (target, name) in enumerate(files)]
        chance.shuffle(stream)
        stream.sort(key=lambda each: rank[each[0]])
        answers = place(
            stream, taken=lambda _: ["B"], room=lambda _: 60, at_root=lambda target: target == 1, mask=masked
        )
        return {file: (name, applied) for file, name, applied in answers}

    assert change([1, 2, 3]) == change([3, 1, 2])


@given(st.lists(some_names, max_size=20), st.lists(some_names, max_size=4))
def test_names_that_need_nothing_stay_whatever_comes_beside_them(olds: list[str], more: list[str]) -> None:
    alone = [name for name in dict.fromkeys(olds) if not _placed([name], room=60, mask=masked)]
    first = list({fold(name): name for name in sorted(alone, reverse=True)}.values())
    # All mended ones and doubles come after: none takes the name of one that can stay.
    changed = _placed(
        [*first, *first, *(name for name in more if _placed([name], room=60, mask=masked))], room=60, mask=masked
    )
    assert set(changed).isdisjoint(range(len(first)))


def test_of_equal_names_the_senior_keeps_it_whatever_its_number() -> None:
    files = [(1, 5, "a.txt"), (1, 7, "a.txt"), (1, 9, "a.txt"), (1, 3, "b.txt")]
    age = {5: (3, 1), 7: (2, 2), 9: (2, 1)}
    answers = place(
        files, taken=lambda _: [], room=lambda _: 99, at_root=lambda _: False, seniority=lambda file: age[file]
    )
    assert [(file, name) for file, name, _rules in answers] == [(7, "a (2).txt"), (5, "a (3).txt")]


def test_only_what_changes_is_told_and_each_target_is_alone() -> None:
    files = [(1, 11, "a.txt"), (1, 12, "A.txt"), (2, 21, "a.txt"), (2, 22, "hva?.txt"), (3, 31, "a.txt")]
    answers = place(files, taken={1: [], 2: [], 3: ["A.TXT"]}.__getitem__, room=lambda _: 99, at_root=lambda _: False)
    assert list(answers) == [
        (11, "a (2).txt", (rules.SAME_NAME,)),
        (22, "hva_.txt", (rules.ILLEGAL_CHARACTER,)),
        (31, "a (2).txt", (rules.SAME_NAME,)),
    ]


def test_a_name_that_can_stay_wins_over_one_that_was_mended_into_it() -> None:
    assert _placed(["a?.txt", "a_.txt"]) == {0: ("a_ (2).txt", (rules.ILLEGAL_CHARACTER, rules.SAME_NAME))}


def test_a_name_that_can_stay_wins_over_a_number_that_a_double_gets() -> None:
    assert _placed(["b", "B", "b (2)"]) == {0: ("b (3)", (rules.SAME_NAME,))}


def test_of_equal_names_the_one_of_the_first_file_stays() -> None:
    files = [(1, 9, "Notat.docx"), (1, 4, "Notat.docx")]
    answers = place(files, taken=lambda _: [], room=lambda _: 99, at_root=lambda _: False)
    assert list(answers) == [(9, "Notat (2).docx", (rules.SAME_NAME,))]


def test_a_subfolder_keeps_its_name_and_the_file_gets_a_number() -> None:
    assert _placed(["Notat"], ["notat"]) == {0: ("Notat (2)", (rules.SAME_NAME,))}


def test_a_number_is_put_before_the_extension_of_a_shortened_name() -> None:
    changed = _placed(["x" * 90 + ".docx", "x" * 91 + ".docx"], room=60)
    assert sorted(name for name, _rules in changed.values()) == ["x" * 51 + " (2).docx", "x" * 55 + ".docx"]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "notat.",
            " a",
            "a ",
            "\u00a0a",
            "a\u3000",
            "",
            "_vti_",
            "a_VTI_b.txt",
            "~$a.docx",
            "a:b",
            "a\\\\b",
            "a\x7f",
            "a\u030a",
        ),
        *(
            "con",
            "CON.txt",
            "prn ",
            "aux .txt",
            "nul.tar.gz",
            "com1",
            "com0.txt",
            "lpt9",
            "com\u00b9.txt",
            ".lock",
            "forms",
        ),
        *("a\u030a", "Desktop.ini", "x" * 256, "x" * 120 + "å" * 136, "💾" * 128),
    ],
)
def test_a_name_that_must_change_does_so_among_names_that_may_stay(
    objections: Callable[..., list[str]], name: str
) -> None:
    changed = _placed(["Møte.docx", name, "Referat 2019.docx"], ["Ås"], room=300, top=True)
    assert changed.keys() == {1}
    assert objections(changed[1][0], folder=False, top=True) == []


@pytest.mark.parametrize(
    "name",
    [
        "contract",
        "kontor.txt",
        "com10.txt",
        "auxiliary",
        "forms.xlsx",
        "a.lock",
        "_vti",
        "a..b",
        "~a",
        "nul-punkt",
        "ß",
    ],
)
def test_a_name_that_only_looks_like_one_stays(name: str) -> None:
    assert _placed([name, "Referat.docx"], top=True) == {}


@pytest.mark.parametrize(
    ("one", "other"), [("µ", "\u03bc"), ("k", "\u212a"), ("ÿ", "\u0178"), ("Å", "a\u030a"), ("Ø", "ø"), ("s", "\u017f")]
)
def test_letters_that_are_one_to_sharepoint_are_told_apart_by_a_number(one: str, other: str) -> None:
    assert [rules.SAME_NAME in applied for _name, applied in _placed([one, other]).values()] == [True]
    assert _placed([one], [other]) == {0: (f"{one} (2)", (rules.SAME_NAME,))}


@given(some_names, st.integers(40, 300), st.booleans(), st.booleans())
def test_a_name_that_is_alone_changes_as_mending_it_says(name: str, room: int, top: bool, hides: bool) -> None:
    mask = masked if hides else None
    mended = mend(name, folder=False, top=top, mask=mask)
    changed = _placed([name], room=room, top=top, mask=mask)
    assert (0 in changed) == bool(mended.rules or length(mended.name) > room)
    assert not changed or length(mended.name) > room or changed[0] == (mended.name, mended.rules)


def test_digits_of_identity_numbers_become_x_and_two_such_names_are_told_apart() -> None:
    changed = _placed([f"{NUMBERS[0]} Ola.pdf", f"{NUMBERS[1]} Ola.pdf"], mask=masked)
    assert changed == {
        0: ("xxxxxxxxxxx Ola.pdf", (rules.IDENTITY_NUMBER,)),
        1: ("xxxxxxxxxxx Ola (2).pdf", (rules.IDENTITY_NUMBER, rules.SAME_NAME)),
    }


@given(st.lists(names_with_numbers, min_size=1, max_size=4))
def test_every_name_in_which_the_mask_finds_a_number_changes(names: list[str]) -> None:
    changed = _placed(names, mask=masked)
    assert {file for file, name in enumerate(names) if masked(name) != name} <= set(changed)


def test_the_mask_is_asked_only_where_there_are_digits_enough() -> None:
    asked: list[str] = []

    def mask(name: str) -> str:
        asked.append(name)
        return name

    assert _placed(["Referat 2019.docx", "tlf 22 33 44 55.txt", "2019-12-03.pdf", "hva?.txt"], mask=mask).keys() == {3}
    assert asked == []


def test_too_little_room_is_refused() -> None:
    with pytest.raises(ValueError, match="39"):
        _placed(["a"], room=39)


def test_a_target_that_comes_a_second_time_is_refused() -> None:
    with pytest.raises(ValueError, match="target 1"):
        list(
            place(
                [(1, 1, "a"), (2, 2, "a"), (1, 3, "a")], taken=lambda _: [], room=lambda _: 99, at_root=lambda _: False
            )
        )


def test_the_stream_is_read_no_further_than_the_target_after_the_one_that_is_told() -> None:
    read = 0

    def files() -> Iterable[tuple[int, int, str]]:
        nonlocal read
        for target in range(1000):
            read += 1
            yield target, target, "hva?.txt"

    answers = iter(place(files(), taken=lambda _: [], room=lambda _: 99, at_root=lambda _: False))
    next(answers)
    assert read <= 2


@pytest.mark.parametrize(
    "names",
    [
        [f"{'?' if n % 2 else '*'}" for n in range(20_000)],
        ["".join(c.upper() if n >> k & 1 else c for k, c in enumerate("abcdefghijklmn")) for n in range(10_000)],
        [f"{'x' * 86}{n // 2:05d}.docx" for n in range(20_000)],
        [f"{'x' * 150}{n:05d}.docx" for n in range(20_000)],
    ],
    ids=["mended to one name", "differ in case", "doubles that are cut to one stem", "shortened to one name"],
)
def test_many_names_that_become_one_take_no_quadratic_time(names: list[str]) -> None:
    began = time.process_time()
    changed = _placed(names, room=95)
    assert len({fold(changed[n][0] if n in changed else name) for n, name in enumerate(names)}) == len(names)
    assert time.process_time() - began < 20
