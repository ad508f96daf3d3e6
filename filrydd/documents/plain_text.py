"""Plain text in the encodings that Norwegian file shares have, and tables in it (csv)."""

import codecs
import csv
import io
from typing import IO

from filrydd.documents.contents import MOST_TEXT, Contents, Unread
from filrydd.model.finding import Outcome

_PIECE = 1 << 20
_START = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_CONTROLS = 0.02
_LEAST_ZEROS = 0.3  # of every second byte, in UTF-16 without a mark
# What text has of control characters; end of file (1A) stands at the end of old DOS files.
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\x0b\x0c\r\x1a\x1b\x08")


def read(file: IO[bytes], contents: Contents) -> None:
    """Add the text. Raises Unread when the file is no text."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding(file))(errors="replace")
    file.seek(0)
    while piece := file.read(_PIECE):
        contents.add(decoder.decode(piece).replace("\r\n", "\n").replace("\r", "\n"))
    contents.add(decoder.decode(b"", True))


def read_table(file: IO[bytes], contents: Contents) -> None:
    """Add a csv file with tabs between cells, and a line for each row. Raises Unread when the file is no text."""
    file.seek(0)
    words = io.TextIOWrapper(file, encoding(file), errors="replace", newline="")
    try:
        words.seek(0)
        start = words.read(_START)
        delimiter = max(";,\t|", key=start.count)
        words.seek(0)
        csv.field_size_limit(MOST_TEXT)
        for row in csv.reader((line.replace("\0", "") for line in words), delimiter=delimiter):
            contents.line("\t".join(" ".join(cell.split()) for cell in row))
    except csv.Error as fault:
        raise Unread(Outcome.DAMAGED, f"csv: {fault}") from fault
    finally:
        words.detach()


def encoding(file: IO[bytes]) -> str:
    """The encoding of a text file: by its mark, UTF-16 by its zeros, UTF-8 when all of it is, else Windows-1252.

    Raises Unread when it is no text.
    """
    file.seek(0)
    start = file.read(_START)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = start[first::2].count(0)
        if zeros > _LEAST_ZEROS * len(start) / 2 and start[1 - first :: 2].count(0) * 10 < zeros:
            return name
    if sum(start.count(control) for control in _CONTROLS) > _MOST_CONTROLS * len(start):
        raise Unread(Outcome.NO_READER, "not text")
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
