"""Who reaches which folder: what `layout.access` says of every distinct access list, and questions about it.

Many folders share a list, so lists are judged and not folders. A list that was judged is judged again when the share's own
list changed, or the groups of somebody whom it names (`principals.take_over` sees to that).
"""

from dataclasses import dataclass
from functools import cache

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import find_folder
from filrydd.catalog.people.principals import id_of, shown_name
from filrydd.layout.access import who
from filrydd.model import descriptor as security
from filrydd.model.descriptor import BadDescriptor, Descriptor
from filrydd.model.names import fold

_SHARE = "COALESCE((SELECT descriptor FROM area), 0)"
_SHARE_JUDGED = "COALESCE((SELECT value FROM figure WHERE stage = 'people' AND name = 'share'), 0)"
_IN_USE = "SELECT descriptor FROM folder WHERE gone IS NULL AND descriptor IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Judged:
    """How many access lists were judged, and how many cannot be: the folders that have them are reached by nobody knows
    whom."""

    lists: int
    beyond_us: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody can do in a folder. `kind` and `state` are `principal`'s words."""

    sid: str
    name: str
    kind: str
    state: str
    reads: bool
    writes: bool


def judge(catalog: Catalog) -> Judged:
    """Work out, in a TEMP table, who reaches what by the lists that are not judged yet. Holds up nobody.

    `publish` must follow with nothing stored in between.
    """
    catalog.run("DROP TABLE IF EXISTS temp.judged_access")
    catalog.run(
        "CREATE TEMP TABLE judged_access (descriptor INTEGER, sid TEXT, reads INTEGER, writes INTEGER,"
        " PRIMARY KEY (descriptor, sid)) WITHOUT ROWID"
    )
    share_id, before = catalog.row(f"SELECT {_SHARE}, {_SHARE_JUDGED}") or (0, 0)
    known = "SELECT descriptor FROM access" if share_id == before else "SELECT NULL WHERE 0"
    rows = catalog.rows(f"SELECT id, content FROM descriptor WHERE id IN ({_IN_USE}) AND id NOT IN ({known})")
    try:
        content = catalog.value("SELECT content FROM descriptor WHERE id = ?", (share_id,))
        share = None if content is None else security.parse(content)
    except BadDescriptor:
        # A share that nobody understands may keep anybody out, so nothing can be said of anybody.
        return Judged(0, sum(1 for _row in rows))

    # One object for each group, however many are in it.
    as_bytes = cache(security.sid_from_text)

    @cache
    def groups_of(sid: bytes) -> frozenset[bytes]:
        groups = catalog.rows(
            "SELECT g.sid FROM principal p JOIN member m ON m.member = p.id JOIN principal g ON g.id = m.owning"
            " WHERE p.sid = ?",
            (security.sid_to_text(sid),),
        )
        return frozenset(as_bytes(row[0]) for row in groups)

    lists = beyond_us = 0
    for number, content in rows:
        try:
            found = who(security.parse(content), share, groups_of)
        except BadDescriptor:
            beyond_us += 1
            continue
        lists += 1
        catalog.run_many(
            "INSERT INTO temp.judged_access (descriptor, sid, reads, writes) VALUES (?, ?, ?, ?)",
            [(number, security.sid_to_text(sid), access.reads, access.writes) for sid, access in found.items()],
        )
    return Judged(lists, beyond_us)


def publish(catalog: Catalog) -> None:
    """Store what `judge` worked out, and drop what was said of lists that no folder has any more. Only inside `writing`."""
    new = "SELECT DISTINCT sid FROM temp.judged_access WHERE sid NOT IN (SELECT sid FROM principal)"
    for sid in [row[0] for row in catalog.rows(new)]:
        id_of(catalog, sid)
    catalog.run(f"DELETE FROM access WHERE {_SHARE} <> {_SHARE_JUDGED} OR descriptor NOT IN ({_IN_USE})")
    catalog.run(
        "INSERT OR REPLACE INTO access (descriptor, principal, reads, writes)"
        " SELECT j.descriptor, p.id, j.reads, j.writes FROM temp.judged_access j JOIN principal p ON p.sid = j.sid"
    )
    catalog.run(f"INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('people', 'share', {_SHARE})")
    catalog.run("DELETE FROM temp.judged_access")


def descriptor_of_folder(catalog: Catalog, folder: int) -> Descriptor | None:
    """A folder's own list; None when the scan could not get it. Raises BadDescriptor for one that nobody understands."""
    content = catalog.value(
        "SELECT d.content FROM folder f JOIN descriptor d ON d.id = f.descriptor WHERE f.id = ?", (folder,)
    )
    return None if content is None else security.parse(content)


def reach(catalog: Catalog, folder: int | str) -> list[Reach] | None:
    """What everybody can do whom a folder's list or the share's names, those who can do nothing included, by name.

    `folder` is its id or its path. None when nobody knows: no such folder, its list not told, or not to be understood.
    """
    number = find_folder(catalog, folder) if isinstance(folder, str) else folder
    rows = catalog.rows(
        "SELECT p.sid, p.name, p.kind, p.state, a.reads, a.writes FROM folder f JOIN access a ON a.descriptor = f.descriptor"
        " JOIN principal p ON p.id = a.principal WHERE f.id = ?",
        (number,),
    )
    found = [
        Reach(
            row["sid"],
            shown_name(row["sid"], row["name"], row["kind"]),
            row["kind"],
            row["state"],
            bool(row["reads"]),
            bool(row["writes"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (fold(one.name), one.sid)) or None


def readers(catalog: Catalog, folder: int | str) -> list[str] | None:
    """The names of those who can read a folder; None when nobody knows."""
    found = reach(catalog, folder)
    return None if found is None else [one.name for one in found if one.reads]


def writers(catalog: Catalog, folder: int | str) -> list[str] | None:
    """The names of those who can write in a folder; None when nobody knows."""
    found = reach(catalog, folder)
    return None if found is None else [one.name for one in found if one.writes]
