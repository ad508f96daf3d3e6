"""Sites and their lists as rows. A library is a list that is a drive too."""

import base64
import os
import re
import sqlite3
import time
import uuid
import zlib
from dataclasses import dataclass

from filrydd.rehearsal.refusal import bad, not_found, taken
from filrydd.rehearsal.rules.names import fold

HOST = "127.0.0.1"
FIRST_LIBRARY = ("Documents", "Shared Documents")
"""The name and the address of the library that a new site has."""
LIBRARY, GENERIC = "documentLibrary", "genericList"
"""The templates that a list may have here."""
MOST_LISTS = 2_000
"""Lists and libraries of one site."""

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
    display: str = ""
    description: str = ""

    @property
    def collection(self) -> str:
        """The GUID of the site collection, the middle of the id."""
        return self.id.split(",")[1]


@dataclass(frozen=True, slots=True)
class Drive:
    """A list, most often a library. `path` is its server-relative, decoded path: `sites/x/Shared Documents`."""

    id: str
    site: Site
    list: str
    name: str
    segment: str
    root: str
    made: int
    template: str = LIBRARY
    description: str = ""

    @property
    def path(self) -> str:
        return f"{self.site.path}/{'' if self.template == LIBRARY else 'Lists/'}{self.segment}"


_SITE = "site.id, site.path, site.asked, site.made, site.display, site.description"
_DRIVE = (
    "drive.id, list, name, segment, root, drive.made, drive.template, drive.description,"
    f" {_SITE} FROM drive JOIN site ON site.id = drive.site"
)


def _site(row: tuple[str, str, int, int, str, str]) -> Site:
    return Site(row[0], row[1], bool(row[2]), *row[3:])


_MOST_KNOWN = 4096
_KNOWN: dict[str, Drive] = {}


def _drive(row: tuple[str, str, str, str, str, int, str, str, str, str, int, int, str, str]) -> Drive:
    return Drive(row[0], _site(row[8:]), *row[1:8])


def sites(con: sqlite3.Connection) -> list[Site]:
    """All of them, by path."""
    return [_site(row) for row in con.execute(f"SELECT {_SITE} FROM site ORDER BY fold")]


def sites_from(con: sqlite3.Connection, after: str, count: int, words: str = "") -> list[Site]:
    """At most `count` sites by path, after the path `after`, whose path or name holds what is looked for."""
    found = []
    for row in con.execute(f"SELECT {_SITE} FROM site WHERE fold > ? ORDER BY fold", (fold(after),)):
        site = _site(row)
        # Not in SQL: SQLite folds A to Z only.
        if fold(words) in fold(site.path) or fold(words) in fold(site.display):
            found.append(site)
        if len(found) == count:
            break
    return found


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


def make_site(
    con: sqlite3.Connection, path: str, *, asked: bool, now: float, display: str = "", description: str = ""
) -> Site:
    """The site with that path, made with its first library unless it is there. Raises Refused (404) for other paths."""
    path = path.strip("/")
    if there := site_at(con, path):
        return there
    if not _PATH.fullmatch(path):
        raise not_found("Requested site could not be found")
    site = Site(f"{HOST},{uuid.uuid4()},{uuid.uuid4()}", path, asked, int(now), display, description)
    con.execute(
        "INSERT INTO site (id, path, fold, asked, made, display, description) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (site.id, path, fold(path), asked, site.made, display, description),
    )
    _make_drive(con, site, *FIRST_LIBRARY, now)
    return site


def can_be_site(path: str) -> bool:
    """Whether a path has the form of a site's."""
    return _PATH.fullmatch(path) is not None


def make_library(con: sqlite3.Connection, site: Site, name: str, now: float) -> Drive:
    """A new library in a site. Raises Refused (400, 409)."""
    return make_list(con, site, name, LIBRARY, "", now)


def make_list(con: sqlite3.Connection, site: Site, name: str, template: str, description: str, now: float) -> Drive:
    """A new list in a site; `template` is LIBRARY or GENERIC. Raises Refused (400, 409)."""
    segment = _NOT_IN_ADDRESS.sub("", name).strip()
    if not segment or len(name) > 255 or not segment.isprintable():
        raise bad("The list's displayName is not valid.")
    there = lists(con, site)
    if len(there) >= MOST_LISTS:
        raise bad(f"The site has {MOST_LISTS} lists and libraries already.")
    for drive in there:
        same_place = fold(segment) == fold(drive.segment) and template == drive.template
        if fold(name) == fold(drive.name) or same_place:
            raise taken("The specified name is already in use.")
    return _make_drive(con, site, name, segment, now, template, description)


