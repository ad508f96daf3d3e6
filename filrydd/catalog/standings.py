"""What was last counted of the parts, kept so that a page reads a few rows where counting looks at every file.

A count stands beside a *stamp*: the last of everything that it was counted from. It is current as long as the stamp is the
same and no day has passed until which new files follow. The stamp is of what the figures depend on, not of what was run: a
classification that changes no ruling, an answer or a freeze that is not classified yet, leave them as they are.
"""

import json
from dataclasses import dataclass, field

from filrydd.catalog import overview, proposals, signoffs
from filrydd.catalog.connection import Catalog
from filrydd.catalog.judging import Total
from filrydd.catalog.overview import Some
from filrydd.catalog.totals import KIND, Totals

_MENDED = 50
_UNREAD = _TO_LOOK_AT = 20

# What files, rulings and places were last changed by. The first classification of an area leaves no changes.
_FACTS = (
    "(SELECT MAX(id) FROM scan WHERE state = 'done'), (SELECT MAX(rowid) FROM file_change),"
    " (SELECT MAX(rowid) FROM ruling_change), (SELECT MAX(file) FROM ruling),"
    " (SELECT run FROM proposal), (SELECT digest FROM proposal),"
    " (SELECT MAX(id) FROM retirement), (SELECT MAX(ended) FROM run WHERE stage = 'retire')"
)
_STAMP = (
    f"SELECT json_array({_FACTS}, (SELECT MAX(id) FROM unreadable), (SELECT COUNT(*) FROM unreadable),"
    " (SELECT MAX(id) FROM signoff), (SELECT COUNT(*) FROM withdrawal), (SELECT MAX(id) FROM cosign))"
)
# Whether nothing has happened since the proposal that could touch its digests: then they need not be computed again to be
# shown as right. Signing computes them anyway. A deletion leaves no change behind.
_NOTHING_SINCE = (
    "SELECT NOT EXISTS (SELECT 1 FROM retirement)"
    " AND (SELECT value FROM figure WHERE stage = 'propose' AND name = 'file_changes')"
    "  = COALESCE((SELECT MAX(rowid) FROM file_change), 0)"
    " AND (SELECT value FROM figure WHERE stage = 'propose' AND name = 'ruling_changes')"
    "  = COALESCE((SELECT MAX(rowid) FROM ruling_change), 0)"
)


@dataclass(frozen=True, slots=True)
class PartFigures:
    """What was counted of a part. `files` is {fate: {state: files}}; `mended`, `unread` and `to_look_at` are how many names
    the proposal changes, entries could not be read, and files are not as they were signed."""

    files: dict[str, dict[str, int]] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    mended: int = 0
    unread: int = 0
    to_look_at: int = 0


@dataclass(frozen=True, slots=True)
class Standings:
    """The figures of every part by its name, when they were counted (ticks), and whether the area was as proposed then."""

    parts: dict[str, PartFigures]
    as_proposed: bool
    counted: int


@dataclass(frozen=True, slots=True)
class Lists:
    """The first rows of what a part's figures count: as `overview.mended`, `unread` and `to_look_at` give them."""

    mended: Some
    unread: Some
    to_look_at: Some


def read(catalog: Catalog) -> Standings | None:
    """What was counted last, current or not; None when nothing ever was. Reads some rows for each part."""
    about = catalog.row("SELECT counted, as_proposed FROM standing")
    if about is None:
        return None
    counts: dict[str, dict[str, int]] = {}
    for row in catalog.rows("SELECT part, list, count FROM standing_list"):
        counts.setdefault(row["part"], {})[row["list"]] = row["count"]
    files: dict[str, dict[str, dict[str, int]]] = {part: {} for part in counts}
    kinds: dict[str, dict[str, Total]] = {part: {} for part in counts}
    for row in catalog.rows("SELECT part, kind, state, files, bytes FROM standing_count"):
        part, kind = row["part"], row["kind"]
        kinds[part][kind] = kinds[part].get(kind, Total()) + Total(row["files"], row["bytes"])
        states = files[part].setdefault("destroy" if kind in ("junk", "documents") else kind, {})
        states[row["state"]] = states.get(row["state"], 0) + row["files"]
    parts = {
        part: PartFigures(files[part], Totals(**kinds[part]), lists["mended"], lists["unread"], lists["to look at"])
        for part, lists in counts.items()
    }
    return Standings(parts, bool(about["as_proposed"]), about["counted"])


