"""What is due for one person, as one message: somebody who is contact for five parts gets one message, not five."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from filrydd.model.department import Person, Reviewing
from filrydd.notices.due import Due
from filrydd.notices.lines import address, same_person


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person. `key` is the same whenever the same things are to be told to the same address."""

    person: Person
    dues: tuple[Due, ...]
    key: str

    @property
    def address(self) -> str:
        """Where it goes."""
        return address(self.person.email)


@dataclass(frozen=True, slots=True)
class About:
    """What all messages of a run have in common. `id` is the same in all of them for ever; `department` and `area` are
    names as people read them; `link` is the pages' address, or empty; `answers` is who takes questions, if anybody can."""

    id: str
    department: str
    area: str
    reviewing: Reviewing
    day: date
    link: str = ""
    answers: Person | None = None


def letters(area: str, dues: Iterable[Due]) -> tuple[Letter, ...]:
    """The messages for what is due in an area, one for each address, in the order in which people come."""
    of: dict[str, list[Due]] = {}
    for due in dues:
        of.setdefault(same_person(due.person.email), []).append(due)
    return tuple(Letter(mine[0].person, tuple(mine), _key(area, email, mine)) for email, mine in of.items())


def _key(area: str, email: str, dues: Iterable[Due]) -> str:
    hasher = hashlib.sha256(b"filrydd reminder 1")
    told = sorted([one.standing.part.name, one.kind, one.due.isoformat()] for one in dues)
    for word in (area, email, *(word for line in told for word in line)):
        content = word.encode("utf-8", "surrogatepass")
        hasher.update(len(content).to_bytes(4, "big") + content)
    return hasher.hexdigest()[:32]
