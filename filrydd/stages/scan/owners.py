"""Asking who owns each file: a pass of its own, since a listing does not tell."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people import owners
from filrydd.lang import _
from filrydd.model.entry import Reason
from filrydd.sources import Source
from filrydd.stages.scan.walking import Load, wait_for_the_hours
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
    asked = 0
    untold: Counter[Reason] = Counter()
    count = owners.count_unasked(catalog)
    with work.telling(_("Asking for owners in {area}").format(area=work.area), count, _("files")) as progress:
        stopped = count > 0
        while stopped:
            stopped = False
            wait_for_the_hours(work, source, load)
            with closing(source.owners(owners.unasked(catalog), load.most)) as told:
                for batch in _batches(told, untold):
                    owners.keep_owners(catalog, batch)
                    asked += len(batch)
                    progress.advance(len(batch))
                    if not load.open_now():
                        stopped = True
                        break
            if stopped:
                # Those that nobody told are asked once more; they are few, and may be told then.
                untold.clear()
                stopped = owners.count_unasked(catalog) > 0
    return Asked(asked + untold.total(), dict(untold))


def _batches(told: Iterable[tuple[int, str | Reason]], untold: Counter[Reason]) -> Iterator[list[tuple[int, str]]]:
    """Owners, some at a time; files whose owner nobody told go to `untold`."""
    batch: list[tuple[int, str]] = []
    for file, owner in told:
        if isinstance(owner, Reason):
            untold[owner] += 1
            continue
        batch.append((file, owner))
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    yield batch
