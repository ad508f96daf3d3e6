"""Where data comes from: Power Query formulas ([MS-QDEFF]), connections of workbooks, and files that hold a connection."""

import base64
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from filrydd.documents.links_paths import is_place, paths
from filrydd.documents.opc import well_formed

_FORMULAS = "formulas/section1.m"
_LARGEST = 16 << 20
# An M text literal: a quote in it is written twice.
_LITERAL = re.compile(r'"((?:[^"\r\n]|""){1,2000})"')
# Key words of OLE DB and ODBC that hold a file or folder.
_SOURCE = re.compile(
    r"""(?:^|[;\s"'])(?:Data\ Source|DBQ|Database|DefaultDir|SourceDB|Dbname|Jet\ OLEDB:System\ database)\s*=\s*
    (?:"([^"]{1,1000})"|'([^']{1,1000})'|([^;"'\r\n<>]{1,1000}))""",
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTES = ("sourceFile", "odcFile")


def in_mashup(xml: bytes) -> Iterator[str]:
    """The places that Power Query formulas name, of a custom XML part; none when it is another kind of part.

    Raises ValueError when it is broken.
    """
    if b"DataMashup" not in xml and "DataMashup".encode("utf-16-le") not in xml:
        return
    root = well_formed(xml)
    if not root.tag.endswith("}DataMashup"):
        return
    for literal in _LITERAL.finditer(_formulas(base64.b64decode("".join((root.text or "").split())))):
        text = literal[1].replace('""', '"')
        if is_place(text):
            yield text
        else:
            yield from in_connection(text)


def in_connections(xml: bytes) -> Iterator[str]:
    """The places that a workbook's connections name. Raises ValueError when the part is broken."""
    for element in well_formed(xml).iter():
        for name in _ATTRIBUTES:
            if value := element.get(name):
                yield value
        if value := element.get("connection"):
            yield from in_connection(value)


def in_connection(text: str) -> Iterator[str]:
    """The files and folders of a connection string, or of a text with some in it."""
    for found in _SOURCE.finditer(text):
        value = (found[1] or found[2] or found[3]).strip()
        if is_place(value):
            yield value


def in_text(text: str) -> Iterator[str]:
    """The places in a file that holds a connection (.odc, .dqy, .udl, .iqy)."""
    yield from in_connection(text)
    yield from paths(text)


def _formulas(mashup: bytes) -> str:
    """Section1.m of the package in a mashup (2.2-2.4): a version, the length of a zip file, and that file."""
    try:
        _version, length = struct.unpack_from("<2I", mashup)
        with zipfile.ZipFile(io.BytesIO(mashup[8 : 8 + length])) as package:
            for member in package.infolist():
                if member.filename.lower() == _FORMULAS and member.compress_type in (
                    zipfile.ZIP_STORED,
                    zipfile.ZIP_DEFLATED,
                ):
                    with package.open(member) as part:
                        return part.read(_LARGEST).decode("utf-8-sig", "replace")
    except (
        struct.error,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as fault:
        raise ValueError(f"queries: {fault}") from fault
    return ""
