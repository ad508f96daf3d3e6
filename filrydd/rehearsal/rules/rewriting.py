"""What SharePoint makes of a file as it arrives, and later: its own properties are written into it.

So size and hash differ from what was sent, and differ again the next time (rclone/rclone#9767). Office files and web pages
are always rewritten; of PDF and JPEG files "some" (Microsoft says so without saying which): here about one in three, as the
seed and the content decide. Everything that a reader of the file sees stays as it was.
"""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import IO

from filrydd.rehearsal.rules import jpeg, office, ooxml, pdf

OOXML = frozenset(
    (
        "docx",
        "docm",
        "dotx",
        "dotm",
        "xlsx",
        "xlsm",
        "xltx",
        "xltm",
        "xlsb",
        "pptx",
        "pptm",
        "potx",
        "potm",
        "ppsx",
        "ppsm",
    )
)
COMPOUND = frozenset({"doc", "dot", "xls", "xlt", "ppt", "pot", "pps"})
PAGES = frozenset({"html", "htm", "aspx"})
PDF = frozenset({"pdf"})
JPEG = frozenset({"jpg", "jpeg", "jpe"})
STAMPED = OOXML | PDF
"""What can carry a sensitivity label (Microsoft, "Sensitivity labels for files in SharePoint and OneDrive")."""

_EVERY = OOXML | COMPOUND | PAGES
_SOME = PDF | JPEG
_ONE_IN = 3
_DIGESTED = 64 << 10
_LABEL = "MSIP_Label_{id}_"

Work = Callable[[IO[bytes], IO[bytes]], bool]


def extension(name: str) -> str:
    """What follows the last period of a name, in lower case; empty for none."""
    _stem, dot, last = name.rpartition(".")
    return last.lower() if dot else ""


def rewritten(name: str) -> bool:
    """Whether a file of that name may be rewritten at all."""
    kind = extension(name)
    return kind in _EVERY or kind in _SOME


def rewrite(source: bytes | Path, target: Path, name: str, turn: int, seed: int = 1) -> bytes | Path | None:
    """What SharePoint makes of a content that arrives; None if it leaves it alone.

    Bytes give bytes; a path gives `target`, which then holds the new content (and is not there after None). `turn` decides
    how many bytes are added.
    """
    kind = extension(name)
    if kind not in _EVERY and (kind not in _SOME or not _chosen(source, seed)):
        return None
    value = content_type_id(turn)
    match kind:
        case _ if kind in OOXML:
            return _done(source, target, lambda old, new: ooxml.rewrite(old, new, {"ContentTypeId": value}))
        case _ if kind in COMPOUND:
            return _done(source, target, lambda old, new: office.rewrite_compound(old, new, turn))
        case _ if kind in PAGES:
            return _done(source, target, lambda old, new: office.rewrite_page(old, new, value))
        case _ if kind in PDF:
            return _done(source, target, lambda old, new: pdf.rewrite(old, new, {"ContentTypeId": value}))
    return _done(source, target, lambda old, new: jpeg.rewrite(old, new, value))


def stamp(source: bytes | Path, target: Path, name: str, label: str, id: str) -> bytes | Path | None:
    """The content with a sensitivity label in its properties, as `rewrite` gives it; None where it cannot carry one."""
    mark = _LABEL.format(id=id)
    properties = {
        f"{mark}Enabled": "true",
        f"{mark}Name": label,
        f"{mark}Method": "Standard",
        f"{mark}ContentBits": "0",
    }
    kind = extension(name)
    if kind in OOXML:
        return _done(source, target, lambda old, new: ooxml.rewrite(old, new, properties))
    if kind in PDF:
        return _done(source, target, lambda old, new: pdf.rewrite(old, new, properties))
    return None


def content_type_id(turn: int) -> str:
    """The value of a ContentTypeId property; neighbours in turn differ in length."""
    return "0x010100" + f"{turn * 0x9E3779B97F4A7C15 % (1 << 128):032X}" + "00" * (turn % 37)


def _chosen(source: bytes | Path, seed: int) -> bool:
    if isinstance(source, bytes):
        size, begin = len(source), source[:_DIGESTED]
    else:
        size = source.stat().st_size
        with source.open("rb") as file:
            begin = file.read(_DIGESTED)
    return hashlib.sha256(f"{seed} {size} ".encode() + begin).digest()[0] % _ONE_IN == 0


def _done(source: bytes | Path, target: Path, work: Work) -> bytes | Path | None:
    if isinstance(source, bytes):
        whole = io.BytesIO()
        return whole.getvalue() if work(io.BytesIO(source), whole) else None
    with source.open("rb") as old, target.open("wb") as new:
        done = work(old, new)
    if done:
        return target
    target.unlink()
    return None
