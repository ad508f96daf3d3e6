"""Access classes: old folders that the same people can read and write, with the grants that say so in the new place.

A class is known by its grants, so that folders whose lists say the same in different words are of one class.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people import circles
from filrydd.catalog.people.circles import Principal
from filrydd.catalog.people.troubles import Place, Trouble, problems, with_moves
from filrydd.lang import _
from filrydd.layout import names
from filrydd.layout.access import EVERYONE, NETWORK, Sid
from filrydd.layout.audience import WRITES_ONLY
from filrydd.layout.circle import Circle
from filrydd.layout.granting import LEVELS, Role, grants
from filrydd.layout.problems import ACCESS_NOT_KNOWN, NOT_EXPRESSIBLE, NOT_TOLD, NOT_UNDERSTOOD
from filrydd.model.descriptor import BadDescriptor, sid_to_text
from filrydd.model.structure import NOT_KNOWN

LONGEST_HOME = 40
"""UTF-16 code units of a folder's name for those who share a class."""

Grants = tuple[tuple[int, Role], ...]


@dataclass(frozen=True)
class Classes:
    """The classes of an area. `folders` has every present folder, `of_descriptor` the lists whose class is known; `grants`,
    `readers`, `writers` (persons and open principals by number) and `homes` are by class. `told`: whether any folder has a
    list at all."""

    of_descriptor: dict[int, int] = field(default_factory=dict)
    folders: dict[int, int] = field(default_factory=dict)
    grants: list[Grants] = field(default_factory=list)
    readers: Sequence[frozenset[int]] = ()
    writers: Sequence[frozenset[int]] = ()
    told: bool = False
    problems: list[Trouble] = field(default_factory=list)
    homes: list[str] = field(default_factory=list)
    lists: dict[int, int] = field(default_factory=dict)  # present folder -> its list, where the server told it
    troubles: dict[int, list[tuple[str, str]]] = field(default_factory=dict)  # by list: (kind, detail) as in `Trouble`

    def why(self, folder: int) -> tuple[str, str]:
        """Why a folder has no class: the kind of trouble and its detail."""
        found = self.troubles.get(self.lists.get(folder, 0))
        return found[0] if found else (ACCESS_NOT_KNOWN, NOT_TOLD)

    def unsaid(self, folder: int) -> list[str]:
        """What the list of a folder that has a class says and no grant can, each with the principal after a colon."""
        return [detail for _kind, detail in self.troubles.get(self.lists.get(folder, 0), ())]

    def of_folder(self, folder: int) -> int:
        """A folder's class; NOT_KNOWN when nobody knows."""
        return self.folders.get(folder, NOT_KNOWN)


def classes(catalog: Catalog, *, stands_for: Mapping[str, str], left_out: Collection[str]) -> Classes:
    """The access class of each present folder.

    `stands_for`: security identifier -> the Entra object that takes its place; principals for whom one object stands are one
    grantee. `left_out`: identifiers that are granted nothing. Classes are numbered by the files to move, most first.
    """
    folders = [
        Place(*row) for row in catalog.rows("SELECT id, lo, hi, descriptor FROM folder WHERE gone IS NULL ORDER BY lo")
    ]
    if not any(folder.descriptor for folder in folders):
        return Classes(folders=dict.fromkeys((folder.id for folder in folders), NOT_KNOWN))
    rows = catalog.rows(
        "SELECT f.folder, COUNT(*) FROM file f LEFT JOIN ruling r ON r.file = f.id LEFT JOIN rule u ON u.id = r.rule"
        " WHERE f.gone IS NULL AND COALESCE(u.fate, 'move') = 'move' GROUP BY f.folder"
    )
    moving: dict[int, int] = {row[0]: row[1] for row in rows}
    known = circles.principals(catalog)
    circle = circles.circle(catalog, known)
    said, troubles = _judged(catalog, known, circle, stands_for, left_out)
    weights: Counter[Grants] = Counter()
    for folder in folders:
        if folder.descriptor in said:
            weights[said[folder.descriptor]] += moving.get(folder.id, 0)
    order = sorted(weights, key=lambda one: (-weights[one], one))
    numbers = {one: number for number, one in enumerate(order)}
    of_descriptor = {descriptor: numbers[one] for descriptor, one in said.items() if one in numbers}
    by_id = {one.id: (sid, one) for sid, one in known.items()}
    return Classes(
        of_descriptor=of_descriptor,
        folders={folder.id: of_descriptor.get(folder.descriptor or 0, NOT_KNOWN) for folder in folders},
        grants=order,
        readers=_People(order, "read", by_id, circle),
        writers=_People(order, "write", by_id, circle),
        told=True,
        problems=problems(catalog, with_moves(folders, moving), said, troubles, by_id, stands_for),
        homes=_homes(order, by_id),
        lists={folder.id: folder.descriptor for folder in folders if folder.descriptor is not None},
        troubles={number: list(found) for number, found in troubles.items() if found},
    )


