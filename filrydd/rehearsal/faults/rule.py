"""The faults there are, and rules: which fault strikes which calls."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from filrydd.rehearsal.faults.kinds import ARRIVALS, GROUPS, WRITES, Kind
from filrydd.rehearsal.rules.retry_after import Form


class Fault(StrEnum):
    """What goes wrong. Those that refuse do so before any work."""

    TOO_MANY_REQUESTS = "too_many_requests"
    """429, whatever the throttle says."""
    UNAVAILABLE = "unavailable"
    """500, 502, 503 or 504."""
    LOCKED = "locked"
    """423: somebody has it open."""
    TOKEN_EXPIRED = "token_expired"
    """401 in the middle; the next call is let through again."""
    RESOURCE_MODIFIED = "resource_modified"
    """409: SharePoint is busy with the item itself."""
    SESSION_GONE = "session_gone"
    """The upload session ends, and 404."""
    OFFICE_NOT_FOUND = "office_not_found"
    """404 on the first fragment over an Office file that is there; the session ends (abraunegg/onedrive#3859)."""
    DROP_BEFORE = "drop_before"
    """The connection breaks before the work."""
    HALF_WRITTEN = "half_written"
    """A part of the body is taken, then the connection breaks; nothing of it counts."""
    SLOW_ANSWER = "slow_answer"
    """The work begins late."""
    DROP_AFTER = "drop_after"
    """The work is done, and the connection breaks instead of an answer."""
    TRUNCATED_ANSWER = "truncated_answer"
    """The connection breaks in the middle of the answer's body."""
    SLOW_STREAM = "slow_stream"
    """The answer's body comes drop by drop."""
    NOT_FOUND_AT_FIRST = "not_found_at_first"
    """What was just made is not found by the next calls."""
    CORRUPTED_ITEM = "corrupted_item"
    """What was confirmed is stored with other bytes of the same number."""
    LOST_ITEM = "lost_item"
    """What was confirmed is not there afterwards."""


@dataclass(frozen=True, slots=True)
class Sort:
    """What a fault can strike, and what belongs to it in a file."""

    on: frozenset[Kind]
    takes: tuple[str, ...] = ()


_ANY = GROUPS["any"]
_ON_ITEMS = frozenset({Kind.CHANGE, Kind.DELETE, Kind.UPLOAD, Kind.SESSION, Kind.COMMIT, Kind.FIELDS, Kind.LABEL})
_ON_FRONT = _ANY - GROUPS["session_calls"] - {Kind.CONTENT}
SORTS: dict[Fault, Sort] = {
    Fault.TOO_MANY_REQUESTS: Sort(_ANY, ("seconds", "retry_after")),
    Fault.UNAVAILABLE: Sort(_ANY, ("status", "seconds", "retry_after")),
    Fault.LOCKED: Sort(_ON_ITEMS | {Kind.FRAGMENT, Kind.PERMISSIONS}),
    Fault.TOKEN_EXPIRED: Sort(_ON_FRONT),
    Fault.RESOURCE_MODIFIED: Sort(_ON_ITEMS | {Kind.FRAGMENT, Kind.FOLDER, Kind.PERMISSIONS}),
    Fault.SESSION_GONE: Sort(frozenset({Kind.FRAGMENT, Kind.COMMIT, Kind.STATUS})),
    Fault.OFFICE_NOT_FOUND: Sort(frozenset({Kind.FRAGMENT})),
    Fault.DROP_BEFORE: Sort(_ANY),
    Fault.HALF_WRITTEN: Sort(frozenset({Kind.FRAGMENT, Kind.UPLOAD}), ("bytes",)),
    Fault.SLOW_ANSWER: Sort(_ANY, ("seconds",)),
    Fault.DROP_AFTER: Sort(_ANY),
    Fault.TRUNCATED_ANSWER: Sort(_ANY, ("bytes",)),
    Fault.SLOW_STREAM: Sort(_ANY, ("seconds",)),
    Fault.NOT_FOUND_AT_FIRST: Sort(ARRIVALS | {Kind.FOLDER}, ("times",)),
    Fault.CORRUPTED_ITEM: Sort(ARRIVALS, ("seconds", "hash")),
    Fault.LOST_ITEM: Sort(WRITES, ("seconds",)),
}


class Deed(StrEnum):
    """What a person does in the target."""

    EDIT = "edit"
    RENAME = "rename"
    MOVE = "move"
    DELETE = "delete"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class When:
    """How often: by chance, at given times that a target is asked, at the first times, or every so many calls."""

    share: float = 0.0
    nth: frozenset[int] = frozenset()
    first: int = 0
    every: int = 0
    most: int = 0
    """In all; 0: no end."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault on some calls. `path` is a matcher of folded drive-relative paths, None for all."""

    fault: Fault
    number: int
    """Which of the rules with this fault it is, from 1."""
    on: frozenset[Kind]
    when: When
    glob: str = "**"
    path: Any = field(default=None, compare=False)
    seconds: float | None = None
    status: int = 503
    size: int | None = None
    """Bytes that still pass; None: half of them."""
    times: int = 1
    retry_after: Form = Form.TOLD
    keeps_hash: bool = False
    """The listing goes on telling the hash that was confirmed."""


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody does in the target after a call has changed something there."""

    does: Deed
    number: int
    when: When
    who: str = ""
    """A name; empty: one of a few."""
    glob: str = "**"
    path: Any = field(default=None, compare=False)
    seconds: float = 0.0
    """After that call."""
