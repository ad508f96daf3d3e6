"""The links of each kind of file, in small files made by hand."""

import base64
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.documents import links
from filrydd.documents.links_macro import decompressed
from filrydd.model.finding import Link

_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Found = Callable[..., list[tuple[str, str]]]
Packed = Callable[..., bytes]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """`found(extension, content)`: kind and target of each link."""

    def run(extension: str, content: bytes, text: str = "") -> list[tuple[str, str]]:
        path = tmp_path / f"file.{extension}"
        path.write_bytes(content)
        return [(link.kind, link.target) for link in links.found(extension, path, text)]

    return run


def outside(**targets: str) -> bytes:
    """A part of relationships that all lead outside: type -> target."""
    rows = (
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind.rstrip("_")}" Target="{target}" TargetMode="External"/>'
        for n, (kind, target) in enumerate(targets.items())
    )
    return _RELATIONSHIPS.format("".join(rows)).encode()


def test_relationships_tell_workbooks_templates_objects_and_hyperlinks(found: Found, packed: Packed) -> None:
    content = packed(
        {
            "xl/externalLinks/_rels/externalLink1.xml.rels": outside(
                externalLinkPath="file:///F:/Budsjett%202020.xlsx"
            ),
            "xl/externalLinks/_rels/externalLink2.xml.rels": outside(
                xlPathMissing="Bok2.xlsx", xlLibrary="ANALYS32.XLL"
            ),
            "xl/worksheets/_rels/sheet1.xml.rels": outside(
                hyperlink="../Arkiv/Vedtak.docx", hyperlink_="https://nrk.no", hyperlink__="mailto:post@kommune.no"
            ),
            "xl/drawings/_rels/drawing1.xml.rels": outside(image=r"file:///\\srv\felles\logo.png", oleObject="#Ark1"),
        }
    )
    assert sorted(found("xlsx", content)) == [
        ("hyperlink", "../Arkiv/Vedtak.docx"),
        ("object", r"file:///\\srv\felles\logo.png"),
        ("workbook", "Bok2.xlsx"),
        ("workbook", "file:///F:/Budsjett%202020.xlsx"),
    ]
    template = {
        "word/_rels/settings.xml.rels": outside(
            attachedTemplate="file:///K:\\Maler\\Brev.dotx", mailMergeSource="F:\\a.csv"
        )
    }
    assert sorted(found("docx", packed(template))) == [
        ("query", "F:\\a.csv"),
        ("template", "file:///K:\\Maler\\Brev.dotx"),
    ]


def test_what_lies_within_the_package_is_no_link(found: Found, packed: Packed) -> None:
    rows = f'<Relationship Id="r1" Type="{_OFFICE}/image" Target="media/image1.png"/>'
    assert found("docx", packed({"word/_rels/document.xml.rels": _RELATIONSHIPS.format(rows).encode()})) == []


def test_fields_are_read_across_runs_and_within_each_other(found: Found, packed: Packed) -> None:
    def run(inner: str) -> str:
        return f"<w:r>{inner}</w:r>"

    def mark(kind: str) -> str:
        return run(f'<w:fldChar w:fldCharType="{kind}" w:dirty="true"/>')

    def text(words: str) -> str:
        return run(f'<w:instrText xml:space="preserve">{words}</w:instrText>')

    body = (
        mark("begin")
        + text(" LINK Excel.Sheet.12 &quot;F:\\\\Mine tall\\\\bok")
        + text(".xlsx&quot; &quot;Ark1!R1C1&quot; \\a \\f 0 ")
        + mark("separate")
        + mark("begin")
        + text(r" INCLUDEPICTURE  \d &quot;\\\\srv\\felles\\bilde &amp; ramme.png&quot; \* MERGEFORMAT ")
        + mark("end")
        + mark("end")
        + mark("begin")
        + text(' HYPERLINK \\l "Innledning" ')
        + mark("end")
        + mark("begin")
        + text(" PAGE ")
        + mark("end")
        + '<w:fldSimple w:instr=" INCLUDETEXT &quot;..\\\\felles\\\\avsnitt.docx&quot; "><w:r/></w:fldSimple>'
        + mark("begin")
        + text(' HYPERLINK "http://nrk.no" ')
        + mark("end")
    )
    assert found("docx", packed({"word/document.xml": f"<w:document>{body}</w:document>".encode()})) == [
        ("object", r"F:\Mine tall\bok.xlsx"),
        ("object", r"\\srv\felles\bilde & ramme.png"),
        ("object", r"..\felles\avsnitt.docx"),
    ]


