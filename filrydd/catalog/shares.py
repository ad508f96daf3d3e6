"""One pass over very many files, done by two processes at once, each over its share of them.

Two threads would wait for each other inside SQLite, which guards its memory with one lock. The pass reads only, so the other
process opens the catalog for reading and writes to a scratch file, which the catalog then has beside it as `share`. What the
pass needs beside the catalog lies in TEMP tables, which only their connection can see; so they are copied to a scratch file
that the other process reads. Scratch files hold numbers only, no name, and are gone when the catalog is closed or the next
pass begins.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog.connection import Catalog

_START = "import sys; sys.path.append(sys.argv[1]); from filrydd.catalog.share import main; main()"
_PACKAGE_LIES_IN = str(Path(__file__).resolve().parents[2])
# What a Python process itself cannot start without; credentials stay behind.
_ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Filling:
    """What is done for a stretch of the files: `sql` is an INSERT into `{table}` for those between :first and :last, which
    has these `columns`; `asking` a SELECT of numbers from `{table}`. `needs` are the TEMP tables that `sql` reads."""

    columns: str
    sql: str
    asking: str
    values: dict[str, object]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """The tables that were filled, and the rows of the question about each, one after the other."""

    tables: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


def alone(catalog: Catalog, filling: Filling, *, first: int = 0, last: int = 1 << 62) -> Filled:
    """Do it here, for the files between two numbers."""
    catalog.run("DROP TABLE IF EXISTS temp.judged")
    catalog.run(f"CREATE TEMP TABLE judged ({filling.columns})")
    catalog.run(filling.sql.format(table="temp.judged"), {**filling.values, "first": first, "last": last})
    return Filled(
        ("temp.judged",), tuple(tuple(row) for row in catalog.rows(filling.asking.format(table="temp.judged")))
    )


@contextmanager
def standing_by(wanted: bool) -> Iterator["subprocess.Popen[bytes] | None"]:
    """The other process, begun before there is work for it, since that takes it a moment; None where none is wanted or can
    be begun."""
    other = _begin() if wanted else None
    try:
        yield other
    finally:
        if other is not None:
            other.kill()
            other.wait()
            for end in (other.stdin, other.stdout):
                if end is not None:
                    with suppress(OSError):  # what it was asked and did not read
                        end.close()


def _begin() -> "subprocess.Popen[bytes] | None":
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", _START, _PACKAGE_LIES_IN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={key: os.environ[key] for key in _ENVIRONMENT if key in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:  # no memory for it, or no right to: then one process does it all
        return None


def shared(catalog: Catalog, filling: Filling, other: "subprocess.Popen[bytes]", *, last: int) -> Filled:
    """Do the first half of the files here and the second in the other process; `last` is the highest number of a file.

    Where the other process comes to grief, all of it is done here.
    """
    place = catalog.scratch()
    _copy(catalog, place / "shared.db", filling.needs)
    half = last // 2
    asked = {
        "catalog": str(catalog.path),
        "shared": str(place / "shared.db"),
        "share": str(place / "share.db"),
        "columns": filling.columns,
        "filling": filling.sql,
        "asking": filling.asking,
        "needs": filling.needs,
        "values": {**filling.values, "first": half + 1, "last": last},
    }
    try:
        assert other.stdin
        other.stdin.write(json.dumps(asked).encode() + b"\n")
        other.stdin.flush()
    except OSError:  # it ended before
        return alone(catalog, filling)
    here = alone(catalog, filling, last=half)
    said, _nothing = other.communicate()
    if other.returncode:
        return alone(catalog, filling)
    catalog.run("ATTACH ? AS share", (str(place / "share.db"),))
    there = tuple(tuple(row) for row in json.loads(said))
    return Filled((*here.tables, "share.judged"), here.rows + there)


def drop(catalog: Catalog) -> None:
    """Let go of what an earlier pass left."""
    if catalog.value("SELECT 1 FROM pragma_database_list WHERE name = 'share'"):
        catalog.run("DETACH share")
    catalog.run("DROP TABLE IF EXISTS temp.judged")
    catalog.sweep()


def _copy(catalog: Catalog, place: Path, needs: Sequence[str]) -> None:
    catalog.run("ATTACH ? AS shared", (str(place),))
    try:
        catalog.run("PRAGMA shared.journal_mode=OFF")
        catalog.run("PRAGMA shared.synchronous=OFF")
        for table in needs:
            key, *others = [
                row["name"] for row in catalog.rows(f"SELECT name FROM pragma_table_info('{table}', 'temp')")
            ]
            catalog.run(f"CREATE TABLE shared.{table} ({', '.join([f'{key} INTEGER PRIMARY KEY', *others])})")
            catalog.run(f"INSERT INTO shared.{table} SELECT * FROM temp.{table}")
    finally:
        catalog.run("DETACH shared")
