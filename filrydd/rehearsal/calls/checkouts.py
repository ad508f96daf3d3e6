"""Calls that check files out and in (Graph v1.0: checkout, checkin, discardCheckout).

While a file is checked out, others are refused to change it (423). Unlike SharePoint, the tenant shows to everybody what is
changed meanwhile, with a version for each change.
"""

import sqlite3
from collections.abc import Callable

from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.items import locate
from filrydd.rehearsal.refusal import bad
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import changes, folders, locks
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

_Act = Callable[[sqlite3.Connection, Row], None]
_AS = ("published", "unspecified", "", None)


async def check_out(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST checkout`: 204; again by the same app too."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    only(await call.json())

    def act(con: sqlite3.Connection, row: Row) -> None:
        locks.check_holder(row, call.app.id)
        locks.check_content(con, row)
        if row.holder:
            return
        con.execute("INSERT OR REPLACE INTO checkout VALUES (?, ?)", (row.id, row.versions))
        con.execute("UPDATE item SET holder = ? WHERE id = ?", (call.app.id, row.id))
        changes.touched(con, drive, row.id)

    return await _done(tenancy, call, drive, where, act)


async def check_in(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST checkin`: 204. A file that is not checked out is 400 (our inference, from discardCheckout)."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    body = await call.json()
    only(body, "comment", "checkInAs")
    if body.get("checkInAs") not in _AS or not isinstance(body.get("comment", ""), str | None):
        raise bad("checkInAs or comment is not valid.")

    def act(con: sqlite3.Connection, row: Row) -> None:
        locks.check_holder(row, call.app.id)
        if not row.holder:
            raise bad("The file is not checked out.")
        _release(con, drive, row)

    return await _done(tenancy, call, drive, where, act)


async def discard(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST discardCheckout`: 204, the content is what it was before. An application can discard anybody's check-out."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    only(await call.json())

    def act(con: sqlite3.Connection, row: Row) -> None:
        if not row.holder:
            raise bad("The file is not checked out.")
        before = con.execute("SELECT version FROM checkout WHERE item = ?", (row.id,)).fetchone()
        if before is None:
            # It is open in a program: that is no check-out.
            raise locks.locked()
        if before[0] < row.versions:
            changes.go_back(con, row, before[0])
        _release(con, drive, row)

    return await _done(tenancy, call, drive, where, act)


def _release(con: sqlite3.Connection, drive: Drive, row: Row) -> None:
    con.execute("DELETE FROM checkout WHERE item = ?", (row.id,))
    con.execute("UPDATE item SET holder = '' WHERE id = ?", (row.id,))
    changes.touched(con, drive, row.id)


async def _done(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, act: _Act) -> Answer:
    call.options()
    row = locate(tenancy, drive, where)

    def whole(con: sqlite3.Connection) -> None:
        here = folders.by_id(con, drive, row.id)
        if here.folder:
            raise bad("Only files can be checked out and in.")
        act(con, here)

    await tenancy.store.write(whole)
    return Answer(204)
