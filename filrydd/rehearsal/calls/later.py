"""What happens by itself some time after a call: labels that cascade, stamps, copies. It survives a restart.

An act is planned in the transaction that calls for it, and done in one of its own: it happens once, whatever happens between.
"""

import asyncio
import json
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import Any

from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.tenancy import Tenancy

_EVERY, _AGAIN = 0.1, 5.0
_TOGETHER = 100

Act = Callable[[Tenancy, sqlite3.Connection, str, dict[str, Any]], None]
"""Takes the tenant, the writer, an item's id (which may be gone) and what was planned with it."""

_ACTS: dict[str, Act] = {}


def can(what: str) -> Callable[[Act], Act]:
    """Register an act under a name."""

    def register(act: Act) -> Act:
        _ACTS[what] = act
        return act

    return register


def plan(con: sqlite3.Connection, at: float, what: str, item: str, **value: Any) -> int:
    """Let an act happen at a time (seconds since 1970 on the tenant's clock). Returns the plan's number."""
    done = con.execute(
        "INSERT INTO due (at, what, item, value) VALUES (?, ?, ?, ?)", (at, what, item, json.dumps(value))
    )
    return int(done.lastrowid or 0)


async def keep_doing(tenancy: Tenancy, stop: threading.Event) -> None:
    """Do what is due, until told to stop."""
    while not stop.is_set():
        now = tenancy.clock.now()
        if tenancy.store.read.execute("SELECT 1 FROM due WHERE at <= ? LIMIT 1", (now,)).fetchone():
            try:
                await tenancy.store.write(lambda con: _do(tenancy, con), long=True)
            except (OSError, sqlite3.Error) as trouble:
                # A full disk, most likely. It stays due; the tenant goes on with what it still can.
                sys.stderr.write(f"What is due cannot be done now: {trouble}\n")
                await asyncio.sleep(_AGAIN)
        else:
            await asyncio.sleep(_EVERY)


def _do(tenancy: Tenancy, con: sqlite3.Connection) -> None:
    now = tenancy.clock.now()
    found = con.execute("SELECT id, what, item, value FROM due WHERE at <= ? ORDER BY at, id LIMIT ?", (now, _TOGETHER))
    for id, what, item, value in found.fetchall():
        con.execute("DELETE FROM due WHERE id = ?", (id,))
        con.execute("SAVEPOINT later")
        try:
            _ACTS[what](tenancy, con, item, json.loads(value))
        except Refused:
            # What a lock or a label forbids by then does not happen, not even in part.
            con.execute("ROLLBACK TO later")
        con.execute("RELEASE later")
