"""What remains in the area, with a reason each: in totals, and as a list for a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import quarantine, remains, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.quarantine import Held
from filrydd.catalog.remains import Why
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.stages import whole_file
from filrydd.stages.sheet.cells import needs_quoting, safe
from filrydd.stages.work import Work

_LETTERS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Remaining:
    """Files and bytes for each reason, in the order in which reasons count; what is set aside; whether the area is done."""

    totals: dict[Why, tuple[int, int]]
    held: Held
    done: bool


def of(work: Work, file: Path | None = None, *, force: bool = False) -> Remaining:
    """What remains; written into `file` (CSV, readable for its owner alone) too. Raises BadUsage, DiskFull, NoSuchArea."""
    if file is not None:
        whole_file.check(file, ".csv", force=force)
    with work.catalog() as catalog:
        seal = seals.latest(catalog)
        in_force = seal.id if seal is not None and seal.state == "sealed" else None
        remains.list_remains(catalog, in_force, work.now())
        if file is not None:
            with whole_file.drafted(file) as draft:
                for piece in _table(catalog):
                    draft.write(piece)
        return Remaining(remains.totals(catalog), quarantine.held(catalog), remains.is_done(catalog))


def _table(catalog: Catalog) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    out.writerow((_("Path"), _("Bytes"), _("Why it is there"), _("More")))
    for one in remains.lines(catalog):
        out.writerow((_cell(one.path), one.size, said(one.why.value), _cell(said(one.detail))))
        if text.tell() > _LETTERS_AT_ONCE:
            yield _taken(text)
    yield _taken(text)


def _cell(text: str) -> str:
    shown = safe(text)
    return f"'{shown}" if needs_quoting(shown) else shown


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return taken
