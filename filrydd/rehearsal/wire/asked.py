"""What a request asks for, and of what, as rules see it: the kind of call, and the item's path rather than its id.

Ids differ from run to run; paths do not. What cannot be resolved is None: the call itself will say why.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, unquote

from starlette.types import Scope

from filrydd.rehearsal.calls import address, site_rest
from filrydd.rehearsal.faults.kinds import Kind
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store import folders, sessions, sites
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

_RANGE = re.compile(rb"bytes (\d{1,15})-")
_ACTIONS = {
    ("GET", ""): Kind.GET,
    ("PATCH", ""): Kind.CHANGE,
    ("DELETE", ""): Kind.DELETE,
    ("GET", "children"): Kind.LIST,
    ("POST", "children"): Kind.FOLDER,
    ("GET", "content"): Kind.DOWNLOAD,
    ("PUT", "content"): Kind.UPLOAD,
    ("POST", "createUploadSession"): Kind.SESSION,
    ("GET", "delta"): Kind.DELTA,
    ("GET", "search"): Kind.LIST,
    ("GET", "versions"): Kind.LIST,
    ("POST", "copy"): Kind.COPY,
    ("POST", "permanentDelete"): Kind.DELETE,
    ("GET", "listItem"): Kind.GET,
    ("PATCH", "listItem"): Kind.FIELDS,
    ("PATCH", "fields"): Kind.FIELDS,
    ("PATCH", "retentionLabel"): Kind.LABEL,
    ("DELETE", "retentionLabel"): Kind.LABEL,
    ("POST", "invite"): Kind.PERMISSIONS,
}
_METHODS = {"GET": Kind.GET, "HEAD": Kind.GET, "DELETE": Kind.CHANGE, "PATCH": Kind.CHANGE, "POST": Kind.CHANGE}
_SESSIONS = {"PUT": Kind.FRAGMENT, "POST": Kind.COMMIT, "GET": Kind.STATUS, "DELETE": Kind.CANCEL}


@dataclass(frozen=True, slots=True)
class Asked:
    """`path` is folded and relative to the drive; `target` is what is counted: path, drive, and a fragment's first byte."""

    kind: Kind
    target: str
    path: str = ""
    drive: str = ""
    session: str = ""
    start: int = 0
    over: str = ""
    """The name of the file that is there already, of a session's target."""

    @property
    def place(self) -> str:
        """The item without what is asked of it."""
        return f"{self.drive}:/{self.path}"

    def below(self, name: str) -> "Asked":
        """The same call about something new in that folder."""
        path = f"{self.path}/{fold(name)}".lstrip("/")
        return replace(self, path=path, target=f"{self.drive}:/{path}")


Asking = Callable[[Tenancy, Scope], Asked | None]


def of_front(tenancy: Tenancy, scope: Scope) -> Asked | None:
    """What a request to the first port asks."""
    try:
        decoded = address.decoded(scope["raw_path"])
        if site_rest.asked(decoded):
            return Asked(Kind.SITE, fold(decoded))
        root, path = address.without_root(decoded)
        return _in_api(tenancy, str(scope["method"]), path) if root else None
    except Refused:
        return None


