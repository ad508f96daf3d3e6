"""A department as its policy file describes it: who, where to, and rules that become ready once a day is given."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.model.department import Part, Person
from filrydd.model.rule import All, Block, Fate, Rule, Texts
from filrydd.policy.nearest import nearest
from filrydd.policy.periods import Period, over


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a policy file. `line` and `column` count from 1; the message is in the reader's language."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an area's tree goes: a library of a site, and the folder in it (`""`: the library's root)."""

    site: str
    library: str
    folder: str


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a department. `parts` always holds one whose path is the area's top."""

    name: str
    destination: Destination
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A file that the policy's author thought of: on `day` it must end with the fate `expect`, by `rule` if one is named.

    `path` is relative to the area's top, `size` in bytes; both times are the first moment (UTC) of their day. A destroying
    rule counts as `destroy` here also before an archivist has confirmed it. `file` and `line` say where it is written.
    """

    path: str
    modified: date
    created: date
    size: int
    day: date
    expect: Fate
    rule: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A rule as written, before a day makes it ready: `written.when` lacks the period, `written.fate` the doubt."""

    written: Rule
    period: Period | None = None

    def on(self, day: date) -> Rule:
        """The rule ready for `day`.

        With a period it matches only what the period is over for. A destroying rule whose confirmation is missing, or dated
        after `day`, comes as a `hold` that awaits it.
        """
        ready = self.written
        if self.period is not None:
            ready = replace(ready, when=All((ready.when, over(self.period, day))))
        confirmed = ready.confirmed_on is not None and ready.confirmed_on <= day
        if ready.fate is Fate.DESTROY and not confirmed:
            ready = replace(ready, fate=Fate.HOLD, awaits_confirmation=True)
        return ready


@dataclass(frozen=True, slots=True)
class Department:
    """A department's policy, its own file and the common one taken together.

    `contacts` has at least one person; the first is the default contact. `stop_above` is a share (0.05: five of a hundred),
    `sign_destroy` the number of people who must sign a `destroy`, `grace_days` whole days after the seal. `digest` is a
    SHA-256 in hex over the bytes of the files read.
    """

    id: str
    name: Texts
    site: str
    owner: Person
    contacts: tuple[Person, ...]
    stop_above: float
    sign_destroy: Literal[1, 2]
    grace_days: int
    digest: str
    examples: tuple[Example, ...]
    all_areas: tuple[Area, ...]
    dated_rules: tuple[DatedRule, ...]
    all_blocks: tuple[Block, ...]

    def areas(self) -> tuple[str, ...]:
        """The names of its areas, in the file's order."""
        return tuple(area.name for area in self.all_areas)

    def destination(self, area: str) -> Destination:
        """Where the area's tree goes. Raises `NoSuchArea`."""
        return self._area(area).destination

    def parts(self, area: str) -> tuple[Part, ...]:
        """The area's parts, one of them with path `""`. Raises `NoSuchArea`."""
        return self._area(area).parts

    def rules(self, day: date) -> tuple[Rule, ...]:
        """The rules ready for `day`, in the order in which they are asked: the first that matches decides."""
        return tuple(rule.on(day) for rule in self.dated_rules)

    def blocks(self, day: date) -> tuple[Block, ...]:
        """The blocks in force on `day`; each that matches applies. (Blocks have no periods yet, so all are.)"""
        return self.all_blocks

    def _area(self, name: str) -> Area:
        for area in self.all_areas:
            if area.name == name:
                return area
        raise no_such_area(name, self.areas())


def no_such_area(name: str, known: tuple[str, ...]) -> NoSuchArea:
    """The refusal for an area that no policy names, with the nearest that one does, and all of them."""
    message = _('No department names the area "{area}".').format(area=name)
    if near := nearest(name, known):
        message += " " + _('Did you mean "{word}"?').format(word=near)
    listed = _("Areas: {areas}").format(areas=", ".join(sorted(known))) if known else _("No area is named yet.")
    return NoSuchArea(message, next=_("Name the area under `areas` in a file in policies/."), details=(listed,))
