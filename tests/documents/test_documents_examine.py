"""What is read out of each kind of document, and that only what was read in full is called read."""

import email.message
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest

from filrydd.documents import EXAMINED_EXTENSIONS, Examiner, links
from filrydd.model.finding import Examination, Outcome

Reading = Callable[[str, bytes], Examination]
LONG = " ".join(f"ord{each}" for each in range(60))


def _checked() -> str:
    digits = [0, 1, 0, 1, 9, 0, 0, 0, 0]
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        digits.append(-sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11)
    assert max(digits) < 10
    return "".join(map(str, digits))


N = _checked()


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Examiner(seconds=30) as examiner:
        yield examiner


@pytest.fixture
def reading(examiner: Examiner, tmp_path: Path) -> Reading:
    """`reading(name, content)`: the examination of a file, by the real child."""

    def run(name: str, content: bytes) -> Examination:
        path = tmp_path / f"examined-{len(list(tmp_path.iterdir()))}"
        path.write_bytes(content)
        told = examiner.examine(name, path)
        assert N not in repr(told)
        return told

    return run


def office(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def word(*paragraphs: str, **parts: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return office(
        {"word/document.xml": f"<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>"}
        | {f"word/{name}.xml": text for name, text in parts.items()}
    )


def pdf(page: str, *, pictures: bool = False) -> bytes:
    """A PDF of one page, with what draws it."""
    resources = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    if pictures:
        resources += " /XObject << /I 5 0 R >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << {resources} >> >>",
        f"<< /Length {len(page)} >>\nstream\n{page}\nendstream",
        (
            "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
            "\nstream\n0\nendstream"
        ),
    ]
    file, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return (file + f"xref\n0 6\n0000000000 65535 f \n{table}" + end).encode("latin-1")


def test_a_number_split_over_runs_is_found_with_its_word(reading: Reading) -> None:
    runs = f"<w:p><w:r><w:t>f</w:t></w:r><w:r><w:t>nr: {N[:4]}</w:t></w:r><w:r><w:t>{N[4:]}</w:t></w:r></w:p>"
    document = office({"word/document.xml": f"<w:document xmlns:w='w'>{runs}</w:document>"})
    assert reading("Vedtak.DOCX", document) == Examination(Outcome.READ, numbers=(("fnr", 1),))


@pytest.mark.parametrize("part", ["header1", "footer2", "comments", "footnotes", "endnotes", "charts/chart1"])
def test_every_part_of_a_word_document_is_read(reading: Reading, part: str) -> None:
    text = f"<w:x xmlns:w='w'><w:p><w:r><w:t>fnr {N}</w:t></w:r></w:p></w:x>"
    assert reading("a.docx", word("Hei", **{part: text})).numbers == (("fnr", 1),)


def test_a_text_box_and_its_fallback_are_counted_once_and_deleted_text_too(reading: Reading) -> None:
    box = f"<w:p><w:r><w:t>fnr {N}</w:t></w:r></w:p>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    gone = f"<w:p><w:del><w:r><w:delText>personnr {N}</w:delText></w:r></w:del></w:p>"
    xml = f"<w:document xmlns:w='w' xmlns:mc='mc'>{both}{gone}</w:document>"
    assert reading("a.docx", office({"word/document.xml": xml})).numbers == (("fnr", 1), ("personnummer", 1))


def test_a_workbooks_columns_stay_under_their_headings(reading: Reading) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    for row in (["Nr", None, "Fødselsnummer", "Konto"], [1, None, N, N], [2, "x", int(N), N]):
        sheet.append(row)
    second = book.create_sheet("To")
    second["C3"] = f"fnr {N}"
    file = io.BytesIO()
    book.save(file)
    assert reading("a.xlsx", file.getvalue()).numbers == (("fnr", 1), ("fødselsnummer", 2))


@pytest.mark.parametrize(
    "part", ["slides/slide1", "notesSlides/notesSlide1", "comments/comment1", "slideMasters/slideMaster1"]
)
def test_slides_notes_and_comments_are_read(reading: Reading, part: str) -> None:
    xml = f"<p:x xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>fnr {N}</a:t></a:r></a:p></p:x>"
    assert reading("a.pptx", office({"ppt/slides/slide9.xml": "<x/>", f"ppt/{part}.xml": xml})).numbers == (("fnr", 1),)


def test_open_documents_are_read_with_columns_and_cells(reading: Reading) -> None:
    cell, empty = "<t:table-cell><x:p>{}</x:p></t:table-cell>", "<t:table-cell t:number-columns-repeated='2'/>"
    row = f"<t:table-row>{cell}{empty}{cell}</t:table-row>"
    xml = f"<o xmlns:t='t' xmlns:x='x'>{row.format('Navn', 'Fnr')}{row.format('Ola', N)}</o>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("content.xml", xml)
    assert reading("a.ods", file.getvalue()) == Examination(Outcome.READ, numbers=(("fnr", 1),))


def test_an_encrypted_open_document_is_protected(reading: Reading) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("content.xml", b"\x8a\x01")
        package.writestr("META-INF/manifest.xml", "<m xmlns:n='n'><n:encryption-data/></m>")
    assert reading("a.odt", file.getvalue()).outcome is Outcome.PROTECTED


def test_a_pdf_is_read_and_one_that_only_shows_pictures_is_no_text(reading: Reading) -> None:
    assert reading("a.pdf", pdf(f"BT /F1 12 Tf 10 100 Td (fnr {N}) Tj ET")).numbers == (("fnr", 1),)
    assert reading("a.pdf", pdf("q /I Do Q", pictures=True)).outcome is Outcome.NO_TEXT
    assert reading("a.pdf", pdf("")).outcome is Outcome.READ


def test_a_pdf_that_needs_a_password_is_protected_and_one_that_does_not_is_read(reading: Reading) -> None:
    import pypdf

    for password, outcome in (("hemmelig", Outcome.PROTECTED), ("", Outcome.READ)):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(f"BT /F1 12 Tf 10 100 Td (fnr {N}) Tj ET")))
        writer.encrypt(password, "eier", algorithm="AES-256")
        file = io.BytesIO()
        writer.write(file)
        assert reading("a.pdf", file.getvalue()).outcome is outcome


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.log", "a.csv"])
def test_text_is_read_in_every_encoding(reading: Reading, encoding: str, name: str) -> None:
    told = reading(name, f"Fødselsnummer: {N}\r\nå være".encode(encoding))
    assert told == Examination(Outcome.READ, numbers=(("fødselsnummer", 1),))


