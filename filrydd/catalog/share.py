"""The other process of a shared pass: does what one line of JSON on standard input asks for, and answers with one line.

Started by `catalog.shares`. It opens the catalog for reading alone.
"""

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

from filrydd.model import names


def main() -> None:
    """Do what standard input asks for. Whatever goes wrong ends the process, and the other one does the work itself."""
    asked = json.loads(sys.stdin.buffer.readline())
    sys.stdout.write(json.dumps(do(asked)))


def do(asked: dict[str, Any]) -> list[list[int]]:
    """Fill the table `judged` of a scratch file; the answer are the rows of the question about it."""
    connection = sqlite3.connect(
        f"{Path(asked['catalog']).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
    )
    connection.execute("PRAGMA busy_timeout=30000")
    connection.create_function("fold", 1, names.fold, deterministic=True)
    for schema in ("shared", "share"):
        connection.execute(f"ATTACH ? AS {schema}", (asked[schema],))
        connection.execute(f"PRAGMA {schema}.journal_mode=OFF")
        connection.execute(f"PRAGMA {schema}.synchronous=OFF")
    for table in asked["needs"]:
        connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM shared.{table}")
    connection.execute(f"CREATE TABLE share.judged ({asked['columns']})")
    connection.execute("BEGIN")
    connection.execute(asked["filling"].format(table="share.judged"), asked["values"])
    connection.execute("COMMIT")
    rows = [list(row) for row in connection.execute(asked["asking"].format(table="share.judged"))]
    connection.close()
    return rows