def mashup(formulas: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("Config/Package.xml", "<Package/>")
        file.writestr("Formulas/Section1.m", formulas)
    content = struct.pack("<2I", 0, len(package.getvalue())) + package.getvalue() + struct.pack("<I", 0)
    text = base64.b64encode(content).decode()
    return f'<DataMashup sqmid="1" xmlns="http://schemas.microsoft.com/DataMashup">{text}</DataMashup>'.encode("utf-16")


def test_power_query_and_connections_tell_where_data_comes_from(found: Found, packed: Packed) -> None:
    formulas = (
        'section Section1;\r\nshared A = Excel.Workbook(File.Contents("F:\\Data\\tall ""A"".xlsx"), null, true);\r\n'
        'shared B = Folder.Files("\\\\srv\\felles\\inn");\r\nshared C = Web.Contents("https://ssb.no"), {"Navn", "Sum"};\r\n'
        'shared D = Odbc.DataSource("driver={Access};dbq=K:\\base.accdb");'
    )
    connections = (
        '<connections xmlns="x"><connection id="1" sourceFile="F:\\x.mdb"><dbPr connection="Provider=Microsoft.ACE.OLEDB.12.0;'
        'Data Source=F:\\Base\\Kunder 2.accdb;Mode=Read"/></connection><connection><textPr sourceFile="K:\\tall.csv"/>'
        '</connection><connection odcFile="https://x.no/a.odc"><dbPr connection="DSN=Agresso;DATABASE=prod"/></connection>'
        "</connections>"
    )
    content = packed({"customXml/item1.xml": mashup(formulas), "xl/connections.xml": connections.encode()})
    assert found("xlsx", content) == [
        ("query", 'F:\\Data\\tall "A".xlsx'),
        ("query", r"\\srv\felles\inn"),
        ("query", r"K:\base.accdb"),
        ("query", r"F:\x.mdb"),
        ("query", r"F:\Base\Kunder 2.accdb"),
        ("query", r"K:\tall.csv"),
    ]


def test_the_specifications_examples_of_compression_unpack() -> None:
    # [MS-OVBA] 3.2.1 to 3.2.3
    normal = bytes.fromhex(
        "012fb000236161616263646582660070616768696a01380861 6b6c00306d6e6f700671027004107273747576107778797a003c"
    )
    assert decompressed(normal, 10_000) == b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    assert decompressed(bytes.fromhex("0119b000616263646566676800696a6b6c6d6e6f7000717273747576 2e"), 10_000) == (
        b"abcdefghijklmnopqrstuv."
    )
    assert decompressed(bytes.fromhex("0103b00261450 0".replace(" ", "")), 10_000) == b"a" * 73


def compressed(source: bytes) -> bytes:
    """A container of literals only."""
    chunks = [source[at : at + 3_000] for at in range(0, len(source), 3_000)]
    packed = b""
    for chunk in chunks:
        tokens = b"".join(b"\0" + chunk[at : at + 8] for at in range(0, len(chunk), 8))
        packed += struct.pack("<H", 0xB000 | len(tokens) - 1) + tokens
    return b"\x01" + packed


def record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def project(source: str) -> dict[str, object]:
    """The storages of a VBA project with one module, called `Modul`."""
    listing = (
        record(0x03, struct.pack("<H", 1252))
        + struct.pack("<HI", 0x09, 4)
        + bytes(6)
        + record(0x0D, b"\x20\0\0\0*\\G{00020430}#2.0#0#C:\\Windows\\a.tlb#OLE")
        + record(0x0E, struct.pack("<I", 17) + b"*\\CF:\\felles.xlam" + bytes(4))
        + record(0x0E, struct.pack("<I", 9) + b"*\\CNormal" + bytes(4))
        + record(0x1A, b"Modul")
        + record(0x32, "Modul".encode("utf-16-le"))
        + record(0x31, struct.pack("<I", 4))
        + record(0x10, b"")
    )
    return {"VBA": {"dir": compressed(listing), "Modul": b"pcod" + compressed(source.encode("cp1252"))}}


SOURCE = (
    'Attribute VB_Name = "Modul"\r\nSub Hent()\r\n  Workbooks.Open "\\\\srv\\felles\\Økonomi\\tall.xlsx"\r\n'
    '  x = Dir("K:\\inn\\*.csv") \' "http://nrk.no"\r\nEnd Sub\r\n' + "' fyll\r\n" * 1_000
)
IN_SOURCE = [
    ("macro", r"F:\felles.xlam"),
    ("macro", r"\\srv\felles\Økonomi\tall.xlsx"),
    ("macro", r"K:\inn\*.csv"),
]


def test_paths_in_macros_are_found_in_new_and_old_files(
    found: Found, packed: Packed, compound: Callable[..., bytes]
) -> None:
    new = found("xlsm", packed({"xl/vbaProject.bin": compound(project(SOURCE))}))
    old = found("xls", compound({"_VBA_PROJECT_CUR": project(SOURCE), "Workbook": b""}))
    assert new == old == IN_SOURCE


def biff(number: int, data: bytes) -> bytes:
    return struct.pack("<2H", number, len(data)) + data


def supporting(path: str) -> bytes:
    return biff(0x1AE, struct.pack("<2HB", 1, len(path), 1) + path.encode("utf-16-le"))


def test_an_old_workbook_names_those_that_it_reads(found: Found, compound: Callable[..., bytes]) -> None:
    stream = biff(0x809, bytes(16)) + b"".join(
        (
            supporting("\x01\x01FFelles\x03[Bøker.xls]Ark1"),
            supporting("\x01\x01@srv\x03felles\x03b.xls"),
            supporting("\x01\x04\x04Arkiv\x03c.xls"),
            supporting("\x01d.xls"),
            supporting("\x01\x02Kart\x03e.xls"),
            supporting("\x01\x05\x10http://x.no/f.xls"),
            supporting("\x01\x06personlig.xls"),
            supporting("Excel\x03F:\\dde.xls"),
            biff(0x1AE, struct.pack("<2H", 3, 0x0401) + b"\0seg selv.xls"),
            biff(0x0A, b""),
        )
    )
    assert found("xls", compound({"Workbook": stream})) == [
        ("workbook", r"F:\Felles\Bøker.xls"),
        ("workbook", r"\\srv\felles\b.xls"),
        ("workbook", r"..\..\Arkiv\c.xls"),
        ("workbook", "d.xls"),
        ("workbook", r"\Kart\e.xls"),
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le"])
def test_an_old_document_has_its_fields_in_the_text(
    found: Found, compound: Callable[..., bytes], encoding: str
) -> None:
    text = 'Hei \x13 LINK Excel.Sheet.8 "F:\\\\Økonomi\\\\bok.xls" "Ark1" \\a \x14tall\x15 og \x13 PAGE \x15 slutt'
    assert found("doc", compound({"WordDocument": text.encode(encoding)})) == [("object", r"F:\Økonomi\bok.xls")]


def test_open_documents_tell_what_lies_outside_them(found: Found, packed: Packed) -> None:
    content = (
        '<o><text:a xlink:type="simple" xlink:href="../Sak%201.odt">x</text:a><draw:image xlink:href="Pictures/1.png"/>'
        '<draw:image xlink:href="file:///F:/logo.png"/><table:table-source xlink:href="../../bok.ods" table:name="a"/>'
        '<text:a xlink:href="http://nrk.no">y</text:a><text:a xlink:href="#Innledning">z</text:a></o>'
    )
    assert found("odt", packed({"content.xml": content.encode()})) == [
        ("hyperlink", "Sak%201.odt"),
        ("object", "file:///F:/logo.png"),
        ("workbook", "../bok.ods"),
    ]


def shell_link(
    *, local: str = "", share: str = "", suffix: str = "", unicode: bool = False, relative: str = "", args: str = ""
) -> bytes:
    """A .lnk by [MS-SHLLINK]."""
    flags = 0x80 | (2 if local or share else 0) | (8 if relative else 0) | (0x20 if args else 0)
    content = (
        struct.pack("<I", 0x4C)
        + bytes.fromhex("0114020000000000c000000000000046")
        + struct.pack("<I", flags)
        + bytes(52)
    )
    if flags & 2:
        content += _info(local, share, suffix, unicode)
    for text in filter(None, (relative, args)):
        content += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    return content + bytes(4)


def _info(local: str, share: str, suffix: str, unicode: bool) -> bytes:
    header = 0x24 if unicode else 0x1C
    body, places = b"", {}

    def put(name: str, data: bytes) -> None:
        nonlocal body
        places[name] = header + len(body)
        body += data

    if local:
        put("local", local.encode("cp1252", "replace") + b"\0")
    if share:
        name = share.encode("cp1252", "replace") + b"\0"
        wide = share.encode("utf-16-le") + b"\0\0"
        size = (0x1C if unicode else 0x14) + len(name) + len(wide)
        start = struct.pack("<5I", size, 2, 0x1C if unicode else 0x14, 0, 0x20000)
        put("network", start + (struct.pack("<2I", 0x1C + len(name), 0) if unicode else b"") + name + wide)
    put("suffix", suffix.encode("cp1252", "replace") + b"\0")
    if unicode:
        put("local_unicode", local.encode("utf-16-le") + b"\0\0")
        put("suffix_unicode", suffix.encode("utf-16-le") + b"\0\0")
    at = [places.get(name, 0) for name in ("local", "network", "suffix")]
    wide_at = [places["local_unicode"] if local else 0, places["suffix_unicode"]] if unicode else []
    flags = (1 if local else 0) | (2 if share else 0)
    whole = struct.pack(f"<{5 + len(wide_at) + 1}I", header, flags, 0, *at, *wide_at) + body
    return struct.pack("<I", len(whole) + 4) + whole


@pytest.mark.parametrize(
    ("facts", "targets"),
    [
        ({"local": "C:\\test\\å.txt"}, ["C:\\test\\å.txt"]),
        ({"local": "F:\\", "share": "\\\\srv\\felles", "suffix": "Sak\\b.docx"}, ["\\\\srv\\felles\\Sak\\b.docx"]),
        ({"share": "\\\\srv\\felles"}, ["\\\\srv\\felles"]),
        ({"local": "C:\\ł\\", "suffix": "Žižek.txt", "unicode": True}, ["C:\\ł\\Žižek.txt"]),
        ({"share": "\\\\srv\\łódź", "suffix": "ж.txt", "unicode": True}, ["\\\\srv\\łódź\\ж.txt"]),
        ({"relative": "..\\Sak\\b.docx"}, ["..\\Sak\\b.docx"]),
        (
            {"local": "C:\\Office\\msaccess.exe", "args": '"F:\\Base\\Min base.mdb" /ro'},
            ["C:\\Office\\msaccess.exe", "F:\\Base\\Min base.mdb"],
        ),
    ],
)
def test_a_shortcut_tells_where_it_leads(found: Found, facts: dict[str, object], targets: list[str]) -> None:
    assert found("lnk", shell_link(**facts)) == [("shortcut", target) for target in targets]  # type: ignore[arg-type]


def test_an_address_file_counts_when_it_leads_to_a_file(found: Found) -> None:
    assert found("url", b"[InternetShortcut]\r\nURL=file://srv/felles/a%20b.docx\r\nIconIndex=0\r\n") == [
        ("shortcut", "file://srv/felles/a%20b.docx")
    ]
    assert found("url", b"[InternetShortcut]\r\nURL=https://nrk.no/\r\n") == []


def test_linked_tables_of_access_are_found_in_both_encodings(found: Found) -> None:
    content = (
        bytes(5_000)
        + b"\xff\xfeF:\\Base\\Kunder \xe5.mdb\0\x01"
        + r"\\srv\felles\Tall.accdb".encode("utf-16-le")
        + b"\0\0"
        + b"MS Access;DATABASE=K:\\bak.mdb;TABLE=x C:\\Program Files\\Office\\MSO.DLL http://x.no/y.mdb"
    )
    assert sorted(found("mdb", content)) == [
        ("back end", r"F:\Base\Kunder å.mdb"),
        ("back end", r"K:\bak.mdb"),
        ("back end", r"\\srv\felles\Tall.accdb"),
    ]


def test_a_back_end_that_lies_across_two_pieces_of_reading_is_found(found: Found) -> None:
    name = b"F:\\Base\\Kunder.mdb"
    assert found("mdb", bytes((8 << 20) - 7) + name + bytes(100)) == [("back end", name.decode())]


@pytest.mark.parametrize(
    ("extension", "text", "targets"),
    [
        ("bat", "copy \\\\srv\\felles\\a.txt F:\\b.txt /y\r\n", ["\\\\srv\\felles\\a.txt", "F:\\b.txt"]),
        (
            "cmd",
            "set SRC=\\\\srv\\felles\\Mine filer\r\nnet use K: \\\\srv\\kart$ /p:no",
            ["\\\\srv\\felles\\Mine filer", "\\\\srv\\kart$"],
        ),
        ("ini", "[Sti]\r\nBase = F:\\Felles data\\x.mdb\r\n", ["F:\\Felles data\\x.mdb"]),
        ("js", 'open("\\\\\\\\srv\\\\felles\\\\x y.txt"); // http://nrk.no', ["\\\\srv\\felles\\x y.txt"]),
        (
            "ps1",
            "Get-Item 'C:/Drift/logg.txt', \"file:///F:/a%20b.txt\"",
            ["C:/Drift/logg.txt", "file:///F:/a%20b.txt"],
        ),
        ("config", '<add key="sti" value="\\\\srv\\felles\\inn"/>', ["\\\\srv\\felles\\inn"]),
        ("sql", "BULK INSERT t FROM 'F:\\inn\\tall.csv';", ["F:\\inn\\tall.csv"]),
        ("vbs", 'x = "Tid: \\" & s & "%d:\\n" & "https://a.no:80/" & "D:" & "a:b"', []),
    ],
)
def test_scripts_name_servers_and_drives(found: Found, extension: str, text: str, targets: list[str]) -> None:
    assert found(extension, text.encode()) == [("script", target) for target in targets]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp865"])
def test_a_script_is_read_in_its_own_encoding(found: Found, encoding: str) -> None:
    assert found("bat", "start F:\\Økonomi\\påløpt.xlsx\r\n".encode(encoding)) == [
        ("script", "F:\\Økonomi\\påløpt.xlsx")
    ]


def test_links_in_a_message_come_from_its_text(found: Found) -> None:
    text = "Hei, se <file:///\\\\srv\\felles\\Sak%201\\notat.docx> eller \\\\srv\\felles\\b.docx. https://nrk.no"
    assert found("msg", b"", text) == [
        ("hyperlink", "file:///\\\\srv\\felles\\Sak%201\\notat.docx"),
        ("hyperlink", "\\\\srv\\felles\\b.docx"),
    ]


def test_a_connection_file_names_its_data(found: Found) -> None:
    text = '<odc:ConnectionString>Provider=X;Data Source="F:\\Base 2\\x.accdb";Mode=Read</odc:ConnectionString>'
    assert found("odc", text.encode()) == [("query", "F:\\Base 2\\x.accdb")]


def test_a_link_is_a_kind_and_a_target(tmp_path: Path) -> None:
    (tmp_path / "a.bat").write_bytes(b"F:\\x.txt F:\\x.txt")
    assert links.found("bat", tmp_path / "a.bat", "") == (Link("script", "F:\\x.txt"),)


def test_a_password_in_an_address_does_not_leave(found: Found) -> None:
    assert found("url", b"[InternetShortcut]\nURL=smb://kari:hemmelig@srv/felles/a.txt\n") == [
        ("shortcut", "smb://srv/felles/a.txt")
    ]
