"""Calls about columns, and about what they say of an item."""

import sqlite3
import zlib
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.items import locate
from filrydd.rehearsal.calls.shapes import context
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import fields, folders, writing
from filrydd.rehearsal.store.fields import Column
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.store.writing import Times
from filrydd.rehearsal.tenancy import Tenancy


async def columns(tenancy: Tenancy, call: Call, drive: Drive) -> Answer:
    """`GET /sites/.../lists/.../columns`, and `POST` for a new one."""
    what = f"sites('{quote(drive.site.id)}')/lists('{drive.list}')/columns"
    if call.method == "GET":
        tenancy.throttle.spend(Cost.LIST, call.app.id)
        call.options()
        found = [_shape(column) for column in fields.columns(tenancy.store.read, drive)]
        return Answer(body={**context(tenancy, call.root, what), "value": found})
    if call.method != "POST":
        raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    only(body, "name", "displayName", "text", "number", "dateTime")
    kinds = [kind for kind in ("text", "number", "dateTime") if isinstance(body.get(kind), dict)]
    name, display = body.get("name"), body.get("displayName")
    if len(kinds) != 1 or not isinstance(name, str) or not isinstance(display, str):
        raise bad("A column needs name, displayName and one kind.")
    kind = "note" if kinds == ["text"] and body["text"].get("allowMultipleLines") else kinds[0]
    made = await tenancy.store.write(lambda con: fields.make_column(con, drive, name, display, kind))
    return Answer(201, {**context(tenancy, call.root, f"{what}/$entity"), **_shape(made)})


def show_list_item(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET listItem`, with its fields where they are asked for."""
    tenancy.throttle.spend(Cost.GET, call.app.id)
    expand = call.options("expand").get("expand", "")
    row = locate(tenancy, drive, where)
    said: dict[str, Any] = {
        **context(tenancy, call.root, f"drives('{quote(drive.id)}')/items('{row.id}')/listItem/$entity"),
        "id": row.guid,
        "eTag": row.etag,
    }
    if expand.partition("(")[0] == "fields":
        said["fields"] = _fields(tenancy.store.read, row)
    return Answer(body=said)


async def fill(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`PATCH listItem/fields`: a new version of a file, which has changed now.

    That `fileSystemInfo` says so too is our inference: in SharePoint it and the item's own times go together
    (OneDrive/onedrive-api-docs#1600).
    """
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    row = locate(tenancy, drive, where)
    values = {name: value for name, value in (await call.json()).items() if not name.startswith("@")}
    _check_idle(tenancy, row)
    now = tenancy.clock.now()

    def act(con: sqlite3.Connection) -> Row:
        here = folders.by_id(con, drive, row.id)
        folders.check_match(here, call.headers.get("if-match", ""), "")
        parent = folders.by_id(con, drive, here.parent or here.id)
        changed = writing.alter(con, drive, here, here.name, parent, Times(modified=int(now)), "fail")
        fields.fill(con, drive, changed, values)
        return changed

    changed = await tenancy.store.write(act)
    said = context(tenancy, call.root, f"drives('{quote(drive.id)}')/items('{row.id}')/listItem/fields/$entity")
    return Answer(body={**said, "@odata.etag": changed.etag, **_fields(tenancy.store.read, changed)})


def _check_idle(tenancy: Tenancy, row: Row) -> None:
    """Refuse (409) one item in so many, once: SharePoint is still busy with it itself."""
    every = tenancy.ways.busy_items
    chosen = every and zlib.crc32(f"{tenancy.ways.seed} {row.guid}".encode()) % every == 0
    if chosen and row.versions == 1 and row.id not in tenancy.settled:
        tenancy.settled.add(row.id)
        raise Refused(409, "resourceModified", "The resource has changed since the caller last read it.")


def _fields(con: sqlite3.Connection, row: Row) -> dict[str, Any]:
    return {"id": row.guid, "FileLeafRef": row.name, **fields.of_item(con, row)}


def _shape(column: Column) -> dict[str, Any]:
    kind: dict[str, Any] = {"number": {"decimalPlaces": "none"}, "dateTime": {"format": "dateTime"}}.get(
        column.kind, {}
    )
    if column.kind in ("text", "note"):
        kind = {"allowMultipleLines": column.kind == "note", "maxLength": fields.LONGEST_LINE}
    facet = "text" if column.kind == "note" else column.kind
    return {"id": column.id, "name": column.name, "displayName": column.display, "readOnly": False, facet: kind}
