"""Reading the text of documents: identity numbers, links, and what is protected.

Each document is copied into a private folder, read there by a fenced child process, and removed. What is known already is
not read again; what is stored after each batch stays when the reading is interrupted.
"""

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import examinations, followed, readings
from filrydd.catalog.contents.readings import Unread
from filrydd.documents import EXAMINED_EXTENSIONS, Examiner
from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.model.entry import Reason
from filrydd.model.finding import Examination, Found, Outcome
from filrydd.sources import Source
from filrydd.stages import links
from filrydd.stages.scan.closed import Closed, closed_by
from filrydd.stages.scan.contents import PASSING
from filrydd.stages.scan.copying import CHANGED, Copying
from filrydd.stages.scan.private_folder import clear, private_folder
from filrydd.stages.scan.rate import Rate
from filrydd.stages.scan.walking import Load
from filrydd.stages.work import Work

MOST_BYTES = 64 << 20
"""Larger files are not read: their text would take minutes and more memory than a machine at work can spare."""

_EXAMINERS = 2


class Examines(Protocol):
    """Somebody who examines one document at a time; `documents.Examiner` does."""

    def examine(self, name: str, path: Path) -> Examination: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Examined:
    """What examining did, and what is known after it.

    `asked` times a file was opened, and `read_bytes` were read. `outcomes` of all examinations that are known now, `found`
    the files with each finding. Left alone: `private`, `blocked` by the policy, `unjudged` (nobody can tell whether they are
    private), `offline` (reading would fetch them back from where they lie), `encrypted` (EFS), and this time `changed`, `in_use`
    or `vanished`. `unreadable` are those that refused. `no_policy`: no department names the area, so nothing was read.
    """

    asked: int = 0
    read_bytes: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    found: dict[Found, int] = field(default_factory=dict)
    private: int = 0
    blocked: int = 0
    unjudged: int = 0
    offline: int = 0
    encrypted: int = 0
    changed: int = 0
    in_use: int = 0
    vanished: int = 0
    unreadable: int = 0
    no_policy: bool = False


def examine(
    work: Work,
    catalog: Catalog,
    source: Source,
    *,
    bytes_per_second: float | None,
    load: Load | None = None,
    new_examiner: Callable[[], Examines] = Examiner,
) -> Examined:
    """Examine the documents of a scanned area that are not known as they are now, for a stage that holds the area.

    Private files and those that the policy blocks altogether are never opened; where no department names the area, nothing
    is. At most `bytes_per_second` are read, in the hours of `load`. Safe to interrupt and to run again.

    Raises SourceGone, SourceRefused, PolicyInvalid, DiskFull.
    """
    follow(work, catalog)
    try:
        department = work.department()
    except NoSuchArea:
        work.progress.say(
            _("No department names {area}, so nobody knows which folders are private. No file was opened.").format(
                area=work.area
            )
        )
        work.progress.say(_("Name the area in a file in policies/, then run the same command again."))
        return Examined(outcomes=examinations.outcomes(catalog), found=examinations.found(catalog), no_policy=True)
    closed: Closed = closed_by(department, work.day())
    left = examinations.choose(
        catalog, closed.private, closed.blocked, extensions=EXAMINED_EXTENSIONS, most=MOST_BYTES, now=work.now()
    )
    total = examinations.begin(catalog)
    doing = _("Reading documents in {area}").format(area=work.area)
    with (
        private_folder(work) as folder,
        _examiners(new_examiner) as examiners,
        work.telling(doing, total, "B") as told,
        _threads() as threads,
    ):
        known = links.known(work, catalog, department)
        reading = Copying(work, catalog, source, known, Rate(bytes_per_second), folder, told)
        reading.run(lambda unread, path: threads.submit(_examined, examiners, unread, path), load or Load())
    links.resolve(work, catalog, department)
    return Examined(
        asked=reading.outcomes["asked"],
        read_bytes=reading.read_bytes,
        outcomes=examinations.outcomes(catalog),
        found=examinations.found(catalog),
        private=left[readings.PRIVATE],
        blocked=left[readings.BLOCKED],
        unjudged=left[examinations.UNJUDGED],
        offline=left[readings.AWAY] + reading.outcomes[readings.AWAY],
        encrypted=left[readings.ENCODED] + reading.outcomes[readings.ENCODED],
        changed=reading.outcomes[CHANGED],
        in_use=reading.outcomes[PASSING[Reason.IN_USE]],
        vanished=reading.outcomes[PASSING[Reason.VANISHED]],
        unreadable=readings.count_unreadable(catalog),
    )


def follow(work: Work, catalog: Catalog) -> None:
    """Bring what is known up to date after a scan, and remove what a run that was cut off has left of documents."""
    clear(work)
    followed.settle(catalog, work.now())
    links.follow(work, catalog)


@contextmanager
def _examiners(new_examiner: Callable[[], Examines]) -> Iterator["queue.SimpleQueue[Examines]"]:
    free: queue.SimpleQueue[Examines] = queue.SimpleQueue()
    with ExitStack() as stack:
        for _number in range(_EXAMINERS):
            examiner = new_examiner()
            stack.callback(examiner.close)
            free.put(examiner)
        yield free


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    threads = ThreadPoolExecutor(_EXAMINERS, "examine")
    try:
        yield threads
    finally:
        # After an exception nobody waits for what has not begun.
        threads.shutdown(wait=True, cancel_futures=True)


def _examined(free: "queue.SimpleQueue[Examines]", unread: Unread, path: Path) -> Examination:
    """Examine a copy and remove it, whatever comes of it."""
    examiner = free.get()
    try:
        return examiner.examine(unread.name, path)
    finally:
        free.put(examiner)
        path.unlink(missing_ok=True)  # this machine's own virus scanner may have been first
