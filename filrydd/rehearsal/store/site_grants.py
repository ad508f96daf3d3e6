"""What apps are at a site, as rows. A row stands over what the tenant's `apps.yaml` says of that app at that site."""

import sqlite3

from filrydd.rehearsal.store.sites import Site


def roles(con: sqlite3.Connection, site: Site) -> dict[str, tuple[str, str]]:
    """Role and name by the app's id; an empty role: it was taken away."""
    found = con.execute("SELECT app, role, name FROM site_grant WHERE site = ? ORDER BY app", (site.id,))
    return {app: (role, name) for app, role, name in found}


def role(con: sqlite3.Connection, site: Site, app: str) -> str | None:
    """The role of one app; empty if it was taken away, None if the rows say nothing."""
    row = con.execute("SELECT role FROM site_grant WHERE site = ? AND app = ?", (site.id, app)).fetchone()
    return str(row[0]) if row else None


def give(con: sqlite3.Connection, site: Site, app: str, name: str, role: str) -> None:
    """Give a role; an empty one takes away what the app had."""
    con.execute("INSERT OR REPLACE INTO site_grant VALUES (?, ?, ?, ?)", (site.id, app, name, role))
