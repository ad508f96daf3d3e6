"""What a person said about folders of the area, as classes, rules and examples of a drafted policy."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from filrydd.policy.matching import PathGlobs


class What(StrEnum):
    """What a folder is. The words stand in answers files."""

    BY_RULES = "rules"
    USE = "use"
    FINISHED = "finished"
    PROGRAM = "program"
    PRIVATE = "private"
    COPY = "copy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Placed:
    """What a person said of one folder of the area; `path` in stored form."""

    path: str
    what: What


PRIVATE_CLASS = "ansattes egne mapper"

# The class, and the rule as it stands in the file. Private folders come first, so that no other rule decides there.
_RULES: dict[What, tuple[str, str]] = {
    What.PRIVATE: (
        PRIVATE_CLASS,
        """\
# FOR-2018-07-02-1108 §§ 1-3: innsyn i en ansatts eget område bare på vilkår, og med varsel. Mappene leses aldri.
- rule: ansattes egne mapper
  class: ansattes egne mapper
  fate: hold
  basis: FOR-2018-07-02-1108 §§ 1-3
  reason:
    nb: Mappen er en ansatts egen. Den ansatte må selv gå gjennom den.
    en: The folder is an employee's own. The employee must go through it.
""",
    ),
    What.PROGRAM: (
        "mapper som programmer skriver i",
        """\
# Flyttes en slik mappe, stopper programmet. Finn ut hvem som eier det.
- rule: mapper som programmer skriver i
  class: mapper som programmer skriver i
  fate: hold
  reason:
    nb: Et program skriver i denne mappen. Den må få et nytt sted før noe flyttes.
    en: A program writes here. It needs a new place before anything moves.
""",
    ),
    What.FINISHED: (
        "ferdig arbeid",
        """\
# Bevaringsforskrifta § 3: det som ikke er nevnt, bevares til noen har avgjort det.
- rule: ferdig arbeid
  class: ferdig arbeid
  fate: hold
  basis: bevaringsforskrifta § 3
  reason:
    nb: Arbeidet er ferdig. Arkivaren avgjør hva som bevares.
    en: The work is finished. The archivist decides what is kept.
""",
    ),
    What.COPY: (
        "kopier av annet",
        """\
# Svaret er at dette er en kopi. Ingen har sammenlignet ennå.
- rule: kopier av annet
  class: kopier av annet
  fate: hold
  basis: arkivlova § 13
  reason:
    nb: Mappen skal være en kopi. Se etter at alt ligger et annet sted også.
    en: The folder is said to be a copy. See that all of it lies elsewhere too.
""",
    ),
    What.UNKNOWN: (
        "mapper ingen kjenner",
        """\
# Arkivlova § 13: det som ingen har vurdert, kasseres ikke.
- rule: mapper ingen kjenner
  class: mapper ingen kjenner
  fate: hold
  basis: arkivlova § 13; bevaringsforskrifta § 3
  reason:
    nb: Ingen vet ennå hva mappen er til. Finn ut hvem som brukte den.
    en: Nobody knows yet what the folder is for. Find out who used it.
""",
    ),
    What.USE: (
        "mapper i daglig bruk",
        """\
# Svaret er at mappen er i bruk, uansett hvor gamle filene er.
- rule: mapper i daglig bruk
  class: mapper i daglig bruk
  fate: move
  reason:
    nb: Mappen er i daglig bruk og flyttes med.
    en: The folder is in daily use and moves along.
""",
    ),
}


def classes_of(places: Sequence[Placed], scalar: Callable[[str], str]) -> list[str]:
    """One class for each kind of folder that was named, with the folders' paths."""
    found = []
    for what, (name, _rule) in _RULES.items():
        if paths := [place.path for place in places if place.what is what]:
            lines = "".join(f"\n    - {scalar(glob(path))}" for path in paths)
            found.append(f"{name}:\n  path:{lines}")
    return found


def names_of(what: What) -> str:
    """What the class and the rule for a kind of folder are called; empty where the ordinary rules decide."""
    return _RULES[what][0] if what in _RULES else ""


def rules_of(places: Sequence[Placed]) -> list[str]:
    """One rule for each of those classes."""
    said = {place.what for place in places}
    return [rule.rstrip() for what, (_name, rule) in _RULES.items() if what in said]


def examples_of(places: Sequence[Placed], day: date, scalar: Callable[[str], str]) -> Iterator[str]:
    """An example for each folder that must stay. What is in use moves only if no block forbids it, so it has none."""
    for place in places:
        if place.what in _RULES and place.what is not What.USE and plain(place.path):
            path = scalar(f"{place.path}/eksempel.docx")
            yield f"- {{path: {path}, modified: {day}, day: {day}, expect: hold}}"


def touches(places: Sequence[Placed], folder: str) -> bool:
    """Whether something was said of a folder, or of one that it lies in."""
    globs = tuple(glob(place.path) for place in places if place.what in _RULES)
    return bool(globs) and PathGlobs(globs).match(folder)


def glob(path: str) -> str:
    """The path glob that matches a folder. What means something in a glob, or that no glob may have, becomes `?`."""
    return re.sub(r"[*:\\]|(?<![^/])[ \t]|[ \t](?![^/])|[^\S ]", "?", path)


def plain(path: str) -> bool:
    """Whether the path is its own glob, so that an example can name it as it is."""
    return glob(path) == path and "?" not in path
