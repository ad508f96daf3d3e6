"""How many versions a library keeps."""

import sqlite3
from dataclasses import dataclass

from filrydd.rehearsal.store.database import setting
from filrydd.rehearsal.store.sites import Drive

VERSIONS_KEPT = "versions kept"
"""The setting that says how many versions of a file stay where a library says nothing itself."""
MOST = 50_000
"""Major versions of a file (Microsoft, "SharePoint limits")."""
NUMBER, AGE, AUTOMATIC = 0, 1, 2
"""Trim modes, as SharePoint numbers them (`DefaultTrimMode`)."""
_AUTOMATIC_MOST = 500


@dataclass(frozen=True, slots=True)
class Limit:
    """`major`: versions that stay, the current one among them; `drafts`: of how many of them the drafts stay.

    `mode` is a trim mode and `days` belongs to `AGE`; what goes because of its age does so only in SharePoint: a rehearsal
    does not last for days.
    """

    enabled: bool
    major: int
    drafts: int = 0
    mode: int = NUMBER
    days: int = 0

    @property
    def kept(self) -> int:
        """Versions that stay, one at least."""
        if not self.enabled:
            return 1
        return max(1, min(self.major, _AUTOMATIC_MOST) if self.mode == AUTOMATIC else self.major)


def of_drive(con: sqlite3.Connection, drive: str) -> Limit:
    """The limit of a library, by its id."""
    found = con.execute(
        "SELECT enabled, major, drafts, mode, days FROM version_limit WHERE drive = ?", (drive,)
    ).fetchone()
    if found:
        return Limit(bool(found[0]), *found[1:])
    kept = int(setting(con, VERSIONS_KEPT))
    return Limit(kept > 0, min(kept, MOST))


def set_limit(con: sqlite3.Connection, drive: Drive, limit: Limit) -> None:
    """Give a library a limit. What is beyond it goes with a file's next version, as in SharePoint."""
    values = (drive.id, limit.enabled, limit.major, limit.drafts, limit.mode, limit.days)
    con.execute("INSERT OR REPLACE INTO version_limit VALUES (?, ?, ?, ?, ?, ?)", values)
