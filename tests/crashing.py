"""A journey in child processes that end, with `os._exit`, right before the n-th commit or act.

`python -m tests.crashing JOURNEY` is a small server: each line on standard input names a folder and a number; a fork of it
goes on with that folder's journey until the n-th event, or to its end (0). It answers with the child's exit code and how
many events there were. The journeys are `move`, the whole way of an area, and `review` (tests/review_steps.py). Forking from
a process that has imported everything and started no thread makes a crash cost milliseconds of start-up instead of
seconds.
"""

import asyncio
import importlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from filrydd.catalog import quarantine, seals
from filrydd.catalog.acceptances import Says
from filrydd.catalog.connection import Catalog
from filrydd.catalog.signoffs import Signature
from filrydd.model import times
from filrydd.model.by import By
from filrydd.notices.post import FolderPost
from filrydd.sources.local import permission
from filrydd.sources.local.posix import PosixSource
from filrydd.stages import (
    accept,
    backup,
    classify,
    freeze,
    propose,
    restore,
    retire,
    review,
    scan,
    seal,
    unseal,
    upload,
    verify,
)
from filrydd.stages.work import Work, system_clock
from filrydd.targets import open_rehearsal
from filrydd.targets.graph import GraphTenant
from tests import review_steps

CRASHED = 77
# What comes back from the quarantine: a folder that a case then holds, and one that goes again.
BACK = ["Bilag", "Notat"]
Steps = list[tuple[str, Callable[[], Any]]]
# By type or module, the functions that act.
Acts = dict[Any, tuple[str, ...]]
# What changes the world, beside commits: what it makes in the tenant, and what it does to the old area.
ACTS: Acts = {
    GraphTenant: (
        "make_library",
        "make_columns",
        "make_folder",
        "restrict",
        "send",
        "set_times",
        "set_fields",
        "set_label",
        "deposit",
        "claim",
        "give_up",
    ),
    PosixSource: ("retire", "retire_folder", "leave", "make_private", "set_aside", "bring_back"),
    # However a permission changes, in bulk or by itself, it goes through here.
    permission: ("put",),
}
# A message that leaves, and a file that takes another one's place: a policy, a move list.
ACTS_OF_REVIEW: Acts = {FolderPost: ("deliver",), Path: ("replace",)}


class Countdown:
    """Counts events and ends the process right before one of them."""

    def __init__(self, crash_at: int, log: Path) -> None:
        self.events = 0
        self.crash_at = crash_at
        self.log = log
        self._one = threading.Lock()

    def event(self, name: str) -> None:
        # Several connections act at the same time.
        with self._one:
            self.events += 1
            with self.log.open("a") as file:
                file.write(name + "\n")
            if self.events == self.crash_at:
                os._exit(CRASHED)


