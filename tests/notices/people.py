"""People, parts and times for the tests of messages."""

from datetime import UTC, date, datetime

from filrydd.model.department import Absence, Part, Person, Reviewing
from filrydd.notices.due import As, Due
from filrydd.notices.letter import About, Letter, letters
from filrydd.notices.message import Sender
from filrydd.notices.state import Asked, Kind, Standing

BERIT = Person("Berit Bakken", "berit@example.no")
KARI = Person("Kari Nordmann", "kari@example.no")
OLA = Person("Ola Lunde", "ola@example.no")
SENDER = Sender("filrydd", "filrydd@example.no")

# A Monday, and the Friday before Christmas.
MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 12, 18)
NOW = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def away(person: Person, first: date, last: date) -> Person:
    return Person(person.name, person.email, away=(Absence(first, last),))


def part(name: str = "bilag", contact: Person = KARI, owner: Person = BERIT, deputies: tuple[Person, ...] = ()) -> Part:
    return Part(name, name, owner, contact, deputies)


def standing(of: Part | None = None, first: date = MONDAY, asked: Asked = Asked.CONTACT) -> Standing:
    return Standing(of or part(), asked, first)


def about(deadline: date | None = FRIDAY, day: date = MONDAY, link: str = "", answers: Person | None = BERIT) -> About:
    return About("regnskap/felles", "Regnskap", "felles", Reviewing(deadline), day, link, answers)


def letter(
    of: Standing | None = None, person: Person = KARI, role: As = As.CONTACT, kind: Kind = Kind.WEEKLY
) -> Letter:
    return letters("regnskap/felles", [Due(of or standing(), person, role, kind, FRIDAY)])[0]
