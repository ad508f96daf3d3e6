"""What was last counted of an area for those who answer for the archive and for personal data: what each rule catches,
freezes, what was handed over, what is signed to be destroyed, identity numbers, what was not examined, private and open
folders.

Kept, so that a page reads some rows where counting looks at every file. A count stands beside a *stamp*, the last of
everything that it was counted from. Classify stores what its rules catch itself; all else is counted beside the pages
(`tallying`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog.connection import Catalog
from filrydd.catalog.judging import Total
from filrydd.model.rule import Fate

_STAMP = (
    "SELECT json_array((SELECT MAX(id) FROM scan WHERE state = 'done'), (SELECT MAX(id) FROM run WHERE stage = 'classify'"
    " AND ended IS NOT NULL), (SELECT MAX(id) FROM ledger), (SELECT MAX(id) FROM finding), (SELECT MAX(rowid) FROM examination),"
    " (SELECT MAX(id) FROM retirement), (SELECT MAX(ended) FROM run WHERE stage = 'retire'), (SELECT run FROM proposal),"
    " (SELECT digest FROM proposal), ?)"
)


class About(StrEnum):
    """What is counted."""

    RULE = "rule"  # word: the rule's number; detail: two of its files
    FREEZE = "freeze"  # word: the freeze's number
    HANDED = "handed over"  # word: where to
    DISPOSAL = "disposal"  # word: the rule's number and a `disposals.State`, with a blank between
    NUMBERS = "identity number"  # word: the finding
    UNEXAMINED = "not examined"  # word: an outcome, or "" where nobody looked; detail: some files
    PRIVATE = "private"  # word: the topmost folder's number; detail: the owner's
    OPEN = "open"  # word: the topmost folder's number, "" for all; detail: who, by number
    ABSENT = "absent"  # word: the owner's number


Line = tuple[About, str, str, int, int, int, str]
"""A row to be kept: about, part, word, place, files, bytes, detail."""
# `main`: a scan that adds up the area has a TEMP table of the same name.
_INSERT = (
    "INSERT OR REPLACE INTO main.tally (about, part, word, place, files, bytes, detail) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """One count. `numbers` are rows that `About` says more about."""

    part: str
    word: str
    total: Total
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Catch:
    """What one stored rule catches: its number and name, whether it waits for an archivist or is a block's, where a
    block says that the files should go, and two of the files by number, where they were counted."""

    rule: int
    name: str
    fate: Fate
    awaits: bool
    block: bool
    instead: str
    basis: str
    total: Total
    files: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """When everything was counted last (ticks), None: never; `is_current`: counting now would give the same."""

    at: int | None
    is_current: bool


def counted(catalog: Catalog, policy: str) -> Counted:
    """How old the counts are, by a policy whose digest is `policy`. Looks at the ends of some tables."""
    row = catalog.row("SELECT stamp, at FROM tallied")
    if row is None:
        return Counted(None, False)
    return Counted(row["at"], row["stamp"] == stamp(catalog, policy))


def read(catalog: Catalog, about: About, *, most: int = 1_000, after: int = 0) -> list[Tally]:
    """What was counted about something, in its order: `most` rows after the first `after`."""
    rows = catalog.rows(
        "SELECT part, word, files, bytes, detail FROM main.tally WHERE about = ? ORDER BY place, part, word LIMIT ? OFFSET ?",
        (about, most, after),
    )
    return [
        Tally(row["part"], row["word"], Total(row["files"], row["bytes"]), tuple(map(int, row["detail"].split())))
        for row in rows
    ]


def sums(catalog: Catalog) -> dict[About, tuple[int, Total]]:
    """How many rows there are about each thing, and their files and bytes together."""
    rows = catalog.rows(
        "SELECT about, COUNT(*) AS rows, SUM(files) AS files, SUM(bytes) AS bytes FROM main.tally"
        " WHERE (about, word) <> ('open', '') GROUP BY about"
    )
    return {About(row["about"]): (row["rows"], Total(row["files"], row["bytes"])) for row in rows}


def catches(catalog: Catalog, name: str = "") -> list[Catch]:
    """What each rule that rules something catches, or those of one name; the largest first."""
    rows = catalog.rows(
        "SELECT r.id, r.name, r.fate, r.awaits_confirmation, r.block, r.instead, r.basis, t.files, t.bytes, t.detail"
        " FROM main.tally t JOIN rule r ON r.id = CAST(t.word AS INTEGER) WHERE t.about = 'rule' AND (?1 = '' OR r.name = ?1)"
        " ORDER BY t.place, r.id",
        (name,),
    )
    return [
        Catch(
            rule=row["id"],
            name=row["name"],
            fate=Fate(row["fate"]),
            awaits=bool(row["awaits_confirmation"]),
            block=bool(row["block"]),
            instead=row["instead"],
            basis=row["basis"],
            total=Total(row["files"], row["bytes"]),
            files=tuple(map(int, row["detail"].split())),
        )
        for row in rows
    ]


def keep_rules(catalog: Catalog, totals: dict[int, Total]) -> None:
    """Store what each rule catches, by its number. Only inside `writing`."""
    catalog.run("DELETE FROM main.tally WHERE about = 'rule'")
    rows = [(About.RULE, "", str(rule), -one.files, one.files, one.bytes, "") for rule, one in totals.items()]
    catalog.run_many(_INSERT, rows)


def stamp(catalog: Catalog, policy: str) -> str:
    """A word that is another one as soon as anything is that counts are made from."""
    return str(catalog.value(_STAMP, (policy,)))


def keep(catalog: Catalog, lines: Sequence[Line], counted_at: str, policy: str, now: int) -> None:
    """Store what was counted when `stamp` was `counted_at`, in the place of all that was before. Not inside `writing`.

    What classify has stored of its rules meanwhile is newer, and stays.
    """
    with catalog.writing():
        is_newest = stamp(catalog, policy) == counted_at
        catalog.run("DELETE FROM main.tally WHERE ? OR about <> 'rule'", (is_newest,))
        catalog.run_many(_INSERT, [line for line in lines if is_newest or line[0] is not About.RULE])
        catalog.run("INSERT OR REPLACE INTO tallied (one, stamp, at) VALUES (1, ?, ?)", (counted_at, now))
