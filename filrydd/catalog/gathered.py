"""Old addresses beside new ones, gathered in SQLite's own temporary file until it is known which old ones stand for one thing.

There are as many as files, several of each, from several catalogs; nothing of them is kept in memory.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from filrydd.catalog.connection import translated


@dataclass(frozen=True, slots=True)
class Line:
    """An old address and the new one. `key` is the old one as a web server is asked for it; `mark` (63 bits) is the same for
    two of which whoever reads the list takes one for the other."""

    old: str
    key: str
    new: str
    is_folder: bool
    mark: int


class Gathered:
    """A list of lines. A context manager; what is in it is gone afterwards."""

    def __init__(self) -> None:
        with translated():
            # A database without a name is SQLite's own temporary file, which nobody else can open.
            self._connection = sqlite3.connect("", isolation_level=None)
            self._connection.execute("PRAGMA synchronous=OFF")
            self._connection.execute(
                "CREATE TABLE line (id INTEGER PRIMARY KEY, old TEXT NOT NULL, key TEXT NOT NULL, new TEXT NOT NULL,"
                " is_folder INTEGER NOT NULL, mark INTEGER NOT NULL)"
            )

    def add(self, lines: Iterable[Line]) -> None:
        """Add lines at the end. Raises DiskFull."""
        with translated(), contextlib.closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(
                "INSERT INTO line (old, key, new, is_folder, mark) VALUES (?, ?, ?, ?, ?)",
                ((line.old, line.key, line.new, line.is_folder, line.mark) for line in lines),
            )
            cursor.execute("COMMIT")

    def leave_out_ambiguous(self) -> int:
        """Of lines with the same mark keep the first if all lead to one place, else none; how many of these there were."""
        with translated():
            self._connection.execute(
                "CREATE TABLE repeated AS SELECT mark, MIN(id) AS first, COUNT(DISTINCT new) > 1 AS several FROM line"
                " GROUP BY mark HAVING COUNT(*) > 1"
            )
            self._connection.execute("CREATE INDEX repeated_mark ON repeated (mark)")
            several = self._connection.execute(
                "SELECT COUNT(*) FROM line l JOIN repeated r ON r.mark = l.mark AND r.several"
            ).fetchone()
            self._connection.execute(
                "DELETE FROM line WHERE EXISTS (SELECT 1 FROM repeated r WHERE r.mark = line.mark"
                " AND (r.several OR r.first <> line.id))"
            )
        return int(several[0])

    def lines(self) -> Iterator[Line]:
        """The lines in their order, streamed."""
        with translated():
            for row in self._connection.execute("SELECT old, key, new, is_folder, mark FROM line ORDER BY id"):
                yield Line(row[0], row[1], row[2], bool(row[3]), row[4])

    def count(self) -> tuple[int, int]:
        """How many lines there are, and the bytes of the longest key."""
        with translated():
            found = self._connection.execute(
                "SELECT COUNT(*), COALESCE(MAX(length(CAST(key AS BLOB))), 0) FROM line"
            ).fetchone()
        return int(found[0]), int(found[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
