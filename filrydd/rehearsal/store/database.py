"""The tenant's own database: one SQLite file, one writer.

Reads happen on the event loop's thread. Writes are functions that a writer thread runs; those that wait at the same time
share one transaction, each in a savepoint of its own, and each is told its result only after the commit is on disk
(WAL with synchronous=FULL).
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from filrydd.errors import FilryddError
from filrydd.lang import _

_SCHEMA = Path(__file__).with_name("schema.sql")
_TOGETHER = 128
VERSION = 2
"""Of the tables. A rehearsal is made anew rather than migrated."""

T = TypeVar("T")
Act = Callable[[sqlite3.Connection], Any]


class Store:
    """`read` is for queries on the thread that made this; `write` runs one act durably."""

    def __init__(self, file: Path) -> None:
        self._writer = _connect(file)
        made = self._writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if made and self._writer.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            self._writer.close()
            raise FilryddError(
                _("The folder of the rehearsal tenant was made by another version of filrydd."),
                next=_("Choose another folder, or delete this one: {folder}").format(folder=file.parent),
            )
        self._writer.execute(f"PRAGMA user_version = {VERSION}")
        self._writer.executescript(_SCHEMA.read_text(encoding="utf-8"))
        self.read = _connect(file)
        self.read.execute("PRAGMA query_only = ON")
        self._acts: queue.SimpleQueue[tuple[Act, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="rehearsal-writer", daemon=True)
        self._thread.start()

    async def write(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """Run `act` in the writer and return its result once it is on disk; its exception undoes only it."""
        return await asyncio.wrap_future(self.submit(act))

    def submit(self, act: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """The same for callers outside an event loop."""
        future: Future[T] = Future()
        self._acts.put((act, future))
        return future

    def close(self) -> None:
        """Finish what was submitted and close."""
        self._acts.put(None)
        self._thread.join()
        self._writer.close()
        self.read.close()

    def _run(self) -> None:
        while first := self._acts.get():
            waiting = [first]
            ending = False
            with contextlib.suppress(queue.Empty):
                while len(waiting) < _TOGETHER and not ending:
                    if more := self._acts.get_nowait():
                        waiting.append(more)
                    else:
                        ending = True
            self._together([(act, future) for act, future in waiting if future.set_running_or_notify_cancel()])
            if ending:
                return

    def _together(self, waiting: list[tuple[Act, Future[Any]]]) -> None:
        outcomes: list[tuple[Future[Any], Any, Exception | None]] = []
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for act, future in waiting:
                self._writer.execute("SAVEPOINT act")
                try:
                    outcomes.append((future, act(self._writer), None))
                except Exception as problem:  # noqa: BLE001 - it is handed to whoever submitted the act
                    self._writer.execute("ROLLBACK TO act")
                    outcomes.append((future, None, problem))
                self._writer.execute("RELEASE act")
            self._writer.execute("COMMIT")
        except sqlite3.Error as problem:
            # A full disk, most likely: nothing of this was kept, and everybody is told.
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            for _act, future in waiting:
                future.set_exception(problem)
            return
        for future, result, trouble in outcomes:
            if trouble is None:
                future.set_result(result)
            else:
                future.set_exception(trouble)


def setting(con: sqlite3.Connection, name: str) -> str:
    """A remembered setting; empty if there is none."""
    row = con.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def remember(con: sqlite3.Connection, name: str, value: str) -> None:
    """Remember a setting."""
    con.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def _connect(file: Path) -> sqlite3.Connection:
    con = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("PRAGMA synchronous = FULL")
    return con
