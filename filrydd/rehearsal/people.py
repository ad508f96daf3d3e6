"""The tenant's directory: accounts and groups that came from an old domain, as its folder's `people.csv` and `members.csv`
tell them.

`people.csv` has the columns sid, name, kind (user or group), disabled (true or false) and entra_id (may be empty), and
`members.csv` group and member, both as identifiers. They are read anew at every call, so they may be written while it runs.
Without them the directory is empty.
"""

import base64
import binascii
import csv
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal import throttle
from filrydd.rehearsal.asking import Answer, Call
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.shapes import check_selection, context
from filrydd.rehearsal.tenancy import Tenancy

PAGE, MOST = 100, 999
"""Entries on a page when nobody says, and at most (Graph, "List users", "List group transitive members")."""
MOST_VALUES = 15
"""How many identifiers one filter may name."""

_EITHER = {"id", "displayName", "mail", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled"}
_USER = frozenset(_EITHER | {"accountEnabled", "userPrincipalName"})
_GROUP = frozenset(_EITHER | {"securityEnabled"})
# Without $select a user comes without these (Graph, resource type user).
_USER_BY_DEFAULT = ("id", "displayName", "userPrincipalName", "mail")
_EQUALS = re.compile(r"\s*onPremisesSecurityIdentifier\s+eq\s+'([^']*)'\s*")
_ONE_OF = re.compile(r"\s*onPremisesSecurityIdentifier\s+in\s*\(\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\)\s*")


@dataclass(frozen=True, slots=True)
class _Account:
    sid: str
    name: str
    group: bool
    disabled: bool
    id: str


def answer(tenancy: Tenancy, call: Call) -> Answer:
    """The answer to a call under `/users` or `/groups`. Raises Refused."""
    if call.method != "GET":
        raise Refused(405, "Request_BadRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(throttle.LIST)
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


def _wanted(call: Call) -> Callable[[_Account], bool]:
    text = call.options("select", "filter", "top", "count", "skiptoken").get("filter")
    if text is None:
        return lambda one: True
    if one_of := _ONE_OF.fullmatch(text):
        values = re.findall("'([^']*)'", one_of[1])
    elif equals := _EQUALS.fullmatch(text):
        values = [equals[1]]
    else:
        raise Refused(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified.")
    if len(values) > MOST_VALUES:
        message = (
            "Too many child clauses specified in search filter expression containing 'OR' operators:"
            f" {len(values)}. Max allowed: {MOST_VALUES}."
        )
        raise Refused(400, "Request_UnsupportedQuery", message)
    return lambda one: one.sid in values


def _page(tenancy: Tenancy, call: Call, found: list[_Account], what: str, *, typed: bool) -> Answer:
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
        return int(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True) or b"0")
    except (binascii.Error, ValueError):
        raise Refused(400, "Directory_ExpiredPageToken", "The specified page token value has expired.") from None


def _shape(one: _Account, wish: str | None, *, typed: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": one.id, "displayName": one.name, "mail": None, "onPremisesSyncEnabled": True}
    shape["onPremisesSecurityIdentifier"] = one.sid
    if one.group:
        shape["securityEnabled"] = True
    else:
        shape |= {"accountEnabled": not one.disabled, "userPrincipalName": f"{one.id}@rehearsal.example"}
    names = set(shape) if one.group else set(_USER_BY_DEFAULT)
    if wish is not None:
        names = {name.strip() for name in wish.split(",")}
    typing = {"@odata.type": f"#microsoft.graph.{'group' if one.group else 'user'}"} if typed else {}
    return typing | {name: value for name, value in shape.items() if name in names}


def _accounts(file: Path) -> list[_Account]:
    return [
        _Account(
            sid=row["sid"],
            name=row["name"],
            group=row["kind"] == "group",
            disabled=row.get("disabled", "").lower() in ("true", "1"),
            id=row.get("entra_id") or str(uuid.uuid5(uuid.NAMESPACE_OID, row["sid"])),
        )
        for row in _rows(file, "sid", "name", "kind")
    ]


def _inside(file: Path, group: str) -> set[str]:
    """Everybody in a group, also through other groups; never the group itself, whatever circles there are."""
    below: dict[str, list[str]] = {}
    for row in _rows(file, "group", "member"):
        below.setdefault(row["group"], []).append(row["member"])
    found: set[str] = set()
    open_groups = [group]
    while open_groups:
        new = set(below.get(open_groups.pop(), ())) - found
        found |= new
        open_groups += new
    return found - {group}


def _rows(file: Path, *needed: str) -> list[dict[str, str]]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(lines)]
    if any(name not in row for row in rows for name in needed):
        raise Refused(500, "generalException", f"{file.name} lacks one of the columns {', '.join(needed)}.")
    return rows
