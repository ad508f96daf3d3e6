"""The tenant's directory: accounts and groups that came from an old domain, as its folder's `people.csv` and `members.csv`
tell them.

`people.csv` has the columns sid (empty for who was made in the cloud), name, kind (user or group), disabled (true or false),
entra_id (may be empty) and, if there are any, mail, which is an account's user principal name too; and
`members.csv` group and member, both as identifiers. They are read anew at every call, so they may be written while it runs.
Without them the directory is empty.
"""

import base64
import binascii
import csv
import re
import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.calls.shapes import check_selection, context
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.tenancy import Tenancy

PAGE, MOST = 100, 999
"""Entries on a page when nobody says, and at most (Graph, "List users", "List group transitive members")."""
MOST_VALUES = 15
"""How many identifiers one filter may name."""

_EITHER = {
    "id", "displayName", "mail", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "securityIdentifier",
}  # fmt: skip
_USER = frozenset(_EITHER | {"accountEnabled", "userPrincipalName"})
_GROUP = frozenset(_EITHER | {"securityEnabled"})
# Without $select a user comes without these (Graph, resource type user).
_USER_BY_DEFAULT = ("id", "displayName", "userPrincipalName", "mail")
_NAME = r"\s*(onPremisesSecurityIdentifier|userPrincipalName|mail)"
_VALUE = r"'(?:[^']|'')*'"
_EQUALS = re.compile(rf"{_NAME}\s+eq\s+({_VALUE})\s*")
_ONE_OF = re.compile(rf"{_NAME}\s+in\s*\(\s*({_VALUE}(?:\s*,\s*{_VALUE})*)\s*\)\s*")


@dataclass(frozen=True, slots=True)
class Account:
    """One user or group; `id` is its object id in Entra."""

    sid: str
    name: str
    group: bool
    disabled: bool
    id: str
    mail: str

    @property
    def principal_name(self) -> str:
        return "" if self.group else self.mail or f"{self.id}@rehearsal.example"


