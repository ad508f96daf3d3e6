"""Text of PDF files, by pypdf: pages, what was filled into forms, and notes on pages; files within are listed."""

from collections.abc import Iterator
from typing import IO

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, IndirectObject, StreamObject

from filrydd.documents.contents import Contents, Unread
from filrydd.model.finding import Outcome

MAGIC = b"%PDF-"
_MOST_PAGES = 20_000
_LEAST_LEGIBLE = 0.3  # of a page's letters; fonts without a table back to Unicode give signs that mean nothing


def read(file: IO[bytes], contents: Contents) -> list[tuple[str, bytes]]:
    """Add all text; the files within, by name. Raises Unread: `NO_TEXT` when a page shows pictures and no text."""
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unread(Outcome.PROTECTED, "password")
        bare = _read_pages(reader, contents)
        within = [
            (name, content) for name, versions in reader.attachments.items() for content in versions
        ]  # pypdf bounds what each of them unpacks to
        for _name, content in within:
            contents.unpack(len(content))
    # Faults of pypdf quote what they tripped over, so only their kind is told.
    except (FileNotDecryptedError, DependencyError) as fault:
        raise Unread(Outcome.PROTECTED, type(fault).__name__) from fault
    except LimitReachedError as fault:
        raise Unread(Outcome.TOO_LARGE, type(fault).__name__) from fault
    except PyPdfError as fault:
        raise Unread(Outcome.DAMAGED, type(fault).__name__) from fault
    if bare:
        raise Unread(Outcome.NO_TEXT, f"{bare} of {len(reader.pages)} pages")
    return within


def _read_pages(reader: pypdf.PdfReader, contents: Contents) -> int:
    """Add the text of all pages and forms; how many pages show something but have no text."""
    bare = 0
    if len(reader.pages) > _MOST_PAGES:
        raise Unread(Outcome.TOO_LARGE, f"{len(reader.pages)} pages")
    for page in reader.pages:
        text = page.extract_text()
        contents.line(text)
        if not _is_legible(text) and (text.strip() or _shows_pictures(page)):
            bare += 1
        for line in _notes(page):
            contents.line(line)
    for name, value in (reader.get_form_text_fields() or {}).items():
        if value:
            contents.line(f"{name}: {value}")
    return bare


def _is_legible(text: str) -> bool:
    signs = [letter for letter in text if not letter.isspace()]
    return bool(signs) and sum(map(str.isalnum, signs)) >= _LEAST_LEGIBLE * len(signs)


def _shows_pictures(page: pypdf.PageObject) -> bool:
    resources = _resolved(page.get("/Resources"))
    if isinstance(resources, DictionaryObject) and _resolved(resources.get("/XObject")):
        return True
    drawn = page.get_contents()
    return drawn is not None and b"\nBI" in drawn.get_data()


def _notes(page: pypdf.PageObject) -> Iterator[str]:
    """What notes on a page say, and what a form field's look on it was filled with."""
    notes = _resolved(page.get("/Annots"))
    for each in notes if isinstance(notes, ArrayObject) else ():
        note = _resolved(each)
        if isinstance(note, DictionaryObject) and not isinstance(note, StreamObject | EncodedStreamObject):
            said = _resolved(note.get("/Contents"))
            if isinstance(said, str) and said.strip():
                yield said


def _resolved(found: object) -> object:
    return found.get_object() if isinstance(found, IndirectObject) else found
