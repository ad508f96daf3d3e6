"""Whether a scan wrote rows of a catalog's `folder` and `file`, also with the values that they had.

Triggers in the catalog note every row that is inserted, updated or deleted, whoever does it. A scan that makes the tables
anew would lose them, so `count` fails when one is missing.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

_TABLES = ("folder", "file")
_ACTS = ("INSERT", "UPDATE", "DELETE")


def watch(catalog: Path) -> None:
    """From now on every row that is written is noted."""
    with closing(sqlite3.connect(catalog)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_written (what TEXT)")
        for table in _TABLES:
            for act in _ACTS:
                connection.execute(
                    f"CREATE TRIGGER IF NOT EXISTS bench_{table}_{act} AFTER {act} ON {table}"
                    f" BEGIN INSERT INTO bench_written VALUES ('{act.lower()} {table}'); END"
                )


def count(catalog: Path) -> dict[str, int]:
    """How many rows were written since, by act and table; from then on counted anew."""
    with closing(sqlite3.connect(catalog)) as connection, connection:
        (triggers,) = connection.execute(
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'bench_%'"
        )
        if triggers[0] != len(_TABLES) * len(_ACTS):
            raise RuntimeError("the scan made a table anew: what it wrote cannot be counted")
        found = dict(connection.execute("SELECT what, COUNT(*) FROM bench_written GROUP BY what").fetchall())
        connection.execute("DELETE FROM bench_written")
    return found
