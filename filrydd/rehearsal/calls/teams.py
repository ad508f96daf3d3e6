"""The tenant's teams and channels, as its folder's `teams.csv` tells them.

It has the columns team, channel, kind (standard, private or shared) and files (`no`: nobody has opened its files yet, so it has
no folder). A row without a channel is a team alone. It is read anew at every call, so it may be written while it runs. A
standard channel is a folder in the library of the team's site; the others have a site of their own.
"""

import re
import sqlite3
import uuid
from dataclasses import dataclass
from typing import Any

from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.calls.people import rows
from filrydd.rehearsal.calls.shapes import Items, context
from filrydd.rehearsal.refusal import Refused, not_found
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, sites, writing
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

_EQUALS = re.compile(r"\s*displayName\s+eq\s+'((?:[^']|'')*)'\s*")
_NOT_IN_SITE = re.compile(r"[^\w.\-]")


@dataclass(frozen=True, slots=True)
class _Channel:
    team: str
    name: str
    kind: str
    files: bool

    @property
    def team_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"team {self.team}"))

    @property
    def id(self) -> str:
        return f"19:{uuid.uuid5(uuid.NAMESPACE_OID, f'{self.team}/{self.name}').hex}@thread.tacv2"


async def answer(tenancy: Tenancy, call: Call) -> Answer:
    """The answer to a call under `/teams`. Raises Refused."""
    if call.method != "GET":
        raise Refused(405, "BadRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    channels = _channels(tenancy)
    match call.path.strip("/").split("/"):
        case ["teams"]:
            return _teams(tenancy, call, channels)
        case ["teams", team, "channels"]:
            call.options()
            found = [_shape(one) for one in channels if one.team_id == team and one.name]
            if not any(one.team_id == team for one in channels):
                raise Refused(404, "NotFound", "No Team found with Group Id")
            return Answer(body={**context(tenancy, call.root, f"teams('{team}')/channels"), "value": found})
        case ["teams", team, "channels", id, "filesFolder"]:
            one = next((one for one in channels if (one.team_id, one.id) == (team, id)), None)
            if one is None:
                raise Refused(404, "NotFound", "No channel found.")
            if not one.files:
                raise not_found("Sharepoint folder not found.")
            return await _files(tenancy, call, one)
    raise Refused(400, "BadRequest", f"Resource not found for the segment '{call.path.strip('/')}'.")


def _teams(tenancy: Tenancy, call: Call, channels: list[_Channel]) -> Answer:
    wish = call.options("filter", "select").get("filter")
    equals = _EQUALS.fullmatch(wish) if wish is not None else None
    if wish is not None and equals is None:
        raise Refused(400, "BadRequest", "Unsupported or invalid query filter clause specified.")
    names = {one.team_id: one.team for one in channels}
    shapes: list[dict[str, Any]] = [
        {"id": id, "displayName": name, "visibility": "private"}
        for id, name in names.items()
        if equals is None or name.split("#")[0].lower() == equals[1].replace("''", "'").lower()
    ]
    # Several teams may have one name: in the list, what follows a number sign tells them apart.
    for shape in shapes:
        shape["displayName"] = shape["displayName"].split("#")[0]
    return Answer(body={**context(tenancy, call.root, "teams"), "value": shapes})


async def _files(tenancy: Tenancy, call: Call, one: _Channel) -> Answer:
    now = tenancy.clock.now()
    name = one.team if one.kind == "standard" else f"{one.team}-{one.name}"

    def act(con: sqlite3.Connection) -> tuple[Drive, Row]:
        site = sites.make_site(con, f"sites/{_NOT_IN_SITE.sub('', name)}", asked=False, now=now)
        drive = sites.first_drive(con, site)
        return drive, writing.make_folders(con, drive, folders.by_id(con, drive, "root"), [one.name], now)

    drive, row = await tenancy.store.write(act)
    shape = Items(tenancy, drive).shape(row)
    # As Graph shows it: without the folder above.
    parent = {"driveId": drive.id, "driveType": "documentLibrary"}
    what = f"teams('{one.team_id}')/channels('{one.id}')/filesFolder/$entity"
    return Answer(body={**context(tenancy, call.root, what), **shape, "parentReference": parent})


def _shape(one: _Channel) -> dict[str, Any]:
    return {"id": one.id, "displayName": one.name, "membershipType": one.kind}


def _channels(tenancy: Tenancy) -> list[_Channel]:
    return [
        _Channel(row["team"], row["channel"], row.get("kind") or "standard", row.get("files", "").lower() != "no")
        for row in rows(tenancy.folder / "teams.csv", "team", "channel")
    ]
