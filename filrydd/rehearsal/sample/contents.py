"""Small files of real kinds for the sample area, made by hand; the same words give the same bytes."""

import io
import struct
import zipfile
import zlib
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_COLOURS = ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_TYPE = "application/vnd.openxmlformats-officedocument."


def docx(text: str, link: str = "") -> bytes:
    """A Word document with one paragraph, and a hyperlink in it if `link` is an address."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    run = f"<w:r><w:t>{escape(text)}</w:t></w:r>"
    relations = [("rId1", "hyperlink", link)] if link else []
    if link:
        run += f'<w:hyperlink r:id="rId1"><w:r><w:t>{escape(link)}</w:t></w:r></w:hyperlink>'
    body = f'<w:document xmlns:w="{space}" xmlns:r="{_OFFICE}"><w:body><w:p>{run}</w:p></w:body></w:document>'
    parts = {"word/document.xml": (f"{_TYPE}wordprocessingml.document.main+xml", body, relations)}
    return _package("word/document.xml", parts)


def xlsx(rows: list[list[str | int]]) -> bytes:
    """A workbook with one sheet."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    lines = "".join(f"<row>{''.join(_cell(value) for value in row)}</row>" for row in rows)
    book = (
        f'<workbook xmlns="{space}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    kind = f"{_TYPE}spreadsheetml."
    sheet = f'<worksheet xmlns="{space}"><sheetData>{lines}</sheetData></worksheet>'
    parts = {
        "xl/workbook.xml": (f"{kind}sheet.main+xml", book, [("rId1", "worksheet", "worksheets/sheet1.xml")]),
        "xl/worksheets/sheet1.xml": (f"{kind}worksheet+xml", sheet, []),
    }
    return _package("xl/workbook.xml", parts)


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def pptx(title: str) -> bytes:
    """A presentation with one slide."""
    kind = f"{_TYPE}presentationml."
    spaces = f'xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}" xmlns:r="{_OFFICE}"'
    group = (
        '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Tittel"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{escape(title)}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    tree = f"<p:cSld><p:spTree>{group}</p:spTree></p:cSld>"
    from_theme = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"} | {name: name for name in _COLOURS[4:]}
    mapping = " ".join(f'{name}="{colour}"' for name, colour in from_theme.items())
    master = (
        f'<p:sldMaster {spaces}>{tree}<p:clrMap {mapping}/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/>'
        "</p:sldLayoutIdLst></p:sldMaster>"
    )
    show = (
        f'<p:presentation {spaces}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        '<p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/>'
        '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
    )
    to_layout = ("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml")
    parts = {
        "ppt/presentation.xml": (
            f"{kind}presentation.main+xml",
            show,
            [("rId1", "slideMaster", "slideMasters/slideMaster1.xml"), ("rId2", "slide", "slides/slide1.xml")],
        ),
        "ppt/slideMasters/slideMaster1.xml": (
            f"{kind}slideMaster+xml",
            master,
            [to_layout, ("rId2", "theme", "../theme/theme1.xml")],
        ),
        "ppt/slideLayouts/slideLayout1.xml": (
            f"{kind}slideLayout+xml",
            f"<p:sldLayout {spaces}>{tree}</p:sldLayout>",
            [("rId1", "slideMaster", "../slideMasters/slideMaster1.xml")],
        ),
        "ppt/slides/slide1.xml": (f"{kind}slide+xml", f"<p:sld {spaces}>{tree}</p:sld>", [to_layout]),
        "ppt/theme/theme1.xml": (f"{_TYPE}theme+xml", _theme(), []),
    }
    return _package("ppt/presentation.xml", parts)


def _theme() -> str:
    shades = "".join(
        f'<a:{name}><a:srgbClr val="{index * 0x151515:06X}"/></a:{name}>' for index, name in enumerate(_COLOURS)
    )
    font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    styles = (
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
    )
    return (
        f'<a:theme xmlns:a="{_DRAWING}" name="Tema"><a:themeElements><a:clrScheme name="F">{shades}</a:clrScheme>'
        f'<a:fontScheme name="S"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="M">{styles}</a:fmtScheme></a:themeElements></a:theme>'
    )


Parts = dict[str, tuple[str, str, list[tuple[str, str, str]]]]


def _package(main: str, parts: Parts) -> bytes:
    """A zip of parts: name -> (content type, XML, relationships as (id, kind, target))."""
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _, _) in parts.items())
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    members = {"[Content_Types].xml": types, "_rels/.rels": _relationships([("rId1", "officeDocument", main)])}
    for name, (_kind, xml, relations) in parts.items():
        members[name] = xml
        if relations:
            folder, _, last = name.rpartition("/")
            members[f"{folder}/_rels/{last}.rels"] = _relationships(relations)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in members.items():
            package.writestr(zipfile.ZipInfo(name), (_XML + xml).encode(), zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _relationships(relations: list[tuple[str, str, str]]) -> str:
    lines = [
        f'<Relationship Id="{id}" Type="{_OFFICE}/{kind}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if kind == "hyperlink" else "/>")
        for id, kind, target in relations
    ]
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def pdf(text: str) -> bytes:
    """A PDF of one page with one line of ASCII; other letters become question marks."""
    line = text.encode("ascii", "replace").replace(b"\\", b"/").replace(b"(", b"[").replace(b")", b"]")
    stream = b"BT /F1 18 Tf 50 780 Td (" + line + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    whole = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(whole)
    whole += b"xref\n0 7\n0000000000 65535 f \n" + table
    whole += b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(whole)


def png(shade: int) -> bytes:
    """A picture of 8 by 8 points in one colour (0-0xFFFFFF)."""
    row = b"\0" + shade.to_bytes(3, "big") * 8

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 8)) + chunk(b"IEND", b"")


def jpg(comment: str) -> bytes:
    """A grey picture of 8 by 8 points with a comment."""

    def segment(mark: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, mark, len(data) + 2) + data

    return (
        b"\xff\xd8"
        + segment(0xFE, comment.encode())
        + segment(0xDB, b"\0" + b"\1" * 64)
        + segment(0xC0, struct.pack(">BHHBBBB", 8, 8, 8, 1, 1, 0x11, 0))
        # Both tables know one code of one bit: no difference, end of block.
        + segment(0xC4, b"\x00\x01" + bytes(15) + b"\0")
        + segment(0xC4, b"\x10\x01" + bytes(15) + b"\0")
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"\x3f\xff\xd9"
    )


def ole(stream: str, text: str) -> bytes:
    """An old Office container with one stream of 4096 bytes ([MS-CFB]); `stream` is its name, as `WordDocument`."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        bytes.fromhex("D0CF11E0A1B11AE1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip
    header = head + struct.pack("<109I", 0, *[free] * 108)[: 512 - len(head)]
    chain = [fat, end, *range(3, 10), end]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le") if name else b""
        return struct.pack("<64sHBBIII16sIQQIQ", raw, len(raw), kind, 1, free, free, child, b"", 0, 0, 0, start, size)

    folder = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, free, 2, 4096) + entry("", 0, free, 0, 0) * 2
    return header + table + folder + text.encode("utf-16-le")[:4096].ljust(4096, b"\0")


def html(title: str) -> bytes:
    """A saved page."""
    safe = escape(title)
    page = f'<!DOCTYPE html>\n<html lang="nb">\n<head>\n<title>{safe}</title>\n</head>\n<body><h1>{safe}</h1></body>\n</html>\n'
    return page.encode()
