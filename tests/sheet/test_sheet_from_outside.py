"""Files that are no lists, or that mean harm: refused before they cost anything."""

import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from defusedxml.common import EntitiesForbidden
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.errors import BadUsage, SheetRefused
from filrydd.stages.sheet import answers, opening
from tests.areas import Area
from tests.sheet.lists import write

BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"


def rebuilt(path: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> Path:
    """The archive with each part as `change(name, content)` gives it (None: left out), and more parts."""
    draft = path.with_suffix(".new")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    draft.replace(path)
    return path


def as_it_is(_name: str, content: bytes) -> bytes:
    return content


def refusal(area: Area, path: Path) -> str:
    with pytest.raises(SheetRefused) as refused:
        answers.plan(area.work(), path)
    assert refused.value.next
    return refused.value.message


def test_the_way_this_test_rebuilds_archives_leaves_a_list_whole(area: Area) -> None:
    assert answers.plan(area.work(), rebuilt(write(area), as_it_is)).new == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"Gammel.pdf;slett\n", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "has a password, or is of the old kind"),
    ],
)
def test_what_is_no_workbook_is_refused(area: Area, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "liste.xlsx"
    path.write_bytes(content)
    assert words in refusal(area, path)


def test_other_kinds_of_files_are_refused_by_their_ending(area: Area) -> None:
    path = write(area)
    for ending in (".xlsm", ".ods", ".csv"):
        assert "not an Excel file of the kind .xlsx" in refusal(area, Path(shutil.copy(path, path.with_suffix(ending))))
    with pytest.raises(BadUsage):
        answers.plan(area.work(), path.with_name("ingen.xlsx"))
    with pytest.raises(BadUsage):
        answers.plan(area.work(), path.parent)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml"])
def test_macros_and_embedded_objects_are_refused(area: Area, part: str) -> None:
    assert "macros or embedded objects" in refusal(area, rebuilt(write(area), as_it_is, {part: b"x"}))


def test_a_macro_workbook_under_another_name_is_refused(area: Area) -> None:
    def enable(name: str, content: bytes) -> bytes:
        return content.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")

    assert "macros or embedded objects" in refusal(area, rebuilt(write(area), enable))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(area: Area) -> None:
    path = write(area)
    huge = b" " * (opening._BYTES + 100 * opening._BYTES_A_FILE)
    rebuilt(path, as_it_is, {"xl/worksheets/sheet9.xml": huge})
    del huge
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        assert "unpacked it is larger" in refusal(area, path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_large_part_that_no_list_has_is_refused(area: Area) -> None:
    path = rebuilt(write(area), as_it_is, {"xl/media/image1.png": b"\0" * (opening._BYTES_A_SMALL_PART + 1)})
    assert "unpacked it is larger" in refusal(area, path)


def test_thousands_of_parts_are_refused(area: Area) -> None:
    assert "unpacked it is larger" in refusal(area, rebuilt(write(area), as_it_is, {f"x/{n}": b"" for n in range(600)}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(area: Area) -> None:
    path = rebuilt(write(area), as_it_is, {"xl/workbook.xml": b"<x/>"})
    assert "two parts of the same name" in refusal(area, path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"])
def test_entities_are_refused(area: Area, part: str) -> None:
    def declare(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        head, sign, rest = content.rpartition(b"?>")
        return head + sign + BOMB + rest

    with pytest.raises(SheetRefused) as refused:
        answers.plan(area.work(), rebuilt(write(area), declare))
    causes = [refused.value.__cause__]
    while causes[-1] is not None:
        causes.append(causes[-1].__cause__ or causes[-1].__context__)
    assert any(isinstance(cause, EntitiesForbidden) for cause in causes)


def test_a_sheet_that_breaks_off_is_refused(area: Area) -> None:
    def cut(name: str, content: bytes) -> bytes:
        return content[: len(content) * 2 // 3] if name == "xl/worksheets/sheet2.xml" else content

    assert "damaged" in refusal(area, rebuilt(write(area), cut))


def test_a_row_number_beyond_any_sheet_does_not_keep_the_reader_busy(area: Area) -> None:
    def far(name: str, content: bytes) -> bytes:
        return (
            content.replace(b'<row r="3"', b'<row r="99999999999"') if name == "xl/worksheets/sheet2.xml" else content
        )

    path = rebuilt(write(area), far)
    with pytest.raises(SheetRefused):
        answers.plan(area.work(), path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_byte_is_refused_or_does_no_harm(area: Area, data: st.DataObject) -> None:
    """Whatever a byte on the way turns into, the answer is a refusal or the list as it was; never a fault of the program."""
    path = area.workspace.parent / "flipped.xlsx"
    whole = bytearray(_LISTS.setdefault(area.workspace, write(area).read_bytes()))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    try:
        assert answers.plan(area.work(), path).new == 0
    except SheetRefused as refused:
        assert refused.next


_LISTS: dict[Path, bytes] = {}