def _make_drive(
    con: sqlite3.Connection,
    site: Site,
    name: str,
    segment: str,
    now: float,
    template: str = LIBRARY,
    description: str = "",
) -> Drive:
    listed = uuid.uuid4()
    whole = b"".join(uuid.UUID(part).bytes_le for part in site.id.split(",")[1:]) + listed.bytes_le
    id, guid = f"b!{base64.urlsafe_b64encode(whole).decode()}", new_guid()
    root = item_id(id, guid)
    drive = Drive(id, site, str(listed), name, segment, root, int(now), template, description)
    con.execute(
        "INSERT INTO drive (id, site, list, name, fold, segment, root, made, change, template, description)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
        (drive.id, site.id, drive.list, name, fold(name), segment, root, drive.made, template, description),
    )
    con.execute(
        "INSERT INTO item (id, drive, parent, name, fold, guid, folder, size, children, blob, quickxor, created, modified,"
        " etag, ctag, versions, change, number)"
        " VALUES (?, ?, '', 'root', 'root:' || ?, ?, 1, 0, 0, '', '', ?, ?, 1, 0, 0, 1, 1)",
        (root, drive.id, root, str(guid), drive.made, drive.made),
    )
    return drive


def new_guid() -> uuid.UUID:
    """A GUID that begins with the time, so that what is made together lies together in the database."""
    return uuid.UUID(bytes_le=(time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10), version=4)


def item_id(drive: str, guid: uuid.UUID) -> str:
    """The id of an item: `01` and 32 characters of base 32, which say its drive in short, and its GUID as a list item."""
    short = zlib.crc32(drive.encode()).to_bytes(4, "little")
    return "01" + base64.b32encode(short + guid.bytes_le).decode()


def drives(con: sqlite3.Connection, site: Site | None = None) -> list[Drive]:
    """The libraries of a site, or of all, the oldest first."""
    where, values = ("AND site.id = ?", (site.id,)) if site else ("", ())
    return _found(con, f"WHERE template = '{LIBRARY}' {where}", values)


def lists(con: sqlite3.Connection, site: Site) -> list[Drive]:
    """The lists of a site, libraries among them, the oldest first."""
    return _found(con, "WHERE site.id = ?", (site.id,))


def _found(con: sqlite3.Connection, where: str, values: tuple[str, ...]) -> list[Drive]:
    found = con.execute(f"SELECT {_DRIVE} {where} ORDER BY site.fold, drive.made, list", values)
    return [_drive(row) for row in found]


def first_drive(con: sqlite3.Connection, site: Site) -> Drive:
    """The library that the site began with. Raises Refused (404) for a site without one."""
    row = con.execute(
        f"SELECT {_DRIVE} WHERE site.id = ? AND segment = ? AND template = '{LIBRARY}'", (site.id, FIRST_LIBRARY[1])
    ).fetchone()
    if row is None:
        raise not_found()
    return _drive(row)


def drive_by_id(con: sqlite3.Connection, id: str) -> Drive:
    """The drive with that id. Raises Refused (404)."""
    # What is told of a drive never changes, and every call asks.
    if known := _KNOWN.get(id):
        return known
    row = con.execute(f"SELECT {_DRIVE} WHERE drive.id = ? AND template = '{LIBRARY}'", (id,)).fetchone()
    if row is None:
        raise not_found()
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[id] = drive = _drive(row)
    return drive


def drive_of_list(con: sqlite3.Connection, site: Site, list: str) -> Drive:
    """The library with that list id or title. Raises Refused (404)."""
    drive = list_in(con, site, list)
    if drive.template != LIBRARY:
        raise not_found("The list is not a document library.")
    return drive


def list_in(con: sqlite3.Connection, site: Site, list: str) -> Drive:
    """The list of a site with that id, title or address. Raises Refused (404)."""
    there = lists(con, site)
    for drive in there:
        if drive.list == list.lower() or fold(drive.name) == fold(list):
            return drive
    for drive in there:
        if fold(drive.segment) == fold(list):
            return drive
    raise not_found("List not found")
