"""Calls that change folders and files."""

import re
import sqlite3
from urllib.parse import unquote

from filrydd.rehearsal.calls import arriving, onenote, settling, uploads
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only, times
from filrydd.rehearsal.calls.items import locate, whole
from filrydd.rehearsal.calls.shapes import context
from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.refusal import Refused, bad, not_found, taken
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, locks, sessions, writing
from filrydd.rehearsal.store.blobs import SMALL
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

PUT_LIMIT = 250 << 20
"""Bytes that one `PUT content` may have; more needs a session."""


async def make_folder(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST children`: a folder. The conflict behaviour is `fail` unless it says otherwise."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options("select")
    parent = locate(tenancy, drive, where)
    body = await call.json()
    only(body, "name", "folder", "fileSystemInfo")
    if not isinstance(body.get("folder"), dict):
        raise bad("Only folders can be made like this; the property folder is missing.")
    # A facet's only property is told, not set; Graph takes it all the same (CSDL: childCount, view).
    only(body["folder"], "childCount", "view")
    conflict, given, now = call.conflict(body, "fail"), times(body), tenancy.clock.now()

    def act(con: sqlite3.Connection) -> tuple[Row, bool]:
        here = folders.by_id(con, drive, parent.id)
        row, new = writing.make_folder(con, drive, here, body.get("name"), conflict, given, now)
        if new:
            settling.placed(tenancy, con, row)
        return row, new

    row, new = await tenancy.store.write(act)
    return whole(tenancy, call, drive, row, status=201 if new else 200)


async def alter(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`PATCH`: another name, another folder, other times."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options("select")
    row = locate(tenancy, drive, where)
    body = await call.json()
    only(body, "name", "parentReference", "fileSystemInfo", "id")
    conflict, given = call.conflict(body, "fail"), times(body)
    if_match, if_none_match = call.headers.get("if-match", ""), call.headers.get("if-none-match", "")

    def act(con: sqlite3.Connection) -> Row:
        here = folders.by_id(con, drive, row.id)
        folders.check_match(here, if_match, if_none_match)
        locks.check_holder(here, call.app.id)
        to = _to(con, drive, here, body.get("parentReference"))
        changed = writing.alter(con, drive, here, body.get("name", here.name), to, given, conflict)
        if changed.parent != here.parent and not changed.label:
            settling.placed(tenancy, con, changed)
        return changed

    # What lies in a folder is looked at too.
    return whole(tenancy, call, drive, await tenancy.store.write(act, long=bool(row.folder)))


def _to(con: sqlite3.Connection, drive: Drive, row: Row, reference: object) -> Row:
    if reference is None:
        return folders.by_id(con, drive, row.parent or row.id)
    if not isinstance(reference, dict):
        raise bad("parentReference must be an object.")
    if reference.get("driveId", drive.id) != drive.id:
        # As people have seen it (n8n-io/n8n#32911); what would follow is not rehearsed.
        raise bad("Requested move requires an async response, add 'Prefer: respond-async' to allow")
    only(reference, "id", "driveId", "path", "driveType", "name", "siteId")
    if "id" in reference:
        return folders.by_id(con, drive, str(reference["id"]))
    if "path" in reference:
        # Encoded as in an address: the tenant's own references have it so.
        _, _, path = str(reference["path"]).partition("root:")
        names = [unquote(name) for name in path.split("/") if name]
        to, missing = folders.descend(con, folders.by_id(con, drive, "root"), names)
        if not to.folder:
            # Seen live by another client (remote-store 0.33): not 404, as an upload there is.
            raise bad("The parent is a file.")
        if missing:
            raise not_found()
        return to
    return folders.by_id(con, drive, row.parent or row.id)


async def remove(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`DELETE`: an item and all in it."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    row = locate(tenancy, drive, where)
    if_match = call.headers.get("if-match", "")

    def act(con: sqlite3.Connection) -> None:
        here = folders.by_id(con, drive, row.id)
        folders.check_match(here, if_match, "")
        locks.check_removal(con, here, call.app.id)
        writing.remove(con, drive, here)

    await tenancy.store.write(act, long=bool(row.folder))
    return Answer(204)


async def put_content(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`PUT content`: a whole file. Replaces unless told otherwise, and makes the folders that a path needs."""
    tenancy.throttle.spend(Cost.UPLOAD, call.app.id)
    call.options("select")
    conflict = call.conflict({}, "replace")
    if_match, if_none_match = call.headers.get("if-match", ""), call.headers.get("if-none-match", "")
    declared = call.headers.get("content-length", "")
    length = int(declared) if re.fullmatch("[0-9]{1,18}", declared) else PUT_LIMIT
    if declared and length > PUT_LIMIT:
        raise arriving.too_large(PUT_LIMIT)
    tenancy.throttle.take_in(length if declared else 0, call.app.id)
    now = tenancy.clock.now()

    def target(con: sqlite3.Connection) -> tuple[Row, list[str], Row | None]:
        """The folder to begin at, the path from there, and the file that is there already."""
        start = folders.by_id(con, drive, where.id)
        end, missing = folders.descend(con, start, list(where.names))
        if missing:
            if not end.folder:
                raise not_found("The parent is a file.")
            return end, missing, None
        if end.folder:
            raise Refused(501, "notSupported", "The target is a folder.")
        return folders.by_id(con, drive, end.parent), [end.name], end

    name = where.names[-1] if where.names else ""
    if not name or length > SMALL:
        # Nobody sends much for nothing; what is small is looked at once, when it is here.
        _, path, there = target(tenancy.store.read)
        folders.check_match(there, if_match, if_none_match)
        name = path[-1]
    content = await arriving.receive(tenancy, call.body(), name, PUT_LIMIT)

    def act(con: sqlite3.Connection) -> tuple[Row, bool]:
        start, path, there = target(con)
        folders.check_match(there, if_match, if_none_match)
        parent = writing.make_folders(con, drive, start, path[:-1], now)
        if sessions.open_for(con, parent.id, fold(path[-1]), now, tenancy.ways):
            raise taken(sessions.BUSY)
        if there and conflict == "replace":
            locks.check_holder(there, call.app.id)
        tenancy.blobs.add(con, content)
        row, new = writing.put_file(con, drive, parent, path[-1], content, conflict, Times(), now)
        settling.arrived(tenancy, con, drive, row)
        return row, new

    row, new = await tenancy.store.write(act)
    return whole(tenancy, call, drive, row, status=201 if new else 200)


async def open_session(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST createUploadSession`."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    only(body, "item", "deferCommit")
    item = body.get("item", {})
    if not isinstance(item, dict):
        raise bad("item must be an object.")
    # Microsoft takes fileSize and description for personal drives only.
    only(item, "name", "fileSystemInfo")
    given, now = times(item), tenancy.clock.now()
    conflict = call.conflict(item, "fail" if where.names and not tenancy.ways.sessions_replace else "replace")
    if_match, if_none_match = call.headers.get("if-match", ""), call.headers.get("if-none-match", "")

    def act(con: sqlite3.Connection) -> tuple[sessions.Session, list[str]]:
        start = folders.by_id(con, drive, where.id)
        parent = folders.at(con, start, list(where.names[:-1])) if where.names else start
        name = where.names[-1] if where.names else start.name
        there = folders.child(con, parent.id, name) if where.names else start
        if there and there.folder:
            raise Refused(501, "notSupported", "The target is a folder.")
        if not where.names:
            parent = folders.by_id(con, drive, start.parent)
        writing.check_place(con, drive, parent, name, folder=False)
        if fold(str(item.get("name", name))) != fold(name):
            raise bad("The name in the body does not match the name in the address.")
        folders.check_match(there, if_match, if_none_match)
        if there and conflict == "fail":
            raise taken("The specified item name already exists.")
        if there and conflict == "replace":
            locks.check_holder(there, call.app.id)
            locks.check_content(con, there)
            onenote.check_session(there)
        settling.check_room(tenancy, con, drive)
        return sessions.begin(
            con,
            drive,
            parent,
            name,
            conflict,
            given,
            now,
            app=call.app.id,
            deferred=bool(body.get("deferCommit")),
            ways=tenancy.ways,
        )

    session, ended = await tenancy.store.write(act)
    for guid in ended:
        uploads.part(tenancy, guid).unlink(missing_ok=True)
    said = {
        **context(tenancy, call.root, "microsoft.graph.uploadSession"),
        "expirationDateTime": stamp(sessions.expires(session, tenancy.ways)),
        "nextExpectedRanges": ["0-"],
        "uploadUrl": uploads.url(tenancy, session),
    }
    return Answer(200, said)
