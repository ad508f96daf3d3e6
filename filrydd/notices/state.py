"""What a reminder is decided by: how a part stands, who is asked, and what was sent before."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filrydd.model.department import Part, Person


class Asked(StrEnum):
    """Whose turn a part is."""

    NOBODY = "nobody"  # it holds nothing that is asked about
    SIGNED = "signed"  # and nothing has changed since
    CONTACT = "contact"
    MANAGER = "manager"  # signed by one, and the accountable manager's signature is missing


class Kind(StrEnum):
    """What a message is about. The words are stored."""

    WEEKLY = "weekly"
    BEFORE = "before"  # the deadline is near
    PASSED = "passed"  # the deadline was yesterday or earlier
    PASSED_ON = "passed on"  # somebody else let them decide
    CONFIRM = "confirm"  # everything has arrived, and they are to say whether it is where they expect it
    # The old area can be read until a day, and then it is deleted.
    HALF_TIME = "half time"
    TWO_WEEKS = "14 working days"
    LAST_DAYS = "3 working days"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a part is: so many of all its portions are done."""

    done: int
    all: int


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What `by` let `person` decide on the day `on`, `groups` groups of files; only what is still open."""

    person: Person
    by: str
    on: date
    groups: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A part on the day that is asked about. `first` is the day when it was first proposed; `changed`: it was signed, and
    something has changed since; `partly`: it was signed, but not for all that it asks."""

    part: Part
    asked: Asked
    first: date
    changed: bool = False
    partly: bool = False
    progress: Progress | None = None
    passed_on: tuple[PassedOn, ...] = ()


class Outcome(StrEnum):
    """What became of a message that was to leave."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the run ended between the intent and the answer


@dataclass(frozen=True, slots=True)
class Told:
    """One attempt: on the day `on` a message of that kind about a part was to go to an address. `due` is what it was for:
    the deadline, or the day on which it fell due."""

    part: str
    email: str
    kind: Kind
    due: date
    on: date
    outcome: Outcome
