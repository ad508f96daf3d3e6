"""Access before and after: for each old folder with placements, who gains and who loses by the new place.

This is worked out from the lists of the old folders and from the grants stored for the new ones, person by person, without
the classes by which the structure was computed: it says whether that kept its promise.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from filrydd.catalog.bundles import PUBLISHED, Tables
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people import accepted, circles
from filrydd.catalog.people.circles import Principal
from filrydd.catalog.people.new_scopes import After, Inside, Levels, afters, placed
from filrydd.layout.access import AUTHENTICATED_USERS, EVERYONE, NETWORK, Sid
from filrydd.layout.audience import EVERYBODY, NONE, STRANGER, Audience
from filrydd.layout.circle import Circle, People
from filrydd.layout.granting import LEVELS
from filrydd.model import descriptor as security
from filrydd.model import wellknown
from filrydd.model.descriptor import BadDescriptor, sid_to_text
from filrydd.model.structure import What

EXAMPLES = 3
WORDS = ("", "read", "write")
"""The word for each level."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody who gains or loses. `before` and `after` are "", "read" or "write"; `accepted` is the word of the edit that
    covers it (`What`), empty when nobody accepted it."""

    sid: str
    name: str
    kind: str
    before: str
    after: str
    accepted: str = ""

    @property
    def gains(self) -> bool:
        """Whether it is more than before."""
        return LEVELS[self.after] > LEVELS[self.before]


@dataclass(frozen=True, slots=True)
class Change:
    """What changes for the same people in the same way in some folders of one part; files are those placed. `scope` None: no
    scope stands at or above the new place, so that nobody is granted anything there. `folder` is the first of them."""

    shifts: tuple[Shift, ...]
    scope: int | None
    folders: int
    files: int
    examples: tuple[str, ...]
    folder: int
    part: str = ""

    @property
    def accepted(self) -> bool:
        """Whether open edits cover all of it."""
        return all(shift.accepted for shift in self.shifts)


@dataclass(slots=True)
class _Group:
    folders: set[int] = field(default_factory=set)
    files: int = 0


@dataclass(frozen=True, slots=True)
class _Before:
    """What everybody may, and what he must have in the new place, by an old list. `anybody`: both of open principals that are
    not told, as (needs, may)."""

    needs: Levels
    may: Levels
    anybody: tuple[int, int]

    def of(self, sid: Sid) -> tuple[int, int]:
        """Both levels of an open principal, or of EVERYONE."""
        needs, may = self.anybody
        return self.needs.others.get(sid, needs), self.may.others.get(sid, may)

    def key(self) -> Hashable:
        """Equal for lists that say the same."""
        both = ((one.reads, one.writes, frozenset(one.others.items())) for one in (self.needs, self.may))
        return tuple(both), self.anybody


def changes(
    catalog: Catalog,
    *,
    stands_for: Mapping[str, str] | None = None,
    tables: Tables = PUBLISHED,
    parts: Mapping[int, str] | None = None,
) -> Iterator[Change]:
    """Who gains and who loses by the proposal in `tables`, those with most files first.

    `stands_for` is what the policy says; open edits are read here. `parts`: the part of each folder. Folders whose list nobody
    knows are left out: of them nothing can be said (`audiences.classes` names them). A copy that is not sent again counts for
    those who lose it only.
    """
    known = circles.principals(catalog)
    circle = circles.circle(catalog, known)
    edits = accepted.edits(catalog)
    judging = circles.judging(catalog, circle, edits[What.LEAVE_OUT])
    if judging is None:
        return
    lists: dict[int, int] = {}
    befores: list[_Before] = []
    numbers: dict[Hashable, int] = {}
    for number, content in catalog.rows(
        "SELECT id, content FROM descriptor WHERE id IN (SELECT descriptor FROM folder)"
    ):
        try:
            audience = judging.audience(security.parse(content))
        except BadDescriptor:
            continue
        before = _before(audience, circle)
        lists[number] = numbers.setdefault(before.key(), len(befores))
        if lists[number] == len(befores):
            befores.append(before)
    opened = accepted.opened(catalog, edits[What.OPEN], lists)
    part_of = parts or {}
    groups: dict[tuple[int, int | None, int | None, bool, str], _Group] = {}
    for folder, descriptor, scope, copy, files in placed(catalog, tables):
        one = lists.get(descriptor)
        if one is not None:
            group = groups.setdefault((one, opened.get(folder), scope, bool(copy), part_of.get(folder, "")), _Group())
            group.folders.add(folder)
            group.files += files
    after = afters(catalog, known, circle, {**(stands_for or {}), **edits[What.STANDS_FOR]})
    for (one, other, scope, copy, part), group in sorted(
        groups.items(), key=lambda item: (-item[1].files, str(item[0]))
    ):
        instead = None if other is None else befores[other]
        shifts = _shifts(befores[one], instead, after(scope), known, circle)
        # Who reads the copy that is kept reads nothing that he could not.
        kept = tuple(shift for shift in shifts if not (copy and shift.gains))
        if kept:
            first = sorted(group.folders)[:EXAMPLES]
            examples = tuple(path_of_folder(catalog, folder) for folder in first)
            yield Change(kept, scope, len(group.folders), group.files, examples, first[0], part)


def unaccepted(
    catalog: Catalog, *, stands_for: Mapping[str, str] | None = None, tables: Tables = PUBLISHED
) -> list[Change]:
    """The changes that no open edit covers in full, each with the shifts that nobody accepted."""
    found = (one for one in changes(catalog, stands_for=stands_for, tables=tables) if not one.accepted)
    return [replace(one, shifts=tuple(shift for shift in one.shifts if not shift.accepted)) for one in found]


def _before(audience: Audience, circle: Circle) -> _Before:
    needs, may = Levels(), Levels()
    rest = circle.all
    for sid, item in [(None, item) for item in audience.cells] + list(audience.named.items()):
        rest &= ~item.people
        others = () if sid is None or item.people else (sid,)
        needs.add(item.people, others, item.needs)
        may.add(item.people, others, item.may)
    for item, people in ((audience.anybody, rest & ~circle.guests), (audience.stranger, rest & circle.guests)):
        needs.add(people, (), item.needs)
        may.add(people, (), item.may)
    return _Before(needs, may, (audience.anybody.needs, audience.anybody.may))


def _shifts(
    before: _Before, opened: _Before | None, after: After, known: Mapping[Sid, Principal], circle: Circle
) -> Iterator[Shift]:
    """Everybody whose access is another than before."""
    least, most = _granted(before, opened, after, circle)
    different = ((before.may.reads ^ most.reads) | (before.may.writes ^ most.writes)) & ~circle.administrators
    names = {*circle.listed(different), *before.may.others, *most.others} - EVERYBODY
    everybody: tuple[int, int, str] | None = None
    for sid in (EVERYONE, *sorted(names)):
        person = circle.those((sid,))
        now = (before.needs.of(person), before.may.of(person)) if person else before.of(sid)
        wanted = (
            None if opened is None else (opened.needs.of(person), opened.may.of(person)) if person else opened.of(sid)
        )
        low, high = (one.of(person) if person else _open_level(one, sid, circle) for one in (least, most))
        if high == now[1]:
            continue
        word = ""
        if low <= now[1] and now[0] <= high:
            word = (What.STANDS_FOR if high > now[1] else What.LEAVE_OUT).value
        elif wanted is not None and low <= wanted[1] and wanted[0] <= high:
            word = What.OPEN.value
        # Who gains or loses what everybody does is one of them.
        if (now[1], high, word) == everybody:
            continue
        if sid == EVERYONE:
            everybody = now[1], high, word
        one = known.get(sid)
        name = one.name if one else wellknown.name_of(sid_to_text(sid))
        yield Shift(sid_to_text(sid), name, one.kind if one else "well-known", WORDS[now[1]], WORDS[high], word)


def _open_level(levels: Levels, sid: Sid, circle: Circle) -> int:
    """What an open principal is granted, by what everybody is granted too."""
    authenticated = sid == EVERYONE or AUTHENTICATED_USERS in circle.token_of(sid)
    return max(levels.others.get(one, NONE) for one in {sid, *(EVERYBODY if authenticated else STRANGER)})


def _granted(before: _Before, opened: _Before | None, after: After, circle: Circle) -> tuple[Levels, Levels]:
    """What people are granted: at least, and counting what they gain only as one Entra object stands for several principals.

    Such a gain is accepted with that decision when the grant is right for one of these principals.
    """
    least, most = after.plain.copy(), after.plain.copy()
    lists = (before,) if opened is None else (before, opened)
    for several, level in after.several:
        right = {
            one for one in several if any(one) and any(_has(each, one, level, circle.administrators) for each in lists)
        }
        for one in several:
            people, others = one
            # What takes everybody's place holds those who are in it, so nobody gains by that.
            if not right or one in right or not EVERYBODY.intersection(others):
                most.add(people, others, level)
            if not right:
                least.add(people, others, level)
    for levels in (least, most):
        for sid, people in (
            (EVERYONE, circle.all),
            (NETWORK, circle.all),
            (AUTHENTICATED_USERS, circle.all & ~circle.guests),
        ):
            levels.add(people, (), levels.others.get(sid, NONE))
    return least, most


def _has(before: _Before, one: Inside, level: int, administrators: People) -> bool:
    people, others = one
    lacking = people & ~before.may.people(level) & ~administrators
    return not lacking and all(before.of(sid)[1] >= level for sid in others)
