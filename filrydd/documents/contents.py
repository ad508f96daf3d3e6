"""What readers take out of one document, within bounds on text and on what is unpacked; and how they say that they cannot."""

import io
from typing import IO

from filrydd.model.finding import Outcome

LARGEST_FILE = 64 << 20
"""Bytes of a file that is examined."""
MOST_UNPACKED = 256 << 20
"""Bytes that may come out of all compressed parts of one document together, those within its parts included."""
MOST_TEXT = 20_000_000
"""Characters of text that are taken from one document."""
DEEPEST = 3
"""Documents within documents within a document."""
_ROOM_AT_ONCE = 1 << 16


class Unread(Exception):
    """The document, or what is left of it, cannot be read; `detail` never holds its text."""

    def __init__(self, outcome: Outcome, detail: str = "") -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


class Contents:
    """The text of one document: its body, and what stands aside (properties, layouts, names) and makes no likeness.

    `unread` lists what lies within the document and could not be read, with the reason.
    """

    def __init__(self) -> None:
        self._body: list[str] = []
        self._aside: list[str] = []
        self._into = self._body
        self._length = 0
        self._unpacked = 0
        self.depth = 0
        self.unread: list[tuple[str, Unread]] = []

    @property
    def body(self) -> str:
        return "".join(self._body)

    @property
    def aside(self) -> str:
        return "".join(self._aside)

    @property
    def is_full(self) -> bool:
        """Whether a bound of the whole document is reached, so that reading on makes no sense."""
        return self._length > MOST_TEXT or self._unpacked > MOST_UNPACKED

    def add(self, text: str) -> None:
        """Take text as it stands, with its own line breaks. Raises Unread when there is too much."""
        self._into.append(text)
        self._length += len(text)
        if self._length > MOST_TEXT:
            raise Unread(Outcome.TOO_LARGE, f"more than {MOST_TEXT} characters of text; the rest was not read")

    def line(self, text: str) -> None:
        self.add(text + "\n")

    def put_aside(self, aside: bool) -> None:
        """Whether what comes from now on stands aside."""
        self._into = self._aside if aside else self._body

    def unpack(self, count: int) -> None:
        """Count bytes that come out of a compressed part. Raises Unread when there are too many."""
        self._unpacked += count
        if self._unpacked > MOST_UNPACKED:
            raise Unread(Outcome.TOO_LARGE, f"unpacks to more than {MOST_UNPACKED} bytes")

    def whole(self, packed: IO[bytes]) -> bytes:
        """All bytes of an unpacking stream, counted as they come."""
        file = io.BytesIO()
        while piece := packed.read(_ROOM_AT_ONCE):
            self.unpack(len(piece))
            file.write(piece)
        return file.getvalue()
