"""A list goes out, is answered, and comes back."""

import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from filrydd.catalog import answers as catalog_answers
from filrydd.catalog import audit, ledger
from filrydd.errors import BadUsage, NotApproved, ProposalChanged, SheetRefused
from filrydd.lang import LANGUAGES, speaking
from filrydd.model.rule import Fate
from filrydd.stages import classify, propose
from filrydd.stages.sheet import answers, export, form
from filrydd.stages.sheet.answers import Change
from tests.areas import Area, new_area
from tests.conftest import lay_out
from tests.sheet.lists import (
    ADDRESS,
    ANSWER,
    DELETE,
    FATE,
    KEEP,
    MOVE,
    NOTE,
    PATH,
    answered,
    changed,
    row_of,
    stored,
    write,
)


def table(path: Path, sheet: str) -> list[tuple[object, ...]]:
    rows = load_workbook(path)[sheet].iter_rows(min_row=2, values_only=True)
    return [tuple(row) for row in rows]


def test_every_file_stands_in_the_list_once_with_its_fate_reason_and_new_address(area: Area) -> None:
    rows = {str(row[PATH - 1]): row for row in table(write(area), "Files")}
    assert len(rows) == len(table(write(area), "Files")) == 10
    assert rows["Notat/a.txt"][FATE - 1] == MOVE
    assert rows["Notat/a.txt"][ADDRESS - 1] == "Dokumenter/Felles/Notat/a.txt"
    assert rows["Bilag/gammel.pdf"][2:8] == (
        1,
        "2010-05-05 00:00",
        DELETE,
        "The period is over.",
        "bokføringsloven § 13",
        None,
    )
    assert rows["Barn/sak.txt"][FATE - 1] == KEEP


def test_the_groups_sum_to_the_files(area: Area) -> None:
    path = write(area)
    groups, files = table(path, "Groups"), table(path, "Files")
    assert sum(int(str(row[3])) for row in groups) == len(files)
    assert sum(int(str(row[4])) for row in groups) == sum(int(str(row[2])) for row in files)
    assert ("Notat", "the rest", 3, 3, MOVE) in {row[1:6] for row in groups}


def test_only_answers_and_notes_are_open_and_answers_come_from_a_list(area: Area) -> None:
    book = load_workbook(write(area))
    for name in ("Groups", "Files"):
        sheet = book[name]
        assert sheet.protection.sheet
        assert sheet.freeze_panes == "A2"
        locked = {cell.column for row in sheet.iter_rows(min_row=2) for cell in row if cell.protection.locked}
        opened = {cell.column for row in sheet.iter_rows(min_row=2) for cell in row if not cell.protection.locked}
        assert opened == {ANSWER, NOTE}
        assert not locked & opened
        assert all(cell.protection.locked for cell in sheet[1])
        (choice,) = sheet.data_validations.dataValidation
        assert choice.formula1 == f'"{MOVE},{DELETE},{KEEP}"'
        assert str(choice.sqref) == f"I2:I{sheet.max_row}"
        assert sheet.column_dimensions["K"].hidden
    assert book["filrydd"].sheet_state == "veryHidden"
    assert book.security.lockStructure


def test_answers_come_back_with_who_note_and_a_ledger_row(area: Area) -> None:
    path = answered(write(area), {"Notat/a.txt": KEEP, "Hjem/mitt.txt": MOVE}, {"Notat/a.txt": "  i bruk  "})
    plan = answers.plan(area.work(), path)
    assert plan.changes == (Change(Fate.HOLD, Fate.MOVE, 1, False), Change(Fate.MOVE, Fate.HOLD, 1, False))
    assert stored(area) == {}
    done = answers.apply(area.work(), path, "Kari Nordmann")
    assert stored(area) == {
        "Notat/a.txt": ("hold", "Kari Nordmann", "i bruk"),
        "Hjem/mitt.txt": ("move", "Kari Nordmann", ""),
    }
    with area.catalog() as catalog:
        row = ledger.head(catalog)
        assert row is not None
        assert (row.kind, row.hash, row.root) == ("answers", done.head, catalog_answers.root(catalog))
        assert '"answers":{"destroy":0,"hold":1,"move":1}' in row.body
        body = json.loads(row.body)
        assert (body["answered by"], body["how"], body["left out"]) == ("Kari Nordmann", "Excel", 0)
        assert (row.actor, len(body["exported"])) == ("tester", 20)
        assert audit.broken(catalog) == []
        with catalog.writing():
            catalog.run("UPDATE answer SET fate = 'destroy'")
        assert catalog_answers.root(catalog) != row.root


