"""import: what a move list that came back answers, and storing that."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filrydd.catalog import answers, ledger, movelist, proposals
from filrydd.catalog.answers import Known, Verdict
from filrydd.catalog.connection import Catalog
from filrydd.lang import _, speaking
from filrydd.model.rule import Fate
from filrydd.stages.sheet import form, reading
from filrydd.stages.sheet.facts import Facts
from filrydd.stages.sheet.faults import Faults
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
    beside which there is no answer (place, note): nobody stores them."""

    area: str
    path: Path
    changes: tuple[Change, ...]
    unchanged: int
    loose: tuple[tuple[str, str], ...]

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


def plan(work: Work, path: Path) -> Plan:
    """What the list answers, and that nothing is wrong with it. Raises SheetRefused, BadUsage, NoSuchArea."""
    with work.catalog() as catalog:
        return _read(work, catalog, path)


def apply(work: Work, path: Path, name: str = "") -> Imported:
    """Store what the list answers, as answered by `name` (else by who asks), with its ledger row, whole or not at all.

    Raises what `plan` raises; Busy, ClockMoved, LedgerBroken, DiskFull.
    """
    who = name.strip() or work.actor
    with work.holding("review"), work.catalog() as catalog:
        found = _read(work, catalog, path)
        if not found.new:
            return Imported(found, "")
        with catalog.writing(durable=True):
            root = answers.keep(catalog, who, work.now())
            counts = dict.fromkeys(Fate, 0)
            for change in found.changes:
                counts[change.to] += change.files
            body = {
                "answered by": who,
                "proposal": movelist.proposal_digest(catalog),
                "answers": {fate.value: count for fate, count in counts.items()},
            }
            row = ledger.append(catalog, "answers", work.actor, body, root, work.now())
        return Imported(found, row.hash)


def _read(work: Work, catalog: Catalog, path: Path) -> Plan:
    faults = Faults()
    again = _("Mend these places, or begin anew: filrydd export {area} FILE.xlsx").format(area=work.area)
    with (
        opened(path, movelist.count_files(catalog), work.area) as book,
        movelist.snapshot(catalog),
        work.telling(_("Reading {path}").format(path=path.name), None, _("rows")) as progress,
    ):
        found = reading.facts(book, path, catalog)
        movelist.begin_sheet(catalog)
        # Its words and reasons are those of the language it was written in, whoever reads it now.
        with speaking(found.language):
            read = reading.rows(book, path, catalog, found, faults, progress)
            known = answers.known_rules(catalog)
            _compare(catalog, found, read, known, faults)
        _judge(catalog, known, work.day(), work.department().override, faults)
        faults.refuse(path, again)
        return _plan(work, catalog, path, known)


def _compare(
    catalog: Catalog, found: Facts, read: dict[form.Kind, reading.Read], known: dict[int, Known], faults: Faults
) -> None:
    """The rows against the area: each once, none missing, each saying of its files what the area says."""
    missing = {kind: found.rows[kind] - read[kind].rows for kind in form.KINDS}
    for sheet, row in movelist.twice(catalog):
        faults.add(sheet, row, _("the same row stands further up"))
        missing["groups" if sheet in found.sheets["groups"] else "files"] += 1
    for sheet, row in movelist.strangers(catalog):
        faults.add(sheet, row, _("no scan has seen this file"))
    for sheet, row in movelist.emptied_groups(catalog):
        faults.add(sheet, row, _("the rule has changed for this group since the list was written; export it again"))
    destination = proposals.destination(catalog)
    library = destination.library if destination else ""
    for kind in form.KINDS:
        for line in movelist.lines(catalog, kind):
            if line.sheet is None or line.row is None:
                # What has come since the list was written has no row either, and lacks none.
                if missing[kind] > 0:
                    missing[kind] -= 1
                    faults.add_line(_("{sheet}: {path} has no row").format(sheet=found.sheets[kind][0], path=line.path))
            elif line.shown is not None:
                cells = form.fixed_cells(kind, line, known[line.rule], library)
                if form.told(kind, cells) != line.shown:
                    faults.add(
                        line.sheet,
                        line.row,
                        _("{path} is not as the list says; export it again").format(path=line.path),
                    )
        if missing[kind] > 0:
            text = _("{sheet}: {count} rows are missing").format(sheet=found.sheets[kind][0], count=missing[kind])
            faults.add_line(text, missing[kind])
        if not faults.count and (read[kind].rows, read[kind].sum) != (found.rows[kind], found.sums[kind]):
            faults.add(found.sheets[kind][0], 1, _("its rows are not those that were exported"))


def _judge(catalog: Catalog, known: dict[int, Known], day: date, allowed: frozenset[Fate], faults: Faults) -> None:
    """Every answer against what the rules allow."""
    verdicts: dict[tuple[int, Fate], Verdict] = {}
    for sheet, row, rule, fate in movelist.asked(catalog):
        if (rule, fate) not in verdicts:
            verdicts[rule, fate] = answers.verdict(known[rule], fate, day, allowed)
        match verdicts[rule, fate]:
            case Verdict.BLOCKED:
                what = _('the block "{rule}" keeps this; no answer can change that').format(rule=known[rule].rule.name)
                faults.add(sheet, row, what)
            case Verdict.UNREADABLE:
                faults.add(sheet, row, _("this could not be read, so it is kept until somebody has looked at it"))
            case Verdict.NOT_ALLOWED:
                what = _('the policy does not let an answer change the rule "{rule}" to this')
                faults.add(sheet, row, what.format(rule=known[rule].base.name))
            case Verdict.NOT_TO_DESTROY:
                what = _('the rule "{rule}" does not let this be deleted; it can be moved or kept')
                faults.add(sheet, row, what.format(rule=known[rule].base.name))


def _plan(work: Work, catalog: Catalog, path: Path, known: dict[int, Known]) -> Plan:
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
    )
