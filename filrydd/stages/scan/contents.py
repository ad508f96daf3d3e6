"""Reading files that may be copies of each other, as little of them as tells.

First the ends of files that share their size with another, then all of those that agree in size and ends. What is known
already is not read again; what is stored after each batch stays when the reading is interrupted.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import folder_copies, readings
from filrydd.catalog.contents import known as contents
from filrydd.catalog.contents.readings import Found, Refusal, Unread
from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.model.entry import ENCRYPTED, Kind, Reason
from filrydd.model.rule import Predicate
from filrydd.sources import Source
from filrydd.sources.source import EntryTrouble, Reader
from filrydd.stages.scan import digests
from filrydd.stages.scan.closed import Closed, closed_by
from filrydd.stages.scan.digests import Digests
from filrydd.stages.scan.rate import Rate, parse_rate
from filrydd.stages.work import Progress, Work

__all__ = ["ContentRead", "Rate", "parse_rate", "read"]

# A batch is stored when this much time has passed since the one before: what an interruption can cost, but for one file.
_BATCH_SECONDS = 2.0

_CHANGED, _IN_USE, _VANISHED = "changed", "in use", "vanished"
# What passes by itself is not stored: a file in use is tried the next time, and the next scan tells what became of the
# others. All else is unreadable until a later reading succeeds.
PASSING = {
    Reason.IN_USE: _IN_USE,
    Reason.VANISHED: _VANISHED,
    Reason.LINK: _CHANGED,
    Reason.SPECIAL: _CHANGED,
    Reason.LOOP: _CHANGED,
}


@dataclass(frozen=True, slots=True)
class ContentRead:
    """What reading did, and what is known after it.

    `asked` times a file was opened (again for all of it), and `read_bytes` were read. `groups` of files have the same
    content; of their `duplicates` files, `bytes_to_free` are free if one of each group stays. `copies` is how many groups
    of whole folders there are. Files with the size of another that stay unread: `private` and `blocked` by the policy,
    `offline` (reading would fetch them back from where they lie), `encrypted` (EFS), and this time `changed`, `in_use` or
    `vanished`. `unreadable` are those that refused when they were read. `unjudged`: no policy says what is private, so
    nothing was read.
    """

    asked: int = 0
    read_bytes: int = 0
    groups: int = 0
    duplicates: int = 0
    bytes_to_free: int = 0
    copies: int = 0
    private: int = 0
    blocked: int = 0
    offline: int = 0
    encrypted: int = 0
    changed: int = 0
    in_use: int = 0
    vanished: int = 0
    unreadable: int = 0
    unjudged: bool = False


def read(
    work: Work,
    catalog: Catalog,
    source: Source,
    *,
    bytes_per_second: float | None,
    private: Sequence[Predicate] | None = None,
    before_batch: Callable[[], None] = lambda: None,
) -> ContentRead:
    """Find the files and folders of a scanned area that are copies of each other, for a stage that holds the area.

    `private`: what is never opened; None asks the department's policy (`closed_by`), and where no department names the
    area nothing is read. `before_batch` is called with no file open, and may wait. Safe to interrupt and to run again.

    Raises SourceGone, SourceRefused, PolicyInvalid, DiskFull.
    """
    contents.settle(catalog)
    closed = _closed(work) if private is None else Closed(tuple(private))
    if closed is None:
        work.progress.say(
            _("No department names {area}, so nobody knows which folders are private. No file was opened.").format(
                area=work.area
            )
        )
        work.progress.say(_("Name the area in a file in policies/, then run the same command again."))
        folder_copies.work_out(catalog)
        return _told(catalog, Counter(), 0, unjudged=True)
    left = readings.choose(catalog, closed.private, closed.blocked)
    reading = _Reading(catalog, source, Rate(bytes_per_second), before_batch)
    total = readings.begin_ends(catalog)
    with work.telling(_("Comparing beginnings and ends of files in {area}").format(area=work.area), total, "B") as told:
        reading.run(told, digests.ends, most=2 * readings.ENDS)
    total = readings.begin_wholes(catalog)
    with work.telling(_("Comparing whole files in {area}").format(area=work.area), total, "B") as told:
        reading.run(told, digests.whole, most=None)
    folder_copies.work_out(catalog)
    return _told(catalog, reading.outcomes + Counter(left), reading.read_bytes)


def _closed(work: Work) -> Closed | None:
    try:
        department = work.department()
    except NoSuchArea:
        return None
    return closed_by(department, work.day())


def _told(catalog: Catalog, outcomes: Counter[str], read_bytes: int, *, unjudged: bool = False) -> ContentRead:
    totals = contents.duplicate_totals(catalog)
    return ContentRead(
        asked=outcomes["asked"],
        read_bytes=read_bytes,
        groups=totals.groups,
        duplicates=totals.files,
        bytes_to_free=totals.bytes,
        copies=folder_copies.count_folder_copies(catalog),
        private=outcomes[readings.PRIVATE],
        blocked=outcomes[readings.BLOCKED],
        offline=outcomes[readings.AWAY],
        encrypted=outcomes[readings.ENCODED],
        changed=outcomes[_CHANGED],
        in_use=outcomes[_IN_USE],
        vanished=outcomes[_VANISHED],
        unreadable=readings.count_unreadable(catalog),
        unjudged=unjudged,
    )


class _Reading:
    """Reads what is queued, batch by batch."""

    def __init__(self, catalog: Catalog, source: Source, rate: Rate, before_batch: Callable[[], None]) -> None:
        self.outcomes: Counter[str] = Counter()
        self.read_bytes = 0
        self._catalog = catalog
        self._source = source
        self._rate = rate
        self._before_batch = before_batch
        self._progress: Progress | None = None

    def run(self, progress: Progress, digest: "_Digest", *, most: int | None) -> None:
        """Digest every queued file. `most` bytes are read of one at most (None: all)."""
        self._progress = progress
        for batch in readings.batches(self._catalog):
            found: list[Found] = []
            refused: list[Refusal] = []
            begun = time.monotonic()
            self._before_batch()
            for unread in batch:
                before = self.read_bytes
                outcome = self._read(unread, digest)
                # What was not read as foreseen is done with all the same.
                foreseen = unread.size if most is None else min(unread.size, most)
                progress.advance(foreseen - (self.read_bytes - before))
                if isinstance(outcome, Found):
                    found.append(outcome)
                elif isinstance(outcome, Refusal):
                    refused.append(outcome)
                else:
                    self.outcomes[outcome] += 1
                if time.monotonic() - begun >= _BATCH_SECONDS:
                    readings.keep(self._catalog, found, refused)
                    found, refused, begun = [], [], time.monotonic()
                    self._before_batch()
            readings.keep(self._catalog, found, refused)

    def spend(self, count: int) -> None:
        """So many bytes were read: told, counted, and waited for."""
        self.read_bytes += count
        if self._progress is not None:
            self._progress.advance(count)
        self._rate.spend(count)

    def _read(self, unread: Unread, digest: "_Digest") -> Found | Refusal | str:
        self.outcomes["asked"] += 1
        try:
            with self._source.open(unread.path) as reader:
                return self._read_open(reader, unread, digest)
        except EntryTrouble as trouble:
            return PASSING.get(trouble.reason) or Refusal(unread, trouble.reason, trouble.detail)
        except digests.ShorterThanItWas:
            return _CHANGED

    def _read_open(self, reader: Reader, unread: Unread, digest: "_Digest") -> Found | str:
        seen = reader.seen
        if seen.attributes & readings.RECALLED:
            return readings.AWAY
        if seen.attributes & ENCRYPTED:
            return readings.ENCODED
        # An id of 0 is none: listings and open files do not both tell one on every system.
        another = seen.file_id and unread.file_id and seen.file_id != unread.file_id
        if seen.kind is not Kind.FILE or another or (seen.size, seen.modified) != (unread.size, unread.modified):
            return _CHANGED
        told = digest(reader, unread.size, self)
        now = reader.look()
        if (now.size, now.modified, now.changed) != (seen.size, seen.modified, seen.changed):
            return _CHANGED
        return Found(unread, told.ends, told.whole)


_Digest = Callable[[Reader, int, digests.Meter], Digests]
