"""import: what a move list that came back answers, and storing that."""

from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import answers, ledger, movelist
from filrydd.catalog.answers import Known, Verdict
from filrydd.catalog.connection import Catalog
from filrydd.errors import SheetRefused
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages.sheet import comparing, reading
from filrydd.stages.sheet.facts import Facts
from filrydd.stages.sheet.faults import Fault, Faults, quoted
from filrydd.stages.sheet.opening import opened
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Change:
    """So many files have the fate `was` and get the answer `to`, which may be the same. `waits`: until an archivist has
    confirmed the rule, they stay."""

    was: Fate
    to: Fate
    files: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a move list answers. `changes` are new answers; `unchanged` files had that answer already; `loose` are notes
    beside which there is no answer (place, note): nobody stores them. `exported` is when the list was written (ISO).
    `left_out` rows have faults and answer nothing: `faults` are the first of them, `fault_count` is how many there are."""

    area: str
    path: Path
    changes: tuple[Change, ...]
    unchanged: int
    loose: tuple[tuple[str, str], ...]
    exported: str
    faults: tuple[Fault, ...]
    fault_count: int
    left_out: int

    @property
    def new(self) -> int:
        """Files that are answered anew."""
        return sum(change.files for change in self.changes)

    @property
    def waiting(self) -> int:
        """Files whose new answer waits for an archivist."""
        return sum(change.files for change in self.changes if change.waits)


@dataclass(frozen=True, slots=True)
class Imported:
    """What was stored, and the ledger's head with it; the head is empty when there was nothing new."""

    plan: Plan
    head: str


def plan(work: Work, path: Path, *, keep_valid: bool = False) -> Plan:
    """What the list answers. A list with a fault, or one that is out of date, is refused whole; with `keep_valid` rows with
    faults are left out, and so are those that no longer say what the area says.

    A row that is left out takes nothing else with it but its own file: the answer of its group does not reach that.
    Raises SheetRefused (also with `keep_valid`, for what is wrong with a sheet as a whole), BadUsage, NoSuchArea.
    """
    with work.catalog() as catalog:
        return _read(work, catalog, path, keep_valid)


def apply(work: Work, path: Path, name: str = "", *, keep_valid: bool = False) -> Imported:
    """Store what `plan` finds, as answered by `name` (else by who asks), with its ledger row, in one transaction.

    Raises what `plan` raises; Busy, ClockMoved, LedgerBroken, DiskFull.
    """
    who = name.strip() or work.actor
    with work.holding("review"), work.catalog() as catalog:
        found = _read(work, catalog, path, keep_valid)
        if not found.new:
            return Imported(found, "")
        with catalog.writing(durable=True):
            root = answers.keep(catalog, who, work.now())
            counts = dict.fromkeys(Fate, 0)
            for change in found.changes:
                counts[change.to] += change.files
            body = {
                "answered by": who,
                "how": "Excel",
                "exported": found.exported,
                "left out": found.left_out,
                "proposal": movelist.proposal_digest(catalog),
                "answers": {fate.value: count for fate, count in counts.items()},
            }
            row = ledger.append(catalog, "answers", work.actor, body, root, work.now())
        return Imported(found, row.hash)


def _read(work: Work, catalog: Catalog, path: Path, keep_valid: bool) -> Plan:
    with (
        opened(path, movelist.count_files(catalog), work.area) as book,
        movelist.snapshot(catalog),
        work.telling(_("Reading {path}").format(path=path.name), None, _("rows")) as progress,
    ):
        found = reading.facts(book, path, catalog)
        movelist.begin_sheet(catalog)
        faults = Faults(catalog)
        read = reading.rows(book, path, catalog, found, faults, progress)
        known = answers.known_rules(catalog)
        comparing.compare(catalog, found, read, known, faults)
        comparing.judge(catalog, known, work.day(), work.department().override, faults)
        outdated = found.proposal != movelist.proposal_digest(catalog)
        if faults.whole or ((faults.count or outdated) and not keep_valid):
            raise _refusal(work, path, found, faults, outdated)
        left_out = faults.leave_out() if faults.count else 0
        return _plan(work, catalog, path, known, found, faults, left_out)


def _refusal(work: Work, path: Path, found: Facts, faults: Faults, outdated: bool) -> SheetRefused:
    if faults.whole:
        next = _("Take a new list: {step}").format(step=f"filrydd export {work.area} FILE.xlsx")
    else:
        next = _("Mend these places, or take a new list: {new}. To leave out the rows with faults: {keep}")
        if outdated:
            next = _("Take a new list: {new}. To take the answers that still hold: {keep}")
        next = next.format(
            new=f"filrydd export {work.area} FILE.xlsx",
            keep=f"filrydd import {work.area} {quoted(path.name)} --keep-valid",
        )
    if not outdated:
        return faults.refuse(faults.counted(path), next)
    text = _("{path} is out of date: {area} has been proposed anew since {at}, so nothing was stored.")
    return faults.refuse(text.format(path=path, area=work.area, at=found.at[:16].replace("T", " ")), next)


def _plan(
    work: Work,
    catalog: Catalog,
    path: Path,
    known: dict[int, Known],
    found: Facts,
    faults: Faults,
    left_out: int,
) -> Plan:
    changes: dict[tuple[Fate, Fate, bool], int] = {}
    unchanged = 0
    for one in answers.weigh(catalog):
        unchanged += one.stored
        if one.files > one.stored:
            waits = answers.verdict(known[one.rule], one.fate, work.day()) is Verdict.WAITS
            key = known[one.rule].rule.fate, one.fate, waits
            changes[key] = changes.get(key, 0) + one.files - one.stored
    return Plan(
        area=work.area,
        path=path,
        changes=tuple(Change(was, to, count, waits) for (was, to, waits), count in sorted(changes.items())),
        unchanged=unchanged,
        loose=tuple(
            (_("{sheet}, row {row}").format(sheet=sheet, row=row), note)
            for sheet, row, note in movelist.loose_notes(catalog)
        ),
        exported=found.at,
        faults=tuple(faults.kept),
        fault_count=faults.count,
        left_out=left_out,
    )