def _in_api(tenancy: Tenancy, method: str, path: str) -> Asked | None:
    con = tenancy.store.read
    if path == "/$batch":
        return Asked(Kind.BATCH, path)
    if found := address.drive(path):
        return _in_drive(tenancy, method, sites.drive_by_id(con, found[0]), found[1])
    where = address.site(path)
    if where is None:
        return Asked(Kind.PEOPLE, path) if path.startswith(("/users", "/groups", "/teams")) else None
    site = sites.site_by_id(con, where.id) if where.id else sites.site_at(con, where.path)
    if site is None:
        return Asked(Kind.SITE, fold(where.path))
    match where.rest.strip("/").split("/"):
        case ["drive", *rest]:
            return _in_drive(tenancy, method, sites.first_drive(con, site), _joined(rest))
        case ["drives", id, *rest]:
            return _in_drive(tenancy, method, sites.drive_by_id(con, id), _joined(rest))
        case ["lists", list, "drive", *rest]:
            return _in_drive(tenancy, method, sites.drive_of_list(con, site, list), _joined(rest))
        case ["lists", list, "items", number, *rest] if number.isdecimal():
            drive = sites.drive_of_list(con, site, list)
            found_id = con.execute(
                "SELECT id FROM item WHERE drive = ? AND number = ?", (drive.id, int(number[:18]))
            ).fetchone()
            return _of_item(tenancy, method, drive, found_id[0], (), "/".join(rest)) if found_id else None
        case [first, *_]:
            return Asked(Kind.SITE, f"{fold(site.path)}:{method} {first}")
    return None


def _joined(segments: list[str]) -> str:
    return "".join(f"/{segment}" for segment in segments)


def _in_drive(tenancy: Tenancy, method: str, drive: Drive, rest: str) -> Asked:
    if rest in ("", "/", "/list"):
        return Asked(Kind.SITE, f"{fold(drive.path)}:{method} {rest}")
    where = address.item(rest)
    return _of_item(tenancy, method, drive, where.id, where.names, where.action)


def _of_item(tenancy: Tenancy, method: str, drive: Drive, id: str, names: tuple[str, ...], action: str) -> Asked:
    row = folders.by_id(tenancy.store.read, drive, id)
    path = _path(tenancy, row, names)
    word = re.split(r"[/(]", action, maxsplit=1)[0]
    kind = (
        Kind.PERMISSIONS if word == "permissions" else _ACTIONS.get((method, word), _METHODS.get(method, Kind.CHANGE))
    )
    held = fold(drive.path)
    return Asked(kind, f"{held}:/{path}", path, held)


def _path(tenancy: Tenancy, row: Row, names: tuple[str, ...]) -> str:
    return "/".join(fold(name) for name in (*folders.names_to(tenancy.store.read, row), *names))


class OfTransfers:
    """What requests to the second port ask. It remembers which item a download's address was given for."""

    def __init__(self) -> None:
        self._led: OrderedDict[str, Asked] = OrderedDict()

    def lead(self, location: str, asked: Asked) -> None:
        """Remember where a download leads."""
        seal = _query(location.partition("?")[2]).get("tempauth", "")
        self._led[seal] = asked
        while len(self._led) > 10_000:
            self._led.popitem(last=False)

    def __call__(self, tenancy: Tenancy, scope: Scope) -> Asked | None:
        path, query = str(scope["path"]), _query(scope["query_string"].decode("latin-1"))
        if path.startswith("/download/"):
            led = self._led.get(query.get("tempauth", ""))
            if led:
                return replace(led, kind=Kind.CONTENT)
            # An address from a listing: only the name is known.
            name = fold(unquote(path.rpartition("/")[2]))
            return Asked(Kind.CONTENT, name, name)
        session = sessions.find(tenancy.store.read, query.get("guid", "")) if path == "/uploadSession" else None
        parent = folders.find(tenancy.store.read, session.parent) if session else None
        if session is None or parent is None or scope["method"] not in _SESSIONS:
            return None
        kind = _SESSIONS[scope["method"]]
        way = _path(tenancy, parent, (session.name,))
        held = fold(sites.drive_by_id(tenancy.store.read, session.drive).path)
        target, start, over = f"{held}:/{way}", 0, ""
        if kind is Kind.FRAGMENT:
            found = _RANGE.match(dict(scope["headers"]).get(b"content-range", b""))
            start = int(found[1]) if found else 0
            target += f"#{start}"
            there = folders.child(tenancy.store.read, parent.id, session.name) if not start else None
            over = there.name if there else ""
        return Asked(kind, target, way, held, session.guid, start, over)


def _query(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text).items()}
