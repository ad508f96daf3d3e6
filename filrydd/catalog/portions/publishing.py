"""The groups of all parts made the current edition: written beside the one that pages read, which then gives way in one step."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest
from itertools import islice

from filrydd.catalog import answers
from filrydd.catalog.answers import Verdict
from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions.collecting import OWN, RULED, PartGiven
from filrydd.catalog.portions.others import Others, shortened
from filrydd.model.rule import Fate
from filrydd.portions import Group, Look, Placed, to_look_at
from filrydd.portions.looks import lot

# Rows that one transaction writes: the pages never wait for more than that.
_BATCH = 4_000
_EXAMPLES = 3
# Files of one folder among which one is chosen to be looked at.
_CANDIDATES = 2_000


@dataclass(frozen=True, slots=True)
class Answerable:
    """What answers may give: the stored rules, the day, and the fates that the policy lets an answer give."""

    known: Mapping[int, answers.Known]
    day: date
    fates: Collection[Fate]

    def allowed(self, group: Group) -> tuple[Fate, ...]:
        """The fates that an answer about the whole group may give."""
        if group.stays:
            return ()
        return tuple(
            fate
            for fate in Fate
            if all(
                answers.verdict(self.known[rule], fate, self.day, self.fates) is Verdict.RULES for rule in group.rules
            )
        )


@dataclass(slots=True)
class Edition:
    """An edition under way. `answered`: the last answer that was given when it was begun."""

    id: int
    answered: int
    groups: dict[tuple[int, str], int] = field(default_factory=dict)


def begin(catalog: Catalog, now: int) -> Edition:
    """A new edition, which nobody sees yet. What an interrupted one has left is swept away."""
    sweep(catalog)
    with catalog.writing():
        digest = catalog.value("SELECT digest FROM proposal") or ""
        number = catalog.run("INSERT INTO review_edition (digest, at, current) VALUES (?, ?, 0)", (digest, now))
    return Edition(number, _last_said(catalog))


def write(
    catalog: Catalog, edition: Edition, one: PartGiven, placed: Sequence[Placed], may: Answerable, others: Others
) -> None:
    """Write the groups of one part, where their files lie, and which files ask to be looked at."""
    used_by = others.of(one.part, placed)
    rows = [(each.group.key, _row(edition, one, each, may, used_by.get(each.group.key, []))) for each in placed]
    with catalog.writing():
        for key, row in rows:
            edition.groups[one.part.id, key] = catalog.run(_INSERT, row)
    numbers = {each.group.key: edition.groups[one.part.id, each.group.key] for each in placed}
    _in_batches(
        catalog,
        "INSERT INTO review_place (folder, rule, grp) VALUES (?, ?, ?)",
        ((cell.folder, cell.rule, numbers[each.group.key]) for each in placed for cell in each.group.cells),
    )
    _in_batches(
        catalog,
        "INSERT INTO review_member (file, grp) VALUES (?, ?)",
        ((member.file, numbers[each.group.key]) for each in placed for member in each.group.members),
    )
    kept = _keep_looks(catalog, edition, one, placed) if one.given.earlier else []
    chosen = [(look, _file(catalog, edition, look)) for look in to_look_at(one.given, placed, kept)]
    with catalog.writing():
        catalog.run_many(
            "INSERT OR IGNORE INTO review_look (edition, part, portion, file, grp) VALUES (?, ?, ?, ?, ?)",
            [
                (edition.id, one.part.id, look.portion, file, numbers[look.group.key])
                for look, file in chosen
                if file is not None
            ],
        )


def take_its_place(catalog: Catalog, edition: Edition) -> bool:
    """Make it the current edition, and sweep away the one before. False, and nothing is done, when somebody has answered since
    it was begun: then it must be made again, since it may have lost that group."""
    with catalog.writing():
        if _last_said(catalog) != edition.answered:
            return False
        catalog.run("UPDATE review_edition SET current = (id = ?)", (edition.id,))
    sweep(catalog)
    return True


def is_prepared(catalog: Catalog) -> bool:
    """Whether the present proposal has its groups."""
    return bool(
        catalog.value(
            "SELECT EXISTS (SELECT 1 FROM review_edition e JOIN proposal p ON p.digest = e.digest WHERE e.current)"
        )
    )


def sweep(catalog: Catalog) -> None:
    """Remove every edition but the current one, in short transactions."""
    old = "grp IN (SELECT g.id FROM review_group g JOIN review_edition e ON e.id = g.edition WHERE NOT e.current)"
    for table, key in (("review_place", "folder, rule, grp"), ("review_member", "file, grp")):
        gone = _BATCH
        while gone == _BATCH:
            with catalog.writing():
                gone = catalog.change(
                    f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {old} LIMIT {_BATCH})"
                )
    with catalog.writing():
        for table in ("review_look", "review_group"):
            catalog.run(f"DELETE FROM {table} WHERE edition IN (SELECT id FROM review_edition WHERE NOT current)")
        catalog.run("DELETE FROM review_edition WHERE NOT current")


_COLUMNS = (
    "edition", "part", "key", "portion", "place", "kind", "folder", "rule", "rules", "fate", "allowed", "files", "bytes",
    "oldest", "newest", "risk", "risks", "others", "other_count", "examples", "coarse", "content",
)  # fmt: skip
_INSERT = f"INSERT INTO review_group ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


def _row(edition: Edition, one: PartGiven, each: Placed, may: Answerable, others: list[str]) -> tuple[object, ...]:
    group, sums = each.group, each.group.sums
    return (
        edition.id,
        one.part.id,
        group.key,
        each.portion,
        each.place,
        group.kind,
        group.folder,
        group.rules[0],
        " ".join(map(str, group.rules)),
        group.fate,
        " ".join(may.allowed(group)),
        sums.files,
        sums.bytes,
        sums.oldest,
        sums.newest,
        group.risk,
        " ".join(group.risks),
        shortened(others),
        len(others),
        " ".join(map(str, _examples(group))),
        group.coarse,
        sums.content,
    )


def _examples(group: Group) -> list[int]:
    if group.members:
        return [member.file for member in group.members[:_EXAMPLES]]
    open_cells = [cell for cell in group.cells if not cell.private]
    fullest = nsmallest(_EXAMPLES, open_cells, key=lambda cell: (-cell.sums.files, cell.folder))
    return [cell.first for cell in fullest]


def _in_batches(catalog: Catalog, sql: str, rows: Iterator[tuple[int, ...]]) -> None:
    while batch := list(islice(rows, _BATCH)):
        with catalog.writing():
            catalog.run_many(sql, batch)


def _keep_looks(catalog: Catalog, edition: Edition, one: PartGiven, placed: Sequence[Placed]) -> list[int]:
    """Carry over the files to look at, as far as their groups are where they were; returns the portions that have some."""
    where = {each.group.key: each.portion for each in placed}
    rows = catalog.rows(
        "SELECT l.portion, l.file, g.key FROM review_look l JOIN review_edition e ON e.id = l.edition AND e.current"
        " JOIN review_group g ON g.id = l.grp JOIN file f ON f.id = l.file AND f.gone IS NULL WHERE l.part = ?",
        (one.part.id,),
    )
    kept = [(row[0], row[1], row[2]) for row in rows if where.get(row[2]) == row[0]]
    with catalog.writing():
        catalog.run_many(
            "INSERT INTO review_look (edition, part, portion, file, grp) VALUES (?, ?, ?, ?, ?)",
            [(edition.id, one.part.id, portion, file, edition.groups[one.part.id, key]) for portion, file, key in kept],
        )
    return sorted({portion for portion, _file, _key in kept})


def _file(catalog: Catalog, edition: Edition, look: Look) -> int | None:
    if look.file is not None:
        return look.file
    rows = catalog.rows(
        f"SELECT f.id, f.name FROM file f {RULED} WHERE f.folder = ? AND f.gone IS NULL AND {OWN} = ? AND NOT EXISTS"
        " (SELECT 1 FROM review_member m JOIN review_group n ON n.id = m.grp AND n.edition = ? WHERE m.file = f.id)"
        " ORDER BY f.name LIMIT ?",
        (look.folder, look.rule, edition.id, _CANDIDATES),
    )
    found = min(((lot(row["name"]), row["id"]) for row in rows), default=None)
    return None if found is None else int(found[1])


def _last_said(catalog: Catalog) -> int:
    return int(
        catalog.value(
            "SELECT (SELECT COALESCE(MAX(id), 0) FROM group_answer) + (SELECT COUNT(*) FROM looked)"
            " + (SELECT COUNT(*) FROM group_answer WHERE undone IS NOT NULL)"
        )
    )
