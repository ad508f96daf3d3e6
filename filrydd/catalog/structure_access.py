"""Who can open the new folders of a part, and what stands in the way of its proposal, as pages show it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.figures import figures
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people.principals import shown_name
from filrydd.catalog.structure_lines import address
from filrydd.catalog.structures import Trees
from filrydd.model import names

# Entra has them, or a person has said who takes their place.
_FOUND = "(p.entra_id <> '' OR EXISTS (SELECT 1 FROM edit e WHERE e.undone IS NULL AND e.what = 'stands for' AND e.path = p.sid))"
_SID = re.compile(r"S-1-\d+(?:-\d+)+")


@dataclass(frozen=True, slots=True)
class Grant:
    """Somebody who can open a place: the name, or the security identifier where nobody knows it. `found`: Entra has them."""

    principal: int
    sid: str
    name: str
    kind: str
    role: str
    found: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A new folder with permissions of its own."""

    target: int
    path: str
    grants: tuple[Grant, ...]

    @property
    def readers(self) -> tuple[Grant, ...]:
        """Who can only read."""
        return tuple(grant for grant in self.grants if grant.role == "read")

    @property
    def writers(self) -> tuple[Grant, ...]:
        """Who can read and change."""
        return tuple(grant for grant in self.grants if grant.role == "write")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A problem by its number, with the old folder's path."""

    id: int
    folder: int
    path: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """Whom somebody may be in Entra; never more than a suggestion."""

    entra_id: str
    name: str
    mail: str


def opened(
    catalog: Catalog, trees: Trees, stands_for: Collection[str] = (), most: int = 200
) -> tuple[int, tuple[Opened, ...]]:
    """How many new folders of the part have permissions of their own, and `most` of them by path. `stands_for`: identifiers of
    those for whom the policy names an Entra object."""
    rows = catalog.rows(
        "SELECT t.id, t.scope FROM target t JOIN library l ON l.id = t.library WHERE t.present = 1"
        " AND t.scope IS NOT NULL ORDER BY l.name, t.path"
    )
    own = [(row["id"], row["scope"]) for row in rows if trees.new.place(row["id"]) is not None]
    return len(own), tuple(
        Opened(target, names.join(*address(catalog, target)), grants(catalog, scope, stands_for))
        for target, scope in own[:most]
    )


def grants(catalog: Catalog, scope: int, stands_for: Collection[str] = ()) -> tuple[Grant, ...]:
    """Who a scope lets in, those who can change first."""
    rows = catalog.rows(
        f"SELECT p.id, p.sid, p.name, p.kind, g.role, {_FOUND} AS found FROM scope_grant g"
        " JOIN principal p ON p.id = g.principal WHERE g.scope = ? ORDER BY g.role = 'read', p.name = '', p.name, p.sid",
        (scope,),
    )
    return tuple(
        Grant(
            row["id"],
            row["sid"],
            shown_name(row["sid"], row["name"], row["kind"]),
            row["kind"],
            row["role"],
            row["found"] > 0 or row["sid"] in stands_for,
        )
        for row in rows
    )


def obstacles(catalog: Catalog, trees: Trees, most: int = 100) -> tuple[int, tuple[Obstacle, ...]]:
    """How many problems the part has, and `most` of them."""
    rows = catalog.rows(
        "SELECT id, folder, kind, detail FROM problem WHERE part = ? ORDER BY id LIMIT ?", (trees.part.id, most)
    )
    found = [(row["id"], row["folder"], row["kind"], row["detail"]) for row in rows]
    count = int(catalog.value("SELECT COUNT(*) FROM problem WHERE part = ?", (trees.part.id,)))
    paths = {folder: path_of_folder(catalog, folder) for folder in {row[1] for row in found}}
    return count, tuple(Obstacle(id, folder, paths[folder], kind, detail) for id, folder, kind, detail in found)


def obstacle(catalog: Catalog, trees: Trees, id: int) -> Obstacle | None:
    """One of the part's problems; None for one that it does not have."""
    row = catalog.row("SELECT folder, kind, detail FROM problem WHERE id = ? AND part = ?", (id, trees.part.id))
    if row is None:
        return None
    return Obstacle(id, row["folder"], path_of_folder(catalog, row["folder"]), row["kind"], row["detail"])


def about(catalog: Catalog, trees: Trees, obstacle: Obstacle, stands_for: Collection[str] = ()) -> tuple[Grant, ...]:
    """Those whom a problem may be about: whom it names by identifier, else whoever is let into the part and not in Entra."""
    named = _SID.findall(obstacle.detail)
    if named:
        found = [_grant(catalog, sid) for sid in dict.fromkeys(named)]
    else:
        everybody = {
            one.sid: one for place in opened(catalog, trees, stands_for)[1] for one in place.grants if not one.found
        }
        called = [one for one in everybody.values() if one.name and one.name in obstacle.detail]
        found = called or list(everybody.values())
    return tuple(found)


def holding(catalog: Catalog, target: int, stands_for: Collection[str] = ()) -> tuple[Grant, ...]:
    """Who can open a new folder: what holds there or, from the folders above, comes down to it. Empty where nobody said."""
    scope = catalog.value(
        "WITH RECURSIVE up (parent, scope, step) AS (SELECT parent, scope, 0 FROM target WHERE id = ?"
        " UNION ALL SELECT t.parent, t.scope, step + 1 FROM up JOIN target t ON t.id = up.parent WHERE up.scope IS NULL)"
        " SELECT scope FROM up WHERE scope IS NOT NULL ORDER BY step LIMIT 1",
        (target,),
    )
    return () if scope is None else grants(catalog, scope, stands_for)


def new_folder_of(catalog: Catalog, folder: int) -> int | None:
    """The new folder that an old one's own files lie in; None when they lie in several, or nothing moves."""
    found = catalog.value("SELECT target FROM decision WHERE folder = ?", (folder,))
    return None if found is None else int(found)


def _grant(catalog: Catalog, sid: str) -> Grant:
    row = catalog.row(f"SELECT p.id, p.name, p.kind, {_FOUND} AS found FROM principal p WHERE p.sid = ?", (sid,))
    if row is None:
        return Grant(0, sid, sid, "", "", False)
    return Grant(row["id"], sid, shown_name(sid, row["name"], row["kind"]), row["kind"], "", bool(row["found"]))


def suggestions(catalog: Catalog, people: Sequence[Grant]) -> tuple[Suggested, ...]:
    """Whom the only one of `people` may be in Entra; nobody when there are several, who would be mixed up."""
    if len(people) != 1:
        return ()
    rows = catalog.rows(
        "SELECT entra_id, name, mail FROM suggestion WHERE principal = ? ORDER BY name, entra_id LIMIT 20",
        (people[0].principal,),
    )
    return tuple(Suggested(*row) for row in rows)


def costs(catalog: Catalog) -> dict[str, tuple[float, float]]:
    """What the area's structure costs: {shortcoming: (copied as it is, as proposed)}, as far as the proposal says."""
    stored = figures(catalog).get("propose", {})
    return {
        name.removeprefix("before_"): (float(before), float(stored[f"after_{name.removeprefix('before_')}"]))
        for name, before in stored.items()
        if name.startswith("before_") and f"after_{name.removeprefix('before_')}" in stored
    }


def part_count(catalog: Catalog) -> int:
    """How many parts the proposal has."""
    return int(catalog.value("SELECT COUNT(*) FROM part WHERE present = 1"))
