"""Who can open what, as rows: an item has the permissions of the nearest one above that has its own.

Sources: Microsoft, "SharePoint limits" (100,000 items, 50,000 scopes), "driveItem: invite", "BreakRoleInheritance" (whoever
breaks inheritance without a copy gets full control himself).
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from filrydd.rehearsal.refusal import bad, not_found
from filrydd.rehearsal.store import folders
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive

MOST_BELOW = 100_000
"""Items in a folder beyond which its inheritance cannot be broken."""
MOST_SCOPES = 50_000
"""Items of a library that may have permissions of their own."""
_ROLES = ("read", "write", "owner")


@dataclass(frozen=True, slots=True)
class Permission:
    """What one user, group, site group or application may do; `role` is read, write or owner."""

    login: str
    kind: str
    id: str
    name: str
    role: str


APPLICATION = Permission(
    "i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint",
    "application",
    "00000003-0000-0ff1-ce00-000000000000",
    "SharePoint App",
    "owner",
)


def of_site(drive: Drive) -> list[Permission]:
    """Who can open a site, and so its libraries, unless somebody says otherwise."""
    name = drive.site.path.rpartition("/")[2]
    groups = (("Owners", "owner"), ("Visitors", "read"), ("Members", "write"))
    return [
        Permission(f"{name} {group}", "siteGroup", str(number), f"{name} {group}", role)
        for number, (group, role) in enumerate(groups, 3)
    ]


def effective(con: sqlite3.Connection, drive: Drive, row: Row) -> tuple[list[Permission], Row | None]:
    """Who can open an item, and the item that says so; None for the site."""
    for here in (row, *folders.above(con, row)):
        if _has_own(con, here):
            return _own(con, here), here
    return of_site(drive), None


def own(con: sqlite3.Connection, row: Row) -> list[Permission] | None:
    """Who can open an item by permissions of its own; None where it has none."""
    return _own(con, row) if _has_own(con, row) else None


def count_of_drive(con: sqlite3.Connection, drive: str) -> int:
    """How many items of a library have permissions of their own."""
    found = con.execute(
        "SELECT count(*) FROM scope JOIN item ON item.id = scope.item WHERE scope.drive = ? AND gone = 0", (drive,)
    )
    return int(found.fetchone()[0])


def let_in(
    con: sqlite3.Connection, drive: Drive, row: Row, who: Sequence[Permission], *, keep: bool
) -> list[Permission]:
    """Give permissions; the item's own from now on. Raises Refused (400).

    The first time, what was inherited is kept or not; later there is nothing left to inherit. Who may do more already keeps
    that (our inference: SharePoint adds the role to those that somebody has).
    """
    if not _has_own(con, row):
        former, _where = effective(con, drive, row)
        _break(con, row, former if keep else [APPLICATION])
    there = {permission.login: permission for permission in _own(con, row)}
    given = []
    for permission in who:
        before = there.get(permission.login, permission)
        best = max(permission.role, before.role, key=_ROLES.index)
        given.append(replace(permission, role=best))
        _write(con, row, given[-1])
    return given


def take_out(con: sqlite3.Connection, row: Row, login: str) -> None:
    """Take one permission away. Raises Refused (404; 400 for one that is inherited)."""
    if not _has_own(con, row):
        raise bad("Inherited permissions cannot be removed here.")
    if not con.execute("DELETE FROM permission WHERE item = ? AND login = ?", (row.id, login)).rowcount:
        raise not_found()


def _break(con: sqlite3.Connection, row: Row, first: Sequence[Permission]) -> None:
    below = con.execute(
        """WITH RECURSIVE inside (id, children) AS (
               SELECT id, children FROM item WHERE id = ?
               UNION ALL
               SELECT item.id, item.children FROM inside JOIN item ON item.parent = inside.id WHERE folder = 1 AND gone = 0
           ) SELECT sum(children) FROM inside""",
        (row.id,),
    ).fetchone()[0]
    if below > MOST_BELOW:
        raise bad(f"Inheritance cannot be broken: the folder has more than {MOST_BELOW} items.")
    if count_of_drive(con, row.drive) >= MOST_SCOPES:
        raise bad(f"The library has {MOST_SCOPES} unique permissions already.")
    con.execute("INSERT INTO scope VALUES (?, ?)", (row.id, row.drive))
    for permission in first:
        _write(con, row, permission)


def _has_own(con: sqlite3.Connection, row: Row) -> bool:
    return con.execute("SELECT 1 FROM scope WHERE item = ?", (row.id,)).fetchone() is not None


def _own(con: sqlite3.Connection, row: Row) -> list[Permission]:
    found = con.execute("SELECT login, kind, id, name, role FROM permission WHERE item = ? ORDER BY login", (row.id,))
    return [Permission(*each) for each in found]


def _write(con: sqlite3.Connection, row: Row, permission: Permission) -> None:
    con.execute(
        "INSERT OR REPLACE INTO permission VALUES (?, ?, ?, ?, ?, ?)",
        (row.id, permission.login, permission.kind, permission.id, permission.name, permission.role),
    )
