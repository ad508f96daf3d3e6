"""Who owns what: persons, and the parts that an area is divided into."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A person in a role. `email` addresses messages; it never identifies anybody."""

    name: str
    email: str = ""


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
