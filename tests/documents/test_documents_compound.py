"""Compound files: the document's property sets may differ, nothing else."""

import io
import struct
from collections.abc import Callable

import olefile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.documents.comparison import Comparison, Why

Compared = Callable[[str, bytes, bytes], Comparison]
Compound = Callable[..., bytes]

PROPERTIES = b"\xfe\xff\0\0" + b"tittel" * 10
# No two sectors of 512 bytes are alike.
TEXT = b"".join(number.to_bytes(4) for number in range(2500))
TABLE = b"".join(number.to_bytes(4) for number in range(9000, 10_250))
SENT = {
    "WordDocument": TEXT,
    "1Table": TABLE,
    "\x05SummaryInformation": PROPERTIES,
    "ObjectPool": {"_1": {"\x05Inner": PROPERTIES, "Ole": b"small"}},
}
REWRITTEN = {
    **SENT,
    "\x05SummaryInformation": PROPERTIES + b"ny" * 3000,
    "\x05DocumentSummaryInformation": PROPERTIES,
}


def test_the_files_made_here_are_read_back_by_olefile(compound: Compound) -> None:
    with olefile.OleFileIO(io.BytesIO(compound(SENT)), raise_defects=olefile.DEFECT_POTENTIAL) as ole:
        assert ole.openstream("WordDocument").read() == SENT["WordDocument"]
        assert ole.openstream("ObjectPool/_1/Ole").read() == b"small"


@pytest.mark.parametrize("extension", ["doc", "xls", "ppt", "docx"])
def test_changed_and_added_property_sets_and_padding_are_rewriting(
    compared: Compared, compound: Compound, extension: str
) -> None:
    sent = compound(SENT)
    assert compared(extension, sent, compound(REWRITTEN)) == Comparison("rewritten", Why.PROPERTIES)
    assert compared(extension, sent, compound(SENT, padding=1536)) == Comparison("rewritten", Why.PROPERTIES)
    assert compared(extension, sent, sent).outcome == "equal"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({**REWRITTEN, "WordDocument": b"\x01" + TEXT}, "WordDocument"),
        ({**REWRITTEN, "WordDocument": TEXT[:-1] + b"\0"}, "WordDocument"),
        ({**REWRITTEN, "1Table": {"x": b"y"}}, "1Table"),
        ({**REWRITTEN, "ObjectPool": {"_1": {"\x05Inner": PROPERTIES, "Ole": b"Small"}}}, "ObjectPool/_1/Ole"),
        (
            {**REWRITTEN, "ObjectPool": {"_1": {"\x05Inner": PROPERTIES + b"x", "Ole": b"small"}}},
            "ObjectPool/_1/\x05Inner",
        ),
        ({**REWRITTEN, "\x05SummaryInformation": b"no property set"}, "\x05SummaryInformation"),
    ],
)
def test_a_part_that_differs_is_different(
    compared: Compared, compound: Compound, found: dict[str, object], expected: str
) -> None:
    assert compared("doc", compound(SENT), compound(found)) == Comparison("different", Why.PART_DIFFERS, expected)


@pytest.mark.parametrize("name", ["1Table", "\x05SummaryInformation", "ObjectPool"])
def test_a_part_that_is_gone_is_missing_and_the_other_way_round_added(
    compared: Compared, compound: Compound, name: str
) -> None:
    fewer = {key: value for key, value in REWRITTEN.items() if key != name}
    missing = compared("doc", compound(SENT), compound(fewer))
    assert (missing.outcome, missing.reason) == ("different", Why.PART_MISSING)
    fewer = {key: value for key, value in SENT.items() if key != name}
    added = compared("doc", compound(fewer), compound(SENT))
    assert added.reason is (Why.PROPERTIES if name.startswith("\x05") else Why.PART_ADDED)


def test_another_class_of_document_is_different(compared: Compared, compound: Compound) -> None:
    found = compound(SENT, class_id=bytes(15) + b"\1")
    assert compared("doc", compound(SENT), found) == Comparison("different", Why.PART_DIFFERS, "/")


def test_a_file_whose_parts_lie_elsewhere_is_the_same_document(compared: Compared, compound: Compound) -> None:
    sent = compound(SENT)
    scattered = bytearray(sent)
    # Sectors 2 and 3, in the middle of the table, change places: in the file, and in the chain of the last sector.
    for sector, other in ((2, 3), (3, 2)):
        scattered[512 * (sector + 1) : 512 * (sector + 2)] = sent[512 * (other + 1) : 512 * (other + 2)]
    for sector, following in ((1, 3), (3, 2), (2, 4)):
        struct.pack_into("<I", scattered, len(sent) - 512 + 4 * sector, following)
    with olefile.OleFileIO(io.BytesIO(bytes(scattered))) as ole:
        assert ole.openstream("1Table").read() == TABLE
    assert compared("doc", sent, bytes(scattered)).outcome == "rewritten"
    struct.pack_into("<I", scattered, len(sent) - 512 + 4, 2)
    assert compared("doc", sent, bytes(scattered)).outcome == "different"


def test_two_streams_of_one_name_are_no_sound_document(compared: Compared, compound: Compound) -> None:
    found = compound({**REWRITTEN, "1TABLE": b"another"})
    result = compared("doc", compound(SENT), found)
    assert (result.outcome, result.reason) == ("different", Why.FOUND_BROKEN)
    assert compared("doc", found, compound(SENT)).outcome == "not examined"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
def test_wherever_a_compound_file_is_damaged_rewritten_means_that_the_content_is_whole(
    compared: Compared, compound: Compound, at: float, bit: int, cut: bool
) -> None:
    whole = compound(REWRITTEN)
    position = int(at * len(whole))
    flipped = bytes([whole[position] ^ 1 << bit])
    damaged = whole[:position] if cut else whole[:position] + flipped + whole[position + 1 :]
    if compared("doc", compound(SENT), damaged).outcome in ("equal", "rewritten"):
        with olefile.OleFileIO(io.BytesIO(damaged)) as ole:
            assert ole.openstream("WordDocument").read() == SENT["WordDocument"]
            assert ole.openstream("1Table").read() == SENT["1Table"]
            assert ole.openstream("ObjectPool/_1/Ole").read() == b"small"


def test_a_truncated_compound_file_is_never_rewritten(compared: Compared, compound: Compound) -> None:
    whole = compound(SENT)
    assert compared("doc", whole, whole[:-600]).reason is Why.FOUND_BROKEN
    assert compared("doc", whole[:-600], whole).outcome == "not examined"
