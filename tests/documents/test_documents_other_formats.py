"""Web pages, PDF, JPEG, and the files that nobody rewrites."""

from collections.abc import Callable

import pytest

from filrydd.documents.comparison import Comparison, Why

Compared = Callable[[str, bytes, bytes], Comparison]

VOCABULARIES = (
    b' xmlns:mso="urn:schemas-microsoft-com:office:office" xmlns:msdt="uuid:C2F41010-65B3-11d1-A29F-00AA00C14882"'
)
FIELDS = (
    b"<mso:CustomDocumentProperties>\n"
    b'<mso:Order msdt:dt="string">90800.0</mso:Order>\n'
    b'<mso:SharedWithUsers msdt:dt="string"></mso:SharedWithUsers>\n'
    b'<mso:_dlc_DocId msdt:dt="string">BYDEL-1\nto linjer</mso:_dlc_DocId>\n'
    b"</mso:CustomDocumentProperties>\n"
)
BLOCK = b"<!--[if gte mso 9]><xml>\n" + FIELDS + b"</xml><![endif]-->"
ASPX_BLOCK = (
    b'<!--[if gte mso 9]><SharePoint:CTFieldRefs runat=server Prefix="mso:" FieldList="FileLeafRef"><xml>\n'
    + FIELDS
    + b"</xml></SharePoint:CTFieldRefs><![endif]-->"
)
PAGE = b"<html>\n<head>\n<title>Sak</title>\n</head>\n<body>Vedtak</body></html>\n"
HEADLESS = b"<html>\n<body>Vedtak</body></html>\n"


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (PAGE, PAGE.replace(b"</head>", BLOCK + b"\n</head>")),
        (
            PAGE,
            PAGE.replace(b"</head>", b"\n" + BLOCK + b"\n</head>").replace(b"<html>", b"<html" + VOCABULARIES + b">"),
        ),
        (PAGE, PAGE.replace(b"<head>", b"<head>\r\n" + BLOCK + b"\r\n")),
        (PAGE, PAGE.replace(b"<head>", b"<head><title></title>\n" + BLOCK)),
        (HEADLESS, HEADLESS.replace(b"<html>", b"<html>\n" + BLOCK + b"\n")),
        (HEADLESS, HEADLESS.replace(b"<html>", b"<html" + VOCABULARIES + b"><head>\n" + BLOCK + b"\n</head>")),
        (
            PAGE.replace(b"</head>", BLOCK + b"</head>"),
            PAGE.replace(b"</head>", BLOCK.replace(b"90800", b"80800") + b"</head>"),
        ),
    ],
)
def test_a_page_with_sharepoints_block_is_rewritten(compared: Compared, sent: bytes, found: bytes) -> None:
    assert compared("html", sent, found) == Comparison("rewritten", Why.PROPERTIES)


@pytest.mark.parametrize("head", [b"<head>" + BLOCK, BLOCK + b"</head>"])
def test_half_a_head_is_not_what_sharepoint_adds(compared: Compared, head: bytes) -> None:
    assert compared("html", HEADLESS, HEADLESS.replace(b"<html>", b"<html>" + head)).outcome == "different"


def test_an_aspx_page_has_its_block_in_a_control(compared: Compared) -> None:
    assert compared("aspx", PAGE, PAGE.replace(b"</head>", ASPX_BLOCK + b"</head>")).outcome == "rewritten"


@pytest.mark.parametrize(
    "found",
    [
        PAGE.replace(b"Vedtak", b"Avslag"),
        PAGE.replace(b"</head>", BLOCK + b"</head>").replace(b"Vedtak", b"Avslag"),
        PAGE.replace(b"</head>", BLOCK + b"\n\n\n</head>"),
        PAGE.replace(b"</head>", BLOCK.replace(b"</xml>", b"<script>x</script></xml>") + b"</head>"),
        PAGE.replace(b"</head>", BLOCK.replace(b"mso:Order", b"div") + b"</head>"),
        PAGE.replace(b"</head>", BLOCK),
        PAGE.replace(b"<title>Sak</title>\n", BLOCK),
        PAGE.replace(b"</head>", BLOCK + b"</head>")[:-3],
        PAGE.replace(b"<html>", b"<html" + VOCABULARIES + b">"),
        b"",
    ],
)
def test_a_page_with_any_other_change_is_different(compared: Compared, found: bytes) -> None:
    assert compared("html", PAGE, found).outcome == "different"


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
UPDATE = b"2 0 obj\n<</Title(x)>>\nendobj\nstartxref\n70\n%%EOF\n"


