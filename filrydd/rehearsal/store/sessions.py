"""Upload sessions: what the tenant remembers of a file that arrives in fragments.

Received bytes lie in `sessions/<guid>`; how many of them count is in the database. Bytes of a fragment that broke off are
overwritten by the next one. An address names its session, when it was opened, and a seal: it is its own authority.
"""

import hashlib
import sqlite3
import uuid
from dataclasses import astuple, dataclass, replace

from filrydd.rehearsal.refusal import not_found, taken
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.ways import Ways

HARD = 24 * 60 * 60
"""Seconds after which its address is refused whatever happened."""
BUSY = "A file with the same name is currently being uploaded. Change the filename and try to save again."
MISSING = "The upload session was not found"

_COLUMNS = "guid, drive, parent, app, name, fold, conflict, created, modified, deferred, closed, opened, touched, total, received"


@dataclass(frozen=True, slots=True)
class Session:
    """One session. `total` is 0 before the first fragment; times in seconds since 1970."""

    guid: str
    drive: str
    parent: str
    app: str
    name: str
    fold: str
    conflict: str
    created: int | None
    modified: int | None
    deferred: int
    closed: int
    opened: float
    touched: float
    total: int
    received: int

    @property
    def times(self) -> Times:
        """What the client said about the file's times."""
        return Times(self.created, self.modified)

    def ranges(self) -> list[str]:
        """nextExpectedRanges: open or closed, as this session has it."""
        if self.total and self.received == self.total:
            return []
        end = str(self.total - 1) if self.closed and self.total else ""
        return [f"{self.received}-{end}"]


def begin(
    con: sqlite3.Connection,
    drive: Drive,
    parent: Row,
    name: str,
    conflict: str,
    times: Times,
    now: float,
    *,
    app: str,
    deferred: bool,
    ways: Ways,
) -> tuple[Session, list[str]]:
    """A new session, and the guids of those that ended and whose bytes can go. Raises Refused (409)."""
    oldest = now - ways.session_seconds
    ended = [guid for (guid,) in con.execute("SELECT guid FROM session WHERE touched < ?", (oldest,))]
    con.execute("DELETE FROM session WHERE touched < ?", (oldest,))
    if open_for(con, parent.id, fold(name), now, ways):
        raise taken(BUSY)
    # Which form of range: as good as random, the same for the same seed and name.
    closed = hashlib.sha256(f"{ways.seed} {name}".encode()).digest()[0] & 1
    session = Session(
        guid=str(uuid.uuid4()),
        drive=drive.id,
        parent=parent.id,
        app=app,
        name=name,
        fold=fold(name),
        conflict=conflict,
        created=times.created,
        modified=times.modified,
        deferred=int(deferred),
        closed=closed,
        opened=now,
        touched=now,
        total=0,
        received=0,
    )
    values = astuple(session)
    con.execute(f"INSERT INTO session ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)
    return session, ended


def open_for(con: sqlite3.Connection, parent: str, folded: str, now: float, ways: Ways) -> bool:
    """Whether a session for that target is under way."""
    found = con.execute(
        "SELECT 1 FROM session WHERE parent = ? AND fold = ? AND touched >= ? AND opened >= ?",
        (parent, folded, now - ways.session_seconds, now - HARD),
    )
    return found.fetchone() is not None


def expires(session: Session, ways: Ways) -> float:
    """When it ends if nothing more comes, in seconds since 1970."""
    return min(session.touched + ways.session_seconds, session.opened + HARD)


def find(con: sqlite3.Connection, guid: str) -> Session | None:
    """The session as it is remembered now."""
    row = con.execute(f"SELECT {_COLUMNS} FROM session WHERE guid = ?", (guid,)).fetchone()
    return Session(*row) if row else None


def count(con: sqlite3.Connection, session: Session, total: int, received: int, now: float) -> Session:
    """Remember that bytes have come."""
    done = con.execute(
        "UPDATE session SET total = ?, received = ?, touched = ? WHERE guid = ?", (total, received, now, session.guid)
    )
    if not done.rowcount:
        raise not_found(MISSING)
    return replace(session, total=total, received=received, touched=now)


def end(con: sqlite3.Connection, guid: str) -> None:
    """Forget it. Raises Refused (404) if it is gone already."""
    if not con.execute("DELETE FROM session WHERE guid = ?", (guid,)).rowcount:
        raise not_found(MISSING)
