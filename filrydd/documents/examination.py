"""The child's reading of one document: which reader, what came of it, and nothing of its text."""

import contextlib
import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from filrydd.documents import (
    kinds,
    mail_text,
    office_text,
    open_text,
    pdf_text,
    plain_text,
    protection,
    rich_text,
    web_text,
)
from filrydd.documents.answers import LONGEST_DETAIL, LONGEST_LINK, MOST_LINKS
from filrydd.documents.comparison import NotReadable, Why
from filrydd.documents.contents import DEEPEST, LARGEST_FILE, MOST_UNPACKED, Contents, Unread
from filrydd.documents.links import found
from filrydd.findings.likeness import simhash
from filrydd.findings.numbers import in_text, masked
from filrydd.model.finding import Examination, Link, Outcome
from filrydd.model.names import extension as extension_of

_MOST_COMPARED = 5_000_000  # characters: enough to tell a text, in seconds
_MOST_MEMBERS = 50_000
# Deflate reaches about 1000:1 on nothing but zeros; documents stay well under 100:1. Small ones do no harm at any ratio.
_MOST_RATIO = 200
_HARMLESS = 64 << 20
_PACKAGE = b"PK\x03\x04"
_EMPTY_PACKAGE = b"PK\x05\x06"
_MARKUP = (b"<html", b"<!doctype html", b"<head", b"<table", b"mime-version:")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, LookupError, TypeError,
    AttributeError, AssertionError, OverflowError, ArithmeticError, struct.error,
)  # fmt: skip
_WHY = {
    Why.PROTECTED: Outcome.PROTECTED,
    Why.TOO_LARGE: Outcome.TOO_LARGE,
    Why.NO_MEMORY: Outcome.TOO_LARGE,
    Why.TOO_SLOW: Outcome.TOO_SLOW,
}


def examine(extension: str, path: Path) -> Examination:
    """What a file holds; `extension` folded, without a dot. Raises OSError when it cannot be opened, MemoryError."""
    if extension not in kinds.EXAMINED_EXTENSIONS:
        return Examination(Outcome.NO_READER, extension)
    contents = Contents()
    outcome, detail = Outcome.READ, ""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        if size > LARGEST_FILE:
            return Examination(Outcome.TOO_LARGE, f"{size} bytes")
        try:
            with _reading():
                _read(extension, file, contents)
            if contents.unread:
                outcome, detail = _what_is_unread(contents)
        except Unread as fault:
            outcome, detail = fault.outcome, fault.detail
    links: tuple[Link, ...] = ()
    if outcome is not Outcome.PROTECTED:
        try:
            links = _links(extension, path, contents.body)
        except Unread as fault:
            if outcome is Outcome.READ:
                outcome, detail = fault.outcome, f"links: {fault.detail}"
    body, aside = contents.body, contents.aside
    return Examination(
        outcome,
        masked(detail)[:LONGEST_DETAIL],
        in_text(f"{body}\n\n{aside}" if aside else body),
        links,
        simhash(body[:_MOST_COMPARED]),
    )


def _links(extension: str, path: Path, text: str) -> tuple[Link, ...]:
    try:
        with _reading():
            links = found(extension, path, text)[:MOST_LINKS]
    except NotReadable as fault:
        raise Unread(_WHY.get(fault.reason, Outcome.DAMAGED), fault.detail) from fault
    return tuple(Link(link.kind[:50], link.target[:LONGEST_LINK]) for link in links)


def _what_is_unread(contents: Contents) -> tuple[Outcome, str]:
    """What is found in the rest counts; but as long as something within was not read, nothing is known to be absent."""
    name, fault = contents.unread[0]
    outcome = Outcome.TOO_LARGE if fault.outcome is Outcome.TOO_LARGE else Outcome.NO_READER
    return outcome, f"within, {len(contents.unread)} not read: {name}: {fault.outcome}"


