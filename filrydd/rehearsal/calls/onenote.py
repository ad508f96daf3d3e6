"""OneNote: a folder with a notebook's table of contents is a package, and its sections are files of a kind of their own.

What an upload of raw sections breaks shows in the OneNote API (error 20258: microsoftgraph/microsoft-graph-docs#6713), which
no application without a user can ask any more.
"""

import sqlite3

from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store import changes
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive

_PACKAGE = "oneNote"
_SECTION, _CONTENTS = ".one", ".onetoc2"


def arrived(con: sqlite3.Connection, drive: Drive, row: Row) -> None:
    """Make the folder of a table of contents a notebook; the top of a library stays what it is (our inference)."""
    if not row.name.lower().endswith(_CONTENTS):
        return
    done = con.execute(
        "UPDATE item SET package = ? WHERE id = ? AND parent <> '' AND package = ''", (_PACKAGE, row.parent)
    )
    if done.rowcount:
        changes.touched(con, drive, row.parent)


def check_session(there: Row) -> None:
    """Refuse (501) a session over a section or a table of contents (OneDrive/onedrive-api-docs#1634); PUT works."""
    if there.name.lower().endswith((_SECTION, _CONTENTS)):
        raise Refused(501, "notSupported", "Operation not supported")


def refused() -> Refused:
    """401 for every call of the OneNote API: since 31 March 2025 it takes no tokens of applications (Microsoft 365 message
    MC1011142). The code is our inference, from the documented ones."""
    return Refused(401, "40001", "The request does not contain a valid authentication token.")
