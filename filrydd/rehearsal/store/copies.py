"""Copies of folders and files, as rows. A copy shares its contents on disk with what it was copied from.

Source: Microsoft, "driveItem: copy": metadata and permissions do not come along, versions only when they are asked for, and no
more than 30,000 items at a time.
"""

import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from filrydd.rehearsal.refusal import Refused, bad, not_found, taken
from filrydd.rehearsal.store import folders, locks, writing
from filrydd.rehearsal.store.blobs import Kept
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive, drive_by_id

MOST = 30_000
"""Items that one copy may have."""
STEP = 200
"""Items that are copied in one transaction: others write in between."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy. `status` is inProgress, completed or failed; `resource` the id of what came of it."""

    id: str
    source: str
    target: str
    name: str
    conflict: str
    history: int
    status: str
    total: int
    done: int
    resource: str
    code: str
    message: str


def begin(
    con: sqlite3.Connection,
    drive: Drive,
    source: Row,
    to: Drive,
    parent: Row,
    name: str,
    conflict: str,
    *,
    history: bool,
    who: str,
) -> Copy:
    """A copy that can be made for an app, as far as can be told now. Raises Refused (400, 404, 409, 423)."""
    if not source.parent:
        raise bad("The root cannot be copied.")
    if any(folder.id == source.id for folder in (parent, *folders.above(con, parent))):
        raise bad("A folder cannot be copied into itself.")
    writing.check_place(con, to, parent, name, folder=bool(source.folder))
    there = folders.child(con, parent.id, name)
    if there and conflict == "fail":
        raise taken()
    if there and (there.id == source.id or there.folder != source.folder) and conflict == "replace":
        raise taken()
    if there and conflict == "replace":
        locks.check_holder(there, who)
    below = """WITH RECURSIVE below (id) AS (
                   SELECT ?
                   UNION ALL
                   SELECT item.id FROM below JOIN item ON item.parent = below.id WHERE gone = 0
               ) SELECT count(*) FROM (SELECT 1 FROM below LIMIT ?)"""
    total = con.execute(below, (source.id, MOST + 1)).fetchone()[0]
    if total > MOST:
        raise Refused(400, "invalidRequest", f"No more than {MOST} items can be copied at a time.")
    copy = Copy(str(uuid.uuid4()), source.id, to.id, name, conflict, int(history), "inProgress", total, 0, "", "", "")
    con.execute(
        "INSERT INTO copy (id, source, target, name, conflict, history, status, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (copy.id, source.id, to.id, name, conflict, int(history), copy.status, total),
    )
    con.execute("INSERT INTO copy_step (copy, source, parent) VALUES (?, ?, ?)", (copy.id, source.id, parent.id))
    return copy


def find(con: sqlite3.Connection, id: str) -> Copy:
    """The copy with that id. Raises Refused (404)."""
    row = con.execute(
        "SELECT id, source, target, name, conflict, history, status, total, done, resource, code, message FROM copy"
        " WHERE id = ?",
        (id,),
    ).fetchone()
    if row is None:
        raise not_found()
    return Copy(*row)


def go_on(con: sqlite3.Connection, id: str, now: float, settle: Callable[[Drive, Row], None]) -> bool:
    """Copy the next few items. Returns whether more is to be done; what cannot be done ends the copy as failed.

    `settle` is told of each item that was made, and may refuse it.

    What was copied by then stays, and so does what came to be taken or gone on the way (our inference).
    """
    copy = find(con, id)
    steps = con.execute("SELECT id, source, parent FROM copy_step WHERE copy = ? ORDER BY id LIMIT ?", (id, STEP))
    for step, source, parent in steps.fetchall():
        con.execute("DELETE FROM copy_step WHERE id = ?", (step,))
        con.execute("SAVEPOINT copied")
        try:
            _one(con, copy, source, parent, now, settle)
        except Refused as refused:
            con.execute("ROLLBACK TO copied")
            con.execute("RELEASE copied")
            con.execute("DELETE FROM copy_step WHERE copy = ?", (id,))
            con.execute(
                "UPDATE copy SET status = 'failed', code = ?, message = ? WHERE id = ?",
                (refused.code, refused.message, id),
            )
            return False
        con.execute("RELEASE copied")
        con.execute("UPDATE copy SET done = done + 1 WHERE id = ?", (id,))
    if con.execute("SELECT 1 FROM copy_step WHERE copy = ? LIMIT 1", (id,)).fetchone():
        return True
    con.execute("UPDATE copy SET status = 'completed' WHERE id = ?", (id,))
    return False


def _one(
    con: sqlite3.Connection, copy: Copy, source: str, parent: str, now: float, settle: Callable[[Drive, Row], None]
) -> None:
    row = folders.find(con, source)
    if row is None and source != copy.source:
        # Somebody deleted it while the folder around it was copied.
        return
    to, drive = folders.find(con, parent), drive_by_id(con, copy.target)
    if row is None or to is None:
        raise not_found()
    top = source == copy.source
    name, conflict = (copy.name, copy.conflict) if top else (row.name, "replace")
    if row.folder:
        made, _new = writing.make_folder(con, drive, to, name, conflict, Times(), now)
        con.execute(
            "INSERT INTO copy_step (copy, source, parent) SELECT ?, id, ? FROM item WHERE parent = ? AND gone = 0 AND id <> ?",
            (copy.id, made.id, row.id, made.id),
        )
    else:
        content = Kept(row.blob, row.size, row.quickxor)
        made, new = writing.put_file(con, drive, to, name, content, conflict, Times(), now)
        if copy.history and new:
            _add_history(con, row, made)
    _keep_facets(con, row, made)
    settle(drive, made)
    if top:
        con.execute("UPDATE copy SET resource = ? WHERE id = ?", (made.id, copy.id))


def _keep_facets(con: sqlite3.Connection, row: Row, made: Row) -> None:
    # A notebook stays one, and what is in a content comes along with it.
    if row.package or row.sensitivity or row.malware:
        con.execute(
            "UPDATE item SET package = ?, sensitivity = ?, malware = ? WHERE id = ?",
            (row.package, row.sensitivity, row.malware, made.id),
        )


def _add_history(con: sqlite3.Connection, row: Row, made: Row) -> None:
    con.execute("DELETE FROM version WHERE item = ?", (made.id,))
    con.execute(
        "INSERT INTO version (item, number, size, blob, modified, editor, quickxor)"
        " SELECT ?, number, size, blob, modified, editor, quickxor FROM version WHERE item = ?",
        (made.id, row.id),
    )
    con.execute("UPDATE item SET versions = ? WHERE id = ?", (row.versions, made.id))
