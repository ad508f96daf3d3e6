"""Rulings: every entry's fate, the rule behind it, and the predicates that rules are made of.

Predicates are data. `policy` yields them, `catalog.predicates` renders them to SQL; nothing else gives them meaning, so
this docstring does: a file matches

- `Under(patterns)` when the folder it lies in, or any folder above it, matches one of the patterns: path globs relative
  to the area's top, in which `*` and `?` stay within a segment and `**` stands for any number of segments;
- `Named(patterns)` when its name matches one of the globs (`*`, `?`);
- `HasExtension(extensions)` when its folded extension, without the dot, is one of them;
- `Before(time, ticks)` when that time of the file lies before the moment;
- `SizeBetween(least, most)` when least <= bytes <= most (`None`: no bound);
- `All`, `Either`, `Not` as they say; `All(())` always, `Either(())` never.

Patterns are compared folded (`model.names.fold`), against NFC and NFD names alike.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal


class Fate(StrEnum):
    """What becomes of an entry. There is no fourth."""

    MOVE = "move"
    DESTROY = "destroy"
    HOLD = "hold"


class Noark(StrEnum):
    """The archive's codes of decision (Noark 5)."""

    KEEP = "Bevares"
    DESTROY = "Kasseres"
    LATER = "Vurderes senere"


@dataclass(frozen=True, slots=True)
class Under:
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasExtension:
    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    time: Literal["modified", "created"]
    ticks: int


@dataclass(frozen=True, slots=True)
class SizeBetween:
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class All:
    of: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    of: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    of: "Predicate"


Predicate = Under | Named | HasExtension | Before | SizeBetween | All | Either | Not


@dataclass(frozen=True, slots=True)
class Texts:
    """One sentence in both languages, as a policy states it; `en` falls back to `nb`."""

    nb: str
    en: str = ""

    def read_in(self, language: str) -> str:
        """The sentence for `nb` or `en`."""
        return self.nb if language == "nb" or not self.en else self.en


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a policy, ready for a day: the periods are resolved to moments in `when`.

    A destroying rule that no archivist has confirmed comes as `fate=HOLD` with `awaits_confirmation`; `noark` still says
    `Kasseres`. `junk` marks what is no document at all (thumbnails, lock files), which the command line may sign for.
    """

    name: str
    fate: Fate
    when: Predicate
    reason: Texts
    basis: str = ""
    noark: Noark = Noark.LATER
    decided_by: str = ""
    decided_on: date | None = None
    confirmed_by: str = ""
    confirmed_on: date | None = None
    junk: bool = False
    awaits_confirmation: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """What the law or a person forbids for the entries it matches; it beats every rule and every answer.

    `forbids` holds `DESTROY`, `MOVE` or both; an entry whose rule says a forbidden fate becomes `hold` with this reason.
    `instead` says where the entry should go (case system, archive, HR), empty when nowhere in particular.
    """

    name: str
    forbids: frozenset[Fate]
    when: Predicate
    reason: Texts
    basis: str = ""
    instead: str = ""


# Rules that no policy writes. They are the last resort on both ends: what cannot be read cannot be judged, and what no
# rule judges is left for a person (arkivlova § 13, bevaringsforskrifta § 3).
UNREADABLE = Rule(
    "unreadable",
    Fate.HOLD,
    All(),
    Texts(
        "Filen eller mappen kunne ikke leses, så et menneske må se på den.",
        "The file or folder could not be read, so a person must look at it.",
    ),
)
NO_RULE = Rule(
    "no rule",
    Fate.HOLD,
    All(),
    Texts("Ingen regel gjelder, så et menneske må avgjøre.", "No rule applies, so a person must decide."),
    basis="arkivlova § 13; bevaringsforskrifta § 3",
)
