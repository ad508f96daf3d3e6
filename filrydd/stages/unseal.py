"""unseal: give the old area back exactly as it was, also half-way through a seal that failed."""

from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import NotVerified
from filrydd.lang import _
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
    """How many entries would get their former permissions back. Raises NotVerified when there is no seal."""
    with work.catalog() as catalog:
        return seals.count(catalog, _standing(work, catalog))


def apply(work: Work, address: str = "", *, overwrite: bool = False) -> Unsealed:
    """Give the area its former permissions back, byte for byte; with `overwrite` also where somebody else has changed them
    since. Raises NotVerified when there is no seal, SourceError."""
    with work.holding("seal"), work.catalog() as catalog:
        standing = _standing(work, catalog)
        with closing(open_source(address or figures.source_of(catalog))) as source:
            opened = give_back(work, catalog, source, standing, overwrite=overwrite)
            return Unsealed(work.area, opened.entries, opened.vanished, opened.left)


def _standing(work: Work, catalog: Catalog) -> seals.Seal:
    standing = seals.latest(catalog)
    if standing is None:
        raise NotVerified(
            _("{area} is not sealed, so there is nothing to open.").format(area=work.area),
            next=f"filrydd status {work.area}",
        )
    return standing
