"""The walk of a scan: batches of listings into the catalog, in the hours and with the load that the person allowed."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from filrydd.catalog.scanning import Recording
from filrydd.lang import _
from filrydd.model.hours import Hours
from filrydd.model.listed import Listed
from filrydd.sources import IN_FLIGHT, Source
from filrydd.stages.work import Work

# A batch is stored when it holds this many entries or is this old, whichever comes first: what a crash can cost. While one
# is stored nobody asks the server for more, so a batch is not longer than what is on its way.
_BATCH_ENTRIES = 2_500
_BATCH_SECONDS = 2.0


def _local_time() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Load:
    """How a scan may burden the server: at most `most` requests at a time, and only in these hours of the local day."""

    most: int = IN_FLIGHT
    hours: Hours | None = None
    clock: Callable[[], datetime] = _local_time
    sleep: Callable[[float], None] = time.sleep

    def open_now(self) -> bool:
        """Whether the scan may go on at this moment."""
        return self.hours is None or self.clock() in self.hours


def record(work: Work, recording: Recording, source: Source, load: Load) -> None:
    """List every folder that the recording still lacks. Raises SourceGone, SourceRefused."""
    with work.telling(_("Scanning {area}").format(area=work.area), None, _("entries")) as progress:
        todo, next_key = recording.todo()
        while todo:
            wait_for_the_hours(work, source, load)
            stored = 0
            with closing(source.walk(todo, next_key, load.most)) as walk:
                for batch, seconds in _batches(walk):
                    recording.store(batch, seconds)
                    stored += len(batch)
                    progress.advance(sum(listed.entries for listed in batch))
                    for remark in _remarks(source):
                        progress.say(remark)
                    if not load.open_now():
                        break
            if not stored and load.open_now():
                raise RuntimeError("a walk that lists none of the folders it was given")
            todo, next_key = recording.todo()


def _batches(walk: Iterable[Listed]) -> Iterator[tuple[list[Listed], float]]:
    """Listings, some at a time, with the seconds that the source took for them."""
    batch: list[Listed] = []
    entries = 0
    begun = time.monotonic()
    for listed in walk:
        batch.append(listed)
        entries += listed.entries
        if entries >= _BATCH_ENTRIES or time.monotonic() - begun >= _BATCH_SECONDS:
            yield batch, time.monotonic() - begun
            batch, entries, begun = [], 0, time.monotonic()
    if batch:
        yield batch, time.monotonic() - begun


def _remarks(source: Source) -> list[str]:
    said, source.remarks[:] = list(source.remarks), []
    return said


def wait_for_the_hours(work: Work, source: Source, load: Load) -> None:
    """Come back when the scan may go on; at once when it may."""
    if load.hours is None:
        return
    wait = load.hours.wait(load.clock())
    if wait > timedelta():
        work.progress.say(_("The scan waits for {hours}. What is scanned is kept.").format(hours=load.hours))
        source.close()  # no connection is held over a day; the next question opens one
        load.sleep(wait.total_seconds())
