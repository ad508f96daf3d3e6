"""The side file `scans/AREA.search`, which knows the words of every entry that the area ever had.

It stands beside the catalog, so that filling it holds up nobody and no copy of a catalog carries it; whoever deletes it loses
nothing but the time to fill it again. What an entry is called never changes, and so the file only grows: an entry that moved
is another row. The catalog has the last word on whatever is found here.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from filrydd.catalog.connection import Catalog

VERSION = 1
"""Of what the file holds; another one is emptied and filled anew."""

_WAIT_SECONDS = 5
# `ascii` cuts at blanks and leaves every letter as it is, so a word is what `words.words` says.
_WORDS = "CREATE VIRTUAL TABLE {}_words USING fts5 (words, content='', columnsize=0, detail=none, tokenize='ascii')"
_TABLES = (
    _WORDS.format("file"),
    _WORDS.format("folder"),
    # Folders that have another access list than the folder above.
    "CREATE TABLE border (folder INTEGER PRIMARY KEY, descriptor INTEGER NOT NULL, above INTEGER)",
    # Addresses in the new place, by a digest of each.
    "CREATE TABLE address (digest INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (digest, file)) WITHOUT ROWID",
    # What a file that moved within the area became; and the rows about each file in the history of rulings.
    "CREATE TABLE became (old INTEGER NOT NULL, new INTEGER NOT NULL, PRIMARY KEY (old, new)) WITHOUT ROWID",
    "CREATE TABLE ruled (file INTEGER NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (file, change)) WITHOUT ROWID",
)
_NOW = "SELECT MAX(id) FROM scan WHERE state = 'done'"
ENDS = {
    "file": "SELECT MAX(id) FROM file",
    "folder": "SELECT MAX(id) FROM folder",
    "receipt": "SELECT MAX(id) FROM receipt",
    "file_change": "SELECT MAX(rowid) FROM file_change",
    "ruling_change": "SELECT MAX(rowid) FROM ruling_change",
}
"""What the file follows in the catalog, each by the number of its last row."""


class Index:
    """An area's side file, opened. A context manager; used by one thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query, streamed."""
        yield from self._connection.execute(sql, values)

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None when there is no row."""
        found = self._connection.execute(sql, values).fetchone()
        return None if found is None else found[0]

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Execute a statement. Only inside `writing`."""
        self._connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterator[Sequence[Any]]) -> None:
        """Execute a statement for each row of values. Only inside `writing`."""
        self._connection.executemany(sql, rows)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction, rolled back on any exception."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Questions inside are given up at a moment of `time.monotonic`: they end as if there was nothing more."""
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, 2_000)
        try:
            yield
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
        finally:
            self._connection.set_progress_handler(None, 0)

    def last(self, what: str) -> int:
        """The number of the last row that it knows of one of `ENDS`."""
        return int(self.value("SELECT value FROM known WHERE name = ?", (what,)) or 0)

    def keep(self, what: str, value: int) -> None:
        """Store such a number. Only inside `writing`."""
        self.run("INSERT OR REPLACE INTO known (name, value) VALUES (?, ?)", (what, value))

    def empty(self, catalog: Catalog) -> None:
        """Forget everything, unless somebody else has just done so and begun to fill it."""
        with self.writing():
            if _is_of(self, catalog):
                return
            tables = [row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                # A word table takes the tables of its own with it.
                if table in ("file_words", "folder_words") or not table.startswith(("file_words", "folder_words")):
                    self.run(f"DROP TABLE IF EXISTS {table}")
            self.run("CREATE TABLE known (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID")
            for sql in _TABLES:
                self.run(sql)
            self.keep("version", VERSION)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def path_of(catalog: Catalog) -> Path:
    """Where an area's side file stands."""
    return catalog.path.with_suffix(".search")


def open_index(catalog: Catalog) -> Index:
    """The area's side file, made when it is not there. One that is no good, or of another catalog, comes back empty.

    Raises sqlite3.Error when it can be neither read nor made.
    """
    path = path_of(catalog)
    try:
        return _opened(path, catalog)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
    # Not a database any more. Nothing is lost with it.
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
    return _opened(path, catalog)


def _opened(path: Path, catalog: Catalog) -> Index:
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        index = Index(path, connection)
        if not _is_of(index, catalog):
            index.empty(catalog)
    except BaseException:
        connection.close()
        raise
    return index


def _is_of(index: Index, catalog: Catalog) -> bool:
    """Whether the file is of this version and of this catalog, not of one that a backup has taken the place of."""
    if not index.value("SELECT 1 FROM sqlite_master WHERE name = 'known'") or index.last("version") != VERSION:
        return False
    scan, begun = index.last("scan"), index.last("begun")
    if scan and catalog.value("SELECT begun FROM scan WHERE id = ? AND state = 'done'", (scan,)) != begun:
        return False
    return all(index.last(what) <= (catalog.value(sql) or 0) for what, sql in ENDS.items())


@contextlib.contextmanager
def translated_quietly() -> Iterator[list[str]]:
    """Trouble with the side file inside ends the block and is told in the list; the catalog does not depend on it."""
    trouble: list[str] = []
    try:
        yield trouble
    except (sqlite3.Error, OSError) as error:
        trouble.append(str(error))


def scanned(catalog: Catalog) -> int:
    """The last finished scan; 0 before there is one."""
    return int(catalog.value(_NOW) or 0)


def behind(catalog: Catalog, index: Index) -> int:
    """How many rows of the catalog the file does not know yet, files and others together; 0 before the first scan."""
    if not scanned(catalog):
        return 0
    late = sum(max(0, (catalog.value(sql) or 0) - index.last(what)) for what, sql in ENDS.items())
    return late + (index.last("scan") != scanned(catalog))


def share(catalog: Catalog, index: Index) -> float:
    """How much of the area's files it knows, from 0 to 1."""
    last = catalog.value(ENDS["file"]) or 0
    return 1.0 if not last or not scanned(catalog) else min(1.0, index.last("file") / last)
