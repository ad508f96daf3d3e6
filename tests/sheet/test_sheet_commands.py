"""filrydd export and filrydd import as a person types them."""

from pathlib import Path

import pytest

from tests.areas import Area
from tests.commands import Said, filrydd
from tests.sheet.lists import DELETE, KEEP, SEAL, answered, changed, row_of, stored


def export(area: Area, path: Path, *more: str) -> Said:
    return filrydd("export", "felles", str(path), *more, workspace=area.workspace)


def bring_in(area: Area, path: Path, *more: str) -> Said:
    return filrydd("import", "felles", str(path), *more, workspace=area.workspace)


@pytest.fixture
def path(area: Area, tmp_path: Path) -> Path:
    said = export(area, tmp_path / "liste.xlsx", "--json")
    assert said.code == 0, said.err
    assert (said.json["area"], said.json["files"], said.json["groups"]) == ("felles", 10, 8)
    assert "filrydd import felles liste.xlsx" in said.err
    return tmp_path / "liste.xlsx"


def test_without_execute_an_import_says_what_would_change_and_stops(area: Area, path: Path) -> None:
    answered(path, {"Notat/a.txt": KEEP, "Thumbs.db": DELETE})
    said = bring_in(area, path, "--json")
    assert said.code == 0
    assert "1 files: to move -> to keep for now" in said.err
    assert "1 files stay: to delete" in said.err
    assert f"Nothing was stored. To do it: filrydd import felles {path} --execute" in said.err
    assert said.json["changes"] == [
        {"from": "destroy", "to": "destroy", "files": 1, "waits": False},
        {"from": "move", "to": "hold", "files": 1, "waits": False},
    ]
    assert (said.json["stored"], said.json["ledger"]) == (0, "")
    assert stored(area) == {}


def test_with_execute_the_answers_are_stored_and_classify_comes_next(area: Area, path: Path) -> None:
    answered(path, {"Notat/a.txt": KEEP})
    said = bring_in(area, path, "--execute", "--as", "Kari Nordmann", "--json")
    assert (said.code, said.json["stored"], len(said.json["ledger"])) == (0, 1, 64)
    assert "Next: filrydd classify felles" in said.err
    assert stored(area) == {"Notat/a.txt": ("hold", "Kari Nordmann", "")}
    verified = filrydd("ledger", "verify", "felles", "--offline", workspace=area.workspace)
    assert verified.code == 0, verified.err


def test_what_needs_a_person_ends_with_code_3(area: Area, path: Path) -> None:
    answered(path, {"Tvil/t.txt": DELETE}, {"Hjem/mitt.txt": "hvem eier denne?"})
    said = bring_in(area, path)
    assert said.code == 3
    assert "They are kept until an archivist has confirmed the rule." in said.err
    assert "Files, row 7: hvem eier denne?" in said.err
    assert said.out == ""


def test_a_refused_list_ends_with_code_1_and_its_faults(area: Area, path: Path) -> None:
    changed(path, lambda book: book["Files"].cell(row_of(book, "Notat/a.txt"), SEAL, "0"))
    said = bring_in(area, path, "--execute", "--json")
    assert said.code == 1
    assert said.json["error"] == "SheetRefused"
    assert said.json["details"] == ["Files, row 8: a locked cell was changed"]
    assert "Traceback" not in said.err
    assert "Next: " in said.err


def test_bad_usage_ends_with_code_2(area: Area, path: Path, tmp_path: Path) -> None:
    assert export(area, path).code == 2
    assert export(area, path, "--force").code == 0
    assert export(area, tmp_path / "liste.csv").code == 2
    assert bring_in(area, tmp_path / "ingen.xlsx").code == 2


def test_an_export_where_there_is_no_folder_names_the_path(area: Area, tmp_path: Path) -> None:
    said = export(area, tmp_path / "ingen" / "liste.xlsx")
    assert said.code == 1
    assert "ingen" in said.err
    assert "fault in filrydd" not in said.err
