"""Answers: what people said about single files on the move list, and which of it rules.

An answer beats the policy's rule, never a block and never `unreadable`. To keep is open to everybody, to destroy only where
the policy's own rule says so: it destroys, or it holds for a decision with Noark's `Kasseres`, and then an archivist must
have confirmed it before the answer takes effect. What the policy itself says of a file is its *base* rule: an answer is
always measured by that, not by what an earlier answer made of it.
"""

import contextlib
import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.layout import digest
from filrydd.model import names, times
from filrydd.model.rule import UNREADABLE, Fate, Noark, Rule, Texts

_TICKS_A_DAY = 86_400 * times.TICKS_A_SECOND


class Verdict(StrEnum):
    """What an answer is worth under a rule."""

    RULES = "rules"
    WAITS = "waits"  # to destroy, and no archivist has confirmed the rule or it names no legal basis
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    NOT_TO_DESTROY = "not to destroy"


@dataclass(frozen=True, slots=True)
class Known:
    """A stored rule; `base` is the policy's own rule, the same one unless an answer made `rule`."""

    rule: Rule
    base: Rule
    block: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the move list: a file, or the group of those files of one folder that one rule rules.

    `id` is what its row is known by; `rule` a number in `known_rules`; `size` in bytes; `modified` is 0 for a group;
    `address` is within the library, empty for a group and where nothing moves. `sheet`, `row` and `shown` are those of its
    row in the sheet that is being read, None when it has none.
    """

    id: str
    path: str
    rule: int
    files: int
    size: int
    modified: int
    address: str
    sheet: str | None
    row: int | None
    shown: bytes | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What the sheet answers for the files of one rule: `stored` of them have that answer already."""

    rule: int
    fate: Fate
    files: int
    stored: int


# A row as it was read: id, file (or folder and rule of a group), sheet, row, a digest of what it shows, answer, note. The
# digest is None where the row was altered and says nothing about the area; the answer is None where there is none.
SheetRow = tuple[str, int | None, int | None, int | None, str, int, bytes | None, Fate | None, str]


def verdict(known: Known, fate: Fate, day: date) -> Verdict:
    """What the answer `fate` is worth for a file under that rule."""
    if fate is Fate.HOLD:
        return Verdict.RULES
    if known.block:
        return Verdict.BLOCKED
    base = known.base
    if base == UNREADABLE:
        return Verdict.UNREADABLE
    if fate is Fate.MOVE or base.fate is Fate.DESTROY:
        return Verdict.RULES
    if base.fate is not Fate.HOLD or base.noark is not Noark.DESTROY:
        return Verdict.NOT_TO_DESTROY
    confirmed = base.confirmed_on is not None and base.confirmed_on <= day and not base.awaits_confirmation
    return Verdict.RULES if confirmed and base.basis else Verdict.WAITS


def known_rules(catalog: Catalog) -> dict[int, Known]:
    """Every stored rule by its number."""
    from filrydd.catalog import rulings

    rows = list(
        catalog.rows(
            "SELECT r.id, r.block, COALESCE(a.base, r.id) AS base FROM rule r LEFT JOIN answered_rule a ON a.rule = r.id"
        )
    )
    stored = {row["id"]: rulings.rule(catalog, row["id"]) for row in rows}
    return {row["id"]: Known(stored[row["id"]], stored[row["base"]], bool(row["block"])) for row in rows}


def overrule(catalog: Catalog, store: Callable[[Rule], int], day: date) -> list[tuple[Rule, int]]:
    """Put the answers in force into the TEMP table `matched` (file, rule) that a pass over the policy has filled.

    Goes before blocks and `unreadable` are asked, which then beat an answer as they beat a rule. `store` gives a rule its
    number. Returns the rules that answers made, each with its number.
    """
    asked = catalog.rows(
        "SELECT DISTINCT m.rule, a.fate, a.name, a.at / ? AS day FROM temp.matched m JOIN answer a ON a.file = m.file"
        " JOIN rule r ON r.id = m.rule WHERE a.fate <> r.fate ORDER BY 1, 2, 3, 4",
        (_TICKS_A_DAY,),
    )
    ruling = list(asked)
    known = known_rules(catalog) if ruling else {}
    made: list[tuple[Rule, int]] = []
    catalog.run("DROP TABLE IF EXISTS temp.answered")
    catalog.run("CREATE TEMP TABLE answered (base, fate, name, day, rule, PRIMARY KEY (base, fate, name, day))")
    with catalog.writing():
        for row in ruling:
            base, fate = known[row["rule"]], Fate(row["fate"])
            if verdict(base, fate, day) is not Verdict.RULES:
                continue
            rule = _answered(base.rule, fate, row["name"], times.to_datetime(row["day"] * _TICKS_A_DAY).date())
            number = store(rule)
            catalog.run("INSERT OR REPLACE INTO answered_rule (rule, base) VALUES (?, ?)", (number, row["rule"]))
            catalog.run("INSERT INTO temp.answered VALUES (?, ?, ?, ?, ?)", (*row, number))
            made.append((rule, number))
    catalog.run(
        "UPDATE temp.matched SET rule = COALESCE((SELECT x.rule FROM answer a JOIN temp.answered x ON x.fate = a.fate"
        " AND x.name = a.name AND x.day = a.at / ? WHERE a.file = matched.file AND x.base = matched.rule), rule)"
        " WHERE file IN (SELECT file FROM answer)",
        (_TICKS_A_DAY,),
    )
    return made


