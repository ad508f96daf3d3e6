"""One folder's listing as a job: opened, listed and its permissions read in one journey, or in more when it is big or
credits are scarce."""

from typing import Any

from filrydd.model.listed import Passed
from filrydd.sources.smb import status
from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.wire import (
    CREDIT,
    LIST_ACCESS,
    LIST_OPTIONS,
    READ_CONTROL,
    TOP_OPTIONS,
    BadAnswer,
    content,
    numbered,
    opened,
)

MOST_BYTES = 2 << 30
"""What one folder's listing may hold, some 10 million entries: beyond it the server is taken to list without end."""

_OPEN, _PAGE, _SECURITY = range(3)
_OPENING = (_OPEN, _PAGE, _PAGE, _SECURITY)
_SEPARATOR = b"\\\0"


class FolderJob:
    """A folder to be listed: `key` is the walk's, `path` its path on the wire below the area's top.

    When it is over, either `pages` hold the listing and `descriptor` what permissions were told, or `status` is the
    server's refusal, or `fault` says what was wrong with its answers.
    """

    __slots__ = (
        "access",
        "attributes",
        "descriptor",
        "ended",
        "fault",
        "first",
        "handle",
        "key",
        "left",
        "pages",
        "passed",
        "path",
        "sent",
        "size",
        "status",
        "steps",
    )

    def __init__(self, key: int, path: bytes, passed: Passed | None) -> None:
        self.key = key
        self.path = path
        self.passed = passed
        self.access = LIST_ACCESS | READ_CONTROL
        self.first = self.left = 0
        self.sent = 0.0
        self.forget()

    def forget(self) -> None:
        self.handle = b""
        self.attributes = 0
        self.descriptor: bytes | None = None
        self.pages: list[bytearray] = []
        self.size = 0
        self.ended = False
        self.status = 0
        self.fault = ""
        self.steps: tuple[int, ...] = ()

    def ask(self, lane: Lane[Any]) -> None:
        if self.handle:
            self._ask_more(lane)
            return
        wanted = 4 if self.access & READ_CONTROL else 3
        count = min(wanted, lane.credits)
        self.steps = _OPENING[:count]
        speech = lane.speech
        path = on_the_wire(lane.top, self.path)
        options = LIST_OPTIONS if self.path else TOP_OPTIONS
        number = lane.numbers(self, count)
        messages = [speech.create(number, path, self.access, options, more=count > 1)]
        if count == 4:
            messages += (
                numbered(speech.page, number + 1),
                numbered(speech.page, number + 2),
                numbered(speech.last_descriptor, number + 3),
            )
        elif count == 3:
            messages += (numbered(speech.page, number + 1), numbered(speech.last_page, number + 2))
        elif count == 2:
            messages.append(numbered(speech.last_page, number + 1))
        lane.put(messages)

    def _ask_more(self, lane: Lane[Any]) -> None:
        if self.descriptor is None and self.access & READ_CONTROL:
            self.steps = (_SECURITY,)
            lane.put_one(self, lane.speech.security(self.handle))
        else:
            self.steps = (_PAGE,)
            credits = lane.page_credits()
            lane.put_one(self, lane.speech.listing(self.handle, credits), credits)

    def take(self, step: int, status_: int, frame: bytearray, start: int, end: int) -> None:
        what = self.steps[step]
        try:
            if what == _PAGE:
                self._take_page(status_, frame, start, end)
            elif what == _OPEN:
                if status_:
                    self.status = status_
                else:
                    self.attributes, self.handle = opened(frame, start, end)
            elif not self.status:
                # A descriptor that is not told is unknown; the folder's entries are not.
                self.descriptor = b"" if status_ else bytes(content(frame, start, end, CREDIT))
        except BadAnswer as error:
            self.fault = str(error)

    def _take_page(self, status_: int, frame: bytearray, start: int, end: int) -> None:
        if self.ended or self.status:
            return
        if not status_:
            page = content(frame, start, end, 16 * CREDIT)
            self.size += len(page)
            repeated = bool(self.pages) and _first_name(page) == _first_name(self.pages[-1])
            if not page or repeated or self.size > MOST_BYTES:
                raise BadAnswer("the server lists this folder without end")
            self.pages.append(page)
        elif status_ in (status.NO_MORE_FILES, status.NO_SUCH_FILE):
            self.ended = True
        else:
            self.status = status_

    def over(self) -> bool:
        if self.status == status.ACCESS_DENIED and not self.handle and self.access & READ_CONTROL:
            # Who may list a folder may still not read its permissions.
            self.access = LIST_ACCESS
            self.forget()
            return False
        if self.status or self.fault:
            return True
        return self.ended and (self.descriptor is not None or not self.access & READ_CONTROL)


def on_the_wire(top: bytes, path: bytes) -> bytes:
    """A path below the area's top as the server takes it."""
    return top + _SEPARATOR + path if top and path else top or path


def _first_name(page: bytearray) -> bytearray:
    return page[80 : 80 + int.from_bytes(page[60:64], "little")]
