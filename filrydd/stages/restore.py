"""restore: bring back from the quarantine what was set aside, by one rename to where it lay.

It needs no tenant, since it destroys nothing; the ledger keeps it. A folder that went meanwhile is made again, with the
permissions that the seal gave it.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, ledger, quarantine, retirements, runs, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.quarantine import Aside
from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.model import names
from filrydd.model.entry import Kind, Reason
from filrydd.sources import Source, open_source
from filrydd.sources.source import ChangedSince, EntryTrouble
from filrydd.stages.retire import quarantine as folder_of_ours
from filrydd.stages.retire.lanes import MOST, Lanes, pieces
from filrydd.stages.typed import path_in
from filrydd.stages.work import Work

_BATCH = 500
_MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Restoring:
    """What would be brought back; `examples` are old paths with the time (ticks) until which they are surely kept."""

    area: str
    files: int
    bytes: int
    examples: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """Files that lie at their old places again; `refused` names those that do not, and why, at most 1000 of the `refusals`.
    `private`: folders that were made again and that only the operator can open, since no seal knows their permissions."""

    area: str
    restored: int
    refusals: int
    refused: tuple[tuple[str, str], ...]
    private: tuple[str, ...]


def plan(work: Work, paths: Sequence[str], *, most: int = 20) -> Restoring:
    """What would be brought back of these files and folders; of everything where none is named. Raises NoSuchArea when
    nothing is set aside there, BadUsage."""
    with work.catalog() as catalog:
        files = size = last = 0
        examples: list[tuple[str, int]] = []
        places = _places(work, catalog, paths)
        while batch := quarantine.at(catalog, places, last, _BATCH):
            last = batch[-1].id
            files += len(batch)
            size += sum(one.size for one in batch)
            examples += [(one.path, one.until) for one in batch[: most - len(examples)]]
        if not files:
            raise _nothing(work, places)
        return Restoring(work.area, files, size, tuple(examples))


def apply(work: Work, paths: Sequence[str], address: str = "") -> Restored:
    """Bring it back. Raises what `plan` raises, SourceError, Busy, ClockMoved."""
    with work.holding("retire"), work.catalog() as catalog:
        # What cannot be entered in the ledger is not begun.
        ledger.check_clock(catalog, work.now())
        places = _places(work, catalog, paths)
        with closing(open_source(address or figures.source_of(catalog))) as source:
            source.top()
            with Lanes(source, MOST) as lanes:
                return _Run(work, catalog, source, lanes).restore(places)


def _places(work: Work, catalog: Catalog, paths: Sequence[str]) -> list[str]:
    return [path_in(work, catalog, path) for path in paths] or [""]


def _nothing(work: Work, places: Sequence[str]) -> NoSuchArea:
    return NoSuchArea(
        _("Nothing that lay at {path} in {area} is set aside.").format(
            path=", ".join(place or "/" for place in places), area=work.area
        ),
        next=f"filrydd retire {work.area}",
    )


class _Run:
    def __init__(self, work: Work, catalog: Catalog, source: Source, lanes: Lanes) -> None:
        self._work, self._catalog, self._source, self._lanes = work, catalog, source, lanes
        self._opened_again = seals.latest(catalog) is None
        self._there: set[str] = {""}
        self._private: list[str] = []

    def restore(self, places: Sequence[str]) -> Restored:
        work, catalog = self._work, self._catalog
        # An interrupted run may have brought it all back, and only not have told.
        before = folder_of_ours.settle(work, catalog, self._source)
        if not before and not quarantine.at(catalog, places, 0, 1):
            raise _nothing(work, places)
        run = runs.begin(catalog, "restore", work.actor, work.now())
        restored = refusals = last = 0
        refused: list[tuple[str, str]] = []
        with work.telling(
            _("Bringing back what was set aside in {area}").format(area=work.area), None, _("files")
        ) as told:
            while batch := quarantine.at(catalog, places, last, _BATCH):
                last = batch[-1].id
                quarantine.intend_restore(catalog, run, [one.id for one in batch])
                back: list[int] = []
                aside: list[int] = []
                for some in pieces(batch, self._lanes.most):
                    for one, why in zip(some, self._bring_back(some), strict=True):
                        (aside if why else back).append(one.id)
                        if why and len(refused) < _MOST_TOLD:
                            refused.append((one.path, why))
                quarantine.restored(catalog, back, aside, work.now())
                restored += len(back)
                refusals += len(aside)
                told.advance(len(batch))
        folder_of_ours.sweep(catalog, self._source)
        retirements.store_figures(catalog)
        body = {"restored": restored, "refused": refusals, "paths": [place or "/" for place in places]}
        runs.end(catalog, run, "restore", work.actor, body, work.now())
        return Restored(work.area, before + restored, refusals, tuple(refused), tuple(self._private))

    def _bring_back(self, some: Sequence[Aside]) -> list[str]:
        """For each why it stays, or nothing."""
        whys = [self._make_way(names.split(one.path)[0]) for one in some]
        free = [one for one, why in zip(some, whys, strict=True) if not why]
        acts: list[Callable[[Source], str]] = [_BringingBack(one, self._permissions(one)) for one in free]
        answers = iter(self._lanes.run(acts))
        return [why or next(answers) for why in whys]

    def _permissions(self, one: Aside) -> bytes | None:
        """A file comes back as it was sealed; where the area was opened again since, with what it had before that."""
        return quarantine.permissions_of(self._catalog, one.path, Kind.FILE) if self._opened_again else None

    def _make_way(self, folder: str) -> str:
        """Have the folder there, made again if it went; why it cannot be, or nothing."""
        if folder in self._there:
            return ""
        if why := self._make_way(names.split(folder)[0]):
            return why
        try:
            found = self._source.look(folder)
            if found.kind is not Kind.FOLDER:
                return TAKEN
            self._finish(folder, found.file_id)
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.VANISHED:
                return str(trouble.reason)
            try:
                self._make_again(folder)
            except ChangedSince as changed:
                return changed.what
            except EntryTrouble as made:
                return str(made.reason)
        self._there.add(folder)
        return ""

    def _finish(self, folder: str, file_id: int) -> None:
        """Give an empty folder that only the operator can open the permissions that it had: a run that made it again may have
        ended right after that."""
        permissions = quarantine.permissions_of(self._catalog, folder, Kind.FOLDER)
        if permissions is None or not self._source.is_private(folder):
            return
        listing = self._source.list(folder)
        if not listing.entries and not listing.troubles:
            quarantine.made_again(self._catalog, folder, file_id)
            self._source.permit(folder, Kind.FOLDER, permissions)

    def _make_again(self, folder: str) -> None:
        made = self._source.make_private(folder)
        quarantine.made_again(self._catalog, folder, made.file_id)
        permissions = quarantine.permissions_of(self._catalog, folder, Kind.FOLDER)
        if permissions is None:
            self._private.append(folder)
        else:
            self._source.permit(folder, Kind.FOLDER, permissions)


TAKEN = "something else lies there"


class _BringingBack:
    def __init__(self, aside: Aside, permissions: bytes | None) -> None:
        self._aside, self._permissions = aside, permissions

    def __call__(self, source: Source) -> str:
        one = self._aside
        try:
            if self._permissions is not None:
                # Where nobody can reach it yet: a run that ends after the rename leaves nothing to be done.
                source.permit(one.place, Kind.FILE, self._permissions)
            source.bring_back(one.place, one.path, file_id=one.file_id)
        except ChangedSince as changed:
            return changed.what
        except EntryTrouble as trouble:
            return str(trouble.reason)
        return ""