def count_events(countdown: Countdown, acts: Acts = ACTS) -> None:
    """Let every commit and act of this process pass the countdown first."""

    def counted(owner: Any, name: str, shown: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def passing(*given: Any, **named: Any) -> Any:
            countdown.event(shown)
            return real(*given, **named)

        setattr(owner, name, passing)

    counted(Catalog, "_commit", "commit")
    for owner, names in acts.items():
        for name in names:
            counted(owner, name, name)


def steps(folder: Path, graph: str) -> Steps:
    """The whole journey as a person types it, command by command."""
    work = Work(folder / "workspace", "felles", "tester")
    top = str(folder / "area")

    def with_tenant(act: Callable[..., Any], later: timedelta = timedelta(), **wished: Any) -> Any:
        on = Work(work.workspace, work.area, work.actor, lambda: system_clock() + later)

        async def opened() -> Any:
            tenant = open_rehearsal(graph)
            if later:
                told = tenant.now
                # The tenant is older by as much.
                tenant.now = lambda: _later(told, later)  # type: ignore[method-assign]
            try:
                return await act(on, tenant, **wished)
            finally:
                await tenant.close()

        return asyncio.run(opened())

    def open_again() -> None:
        with work.catalog() as catalog:
            sealed = seals.latest(catalog) is not None
        # Run again after its end, the command says that nothing is sealed; a person stops there.
        if sealed:
            unseal.apply(work)

    def bring_back() -> None:
        with work.catalog() as catalog:
            aside = quarantine.at(catalog, BACK, 0, 1)
        # As above.
        if aside:
            restore.apply(work, BACK)

    def accept_all() -> None:
        accept.answer(work, Says.YES, By("Kari", "test", "test"), "contact")

    return [
        ("scan", lambda: scan.run(work, top)),
        ("classify", lambda: classify.run(work)),
        ("propose", lambda: propose.run(work)),
        ("sign", lambda: review.sign(work, Signature("Kari", "contact", "test", destroys=True))),
        ("upload", lambda: with_tenant(upload.apply)),
        ("verify", lambda: with_tenant(verify.run)),
        ("accept", accept_all),
        ("backup", lambda: backup.run(work, folder / "backup", same_machine=True)),
        ("seal", lambda: with_tenant(seal.apply)),
        ("unseal", open_again),
        ("seal-again", lambda: with_tenant(seal.apply)),
        ("set-aside", lambda: with_tenant(retire.apply, days=1)),
        ("restore", bring_back),
        ("freeze", lambda: freeze.freeze(work, "Notat", "24/1", "Kari")),
        ("retire", lambda: with_tenant(retire.apply)),
        ("purge", lambda: with_tenant(retire.apply, later=timedelta(days=2))),
    ]


async def _later(told: Callable[[], Any], by: timedelta) -> int:
    return int(await told()) + int(by.total_seconds()) * times.TICKS_A_SECOND


@dataclass(frozen=True)
class Journey:
    """Its steps in a folder, what counts beside commits, and what each child needs (modules). `told`: that a person hears of
    a step's end is an event too, before which all of the step is done, and is then asked for again."""

    steps: Callable[[Path, str], Steps]
    acts: Acts
    modules: tuple[str, ...]
    told: bool = False


JOURNEYS = {
    "move": Journey(steps, ACTS, ("msgraph", "uvicorn")),
    "review": Journey(lambda folder, _graph: review_steps.steps(folder), ACTS_OF_REVIEW, ("openpyxl",), told=True),
}


def go_on(journey: Journey, folder: Path, graph: str, countdown: Countdown) -> None:
    """Do the steps that this folder's journey has not ended yet."""
    marks = folder / "done"
    done = marks.read_text().split() if marks.exists() else []
    for name, step in journey.steps(folder, graph):
        if name not in done:
            step()
            if journey.told:
                countdown.event("told")
            done.append(name)
            marks.write_text(" ".join(done))


def serve(journey: Journey) -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        folder = Path(asked["folder"])
        child = os.fork()
        if child == 0:
            log = folder / "events"
            log.unlink(missing_ok=True)
            log.touch()
            countdown = Countdown(asked["crash_at"], log)
            count_events(countdown, journey.acts)
            code = 1
            try:
                go_on(journey, folder, asked["graph"], countdown)
                code = 0
            except BaseException:
                import traceback

                (folder / "error").write_text(traceback.format_exc())
            finally:
                os._exit(code)
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"code": os.waitstatus_to_exitcode(status)}) + "\n")
        sys.stdout.flush()


class Crasher:
    """Asks the server: `go(folder, crash_at)` returns the exit code and the events that came."""

    def __init__(self, server: "subprocess.Popen[str]", graph: str) -> None:
        self._server = server
        self._graph = graph

    def go(self, folder: Path, crash_at: int = 0) -> tuple[int, list[str]]:
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.write(json.dumps({"folder": str(folder), "graph": self._graph, "crash_at": crash_at}) + "\n")
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        return answer["code"], (folder / "events").read_text().split()


@contextmanager
def crasher(graph: str, journey: str = "move"):  # type: ignore[no-untyped-def]
    """The server of a journey, for as long as the block lasts."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.crashing", journey],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    try:
        yield Crasher(server, graph)
    finally:
        assert server.stdin is not None and server.stdout is not None
        server.stdin.close()
        server.wait(timeout=20)
        server.stdout.close()


if __name__ == "__main__":
    chosen = JOURNEYS[sys.argv[1]]
    # Everything that a child will need is imported before the first fork.
    for module in chosen.modules:
        importlib.import_module(module)
    serve(chosen)
