"""Calls about the versions of a file (Graph v1.0: driveItemVersion)."""

import re
import sqlite3
from urllib.parse import quote

from filrydd.rehearsal.calls import settling, shapes
from filrydd.rehearsal.calls.address import ItemAddress, unknown
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.calls.items import locate
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules import malware
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, locks, writing
from filrydd.rehearsal.store.blobs import Kept
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row, Version
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy


async def answer(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, which: list[str]) -> Answer:
    """The answer to a call about `versions`, one version, its content, or `restoreVersion`. Raises Refused."""
    match call.method, which:
        case "GET", []:
            return _list(tenancy, call, drive, where)
        case "GET", [version]:
            return _one(tenancy, call, drive, where, version)
        case "GET", [version, "content"]:
            return _content(tenancy, call, drive, where, version)
        case "POST", [version, "restoreVersion"]:
            return await _restore(tenancy, call, drive, where, version)
        case "DELETE", [version]:
            return await _delete(tenancy, call, drive, where, version)
        case _, [] | [_] | [_, "content" | "restoreVersion"]:
            raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    raise unknown(which[1])


def _list(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    wish = call.options("select").get("select")
    row = _file(tenancy, drive, where)
    shapes.check_selection(wish, shapes.VERSION)
    found = folders.versions(tenancy.store.read, row)
    listed = [shapes.selected(_json(tenancy, row, each), wish, shapes.VERSION) for each in found]
    said = shapes.context(tenancy, call.root, f"drives('{quote(drive.id)}')/items('{row.id}')/versions")
    return Answer(body={**said, "value": listed})


def _one(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, which: str) -> Answer:
    tenancy.throttle.spend(Cost.GET, call.app.id)
    wish = call.options("select").get("select")
    row = _file(tenancy, drive, where)
    shape = _json(tenancy, row, _find(tenancy.store.read, row, which))
    said = shapes.context(tenancy, call.root, f"drives('{quote(drive.id)}')/items('{row.id}')/versions/$entity")
    return Answer(body={**said, **shapes.selected(shape, wish, shapes.VERSION)})


def _content(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, which: str) -> Answer:
    tenancy.throttle.spend(Cost.DOWNLOAD, call.app.id)
    call.options()
    row = _file(tenancy, drive, where)
    one = _find(tenancy.store.read, row, which)
    if one.number == row.versions:
        raise bad("You cannot get the content of the current version.")
    if row.malware:
        raise malware.refused(arriving=False)
    return Answer(302, None, {"Location": shapes.download_url(tenancy, one.blob, row.name)})


async def _restore(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, which: str) -> Answer:
    """204: the content comes again as a new version; all that were there stay. The current one is refused (our inference)."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    row = _file(tenancy, drive, where)

    def act(con: sqlite3.Connection) -> None:
        here = folders.by_id(con, drive, row.id)
        locks.check_holder(here, call.app.id)
        one = _find(con, here, which)
        if one.number == here.versions:
            raise bad("The current version cannot be restored.")
        content = Kept(one.blob, one.size, one.quickxor)
        settling.arrived(tenancy, con, drive, writing.replace(con, drive, here, content, Times(), tenancy.clock.now()))

    await tenancy.store.write(act)
    return Answer(204)


async def _delete(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, which: str) -> Answer:
    """204. The current version stays, and so do those of what a label retains (403, our inference)."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    row = _file(tenancy, drive, where)

    def act(con: sqlite3.Connection) -> None:
        here = folders.by_id(con, drive, row.id)
        locks.check_holder(here, call.app.id)
        one = _find(con, here, which)
        if one.number == here.versions:
            raise bad("You cannot delete the current version.")
        if here.label:
            raise locks.held()
        con.execute("DELETE FROM version WHERE item = ? AND number = ?", (here.id, one.number))

    await tenancy.store.write(act)
    return Answer(204)


def _json(tenancy: Tenancy, row: Row, version: Version) -> dict[str, object]:
    shape = shapes.version_json(row, version)
    if version.number == row.versions or row.malware:
        return shape
    return {"@microsoft.graph.downloadUrl": shapes.download_url(tenancy, version.blob, row.name), **shape}


def _find(con: sqlite3.Connection, row: Row, which: str) -> Version:
    """The version with that id. Raises Refused (404)."""
    found = re.fullmatch(r"([0-9]{1,9})\.0", which)
    number = row.versions if which == "current" else int(found[1]) if found else 0
    one = next((each for each in folders.versions(con, row) if each.number == number), None)
    if one is None:
        raise not_found()
    return one


def _file(tenancy: Tenancy, drive: Drive, where: ItemAddress) -> Row:
    row = locate(tenancy, drive, where)
    if row.folder:
        raise bad("This is asked of a folder; only files have it.")
    return row
