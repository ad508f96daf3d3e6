"""The rehearsal: the sample goes the whole way, a source of one's own is only read."""

from collections.abc import Callable
from pathlib import Path

from filrydd.catalog import edits, ledger
from filrydd.catalog.connection import open_catalog
from filrydd.model.structure import What
from tests.areas import Area
from tests.commands import filrydd


def facts(top: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Everything about every file that a rehearsal could have touched."""
    return {
        str(path.relative_to(top)): (
            path.stat().st_mtime_ns,
            path.stat().st_mode,
            path.stat().st_ctime_ns,
            path.read_bytes(),
        )
        for path in top.rglob("*")
        if path.is_file()
    }


def test_the_sample_goes_the_whole_way_and_the_summary_sums_up(tmp_path: Path) -> None:
    said = filrydd("rehearse", "--folder", str(tmp_path / "rehearsal"), "--json")
    assert said.code == 0, said.err
    done = said.json
    assert done["files"] == done["moved"] + done["destroyed"] + done["held"] == done["deleted"] + done["kept"]
    assert done["uploaded"] == done["verified"] == done["moved"] == done["placements"]
    assert done["signed"] == done["deleted"] == done["moved"] + done["destroyed"]
    assert done["files"] > 300
    assert done["mended"] > 10
    assert done["unreadable"] > 0
    assert (done["whole"], done["failed"], done["findings"]) == (True, 0, {})
    assert "filrydd tenant serve --folder" in said.err


def test_a_source_of_ones_own_is_only_read(make_tree: Callable[..., Path], tmp_path: Path) -> None:
    top = make_tree({"Notat": {"a.txt": "alpha", "b: c.txt": "beta"}, "Thumbs.db": "junk"}, under="mine")
    before = facts(top)
    said = filrydd("rehearse", str(top), "--folder", str(tmp_path / "rehearsal"), "--json")
    assert said.code == 0, said.err
    assert facts(top) == before
    assert (said.json["verified"], said.json["deleted"], said.json["kept"], said.json["sealed"]) == (2, 0, 3, 0)
    assert "only read" in said.err


def test_folders_that_not_everybody_can_open_are_rehearsed_with_invented_people(
    make_tree: Callable[..., Path], tmp_path: Path
) -> None:
    top = make_tree({"Alle": {"a.txt": "alpha"}, "Lukket": {"b.txt": "beta"}}, under="mine")
    (top / "Lukket").chmod(0o700)
    place = tmp_path / "rehearsal"
    said = filrydd("rehearse", str(top), "--folder", str(place), "--json")
    assert said.code == 0, said.err
    assert (said.json["verified"], said.json["failed"]) == (2, 0)
    assert "invented place in Entra" in said.err
    people = (place / "tenant" / "people.csv").read_text(encoding="utf-8")
    assert people.startswith("sid,name,kind,entra_id") and "S-1-" in people
    with open_catalog(place / "workspace" / "scans" / "eget.db") as catalog:
        assert {one.edit.what for one in edits.said(catalog)} == {What.STANDS_FOR}
        assert {row.actor for row in ledger.rows(catalog) if row.kind == "edit"} == {"filrydd (øvelse)"}
    again = filrydd("rehearse", str(top), "--folder", str(place), "--json")
    assert (again.code, again.json["uploaded"]) == (0, 0), again.err
    assert (place / "tenant" / "people.csv").read_text(encoding="utf-8") == people


def test_a_source_of_ones_own_by_ones_own_policy(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = make_area({"Bilag": {"ny.pdf": "1"}, "Hjem": {"k.txt": "1"}})
    words = ("rehearse", str(area.top), "--area", "felles", "--folder", str(tmp_path / "rehearsal"), "--json")
    said = filrydd(*words, workspace=area.workspace)
    assert said.code == 0, said.err
    assert (said.json["area"], said.json["moved"], said.json["held"]) == ("felles", 1, 1)
    assert list((area.workspace / "scans").iterdir()) == []


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = filrydd("rehearse", str(tmp_path / "nowhere"), "--folder", str(tmp_path / "rehearsal"))
    assert said.code == 1
    assert "nowhere" in said.err