def test_a_csv_files_quoted_cells_keep_their_columns(reading: Reading) -> None:
    assert reading("a.csv", f'Navn,Fnr,Sum\n"Dahl, Ola",{N},5\n"Lie\nPer",{N},{N}\n'.encode()).numbers == (
        ("", 1),
        ("fnr", 2),
    )


def test_what_is_called_text_and_is_not_has_no_reader(reading: Reading) -> None:
    assert reading("a.txt", bytes(range(256)) * 20).outcome is Outcome.NO_READER


def test_web_pages_rtf_and_scripts_are_read(reading: Reading) -> None:
    page = f"<html><script>var x='{N}'</script><table><tr><th>Navn<th>Fnr</tr><tr><td>Ola</td><td>{N}</td></tr></table>"
    assert reading("a.htm", page.encode()).numbers == (("fnr", 1),)
    rtf = rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{{\f0 Arial {N};}}}}F\'f8dselsnummer \u58 ? {N}\par}}"
    assert reading("a.rtf", rtf.encode()) == Examination(Outcome.READ, numbers=(("fødselsnummer", 1),))
    assert reading("a.doc", rtf.encode()).numbers == (("fødselsnummer", 1),), "called doc by its name"
    assert reading("a.sql", f"update x set fnr='{N}'".encode()).numbers == (("fnr", 1),)


