"""unseal: give the old area back exactly as it was, also half-way through a seal that failed."""

from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, ledger, quarantine, seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import Blocked, NotVerified
from filrydd.lang import _, n_
from filrydd.sources import open_source
from filrydd.stages.seal.back import give_back
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Unsealed:
    """An area that people can write to again; `vanished` entries are no longer there to be given back, and the `left` ones
    have permissions that somebody else gave them since."""

    area: str
    entries: int
    vanished: int
    left: int = 0


def plan(work: Work) -> int:
    """How many entries would get their former permissions back. Raises NotVerified when there is no seal, Blocked while
    files are set aside."""
    with work.catalog() as catalog:
        standing = _standing(work, catalog)
        _refuse_while_set_aside(work, catalog)
        return seals.count(catalog, standing)


def apply(work: Work, address: str = "", *, overwrite: bool = False) -> Unsealed:
    """Give the area its former permissions back, byte for byte; with `overwrite` also where somebody else has changed them
    since. Raises NotVerified when there is no seal, ClockMoved, Blocked while files are set aside, SourceError."""
    with work.holding("seal"), work.catalog() as catalog:
        standing = _standing(work, catalog)
        # What cannot be entered in the ledger is not begun.
        ledger.check_clock(catalog, work.now())
        _refuse_while_set_aside(work, catalog)
        with closing(open_source(address or figures.source_of(catalog))) as source:
            opened = give_back(work, catalog, source, standing, overwrite=overwrite)
            return Unsealed(work.area, opened.entries, opened.vanished, opened.left)


def _refuse_while_set_aside(work: Work, catalog: Catalog) -> None:
    held = quarantine.held(catalog).files
    if held:
        # What came back later would be read-only in an area that is not, and no seal would know its former permissions.
        raise Blocked(
            n_(
                "{count} file of {area} is set aside, and would come back read-only.",
                "{count} files of {area} are set aside, and would come back read-only.",
                held,
            ).format(count=held, area=work.area),
            next=f"filrydd restore {work.area} --execute",
        )


def _standing(work: Work, catalog: Catalog) -> seals.Seal:
    standing = seals.latest(catalog)
    if standing is None:
        raise NotVerified(
            _("{area} is not sealed, so there is nothing to open.").format(area=work.area),
            next=f"filrydd status {work.area}",
        )
    return standing
