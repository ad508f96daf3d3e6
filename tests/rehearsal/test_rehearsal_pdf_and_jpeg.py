"""SharePoint's rewriting of some PDF and JPEG files."""

import io
import itertools
import struct
import zlib
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.documents import jpeg as their_jpeg
from filrydd.documents import pdf as their_pdf
from filrydd.rehearsal.rules import pdf, rewriting
from filrydd.rehearsal.sample import contents
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running


def modern(*, prediction: bool) -> bytes:
    """A PDF as newer programs write it: cross-references in a stream, the information dictionary in an object stream."""
    text = b"BT /F1 18 Tf 50 780 Td (Referat) Tj ET"
    plain = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    held = b"<< /Title (M\\(\\370te\\)) /Author <FEFF00D8> >>"
    numbers = b"7 0 "
    packed = zlib.compress(numbers + held)
    plain[6] = b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(numbers),
        len(packed),
        packed,
    )
    whole = bytearray(b"%PDF-1.5\n")
    entries = [struct.pack(">BHB", 0, 0, 255)]
    for number, content in plain.items():
        entries.append(struct.pack(">BHB", 1, len(whole), 0))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    entries += [struct.pack(">BHB", 2, 6, 0), struct.pack(">BHB", 1, len(whole), 0)]
    parameters = b""
    if prediction:
        rows = [bytes(4), *entries]
        up = [
            bytes([2, *((a - b) & 0xFF for a, b in zip(row, before, strict=True))])
            for before, row in itertools.pairwise(rows)
        ]
        entries, parameters = up, b"/DecodeParms << /Predictor 12 /Columns 4 >> "
    table, start = zlib.compress(b"".join(entries)), len(whole)
    whole += b"8 0 obj\n<< /Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R /Info 7 0 R /ID [<01> <02>] /Filter /FlateDecode "
    whole += parameters + b"/Length %d >>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        len(table),
        table,
        start,
    )
    return bytes(whole)


def described() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(contents.pdf("Referat")))
    writer.add_metadata({"/Title": "Møte (1)", "/Author": "Kari"})
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(contents.pdf("Referat")))
    writer.encrypt("hemmelig")
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()


def added(content: bytes, value: str = "0x01") -> bytes | None:
    whole = io.BytesIO()
    return whole.getvalue() if pdf.rewrite(io.BytesIO(content), whole, {"ContentTypeId": value}) else None


def many(make) -> dict[str, bytes]:
    return {f"{number}": make(f"Referat {number}") for number in range(24)}


@pytest.mark.parametrize("kind", ["pdf", "jpg"])
def test_about_one_in_three_gets_a_property_and_the_others_stay_byte_for_byte(library, kind: str) -> None:
    files = many(contents.pdf if kind == "pdf" else contents.jpg)
    changed = []
    for name, content in files.items():
        item = library.put(f"{name}.{kind}", content).json()
        stored = library.content(f"{name}.{kind}")
        assert item["size"] == len(stored)
        if stored != content:
            changed.append(name)
    assert 2 <= len(changed) <= 16


def test_which_ones_is_decided_by_seed_and_content(tmp_path: Path, library_of) -> None:
    files = many(contents.pdf)
    seen = []
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / folder).mkdir()
        with running(tmp_path / folder, Ways(seed=seed)) as ready:
            library = library_of(ready)
            for name, content in files.items():
                library.put(f"{name}.pdf", content)
            seen.append([name for name, content in files.items() if library.content(f"{name}.pdf") != content])
    assert seen[0] == seen[1] != seen[2]


def test_the_size_of_a_rewritten_file_differs_from_time_to_time(library) -> None:
    content = next(each for each in many(contents.pdf).values() if rewriting.rewrite(each, Path("unused"), "a.pdf", 1))
    sizes = [library.put(f"{number}.pdf", content).json()["size"] for number in range(5)]
    assert all(left != right for left, right in itertools.pairwise(sizes))
    assert min(sizes) > len(content)


@pytest.mark.parametrize(
    "content",
    [contents.pdf("Referat"), described(), modern(prediction=False), modern(prediction=True)],
    ids=["table", "table with information", "stream", "stream with prediction"],
)
def test_a_pdf_gets_an_update_at_its_end_that_a_strict_reader_follows(content: bytes, tmp_path: Path) -> None:
    stored = added(content, "0x0101 (Ø)")
    assert stored
    assert stored.startswith(content)
    before, after = (pypdf.PdfReader(io.BytesIO(each), strict=True) for each in (content, stored))
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages] != []
    assert {**(before.metadata or {}), "/ContentTypeId": "0x0101 (Ø)"} == dict(after.metadata or {})
    (tmp_path / "sent").write_bytes(content)
    (tmp_path / "found").write_bytes(stored)
    assert their_pdf.compare(tmp_path / "sent", tmp_path / "found").outcome == "rewritten"