def _read(extension: str, file: IO[bytes], contents: Contents) -> None:
    """Add what the file says, whatever its name says it is: by its first bytes, then by its extension."""
    file.seek(0)
    start = file.read(1024)
    if not start:
        return
    if extension in kinds.SHORTCUTS:
        return  # all that it says is where it points
    if extension in kinds.ONLY_LINKS:
        raise Unread(Outcome.NO_READER, "its text is not read")
    if start.startswith((_PACKAGE, _EMPTY_PACKAGE)):
        _read_package(file, contents)
    elif start.startswith(protection.MAGIC):
        _read_compound(file, contents)
    elif pdf_text.MAGIC in start:
        _read_within(pdf_text.read(file, contents), contents)
    elif start.startswith(rich_text.MAGIC):
        rich_text.read(file, contents)
    elif extension == "eml":
        file.seek(0)
        _read_within(mail_text.read_eml(file, contents), contents)
    elif extension in kinds.WEB or start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        web_text.read(file, contents)
    elif extension in ("csv", "tsv", "tab"):
        plain_text.read_table(file, contents)
    elif extension.startswith("fod"):
        file.seek(0)
        open_text.read_flat(file, contents)
    elif extension in kinds.PLAIN or extension in kinds.OLD_OFFICE:
        plain_text.read(file, contents)
    else:
        raise Unread(Outcome.DAMAGED, f"does not begin as {extension}")


def _read_compound(file: IO[bytes], contents: Contents) -> None:
    if how := protection.of_compound(file):
        raise Unread(Outcome.PROTECTED, how)
    if not protection.is_message(file):
        raise Unread(Outcome.NO_READER, "old format")
    file.seek(0)
    _read_within(mail_text.read_msg(file, contents), contents)


def _read_package(file: IO[bytes], contents: Contents) -> None:
    file.seek(0)
    with zipfile.ZipFile(file) as package:
        members = package.infolist()
        if len(members) > _MOST_MEMBERS:
            raise Unread(Outcome.TOO_LARGE, f"{len(members)} parts")
        packed, unpacked = file.seek(0, io.SEEK_END), sum(member.file_size for member in members)
        if unpacked > MOST_UNPACKED or (unpacked > _HARMLESS and unpacked > _MOST_RATIO * packed):
            raise Unread(Outcome.TOO_LARGE, f"unpacks to {unpacked} bytes of {packed}")
        if any(member.flag_bits & 0x1 for member in members):
            raise Unread(Outcome.PROTECTED, "password")
        names = package.namelist()
        if "[Content_Types].xml" in names and office_text.is_office(names):
            if any(name.lower() == "xl/workbook.bin" for name in names):
                raise Unread(Outcome.NO_READER, "binary workbook")
            office_text.read(package, contents)
            within = list(office_text.embedded(package))
        elif open_text.is_open_document(package):
            open_text.read(package, contents)
            within = []
        else:
            within = [name for name in names if not name.endswith("/")]
        for name in within:
            with package.open(name) as part:
                _read_within([(name, contents.whole(part))], contents)


def _read_within(documents: list[tuple[str, bytes]], contents: Contents) -> None:
    """Read documents that lie within this one, by the same readers; pictures and sounds are left out."""
    for name, content in documents:
        extension = extension_of(posixpath.basename(name))
        contents.put_aside(True)
        contents.line(name)
        contents.put_aside(False)
        if extension in kinds.TEXTLESS or not content:
            continue
        contents.depth += 1
        try:
            if extension not in kinds.EXAMINED_EXTENSIONS:
                raise Unread(Outcome.NO_READER)
            if contents.depth > DEEPEST:
                raise Unread(Outcome.TOO_LARGE, "nested too deeply")
            with _reading():
                contents.add("\n\n")
                _read(extension, io.BytesIO(content), contents)
        except Unread as fault:
            if fault.outcome is Outcome.TOO_LARGE and contents.is_full:
                raise
            contents.unread.append((masked(name), fault))
        finally:
            contents.depth -= 1


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """What a reader trips over is damage to the document; its own words stay here, as they may quote the text."""
    try:
        yield
    except RecursionError as fault:
        raise Unread(Outcome.DAMAGED, "nested too deeply") from fault
    except _BROKEN as fault:
        raise Unread(Outcome.DAMAGED, type(fault).__name__) from fault
    except OSError as fault:
        # Readers say so of files that end early or point outside of themselves; the system says so by a number.
        if fault.errno not in (None, 22):
            raise
        raise Unread(Outcome.DAMAGED, type(fault).__name__) from fault
