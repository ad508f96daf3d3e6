"""Sites and their libraries as rows."""

import base64
import re
import sqlite3
import uuid
from dataclasses import dataclass

from filrydd.rehearsal.refusal import bad, not_found, taken
from filrydd.rehearsal.rules.names import fold

HOST = "127.0.0.1"
FIRST_LIBRARY = ("Documents", "Shared Documents")
"""The name and the address of the library that a new site has."""

_PATH = re.compile(r"(?:sites|teams)/[\w.\-]{1,128}", re.IGNORECASE)
# SharePoint leaves these out of a library's address.
_NOT_IN_ADDRESS = re.compile(r'[~"#%&*:<>?/\\{|}.,]')


@dataclass(frozen=True, slots=True)
class Site:
    """`path` is `sites/x`; `asked`: made because somebody asked for it; `made` in seconds since 1970."""

    id: str
    path: str
    asked: bool
    made: int

    @property
    def collection(self) -> str:
        """The GUID of the site collection, the middle of the id."""
        return self.id.split(",")[1]


@dataclass(frozen=True, slots=True)
class Drive:
    """A library. `path` is its server-relative, decoded path: `sites/x/Shared Documents`."""

    id: str
    site: Site
    list: str
    name: str
    segment: str
    root: str
    made: int

    @property
    def path(self) -> str:
        return f"{self.site.path}/{self.segment}"


_SITE = "site.id, site.path, site.asked, site.made"
_DRIVE = f"drive.id, list, name, segment, root, drive.made, {_SITE} FROM drive JOIN site ON site.id = drive.site"


def _site(row: tuple[str, str, int, int]) -> Site:
    return Site(row[0], row[1], bool(row[2]), row[3])


def _drive(row: tuple[str, str, str, str, str, int, str, str, int, int]) -> Drive:
    return Drive(row[0], _site(row[6:]), *row[1:6])


def sites(con: sqlite3.Connection) -> list[Site]:
    """All of them, by path."""
    return [_site(row) for row in con.execute(f"SELECT {_SITE} FROM site ORDER BY fold")]


def site_at(con: sqlite3.Connection, path: str) -> Site | None:
    """The site with that path, if there is one."""
    row = con.execute(f"SELECT {_SITE} FROM site WHERE fold = ?", (fold(path.strip("/")),)).fetchone()
    return _site(row) if row else None


def site_by_id(con: sqlite3.Connection, id: str) -> Site:
    """The site with that id (`host,collection,web`, or the collection's GUID alone). Raises Refused (404)."""
    row = con.execute(
        f"SELECT {_SITE} FROM site WHERE id = ? OR id LIKE ?", (id, f"%,{id},%" if _is_guid(id) else "")
    ).fetchone()
    if row is None:
        raise not_found("Requested site could not be found")
    return _site(row)


def _is_guid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


def make_site(con: sqlite3.Connection, path: str, *, asked: bool, now: float) -> Site:
    """The site with that path, made with its first library unless it is there. Raises Refused (404) for other paths."""
    path = path.strip("/")
    if there := site_at(con, path):
        return there
    if not _PATH.fullmatch(path):
        raise not_found("Requested site could not be found")
    site = Site(f"{HOST},{uuid.uuid4()},{uuid.uuid4()}", path, asked, int(now))
    con.execute("INSERT INTO site VALUES (?, ?, ?, ?, ?)", (site.id, path, fold(path), asked, site.made))
    _make_drive(con, site, *FIRST_LIBRARY, now)
    return site


def make_library(con: sqlite3.Connection, site: Site, name: str, now: float) -> Drive:
    """A new library in a site. Raises Refused (400, 409)."""
    segment = _NOT_IN_ADDRESS.sub("", name).strip()
    if not segment or len(name) > 255 or not segment.isprintable():
        raise bad("The list's displayName is not valid.")
    for drive in drives(con, site):
        if fold(name) == fold(drive.name) or fold(segment) == fold(drive.segment):
            raise taken("The specified name is already in use.")
    return _make_drive(con, site, name, segment, now)


def _make_drive(con: sqlite3.Connection, site: Site, name: str, segment: str, now: float) -> Drive:
    listed = uuid.uuid4()
    whole = b"".join(uuid.UUID(part).bytes_le for part in site.id.split(",")[1:]) + listed.bytes_le
    root = new_item_id()
    drive = Drive(f"b!{base64.urlsafe_b64encode(whole).decode()}", site, str(listed), name, segment, root, int(now))
    con.execute(
        "INSERT INTO drive VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (drive.id, site.id, drive.list, name, fold(name), segment, root, drive.made),
    )
    con.execute(
        "INSERT INTO item (id, drive, parent, name, fold, guid, folder, size, children, blob, quickxor, created, modified,"
        " etag, ctag, versions, change, number)"
        " VALUES (?, ?, '', 'root', 'root:' || ?, ?, 1, 0, 0, '', '', ?, ?, 1, 0, 0, 1, 1)",
        (root, drive.id, root, str(uuid.uuid4()), drive.made, drive.made),
    )
    return drive


def new_item_id() -> str:
    """An id as items have them: `01` and 32 characters of base 32."""
    return "01" + base64.b32encode(uuid.uuid4().bytes + uuid.uuid4().bytes[:4]).decode()


def drives(con: sqlite3.Connection, site: Site | None = None) -> list[Drive]:
    """The libraries of a site, or of all, the oldest first."""
    where, values = ("WHERE site.id = ?", (site.id,)) if site else ("", ())
    return [_drive(row) for row in con.execute(f"SELECT {_DRIVE} {where} ORDER BY site.fold, drive.made, list", values)]


def first_drive(con: sqlite3.Connection, site: Site) -> Drive:
    """The library that the site began with."""
    row = con.execute(f"SELECT {_DRIVE} WHERE site.id = ? AND segment = ?", (site.id, FIRST_LIBRARY[1])).fetchone()
    return _drive(row)


def drive_by_id(con: sqlite3.Connection, id: str) -> Drive:
    """The drive with that id. Raises Refused (404)."""
    row = con.execute(f"SELECT {_DRIVE} WHERE drive.id = ?", (id,)).fetchone()
    if row is None:
        raise not_found()
    return _drive(row)


def drive_of_list(con: sqlite3.Connection, site: Site, list: str) -> Drive:
    """The drive of the list with that id or title. Raises Refused (404)."""
    for drive in drives(con, site):
        if drive.list == list.lower() or fold(drive.name) == fold(list):
            return drive
    raise not_found("List not found")
