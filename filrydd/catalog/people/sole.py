"""Folders that only one person can reach: what nobody else can tidy, and what is lost when that account goes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter

from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people.principals import shown_name
from filrydd.model import wellknown


@dataclass(frozen=True, slots=True)
class Sole:
    """The topmost folder of a subtree that one person reaches, and what of the subtree is his alone. `bytes` of files."""

    folder: int
    path: str
    sid: str
    name: str
    state: str
    folders: int
    files: int
    bytes: int


def sole_folders(catalog: Catalog, most: int = 1000) -> list[Sole]:
    """Up to `most` such subtrees, those with most bytes first.

    Those who run the system do not count: they reach everything. A group counts as its members; one whose members nobody
    told counts as many, and so does somebody of whom nobody knows whether he is a person. One that has vanished counts only
    where nobody else is left. So what is listed is so, and what is not listed may be.
    """
    catalog.run("DROP TABLE IF EXISTS temp.sole")
    catalog.run("CREATE TEMP TABLE sole (descriptor INTEGER PRIMARY KEY, principal INTEGER NOT NULL)")
    catalog.run_many("INSERT INTO temp.sole (descriptor, principal) VALUES (?, ?)", _sole_lists(catalog))
    rows = list(
        catalog.rows(
            "SELECT top.id, s.principal,"
            " (SELECT COUNT(*) FROM folder d JOIN temp.sole o ON o.descriptor = d.descriptor"
            "  WHERE d.gone IS NULL AND d.lo BETWEEN top.lo AND top.hi AND o.principal = s.principal) AS folders,"
            " (SELECT COUNT(*) FROM folder d JOIN temp.sole o ON o.descriptor = d.descriptor JOIN file f ON f.folder = d.id"
            "  WHERE d.gone IS NULL AND d.lo BETWEEN top.lo AND top.hi AND o.principal = s.principal AND f.gone IS NULL"
            " ) AS files,"
            " (SELECT COALESCE(SUM(f.size), 0) FROM folder d JOIN temp.sole o ON o.descriptor = d.descriptor"
            "  JOIN file f ON f.folder = d.id WHERE d.gone IS NULL AND d.lo BETWEEN top.lo AND top.hi"
            "  AND o.principal = s.principal AND f.gone IS NULL) AS bytes"
            " FROM folder top JOIN temp.sole s ON s.descriptor = top.descriptor"
            " LEFT JOIN folder above ON above.id = top.parent LEFT JOIN temp.sole t ON t.descriptor = above.descriptor"
            " WHERE top.gone IS NULL AND t.principal IS NOT s.principal ORDER BY bytes DESC, top.lo LIMIT ?",
            (most,),
        )
    )
    return [_shown(catalog, *row) for row in rows]


def _shown(catalog: Catalog, folder: int, principal: int, folders: int, files: int, size: int) -> Sole:
    row = catalog.row("SELECT sid, name, kind, state FROM principal WHERE id = ?", (principal,))
    assert row is not None
    name = shown_name(row["sid"], row["name"], row["kind"])
    path = path_of_folder(catalog, folder)
    return Sole(folder, path, row["sid"], name, row["state"], folders, files, size)


def _sole_lists(catalog: Catalog) -> Iterator[tuple[int, int]]:
    """The lists that let one person in, each with who that is."""

    @cache
    def people_in(group: int) -> frozenset[int]:
        rows = catalog.rows(
            "SELECT p.id FROM member m JOIN principal p ON p.id = m.member"
            " WHERE m.owning = ? AND p.kind <> 'group' AND p.state <> 'vanished'",
            (group,),
        )
        return frozenset(row[0] for row in rows)

    groups = frozenset(row[0] for row in catalog.rows("SELECT id FROM principal WHERE kind = 'group'"))
    rows = catalog.rows(
        "SELECT a.descriptor, a.principal, a.reads OR a.writes AS reaches, p.sid, p.kind, p.state"
        " FROM access a JOIN principal p ON p.id = a.principal ORDER BY a.descriptor"
    )
    for number, named in groupby(rows, key=itemgetter(0)):
        person = _only_one(named, people_in, groups)
        if person is not None:
            yield number, person


def _only_one(named: Iterable[Row], people_in: Callable[[int], frozenset[int]], groups: frozenset[int]) -> int | None:
    persons: set[int] = set()
    vanished: set[int] = set()
    kept_out: set[int] = set()
    many = False
    for _number, principal, reaches, sid, kind, state in named:
        if not reaches:
            kept_out.add(principal)
        elif wellknown.is_administering(sid):
            continue
        elif state == "vanished":
            vanished.add(principal)
        elif kind in ("user", "computer"):
            persons.add(principal)
        else:
            people = people_in(principal)
            persons |= people
            many = many or not people
    left = (persons - kept_out) or (vanished - kept_out)
    if many or len(left) != 1:
        return None
    (person,) = left
    # In a group that the list keeps out he may be kept out himself; so may he where nobody knows who is in it.
    without = (people_in(group) for group in kept_out & groups)
    return person if all(people and person not in people for people in without) else None
