"""Who owns what: persons in their roles, the parts that an area is divided into, and how their review is to go."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from filrydd.model.hours import Hours


class Role(StrEnum):
    """What somebody is in a department. Contacts and managers are that for their parts, the others for the whole of it."""

    SUPERUSER = "superuser"
    CONTACT = "contact"
    MANAGER = "manager"
    ADMIN = "admin"
    ARCHIVIST = "archivist"
    PRIVACY_OFFICER = "privacy officer"


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which somebody is away, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Person:
    """A person in a role. `email` addresses messages; it never identifies anybody.

    The log-in knows them by one of: `id`, the object id that the issuer gives; `group`, a group's id; `app_role`. All empty:
    nobody can log in as them.
    """

    name: str
    email: str = ""
    id: str = ""
    group: str = ""
    app_role: str = ""
    away: tuple[Absence, ...] = ()

    def is_away(self, day: date) -> bool:
        """Whether they have said to be away on that day."""
        return any(absence.first <= day <= absence.last for absence in self.away)


@dataclass(frozen=True, slots=True)
class Reviewing:
    """How a review is to go: until when, and who is told. `before`: days before the deadline of one more reminder."""

    deadline: date | None = None
    weekly: bool = True
    before: int = 3
    deputies: Literal["never", "when the contact is away", "always"] = "when the contact is away"
    managers: Literal["never", "before the deadline", "after the deadline", "always"] = "after the deadline"


@dataclass(frozen=True, slots=True)
class Uploading:
    """How an upload is to go: when it may run (None: always), the tenant's tier (`model.tier`; empty: nobody has said), and
    how many failures in a row it takes before it stops."""

    hours: Hours | None = None
    tier: str = ""
    stop_above: int = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A subtree of an area with one owner and one contact: the unit of sign-off.

    `path` is the subtree's top, relative to the area (`""`: all of it); a part inside another takes its subtree out of
    the outer one. `deputies` stand in for the contact. `name` is unique in the area and is what people see and type.
    """

    name: str
    path: str
    owner: Person
    contact: Person
    deputies: tuple[Person, ...] = ()
