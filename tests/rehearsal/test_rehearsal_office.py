"""SharePoint's rewriting of Office files and HTML."""

import io
import itertools
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import olefile
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.rehearsal.rules import rewriting
from filrydd.rehearsal.sample import contents
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running

DOCX = contents.docx("Referat fra møtet", "https://example.org/a?b&c")
XLSX = contents.xlsx([["Konto", "Beløp"], ["4000", 17]])
PPTX = contents.pptx("Strategi")
DOC = contents.ole("WordDocument", "gammelt")
HTML = contents.html("Side & sånt")
CHANGED = {"[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"}


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("content", [DOCX, XLSX, PPTX], ids=["docx", "xlsx", "pptx"])
def test_an_ooxml_file_gets_a_property_and_keeps_every_other_member(library, content: bytes) -> None:
    name = {id(DOCX): "a.docx", id(XLSX): "a.XLSX", id(PPTX): "a.pptx"}[id(content)]
    item = library.put(name, content).json()
    stored = library.content(name)
    assert item["size"] == len(stored) != len(content)
    before, after = members(content), members(stored)
    assert set(after) - set(before) == {"docProps/custom.xml"}
    assert {member for member in before if before[member] != after[member]} == {"[Content_Types].xml", "_rels/.rels"}
    for member in CHANGED:
        ElementTree.fromstring(after[member])
    assert b'PartName="/docProps/custom.xml"' in after["[Content_Types].xml"]
    assert b'Target="docProps/custom.xml"' in after["_rels/.rels"]
    assert b'name="ContentTypeId"' in after["docProps/custom.xml"]


def test_a_rewritten_workbook_opens_with_its_values_and_the_property(library) -> None:
    library.put("a.xlsx", XLSX)
    book = openpyxl.load_workbook(io.BytesIO(library.content("a.xlsx")))
    assert [[cell.value for cell in row] for row in book.active.rows] == [["Konto", "Beløp"], ["4000", 17]]
    assert book.custom_doc_props["ContentTypeId"].value.startswith("0x0101")


def test_a_file_with_own_properties_keeps_them(library) -> None:
    book = openpyxl.Workbook()
    book.custom_doc_props.append(openpyxl.packaging.custom.StringProperty(name="Saksnummer", value="2024/17"))
    raw = io.BytesIO()
    book.save(raw)
    library.put("a.xlsx", raw.getvalue())
    stored = library.content("a.xlsx")
    before, after = members(raw.getvalue()), members(stored)
    assert {name for name in after if before.get(name) != after[name]} == {"docProps/custom.xml"}
    pids = re.findall(rb'pid="(\d+)"', after["docProps/custom.xml"])
    assert len(pids) == len(set(pids)) == 2
    properties = openpyxl.load_workbook(io.BytesIO(stored)).custom_doc_props
    assert properties["Saksnummer"].value == "2024/17"
    assert "ContentTypeId" in properties.names


def test_what_comes_down_and_goes_up_again_is_still_sound(library) -> None:
    library.put("a.xlsx", XLSX)
    library.put("b.xlsx", library.content("a.xlsx"))
    assert openpyxl.load_workbook(io.BytesIO(library.content("b.xlsx"))).active["A1"].value == "Konto"
    # The property is there once, with its new value.
    first, second = (members(library.content(name))["docProps/custom.xml"] for name in ("a.xlsx", "b.xlsx"))
    assert second.count(b'name="ContentTypeId"') == 1
    assert first != second


def test_the_size_differs_from_upload_to_upload(library) -> None:
    sizes = [library.put(f"{number}.docx", DOCX).json()["size"] for number in range(8)]
    assert all(left != right for left, right in itertools.pairwise(sizes))
    hashes = {library.item(f"{number}.docx")["file"]["hashes"]["quickXorHash"] for number in range(8)}
    assert len(hashes) == 8


def test_a_session_rewrites_as_well(library) -> None:
    url = library.session("a.docx").json()["uploadUrl"]
    item = library.fragment(url, DOCX, 0, len(DOCX)).json()
    assert item["size"] == len(library.content("a.docx")) != len(DOCX)