def test_an_update_upon_an_update_keeps_what_was_there(tmp_path: Path) -> None:
    for content in (described(), modern(prediction=True)):
        once = added(content, "first")
        assert once
        twice = added(once, "second")
        assert twice
        reader = pypdf.PdfReader(io.BytesIO(twice), strict=True)
        assert reader.metadata
        assert reader.metadata["/ContentTypeId"] == "second"
        assert reader.metadata.title == pypdf.PdfReader(io.BytesIO(content)).metadata.title


@pytest.mark.parametrize(
    "content",
    [
        locked(),
        contents.pdf("x").replace(b"/Size 7", b"/Size 7 /XRefStm 9"),
        contents.pdf("x").replace(b"BT ", b"/ByteRange [0 1]BT "),
        b"\n" + contents.pdf("x"),
        contents.pdf("x")[:-60],
        contents.pdf("x").replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"),
        contents.pdf("x").replace(b"/Root 1 0 R", b"/Rot 1 0 R"),
        contents.pdf("x").replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 99 0 R"),
        b"ren tekst",
        b"",
    ],
    ids=[
        "encrypted",
        "hybrid",
        "signed",
        "late header",
        "cut",
        "loop",
        "rootless",
        "information gone",
        "text",
        "empty",
    ],
)
def test_an_odd_pdf_stays_as_it_is(content: bytes) -> None:
    assert added(content) is None


def test_a_jpeg_gets_one_segment_and_all_others_stay() -> None:
    content = contents.jpg("kommentar")
    whole = io.BytesIO()
    assert rewriting.jpeg.rewrite(io.BytesIO(content), whole, "0x01")
    stored = whole.getvalue()
    place = stored.index(b"\xff\xe1")
    length = int.from_bytes(stored[place + 2 : place + 4])
    assert stored[:place] + stored[place + 2 + length :] == content
    assert b"<mso:ContentTypeId>0x01</mso:ContentTypeId>" in stored[place : place + 2 + length]


def test_the_segment_comes_after_jfif_and_exif_and_the_uploader_knows_it(tmp_path: Path) -> None:
    jfif = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    exif = b"\xff\xe1" + struct.pack(">H", 10) + b"Exif\0\0MM"
    content = contents.jpg("x")[:2] + jfif + exif + contents.jpg("x")[2:]
    whole = io.BytesIO()
    assert rewriting.jpeg.rewrite(io.BytesIO(content), whole, "0x01")
    stored = whole.getvalue()
    assert stored.startswith(content[: 2 + len(jfif) + len(exif)] + b"\xff\xe1")
    (tmp_path / "sent").write_bytes(content)
    (tmp_path / "found").write_bytes(stored)
    assert their_jpeg.compare(tmp_path / "sent", tmp_path / "found").outcome == "rewritten"


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"tekst", contents.jpg("x")[:40], contents.png(5)])
def test_what_is_no_jpeg_stays_as_it_is(content: bytes) -> None:
    assert not rewriting.jpeg.rewrite(io.BytesIO(content), io.BytesIO(), "0x01")


def test_a_jpeg_that_has_such_a_segment_already_stays_as_it_is() -> None:
    whole = io.BytesIO()
    assert rewriting.jpeg.rewrite(io.BytesIO(contents.jpg("x")), whole, "0x01")
    assert not rewriting.jpeg.rewrite(io.BytesIO(whole.getvalue()), io.BytesIO(), "0x02")


WHOLE = [("pdf", described()), ("pdf", modern(prediction=True)), ("jpg", contents.jpg("x"))]


@given(st.data())
def test_no_damage_makes_the_rewriting_fail(data: st.DataObject) -> None:
    kind, whole = data.draw(st.sampled_from(WHOLE))
    raw = bytearray(whole)
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255)), max_size=8)):
        raw[place] = byte
    raw = raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]
    new = io.BytesIO()
    if kind == "jpg":
        if rewriting.jpeg.rewrite(io.BytesIO(bytes(raw)), new, "0x01"):
            assert len(new.getvalue()) > len(raw)
    elif (stored := added(bytes(raw))) is not None:
        assert stored.startswith(bytes(raw))