def test_a_pdf_with_an_update_behind_all_its_bytes_is_rewritten(compared: Compared) -> None:
    assert compared("pdf", PDF, PDF + UPDATE) == Comparison("rewritten", Why.APPENDED)


@pytest.mark.parametrize(
    "found", [PDF[:-1], PDF.replace(b"1.7", b"1.6") + UPDATE, PDF + b"rubbish", PDF + UPDATE[:-7], UPDATE + PDF]
)
def test_a_pdf_changed_otherwise_is_different(compared: Compared, found: bytes) -> None:
    assert compared("pdf", PDF, found).outcome == "different"


def test_what_only_is_called_pdf_may_not_be_appended_to(compared: Compared) -> None:
    assert compared("pdf", b"text", b"text" + UPDATE).outcome == "different"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


def photo(
    *properties: bytes, colour: bytes = b"ICC_PROFILE\0sRGB", table: bytes = b"\0" * 65, scan: bytes = b"image"
) -> bytes:
    return (
        b"\xff\xd8"
        + b"".join(properties)
        + segment(0xE2, colour)
        + segment(0xDB, table)
        + b"\xff\xda"
        + scan
        + b"\xff\xd9"
    )


EXIF, XMP, COMMENT = (
    segment(0xE1, b"Exif\0\0date"),
    segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
    segment(0xFE, b"hei"),
)


def test_a_photo_with_other_properties_is_rewritten(compared: Compared) -> None:
    assert compared("jpg", photo(EXIF), photo(segment(0xE1, b"Exif\0\0dato"), XMP, COMMENT)).outcome == "rewritten"
    assert compared("jpeg", photo(), photo(b"\xff" + XMP)).outcome == "rewritten"


@pytest.mark.parametrize(
    "found",
    [
        photo(EXIF, scan=b"imagE"),
        photo(EXIF, table=b"\1" * 65),
        photo(EXIF, colour=b"ICC_PROFILE\0other"),
        photo(EXIF) + b"more",
        photo(EXIF)[:-1],
        photo(EXIF)[:30],
        photo(XMP),
        photo(),
        b"no photo",
    ],
)
def test_a_photo_changed_otherwise_or_without_its_properties_is_different(compared: Compared, found: bytes) -> None:
    assert compared("jpg", photo(EXIF), found).outcome == "different"


def test_a_photo_that_is_none_is_not_examined(compared: Compared) -> None:
    assert compared("jpg", b"no photo", photo()).outcome == "not examined"


@pytest.mark.parametrize("extension", ["txt", "zip", "dwg", "", "odt"])
def test_files_that_nobody_rewrites_are_equal_or_different(compared: Compared, extension: str) -> None:
    assert compared(extension, b"abc", b"abc") == Comparison("equal", Why.SAME_BYTES)
    assert compared(extension, b"abc", b"abd") == Comparison("different", Why.BYTES)
    assert compared(extension, b"abc", b"abc\0") == Comparison("different", Why.BYTES)
    assert compared(extension, b"", b"") == Comparison("equal", Why.SAME_BYTES)


def test_an_office_name_on_something_else_gets_no_leave_to_differ(compared: Compared) -> None:
    assert compared("doc", b"{\\rtf1 a}", b"{\\rtf1 b}").outcome == "different"
    assert compared("xls", PAGE, PAGE.replace(b"</head>", BLOCK + b"</head>")).outcome == "different"
