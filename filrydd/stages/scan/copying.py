"""The way of documents through the private folder: copied from the source, handed over to be examined, stored.

Bounded: only so many copies lie in the folder at a time, and none while the reading waits for its hours.
"""

import errno
import os
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import examinations, readings
from filrydd.catalog.contents.examinations import Told
from filrydd.catalog.contents.readings import Refusal, Unread
from filrydd.errors import DiskFull
from filrydd.findings import streams
from filrydd.findings.targets import Known
from filrydd.lang import _
from filrydd.model.entry import ENCRYPTED, Kind, Reason
from filrydd.model.finding import Examination, Outcome
from filrydd.sources import Source
from filrydd.sources.source import EntryTrouble, Reader
from filrydd.stages import links
from filrydd.stages.scan.contents import PASSING
from filrydd.stages.scan.private_folder import PrivateFolder
from filrydd.stages.scan.rate import Rate
from filrydd.stages.scan.walking import Load, wait_for_the_hours
from filrydd.stages.work import Progress, Work

CHANGED = "changed"
IN_FLIGHT = 4
"""Copies of documents that lie in the private folder at most."""

_PIECE = 1 << 20
_BATCH_SECONDS = 2.0

Hand = Callable[[Unread, Path], "Future[Examination]"]
"""Hands a copy over to be examined and removed."""


class Copying:
    """Copies what is queued, hands the copies over to be examined, and stores what comes back."""

    def __init__(
        self,
        work: Work,
        catalog: Catalog,
        source: Source,
        known: Known,
        rate: Rate,
        folder: PrivateFolder,
        progress: Progress,
    ) -> None:
        self.outcomes: Counter[str] = Counter()
        self.read_bytes = 0
        self._work = work
        self._catalog = catalog
        self._source = source
        self._known = known
        self._rate = rate
        self._folder = folder
        self._progress = progress
        self._under_way: deque[tuple[Unread, str, Future[Examination]]] = deque()
        self._told: list[Told] = []
        self._refused: list[Refusal] = []

    def run(self, hand: Hand, load: Load) -> None:
        """Read every queued file."""
        begun = time.monotonic()
        wait_for_the_hours(self._work, self._source, load)
        for batch in readings.batches(self._catalog):
            for unread in batch:
                before = self.read_bytes
                self._read(unread, hand)
                self._progress.advance(unread.size - (self.read_bytes - before))
                self._collect(IN_FLIGHT - 1)
                if not load.open_now():
                    self._keep()  # no copy of a document lies about over a day
                    wait_for_the_hours(self._work, self._source, load)
                    begun = time.monotonic()
                elif time.monotonic() - begun >= _BATCH_SECONDS:
                    self._store()
                    begun = time.monotonic()
        self._keep()

    def _keep(self) -> None:
        """Wait for what is under way, and store everything."""
        self._collect(0)
        self._store()

    def _store(self) -> None:
        told, self._told = self._told, []
        refused, self._refused = self._refused, []
        if told or refused:
            examinations.keep(self._catalog, told, refused, self._work.now())

    def _collect(self, most: int) -> None:
        """Take what is examined, and wait until at most so many are under way."""
        while self._under_way and (len(self._under_way) > most or self._under_way[0][2].done()):
            unread, beside, future = self._under_way.popleft()
            examination = future.result()
            above = unread.path.rpartition("/")[0]
            self._told.append(Told(unread, examination, links.kinds(examination.links, above, self._known), beside))

    def _read(self, unread: Unread, hand: Hand) -> None:
        try:
            if not unread.size:
                # No content to read, but something may lie in a stream beside it.
                self._told.append(Told(unread, Examination(Outcome.READ), streams=self._streams(unread)))
                return
            self.outcomes["asked"] += 1
            with self._source.open(unread.path) as reader, self._folder.new_file() as (copy, path):
                left = self._copy(reader, unread, copy)
                beside = "" if left else self._streams(unread)
        except EntryTrouble as trouble:
            passing = PASSING.get(trouble.reason)
            if passing is not None:
                self.outcomes[passing] += 1
            else:
                self._refused.append(Refusal(unread, trouble.reason, trouble.detail))
                if trouble.reason is Reason.VIRUS:
                    self._told.append(Told(unread, Examination(Outcome.REFUSED, trouble.reason.value)))
            return
        if left:
            path.unlink()
            self.outcomes[left] += 1
            return
        self._under_way.append((unread, beside, hand(unread, path)))

    def _streams(self, unread: Unread) -> str:
        return streams.detail(self._source.streams(unread.path))

    def _copy(self, reader: Reader, unread: Unread, copy: int) -> str:
        """Copy a file if it is still the one that the scan saw; else say why not."""
        seen = reader.seen
        if seen.attributes & readings.RECALLED:
            return readings.AWAY
        if seen.attributes & ENCRYPTED:
            return readings.ENCODED
        # An id of 0 is none: listings and open files do not both tell one on every system.
        another = seen.file_id and unread.file_id and seen.file_id != unread.file_id
        if seen.kind is not Kind.FILE or another or (seen.size, seen.modified) != (unread.size, unread.modified):
            return CHANGED
        left = unread.size
        while left:
            piece = reader.read(min(left, _PIECE))
            if not piece:
                return CHANGED
            _write(copy, piece)
            left -= len(piece)
            self.read_bytes += len(piece)
            self._progress.advance(len(piece))
            self._rate.spend(len(piece))
        now = reader.look()
        return "" if (now.size, now.modified, now.changed) == (seen.size, seen.modified, seen.changed) else CHANGED


def _write(descriptor: int, piece: bytes) -> None:
    written = 0
    try:
        while written < len(piece):
            written += os.write(descriptor, piece[written:])
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(
            _("The disk is full: {path}").format(path=tempfile.gettempdir()),
            next=_("Make room and run the same command again; nothing is lost."),
        ) from error
