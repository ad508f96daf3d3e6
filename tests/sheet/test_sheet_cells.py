"""No name can become a formula or break a workbook, and each comes back as it went out."""

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from filrydd.model import names
from filrydd.stages.sheet import answers
from filrydd.stages.sheet.cells import needs_quoting, safe
from filrydd.stages.sheet.writing import Writer
from tests.areas import Area
from tests.conftest import lay_out
from tests.sheet.lists import KEEP, PATH, answered, changed, write

DANGEROUS = [
    '=HYPERLINK("http:x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "%x",
    "|calc",
    "#REF!",
    "'quoted",
    "\tcmd",
    "\rcmd",
    "_x0041_",
    "x005F_",
    "a\x01b\x1f",
    "TRUE",
    "1e5",
    "2010-01-01",
    "  rom  ",
    "\u202efdp.exe",
    "Ågot\u0308",
    "\U0001f4c4.txt",
    "&lt;b>",
]


def written_and_read(text: str) -> object:
    """The text after a streamed workbook has been written with it and read, and saved and read once more."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("x")
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    sheet.append([cell])
    first, second = io.BytesIO(), io.BytesIO()
    book.save(first)
    again = load_workbook(first)
    once = again["x"]["A1"].value
    again.save(second)
    assert load_workbook(second)["x"]["A1"].value == once
    return once


@pytest.mark.parametrize("text", [*DANGEROUS, "\x00", "a\ufffe", "\uffff", "\n", "\x85", "a\u2028b"])
def test_a_dangerous_text_comes_back_as_it_was_shown(text: str) -> None:
    assert written_and_read(safe(text)) == safe(text)


def test_nothing_is_left_that_excel_or_openpyxl_would_take_for_an_escape() -> None:
    assert [safe(text) for text in ("_x0041_", "x005F_x", "_xAbCd_x0041_")] == [
        "_\\u00780041_",
        "\\u0078005F_x",
        "_\\u0078AbCd_\\u00780041_",
    ]


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_text_that_is_shown_comes_back_as_it_went_out(text: str) -> None:
    assert written_and_read(safe(text)) == safe(text)


beginnings = st.sampled_from(
    [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\t=",
        " =",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
        "\u2212",
        "|",
        "%",
        "#",
        "'",
        '"',
    ]
)
continuations = st.sampled_from(
    ["cmd|'/C calc'!A0", "1+1", "SUM(A1:A9)", 'HYPERLINK("http://x","y")', "DDE(1)", "REF!", ""]
)


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            "{}{}{}".format, beginnings | st.just(""), continuations, st.text(st.characters(exclude_categories=["Cs"]))
        ),
        min_size=8,
        max_size=8,
    )
)
def test_no_cell_that_is_written_is_a_formula_whatever_the_names_are(texts: list[str]) -> None:
    file = io.BytesIO()
    with Writer(datetime(2026, 11, 29)) as writer:
        writer.begin("files")
        shown = [safe(text) for text in texts]
        writer.row(shown, "0" * 16)
        writer.save([("area", safe(texts[0]))], file)
    book = load_workbook(file)
    for cell, text in zip(book[book.sheetnames[0]][2], shown, strict=False):
        assert (cell.value or "") == text
        assert cell.data_type == "s" or not text
        assert cell.quotePrefix or text[:1] not in tuple("=+-@|%#'")
    assert book["filrydd"]["B1"].data_type != "f"
    with zipfile.ZipFile(file) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets" in name]
    assert not [sheet for sheet in sheets if re.search(rb"<f[ >/]", sheet)]


@given(st.text(), st.text())
def test_two_names_never_look_alike_but_for_cutting(one: str, other: str) -> None:
    one, other = names.stored(one), names.stored(other)
    assert (safe(one) == safe(other)) == (one == other)


def test_a_text_longer_than_a_cell_is_cut_where_it_shows() -> None:
    assert len(safe("å" * 40_000)) == 16_000
    assert safe("å" * 40_000).endswith("å…")


@pytest.mark.parametrize("text", [name for name in DANGEROUS if name[0] in "=+-@%|#'"])
def test_what_begins_like_a_formula_is_quoted(text: str) -> None:
    assert needs_quoting(text)


def test_ordinary_names_are_not_quoted() -> None:
    assert not any(needs_quoting(text) for text in ("rapport.docx", "", "_x", "2010 = året.txt", "Ø+Æ"))


def test_dangerous_names_in_an_area_stay_text_all_the_way(area: Area) -> None:
    names_on_disk = [name for name in DANGEROUS if "/" not in name]
    lay_out(area.top, dict.fromkeys(names_on_disk, "1"))
    lay_out(area.top, {"=1+1": {"=2+2.txt": "1"}})
    area.until_proposed()
    path = write(area)
    shown = {str(row[PATH - 1].value): row[PATH - 1] for row in load_workbook(path)["Files"].iter_rows(min_row=2)}
    assert set(map(safe, names_on_disk)) <= set(map(names.raw, map(str, shown))) | set(shown)
    assert {cell.data_type for cell in shown.values()} == {"s"}
    assert all(
        shown[text].quotePrefix for text in ('=HYPERLINK("http:x","y")', "+1+1", "-2+3", "@SUM(A1)", "=1+1/=2+2.txt")
    )
    assert no_formula_in(path)
    answered(path, dict.fromkeys(shown, KEEP) | {"Barn/sak.txt": KEEP})
    changed(path, lambda book: None)
    assert answers.apply(area.work(), path, "=Kari").plan.new == len(shown)
    area.until_proposed()


def no_formula_in(path: Path) -> bool:
    """Whether the XML itself has no formula, and only numbers and inline strings."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                tree = fromstring(archive.read(name))
                space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
                if list(tree.iter(f"{space}f")) or {c.get("t") for c in tree.iter(f"{space}c")} - {"n", "inlineStr"}:
                    return False
    return True
