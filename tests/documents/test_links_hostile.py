"""Files that are broken or made to do harm: an answer or a fault of this room, within bounds, and nothing else."""

import base64
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.documents import links
from filrydd.documents.comparison import NotReadable, Why
from filrydd.documents.links_macro import decompressed
from filrydd.model.finding import Link

_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"

Look = Callable[[str, bytes], tuple[Link, ...]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def run(extension: str, content: bytes) -> tuple[Link, ...]:
        path = tmp_path / f"file.{extension}"
        path.write_bytes(content)
        return links.found(extension, path, "")

    return run


def refused(look: Look, extension: str, content: bytes) -> Why:
    with pytest.raises(NotReadable) as trouble:
        look(extension, content)
    return trouble.value.reason


def leading_to(*targets: str) -> bytes:
    rows = (f'<Relationship Id="r" Type="{_LINK}" Target="{target}" TargetMode="External"/>' for target in targets)
    return _RELATIONSHIPS.format("".join(rows)).encode()


def test_at_most_two_hundred_links_leave_each_once(look: Look) -> None:
    found = look("bat", b"".join(b"start F:\\fil%d.txt\r\nstart F:\\fil%d.txt\r\n" % (n, n) for n in range(1_000)))
    assert found == tuple(Link("script", f"F:\\fil{n}.txt") for n in range(200))


def test_a_target_is_cut_and_has_no_control_characters(look: Look, packed: Callable[..., bytes]) -> None:
    package = packed({"word/_rels/document.xml.rels": leading_to("F:\\" + "a" * 5_000, "F:\\b&#10;&#x85;\u2028c.txt")})
    assert {link.target for link in look("docx", package)} == {"F:\\" + "a" * 997, "F:\\bc.txt"}


def test_a_package_that_unpacks_to_too_much_is_too_large(look: Look, packed: Callable[..., bytes]) -> None:
    assert refused(look, "docx", packed({"word/document.xml": bytes(33 << 20)})) is Why.TOO_LARGE
    many = packed({f"word/header{n}.xml": bytes(30 << 20) for n in range(5)})
    assert refused(look, "docx", many) is Why.TOO_LARGE


def test_a_part_that_is_larger_than_it_says_is_not_read_further(look: Look, packed: Callable[..., bytes]) -> None:
    package = packed({"word/_rels/document.xml.rels": leading_to("F:\\aaa.txt")})
    # The size in the central directory, and not what the part unpacks to.
    at = package.rindex(b"PK\x01\x02") + 24
    lying = package[:at] + struct.pack("<I", 10) + package[at + 4 :]
    assert refused(look, "docx", lying) is Why.MALFORMED


def test_an_xml_bomb_and_a_foreign_entity_are_refused(look: Look, packed: Callable[..., bytes]) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    entity = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><connections>&b;</connections>'
    assert refused(look, "xlsx", packed({"_rels/.rels": bomb})) is Why.MALFORMED
    assert refused(look, "xlsx", packed({"xl/connections.xml": entity})) is Why.MALFORMED


def test_a_bomb_within_the_queries_is_read_within_bounds(look: Look, packed: Callable[..., bytes]) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("Formulas/Section1.m", 'A = File.Contents("F:\\inn.csv");' + " " * (64 << 20))
    content = struct.pack("<2I", 0, len(package.getvalue())) + package.getvalue()
    text = base64.b64encode(content).decode()
    item = f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{text}</DataMashup>'.encode()
    assert look("xlsx", packed({"customXml/item1.xml": item})) == (Link("query", "F:\\inn.csv"),)


def test_a_compression_that_packages_may_not_use_is_refused(look: Look, packed: Callable[..., bytes]) -> None:
    content = packed({"word/_rels/document.xml.rels": leading_to("F:\\a.txt")}, zipfile.ZIP_LZMA)
    assert refused(look, "docx", content) is Why.MALFORMED


def test_an_encrypted_document_is_protected(look: Look, compound: Callable[..., bytes]) -> None:
    assert refused(look, "docx", compound({"EncryptedPackage": bytes(64), "EncryptionInfo": bytes(8)})) is Why.PROTECTED


@pytest.mark.parametrize("extension", ["docx", "xls", "mdb", "bat", "url", "odt"])
@pytest.mark.parametrize("content", [b"", b"\0", b"<html><a href='x'>", b"F:", "å".encode()])
def test_what_is_not_what_its_name_says_has_no_links(look: Look, extension: str, content: bytes) -> None:
    assert look(extension, content) == ()


def test_a_shortcut_that_is_none_is_refused(look: Look) -> None:
    assert refused(look, "lnk", b"") is Why.MALFORMED


@pytest.mark.parametrize("extension", ["pst", "png", "exe", "", "ukjent"])
def test_other_kinds_are_not_even_opened(tmp_path: Path, extension: str) -> None:
    assert links.found(extension, tmp_path / "finnes ikke", "F:\\a.txt") == ()


def test_a_project_that_lists_one_stream_many_times_is_read_once(
    look: Look, packed: Callable[..., bytes], compound: Callable[..., bytes]
) -> None:
    def record(number: int, data: bytes) -> bytes:
        return struct.pack("<HI", number, len(data)) + data

    def raw(content: bytes) -> bytes:
        chunks = [content[at : at + 4_096].ljust(4_096, b"\0") for at in range(0, len(content), 4_096)]
        return b"\x01" + b"".join(struct.pack("<H", 0x3FFF) + chunk for chunk in chunks)

    names = [
        bytes(letter ^ (0x20 if n >> bit & 1 else 0) for bit, letter in enumerate(b"abcdefgh")) for n in range(200)
    ]
    listing = b"".join(record(0x1A, name) + record(0x31, struct.pack("<I", 0)) for name in names)
    source = raw(b'Open "F:\\a.txt"\r\n' + b"x" * (1 << 20))
    content = packed({"xl/vbaProject.bin": compound({"VBA": {"dir": raw(listing), "abcdefgh": source}})})
    assert look("xlsm", content) == (Link("macro", "F:\\a.txt"),)


@given(st.binary(max_size=400))
def test_any_bytes_unpack_to_something_bounded_or_are_refused(content: bytes) -> None:
    try:
        whole = decompressed(b"\x01" + content, 10_000)
    except ValueError:
        return
    assert len(whole) < 10_000 + 4_096


def _samples() -> dict[str, bytes]:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("word/_rels/document.xml.rels", leading_to("F:\\a.txt", "../b.docx"))
        file.writestr("word/document.xml", '<w:fldSimple w:instr="LINK Excel &quot;F:\\\\a.xlsx&quot;"/>')
        file.writestr("xl/connections.xml", '<c xmlns="x"><d sourceFile="F:\\c.csv"/></c>')
    link = struct.pack("<I", 0x4C) + bytes.fromhex("0114020000000000c000000000000046") + struct.pack("<I", 0xAE)
    info = struct.pack("<7I", 60, 0x1C, 1, 0, 0x1C, 0, 0x2B) + b"C:\\test\\a.txt\0\0" + bytes(17)
    return {
        "docx": package.getvalue(),
        "lnk": link + bytes(52) + info + struct.pack("<H", 3) + "a\\b".encode("utf-16-le") * 2,
        "url": b"[InternetShortcut]\r\nURL=file:///F:/a.txt\r\n",
        "bat": "start F:\\å.txt \\\\srv\\felles\\b".encode(),
        "mdb": b"\0F:\\a.mdb\0" + "\\\\srv\\f\\b.accdb".encode("utf-16-le"),
    }


SAMPLES = _samples()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_damage_anywhere_gives_an_answer_or_a_fault_of_this_room(
    look: Look, extension: str, damage: list[tuple[float, int]], length: float
) -> None:
    content = bytearray(SAMPLES[extension])
    for at, value in damage:
        content[int(at * (len(content) - 1))] = value
    content = content[: int(length * 2 * len(content))]
    try:
        found = look(extension, bytes(content))
    except NotReadable:
        return
    assert all(0 < len(link.target) <= 1_000 and min(link.target) >= " " for link in found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_old_file_gives_an_answer_or_a_fault_of_this_room(
    look: Look, compound: Callable[..., bytes], damage: list[tuple[float, int]]
) -> None:
    book = struct.pack("<2H", 0x1AE, 9) + struct.pack("<2HB", 1, 4, 0) + b"\x01a.x"
    content = bytearray(
        compound({"Workbook": book, "VBA": {"dir": b"\x01\x19\xb0\x00abcdefgh", "Modul": b"x" * 5_000}})
    )
    for at, value in damage:
        content[int(at * (len(content) - 1))] = value
    try:
        look("xls", bytes(content))
    except NotReadable as trouble:
        assert trouble.reason in (Why.MALFORMED, Why.PROTECTED)
