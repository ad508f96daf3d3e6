"""The rows of a list that came back, against the area: what they say of it, and what may be answered."""

from datetime import date

from filrydd.catalog import answers, movelist, proposals
from filrydd.catalog.answers import Known, Verdict
from filrydd.catalog.connection import Catalog
from filrydd.lang import _, speaking
from filrydd.model.rule import Fate
from filrydd.stages.sheet import form, reading
from filrydd.stages.sheet.facts import Facts
from filrydd.stages.sheet.faults import Faults


def compare(
    catalog: Catalog, found: Facts, read: dict[form.Kind, reading.Read], known: dict[int, Known], faults: Faults
) -> None:
    """Each row once, none missing, each saying of its files what the area says; and the checksum."""
    missing = {kind: found.rows[kind] - movelist.count_lines(catalog, kind) for kind in form.KINDS}
    # Kinds of which a fault that has its row tells why the checksum does not fit.
    explained = {kind: read[kind].altered > 0 for kind in form.KINDS}
    for sheet, row, again in movelist.repeated(catalog):
        faults.add(
            sheet, row, _("the same row stands further up") if again else _("the same row stands further down too")
        )
        explained["groups" if sheet in found.sheets["groups"] else "files"] = True
    for sheet, row in movelist.strangers(catalog):
        faults.add(sheet, row, _("no scan has seen this file"))
        missing["files"] += 1
        explained["files"] = True
    for sheet, row in movelist.emptied_groups(catalog):
        faults.add(sheet, row, _("the rule has changed for this group since the list was written; export it again"))
    destination = proposals.destination(catalog)
    library = destination.library if destination else ""
    for kind in form.KINDS:
        explained[kind] |= missing[kind] > 0
        for line in movelist.lines(catalog, kind):
            if line.sheet is None or line.row is None:
                # What has come since the list was written has no row either, and lacks none.
                if missing[kind] > 0 and line.scan <= found.scan:
                    missing[kind] -= 1
                    faults.add_missing(found.sheets[kind][0], _("{path} has no row").format(path=line.path))
            elif line.shown is not None:
                with speaking(found.language):
                    cells = form.fixed_cells(kind, line, known[line.rule], library)
                if form.told(kind, cells) != line.shown:
                    explained[kind] = True
                    why = _("{path} is not as the list says; export it again").format(path=line.path)
                    faults.add(line.sheet, line.row, why)
        if missing[kind] > 0:
            text = _("{count} rows are missing").format(count=missing[kind])
            faults.add_missing(found.sheets[kind][0], text, missing[kind])
        if not explained[kind] and (read[kind].rows, read[kind].sum) != (found.rows[kind], found.sums[kind]):
            faults.add_whole(found.sheets[kind][0], _("its rows are not those that were exported"))


def judge(catalog: Catalog, known: dict[int, Known], day: date, allowed: frozenset[Fate], faults: Faults) -> None:
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