def answer(tenancy: Tenancy, call: Call) -> Answer:
    """The answer to a call under `/users` or `/groups`. Raises Refused."""
    if call.method != "GET":
        raise Refused(405, "Request_BadRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    accounts = _accounts(tenancy.folder / "people.csv")
    match call.path.strip("/").split("/"):
        case ["users"]:
            found = [one for one in accounts if not one.group and _wanted(call)(one)]
            return _page(tenancy, call, found, "users", typed=False)
        case ["groups"]:
            found = [one for one in accounts if one.group and _wanted(call)(one)]
            return _page(tenancy, call, found, "groups", typed=False)
        case ["groups", id, "transitiveMembers"]:
            group = next((one for one in accounts if one.group and one.id == id), None)
            if group is None:
                raise Refused(404, "Request_ResourceNotFound", f"Resource '{id}' does not exist.")
            inside = _inside(tenancy.folder / "members.csv", group.sid)
            found = [one for one in accounts if one.sid in inside]
            return _page(tenancy, call, found, "directoryObjects", typed=True)
    raise Refused(400, "BadRequest", f"Resource not found for the segment '{call.path.strip('/')}'.")


def by_id(tenancy: Tenancy) -> dict[str, Account]:
    """All accounts and groups by their object ids in lower case."""
    return {one.id.lower(): one for one in _accounts(tenancy.folder / "people.csv")}


def _wanted(call: Call) -> Callable[[Account], bool]:
    text = call.options("select", "filter", "top", "count", "skiptoken").get("filter")
    if text is None:
        return lambda one: True
    asked = _ONE_OF.fullmatch(text) or _EQUALS.fullmatch(text)
    if asked is None or (asked[1] == "userPrincipalName" and call.path.strip("/") != "users"):
        raise Refused(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified.")
    values = [value[1:-1].replace("''", "'").casefold() for value in re.findall(_VALUE, asked[2])]
    if len(values) > MOST_VALUES:
        message = (
            "Too many child clauses specified in search filter expression containing 'OR' operators:"
            f" {len(values)}. Max allowed: {MOST_VALUES}."
        )
        raise Refused(400, "Request_UnsupportedQuery", message)
    shown = {"onPremisesSecurityIdentifier": "sid", "userPrincipalName": "principal_name", "mail": "mail"}[asked[1]]
    return lambda one: getattr(one, shown).casefold() in values


def _page(tenancy: Tenancy, call: Call, found: list[Account], what: str, *, typed: bool) -> Answer:
    options = call.options("select", "filter", "top", "count", "skiptoken")
    wish = options.get("select")
    check_selection(wish, _USER | _GROUP if typed else _USER if what == "users" else _GROUP)
    size, start = call.top(PAGE, MOST), _start(options.get("skiptoken", ""))
    if not size:
        raise Refused(400, "Request_UnsupportedQuery", "Invalid page size specified: '0'. Must be between 1 and 999.")
    body: dict[str, Any] = {
        **context(tenancy, call.root, what),
        "value": [_shape(one, wish, typed=typed) for one in found[start : start + size]],
    }
    if start + size < len(found):
        token = base64.urlsafe_b64encode(str(start + size).encode()).decode().rstrip("=")
        more = {**options, "top": str(size), "skiptoken": token}
        query = "&".join(f"${name}={quote(value, safe='')}" for name, value in more.items())
        body["@odata.nextLink"] = f"{tenancy.web}{call.root}{call.path}?{query}"
    return Answer(body=body)


def _start(token: str) -> int:
    try:
        start = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True) or b"0"
        if not start.isdigit():
            raise ValueError(start)
        return int(start)
    except (binascii.Error, ValueError):
        raise Refused(400, "Directory_ExpiredPageToken", "The specified page token value has expired.") from None


def _shape(one: Account, wish: str | None, *, typed: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": one.id, "displayName": one.name, "mail": one.mail or None}
    shape |= {"onPremisesSyncEnabled": True if one.sid else None, "onPremisesSecurityIdentifier": one.sid or None}
    shape["securityIdentifier"] = _in_the_cloud(one.id)
    if one.group:
        shape["securityEnabled"] = True
    else:
        shape |= {"accountEnabled": not one.disabled, "userPrincipalName": one.principal_name}
    names = set(shape) if one.group else set(_USER_BY_DEFAULT)
    if wish is not None:
        names = {name.strip() for name in wish.split(",")}
    typing = {"@odata.type": f"#microsoft.graph.{'group' if one.group else 'user'}"} if typed else {}
    return typing | {name: value for name, value in shape.items() if name in names}


def _in_the_cloud(id: str) -> str | None:
    """The identifier that Windows knows somebody of Entra by: the object id as four numbers after `S-1-12-1`."""
    try:
        numbers = struct.unpack("<4I", uuid.UUID(id).bytes_le)
    except ValueError:
        return None
    return "-".join(("S-1-12-1", *map(str, numbers)))


def _accounts(file: Path) -> list[Account]:
    return [
        Account(
            sid=row["sid"],
            name=row["name"],
            group=row["kind"] == "group",
            disabled=row.get("disabled", "").lower() in ("true", "1"),
            id=row.get("entra_id") or str(uuid.uuid5(uuid.NAMESPACE_OID, row["sid"] or row.get("mail", ""))),
            mail=row.get("mail", ""),
        )
        for row in rows(file, "sid", "name", "kind")
    ]


def _inside(file: Path, group: str) -> set[str]:
    """Everybody in a group, also through other groups; never the group itself, whatever circles there are."""
    below: dict[str, list[str]] = {}
    for row in rows(file, "group", "member"):
        below.setdefault(row["group"], []).append(row["member"])
    found: set[str] = set()
    open_groups = [group]
    while open_groups:
        new = set(below.get(open_groups.pop(), ())) - found
        found |= new
        open_groups += new
    return found - {group}


def rows(file: Path, *needed: str) -> list[dict[str, str]]:
    """The rows of a list in the tenant's folder; none without the list. Raises Refused (500) where a column is missing."""
    if not file.exists():
        return []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(lines)]
    except (UnicodeDecodeError, csv.Error):
        raise Refused(500, "generalException", f"{file.name} is not a list in UTF-8.") from None
    if any(name not in row for row in rows for name in needed):
        raise Refused(500, "generalException", f"{file.name} lacks one of the columns {', '.join(needed)}.")
    return rows