def test_an_old_office_file_gets_whole_sectors_at_its_end(library) -> None:
    library.put("a.doc", DOC)
    stored = library.content("a.doc")
    assert stored.startswith(DOC)
    added = stored[len(DOC) :]
    assert added == bytes(len(added))
    assert 512 <= len(added) <= 2048
    assert len(added) % 512 == 0
    assert olefile.OleFileIO(io.BytesIO(stored)).exists("WordDocument")


def test_a_page_gets_sharepoints_block_in_its_head(library) -> None:
    for name in ("a.html", "b.HTM"):
        library.put(name, HTML)
        stored = library.content(name)
        before, rest = stored.split(b"\n<!--[if gte mso 9]><xml>", 1)
        block, after = rest.split(b"<![endif]-->\n", 1)
        assert before + after == HTML
        assert before.endswith(b"<head>")
        assert b"<mso:ContentTypeId" in block


def encrypted_zip() -> bytes:
    # The flag of the first local header and of the directory says that the member is encrypted.
    raw = bytearray(DOCX)
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def plain_zip() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        package.writestr("a.txt", "ingen dokument")
    return raw.getvalue()


def strange_root() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        package.writestr("[Content_Types].xml", "<annet/>")
        package.writestr("_rels/.rels", "<Relationships></Relationships>")
    return raw.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("avkortet.docx", DOCX[:-30]),
        ("skadet.docx", DOCX[:60] + b"\0\0\0\0\0\0\0\0" + DOCX[68:]),
        ("kryptert.docx", contents.ole("EncryptedPackage", "hemmelig")),
        ("kryptert zip.docx", encrypted_zip()),
        ("zip.docx", plain_zip()),
        ("rart.docx", strange_root()),
        ("tekst.docx", b"ren tekst"),
        ("tom.docx", b""),
        ("tekst.doc", b"ren tekst" * 400),
        ("kryptert.xls", contents.ole("EncryptedPackage", "hemmelig")),
        ("halvt.doc", DOC[:600]),
        ("uten.html", b"<p>bare et avsnitt"),
        ("overskrift.html", b"<header>ikke head</header>"),
        ("tom.html", b""),
        ("docx", DOCX),
        ("a.docx.bak", DOCX),
    ],
    # Not the contents: a zip file says when it was made.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_of_the_kind_stays_byte_for_byte(library, name: str, content: bytes) -> None:
    assert library.put(name, content).status_code == 201
    assert library.content(name) == content


def test_without_rewriting_everything_stays(tmp_path: Path, library_of) -> None:
    with running(tmp_path, Ways(rewrite=False)) as ready:
        library = library_of(ready)
        for name, content in (("a.docx", DOCX), ("a.doc", DOC), ("a.html", HTML)):
            library.put(name, content)
            assert library.content(name) == content


def test_the_same_turn_rewrites_alike_in_memory_and_on_disk(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DOCX)
    first, second, third = (rewriting.rewrite(DOCX, tmp_path / "unused", "a.docx", turn) for turn in (5, 5, 6))
    assert isinstance(first, bytes)
    assert isinstance(third, bytes)
    assert first == second
    assert len(first) != len(third)
    assert rewriting.rewrite(source, tmp_path / "target", "a.docx", 5) == tmp_path / "target"
    assert (tmp_path / "target").read_bytes() == first
    assert not (tmp_path / "unused").exists()


@given(st.data())
def test_no_damage_makes_the_rewriting_fail(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damage")
    kind, whole = data.draw(st.sampled_from([("docx", DOCX), ("xlsx", XLSX), ("doc", DOC), ("html", HTML)]))
    raw = bytearray(whole)
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255)), max_size=6)):
        raw[place] = byte
    (folder / "source").write_bytes(raw)
    if rewriting.rewrite(folder / "source", folder / "target", f"a.{kind}", 3):
        assert (folder / "target").stat().st_size > 0
        if kind in ("docx", "xlsx"):
            kept = {name: part for name, part in members(bytes(raw)).items() if name not in CHANGED}
            assert kept.items() <= members((folder / "target").read_bytes()).items()
    else:
        assert not (folder / "target").exists()
