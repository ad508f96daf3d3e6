"""The tenant's own database: one SQLite file, one writer.

Everything happens on the event loop's thread but what waits for the disk. Acts that wait at the same time share one
transaction, each in a savepoint of its own; a thread makes it durable (WAL with synchronous=FULL) while the loop goes on, and
only then each act is told its result. An act that may take long is run in that thread as a whole.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from filrydd.errors import FilryddError
from filrydd.lang import _

_SCHEMA = Path(__file__).with_name("schema.sql")
_TOGETHER = 128
VERSION = 3
"""Of the tables. A rehearsal is made anew rather than migrated."""

T = TypeVar("T")


@dataclass(slots=True)
class _Waiting:
    act: Callable[[sqlite3.Connection], Any]
    future: "asyncio.Future[Any]"
    long: bool
    result: Any = None
    trouble: Exception | None = None


class Store:
    """`read` is for queries; `write` runs one act durably; `now` does so where no event loop runs yet.

    `before_commit` is called just before a transaction is made durable, in whatever thread does it: what the transaction
    speaks of elsewhere on the disk is made durable there. Raises FilryddError for a file that another version made.
    """

    def __init__(self, file: Path, before_commit: Callable[[], None] = lambda: None) -> None:
        self._before_commit = before_commit
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
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rehearsal-writer")
        self._waiting: list[_Waiting] = []
        self._busy = False

    async def write(self, act: Callable[[sqlite3.Connection], T], *, long: bool = False) -> T:
        """Run `act` and return its result once it is on disk; its exception undoes only it.

        `long`: it may take more than some milliseconds, and others should be answered meanwhile.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(act, future, long))
        self._begin()
        return await future

    def now(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """Run `act` at once. Only while no event loop uses the store."""
        one = _Waiting(act, None, long=False)  # type: ignore[arg-type]
        self._run([one])
        self._commit()
        if one.trouble:
            raise one.trouble
        return one.result  # type: ignore[no-any-return]

    def close(self) -> None:
        """Finish what is under way and close."""
        self._thread.shutdown()
        if self._writer.in_transaction:
            self._commit()
        self._writer.close()
        self.read.close()

    def _begin(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        # At the end of this turn of the loop: what other requests bring until then joins the transaction.
        asyncio.get_running_loop().call_soon(self._go)

    def _go(self) -> None:
        group, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
        group = [one for one in group if not one.future.cancelled()]
        loop = asyncio.get_running_loop()
        if any(one.long for one in group):
            task = loop.run_in_executor(self._thread, self._whole, group)
        else:
            try:
                self._run(group)
            except sqlite3.Error as problem:
                self._tell(group, problem)
                return
            task = loop.run_in_executor(self._thread, self._commit)
        task.add_done_callback(lambda done: self._tell(group, done.exception()))

    def _tell(self, group: list[_Waiting], problem: BaseException | None) -> None:
        if problem:
            # A full disk, most likely: nothing of this was kept, and everybody is told.
            self._undo()
        for one in group:
            if one.future.done():
                continue
            if trouble := problem or one.trouble:
                one.future.set_exception(trouble)
            else:
                one.future.set_result(one.result)
        self._busy = False
        self._begin()

    def _whole(self, group: list[_Waiting]) -> None:
        self._run(group)
        self._commit()

    def _run(self, group: list[_Waiting]) -> None:
        con = self._writer
        con.execute("BEGIN IMMEDIATE")
        for one in group:
            con.execute("SAVEPOINT act")
            try:
                one.result = one.act(con)
            except Exception as trouble:  # noqa: BLE001 - it is handed to whoever asked for the act
                one.trouble = trouble
                con.execute("ROLLBACK TO act")
            con.execute("RELEASE act")

    def _commit(self) -> None:
        self._before_commit()
        self._writer.execute("COMMIT")

    def _undo(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")


def setting(con: sqlite3.Connection, name: str) -> str:
    """A remembered setting; empty if there is none."""
    row = con.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def remember(con: sqlite3.Connection, name: str, value: str) -> None:
    """Remember a setting."""
    con.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def _connect(file: Path) -> sqlite3.Connection:
    con = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30, cached_statements=512)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("PRAGMA synchronous = FULL")
    # 32 MB of changes before they are taken over: each time waits for the disk.
    con.execute("PRAGMA wal_autocheckpoint = 8000")
    # A rehearsal with a million items still finds its way without reading the disk for each.
    con.execute("PRAGMA cache_size = -65536")
    return con
