"""The walk of a share: every folder asked for as soon as it is known, deepest first, and each answer made into the
contract's Listed."""

import gc
import time
from collections.abc import Callable, Generator, Iterable, Sequence

from filrydd.errors import SourceError
from filrydd.model.entry import REPARSE_POINT, SNAPSHOT_FOLDERS, Kind, Reason
from filrydd.model.listed import Below, Passed, Snag, ToList
from filrydd.model.names import fold, join, stored
from filrydd.sources.local.facts import reason_for
from filrydd.sources.place import segments
from filrydd.sources.smb import status
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.folder import NOT_IN_A_NAME, escaped
from filrydd.sources.smb.folder_job import FolderJob
from filrydd.sources.smb.listing import Folder, Marked, is_bad, looked_through
from filrydd.sources.smb.wire import BadAnswer, encoded
from filrydd.sources.source import EntryTrouble

# A second connection costs as much as some hundred folders.
_PLENTY = 512
# [MS-SMB2] 2.2.13: a path's length is told in 16 bits; what a DFS puts before it needs some.
_LONGEST_PATH = 65_000
_SNAPSHOT_BEGINS = frozenset(name[0] for name in SNAPSHOT_FOLDERS)
_SEPARATOR = b"\\\0"
_LOOK_AGAIN = 0.5  # seconds


