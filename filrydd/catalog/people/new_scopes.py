"""What is granted in the new folders of a proposal, person by person, and which old folders' files come where."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from filrydd.catalog.bundles import Tables
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.people.circles import Principal
from filrydd.layout.access import Sid
from filrydd.layout.audience import NONE, READS, WRITES
from filrydd.layout.circle import Circle, People, administers
from filrydd.layout.granting import LEVELS


@dataclass(slots=True)
class Levels:
    """What persons have, as sets of those who read and who write, and what open principals have."""

    reads: People = 0
    writes: People = 0
    others: dict[Sid, int] = field(default_factory=dict)

    def add(self, people: People, others: Iterable[Sid], level: int) -> None:
        """Give these at least a level."""
        self.reads |= people if level >= READS else 0
        self.writes |= people if level >= WRITES else 0
        for sid in others:
            self.others[sid] = max(self.others.get(sid, NONE), level)

    def of(self, person: People) -> int:
        """The level of one person."""
        return WRITES if self.writes & person else READS if self.reads & person else NONE

    def people(self, level: int) -> People:
        """The persons who have at least a level."""
        return self.writes if level == WRITES else self.reads

    def copy(self) -> "Levels":
        """The same, to be added to."""
        return Levels(self.reads, self.writes, dict(self.others))


Inside = tuple[People, tuple[Sid, ...]]
"""A principal as the persons whom it is or holds, and the open principals."""


@dataclass(frozen=True, slots=True)
class After:
    """What is granted in a scope. `several`: the grants to an Entra object that stands for more than one principal, each with
    all of these, and the level; such grants are not in `plain`."""

    plain: Levels
    several: tuple[tuple[tuple[Inside, ...], int], ...]


def afters(
    catalog: Catalog, known: Mapping[Sid, Principal], circle: Circle, stands_for: Mapping[str, str]
) -> Callable[[int | None], After]:
    """Tells what is granted in a scope; nothing in none."""
    sids = {one.id: sid for sid, one in known.items()}
    same: dict[str, list[Sid]] = {}
    for sid, one in known.items():
        same.setdefault(stands_for.get(one.sid, one.entra_id).casefold(), []).append(sid)

    @cache
    def inside(sid: Sid) -> Inside:
        rows = catalog.rows("SELECT member FROM member WHERE owning = ?", (known[sid].id,))
        everybody = [sid, *(sids[row[0]] for row in rows)]
        others = (one for one in everybody if circle.is_open(one) and one not in circle.gone and not administers(one))
        return circle.those(everybody), tuple(others)

    @cache
    def after(scope: int | None) -> After:
        plain, several = Levels(), []
        for number, role in catalog.rows("SELECT principal, role FROM scope_grant WHERE scope = ?", (scope,)):
            one = known[sids[number]]
            entra_id = stands_for.get(one.sid, one.entra_id).casefold()
            if entra_id and len(same[entra_id]) > 1:
                several.append((tuple(map(inside, same[entra_id])), LEVELS[role]))
            else:
                plain.add(*inside(sids[number]), LEVELS[role])
        return After(plain, tuple(several))

    return after


def placed(catalog: Catalog, tables: Tables) -> Iterator[Row]:
    """For each old folder with placements: (folder, its list, the scope that holds where its files go, whether they are copies
    that go nowhere by themselves, how many)."""
    catalog.run("DROP TABLE IF EXISTS temp.scope_at")
    catalog.run("CREATE TEMP TABLE scope_at (target INTEGER PRIMARY KEY, scope INTEGER)")
    holds: dict[int | None, int | None] = {None: None}
    for row in catalog.rows(f"SELECT id, parent, scope FROM {tables.target} ORDER BY library, length(path), id"):
        holds[row["id"]] = holds.get(row["parent"]) if row["scope"] is None else row["scope"]
    catalog.run_many("INSERT INTO temp.scope_at VALUES (?, ?)", [pair for pair in holds.items() if pair[0] is not None])
    return catalog.rows(
        "SELECT g.folder, d.descriptor, g.scope, g.copy, g.files FROM (SELECT f.folder AS folder, s.scope AS scope,"
        f" p.role = 'copy' AS copy, COUNT(*) AS files FROM {tables.placement} p JOIN file f ON f.id = p.file"
        f" LEFT JOIN {tables.placement} o ON o.file = p.of LEFT JOIN temp.scope_at s ON s.target = COALESCE(o.target, p.target)"
        " WHERE f.gone IS NULL GROUP BY 1, 2, 3) g JOIN folder d ON d.id = g.folder"
    )
