"""Answers: what people said about single files on the move list, and which of it rules.

An answer beats the policy's rule, never a block and never `unreadable`. To keep is open to everybody, to destroy only where
the policy's own rule says so: it destroys, or it holds for a decision with Noark's `Kasseres`, and then an archivist must
have confirmed it before the answer takes effect. What the policy itself says of a file is its *base* rule: an answer is
always measured by that, not by what an earlier answer made of it.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from filrydd.catalog.connection import Catalog, Row
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
class FileLine:
    """A file of the move list. `rule` is a number in `known_rules`; `address` is within the library, empty where nothing
    moves. `sheet`, `row` and `shown` are what the sheet that is being read says of it, None when it has no row there."""

    id: int
    path: str
    size: int
    modified: int
    rule: int
    address: str
    sheet: str | None
    row: int | None
    shown: bytes | None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The files of one folder that one rule rules; the last three as in `FileLine`."""

    folder: int
    path: str
    rule: int
    files: int
    bytes: int
    sheet: str | None
    row: int | None
    shown: bytes | None


# A row as it was read: id (of a group: folder and rule), sheet, row, a digest of what it shows, answer, note. The digest is
# None where the row was altered and says nothing about the area.
SheetFile = tuple[int, str, int, bytes | None, Fate | None, str]
SheetGroup = tuple[int, int, str, int, bytes | None, Fate | None, str]


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
    """Make room for the rows of a sheet: the TEMP tables `sheet_file` and `sheet_group`."""
    for table, key in (("sheet_file", "id"), ("sheet_group", "folder, rule")):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
        catalog.run(f"CREATE TEMP TABLE {table} ({key}, sheet, row, shown, fate, note)")
        catalog.run(f"CREATE INDEX temp.{table}_key ON {table} ({key})")


def add_rows(catalog: Catalog, files: Sequence[SheetFile], groups: Sequence[SheetGroup]) -> None:
    """Add rows as they were read."""
    catalog.run_many("INSERT INTO temp.sheet_file VALUES (?, ?, ?, ?, ?, ?)", files)
    catalog.run_many("INSERT INTO temp.sheet_group VALUES (?, ?, ?, ?, ?, ?, ?)", groups)


def file_lines(catalog: Catalog) -> Iterator[FileLine]:
    """Every present file that is ruled, in the order of the tree, beside its row of the sheet (`begin_sheet` first)."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT f.id, f.folder, f.name, f.size, f.modified, g.rule, t.path, COALESCE(c.name, f.name) AS new_name,"
        " s.sheet, s.row, s.shown FROM folder d JOIN file f ON f.folder = d.id JOIN ruling g ON g.file = f.id"
        " LEFT JOIN placement c ON c.file = f.id LEFT JOIN target t ON t.folder = c.target"
        " LEFT JOIN temp.sheet_file s ON s.id = f.id WHERE d.gone IS NULL AND f.gone IS NULL ORDER BY d.lo, f.name"
    ):
        yield FileLine(
            row["id"],
            names.join(paths[row["folder"]], row["name"]),
            row["size"],
            row["modified"],
            row["rule"],
            "" if row["path"] is None else names.join(row["path"], row["new_name"]),
            row["sheet"],
            row["row"],
            row["shown"],
        )


def group_lines(catalog: Catalog) -> Iterator[GroupLine]:
    """Every folder and rule that have files in common, in the order of the tree (`begin_sheet` first)."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT x.*, s.sheet, s.row, s.shown FROM (SELECT d.lo, d.id AS folder, g.rule, COUNT(*) AS files,"
        " SUM(f.size) AS bytes FROM folder d JOIN file f ON f.folder = d.id JOIN ruling g ON g.file = f.id"
        " WHERE d.gone IS NULL AND f.gone IS NULL GROUP BY d.lo, d.id, g.rule) x"
        " LEFT JOIN temp.sheet_group s ON s.folder = x.folder AND s.rule = x.rule ORDER BY x.lo, x.rule"
    ):
        yield GroupLine(
            row["folder"],
            paths[row["folder"]],
            row["rule"],
            row["files"],
            row["bytes"],
            row["sheet"],
            row["row"],
            row["shown"],
        )


def counted(catalog: Catalog) -> tuple[int, int]:
    """How many different files and groups the sheet has rows for."""
    row = catalog.row(
        "SELECT (SELECT COUNT(DISTINCT id) FROM temp.sheet_file),"
        " (SELECT COUNT(*) FROM (SELECT DISTINCT folder, rule FROM temp.sheet_group))"
    )
    return (0, 0) if row is None else (row[0], row[1])


def twice(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Rows (sheet, row) that say again what an earlier row has said."""
    for row in catalog.rows(
        "SELECT sheet, row FROM temp.sheet_file s WHERE rowid > (SELECT MIN(rowid) FROM temp.sheet_file o"
        " WHERE o.id = s.id) UNION ALL SELECT sheet, row FROM temp.sheet_group s WHERE rowid > (SELECT MIN(rowid)"
        " FROM temp.sheet_group o WHERE o.folder = s.folder AND o.rule = s.rule)"
    ):
        yield row["sheet"], row["row"]


def strangers(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Rows (sheet, row) of files that no scan has seen."""
    for row in catalog.rows("SELECT sheet, row FROM temp.sheet_file WHERE id NOT IN (SELECT id FROM file)"):
        yield row["sheet"], row["row"]


def asked(catalog: Catalog) -> Iterator[tuple[str, int, int, Fate]]:
    """Rows with an answer: (sheet, row, the rule it meets, the answer)."""
    for row in catalog.rows(
        "SELECT s.sheet, s.row, g.rule, s.fate FROM temp.sheet_group s JOIN rule g ON g.id = s.rule AND s.fate IS NOT NULL"
        " UNION ALL SELECT s.sheet, s.row, g.rule, s.fate FROM temp.sheet_file s JOIN ruling g ON g.file = s.id"
        " WHERE s.fate IS NOT NULL"
    ):
        yield row["sheet"], row["row"], row["rule"], Fate(row["fate"])