def _answered(base: Rule, fate: Fate, name: str, on: date) -> Rule:
    reason = Texts(
        f"{name} har svart dette på flyttelisten. Regelen sa: {base.reason.nb}",
        f"{name} answered this on the move list. The rule said: {base.reason.read_in('en')}",
    )
    return replace(
        base, fate=fate, reason=reason, decided_by=name, decided_on=on, junk=False, awaits_confirmation=False
    )


@contextlib.contextmanager
def snapshot(catalog: Catalog) -> Iterator[None]:
    """Everything read inside is of one moment, whatever others write. Nothing is written inside but TEMP tables."""
    catalog.run("BEGIN")
    try:
        yield
    finally:
        catalog.run("COMMIT")


def proposal_digest(catalog: Catalog) -> str:
    """The digest of the present proposal; empty before there is one."""
    return str(catalog.value("SELECT digest FROM proposal") or "")


def count_files(catalog: Catalog) -> int:
    """Files that any scan has seen."""
    return int(catalog.value("SELECT COUNT(*) FROM file"))


def begin_sheet(catalog: Catalog) -> None:
    """Make room for the rows of a sheet: the TEMP table `sheet_row`."""
    catalog.run("DROP TABLE IF EXISTS temp.sheet_row")
    catalog.run("CREATE TEMP TABLE sheet_row (id TEXT, file, folder, rule, sheet, row, shown, fate, note)")
    catalog.run("CREATE INDEX temp.sheet_row_id ON sheet_row (id)")


def add_rows(catalog: Catalog, rows: Sequence[SheetRow]) -> None:
    """Add rows as they were read."""
    catalog.run_many("INSERT INTO temp.sheet_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def lines(catalog: Catalog, kind: Literal["groups", "files"]) -> Generator[Line, None, None]:
    """The lines of that kind, in the order of the tree, each beside its row of the sheet (`begin_sheet` first)."""
    yield from _files(catalog) if kind == "files" else _groups(catalog)


def _files(catalog: Catalog) -> Iterator[Line]:
    """Every present file that is ruled."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT f.id, f.folder, f.name, f.size, f.modified, g.rule, t.path, COALESCE(c.name, f.name) AS new_name,"
        " s.sheet, s.row, s.shown FROM folder d JOIN file f ON f.folder = d.id JOIN ruling g ON g.file = f.id"
        " LEFT JOIN placement c ON c.file = f.id LEFT JOIN target t ON t.folder = c.target"
        " LEFT JOIN temp.sheet_row s ON s.id = CAST(f.id AS TEXT)"
        " WHERE d.gone IS NULL AND f.gone IS NULL ORDER BY d.lo, f.name"
    ):
        path = names.join(paths[row["folder"]], row["name"])
        address = "" if row["path"] is None else names.join(row["path"], row["new_name"])
        seen = (row["sheet"], row["row"], row["shown"])
        yield Line(str(row["id"]), path, row["rule"], 1, row["size"], row["modified"], address, *seen)


def _groups(catalog: Catalog) -> Iterator[Line]:
    """Every folder and rule that have files in common."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT x.*, s.sheet, s.row, s.shown FROM (SELECT d.lo, d.id AS folder, g.rule, COUNT(*) AS files,"
        " SUM(f.size) AS size FROM folder d JOIN file f ON f.folder = d.id JOIN ruling g ON g.file = f.id"
        " WHERE d.gone IS NULL AND f.gone IS NULL GROUP BY d.lo, d.id, g.rule) x"
        " LEFT JOIN temp.sheet_row s ON s.id = x.folder || 'r' || x.rule ORDER BY x.lo, x.rule"
    ):
        group, seen = f"{row['folder']}r{row['rule']}", (row["sheet"], row["row"], row["shown"])
        yield Line(group, paths[row["folder"]], row["rule"], row["files"], row["size"], 0, "", *seen)


