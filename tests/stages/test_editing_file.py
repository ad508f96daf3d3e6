"""The structure file is written, changed by a person, and read: what was changed and nothing else becomes edits."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.catalog import edits as kept
from filrydd.errors import BadUsage, NotApproved
from filrydd.lang import speaking
from filrydd.model.structure import Edit, What
from filrydd.policy.yaml_lines import parse
from filrydd.stages import edit, scan
from filrydd.stages.work import Work
from tests.areas import Area
from tests.reading import number
from tests.stages.made_structure import DIGEST, propose

TREE = {
    "Bilag": {"2019": {"a.txt": "1", "mars": {"b.txt": "2"}}, "2020": {"c.txt": "3"}},
    "Ledelse": {"Notater: nye #1": {"d.txt": "4"}, "Møter": {"e.txt": "5"}},
    "null": {"f.txt": "6"},
    "Part": {"inne": {"g.txt": "7"}},
}
PARTS = {"all": "", "part": "Part"}


class Editor:
    """Somebody with the file of an area."""

    def __init__(self, area: Area, file: Path) -> None:
        self.area, self.file = area, file

    def write(self) -> str:
        self.file.unlink(missing_ok=True)
        edit.write(self.area.work(), self.file)
        return self.file.read_text(encoding="utf-8")

    def change(self, *pairs: tuple[str, str]) -> list[Edit]:
        """Replace texts in the file, each of which must be there once, and read it."""
        text = self.file.read_text(encoding="utf-8") if self.file.exists() else self.write()
        for old, new in (('name: ""', "name: Kari Nordmann"), *pairs):
            assert text.count(old) == 1 or old.startswith("name:"), (old, text)
            text = text.replace(old, new, 1)
        self.file.write_text(text, encoding="utf-8")
        return edit.read(self.area.work(), self.file)

    def refused(self, *pairs: tuple[str, str]) -> list[str]:
        with pytest.raises(BadUsage) as refusal:
            self.change(*pairs)
        return list(refusal.value.details)

    def line(self, text: str) -> str:
        """The line of the file that has the text."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        return (
            next(line for line in lines if line.endswith(text))
            if text.startswith("folder")
            else next(line for line in lines if text in line)
        )

    def choice(self, folder: str) -> str:
        """The line with the choice of a folder."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        return "\n".join(lines[(at := lines.index(self.line(f"folder: {folder}"))) : at + 2])


@pytest.fixture
def editor(make_area: Callable[..., Area], tmp_path: Path) -> Editor:
    area = make_area(TREE)
    scan.run(area.work(), str(area.top))
    propose(area, {"Bilag/2019/mars": "lift", "Bilag/2020": "merge"}, PARTS)
    return Editor(area, tmp_path / "structure.yaml")


def by_kari(what: What, path: str, value: str = "", note: str = "") -> Edit:
    return Edit(what, path, value, "Kari Nordmann", note)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_file_that_nobody_changed_says_nothing(editor: Editor, language: str) -> None:
    said = [
        Edit(What.RESTRICT, "Ledelse", "", "Kari"),
        Edit(What.LIFT, "Bilag/2019/mars", "", "Kari"),
        Edit(What.LIBRARY, "null", "Arkiv: nytt", "Kari"),
        Edit(What.RENAME, "Bilag/2019", "Eldre", "Kari"),
        Edit(What.MOVE, "Bilag/2019", "Ledelse/Notater: nye #1", "Kari"),
        Edit(What.MERGE, "Bilag/2020", "", "Kari"),
        Edit(What.MOVE, "Ledelse/Møter", "", "Kari"),
        Edit(What.OPEN, "null", "", "Kari", "all"),
        Edit(What.OPEN, "Ledelse", "Bilag", "Kari", "open: to all # of us"),
        Edit(What.LEAVE_OUT, "S-1-5-21-1-2-3-1002", "", "Kari", "has left"),
        Edit(What.STANDS_FOR, "S-1-5-21-1-2-3-1003", "11-22", "Kari", "same"),
    ]
    edit.say(editor.area.work(), said)
    with speaking(language):
        text = editor.write()
        assert edit.read(editor.area.work(), editor.file) == []
    assert parse(text.encode()).mistakes == []
    # Not even when the area was proposed anew, and all of it was taken back since.
    propose(editor.area, {"Bilag/2019": "lift"}, PARTS, digest="f" * 64)
    for one in range(1, len(said) + 1):
        edit.undo(editor.area.work(), one, "Kari")
    assert edit.read(editor.area.work(), editor.file) == []


def test_the_file_shows_the_tree_with_what_becomes_of_it(editor: Editor) -> None:
    text = editor.write()
    assert "area: felles\n" in text
    assert f"proposal: {DIGEST}\n" in text
    assert '- folder: "Ledelse/Notater: nye #1"' in text
    assert '- folder: "null"' in text
    assert "# keep: 2 files -> Dokumenter/Felles/Bilag/2019" in editor.choice("Bilag/2019")
    assert "choice: lift" in editor.choice("Bilag/2019/mars")
    assert "# lift: The name says nothing; what was in it lies in the folder above. 1 file ->" in text
    tree = parse(text.encode()).tree
    assert isinstance(tree, dict)
    parts = tree["parts"]
    assert isinstance(parts, list)
    assert [part["part"] for part in parts if isinstance(part, dict)] == ["all", "part"]
    assert text.index("Bilag/2019/mars") > text.index("Bilag/2019")


def test_a_choice_is_changed(editor: Editor) -> None:
    editor.write()
    mars, null = editor.choice("Bilag/2019/mars"), editor.choice('"null"')
    assert editor.change(
        (mars, mars.replace("choice: lift", "choice: keep")),
        (null, null.replace("choice: keep", "library: Arkiv\n        choice: own library")),
        ('note: ""', "note: tidier"),
    ) == [
        by_kari(What.KEEP, "Bilag/2019/mars", note="tidier"),
        by_kari(What.LIBRARY, "null", "Arkiv", note="tidier"),
    ]


def test_the_tops_of_parts_and_of_the_area_are_folders_too(editor: Editor) -> None:
    editor.write()
    whole, part = editor.choice('"/"'), editor.choice("Part")
    assert editor.change(
        (whole, whole.replace("keep ", "split by year ")), (part, part.replace("choice: keep", "choice: restrict"))
    ) == [by_kari(What.SPLIT, ""), by_kari(What.RESTRICT, "Part")]


def test_a_folder_is_renamed_moved_and_merged_in_words(editor: Editor) -> None:
    editor.write()
    one, other = editor.line("folder: Bilag/2019"), editor.line("folder: Ledelse/Møter")
    pad = "\n" + " " * (one.index("folder"))
    assert editor.change(
        (f"{one}\n", f"{one}{pad}name: Eldre bilag{pad}move to: ledelse/\n"),
        (other, f"{other}{pad}merge with: Bilag\\2020"),
    ) == [
        by_kari(What.RENAME, "Bilag/2019", "Eldre bilag"),
        by_kari(What.MOVE, "Bilag/2019", "Ledelse"),
        by_kari(What.MERGE, "Ledelse/Møter", "Bilag/2020"),
    ]


def test_a_block_that_is_cut_out_and_pasted_elsewhere_is_a_move(editor: Editor) -> None:
    text = editor.write()
    start = text.index("          - folder: Bilag/2019\n")
    block = text[start : text.index("          - folder: Bilag/2020\n")]
    after = editor.choice("Ledelse/Møter")
    found = editor.change((block, ""), (f"{after}\n", f"{after}\n{block}"))
    assert found == [by_kari(What.MOVE, "Bilag/2019", "Ledelse")]
    edit.say(editor.area.work(), found)
    # It is there as it was, with a line that says so; and a block put back says nothing of going back.
    editor.write()
    assert editor.line("move to: Ledelse").endswith(
        "# 1: Kari Nordmann, " + editor.area.work().day().strftime("%d.%m.%Y")
    )
    assert editor.change() == []


def test_a_line_that_is_removed_takes_nothing_back(editor: Editor) -> None:
    edit.say(editor.area.work(), [by_kari(What.RENAME, "Bilag", "Ny"), by_kari(What.MOVE, "Ledelse", "Bilag")])
    editor.write()
    assert (
        editor.change(
            (editor.line("name: Ny"), ""),
            (editor.line("move to: Bilag"), ""),
            (editor.line('"null"'), '      - folder: "null"'),
        )
        == []
    )


def test_a_block_and_all_that_it_holds_may_be_removed(editor: Editor) -> None:
    text = editor.write()
    block = text[text.index("      - folder: Bilag\n") : text.index("      - folder: Ledelse\n")]
    assert editor.change((block, "")) == []


def test_what_is_changed_in_an_older_file_holds_and_the_rest_says_nothing(editor: Editor) -> None:
    editor.write()
    propose(editor.area, {"Ledelse": "lift"}, PARTS, digest="f" * 64)
    told = Told()
    work = editor.area.work()
    mars = editor.choice("Bilag/2019/mars")
    assert editor.change((mars, mars.replace("lift ", "restrict "))) == [by_kari(What.RESTRICT, "Bilag/2019/mars")]
    edit.read(Work(work.workspace, work.area, work.actor, work.clock, told), editor.file)
    assert "earlier proposal" in told.said


class Told:
    """Remembers what it is told."""

    said = ""

    def begin(self, doing: str, total: int | None, unit: str) -> None: ...
    def advance(self, units: int) -> None: ...
    def end(self) -> None: ...

    def say(self, sentence: str) -> None:
        self.said += sentence


def test_a_folder_that_vanished_from_an_older_file_troubles_only_if_it_was_changed(editor: Editor) -> None:
    editor.write()
    (editor.area.top / "null" / "f.txt").unlink()
    (editor.area.top / "null").rmdir()
    scan.run(editor.area.work(), str(editor.area.top))
    propose(editor.area, {}, PARTS, digest="f" * 64)
    assert editor.change() == []
    null = editor.choice('"null"')
    assert "no folder null" in editor.refused((null, null.replace("keep ", "lift ")))[0]


def test_a_change_that_was_not_done_is_still_shown(editor: Editor) -> None:
    edit.say(editor.area.work(), [by_kari(What.LIFT, "Ledelse"), by_kari(What.LIFT, "Borte")])
    text = editor.write()
    assert "# 1: lift, Kari Nordmann" in text
    assert "# 2: lift: Borte (not there any more)" in text
    assert editor.change() == []


def test_access_is_accepted_by_name(editor: Editor) -> None:
    editor.write()
    entries = (
        "accept:\n"
        "  - open: ledelse/møter\n    as: Bilag\n    note: all of us\n"
        "  - leave out: s-1-5-21-1-2-3-1002\n"
        "  - principal: S-1-5-21-1-2-3-1003\n    stands for: 11-22\n    note: same person\n"
    )
    found = editor.change(("accept:\n", entries), ('note: ""', "note: agreed"))
    assert found == [
        by_kari(What.OPEN, "Ledelse/Møter", "Bilag", "all of us"),
        by_kari(What.LEAVE_OUT, "S-1-5-21-1-2-3-1002", "", "agreed"),
        by_kari(What.STANDS_FOR, "S-1-5-21-1-2-3-1003", "11-22", "same person"),
    ]
    assert edit.say(editor.area.work(), found) == 3
    assert editor.change() == []


def test_who_lacks_a_counterpart_is_offered_with_whom_it_may_be(editor: Editor) -> None:
    with editor.area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT INTO principal (id, sid, name, kind, state) VALUES (900, 'S-1-5-21-9-9-9-900', 'Åse', 'user', 'active')"
        )
        catalog.run("INSERT INTO scope (id, digest) VALUES (1, 'x')")
        catalog.run("INSERT INTO scope_grant (scope, principal, role) VALUES (1, 900, 'read')")
        catalog.run("INSERT INTO suggestion (principal, entra_id, name, mail) VALUES (900, '11-22', 'Åse Å', 'a@b.no')")
        catalog.run("UPDATE target SET scope = 1 WHERE path = 'Felles/Ledelse'")
    text = editor.write()
    assert "#    stands for: 11-22" in text
    assert "perhaps Åse Å a@b.no" in text
    start = text.index("#  - leave out: S-1-5-21-9-9-9-900")
    offer = text[start : text.index("\n", text.index("note:", start))]
    accepted = offer.replace("#  ", "  ", 1).replace("#    note", "    note").replace('note: ""', "note: left")
    assert editor.change((offer, accepted)) == [by_kari(What.LEAVE_OUT, "S-1-5-21-9-9-9-900", "", "left")]


def test_identity_numbers_are_hidden_and_their_folders_found(make_area: Callable[..., Area], tmp_path: Path) -> None:
    one, two, three = number(), number(kind=4), number("070190")
    area = make_area({f"{one} Ola": {"a.txt": "1"}, "Saker": {two: {"b.txt": "2"}, three: {"c.txt": "3"}}})
    scan.run(area.work(), str(area.top))
    folders = propose(area)
    editor = Editor(area, tmp_path / "structure.yaml")
    text = editor.write()
    assert not any(digits in text for digits in (one, two, three))
    assert text.count("number: ") == 2
    ola, second = editor.choice('"*********** Ola"'), f"number: {folders[f'Saker/{two}']}\n"
    found = editor.change(
        (ola, ola.replace("keep ", "lift ")),
        (second, f"{second}            name: Sak\n"),
        ("accept:", 'accept:\n  - open: "*********** Ola"\n    as: Saker\n    note: x'),
    )
    assert found == [
        by_kari(What.LIFT, f"{one} Ola"),
        by_kari(What.RENAME, f"Saker/{two}", "Sak"),
        by_kari(What.OPEN, f"{one} Ola", "Saker", "x"),
    ]
    again = editor.refused((f"{editor.line(second.strip())}\n", ""))
    assert "2 folders are called Saker/***********" in again[0]
    # What was said of one of several is written so that it is read again.
    edit.say(area.work(), [by_kari(What.MOVE, f"{one} Ola", f"Saker/{two}"), by_kari(What.RENAME, "Saker", two)])
    assert not any(digits in editor.write() for digits in (one, two, three))
    assert editor.change() == []


def test_a_file_is_never_written_over(editor: Editor) -> None:
    editor.write()
    with pytest.raises(BadUsage, match="there already"):
        edit.write(editor.area.work(), editor.file)
    with pytest.raises(BadUsage, match="cannot be written"):
        edit.write(editor.area.work(), editor.file.parent / "no folder" / "x.yaml")


def test_nothing_is_written_or_read_before_there_is_a_proposal(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = make_area({"a.txt": "1"})
    scan.run(area.work(), str(area.top))
    (tmp_path / "there.yaml").write_text("area: felles\n", encoding="utf-8")
    for act, file in ((edit.write, "new.yaml"), (edit.read, "there.yaml")):
        with pytest.raises(NotApproved):
            act(area.work(), tmp_path / file)


def test_deep_folders_stand_under_the_last_that_yaml_bears(make_area: Callable[..., Area], tmp_path: Path) -> None:
    depth = 40
    tree: dict[str, object] = {"z.txt": "0"}
    for level in reversed(range(depth)):
        tree = {f"m{level}": tree, f"{level}.txt": "x"}
    area = make_area(tree)
    scan.run(area.work(), str(area.top))
    propose(area)
    editor = Editor(area, tmp_path / "structure.yaml")
    assert editor.write().count("folder: m0") == depth
    assert editor.change() == []
    last = editor.choice("/".join(f"m{level}" for level in range(depth)))
    assert [one.what for one in editor.change((last, last.replace("keep ", "lift ")))] == [What.LIFT]


def test_a_large_area_is_written_in_part_and_small_enough_to_read(
    make_area: Callable[..., Area], tmp_path: Path
) -> None:
    area = make_area({"a.txt": "1"})
    scan.run(area.work(), str(area.top))
    with area.catalog() as catalog, catalog.writing():
        rows = [
            (number, 1 if number < 400 else 20 + number % 300, f"Et langt navn på en mappe {number}")
            for number in range(20, 9000)
        ]
        catalog.run_many(
            "INSERT INTO folder (id, parent, name, lo, hi, modified, created, attributes, file_id)"
            " VALUES (?, ?, ?, ?1, ?1, 0, 0, 16, ?1)",
            rows,
        )
    wanted = "Et langt navn på en mappe 399"
    propose(area, {wanted: "merge"})
    edit.say(area.work(), [by_kari(What.RENAME, rows[300 - 20][2], "Ny")])
    editor = Editor(area, tmp_path / "structure.yaml")
    text = editor.write()
    assert text.count("- folder:") <= 5_000
    assert editor.file.stat().st_size < 1024 * 1024
    assert f"folder: {wanted}" in text
    assert "name: Ny " in text
    assert "more folders in it do not stand here" in text
    assert editor.change() == []


def test_stored_edits_are_what_the_file_said(editor: Editor) -> None:
    editor.write()
    mars = editor.choice("Bilag/2019/mars")
    found = editor.change((mars, mars.replace("lift ", "keep ")))
    assert edit.say(editor.area.work(), found) == 1
    assert edit.say(editor.area.work(), edit.read(editor.area.work(), editor.file)) == 0
    with editor.area.catalog() as catalog:
        assert [one.edit for one in kept.said(catalog)] == found
