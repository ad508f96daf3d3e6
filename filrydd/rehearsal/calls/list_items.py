"""Calls about the items of lists, and about what columns say of them."""

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import expands, items, shapes
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.list_item_shapes import LIST_ITEM, ListItems, etag
from filrydd.rehearsal.calls.list_queries import Looking
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules.chance import dice
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import fields, folders, listing, locks, writing
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import LIBRARY, Drive
from filrydd.rehearsal.tenancy import Tenancy

PAGE = 200
MOST = 5_000
"""Items of a page: SharePoint gives no more, whatever `$top` says."""


async def answer(tenancy: Tenancy, call: Call, drive: Drive, which: list[str]) -> Answer:
    """What follows `/sites/.../lists/.../items`. Raises Refused."""
    match call.method, which:
        case "GET", []:
            return _all(tenancy, call, drive)
        case "POST", []:
            return await _make(tenancy, call, drive)
    if not which or which[1:] not in ([], ["fields"], ["driveItem"]):
        if not which:
            raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
        raise Refused(400, "BadRequest", f"Resource not found for the segment '{which[1]}'.")
    row = listing.item(tenancy.store.read, drive, which[0])
    match call.method, which[1:]:
        case "GET", []:
            return show(tenancy, call, drive, row)
        case "PATCH", []:
            return await _change(tenancy, call, drive, row)
        case "DELETE", []:
            return await _remove(tenancy, call, drive, row)
        case "GET", ["fields"]:
            return show_fields(tenancy, call, drive, row)
        case "PATCH", ["fields"]:
            return await fill(tenancy, call, drive, row)
        case "GET", ["driveItem"]:
            if drive.template != LIBRARY:
                raise not_found("The list item is not a drive item.")
            return items.show(tenancy, call, drive, ItemAddress(row.id, (), ""))
    raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")


