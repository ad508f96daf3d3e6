"""Who may work on an area at the same time: locks of the operating system, freed by it when a process dies.

A run takes its stage's own lock and then looks whether a stage that it cannot go beside is running. Nobody waits: two runs
that begin in the same moment may both be refused, never both be let in.
"""

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from filrydd.errors import Busy
from filrydd.lang import _

STAGES = ("scan", "classify", "propose", "review", "upload", "verify", "seal", "retire")

# A stage never runs twice on one area. Beyond that: seal and retire are alone; a scan changes what the deciding stages
# read. Upload pins one digest, so deciding may go on beside it.
APART: dict[str, frozenset[str]] = {
    "scan": frozenset({"classify", "propose", "upload", "verify", "seal", "retire"}),
    "classify": frozenset({"scan", "propose", "seal", "retire"}),
    "propose": frozenset({"scan", "classify", "review", "seal", "retire"}),
    "review": frozenset({"propose", "seal", "retire"}),
    "upload": frozenset({"scan", "verify", "seal", "retire"}),
    "verify": frozenset({"scan", "upload", "seal", "retire"}),
    "seal": frozenset(STAGES) - {"seal"},
    "retire": frozenset(STAGES) - {"retire"},
    # No stage: it only reads what others decided. Two at once would tell people twice.
    "remind": frozenset(),
}


@contextlib.contextmanager
def working(scans: Path, area: str, stage: str, *, since: str) -> Iterator[None]:
    """Hold an area for a stage. `since` is the time to show to others. Raises Busy, naming who holds it."""
    folder = scans / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    own = _lock(folder, area, stage)
    try:
        own.acquire(blocking=False)
    except Timeout:
        raise _busy(folder, area, stage) from None
    try:
        for other in sorted(APART[stage]):
            look = _lock(folder, area, other)
            try:
                look.acquire(blocking=False)
            except Timeout:
                raise _busy(folder, area, other) from None
            look.release()
        holder = folder / f"{area}.{stage}.json"
        holder.write_text(
            json.dumps({"process": os.getpid(), "machine": socket.gethostname(), "since": since}), encoding="utf-8"
        )
        yield
    finally:
        own.release()


def _lock(folder: Path, area: str, stage: str) -> FileLock:
    return FileLock(folder / f"{area}.{stage}.lock", thread_local=False)


def _busy(folder: Path, area: str, stage: str) -> Busy:
    try:
        holder = json.loads((folder / f"{area}.{stage}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # The other run has taken the lock and not yet written who it is.
        holder = {"process": "?", "machine": "?", "since": "?"}
    return Busy(
        _("The area {area} is being worked on: {stage}, process {process} on {machine}, since {since}.").format(
            area=area, stage=stage, **holder
        ),
        next=_("Wait until it is done, then run the same command again."),
    )
