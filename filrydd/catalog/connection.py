"""Opening and writing one area's catalog.

A catalog is one SQLite file in WAL mode on a local disk. Writing goes through `Catalog.writing`, a short transaction; what
must survive a power cut before the next act (intents, receipts, former permissions, the ledger) is written with
`durable=True`, which makes SQLite wait for the disk.
"""

import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from filrydd.catalog import blank
from filrydd.catalog.migrations import migrations
from filrydd.catalog.place import is_on_network
from filrydd.errors import (
    Busy,
    CatalogDamaged,
    CatalogIsNewer,
    CatalogOnNetwork,
    DiskFull,
    FilryddError,
    NoSuchArea,
    WorkspaceError,
)
from filrydd.lang import _

# How long a write waits for another process's transaction, which are all short.
_PATIENCE_MS = 30_000
# How often it looks meanwhile, in seconds.
_LOOK_EVERY = 0.001


Row = sqlite3.Row


class Catalog:
    """One area's database. A context manager; used by one thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.area = path.stem
        self._connection = connection
        self._writing = False
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, streamed."""
        yield from self._connection.execute(sql, values)

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, if any."""
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def value(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row; None when there is no row."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def run(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Execute a statement; returns the id of an inserted row. Only inside `writing`, but for TEMP tables."""
        return self._connection.execute(sql, values).lastrowid or 0

    def change(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Execute a statement; returns how many rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Iterator[Sequence[Any]] | Sequence[Sequence[Any]]) -> None:
        """Execute a statement for each row of values."""
        self._connection.executemany(sql, rows)

    def define(self, name: str, function: Callable[[str], Any]) -> None:
        """Make a function of one text known to this connection's SQL. It must not raise: SQLite would hide why."""
        self._connection.create_function(name, 1, function, deterministic=True)

    def scratch(self) -> Path:
        """A folder for this connection's scratch files, gone with `sweep` or `close`."""
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="filrydd-", ignore_cleanup_errors=True)
        return Path(self._scratch.name)

    def sweep(self) -> None:
        """Remove the scratch files; nothing may have them open any more."""
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    @contextlib.contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[None]:
        """A transaction that takes the write lock at once, is committed at the end and rolled back on any exception.

        `durable`: the commit returns only when the rows are on the disk.
        """
        if self._writing:
            raise RuntimeError("a transaction within a transaction")
        self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        with translated(self.path):
            self._begin()
            self._writing = True
            try:
                yield
                self._commit()
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._writing = False

    def _begin(self) -> None:
        """Take the write lock. SQLite's own waiting looks more and more seldom, and so would sleep through the gaps between
        the short transactions of a stage that publishes."""
        until = time.monotonic() + _PATIENCE_MS / 1000
        self._connection.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    self._connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > until:
                        raise
                time.sleep(_LOOK_EVERY)
        finally:
            self._connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """One transaction over TEMP tables, which takes no lock that others wait for. Row by row they would be slow."""
        if self._writing:
            yield
            return
        with translated(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("COMMIT")

    def _commit(self) -> None:
        self._connection.execute("COMMIT")

    def copy_to(self, place: Path) -> None:
        """Write a consistent copy of the whole catalog, also while others write."""
        with contextlib.closing(sqlite3.connect(place)) as copy:
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()
        self.sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_catalog(path: Path, *, create: bool = False) -> Catalog:
    """Open an area's catalog and bring it to this version's schema.

    Raises NoSuchArea when it is not there and not to be made, CatalogOnNetwork, CatalogIsNewer, CatalogDamaged, DiskFull.
    """
    if not create and not path.exists():
        raise NoSuchArea(
            _("The area {area} has not been scanned.").format(area=path.stem), next=f"filrydd scan {path.stem} SOURCE"
        )
    if is_on_network(path.parent):
        raise CatalogOnNetwork(
            _("The folder {folder} lies on a network drive, where the catalog could be damaged.").format(
                folder=path.parent
            ),
            next=_("Use a workspace on a local disk."),
        )
    with translated(path):
        if create and not path.exists():
            blank.make(path)
        connection = sqlite3.connect(path, timeout=_PATIENCE_MS / 1000, isolation_level=None)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return Catalog(path, connection)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    _tune(connection)
    database = Database(connection)
    known = _known()
    applied = {migration.name for migration in migrations.applied(database)}
    if applied - known:
        raise CatalogIsNewer(
            _("The catalog {path} was made by a newer filrydd.").format(path=path),
            next=_("Install the newer version on this machine too."),
        )
    if known - applied:
        _bring_up(connection)
    connection.row_factory = sqlite3.Row


def _bring_up(connection: sqlite3.Connection) -> None:
    # After an upgrade several open the same catalog: the first brings it up, and the others wait and find it done.
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(Database(connection))
    except BaseException:
        # Nothing where the error has ended the transaction itself: then that error is what is told.
        connection.rollback()
        raise
    connection.execute("COMMIT")


@cache
def _known() -> frozenset[str]:
    """The migrations of this version; a page opens many catalogs, and these are the same for all of them."""
    with contextlib.closing(sqlite3.connect(":memory:")) as empty:
        return frozenset(migration.name for migration in migrations.pending(Database(empty)))


def _tune(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
    connection.execute("PRAGMA temp_store=FILE")
    # In WAL mode what is lost with the power is the last commits, never the order of them; `writing` says where it waits.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-65536")


@contextlib.contextmanager
def translated(path: Path | str = "") -> Iterator[None]:
    """SQLite's own errors inside become the design's."""
    try:
        yield
    except sqlite3.Error as error:
        known = explained(error, path)
        if known is None:
            raise
        raise known from error


def explained(error: BaseException, path: Path | str = "") -> FilryddError | None:
    """The design's error for one of SQLite's; None for what is a fault of the program."""
    if not isinstance(error, sqlite3.Error):
        return None
    words = str(error)
    if "full" in words or "disk I/O" in words:
        return DiskFull(
            _("The disk is full, or cannot be written: {path}").format(path=path),
            next=_("Make room and run the same command again; nothing is lost."),
        )
    if "locked" in words:
        return Busy(
            _("Another program holds the catalog {path}.").format(path=path),
            next=_("Close it, then run the same command again."),
        )
    if "malformed" in words or "not a database" in words:
        return CatalogDamaged(
            _("The file {path} is damaged, or is no catalog.").format(path=path),
            next=_("Put back the last copy from filrydd backup."),
        )
    if "readonly" in words or "unable to open" in words:
        return WorkspaceError(
            _("The catalog {path} cannot be written.").format(path=path),
            next=_("Give yourself the right to write in the folder scans."),
        )
    return None
