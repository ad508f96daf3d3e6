"""Texts and rows are read as openpyxl reads them, one block at a time, whatever wrote them."""

import io
import tracemalloc
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from defusedxml.common import EntitiesForbidden, ExternalReferenceForbidden
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from filrydd.stages.sheet.book import Book
from filrydd.stages.sheet.parsing import raw_rows, shared_texts
from filrydd.stages.sheet.strings import Strings

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
fit = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12)


def shared(inside: str) -> io.BytesIO:
    return io.BytesIO(f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{MAIN}">{inside}</sst>'.encode())


def sheet(inside: str) -> io.BytesIO:
    return io.BytesIO(f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'.encode())


@given(st.lists(fit, max_size=20))
def test_shared_texts_come_by_their_number(texts: list[str]) -> None:
    strings = Strings(shared("".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)))
    assert [strings[number] for number in range(len(strings))] == texts
    for number in (-1, len(texts)):
        with pytest.raises(IndexError):
            strings[number]
    strings.close()


def test_a_text_in_pieces_is_whole_and_hints_for_reading_aloud_are_no_part_of_it() -> None:
    inside = "<si><r><rPr><b/></rPr><t>be</t></r><r><t>holdes</t></r><rPh sb='0' eb='1'><t>hint</t></rPh></si><si/>"
    assert list(shared_texts(shared(inside))) == ["beholdes", ""]


def test_rows_and_cells_without_an_address_follow_the_one_before() -> None:
    inside = (
        '<row><c><v>1</v></c><c t="inlineStr"><is><t>x</t></is></c></row><row r="7"><c r="C7"><v>2</v></c></row><row/>'
    )
    found = [
        (number, {column: raw.text for column, raw in cells.items()}) for number, cells in raw_rows(sheet(inside), 5)
    ]
    assert found == [(1, {1: "1", 2: "x"}), (7, {3: "2"}), (8, {})]


def test_cells_beyond_the_last_column_are_not_kept() -> None:
    assert [cells.keys() for _n, cells in raw_rows(sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'), 11)] == [set()]


@pytest.mark.parametrize("address", ["1", "å1", "XFE1", "AAAAAAAAAAAAAAAA1"])
def test_an_address_outside_any_sheet_is_an_error(address: str) -> None:
    with pytest.raises(ValueError, match=address):
        list(raw_rows(sheet(f'<row r="1"><c r="{address}"><v>1</v></c></row>'), 11))


def test_a_text_that_no_cell_can_hold_is_an_error_before_it_is_in_memory() -> None:
    huge = shared(f"<si><t>{'x' * (8 << 20)}</t></si>")
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="no cell can hold"):
            list(shared_texts(huge))
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(rows: int) -> int:
        source = sheet("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, rows)))
        tracemalloc.start()
        try:
            assert sum(1 for _row in raw_rows(source, 11)) == rows - 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(50_000) < peak(5_000) * 2


def test_entities_and_outside_references_are_errors() -> None:
    head = f'<!DOCTYPE sst [<!ENTITY a "b">]><sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>'
    with pytest.raises(EntitiesForbidden):
        list(shared_texts(io.BytesIO(head.encode())))
    with pytest.raises((EntitiesForbidden, ExternalReferenceForbidden)):
        list(shared_texts(io.BytesIO(head.replace('"b"', 'SYSTEM "file:///x"').encode())))


values = st.one_of(
    fit.filter(lambda text: text and not text.startswith("=") and "x005F_" not in text),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.floats(-1e9, 1e9).map(lambda number: round(number, 3)),
)


@settings(max_examples=40)
@given(st.lists(st.lists(values, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_openpyxl_writes_reads_the_same(rows: list[list[object]]) -> None:
    workbook, file = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)  # type: ignore[union-attr]
    workbook.save(file)
    book = Book(file)
    found = [[cell.text for cell in cells if cell.text] for _n, cells in book.rows("Sheet", 4, 100)]
    book.close()

    def text(value: object) -> str:
        if isinstance(value, bool):
            return str(value).upper()
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    assert found == [[text(cell.value) for cell in row if cell.value is not None] for row in load_workbook(file).active]  # type: ignore[union-attr]


def test_days_formulas_and_faults_read_as_a_person_sees_them(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.append([date(2026, 2, 1), datetime(2026, 2, 1, 13, 30), "=1+1", "#REF!", 2.5])  # type: ignore[union-attr]
    workbook.save(tmp_path / "x.xlsx")
    with (tmp_path / "x.xlsx").open("rb") as file:
        book = Book(file)
        ((_number, cells),) = book.rows("Sheet", 5, 10)
        book.close()
    assert [cell.text for cell in cells] == ["2026-02-01", "2026-02-01 13:30:00", "=1+1", "#REF!", "2.5"]
    assert [cell.formula for cell in cells] == [False, False, True, False, False]


def test_a_sheet_without_rows_and_a_workbook_without_shared_texts_can_be_read(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.create_sheet("Ærlig talt")
    workbook.save(tmp_path / "x.xlsx")
    with (tmp_path / "x.xlsx").open("rb") as file:
        book = Book(file)
        assert book.sheets == ("Sheet", "Ærlig talt")
        assert list(book.rows("Ærlig talt", 3, 10)) == []
        book.close()
