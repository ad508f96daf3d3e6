"""filrydd export and filrydd import as a person types them."""

from pathlib import Path

import pytest

from filrydd.stages.sheet import form
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
    assert "1 file: to move -> to keep for now" in said.err
    assert "1 file stays as it is: to delete" in said.err
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


def test_what_is_valid_is_kept_only_if_told_so(area: Area, path: Path) -> None:
    answered(path, {"Notat/a.txt": KEEP, "Notat/b.txt": "vet ikke", "Hjem/mitt.txt": DELETE})
    assert (bring_in(area, path, "--execute").code, stored(area)) == (1, {})
    looked = bring_in(area, path, "--keep-valid", "--as", "Kari Nordmann", "--json")
    assert looked.code == 3
    assert "2 rows were left out:" in looked.err
    assert 'Files, row 9: "vet ikke" is no answer; choose one of: ' in looked.err
    assert looked.err.rstrip().endswith(f'{path} --as "Kari Nordmann" --keep-valid --execute')
    assert (looked.json["left_out"], looked.json["refused_count"], looked.json["answers"]) == (2, 2, 1)
    assert [(one["sheet"], one["row"]) for one in looked.json["refused"]] == [("Files", 9), ("Files", 7)]
    assert looked.json["refused"][1]["why"].startswith('the rule "homes" does not let this be deleted')
    assert stored(area) == {}
    done = bring_in(area, path, "--keep-valid", "--execute", "--json")
    assert (done.code, done.json["stored"]) == (3, 1)
    assert set(stored(area)) == {"Notat/a.txt"}


def test_nothing_left_out_ends_with_code_0_also_with_keep_valid(area: Area, path: Path) -> None:
    said = bring_in(area, answered(path, {"Notat/a.txt": KEEP}), "--keep-valid", "--execute", "--json")
    assert (said.code, said.json["left_out"], said.json["refused"], said.json["stored"]) == (0, 0, [], 1)
    assert "left out" not in said.err


def test_a_list_that_is_too_long_for_comfort_is_said_so(
    area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "memory" not in export(area, tmp_path / "kort.xlsx").err
    monkeypatch.setattr(form, "MOST_ROWS", 4)
    assert "Excel needs much memory for so long a list." in export(area, tmp_path / "lang.xlsx").err


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
