"""From a call to the part of the tenant that answers it."""

from filrydd.rehearsal.calls import address, changing, columns, delta, items, people, permissions, sites, teams
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store.sites import Drive, drive_by_id, drive_of_list, first_drive
from filrydd.rehearsal.tenancy import Tenancy

_ACTIONS = {
    "",
    "children",
    "content",
    "createUploadSession",
    "delta",
    "invite",
    "listItem",
    "permissions",
    "versions",
}


async def answer(tenancy: Tenancy, call: Call) -> Answer:
    """The answer to a call. Raises Refused."""
    if site := address.site(call.path):
        return await _in_site(tenancy, call, site)
    if found := address.drive(call.path):
        id, rest = found
        return await _in_drive(tenancy, call, drive_by_id(tenancy.store.read, id), rest)
    first = call.path.strip("/").split("/")[0] if call.root == "/v1.0" else ""
    if first in ("users", "groups"):
        return people.answer(tenancy, call)
    if first == "teams":
        return await teams.answer(tenancy, call)
    raise address.unknown(call.path)


async def _in_site(tenancy: Tenancy, call: Call, where: address.SiteAddress) -> Answer:
    site = await sites.resolve(tenancy, where)
    con = tenancy.store.read
    segments = where.rest.strip("/").split("/") if where.rest.strip("/") else []
    match segments:
        case []:
            return sites.show_site(tenancy, call, site)
        case ["drives"]:
            return sites.show_drives(tenancy, call, site)
        case ["lists"]:
            return await sites.lists(tenancy, call, site)
        case ["lists", list]:
            return sites.show_list(tenancy, call, drive_of_list(con, site, list))
        case ["lists", list, "columns"]:
            return await columns.columns(tenancy, call, drive_of_list(con, site, list))
        case ["drive", *_]:
            return await _in_drive(tenancy, call, first_drive(con, site), where.rest.removeprefix("/drive"))
        case ["drives", id, *_]:
            drive = drive_by_id(con, id)
            if drive.site.id == site.id:
                return await _in_drive(tenancy, call, drive, where.rest.removeprefix(f"/drives/{id}"))
        case ["lists", list, "drive", *_]:
            drive = drive_of_list(con, site, list)
            return await _in_drive(tenancy, call, drive, where.rest.removeprefix(f"/lists/{list}/drive"))
    raise address.unknown("/".join(segments))


async def _in_drive(tenancy: Tenancy, call: Call, drive: Drive, rest: str) -> Answer:
    if rest in ("", "/"):
        return sites.show_drive(tenancy, call, drive)
    if rest == "/list":
        return sites.show_list(tenancy, call, drive)
    where = address.item(rest)
    name, _, argument = where.action.partition("(")
    match call.method, name.split("/"):
        case "GET", [""]:
            return items.show(tenancy, call, drive, where)
        case "PATCH", [""]:
            return await changing.alter(tenancy, call, drive, where)
        case "DELETE", [""]:
            return await changing.remove(tenancy, call, drive, where)
        case "GET", ["children"]:
            return items.children(tenancy, call, drive, where)
        case "POST", ["children"]:
            return await changing.make_folder(tenancy, call, drive, where)
        case "GET", ["content"]:
            return items.content(tenancy, call, drive, where)
        case "PUT", ["content"]:
            return await changing.put_content(tenancy, call, drive, where)
        case "POST", ["createUploadSession"]:
            return await changing.open_session(tenancy, call, drive, where)
        case "GET", ["versions", *which]:
            return items.versions(tenancy, call, drive, where, which)
        case "GET", ["permissions"]:
            return permissions.show(tenancy, call, drive, where)
        case "POST", ["invite"]:
            return await permissions.invite(tenancy, call, drive, where)
        case "DELETE", ["permissions", id]:
            return await permissions.remove(tenancy, call, drive, where, id)
        case "GET", ["listItem"]:
            return columns.show_list_item(tenancy, call, drive, where)
        case "PATCH", ["listItem", "fields"]:
            return await columns.fill(tenancy, call, drive, where)
        case "GET", ["delta"]:
            return delta.answer(tenancy, call, drive, where, argument)
        case _, [known, *_] if known in _ACTIONS:
            raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    raise address.unknown(where.action)
