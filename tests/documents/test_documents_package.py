"""Office packages: properties may differ, nothing else."""

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.documents.comparison import Comparison, Why

Parts = dict[str, bytes]
Compared = Callable[[str, bytes, bytes], Comparison]
Packed = Callable[..., bytes]


def test_a_document_as_sharepoint_gives_it_back_is_rewritten(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts
) -> None:
    assert compared("docx", packed(docx), packed(rewritten_docx)) == Comparison("rewritten", Why.PROPERTIES)
    assert compared("docx", packed(docx), packed(docx)).outcome == "equal"


def test_the_same_parts_packed_otherwise_are_rewritten(compared: Compared, packed: Packed, docx: Parts) -> None:
    turned = dict(reversed(docx.items()))
    assert compared("docx", packed(docx), packed(turned, zipfile.ZIP_STORED)).outcome == "rewritten"


def test_what_was_rewritten_is_not_taken_for_what_was_sent_the_other_way_round(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts
) -> None:
    assert compared("docx", packed(rewritten_docx), packed(docx)).outcome == "different"


def test_any_one_bit_in_a_part_makes_a_difference(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts
) -> None:
    for part in ("word/document.xml", "word/styles.xml"):
        flipped = bytearray(rewritten_docx[part])
        flipped[len(flipped) // 2] ^= 4
        found = packed({**rewritten_docx, part: bytes(flipped)})
        assert compared("docx", packed(docx), found) == Comparison("different", Why.PART_DIFFERS, part)


def test_two_documents_that_were_swapped_are_different(compared: Compared, packed: Packed, docx: Parts) -> None:
    other = {**docx, "word/document.xml": b"<document>En annen sak</document>"}
    assert compared("docx", packed(docx), packed(other)).outcome == "different"
    assert compared("docx", packed(other), packed(docx)).outcome == "different"


@pytest.mark.parametrize("part", ["word/styles.xml", "docProps/app.xml", "word/_rels/document.xml.rels"])
def test_a_part_that_is_gone_is_different(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts, part: str
) -> None:
    del rewritten_docx[part]
    assert compared("docx", packed(docx), packed(rewritten_docx)) == Comparison("different", Why.PART_MISSING, part)


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/media/bilde.png", "noe.xml", "xdocProps/app.xml"])
def test_a_part_added_that_is_no_property_is_different(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts, part: str
) -> None:
    found = packed({**rewritten_docx, part: b"<x/>"})
    assert compared("docx", packed(docx), found) == Comparison("different", Why.PART_ADDED, part)


def test_a_custom_part_that_was_sent_must_come_back_as_it_was(
    compared: Compared, packed: Packed, rewritten_docx: Parts
) -> None:
    found = packed({**rewritten_docx, "customXml/item1.xml": b"<properties>1</properties>"})
    assert compared("docx", packed(rewritten_docx), found).reason is Why.PART_DIFFERS


@pytest.mark.parametrize(
    "targets",
    [
        {"rId1": ("styles", "other.xml")},
        {"rId2": ("styles", "styles.xml")},
        {},
        {"rId1": ("styles", "styles.xml"), "rId2": ("attachedTemplate", "template.xml")},
        {"rId1": ("styles", "styles.xml"), "rId2": ("customXml", "../customXml/../word/evil.xml")},
    ],
)
def test_relationships_may_only_gain_those_to_properties(
    compared: Compared,
    packed: Packed,
    docx: Parts,
    rewritten_docx: Parts,
    relations: Callable[..., bytes],
    targets: dict[str, tuple[str, str]],
) -> None:
    found = packed({**rewritten_docx, "word/_rels/document.xml.rels": relations(targets)})
    assert compared("docx", packed(docx), found) == Comparison(
        "different", Why.PART_DIFFERS, "word/_rels/document.xml.rels"
    )


def test_a_changed_content_type_is_different(
    compared: Compared, packed: Packed, docx: Parts, types: Callable[..., bytes]
) -> None:
    found = packed({**docx, "[Content_Types].xml": types({"word/document.xml": "application/macro"})})
    result = compared("docx", packed(docx), found)
    assert (result.outcome, result.reason) == ("different", Why.PART_DIFFERS)


@pytest.mark.parametrize("part", ["docProps/app.xml", "customXml/item1.xml", "[Content_Types].xml"])
def test_a_broken_property_part_is_no_mere_rewriting(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts, part: str
) -> None:
    found = packed({**rewritten_docx, part: b"<Properties"})
    result = compared("docx", packed(docx), found)
    assert (result.outcome, result.reason) == ("different", Why.FOUND_BROKEN)


def test_entities_in_a_property_part_are_refused_before_they_unfold(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts
) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]><x>&b;</x>'
    found = packed({**rewritten_docx, "docProps/custom.xml": bomb})
    assert compared("docx", packed(docx), found).reason is Why.FOUND_BROKEN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
