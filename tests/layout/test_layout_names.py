"""Names become legal, stay themselves where they can, and stop changing."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filrydd.lang import speaking
from filrydd.layout import rules
from filrydd.layout.names import LEAST_ROOM, fit, length, mend, numbered
from filrydd.model.names import stored

PIECES = [
    "CON",
    "com1",
    "¹",
    ".",
    " ",
    "~",
    "~$",
    "_vti_",
    "vti_",
    "_",
    "_files",
    "_file",
    "forms",
    ".lock",
    "desktop.ini",
]
LETTERS = 'aB8æǺ̈💾\ud83d\udcbe\\:"*<>?/|\t\n\x00\x7f\x85\u2003K ſ'
old_names = st.one_of(
    st.text(st.characters(exclude_characters="/"), max_size=300),
    st.lists(st.sampled_from([*PIECES, *LETTERS, "x" * 100, "å " * 60, "💾" * 70]), max_size=12).map("".join),
)


@given(old_names, st.booleans(), st.booleans())
@example("con." + "x" * 252, False, False)
@example("~vti_x", True, False)
@example(". .", False, False)
def test_a_mended_name_is_legal_and_mending_it_again_changes_nothing(
    objections: Callable[..., list[str]], raw: str, folder: bool, top: bool
) -> None:
    mended = mend(stored(raw), folder=folder, top=top)
    assert objections(mended.name, folder=folder, top=top) == []
    assert mend(mended.name, folder=folder, top=top) == type(mended)(mended.name, ())


@given(old_names, st.booleans(), st.booleans())
def test_a_name_that_changes_says_why_and_a_legal_one_does_not_change(
    objections: Callable[..., list[str]], raw: str, folder: bool, top: bool
) -> None:
    mended = mend(stored(raw), folder=folder, top=top)
    assert bool(mended.rules) == (mended.name != raw)
    assert set(mended.rules) <= set(rules.RULES)
    windows_only = any(mark in raw for mark in "¹²³") or raw.lower().split(".")[0].rstrip() != raw.lower().split(".")[0]
    folded_alike = any(mark in raw for mark in "\u017f\u0130\u0131")
    if not objections(raw, folder=folder, top=top) and not windows_only and not folded_alike:
        assert mended.name == raw


@given(old_names, st.booleans(), st.booleans(), st.integers(1, 300))
def test_a_fitted_name_is_legal_and_fits(
    objections: Callable[..., list[str]],
    units: Callable[[str], int],
    raw: str,
    folder: bool,
    top: bool,
    room: int,
) -> None:
    name = mend(stored(raw), folder=folder, top=top).name
    short = fit(name, room, folder=folder, top=top)
    assert units(short) <= room
    assert objections(short, folder=folder, top=top) == []
    assert short == name or units(name) > room


@given(old_names, st.booleans(), st.integers(2, 10**6), st.integers(LEAST_ROOM, 255))
def test_a_numbered_name_is_legal_and_fits(
    objections: Callable[..., list[str]], units: Callable[[str], int], raw: str, folder: bool, number: int, room: int
) -> None:
    name = numbered(mend(stored(raw), folder=folder).name, number, room, folder=folder)
    assert f" ({number})" in name
    assert units(name) <= room
    assert objections(name, folder=folder) == []


@given(st.text(max_size=40))
def test_length_counts_utf16_code_units(units: Callable[[str], int], text: str) -> None:
    assert length(text) == units(text)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("Notat: møte.docx", "Notat- møte.docx", rules.ILLEGAL_CHARACTER),
        ('"Viktig".txt', "'Viktig'.txt", rules.ILLEGAL_CHARACTER),
        ("hva?.txt", "hva_.txt", rules.ILLEGAL_CHARACTER),
        (stored("a\\b.txt"), "a_b.txt", rules.ILLEGAL_CHARACTER),
        (stored("a\udc80b.txt"), "a_b.txt", rules.ILLEGAL_CHARACTER),
        (" budsjett.xlsx ", "budsjett.xlsx", rules.SPACE_AT_EDGE),
        ("notat.", "notat", rules.DOT_AT_END),
        ("...", "_", rules.EMPTY),
        ("aux.txt", "aux_.txt", rules.RESERVED_NAME),
        ("CON", "CON_", rules.RESERVED_NAME),
        (".lock", "_.lock", rules.RESERVED_NAME),
        ("Desktop.ini", "Desktop_.ini", rules.RESERVED_NAME),
        ("~$rapport.docx", "_$rapport.docx", rules.RESERVED_START),
        ("a_VTI_b", "a-VTI-b", rules.RESERVED_TEXT),
        ("bla\u030ar.txt", "blår.txt", rules.NOT_COMPOSED),
    ],
)
def test_each_rule_mends_a_file_to_the_nearest_sensible_name(old: str, new: str, rule: str) -> None:
    mended = mend(old, folder=False)
    assert mended.name == new
    assert rule in mended.rules


def test_rules_for_folders_only() -> None:
    assert mend("side_files", folder=True).name == "side-files"
    assert mend("side_files", folder=False).rules == ()
    assert mend("~gammelt", folder=True).name == "_gammelt"
    assert mend("~gammelt", folder=False).rules == ()
    assert mend("Forms", folder=True, top=True).name == "Forms_"
    assert mend("Forms", folder=True).rules == ()


def test_a_long_name_is_cut_at_a_word_and_keeps_its_extension() -> None:
    mended = mend("Referat fra møte " * 20 + ".docx", folder=False)
    assert mended.rules == (rules.TOO_LONG,)
    assert set(mended.name.removesuffix(".docx").split()) == {"Referat", "fra", "møte"}
    assert 240 <= len(mended.name) <= 255


def test_an_accent_is_not_cut_from_its_letter() -> None:
    assert fit("q" * 9 + "x\u0323\u0301 y", 10, folder=True) == "q" * 9


def test_every_rule_has_a_sentence_in_english() -> None:
    with speaking("en"):
        sentences = {rules.explain(rule) for rule in (*rules.RULES, rules.PATH_TOO_LONG)}
    assert len(sentences) == len(rules.RULES) + 1


def _nines(name: str) -> str:
    """A mask that finds numbers of nines, with or without a hyphen."""
    return re.sub("(?<![0-9])9{6}-?9{5}(?![0-9])", lambda m: m[0].replace("9", "*"), name)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("99999999999.pdf", "xxxxxxxxxxx.pdf"),
        ("Klage 999999-99999 fra Kari.docx", "Klage xxxxxx-xxxxx fra Kari.docx"),
        ("999999:99999", "xxxxxx-xxxxx"),  # only the mended name reads as a number
        ("999999*99999", "999999_99999"),
        ("a* 99999999999", "a_ xxxxxxxxxxx"),
        ("11111111111.pdf", "11111111111.pdf"),
    ],
)
@pytest.mark.parametrize("folder", [True, False])
def test_digits_of_an_identity_number_become_x_in_names_of_files_and_folders(old: str, new: str, folder: bool) -> None:
    mended = mend(old, folder=folder, mask=_nines)
    assert mended.name == new
    assert (rules.IDENTITY_NUMBER in mended.rules) == ("x" in new)
    assert mend(old, folder=folder).name.count("9") == old.count("9")


@given(
    st.lists(st.sampled_from(["999999", "99999", "9", "-", ":", " ", "a", "💾", "x" * 60, ".", "b" * 14]), max_size=20),
    st.booleans(),
    st.integers(LEAST_ROOM, 120),
    st.integers(2, 100_000),
)
def test_no_identity_number_comes_out_of_mending_cutting_or_numbering(
    objections: Callable[..., list[str]], pieces: list[str], folder: bool, room: int, number: int
) -> None:
    name = mend("".join(pieces), folder=folder, mask=_nines).name
    for made in (
        name,
        fit(name, room, folder=folder, mask=_nines),
        numbered(name, number, room, folder=folder, mask=_nines),
    ):
        assert _nines(made) == made
        assert objections(made, folder=folder) == []
        assert mend(made, folder=folder, mask=_nines).rules == ()


def test_a_run_of_digits_that_is_cut_to_an_identity_number_is_hidden() -> None:
    assert mend("9" * 30, folder=True, mask=_nines).rules == ()
    assert fit("9" * 30, 11, folder=True, mask=_nines) == "x" * 11
