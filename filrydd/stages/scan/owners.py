"""Asking who owns each file: a pass of its own, since a listing does not tell."""

from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people import owners
from filrydd.lang import _
from filrydd.model.entry import Reason
from filrydd.sources import Source
from filrydd.stages.scan.walking import Load
from filrydd.stages.work import Work

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """How many files' owners were asked for, and how many of them nobody told, by reason."""

    files: int
    untold: dict[Reason, int]


def ask(work: Work, catalog: Catalog, source: Source, load: Load) -> Asked:
    """Store the owner of every file that has none yet; of a classified area, of those that will move.

    Interrupted, it goes on with the rest when it is run again. Raises SourceGone, SourceRefused.
    """
    count = owners.count_unasked(catalog)
    untold: dict[Reason, int] = {}
    batch: list[tuple[int, str]] = []
    with work.telling(_("Asking for owners in {area}").format(area=work.area), count, _("files")) as progress:
        for file, told in source.owners(owners.unasked(catalog), load.most):
            progress.advance(1)
            if isinstance(told, Reason):
                untold[told] = untold.get(told, 0) + 1
                continue
            batch.append((file, told))
            if len(batch) >= _BATCH:
                owners.keep_owners(catalog, batch)
                batch = []
        owners.keep_owners(catalog, batch)
    return Asked(count, untold)
