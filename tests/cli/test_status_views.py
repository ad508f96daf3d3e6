"""What `filrydd status AREA` shows right after a scan."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from filrydd.catalog.insight import stored
from filrydd.catalog.insight import totals as insight
from filrydd.lang import speaking
from filrydd.lang.words import said
from filrydd.model.entry import Reason
from tests.areas import Area
from tests.commands import filrydd

LONG = "en mappe med et langt navn " * 3


@pytest.fixture
def scanned(make_area: Callable[..., Area]) -> Area:
    area = make_area(
        {
            "Økonomi": {"budsjett.xlsx": "x" * 3_000, "Thumbs.db": "x"},
            LONG: {LONG: {LONG: {"film.mp4": "x" * 9_000}}},
            "ond\x1b[2Jmappe": {"a.docx": "x" * 200},
            "tom": {},
        }
    )
    area.scan()
    _add_up(area)
    return area


def _add_up(area: Area) -> None:
    with area.catalog() as catalog, catalog.writing():
        stored.keep(catalog, insight.work_out(catalog, datetime.now(UTC).date()))


def test_all_sections_are_shown_and_fit_100_columns(scanned: Area) -> None:
    shown = filrydd("status", "felles", workspace=scanned.workspace)
    for title in (
        "Sizes of files",
        "Kinds of files",
        "Last change",
        "Biggest folders",
        "Small things",
        "Where to begin",
    ):
        assert title in shown.out, title
    assert "filrydd scan felles --copies" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 100
    assert shown.code == 0


def test_figures_stand_under_each_other(scanned: Area) -> None:
    lines = filrydd("status", "felles", workspace=scanned.workspace).out.splitlines()
    first = lines.index("Kinds of files, and their share of the space") + 1
    table = lines[first : lines.index("", first)]
    assert table[0].split() == ["video", "and", "audio", "1", "file", "9.0", "kB", "74", "%"]
    assert len(table) == 4 and len({len(line) for line in table}) == 1


def test_a_long_path_is_shown_whole_over_several_lines(scanned: Area) -> None:
    out = filrydd("status", "felles", workspace=scanned.workspace).out
    below = out.partition("Biggest folders")[2]
    joined = "".join(line.strip() + " " * line.endswith(" ") for line in below.splitlines())
    assert f"{LONG}/{LONG}/{LONG}" in joined


def test_a_hostile_name_cannot_move_the_cursor(scanned: Area) -> None:
    out = filrydd("status", "felles", workspace=scanned.workspace).out
    assert "\x1b" not in out and "ond?[2Jmappe" in out


def test_the_same_comes_as_json_with_the_paths_in_full(scanned: Area) -> None:
    (area,) = filrydd("status", "felles", "--json", workspace=scanned.workspace).json["areas"]
    assert {"area", "stage", "files", "fates"} <= set(area)
    found = area["insight"]
    assert [one["folder"] for one in found["biggest"]] == [f"{LONG}/{LONG}/{LONG}", "Økonomi", "ond\x1b[2Jmappe"]
    assert {one["family"]: one["files"] for one in found["families"]}["spreadsheets"] == 1
    assert found["places"][-1]["folder"] == "tom" and found["places"][-1]["kind"] == "empty"
    assert found["places"][-1]["reason"] == "1 folder without any file. It can go."
    assert found["duplicates"] is None and found["names"]["refused_folders"] == 3 + 1


def test_an_area_that_was_not_added_up_says_which_command_does_it(scanned: Area) -> None:
    with scanned.catalog() as catalog, catalog.writing():
        catalog.run("DELETE FROM figure WHERE name = 'day'")
    shown = filrydd("status", "felles", workspace=scanned.workspace)
    assert "filrydd scan felles" in shown.out and "Sizes" not in shown.out
    (area,) = filrydd("status", "felles", "--json", workspace=scanned.workspace).json["areas"]
    assert area["insight"] is None


def test_without_an_area_the_tables_are_left_out(scanned: Area) -> None:
    assert "Sizes of files" not in filrydd("status", workspace=scanned.workspace).out


def test_copies_are_shown_with_what_they_free_and_where_they_lie(make_area: Callable[..., Area]) -> None:
    area = make_area({name: {"a.bin": "x" * 70_000, "b.bin": "y" * 5_000} for name in ("sak", "sak - kopi")})
    assert filrydd("scan", "felles", str(area.top), "--copies", workspace=area.workspace).code == 0
    _add_up(area)
    out = filrydd("status", "felles", workspace=area.workspace).out
    assert "4 files in 2 groups. Keeping one of each frees 75.0\u00a0kB." in out
    assert "The same files lie in sak. Keep one of the two." in out
    lines = out.splitlines()
    row = next(line for line in lines[lines.index("Files with the same content") :] if line.endswith("  sak"))
    assert row.split() == ["1.", "75.0", "kB", "2", "files", "2", "folders", "sak"]
    assert lines[lines.index(row) + 1].strip() == "sak - kopi"


def test_more_unreadable_than_fit_one_by_one_are_told_by_reason_with_examples(scanned: Area) -> None:
    with scanned.catalog() as catalog, catalog.writing():
        catalog.run_many(
            "INSERT INTO unreadable (folder, name, kind, reason, detail) VALUES (1, ?, 'file', 'in use', '')",
            [(f"åpen {number}",) for number in range(60)],
        )
        catalog.run("UPDATE figure SET value = 60 WHERE name = 'unreadable'")
    _add_up(scanned)
    below = filrydd("status", "felles", workspace=scanned.workspace).out.partition("What could not be read\n")[2]
    lines = [line.strip() for line in below.splitlines()]
    assert lines[:4] == [f"{said(Reason.IN_USE)}  60", "åpen 0", "åpen 1", "åpen 2"]


def test_numbers_are_written_as_the_reader_writes_them(scanned: Area) -> None:
    with speaking("nb"):
        out = filrydd("status", "felles", workspace=scanned.workspace).out
    assert "9,0\u00a0kB" in out
