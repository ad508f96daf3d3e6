"""Rulings: every entry's fate, the rule behind it, and the predicates that rules are made of.

Predicates are data. `policy` yields them, `catalog.predicates` renders them to SQL; nothing else gives them meaning, so
this docstring does: a file matches

- `Under(patterns)` when the folder it lies in, or any folder above it, matches one of the patterns: path globs relative
  to the area's top, in which `*` and `?` stay within a segment and `**` stands for any number of segments;
- `Named(patterns)` when its name matches one of the globs (`*`, `?`);
- `HasExtension(extensions)` when its folded extension, without the dot, is one of them;
- `Before(time, ticks)` when that time of the file lies before the moment;
- `SizeBetween(least, most)` when least <= bytes <= most (`None`: no bound);
- `Like(expressions, of)` when one of the RE2 expressions is found anywhere in its folded name, or in the folded path of the
  folder it lies in;
- `OwnedBy(owners)` when its owner is one of them, by name (`DOMAIN\\user`, folded) or SID;
- `OwnerIs(states)` when its owner's account is `disabled` or `vanished` in the directory;
- `OpenTo(principals, right)` when the folder it lies in lets one of them, by name or SID, read (or write) it;
- `CopyOf(patterns)` when another file with the same content lies at a place that `Under(patterns)` matches;
- `Has(kinds)` when one of these findings about it is open (`model.finding.Found`);
- `All`, `Either`, `Not` as they say; `All(())` always, `Either(())` never.

Patterns and names are compared folded (`model.names.fold`), against NFC and NFD names alike.

An answer may be *unknown*: the owner was not asked, the permissions were not read, contents were not compared or examined.
`All`, `Either` and `Not` reckon with it as SQL does (Kleene's three values): `All` is no as soon as one is no, `Either` is
yes as soon as one is yes. A rule whose answer is unknown is never "no match": the files are held by `undecided(rule)`, and
a block whose answer is unknown holds too.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from filrydd.model.finding import Found


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
    """`latest` is the later of both times."""

    time: Literal["modified", "created", "latest"]
    ticks: int


@dataclass(frozen=True, slots=True)
class SizeBetween:
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Like:
    expressions: tuple[str, ...]
    of: Literal["name", "path"] = "name"


@dataclass(frozen=True, slots=True)
class OwnedBy:
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnerIs:
    states: tuple[Literal["disabled", "vanished"], ...]


@dataclass(frozen=True, slots=True)
class OpenTo:
    principals: tuple[str, ...]
    right: Literal["read", "write"] = "read"


@dataclass(frozen=True, slots=True)
class CopyOf:
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """`as_far_as_read`: of a file that nobody examined, what only a reading tells counts as no instead of unknown."""

    kinds: tuple[Found, ...]
    as_far_as_read: bool = False


@dataclass(frozen=True, slots=True)
class All:
    of: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    of: tuple["Predicate", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    of: "Predicate"


Predicate = (
    Under
    | Named
    | HasExtension
    | Before
    | SizeBetween
    | Like
    | OwnedBy
    | OwnerIs
    | OpenTo
    | CopyOf
    | Has
    | All
    | Either
    | Not
)


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
    `instead` says where the entry should go (case system, archive, HR), where a block holds it.
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
    instead: str = ""


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
FROZEN = Rule(
    "frozen",
    Fate.HOLD,
    All(),
    Texts(
        "En sak holder mappen fast: ingenting her slettes eller flyttes før den er over.",
        "A case holds this folder: nothing here is deleted or moved until it is over.",
    ),
)


def undecided(rule: Rule | Block) -> Rule:
    """What rules a file of which nobody can say whether `rule` matches it: hold, with the rule's name in the reason."""
    return Rule(
        f"{rule.name}: unknown",
        Fate.HOLD,
        All(),
        Texts(
            f"Ingen vet ennå om «{rule.name}» gjelder filen: det som må leses for å vite det, er ikke lest.",
            f'Nobody knows yet whether "{rule.name}" applies: what must be read to know it was not read.',
        ),
        basis=rule.basis,
    )
