"""Mistakes under `structure`: each gives one problem, on its line, in plain words."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.lang import speaking
from filrydd.model.structure import Column, Weights
from filrydd.policy import load, problems
from filrydd.policy.structure_values import sid_of

Policies = Callable[..., Path]
ID = "0f3c1b52-7d4e-4a8b-9c61-2e5d8f7a9b10"
BY = "decided: {by: A, on: 2026-09-01}"

# What stands under `structure`, the problem's line in it (from 1), and words of the message.
WRONG = [
    ("colums: [year]", 1, 'Did you mean "columns"?'),
    ("columns: [yaer]", 1, 'Did you mean "year"?'),
    ("columns: [zzz]", 1, "These are: department, original path"),
    ("columns:\n  - year\n  - year", 3, "here already"),
    ("columns: {year: 1}", 1, "A list belongs here"),
    ("weights: {scop: 1}", 1, 'Did you mean "scope"?'),
    ("weights:\n  scope: 1\n  level: -1", 3, "from 0 to 100000"),
    ("weights: {scope: 100001}", 1, "from 0 to 100000"),
    ("weights: {scope: 1.5}", 1, "from 0 to 100000"),
    ("weights: {scope: ٣}", 1, "from 0 to 100000"),
    ("weights: {scope: [1]}", 1, "does not belong here"),
    ("weights: {levels: 0}", 1, "from 1 to 20"),
    ("weights: {levels: 21}", 1, "from 1 to 20"),
    ("weights: 7", 1, "Keys and values"),
    ("versions: {as history: ja}", 1, "neither yes nor no"),
    ("versions: {as histroy: yes}", 1, 'Did you mean "as history"?'),
    ("versions: {kept: 1}", 1, "from 2 to 50000"),
    ("duplicates: one", 1, "These are: one copy, every copy"),
    ("duplicates: onecopy", 1, 'Did you mean "one copy"?'),
    ("synced root: 0", 1, "from 1 to 240"),
    ("synced rot: 60", 1, 'Did you mean "synced root"?'),
    ("largest library: many", 1, "from 1 to 30000000"),
    ("words: [a]", 1, "Keys and values"),
    ('words: {A: ""}', 1, "The text is empty"),
    ('words: {"": A}', 1, "The text is empty"),
    ('words: {" ": A}', 1, "The text is empty"),
    ("words:\n  A:", 2, "no value"),
    ("words: {A: a/b}", 1, "SharePoint takes no /"),
    ("words:\n  A: B\n  a: C", 3, "capital letters make no difference"),
    ("words:\n  X: A\n  A: B\n  B: a", 3, "in a circle: a -> b -> a"),
    ("words: {A: B, B: C, C: D, D: E, E: F, F: G, G: A}", 1, "a -> b -> c -> d -> e -> ... -> a"),
    ("libraries: Møter", 1, "A list belongs here"),
    ("libraries: [Møter]", 1, "Keys and values"),
    ("libraries:\n  - library: A\n  - paths: B", 3, "Name a `library`, or a `team`"),
    ("libraries:\n  - library: A\n    site: x", 3, "is not a site"),
    ("libraries:\n  - libary: A", 2, 'Did you mean "library"?'),
    ("libraries: [{library: 'a:b'}]", 1, "SharePoint takes no :"),
    ('libraries: [{library: "a\\tb"}]', 1, "SharePoint takes no \\t"),
    ("libraries: [{library: 'a/b\\c?'}]", 1, "SharePoint takes no / \\ ?"),
    ("libraries: [{library: a.}]", 1, "end with a dot"),
    ("libraries: [{library: x_VTI_y}]", 1, "Choose another name"),
    ("libraries: [{library: con}]", 1, "Choose another name"),
    ("libraries: [{library: LPT1.x}]", 1, "Choose another name"),
    ("libraries: [{library: A, folder: '../B'}]", 1, '"." or ".."'),
    ("libraries: [{library: A, paths: ['C:\\B']}]", 1, "server or drive"),
    ("libraries: [{library: A, paths: []}]", 1, "At least one"),
    ("libraries: [{library: A, paths: ['../B']}]", 1, '"." or ".."'),
    ("libraries:\n  - team: T\n    channel: C\n    site: https://x.no/sites/x", 4, "Both `site` and `team`"),
    ("libraries:\n  - team: T\n    channel: C\n    library: L", 4, "Both `library` and `team`"),
    ("libraries:\n  - team: T", 2, "Which channel"),
    ("libraries:\n  - team: T\n    chanel: C", 3, 'Did you mean "channel"?'),
    ("libraries:\n  - team: T\n    channel:", 3, "no value"),
    ("libraries:\n  - library: L\n    channel: C", 3, "Which team"),
    ("libraries:\n  - channel: C", 2, "Which team"),
    ("libraries:\n  - {library: Møter, paths: A}\n  - {library: MØTER, paths: B}", 3, "in the list already"),
    (
        "libraries:\n  - {library: A, folder: regnskap}\n  - {library: A}\n  - {library: A, folder: B}",
        3,
        "in the list already",
    ),
    (
        "libraries:\n  - {library: A}\n  - {library: A, site: https://Contoso.sharepoint.com/sites/regnskap/}",
        3,
        "in the list already",
    ),
    ("libraries:\n  - {team: T, channel: C}\n  - {team: t, channel: c}", 3, "in the list already"),
    (f"access: {{stands for: {{S-1-1-0: {ID}}}}}", 1, '"decided" is missing'),
    (f"access:\n  stands for: {{S-1-1-0: {ID}}}\n  decidd: {{by: A, on: 2026-09-01}}", 3, 'Did you mean "decided"?'),
    (f"access: {{{BY}}}", 1, '"stands for" is missing'),
    (f"access: {{stands for: {{}}, {BY}}}", 1, "At least one"),
    (f"access:\n  stands for:\n    Everyone: {ID}\n  {BY}", 3, "no security identifier"),
    (f"access:\n  stands for:\n    S-1-5-21-1-2-3-4294967296: {ID}\n  {BY}", 3, "no security identifier"),
    (f"access:\n  stands for:\n    S-1-1-0: alle@example.no\n  {BY}", 3, "no object id"),
    (f"access:\n  stands for:\n    S-1-1-0: {ID}0\n  {BY}", 3, "no object id"),
    (f"access:\n  stands for:\n    S-1-1-0: 00000000-0000-0000-0000-000000000000\n  {BY}", 3, "no object id"),
    (f"access:\n  stands for:\n    S-1-5-18: {ID}\n    s-1-5-18: {ID}\n  {BY}", 4, "capital letters"),
]


def indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}\n" for line in text.splitlines())


def only_problem(folder: Path, line: int, words: str) -> None:
    listed = problems(folder)
    assert len(listed) == 1, listed
    assert (listed[0].line, words in listed[0].message) == (line, True), listed
    assert listed[0].message.endswith((".", "?"))
    sentences = [one for one in listed[0].message.split(". ") if not one.startswith("These are")]
    assert all(len(sentence.split()) <= 15 for sentence in sentences) or "circle" in listed[0].message


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_one_mistake_of_a_department_gives_one_problem(
    policies: Policies, valid: str, text: str, line: int, words: str
) -> None:
    written = valid + "structure:\n" + indented(text, "  ")
    only_problem(policies(regnskap=written), valid.count("\n") + 1 + line, words)


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_the_same_mistake_of_an_area_gives_the_same_problem(
    policies: Policies, valid: str, text: str, line: int, words: str
) -> None:
    before, after = valid.split("    parts:\n")
    written = before + "    structure:\n" + indented(text, "      ") + "    parts:\n" + after
    only_problem(policies(regnskap=written), before.count("\n") + 1 + line, words)


@pytest.mark.parametrize("key", ["libraries: []", "duplicates: one copy", "synced root: 60", "largest library: 5"])
def test_the_common_file_wishes_only_what_all_can_share(policies: Policies, valid: str, key: str) -> None:
    listed = problems(policies(regnskap=valid, common=f"structure:\n  columns: [year]\n  {key}\n"))
    assert [(one.file, one.line, "These are: words, weights" in one.message) for one in listed] == [
        ("common.yaml", 3, True)
    ]


def test_a_circle_over_several_files_is_told_once_where_it_closes(policies: Policies, valid: str) -> None:
    common = "structure: {words: {A: B}}\n"
    department = valid + "structure:\n  words:\n    B: C\n"
    assert problems(policies(regnskap=department, common=common)) == ()
    before, after = department.split("    parts:\n")
    closed = before + "    structure:\n      words:\n        x: y\n        C: a\n    parts:\n" + after
    (one,) = problems(policies(regnskap=closed, common=common))
    assert (one.file, one.line, "c -> a -> b -> c" in one.message) == ("regnskap.yaml", before.count("\n") + 4, True)


def test_a_circle_of_the_department_is_not_told_again_for_its_areas(policies: Policies, valid: str) -> None:
    before, after = valid.split("    parts:\n")
    text = before + "    structure: {words: {X: A}}\n    parts:\n" + after + "structure:\n  words: {A: B, B: A}\n"
    (one,) = problems(policies(regnskap=text))
    assert one.line == text.count("\n")


def test_two_areas_cannot_go_to_the_same_folder_of_a_library(policies: Policies, valid: str) -> None:
    for written in ("{folder: /regnskap/}", "{library: DOKUMENTER, folder: Regnskap}"):
        text = valid.replace("areas:\n", f"areas:\n  a: {written}\n")
        (one,) = problems(policies(regnskap=text))
        assert (one.line, '"a" goes to the same place' in one.message) == (
            text[: text.index("    folder:")].count("\n") + 1,
            True,
        )
    for written in ("{folder: Annet}", "{library: Annet, folder: Regnskap}", "{}"):
        assert problems(policies(regnskap=valid.replace("areas:\n", f"areas:\n  a: {written}\n"))) == ()


def test_areas_that_share_a_library_are_kept_apart_by_their_own_folders(policies: Policies, valid: str) -> None:
    text = valid.replace("areas:\n", "areas:\n  a: {}\n") + "structure:\n  libraries:\n    - library: Møter\n"
    folder = policies(regnskap=text)
    assert problems(folder) == ()
    department = load(folder, "regnskap")
    assert [department.wishes(area).libraries[0].folder for area in department.areas()] == ["a", "Regnskap"]
    (one,) = problems(policies(regnskap=text + '      paths: ["**/Møter"]\n      folder: ""\n'))
    assert (one.line, '"a" and "regnskap-felles"' in one.message) == (text.count("\n") + 2, True)


def test_areas_of_different_libraries_with_one_folder_name_meet_in_a_shared_library(
    policies: Policies, valid: str
) -> None:
    text = valid.replace("areas:\n", "areas:\n  a: {library: A, folder: Regnskap}\n")
    text += "structure:\n  libraries:\n    - library: Møter\n"
    (one,) = problems(policies(regnskap=text))
    assert (one.line, "would both go here" in one.message) == (text.count("\n"), True)


def test_an_area_cannot_send_folders_to_where_another_area_goes(policies: Policies, valid: str) -> None:
    there = "structure: {libraries: [{library: Dokumenter, folder: Regnskap, paths: X}]}"
    (one,) = problems(policies(regnskap=valid.replace("areas:\n", f"areas:\n  a: {{{there}}}\n")))
    assert (one.line, '"regnskap-felles" and "a"' in one.message) == (9, True)
    assert (
        problems(policies(regnskap=valid.replace("    folder: Regnskap\n", f"    folder: Regnskap\n    {there}\n")))
        == ()
    )


def test_a_library_may_be_named_as_norwegians_name_things(policies: Policies, valid: str) -> None:
    names = ["Møter & referater", "100 % ferdig", "Årsoppgjør #2", "contact", "Forms", ".NET", "a_vti"]
    listed = "".join(f"    - {{library: '{name}'}}\n" for name in names)
    folder = policies(regnskap=valid + "structure:\n  libraries:\n" + listed)
    assert problems(folder) == ()
    assert [library.name for library in load(folder, "regnskap").wishes("regnskap-felles").libraries] == names


def test_the_mistake_is_told_in_norwegian_too(policies: Policies, valid: str) -> None:
    with speaking("nb"):
        (one,) = problems(policies(regnskap=valid + "structure: {columns: [yaer]}\n"))
    assert "Mente du «year»?" in one.message


def test_a_file_full_of_words_and_areas_is_judged_in_time(policies: Policies, valid: str) -> None:
    words = ", ".join(f"w{number}: w{number + 1}" for number in range(1999))
    areas = "".join(f"  a{number}: {{structure: {{words: {{x: w0}}}}}}\n" for number in range(1900))
    libraries = "".join(f"    - library: l{number}\n" for number in range(200))
    text = (
        valid.replace("areas:\n", "areas:\n" + areas) + f"structure:\n  words: {{{words}}}\n  libraries:\n{libraries}"
    )
    began = time.perf_counter()
    assert problems(policies(regnskap=text)) == ()
    assert time.perf_counter() - began < 30
    more = text + "    - library: l200\n"
    (one,) = problems(policies(regnskap=more))
    assert "at most 200" in one.message


@given(st.integers(0, 2**48 - 1), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=15))
def test_every_security_identifier_is_taken_in_either_case(authority: int, numbers: list[int]) -> None:
    sid = "-".join(["S-1", str(authority), *map(str, numbers)])
    assert sid_of(sid.lower()) == sid_of(f" {sid} ") == sid


@given(st.text("S-1024:x ", max_size=14))
def test_what_is_no_security_identifier_is_refused(text: str) -> None:
    pieces = text.strip().split("-")
    right = pieces[:2] == ["S", "1"] and len(pieces) >= 4 and all(
        piece.isdecimal() and str(int(piece)) == piece and int(piece) < 2**32 for piece in pieces[2:]
    )  # fmt: skip
    if right or "" in pieces or (len(pieces) > 3 and int(pieces[2] if pieces[2].isdecimal() else 0) >= 2**32):
        return
    with pytest.raises(ValueError, match="no security identifier"):
        sid_of(text)


def test_columns_and_weights_have_a_key_for_each_noun_of_the_model(policies: Policies, valid: str) -> None:
    written = ", ".join(f"{name}: 7" for name in Weights.__slots__)
    columns = ", ".join(Column)
    folder = policies(regnskap=valid + f"structure: {{weights: {{{written}}}, columns: [{columns}]}}\n")
    loaded = load(folder, "regnskap").wishes("regnskap-felles")
    assert loaded.weights == Weights(*[7] * len(Weights.__slots__))
    assert loaded.columns == tuple(Column)
