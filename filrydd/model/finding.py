"""Findings about a file that rules can ask for, what a reading of its content told, and what verification saw.

A finding is data about one file. Those of the stage `classify` come from names, facts and stored digests; those of the
stage `examine` from a reader of the content (`filrydd scan AREA --examine`); those of the stage `verify` are a `Verdict`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Found(StrEnum):
    """What can be found about a file. The word is stored, written in policies, and worded in `lang`."""

    DUPLICATE = "duplicate"  # another file has the same content and is the one to keep
    OLDER_VERSION = "older version"  # its name and a later file's differ only in version marks
    LATEST_VERSION = "latest version"
    NUMBER_IN_NAME = "identity number in name"
    NUMBER = "identity number"  # in the text
    LINKS = "links"  # it points to other files by their place
    LINKED = "linked"  # another file points to it
    PROTECTED = "protected"  # by a password or by rights management
    DATABASE = "database"  # Access, SQLite: many write to it at once
    MAIL = "mail archive"  # pst, ost: never opened
    NOTEBOOK = "notebook"  # OneNote
    WEB_PAGE = "web page"  # saved, with a folder of its own
    PROGRAM = "program"
    IMAGE = "disk image"
    DRAWING = "drawing"  # CAD, which refers to other files
    STREAMS = "streams"  # alternate data streams, which SharePoint has no place for
    DROP = "drop folder"  # a program still writes here


NOT_FOR_SHAREPOINT = frozenset(
    {
        Found.DATABASE,
        Found.MAIL,
        Found.NOTEBOOK,
        Found.WEB_PAGE,
        Found.PROGRAM,
        Found.IMAGE,
        Found.DRAWING,
        Found.PROTECTED,
        Found.STREAMS,
        Found.DROP,
    }
)
"""Findings that a policy names together as `not for sharepoint`."""

BY_READING = frozenset({Found.NUMBER, Found.LINKS, Found.LINKED, Found.PROTECTED, Found.STREAMS})
"""Findings that only the file itself can tell: its content, or the streams beside it. Of a file that was not examined they
are unknown, never absent."""


class Outcome(StrEnum):
    """How the reading of a file's content ended. Only after `READ` does a missing finding mean that there is none."""

    READ = "read"
    PROTECTED = "protected"  # a password or rights management
    NO_READER = "no reader"  # a kind of file whose text nobody here can read: pictures, sound, old formats
    NO_TEXT = "no text"  # pages without any text, such as scanned paper
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    TOO_SLOW = "too slow"
    REFUSED = "refused"  # the server's scanner, or the reader's fence


@dataclass(frozen=True, slots=True)
class Link:
    """One place that a file points to, as it is written there: `kind` is what points (`workbook`, `object`, `template`,
    `query`, `macro`, `shortcut`, `back end`, `script`), `target` the text, never longer than 1,000 characters."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What a reader told about one file's content.

    `numbers` counts the identity numbers by the context word near each (`""`: none near, and then it is not counted as
    a finding by itself); a number itself is nowhere. `likeness` is a 64-bit simhash of the text as a signed integer,
    None where there is too little text to compare. `detail` is the reader's word for what went wrong.
    """

    outcome: Outcome
    detail: str = ""
    numbers: tuple[tuple[str, int], ...] = ()
    links: tuple[Link, ...] = ()
    likeness: int | None = None


class Verdict(StrEnum):
    """What verification says of one file, or of an item or folder that no file stands for. The word is stored, counted in
    `--json` and worded in `lang`. `OK` and `REWRITTEN` stand as comparisons (which store `equal` for the first), all others
    as findings."""

    OK = "ok"  # the same bytes, by size and hash or by a full comparison
    REWRITTEN = "rewritten"  # fetched and compared in full: only what SharePoint writes itself differs
    MISSING = "missing"  # not in the place that was signed, nor anywhere in the library
    UNEXPECTED = "unexpected"  # in a folder that filrydd made, and nobody sent it
    MISMATCH = "mismatch"  # another content or place than was sent, and nobody has touched it since
    ACCESS = "access"  # others can open it than those who were signed for
    CHANGED_SINCE = "changed since"  # somebody has moved, renamed, replaced or edited it in the new place
    SOURCE_CHANGED = "source changed"  # somebody has worked on the old file since it was sent
    UNREADABLE = "unreadable"  # the old file cannot be read
    NOT_EXAMINED = "not examined"  # it could not be compared, which proves nothing either way


WHOLE = frozenset({Verdict.OK, Verdict.REWRITTEN})
"""Verdicts by which a file counts as arrived whole."""
