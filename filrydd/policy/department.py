"""A department as its policy file describes it: who, where to, and rules that become ready once a day is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.model.department import Part, Person, Reviewing, Role, Uploading
from filrydd.model.finding import Found
from filrydd.model.rule import All, Block, Fate, Predicate, Rule, Texts
from filrydd.model.structure import Wishes
from filrydd.policy.grace import Copies, Grace
from filrydd.policy.nearest import nearest
from filrydd.policy.periods import Period, over

When = Callable[[date], Predicate]
"""A condition as written: what it means on a day (`older_than`, `today`)."""

# Days for which a department keeps its rules ready: a stage asks for one, the examples for some.
_DAYS_KEPT = 8


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
    """One area of a department. `parts` always holds one whose path is the area's top.

    `drives`: drive letter (upper case, no colon) -> the folder of the area that it points to (`""`: the top). `addresses` are
    the UNC names under which the area's top is also known, with backslashes. `wishes` are for the structure of what goes to
    `destination`.
    """

    name: str
    destination: Destination
    parts: tuple[Part, ...]
    drives: Mapping[str, str] = field(default_factory=dict, hash=False)
    addresses: tuple[str, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    reviewing: Reviewing = field(default_factory=Reviewing)
    uploading: Uploading = field(default_factory=Uploading)
    copies: Copies = field(default_factory=Copies)


@dataclass(frozen=True, slots=True)
class Example:
    """A file that the policy's author thought of: on `day` it must end with the fate `expect`, by `rule` if one is named.

    `path` is relative to the area's top, `size` in bytes; both times are the first moment (UTC) of their day. A destroying
    rule counts as `destroy` here also before an archivist has confirmed it. `file` and `line` say where it is written.

    `owner` ... `findings` are as in `matching.Facts`: None is unknown, and no findings means that none were found.
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
    owner: tuple[str, ...] | None = None
    owner_state: str | None = None
    readers: frozenset[str] | None = None
    writers: frozenset[str] | None = None
    copies: tuple[str, ...] | None = None
    findings: frozenset[Found] = frozenset()


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A rule as written, before a day makes it ready: `written` has the fate as written, and no condition."""

    written: Rule
    when: When
    period: Period | None = None

    def on(self, day: date) -> Rule:
        """The rule ready for `day`.

        With a period it matches only what the period is over for. A destroying rule whose confirmation is missing, or dated
        after `day`, comes as a `hold` that awaits it.
        """
        when = self.when(day)
        if self.period is not None:
            when = All((when, over(self.period, day)))
        ready = replace(self.written, when=when)
        confirmed = ready.confirmed_on is not None and ready.confirmed_on <= day
        if ready.fate is Fate.DESTROY and not confirmed:
            ready = replace(ready, fate=Fate.HOLD, awaits_confirmation=True)
        return ready


@dataclass(frozen=True, slots=True)
class DatedBlock:
    """A block as written, before a day makes it ready: `written` has no condition."""

    written: Block
    when: When

    def on(self, day: date) -> Block:
        """The block ready for `day`."""
        return replace(self.written, when=self.when(day))


@dataclass(frozen=True, slots=True)
class _Ready:
    rules: tuple[Rule, ...]
    blocks: tuple[Block, ...]
    private: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Department:
    """A department's policy, its own file and the common one taken together.

    `contacts` has at least one person; the first is the default contact, and `deputies` stand in for the contacts.
    `stop_above` is a share (0.05: five of a hundred), `sign_destroy` the number of people who must sign a `destroy`;
    `command_line_signs`: whether `filrydd sign` may be used. `roles` are those who have one in the whole department
    (contacts and managers stand at their parts); `wording` is {language: {text shown: text instead}}. `override` are the
    fates that a contact's answer may give, `grace` how long the old area can be read after the seal. `digest` is
    a SHA-256 in hex over the bytes of the files read.
    """

    id: str
    name: Texts
    site: str
    owner: Person
    contacts: tuple[Person, ...]
    deputies: tuple[Person, ...]
    stop_above: float
    sign_destroy: Literal[1, 2]
    command_line_signs: bool
    roles: Mapping[Role, tuple[Person, ...]] = field(hash=False)
    wording: Mapping[str, Mapping[str, str]] = field(hash=False)
    override: frozenset[Fate]
    grace: Grace
    digest: str
    examples: tuple[Example, ...]
    all_areas: tuple[Area, ...]
    dated_rules: tuple[DatedRule, ...]
    dated_blocks: tuple[DatedBlock, ...]
    dated_private: tuple[When, ...]
    _ready: dict[date, _Ready] = field(default_factory=dict, init=False, repr=False, compare=False)

    def areas(self) -> tuple[str, ...]:
        """The names of its areas, in the file's order."""
        return tuple(area.name for area in self.all_areas)

    def destination(self, area: str) -> Destination:
        """Where the area's tree goes. Raises `NoSuchArea`."""
        return self._area(area).destination

    def wishes(self, area: str) -> Wishes:
        """What the area, its department and the common file wish for the new structure. Raises `NoSuchArea`."""
        return self._area(area).wishes

    def reviewing(self, area: str) -> Reviewing:
        """The deadline and who is reminded. Raises `NoSuchArea`."""
        return self._area(area).reviewing

    def uploading(self, area: str) -> Uploading:
        """When the upload may run, for which tenant, and when it gives up. Raises `NoSuchArea`."""
        return self._area(area).uploading

    def copies(self, area: str) -> Copies:
        """How long snapshots and backups of the file server hold what is deleted in the area, as far as anybody has said:
        what `retire` reports. Raises `NoSuchArea`."""
        return self._area(area).copies

    @property
    def grace_days(self) -> int:
        """Whole days that the old area can be read after the seal at the least."""
        return self.grace.days

    def parts(self, area: str) -> tuple[Part, ...]:
        """The area's parts, one of them with path `""`. Raises `NoSuchArea`."""
        return self._area(area).parts

    def drives(self, area: str) -> Mapping[str, str]:
        """The drive letters that point into the area, each with the folder it points to. Raises `NoSuchArea`."""
        return self._area(area).drives

    def addresses(self, area: str) -> tuple[str, ...]:
        """The UNC names under which the area is also known. Raises `NoSuchArea`."""
        return self._area(area).addresses

    def rules(self, day: date) -> tuple[Rule, ...]:
        """The rules ready for `day`, in the order in which they are asked: the first that matches decides."""
        return self._on(day).rules

    def blocks(self, day: date) -> tuple[Block, ...]:
        """The blocks ready for `day`; each that matches applies."""
        return self._on(day).blocks

    def private(self, day: date) -> tuple[Predicate, ...]:
        """What is somebody's own: never read, whatever rules say. Each asks for the place or owner alone."""
        return self._on(day).private

    def _on(self, day: date) -> _Ready:
        if (ready := self._ready.get(day)) is None:
            ready = _Ready(
                tuple(rule.on(day) for rule in self.dated_rules),
                tuple(block.on(day) for block in self.dated_blocks),
                tuple(when(day) for when in self.dated_private),
            )
            if len(self._ready) >= _DAYS_KEPT:
                self._ready.clear()
            self._ready[day] = ready
        return ready

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