def lists(catalog: Catalog, part: str) -> Lists:
    """The first rows behind a part's figures, as they were counted last; empty ones when they never were."""
    found = {
        row["list"]: Some(row["count"], tuple(tuple(line) for line in json.loads(row["lines"])))
        for row in catalog.rows("SELECT list, count, lines FROM standing_list WHERE part = ?", (part,))
    }
    nothing = Some(0, ())
    return Lists(*(found.get(word, nothing) for word in ("mended", "unread", "to look at")))


def facts(catalog: Catalog) -> str:
    """A word that is another one as soon as a file, a ruling or a place is."""
    return str(catalog.value(f"SELECT json_array({_FACTS})"))


def is_current(catalog: Catalog, now: int) -> bool:
    """Whether counting at `now` would give what was counted last. Looks at the ends of some tables."""
    row = catalog.row("SELECT stamp, since, until FROM standing")
    if row is None or row["stamp"] != catalog.value(_STAMP):
        return False
    return (row["since"] is None or row["since"] < now) and (row["until"] is None or now <= row["until"])


def current(catalog: Catalog, now: int) -> Standings:
    """What holds now: as it was counted last, counted anew when that is outdated."""
    found = read(catalog) if is_current(catalog, now) else None
    return refresh(catalog, now) if found is None else found


def refresh(catalog: Catalog, now: int) -> Standings:
    """Count every file and store the figures; returns them. Not inside `writing`: only the end of it is one, and short."""
    with catalog.aside():
        stamp = catalog.value(_STAMP)
        since, until = _days(catalog, now)
        signoffs.list_approvals(catalog, now)
        counts = _counts(catalog)
        found = _lists(catalog)
        as_proposed = bool(catalog.value(_NOTHING_SINCE)) or overview.is_as_proposed(catalog)
    with catalog.writing():
        for table in ("standing", "standing_count", "standing_list"):
            catalog.run(f"DELETE FROM {table}")
        catalog.run(
            "INSERT INTO standing (one, stamp, counted, since, until, as_proposed) VALUES (1, ?, ?, ?, ?, ?)",
            (stamp, now, since, until, as_proposed),
        )
        catalog.run_many("INSERT INTO standing_count (part, kind, state, files, bytes) VALUES (?, ?, ?, ?, ?)", counts)
        catalog.run_many("INSERT INTO standing_list (part, list, count, lines) VALUES (?, ?, ?, ?)", found)
        stored = read(catalog)
    assert stored is not None  # it was just written
    return stored


def _days(catalog: Catalog, now: int) -> tuple[int | None, int | None]:
    """The last end of "new files follow until" before now, and the first one that is not: between them nothing changes."""
    ends = f"FROM signoff WHERE follow_until IS NOT NULL AND id IN ({signoffs.IN_FORCE}) AND follow_until"
    return (
        catalog.value(f"SELECT MAX(follow_until) {ends} < ?", (now,)),
        catalog.value(f"SELECT MIN(follow_until) {ends} >= ?", (now,)),
    )


def _counts(catalog: Catalog) -> list[tuple[str, str, str, int, int]]:
    rows = catalog.rows(
        f"SELECT q.name, c.* FROM part q JOIN (SELECT p.part, {KIND} AS kind, a.state, COUNT(*), SUM(f.size)"
        " FROM temp.approval a JOIN file f ON f.id = a.file JOIN folder_part p ON p.folder = f.folder"
        " JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule GROUP BY p.part, kind, a.state) c"
        " ON c.part = q.id WHERE q.present"
    )
    return [(row[0], row[2], row[3], row[4], row[5]) for row in rows]


def _lists(catalog: Catalog) -> list[tuple[str, str, int, str]]:
    """Rows of `standing_list`, three for each part; after `list_approvals`."""
    overview.list_mended(catalog)
    found = []
    for part in proposals.parts(catalog):
        signoff = signoffs.in_force(catalog, part.name)
        nothing = Some(0, ())
        some = {
            "mended": overview.of_mended(catalog, part.id, most=_MENDED),
            "unread": overview.unread(catalog, part.id, most=_UNREAD),
            "to look at": overview.of_approvals(catalog, part.id, destroys=signoff.destroys, most=_TO_LOOK_AT)
            if signoff
            else nothing,
        }
        found += [(part.name, word, one.count, json.dumps(one.rows)) for word, one in some.items()]
    return found
