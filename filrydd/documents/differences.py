"""Which reader tells the differences between two documents, by extension and by what the one sent begins with.

The formats are those that SharePoint is known to rewrite as they arrive: Office, web pages, some PDF and JPEG. Every other
file must come back byte for byte.
"""

from collections.abc import Callable
from pathlib import Path

from filrydd.documents import compound, jpeg, package, pdf, web_page
from filrydd.documents.comparison import Comparison, NotReadable, Why, different, not_examined
from filrydd.documents.pieces import PIECE

_WORD = {"docx", "docm", "dotx", "dotm", "doc", "dot"}
_EXCEL = {"xlsx", "xlsm", "xltx", "xltm", "xlsb", "xlam", "xls", "xlt", "xla", "xlw"}
_POWERPOINT = {
    "pptx",
    "pptm",
    "potx",
    "potm",
    "ppsx",
    "ppsm",
    "ppam",
    "sldx",
    "sldm",
    "thmx",
    "ppt",
    "pps",
    "pot",
    "ppa",
}
_VISIO = {"vsdx", "vsdm", "vstx", "vstm", "vssx", "vssm", "vsd", "vst", "vss"}
_OFFICE = frozenset({*_WORD, *_EXCEL, *_POWERPOINT, *_VISIO, "msg", "pub", "mpp", "mpt"})
_WEB_PAGE = frozenset({"html", "htm", "aspx"})
_JPEG = frozenset({"jpg", "jpeg", "jpe", "jfif"})

Reader = Callable[[Path, Path], Comparison]


def compare(extension: str, sent: Path, found: Path) -> Comparison:
    """Compare two files; `extension` folded, without a dot. Raises OSError when one cannot be read."""
    for path, which in ((sent, "sent"), (found, "found")):
        if not path.is_file():
            return not_examined(Why.NO_FILE, which)
    if _same_bytes(sent, found):
        return Comparison("equal", Why.SAME_BYTES)
    reader = _reader(extension, sent)
    if reader is None:
        return different()
    try:
        return reader(sent, found)
    except NotReadable as trouble:
        if trouble.path == found and trouble.reason is Why.MALFORMED:
            return different(Why.FOUND_BROKEN, trouble.detail)
        return not_examined(trouble.reason, trouble.detail)


def _reader(extension: str, sent: Path) -> Reader | None:
    """An Office name is no promise: old programs wrote web pages as .xls, and an encrypted .docx is a compound file."""
    with sent.open("rb") as file:
        start = file.read(8)
    if extension in _OFFICE:
        if start.startswith(package.MAGIC):
            return package.compare
        return compound.compare if start == compound.MAGIC else None
    if extension in _WEB_PAGE:
        return web_page.compare
    if extension == "pdf":
        return pdf.compare
    return jpeg.compare if extension in _JPEG else None


def _same_bytes(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while piece := first.read(PIECE):
            if piece != second.read(PIECE):
                return False
    return True