async def of_drive_item(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """What follows `/drives/.../items/...` as `listItem` or `listItem/fields`. Raises Refused."""
    row = items.locate(tenancy, drive, where)
    if not row.parent:
        # The root folder of a library is no item of its list.
        raise not_found()
    match call.method, where.action:
        case "GET", "listItem":
            return show(tenancy, call, drive, row)
        case "GET", "listItem/fields":
            return show_fields(tenancy, call, drive, row)
        case "PATCH", "listItem/fields":
            return await fill(tenancy, call, drive, row)
    raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")


def _all(tenancy: Tenancy, call: Call, drive: Drive) -> Answer:
    """`GET items`, page by page, by number unless there is an order. What is refused: list_queries."""
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    options = call.options("select", "expand", "filter", "orderby", "top", "skiptoken")
    wish, expand = options.get("select"), expands.parsed(options.get("expand"), "fields", "driveItem")
    shapes.check_selection(wish, LIST_ITEM)
    count = call.top(PAGE, MOST)
    looking = Looking(tenancy, drive)
    query = looking.query(call, options.get("filter"), options.get("orderby"))
    found, token = looking.page(query, options.get("skiptoken", ""), count)
    shaper, drive_items = ListItems(tenancy, drive), shapes.Items(tenancy, drive)
    listed = [_shape(shaper, drive_items, row, call.root, wish, expand) for row in found]
    body: dict[str, Any] = {**shapes.context(tenancy, call.root, _what(drive)), "value": listed}
    if token:
        more = {**options, "top": str(count), "skiptoken": token}
        asked = "&".join(f"${name}={quote(value, safe='')}" for name, value in more.items())
        where = f"{tenancy.web}{call.root}/sites/{drive.site.id}/lists/{drive.list}/items"
        body["@odata.nextLink"] = f"{where}?{asked}"
    return Answer(body=body)


def _shape(
    shaper: ListItems,
    drive_items: shapes.Items,
    row: Row,
    root: str,
    wish: str | None,
    expand: Mapping[str, expands.Expand],
) -> dict[str, Any]:
    asked = expand.get("fields")
    with_fields = asked is not None or (wish is not None and "fields" in shapes.check_selection(wish, LIST_ITEM))
    whole = shaper.shape(row, root, with_fields=with_fields, only=asked.select if asked else None)
    kept = shapes.selected(whole, wish, LIST_ITEM)
    for name in ("@odata.etag", *(("fields@odata.context", "fields") if with_fields else ())):
        kept[name] = whole[name]
    if "driveItem" in expand:
        kept["driveItem"] = shapes.selected(drive_items.shape(row), expand["driveItem"].select, shapes.ITEM)
    return kept


def show(tenancy: Tenancy, call: Call, drive: Drive, row: Row) -> Answer:
    """`GET` a list item, with its fields where they are asked for."""
    tenancy.throttle.spend(Cost.GET, call.app.id)
    options = call.options("select", "expand")
    expand = expands.parsed(options.get("expand"), "fields", "driveItem")
    shape = _shape(
        ListItems(tenancy, drive),
        shapes.Items(tenancy, drive),
        row,
        call.root,
        options.get("select"),
        expand,
    )
    return Answer(body={**shapes.context(tenancy, call.root, f"{_what(drive)}/$entity"), **shape}, headers=_tag(row))


def show_fields(tenancy: Tenancy, call: Call, drive: Drive, row: Row) -> Answer:
    """`GET` the fields of a list item."""
    tenancy.throttle.spend(Cost.GET, call.app.id)
    said = ListItems(tenancy, drive).fields(row, call.options("select").get("select"))
    return Answer(body={**_fields_context(tenancy, call, drive, row), **said}, headers=_tag(row))


async def fill(tenancy: Tenancy, call: Call, drive: Drive, row: Row) -> Answer:
    """`PATCH` fields: a new version of a file, which has changed now.

    That `fileSystemInfo` says so too is our inference: in SharePoint it and the item's own times go together
    (OneDrive/onedrive-api-docs#1600).
    """
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    changed = await _filled(tenancy, call, drive, row, await call.json())
    said = ListItems(tenancy, drive).fields(changed)
    return Answer(body={**_fields_context(tenancy, call, drive, changed), **said}, headers=_tag(changed))


async def _change(tenancy: Tenancy, call: Call, drive: Drive, row: Row) -> Answer:
    """`PATCH` a list item: of all that it has, only its fields can change."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    only(body, "fields")
    changed = await _filled(tenancy, call, drive, row, _given(body))
    said = ListItems(tenancy, drive).shape(changed, call.root, with_fields=True)
    return Answer(body={**shapes.context(tenancy, call.root, f"{_what(drive)}/$entity"), **said}, headers=_tag(changed))


async def _filled(tenancy: Tenancy, call: Call, drive: Drive, row: Row, body: Mapping[str, Any]) -> Row:
    values = _values(body)
    _check_idle(tenancy, row)
    now, if_match = tenancy.clock.now(), call.headers.get("if-match", "")

    def act(con: sqlite3.Connection) -> Row:
        here = folders.by_id(con, drive, row.id)
        folders.check_match(here, here.etag if if_match == etag(here) else if_match, "")
        locks.check_holder(here, call.app.id)
        parent = folders.by_id(con, drive, here.parent or here.id)
        changed = writing.alter(con, drive, here, here.name, parent, Times(modified=int(now)), "fail")
        fields.fill(con, drive, changed, values)
        return changed

    return await tenancy.store.write(act)


async def _make(tenancy: Tenancy, call: Call, drive: Drive) -> Answer:
    """`POST items`: a new item of a list without files; those of a library come as files."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    only(body, "fields", "contentType")
    if drive.template == LIBRARY:
        raise bad("Items of a document library are made by uploading files or making folders.")
    if body.get("contentType") not in (None, {"name": "Item"}):
        raise bad("The list has no such content type.")
    values, now = _values(_given(body)), tenancy.clock.now()

    def act(con: sqlite3.Connection) -> Row:
        made = listing.make_item(con, drive, now)
        fields.fill(con, drive, made, values)
        return made

    row = await tenancy.store.write(act)
    said = ListItems(tenancy, drive).shape(row, call.root, with_fields=True)
    context = shapes.context(tenancy, call.root, f"{_what(drive)}/$entity")
    return Answer(201, {**context, **said}, _tag(row))


async def _remove(tenancy: Tenancy, call: Call, drive: Drive, row: Row) -> Answer:
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    if_match = call.headers.get("if-match", "")

    def act(con: sqlite3.Connection) -> None:
        here = folders.by_id(con, drive, row.id)
        folders.check_match(here, here.etag if if_match == etag(here) else if_match, "")
        locks.check_removal(con, here, call.app.id)
        writing.remove(con, drive, here)

    await tenancy.store.write(act, long=bool(row.folder))
    return Answer(204)


def _given(body: Mapping[str, Any]) -> Mapping[str, Any]:
    given = body.get("fields", {})
    if not isinstance(given, dict):
        raise bad("fields must be an object.")
    return given


def _values(body: Mapping[str, Any]) -> dict[str, object]:
    """The values of a body, without OData's annotations, some of which say a type. Raises Refused (400) for a wrong one."""
    for name, value in body.items():
        if name.endswith("@odata.type") and value != "Collection(Edm.String)":
            raise bad(f"The type of the field '{name.partition('@')[0]}' is not supported here.")
    return {name: value for name, value in body.items() if "@" not in name}


def _check_idle(tenancy: Tenancy, row: Row) -> None:
    """Refuse (409) one file in so many, once: SharePoint is still busy with it itself."""
    every = tenancy.ways.busy_items
    chosen = every and row.blob and dice(tenancy.ways.seed, "busy", row.name) % every == 0
    if chosen and row.versions == 1 and row.id not in tenancy.settled:
        tenancy.settled.add(row.id)
        raise Refused(409, "resourceModified", "The resource has changed since the caller last read it.")


def _what(drive: Drive) -> str:
    return f"sites('{quote(drive.site.id)}')/lists('{drive.list}')/items"


def _fields_context(tenancy: Tenancy, call: Call, drive: Drive, row: Row) -> Mapping[str, str]:
    return shapes.context(tenancy, call.root, f"{_what(drive)}('{row.number}')/fields/$entity")


def _tag(row: Row) -> dict[str, str]:
    return {"ETag": etag(row)}