def twice(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Rows (sheet, row) that say again what an earlier row has said."""
    yield from _places(catalog, "rowid > (SELECT MIN(rowid) FROM temp.sheet_row o WHERE o.id = s.id)")


def strangers(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Rows (sheet, row) of files that no scan has seen."""
    yield from _places(catalog, "file IS NOT NULL AND file NOT IN (SELECT id FROM file)")


def emptied_groups(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Answered rows (sheet, row) of groups in whose folder there are files, but none under that rule any more."""
    present = "EXISTS (SELECT 1 FROM file f JOIN ruling g ON g.file = f.id WHERE f.folder = s.folder AND f.gone IS NULL"
    yield from _places(catalog, f"fate IS NOT NULL AND {present}) AND NOT {present} AND g.rule = s.rule)")


def _places(catalog: Catalog, condition: str) -> Iterator[tuple[str, int]]:
    for row in catalog.rows(f"SELECT sheet, row FROM temp.sheet_row s WHERE {condition} ORDER BY rowid"):
        yield row["sheet"], row["row"]


def asked(catalog: Catalog) -> Iterator[tuple[str, int, int, Fate]]:
    """Rows with an answer to files that are there: (sheet, row, the rule they are under, the answer)."""
    for row in catalog.rows(
        "SELECT s.sheet, s.row, r.id AS rule, s.fate FROM temp.sheet_row s LEFT JOIN ruling g ON g.file = s.file"
        " JOIN rule r ON r.id = COALESCE(g.rule, s.rule) WHERE s.fate IS NOT NULL ORDER BY s.rowid"
    ):
        yield row["sheet"], row["row"], row["rule"], Fate(row["fate"])


def weigh(catalog: Catalog) -> list[Answered]:
    """Fill the TEMP table `answering` (file, rule, fate, note, stored) from the sheet's rows, and sum it up.

    A file's own answer comes before its group's; an answer to a file that is gone answers nothing.
    """
    catalog.run("DROP TABLE IF EXISTS temp.answering")
    catalog.run("CREATE TEMP TABLE answering (file INTEGER PRIMARY KEY, rule, fate, note, stored)")
    catalog.run(
        "INSERT INTO temp.answering SELECT file, rule, fate, note, EXISTS (SELECT 1 FROM answer a WHERE a.file = y.file"
        " AND a.fate = y.fate AND a.note = y.note) FROM (SELECT s.file, u.rule, COALESCE(s.fate, g.fate) AS fate,"
        " CASE WHEN s.fate IS NULL AND s.note = '' THEN g.note ELSE s.note END AS note FROM temp.sheet_row s"
        " JOIN file f ON f.id = s.file JOIN ruling u ON u.file = f.id"
        " LEFT JOIN temp.sheet_row g ON g.id = f.folder || 'r' || u.rule AND g.fate IS NOT NULL"
        " WHERE f.gone IS NULL AND COALESCE(s.fate, g.fate) IS NOT NULL) y"
    )
    rows = catalog.rows(
        "SELECT rule, fate, COUNT(*), SUM(stored) FROM temp.answering GROUP BY rule, fate ORDER BY rule, fate"
    )
    return [Answered(rule, Fate(fate), files, stored) for rule, fate, files, stored in rows]


def loose_notes(catalog: Catalog) -> Iterator[tuple[str, int, str]]:
    """Notes (sheet, row, note) beside which there is no answer, the group's included."""
    for row in catalog.rows(
        "SELECT sheet, row, note FROM temp.sheet_row WHERE note <> '' AND fate IS NULL"
        " AND (file IS NULL OR file NOT IN (SELECT file FROM temp.answering)) ORDER BY rowid"
    ):
        yield row["sheet"], row["row"], row["note"]


def keep(catalog: Catalog, name: str, now: int) -> str:
    """Store what `weigh` found as answered by `name`; returns the root over all answers, for the ledger.

    Only inside a durable `writing`. What is answered so already keeps its name and time.
    """
    catalog.run(
        "INSERT OR REPLACE INTO answer (file, fate, name, note, at) SELECT file, fate, ?, note, ? FROM temp.answering"
        " WHERE NOT stored",
        (name, now),
    )
    return root(catalog)


def root(catalog: Catalog) -> str:
    """SHA-256 in hex over all answers as they are now: what the latest ledger row `answers` commits to."""
    hasher = hashlib.sha256(b"filrydd answers 1")
    for row in catalog.rows("SELECT file, fate, name, note, at FROM answer ORDER BY file"):
        hasher.update(digest.line(list(row)))
    return hasher.hexdigest()
