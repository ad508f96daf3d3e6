"""Calls about the lists of a site: libraries, and lists without files."""

import sqlite3

from filrydd.rehearsal.calls import columns, expands, list_items
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.shapes import DRIVE, LIST, context, drive_json, list_json, selected
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import columns as stored_columns
from filrydd.rehearsal.store import sites
from filrydd.rehearsal.store.sites import GENERIC, LIBRARY, Drive, Site
from filrydd.rehearsal.tenancy import Tenancy


async def answer(tenancy: Tenancy, call: Call, site: Site, which: list[str]) -> Answer:
    """What follows `/sites/.../lists`, but for the drives of libraries. Raises Refused."""
    match call.method, which:
        case "GET", []:
            return _all(tenancy, call, site)
        case "POST", []:
            return await _make(tenancy, call, site)
        case _, []:
            raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    return await one(tenancy, call, sites.list_in(tenancy.store.read, site, which[0]), which[1:])


async def one(tenancy: Tenancy, call: Call, drive: Drive, which: list[str]) -> Answer:
    """What is asked of one list: itself, its columns, its items. Raises Refused."""
    match which:
        case []:
            return _show(tenancy, call, drive)
        case ["columns", *rest]:
            return await columns.answer(tenancy, call, drive, rest)
        case ["items", *rest]:
            return await list_items.answer(tenancy, call, drive, rest)
        case ["drive"] if drive.template != LIBRARY:
            raise not_found("The list is not a document library.")
    raise Refused(400, "BadRequest", f"Resource not found for the segment '{which[0]}'.")


def _show(tenancy: Tenancy, call: Call, drive: Drive) -> Answer:
    """`GET /sites/.../lists/...`, `GET /drives/.../list`."""
    if call.method != "GET":
        raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(Cost.GET, call.app.id)
    options = call.options("select", "expand")
    expand = expands.parsed(options.get("expand"), "columns", "drive")
    shape = selected(list_json(tenancy, drive), options.get("select"), LIST)
    if "columns" in expand:
        shape["columns"] = [columns.shape(column) for column in stored_columns.columns(tenancy.store.read, drive)]
    if "drive" in expand and drive.template == LIBRARY:
        shape["drive"] = selected(drive_json(tenancy, drive), expand["drive"].select, DRIVE)
    return Answer(body={**context(tenancy, call.root, "lists/$entity"), **shape})


def _all(tenancy: Tenancy, call: Call, site: Site) -> Answer:
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    wish = call.options("select").get("select")
    found = [selected(list_json(tenancy, drive), wish, LIST) for drive in sites.lists(tenancy.store.read, site)]
    return Answer(body={**context(tenancy, call.root, "lists"), "value": found})


async def _make(tenancy: Tenancy, call: Call, site: Site) -> Answer:
    """`POST lists`: a library, or a list that has a title for each item; with columns, all of them or none."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    only(body, "displayName", "list", "description", "columns")
    name, kind, description = body.get("displayName"), body.get("list"), body.get("description", "")
    if not isinstance(name, str) or not isinstance(kind, dict) or not isinstance(description, str):
        raise bad("displayName and list are required.")
    only(kind, "template", "contentTypesEnabled", "hidden")
    template = kind.get("template")
    if template not in (LIBRARY, GENERIC):
        raise bad("Only lists with the template documentLibrary or genericList can be made here.")
    if any(kind.get(switch, False) is not False for switch in ("contentTypesEnabled", "hidden")):
        raise bad("contentTypesEnabled and hidden are not supported here.")
    now = tenancy.clock.now()

    def act(con: sqlite3.Connection) -> Drive:
        drive = sites.make_list(con, site, name, str(template), description, now)
        if template == GENERIC:
            columns.make(con, drive, {"name": "Title", "text": {}})
        columns.make_all(con, drive, body.get("columns", []))
        return drive

    drive = await tenancy.store.write(act)
    return Answer(201, {**context(tenancy, call.root, "lists/$entity"), **list_json(tenancy, drive)})