def test_an_answer_for_a_group_goes_to_its_files_but_for_those_with_their_own(area: Area) -> None:
    path = answered(write(area), {"Notat": KEEP}, {"Notat": "alt i bruk"}, sheet="Groups")
    answered(path, {"Notat/b.txt": MOVE}, {"Notat/c.txt": "særlig denne"})
    answers.apply(area.work(), path, "Kari")
    assert stored(area) == {
        "Notat/a.txt": ("hold", "Kari", "alt i bruk"),
        "Notat/b.txt": ("move", "Kari", ""),
        "Notat/c.txt": ("hold", "Kari", "særlig denne"),
    }


def test_the_same_list_again_stores_nothing_and_keeps_the_first_name(area: Area) -> None:
    path = answered(write(area), {"Notat/a.txt": KEEP})
    answers.apply(area.work(), path, "Kari")
    again = answers.apply(area.work(), path, "Ola")
    assert (again.plan.new, again.plan.unchanged, again.head) == (0, 1, "")
    assert stored(area) == {"Notat/a.txt": ("hold", "Kari", "")}
    answers.apply(area.work(), answered(path, {"Notat/b.txt": KEEP}), "Ola")
    assert stored(area) == {"Notat/a.txt": ("hold", "Kari", ""), "Notat/b.txt": ("hold", "Ola", "")}


def test_a_later_answer_replaces_the_earlier_one(area: Area) -> None:
    path = answered(write(area), {"Notat/a.txt": KEEP})
    answers.apply(area.work(), path, "Kari")
    answers.apply(area.work(), answered(path, {"Notat/a.txt": MOVE}), "Ola")
    assert stored(area) == {"Notat/a.txt": ("move", "Ola", "")}


def test_an_empty_list_changes_nothing_and_a_note_without_an_answer_is_told(area: Area) -> None:
    path = answered(write(area), {}, {"Notat/a.txt": "hva er dette?"})
    done = answers.apply(area.work(), path)
    assert done.plan.loose == (("Files, row 8", "hva er dette?"),)
    assert (done.plan.new, done.head, stored(area)) == (0, "", {})


