"""unseal: give the old area back exactly as it was, also half-way through a seal that failed."""

from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import NotVerified, SourceError
from filrydd.lang import _
from filrydd.model.entry import Reason
from filrydd.sources import Source, open_source
from filrydd.sources.source import EntryTrouble
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Unsealed:
    """An area that people can write to again; `vanished` entries are no longer there to be given back."""

    area: str
    entries: int
    vanished: int


def plan(work: Work) -> int:
    """How many entries would get their former permissions back. Raises NotVerified when there is no seal."""
    with work.catalog() as catalog:
        standing = seals.latest(catalog)
        if standing is None:
            raise NotVerified(
                _("{area} is not sealed, so there is nothing to open.").format(area=work.area),
                next=f"filrydd status {work.area}",
            )
        return seals.saved(catalog, standing.id)


def apply(work: Work, address: str = "") -> Unsealed:
    """Give the area its former permissions back, byte for byte. Raises NotVerified when there is no seal."""
    with work.holding("seal"), work.catalog() as catalog:
        standing = seals.latest(catalog)
        if standing is None:
            raise NotVerified(
                _("{area} is not sealed, so there is nothing to open.").format(area=work.area),
                next=f"filrydd status {work.area}",
            )
        with closing(open_source(address or figures.source_of(catalog))) as source:
            return restore(work, catalog, source, standing)


def restore(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> Unsealed:
    """Put the former permissions of a seal back, from the bottom up."""
    source.top()
    seals.turn(catalog, seal.id, "unsealing", work.actor, work.now())
    entries = vanished = 0
    count = seals.saved(catalog, seal.id)
    with work.telling(_("Giving back permissions in {area}").format(area=work.area), count, _("entries")) as progress:
        for entry in list(seals.permissions(catalog, seal.id, bottom_up=True)):
            progress.advance(1)
            try:
                if source.permission(entry.path, entry.kind) != entry.former:
                    source.permit(entry.path, entry.kind, entry.former)
                entries += 1
            except EntryTrouble as trouble:
                if trouble.reason is not Reason.VANISHED:
                    raise SourceError(
                        _("The former permissions of {path} could not be put back: {why}").format(
                            path=entry.path or "/", why=trouble.detail
                        ),
                        next=f"filrydd unseal {work.area} --execute",
                    ) from trouble
                vanished += 1
    seals.turn(catalog, seal.id, "open", work.actor, work.now())
    return Unsealed(work.area, entries, vanished)