def home_name(classes: Classes, number: int) -> str:
    """A legal name for the folder of those who share a class, of at most `LONGEST_HOME` code units."""
    return classes.homes[number]


def _judged(
    catalog: Catalog,
    known: Mapping[Sid, Principal],
    circle: Circle,
    stands_for: Mapping[str, str],
    left_out: Collection[str],
) -> tuple[dict[int, Grants], dict[int, list[tuple[str, str]]]]:
    """The grants of each list that can be expressed, and what is wrong with lists: (kind, detail)."""
    judging = circles.judging(catalog, circle, left_out)
    grantee = _grantees(known, stands_for)
    said: dict[int, Grants] = {}
    troubles: dict[int, list[tuple[str, str]]] = {}
    for number, content in catalog.rows(
        "SELECT id, content FROM descriptor WHERE id IN (SELECT descriptor FROM folder WHERE gone IS NULL)"
    ):
        try:
            descriptor = circles.parsed(content)
        except BadDescriptor:
            descriptor = None
        if judging is None or descriptor is None:
            troubles[number] = [(ACCESS_NOT_KNOWN, NOT_UNDERSTOOD)]
            continue
        audience = judging.audience(descriptor)
        if audience.why:
            troubles[number] = [(NOT_EXPRESSIBLE, _because(audience.why, audience.cause, known))]
            continue
        troubles[number] = [(NOT_EXPRESSIBLE, _because(WRITES_ONLY, sid, known)) for sid in sorted(audience.write_only)]
        merged: dict[int, Role] = {}
        for sid, role in grants(audience, judging).items():
            one = grantee[sid]
            merged[one] = max(merged.get(one, role), role, key=LEVELS.__getitem__)
        said[number] = tuple(sorted(merged.items()))
    return said, troubles


def _grantees(known: Mapping[Sid, Principal], stands_for: Mapping[str, str]) -> dict[Sid, int]:
    """Whom a grant to each principal is stored for: the first one that has, or gets, the same Entra object."""
    first: dict[str, int] = {}
    # Who has the object by his own identifier goes before those for whom it stands.
    for one in sorted(known.values(), key=lambda one: (one.sid in stands_for, one.sid)):
        first.setdefault(stands_for.get(one.sid, one.entra_id).casefold(), one.id)
    found = {}
    for sid, one in known.items():
        entra_id = stands_for.get(one.sid, one.entra_id).casefold()
        found[sid] = first[entra_id] if entra_id else one.id
    # Everybody over the network is everybody; a list may know only one of the names.
    if EVERYONE not in found and NETWORK in found:
        found[EVERYONE] = found[NETWORK]
    return found


def _because(why: str, sid: Sid, known: Mapping[Sid, Principal]) -> str:
    return f"{why}: {known[sid].name if sid in known else sid_to_text(sid)}"


class _People(Sequence[frozenset[int]]):
    """By class those granted at least this, a group of known members as its members. Worked out when asked for: thousands of
    classes may hold thousands of people each."""

    def __init__(
        self, order: Sequence[Grants], least: Role, by_id: Mapping[int, tuple[Sid, Principal]], circle: Circle
    ) -> None:
        self._order, self._least, self._by_id, self._circle = order, least, by_id, circle
        self._ids = {sid: number for number, (sid, _one) in by_id.items()}

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, number: int) -> frozenset[int]: ...
    @overload
    def __getitem__(self, number: slice) -> list[frozenset[int]]: ...
    def __getitem__(self, number: int | slice) -> frozenset[int] | list[frozenset[int]]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        circle = self._circle
        least = LEVELS[self._least]
        granted = [self._by_id[one][0] for one, role in self._order[number] if LEVELS[role] >= least]
        people = circle.those(granted)
        for sid in granted:
            people |= circle.inside(sid)
        found = [*circle.listed(people & ~circle.administrators), *filter(circle.is_open, granted)]
        return frozenset(self._ids[sid] for sid in found)


def _homes(order: Sequence[Grants], by_id: Mapping[int, tuple[Sid, Principal]]) -> list[str]:
    found: list[str] = []
    several = 0
    for one in order:
        if len(one) == 1:
            name = _("Closed - {name}").format(name=by_id[one[0][0]][1].name)
        else:
            several += 1
            name = _("Closed {number}").format(number=several)
        found.append(names.fit(names.mend(name, folder=True).name, LONGEST_HOME, folder=True))
    return found