class Walk:
    """One walk. `is_same(path, path)` tells whether two folders of equal id are one, `kind_now(path)` what lies at
    a path, `see_top()` raises SourceGone or SourceRefused when the area itself is gone, and `no_top(reason, detail)` gives
    the error for a top that cannot be listed."""

    def __init__(
        self,
        todo: Sequence[ToList],
        next_key: int,
        *,
        is_same: Callable[[str, str], bool],
        kind_now: Callable[[str], Kind],
        see_top: Callable[[], None],
        no_top: Callable[[Reason, str], SourceError],
    ) -> None:
        self._next_key = next_key
        self._is_same = is_same
        self._kind_now = kind_now
        self._see_top = see_top
        self._no_top = no_top
        self._stack: list[FolderJob] = []
        self._unasked: list[Folder] = []
        self._listed = 0
        self._saw_top = 0.0
        for key, path, passed in todo:
            try:
                wire = encoded(segments(path, NOT_IN_A_NAME))
            except EntryTrouble as trouble:
                self._unasked.append(refused(key, trouble.reason, trouble.detail))
            else:
                self._push(key, wire, passed)

    def draw(self) -> FolderJob | None:
        """The next folder to ask for."""
        return self._stack.pop() if self._stack else None

    def back(self, job: FolderJob) -> None:
        """A folder that is to be asked for once more."""
        self._stack.append(job)

    def plenty(self) -> bool:
        """Whether there is so much to do that a second connection pays."""
        waiting = len(self._stack)
        return waiting > 16 and waiting + self._listed > _PLENTY

    def run(self, flight: Flight[FolderJob]) -> Generator[Folder, None, None]:
        """Folder by folder, each after the one that holds it. Raises SourceGone, SourceRefused."""
        # Nothing here makes cycles, and looking for them among the rows costs more than making them.
        collecting = gc.isenabled()
        gc.disable()
        try:
            more = flight.fill()
            while more or self._unasked:
                found = self._some(flight.wait() if more else ())
                more = flight.fill()
                yield from found
        finally:
            flight.end()
            if collecting:
                gc.enable()

    def _some(self, jobs: Iterable[FolderJob]) -> list[Folder]:
        found = [self._finished(job) for job in jobs]
        if self._unasked:
            found += self._unasked
            self._unasked = []
        self._listed += len(found)
        return found

    def _finished(self, job: FolderJob) -> Folder:
        if job.status:
            return self._no_listing(job, status.reason_of(job.status), status.name_of(job.status))
        if job.fault:
            return self._no_listing(job, Reason.FAULT, job.fault)
        if job.attributes & REPARSE_POINT and job.path:
            try:
                kind = self._kind_now(_path(job))
            except EntryTrouble as trouble:
                return self._no_listing(job, trouble.reason, trouble.detail)
            if kind is not Kind.FOLDER:
                return self._no_listing(job, reason_for(kind), f"not a folder but a {kind}")
        folder = Folder(job.key, job.descriptor or b"")
        try:
            marked = looked_through(folder, job.pages)
        except BadAnswer as error:
            return self._no_listing(job, Reason.FAULT, str(error))
        if marked:
            self._sort(job, folder, marked)
        return folder

    def _no_listing(self, job: FolderJob, reason: Reason, detail: str) -> Folder:
        if not job.path:
            raise self._no_top(reason, detail)
        now = time.monotonic()
        if reason is Reason.VANISHED and now - self._saw_top > _LOOK_AGAIN:
            self._see_top()
            self._saw_top = now
        return refused(job.key, reason, detail)

    def _sort(self, job: FolderJob, folder: Folder, marked: Sequence[Marked]) -> None:
        below: list[Below] = []
        names = folder.names
        for entry in marked:
            kind = entry.kind
            if kind is Kind.FILE:
                continue
            bad = is_bad(entry.name)
            name = escaped(entry.name) if bad else stored(entry.name)
            if name in names:
                folder.snags.append(Snag(name, kind, Reason.FAULT, "the server listed this name twice"))
                continue
            names.add(name)
            if kind is not Kind.FOLDER:
                reason = Reason.BAD_NAME if bad else reason_for(kind)
                folder.snags.append(Snag(name, kind, reason, f"reparse tag 0x{entry.tag:08X}"))
            elif name[0] in _SNAPSHOT_BEGINS and fold(name) in SNAPSHOT_FOLDERS:
                folder.snags.append(Snag(name, kind, Reason.SNAPSHOT, ""))
            elif not bad and self._is_loop(job, entry, name):
                folder.snags.append(Snag(name, Kind.LINK, Reason.LOOP, ""))
            else:
                below.append(self._below(job, entry, name, bad=bad))
        folder.folders = below

    def _below(self, job: FolderJob, entry: Marked, name: str, *, bad: bool) -> Below:
        key = self._next_key
        self._next_key = key + 1
        passed = Passed(entry.file_id, entry.created, job.passed)
        if bad:
            # Counted as the folder it is said to be, and never opened.
            self._unasked.append(refused(key, Reason.BAD_NAME, ""))
        else:
            self._push(key, job.path + _SEPARATOR + entry.wire if job.path else entry.wire, passed)
        return Below(key, name, entry.modified, entry.created, entry.attributes, entry.file_id)

    def _push(self, key: int, wire: bytes, passed: Passed) -> None:
        if len(wire) > _LONGEST_PATH:
            self._unasked.append(refused(key, Reason.BAD_NAME, "the path is too long for a server"))
        else:
            self._stack.append(FolderJob(key, wire, passed))

    def _is_loop(self, job: FolderJob, entry: Marked, name: str) -> bool:
        """Whether this folder is one of those above it: one with its id, on its volume. Times of creation say nothing here:
        Samba makes them up from other times where a file system has none, and they move."""
        file_id = entry.file_id
        if not file_id:
            return False  # a file system without ids gives 0 to all
        passed = job.passed
        up = 0
        while passed is not None:
            above_id, _, passed = passed
            if above_id == file_id:
                path = _path(job)
                names = path.split("/") if path else []
                if self._is_same(join(path, name), "/".join(names[: max(0, len(names) - up)])):
                    return True
            up += 1
        return False


def refused(key: int, reason: Reason, detail: str) -> Folder:
    """The answer for a folder that cannot be listed."""
    folder = Folder(key)
    folder.snags.append(Snag(None, Kind.FOLDER, reason, detail))
    return folder


def _path(job: FolderJob) -> str:
    return "/".join(stored(name) for name in job.path.decode("utf-16-le", "surrogatepass").split("\\"))
