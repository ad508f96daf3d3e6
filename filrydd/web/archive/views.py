"""What is read for the archivist's pages: sums that were counted before, and some rows by their index."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from filrydd.catalog import acts, freezes, paths, tallies
from filrydd.catalog.acts import Act
from filrydd.catalog.connection import Catalog
from filrydd.catalog.disposals import State
from filrydd.catalog.freezes import Freeze
from filrydd.catalog.rules import stored
from filrydd.catalog.rulings import Total
from filrydd.catalog.tallies import About, Catch
from filrydd.model.rule import Block, Fate, Rule
from filrydd.policy import Department
from filrydd.policy.department import DatedRule
from filrydd.stages.work import Work
from filrydd.web.tallying import Tallying

_MOST = 50
_NOTHING = Total()


@dataclass(frozen=True, slots=True)
class AreaSums:
    """An area in sums. `held` stays for somebody to decide, `blocked` of it by a block; `frozen` by a case; `handed`
    went elsewhere; `signed` is signed to be destroyed (`awaits`: by one of two people), `deleted` is destroyed.
    `counted` in ticks, None: never."""

    area: str
    held: Total = _NOTHING
    blocked: Total = _NOTHING
    frozen: Total = _NOTHING
    freezes: int = 0
    handed: Total = _NOTHING
    awaits: Total = _NOTHING
    signed: Total = _NOTHING
    deleted: Total = _NOTHING
    counted: int | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Destroying:
    """A rule of the policy that destroys, and what it catches (or would, if it were confirmed), by area."""

    dated: DatedRule
    caught: tuple[tuple[str, Total], ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule as it is written."""
        return self.dated.written

    @property
    def awaits(self) -> bool:
        """Whether no archivist has confirmed it."""
        return self.rule.confirmed_on is None

    @property
    def total(self) -> Total:
        """What it catches in all areas."""
        return sum((total for _area, total in self.caught), Total())


@dataclass(frozen=True, slots=True)
class Blocking:
    """A block of the policy and the files that it holds; of `unknown` files nobody can tell whether it is about
    them."""

    block: Block
    held: Total = _NOTHING
    unknown: Total = _NOTHING


@dataclass(frozen=True, slots=True)
class Office:
    """A department as its archivist sees it: rules that await confirmation, those that are confirmed, blocks, and the
    areas."""

    waiting: tuple[Destroying, ...]
    confirmed: tuple[Destroying, ...]
    blocks: tuple[Blocking, ...]
    areas: tuple[AreaSums, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a block holds of which it says where it should go."""

    block: str
    instead: str
    total: Total


@dataclass(frozen=True, slots=True)
class Disposed:
    """Files of a part under one rule on the list of what is destroyed."""

    part: str
    rule: Rule
    state: State
    total: Total


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area as its archivist sees it. `frozen` are the freezes in force with what each holds, `lifted` the last that
    were."""

    sums: AreaSums
    frozen: tuple[tuple[Freeze, Total | None], ...]
    lifted: tuple[Freeze, ...]
    elsewhere: tuple[Elsewhere, ...]
    places: tuple[tuple[str, Total], ...]
    handed: tuple[Act, ...]
    disposed: tuple[Disposed, ...] = field(default=())


def office(works: Sequence[Work], department: Department, tallying: Tallying) -> Office:
    """The department's page, over these areas."""
    sums: list[AreaSums] = []
    caught: dict[str, list[tuple[str, Total]]] = {}
    held: dict[str, Total] = {}
    for work in works:
        with work.catalog() as catalog:
            found = tallies.catches(catalog)
            sums.append(_sums(work, department, catalog, tallying, found))
        by_rule: dict[str, Total] = {}
        for one in found:
            if one.block:
                held[one.name] = held.get(one.name, _NOTHING) + one.total
            elif one.awaits or one.fate is Fate.DESTROY:
                by_rule[one.name] = by_rule.get(one.name, _NOTHING) + one.total
        for name, total in by_rule.items():
            caught.setdefault(name, []).append((work.area, total))
    rules = [
        Destroying(one, tuple(caught.get(one.written.name, ())))
        for one in department.dated_rules
        if one.written.fate is Fate.DESTROY
    ]
    rules.sort(key=lambda one: -one.total.files)
    return Office(
        waiting=tuple(one for one in rules if one.awaits),
        confirmed=tuple(one for one in rules if not one.awaits),
        blocks=tuple(
            Blocking(
                one.written,
                held.get(one.written.name, _NOTHING),
                held.get(f"{one.written.name}: unknown", _NOTHING),
            )
            for one in department.dated_blocks
        ),
        areas=tuple(sums),
    )


def area(work: Work, department: Department, tallying: Tallying) -> AreaView:
    """An area's page."""
    with work.catalog() as catalog:
        found = tallies.catches(catalog)
        sums = _sums(work, department, catalog, tallying, found)
        counts = {one.word: one.total for one in tallies.read(catalog, About.FREEZE)}
        history = freezes.history(catalog)
        return AreaView(
            sums=sums,
            frozen=tuple((one, counts.get(str(one.id))) for one in history if one.lifted is None),
            lifted=tuple(one for one in reversed(history) if one.lifted is not None)[:_MOST],
            elsewhere=tuple(
                Elsewhere(one.name, one.instead, one.total) for one in found if one.instead and one.fate is Fate.HOLD
            ),
            places=tuple((one.word, one.total) for one in tallies.read(catalog, About.HANDED)),
            handed=tuple(acts.acts(catalog, ["hand-over"], most=_MOST)),
            disposed=tuple(_disposed(catalog)),
        )


def examples(work: Work, rule: str, most: int = 6) -> list[str]:
    """Paths of a few files that a rule catches, for those who may see names."""
    with work.catalog() as catalog:
        files = [file for one in tallies.catches(catalog, rule) for file in one.files][:most]
        return [paths.path_of_file(catalog, file) for file in dict.fromkeys(files)]


def _sums(work: Work, department: Department, catalog: Catalog, tallying: Tallying, found: Sequence[Catch]) -> AreaSums:
    counted = tallying.look(work, department, catalog)
    kept = tallies.sums(catalog)
    sums = AreaSums(
        area=work.area,
        held=sum((one.total for one in found if one.fate is Fate.HOLD), Total()),
        blocked=sum((one.total for one in found if one.block), Total()),
        frozen=kept.get(About.FREEZE, (0, _NOTHING))[1],
        freezes=len(freezes.in_force(catalog)),
        handed=kept.get(About.HANDED, (0, _NOTHING))[1],
        counted=counted.at,
        is_current=counted.is_current,
    )
    for one in tallies.read(catalog, About.DISPOSAL):
        match one.word.partition(" ")[2]:
            case State.AWAITS:
                sums = replace(sums, awaits=sums.awaits + one.total)
            case State.SIGNED | State.ASIDE:
                sums = replace(sums, signed=sums.signed + one.total)
            case _:
                sums = replace(sums, deleted=sums.deleted + one.total)
    return sums


def _disposed(catalog: Catalog) -> list[Disposed]:
    found = []
    for one in tallies.read(catalog, About.DISPOSAL):
        number, _blank, state = one.word.partition(" ")
        # A deletion that no stored rule explains any more is on the list all the same.
        rule = stored(catalog, int(number)) if number != "0" else None
        if rule is not None:
            found.append(Disposed(one.part, rule, State(state), one.total))
    return found