def test_wherever_a_package_is_damaged_rewritten_means_that_all_parts_still_unpack_the_same(
    compared: Compared, packed: Packed, docx: Parts, rewritten_docx: Parts, at: float, bit: int, cut: bool
) -> None:
    whole = packed(rewritten_docx)
    position = int(at * len(whole))
    flipped = bytes([whole[position] ^ 1 << bit])
    damaged = whole[:position] if cut else whole[:position] + flipped + whole[position + 1 :]
    if compared("docx", packed(docx), damaged).outcome in ("equal", "rewritten"):
        with zipfile.ZipFile(io.BytesIO(damaged)) as package:
            assert not cut
            assert package.testzip() is None
            content = [name for name in docx if name.startswith("word/") and not name.endswith(".rels")]
            assert all(package.read(name) == docx[name] for name in content)


def test_a_truncated_document_that_was_sent_is_not_examined(compared: Compared, packed: Packed, docx: Parts) -> None:
    whole = packed(docx)
    assert compared("docx", whole[:-30], whole) == Comparison("not examined", Why.MALFORMED, "File is not a zip file")
    assert compared("docx", whole, whole[:-30]) == Comparison("different", Why.FOUND_BROKEN, "File is not a zip file")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_not_examined(compared: Compared, packed: Packed, docx: Parts) -> None:
    file = io.BytesIO(packed(docx))
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("word/Document.xml", b"<document>another</document>")
    assert compared("docx", packed(docx), file.getvalue()).reason is Why.DOUBLE_PART


def test_a_bomb_is_not_examined_and_not_unpacked(compared: Compared, packed: Packed, docx: Parts) -> None:
    bomb = packed({**docx, "word/document.xml": bytes(80 << 20)})
    result = compared("docx", packed(docx), bomb)
    assert (result.outcome, result.reason) == ("not examined", Why.TOO_LARGE)


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says(
    compared: Compared, packed: Packed, docx: Parts
) -> None:
    squeezing = zlib.compressobj(wbits=-15)
    mebibyte = squeezing.compress(bytes(1 << 20)) + squeezing.flush(zlib.Z_FULL_FLUSH)
    squeezed = mebibyte * 4096 + squeezing.flush()
    bomb = bytearray(packed({**docx, "word/document.xml": squeezed}, zipfile.ZIP_STORED))
    for signature, method, size in ((b"PK\x01\x02", 10, 24), (b"PK\x03\x04", 8, 22)):
        at = -1
        while (at := bomb.find(signature, at + 1)) >= 0:
            if struct.unpack_from("<I", bomb, at + size)[0] == len(squeezed):
                struct.pack_into("<H", bomb, at + method, zipfile.ZIP_DEFLATED)
                struct.pack_into("<I", bomb, at + size, len(docx["word/document.xml"]))
    began = time.process_time()
    assert compared("docx", packed(docx), bytes(bomb)).reason is Why.FOUND_BROKEN
    assert time.process_time() - began < 2


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_package_compressed_as_no_office_program_does_is_not_examined(
    compared: Compared, packed: Packed, docx: Parts, compression: int
) -> None:
    result = compared("docx", packed(docx, compression), packed(docx))
    assert (result.outcome, result.reason) == ("not examined", Why.MALFORMED)


def test_an_encrypted_package_is_not_examined(compared: Compared, packed: Packed, docx: Parts) -> None:
    locked = bytearray(packed(docx))
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert compared("docx", bytes(locked), packed(docx)) == Comparison("not examined", Why.PROTECTED)
