"""Answers: what people said about single files on the move list, and which of it rules.

An answer beats the policy's rule, never a block and never `unreadable`. To keep is open to everybody, to destroy only where
the policy's own rule says so: it destroys, or it holds for a decision with Noark's `Kasseres`, and then an archivist must
have confirmed it before the answer takes effect. What the policy itself says of a file is its *base* rule: an answer is
always measured by that, not by what an earlier answer made of it.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from filrydd.catalog import rules
from filrydd.catalog.connection import Catalog, Row
from filrydd.layout import digest
from filrydd.model import times
from filrydd.model.rule import UNREADABLE, Fate, Noark, Rule, Texts

if TYPE_CHECKING:
    from filrydd.catalog.judging import Pass

_TICKS_A_DAY = 86_400 * times.TICKS_A_SECOND


class Verdict(StrEnum):
    """What an answer is worth under a rule."""

    RULES = "rules"
    WAITS = "waits"  # to destroy, and no archivist has confirmed the rule or it names no legal basis
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    NOT_TO_DESTROY = "not to destroy"
    NOT_ALLOWED = "not allowed"  # the policy's limits keep this from being answered


@dataclass(frozen=True, slots=True)
class Known:
    """A stored rule; `base` is the policy's own rule, the same one unless an answer made `rule`."""

    rule: Rule
    base: Rule
    block: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What the sheet answers for the files of one rule: `stored` of them have that answer already."""

    rule: int
    fate: Fate
    files: int
    stored: int


def verdict(known: Known, fate: Fate, day: date, allowed: Collection[Fate] = frozenset(Fate)) -> Verdict:
    """What the answer `fate` is worth for a file under that rule; `allowed` are the fates that the policy lets an answer give
    where its own rule says another. To hold is always allowed."""
    if fate is Fate.HOLD:
        return Verdict.RULES
    if fate not in allowed and fate is not known.base.fate:
        return Verdict.NOT_ALLOWED
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
    rows = list(
        catalog.rows(
            "SELECT r.id, r.block, COALESCE(a.base, r.id) AS base FROM rule r LEFT JOIN answered_rule a ON a.rule = r.id"
        )
    )
    stored = {row["id"]: rules.stored(catalog, row["id"]) for row in rows}
    return {row["id"]: Known(stored[row["id"]], stored[row["base"]], bool(row["block"])) for row in rows}


def overrule(catalog: Catalog, judging: "Pass", day: date, allowed: Collection[Fate] = frozenset(Fate)) -> None:
    """Put the answers in force into the TEMP table `matched` (file, code), which holds what the policy's rules said of the
    files that have answers. `allowed` are the fates that the policy lets an answer give; to hold is always allowed.

    Goes before blocks and `unreadable` are asked, which then beat an answer as they beat a rule.
    """
    asked = catalog.rows(
        "SELECT DISTINCT m.code, a.fate, a.name, a.at / ? AS day FROM temp.matched m JOIN answer a ON a.file = m.file"
        " ORDER BY 1, 2, 3, 4",
        (_TICKS_A_DAY,),
    )
    catalog.run("DROP TABLE IF EXISTS temp.answered")
    catalog.run("CREATE TEMP TABLE answered (base, fate, name, day, code, PRIMARY KEY (base, fate, name, day))")
    for row in list(asked):
        code = _in_force(judging, row, day, allowed)
        if code is not None:
            catalog.run("INSERT INTO temp.answered VALUES (?, ?, ?, ?, ?)", (*row, code))
    catalog.run(
        "UPDATE temp.matched SET code = COALESCE((SELECT x.code FROM answer a JOIN temp.answered x ON x.fate = a.fate"
        " AND x.name = a.name AND x.day = a.at / ? WHERE a.file = matched.file AND x.base = matched.code), code)",
        (_TICKS_A_DAY,),
    )


def one(catalog: Catalog, judging: "Pass", file: int, said: int, day: date, allowed: Collection[Fate]) -> int:
    """The code that the answer about one file gives it, where the policy's rules gave it the code `said`."""
    row = catalog.row(
        "SELECT ? AS code, fate, name, at / ? AS day FROM answer WHERE file = ?", (said, _TICKS_A_DAY, file)
    )
    code = _in_force(judging, row, day, allowed) if row else None
    return said if code is None else code


def _in_force(judging: "Pass", answer: Row, day: date, allowed: Collection[Fate]) -> int | None:
    """The code for an answer (code, fate, name, day) that rules; None for one that changes nothing or may not."""
    base, fate = judging.outcome.verdict(answer["code"]).rule, Fate(answer["fate"])
    if base.fate is fate or verdict(Known(base, base, False), fate, day, allowed) is not Verdict.RULES:
        return None
    on = times.to_datetime(answer["day"] * _TICKS_A_DAY).date()
    return judging.answer(_answered(base, fate, answer["name"], on), answer["code"])


def _answered(base: Rule, fate: Fate, name: str, on: date) -> Rule:
    reason = Texts(
        f"{name} har svart dette på flyttelisten. Regelen sa: {base.reason.nb}",
        f"{name} answered this on the move list. The rule said: {base.reason.read_in('en')}",
    )
    return replace(
        base, fate=fate, reason=reason, decided_by=name, decided_on=on, junk=False, awaits_confirmation=False
    )


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
    return root_over(catalog.rows("SELECT file, fate, name, note, at FROM answer ORDER BY file"))


def root_over(rows: Iterable[Row]) -> str:
    """The same over rows (file, fate, name, note, at) in the order of the files."""
    hasher = hashlib.sha256(b"filrydd answers 1")
    for row in rows:
        hasher.update(digest.line(list(row)))
    return hasher.hexdigest()
