"""A workbook from outside: looked at as a ZIP archive and bounded before openpyxl may see it.

It comes by mail and by hands that nobody knows. What is refused: anything but .xlsx, macros and embedded objects, a password,
more bytes than a list of this area can have (a ZIP bomb says its sizes itself, and zipfile reads no more than that). Entities
in its XML are refused by defusedxml, which openpyxl uses where it is installed, as it is here.
"""

import contextlib
import re
import stat
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from filrydd.errors import BadUsage, FilryddError, SheetRefused
from filrydd.lang import _

if TYPE_CHECKING:
    from filrydd.stages.sheet.book import Book

T = TypeVar("T")
# An empty workbook saved by Excel has some 60 KB of XML; a row of eleven cells with long paths and a note some 3 KB, and a
# file has at most a row of its own and one for its group.
_BYTES = 64 << 20
_BYTES_A_FILE = 8 << 10
_MOST_ENTRIES = 500
# The largest of all other parts is the style sheet; a theme has 10 KB.
_BYTES_A_SMALL_PART = 4 << 20
_LARGE_PARTS = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
_ACTIVE_PARTS = re.compile(r"vba|macrosheets|activex|embeddings|ctrlprops", re.IGNORECASE)
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@contextlib.contextmanager
def opened(path: Path, files: int, area: str) -> Iterator["Book"]:
    """The workbook at `path`, read as a stream; `files` is how many the area has. Raises SheetRefused, BadUsage."""
    if not path.is_file():
        raise BadUsage(
            _("There is no file {path}.").format(path=path), next=_("Name the file that came back with the answers.")
        )
    if path.suffix.lower() != ".xlsx":
        raise _refused(path, _("it is not an Excel file of the kind .xlsx"), area)
    most = _BYTES + files * _BYTES_A_FILE
    with path.open("rb") as file, warnings.catch_warnings():
        # It warns of what it leaves out (extensions, odd dates); nothing of that is read here.
        warnings.filterwarnings("ignore", module="openpyxl")
        if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > most:
            raise _refused(path, _("it is larger than any list of this area can be"), area)
        if file.read(len(_OLD_OR_ENCRYPTED)) == _OLD_OR_ENCRYPTED:
            raise _refused(path, _("it has a password, or is of the old kind .xls"), area)
        file.seek(0)
        with fenced(path, area):
            _examine(path, file, most, area)
        file.seek(0)
        with fenced(path, area):
            from filrydd.stages.sheet.book import Book

            book = Book(file)
        with contextlib.closing(book):
            yield book


def _examine(path: Path, file: IO[bytes], most: int, area: str) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_ENTRIES or sum(part.file_size for part in parts) > most:
            raise _refused(path, _("unpacked it is larger than any list of this area can be"), area)
        if len({part.filename.lower() for part in parts}) != len(parts):
            raise _refused(path, _("it holds two parts of the same name"), area)
        for part in parts:
            if part.file_size > _BYTES_A_SMALL_PART and not _LARGE_PARTS.fullmatch(part.filename):
                raise _refused(path, _("unpacked it is larger than any list of this area can be"), area)
            if _ACTIVE_PARTS.search(part.filename):
                raise _refused(path, _("it holds macros or embedded objects"), area)
            if part.flag_bits & 1:
                raise _refused(path, _("it has a password, or is of the old kind .xls"), area)
        if b"macroenabled" in archive.read("[Content_Types].xml").lower():
            raise _refused(path, _("it holds macros or embedded objects"), area)


@contextlib.contextmanager
def fenced(path: Path, area: str) -> Iterator[None]:
    """Whatever a reader of workbooks throws at broken or hostile bytes becomes SheetRefused."""
    try:
        yield
    except FilryddError:
        raise
    except Exception as error:
        why = _("it is damaged, or no Excel file ({fault})").format(fault=type(error).__name__)
        raise _refused(path, why, area) from error


def fenced_rows(rows: Iterator[T], path: Path, area: str) -> Iterator[T]:
    """The rows of a workbook that may be broken anywhere; only reading stands inside the fence."""
    while True:
        with fenced(path, area):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _refused(path: Path, why: str, area: str) -> SheetRefused:
    return SheetRefused(
        _("{path} cannot be read as a move list: {why}.").format(path=path, why=why),
        next=_("Ask for the file as filrydd wrote it, or: filrydd export {area} FILE.xlsx").format(area=area),
    )
