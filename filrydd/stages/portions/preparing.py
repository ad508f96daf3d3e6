"""The groups made anew for the present proposal."""

from filrydd.catalog import answers, private_notices, proposals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions import collecting, publishing
from filrydd.catalog.portions.others import Others
from filrydd.portions import form, ordered
from filrydd.stages.work import Work

# Somebody who answers while the groups are made has them made again; so often, and then the last ones stand.
_TIMES = 3


def prepare(work: Work, catalog: Catalog) -> bool:
    """Make the groups of every part anew, in short transactions; pages show the former ones meanwhile. Returns whether they
    took their place: not where somebody answered meanwhile, again and again. Raises PolicyInvalid, Busy, DiskFull."""
    department = work.department()
    for _time in range(_TIMES):
        known = answers.known_rules(catalog)
        asked = department.private(work.day())
        private = [one.folder for one in private_notices.folders(catalog, asked)] if asked else []
        may = publishing.Answerable(known, work.day(), department.override)
        edition = publishing.begin(catalog, work.now())
        others: Others | None = None
        for one in collecting.parts(catalog, known, private, work.now()):
            others = others or Others(catalog)
            placed = ordered(form(one.given), one.given.earlier)
            publishing.write(catalog, edition, one, placed, may, others)
        if publishing.take_its_place(catalog, edition):
            return True
    return False


def ensure(work: Work, catalog: Catalog) -> None:
    """Prepare the groups if the present proposal has none: its catalog was made by an earlier filrydd. Raises Busy when
    somebody else does, and what `prepare` raises."""
    if not publishing.is_prepared(catalog) and proposals.destination(catalog) is not None:
        with work.holding("propose"):
            prepare(work, catalog)