def test_rows_may_come_back_in_another_order(area: Area) -> None:
    def turn(book: Workbook) -> None:
        sheet = book["Files"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value

    path = changed(answered(write(area), {"Notat/a.txt": KEEP}), turn)
    assert answers.plan(area.work(), path).new == 1


def test_people_may_go_on_working_in_the_area_while_the_list_is_out(area: Area) -> None:
    path = answered(write(area), {"Notat/a.txt": KEEP, "Notat/b.txt": KEEP})
    (area.top / "Notat" / "a.txt").write_text("mye mer tekst")
    (area.top / "Notat" / "b.txt").unlink()
    (area.top / "Notat" / "ny.txt").write_text("ny")
    area.scan()
    answers.apply(area.work(), path, "Kari")
    assert set(stored(area)) == {"Notat/a.txt"}


def test_a_list_in_norwegian_is_read_by_somebody_who_speaks_english(area: Area) -> None:
    with speaking("nb"):
        path, keep = write(area), form.words()[Fate.HOLD]
    book = load_workbook(path)
    assert book.sheetnames == ["Grupper", "Filer", "filrydd"]
    row = row_of(book, "Notat/a.txt", "Filer")
    assert [book["Filer"].cell(row, column).value for column in (FATE, FATE + 1)] == ["flyttes", "I bruk."]
    assert keep != KEEP
    with speaking("en"):
        path = answered(path, {"Notat/a.txt": f" {keep.upper()}"}, sheet="Filer")
        assert answers.plan(area.work(), path).changes == (Change(Fate.MOVE, Fate.HOLD, 1, False),)


@pytest.mark.parametrize("wanted", LANGUAGES)
def test_the_words_of_the_drop_down_are_three_and_fit_into_it(wanted: str) -> None:
    """Excel separates the words of a list by commas, and takes 255 characters."""
    with speaking(wanted):
        words = list(form.words().values())
    assert len({word.casefold() for word in words}) == 3
    assert not any("," in word or '"' in word for word in words)
    assert len(",".join(words)) < 250


def test_a_long_list_goes_over_several_sheets(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "MOST_ROWS", 4)
    path = write(area)
    book = load_workbook(path)
    assert book.sheetnames == ["Groups", "Groups 2", "Files", "Files 2", "Files 3", "filrydd"]
    assert [book[name].max_row - 1 for name in book.sheetnames[2:5]] == [4, 4, 2]
    row = row_of(book, "Notat/a.txt", "Files 2")
    changed(path, lambda opened: opened["Files 2"].cell(row, ANSWER, KEEP))
    assert answers.apply(area.work(), path).plan.new == 1
    assert set(stored(area)) == {"Notat/a.txt"}
    for name in ("Groups 2", "Files 3"):
        short = changed(write(area, "kort.xlsx"), lambda opened, name=name: opened[name].delete_rows(2))
        with pytest.raises(SheetRefused) as refused:
            answers.plan(area.work(), short)
        assert len(refused.value.details) == 1
        assert refused.value.details[0].endswith("has no row")
    spoiled = changed(write(area, "rart.xlsx"), lambda opened: opened["Files 3"].cell(3, ANSWER, "kanskje"))
    with pytest.raises(SheetRefused, match="1 fault") as refused:
        answers.plan(area.work(), spoiled)
    assert refused.value.details[0].startswith("Files 3, row 3: ")


def test_a_file_that_is_there_is_not_written_over_unless_asked(area: Area) -> None:
    path = write(area)
    before = path.read_bytes()
    with pytest.raises(BadUsage) as refused:
        export.run(area.work(), path)
    assert "--force" in refused.value.next
    assert path.read_bytes() == before
    export.run(area.work(), path, force=True)
    with pytest.raises(BadUsage):
        export.run(area.work(), path.with_suffix(".xls"))


def test_an_export_that_fails_leaves_the_earlier_file_and_no_half_one(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(area)
    before = path.read_bytes()
    monkeypatch.setattr(
        "filrydd.stages.sheet.writing.Writer.row", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(Exception, match="disk is full"):
        export.run(area.work(), path, force=True)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.part")) == []


def test_nothing_is_exported_before_there_is_a_proposal_that_still_holds(tmp_path: Path) -> None:
    area = new_area(tmp_path)
    lay_out(area.top, {"a.txt": "1", "Bilag": {"b.pdf": "1"}})
    area.scan()
    classify.run(area.work())
    with pytest.raises(NotApproved):
        write(area)
    propose.run(area.work())
    write(area)
    (area.top / "b.txt").write_text("1")
    area.scan()
    with pytest.raises(ProposalChanged) as refused:
        write(area)
    assert "filrydd classify felles" in refused.value.next


def test_the_file_is_a_plain_workbook_without_macros_links_or_formulas(area: Area) -> None:
    with zipfile.ZipFile(write(area)) as archive:
        names = archive.namelist()
        texts = b"".join(archive.read(name) for name in names if name.startswith("xl/worksheets/"))
    assert not [name for name in names if "vba" in name or "external" in name]
    assert b"<f>" not in texts
    assert b"<f " not in texts
