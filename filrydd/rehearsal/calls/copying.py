"""`POST copy`, and the place that tells how far it is.

Sources: Microsoft, "driveItem: copy" and "Working with long-running actions": the answer is 202 with a place on SharePoint's
own host, which needs no token and says asyncJobStatus, with 202 also when it is done.
"""

import re
import sqlite3
from typing import Any
from urllib.parse import unquote

from filrydd.rehearsal.calls import allowed, later, settling
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.items import locate
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import copies, folders
from filrydd.rehearsal.store.copies import Copy
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive, drive_by_id
from filrydd.rehearsal.tenancy import Tenancy

_MONITOR = re.compile(r"/_api/v2\.0/monitor/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_PATH = re.compile(r"(?:/?drives?(?:/(?P<drive>[^/:]+))?)?/?root(?::(?P<path>/?[^:]*):?)?/?")


async def copy(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST copy`: 202, and the copy is made a little later. The conflict behaviour is `fail` unless it says otherwise."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    source = locate(tenancy, drive, where)
    body = await call.json()
    only(body, "name", "parentReference", "includeAllVersionHistory", "childrenOnly")
    conflict, history = call.conflict(body, "fail"), body.get("includeAllVersionHistory", False)
    if not isinstance(history, bool):
        raise bad("includeAllVersionHistory must be a boolean.")
    # The official SDK always says it, as false.
    if body.get("childrenOnly", False) is not False:
        raise bad("Children without their folder are not copied here.")
    # A known issue of Graph's, in its documents: with a name, the history is left behind.
    history = history and "name" not in body
    to, _parent = _target(tenancy.store.read, drive, source, body.get("parentReference"))
    if to.id != drive.id:
        allowed.check_writing(tenancy, call, to)
    now = tenancy.clock.now()

    def act(con: sqlite3.Connection) -> Copy:
        here = folders.by_id(con, drive, source.id)
        to, parent = _target(con, drive, here, body.get("parentReference"))
        name = body.get("name", here.name)
        made = copies.begin(con, drive, here, to, parent, name, conflict, history=history, who=call.app.id)
        later.plan(con, now, "copy", made.id)
        return made

    made = await tenancy.store.write(act, long=bool(source.folder))
    return Answer(202, None, {"Location": f"{tenancy.web}/_api/v2.0/monitor/{made.id}"})


def _target(con: sqlite3.Connection, drive: Drive, row: Row, reference: object) -> tuple[Drive, Row]:
    """The drive and the folder that a parentReference means. Raises Refused (400, 404)."""
    if reference is None:
        return drive, folders.by_id(con, drive, row.parent or row.id)
    if not isinstance(reference, dict):
        raise bad("parentReference must be an object.")
    only(reference, "id", "driveId", "path", "driveType", "name", "siteId", "sharepointIds")
    to = drive_by_id(con, str(reference["driveId"])) if "driveId" in reference else drive
    if "id" in reference:
        return to, folders.by_id(con, to, str(reference["id"]))
    if "path" not in reference:
        return to, folders.by_id(con, to, "root" if to.id != drive.id else row.parent or row.id)
    found = _PATH.fullmatch(unquote(str(reference["path"])))
    if not found:
        raise bad("parentReference.path is not the path of a folder.")
    if found["drive"]:
        to = drive_by_id(con, found["drive"])
    return to, folders.at(
        con, folders.by_id(con, to, "root"), [name for name in (found["path"] or "").split("/") if name]
    )


@later.can("copy")
def _go_on(tenancy: Tenancy, con: sqlite3.Connection, id: str, said: dict[str, Any]) -> None:
    now = tenancy.clock.now()

    def settle(drive: Drive, row: Row) -> None:
        if row.folder:
            settling.placed(tenancy, con, row)
        else:
            settling.arrived(tenancy, con, drive, row)

    if copies.go_on(con, id, now, settle):
        later.plan(con, now, "copy", id)


def asked(path: str) -> bool:
    """Whether a decoded path is the place that tells how far a copy is."""
    return _MONITOR.fullmatch(path) is not None


def monitor(tenancy: Tenancy, method: str, path: str) -> Answer:
    """How far a copy is. Raises Refused (404, 405)."""
    if method != "GET":
        raise Refused(405, "invalidRequest", f"{method} is not allowed here.")
    found = _MONITOR.fullmatch(path)
    made = copies.find(tenancy.store.read, found["id"] if found else "")
    said: dict[str, Any] = {"operation": "itemCopy", "status": made.status}
    if made.status == "failed":
        said["error"] = {"code": made.code, "message": made.message}
        said["percentageComplete"] = round(100 * made.done / made.total, 1)
    elif made.status == "completed":
        said |= {"percentageComplete": 100.0, "resourceId": made.resource}
    else:
        said["percentageComplete"] = min(99.9, round(100 * made.done / made.total, 1))
    return Answer(202, said)