def test_a_mail_and_what_is_attached_are_read(reading: Reading) -> None:
    mail = email.message.EmailMessage()
    mail["Subject"] = f"Sak om fnr {N}"
    mail["To"] = "Kari <kari@example.org>"
    mail.set_content(f"født {N}")
    mail.add_attachment(word(f"personnr {N}"), maintype="application", subtype="octet-stream", filename="v.docx")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    assert reading("a.eml", mail.as_bytes()) == Examination(
        Outcome.READ, numbers=(("fnr", 1), ("født", 1), ("personnummer", 1))
    )
    mail.add_attachment(b"\xd0\xcf", maintype="application", subtype="x", filename="gammel.wpd")
    told = reading("a.eml", mail.as_bytes())
    assert (told.outcome, len(told.numbers)) == (Outcome.NO_READER, 3), "an unread attachment is not called read"
    assert "gammel.wpd" in told.detail


def test_an_encrypted_mail_is_protected(reading: Reading) -> None:
    mail = b"Subject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nMIIB"
    assert reading("a.eml", mail).outcome is Outcome.PROTECTED


def _property(tag: int, size: int) -> bytes:
    return tag.to_bytes(4, "little") + (6).to_bytes(4, "little") + size.to_bytes(4, "little") + bytes(4)


def test_an_outlook_message_is_read_and_a_rights_managed_one_protected(
    reading: Reading, compound: Callable[..., bytes]
) -> None:
    subject, body = "Sak".encode("utf-16-le"), f"fnr {N}".encode("utf-16-le")
    name = "message.rpmsg".encode("utf-16-le")
    attached = {
        "__properties_version1.0": bytes(8) + _property(0x3707001F, len(name) + 2),
        "__substg1.0_3707001F": name,
    }
    message: dict[str, object] = {
        "__properties_version1.0": bytes(32)
        + _property(0x0037001F, len(subject) + 2)
        + _property(0x1000001F, len(body) + 2),
        "__substg1.0_0037001F": subject,
        "__substg1.0_1000001F": body,
    }
    assert reading("a.msg", compound(message)) == Examination(Outcome.READ, numbers=(("fnr", 1),))
    assert (
        reading("a.msg", compound(message | {"__attach_version1.0_#00000000": attached})).outcome is Outcome.PROTECTED
    )


def test_protected_old_and_new_office_files_are_told_from_unreadable_ones(
    reading: Reading, compound: Callable[..., bytes]
) -> None:
    plain, encrypted = bytes(11) + b"\0" + bytes(20), bytes(11) + b"\x01" + bytes(20)
    begins, locked = b"\x09\x08\x02\0\0\0", b"\x2f\0\x02\0\0\0"
    for name, tree, outcome in (
        ("a.docx", {"EncryptedPackage": b"x" * 50, "EncryptionInfo": b"x"}, Outcome.PROTECTED),
        ("a.xlsx", {"\x06DataSpaces": {"TransformInfo": {"DRMEncryptedTransform": {"x": b"y"}}}}, Outcome.PROTECTED),
        ("a.doc", {"WordDocument": encrypted}, Outcome.PROTECTED),
        ("a.doc", {"WordDocument": plain}, Outcome.NO_READER),
        ("a.xls", {"Workbook": begins + locked}, Outcome.PROTECTED),
        ("a.xls", {"Workbook": begins}, Outcome.NO_READER),
    ):
        assert reading(name, compound(tree)).outcome is outcome, (name, tree)


def test_a_likeness_comes_with_enough_text_and_properties_do_not_change_it(reading: Reading) -> None:
    plain = reading("a.docx", word(LONG))
    assert plain.likeness is not None
    assert reading("a.txt", LONG.encode()).likeness == plain.likeness
    assert reading("a.docx", word("Kort")).likeness is None


def test_links_come_with_what_was_read(reading: Reading) -> None:
    told = reading("a.bat", rb"copy \\server\felles\a.txt X:\b")
    assert told.outcome is Outcome.READ
    assert any("server" in link.target for link in told.links)


def test_every_kind_with_links_or_text_is_examined_and_mail_archives_never_are(reading: Reading) -> None:
    assert links.EXTENSIONS <= EXAMINED_EXTENSIONS
    assert not EXAMINED_EXTENSIONS & {"pst", "ost", "one", "exe", "jpg"}
    assert reading("arkiv.pst", f"fnr {N}".encode()) == Examination(Outcome.NO_READER)
