"""From a call to the part of the tenant that answers it."""

from filrydd.rehearsal.calls import (
    address,
    allowed,
    changing,
    checkouts,
    copying,
    delta,
    items,
    labels,
    list_items,
    lists,
    onenote,
    people,
    permissions,
    searching,
    site_grants,
    sites,
    teams,
    versions,
)
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.apps import Need
from filrydd.rehearsal.store.sites import Drive, drive_by_id, drive_of_list, first_drive
from filrydd.rehearsal.tenancy import Tenancy

_ACTIONS = {
    "",
    "checkin",
    "checkout",
    "children",
    "content",
    "copy",
    "createUploadSession",
    "delta",
    "discardCheckout",
    "extractSensitivityLabels",
    "invite",
    "listItem",
    "permanentDelete",
    "permissions",
    "retentionLabel",
    "search",
    "versions",
}


async def answer(tenancy: Tenancy, call: Call) -> Answer:
    """The answer to a call. Raises Refused."""
    if call.root == address.BETA:
        allowed.check_tenant(tenancy, call, Need.MAKE_SITE)
        return await sites.beta(tenancy, call)
    if call.path.rstrip("/") in ("/sites", "/sites/getAllSites", "/sites/getAllSites()"):
        allowed.check_tenant(tenancy, call, Need.SITE)
        return sites.show_sites(tenancy, call)
    if site := address.site(call.path):
        return await _in_site(tenancy, call, site)
    if found := address.drive(call.path):
        id, rest = found
        return await _in_drive(tenancy, call, drive_by_id(tenancy.store.read, id), rest)
    first = call.path.strip("/").split("/")[0] if call.root == "/v1.0" else ""
    if first in ("users", "groups", "teams"):
        allowed.check_directory(tenancy, call)
    if first in ("users", "groups"):
        return people.answer(tenancy, call)
    if first == "teams":
        return await teams.answer(tenancy, call)
    raise address.unknown(call.path)


async def _in_site(tenancy: Tenancy, call: Call, where: address.SiteAddress) -> Answer:
    if sites.is_root(tenancy, where):
        allowed.check_tenant(tenancy, call, allowed.at_site(call.method, where.rest))
    else:
        allowed.check_site(tenancy, call, where)
    site = await sites.resolve(tenancy, where)
    con = tenancy.store.read
    segments = where.rest.strip("/").split("/") if where.rest.strip("/") else []
    match segments:
        case []:
            return sites.show_site(tenancy, call, site)
        case ["permissions"]:
            return await site_grants.answer(tenancy, call, site)
        case ["permissions", id]:
            return await site_grants.answer(tenancy, call, site, id)
        case ["drives"]:
            return sites.show_drives(tenancy, call, site)
        case ["sites"]:
            return sites.show_subsites(tenancy, call, site)
        case ["drive", *_]:
            return await _in_drive(tenancy, call, first_drive(con, site), where.rest.removeprefix("/drive"))
        case ["drives", id, *_]:
            drive = drive_by_id(con, id)
            if drive.site.id == site.id:
                return await _in_drive(tenancy, call, drive, where.rest.removeprefix(f"/drives/{id}"))
        case ["lists", list, "drive", *_]:
            drive = drive_of_list(con, site, list)
            return await _in_drive(tenancy, call, drive, where.rest.removeprefix(f"/lists/{list}/drive"))
        case ["lists", *which]:
            return await lists.answer(tenancy, call, site, which)
        case ["onenote", *_]:
            raise onenote.refused()
    raise address.unknown("/".join(segments))


async def _in_drive(tenancy: Tenancy, call: Call, drive: Drive, rest: str) -> Answer:
    allowed.check_drive(tenancy, call, drive, rest)
    if rest in ("", "/"):
        return sites.show_drive(tenancy, call, drive)
    if rest == "/list" or rest.startswith("/list/"):
        inside = rest.removeprefix("/list").rstrip("/")
        allowed.check_site(tenancy, call, address.SiteAddress("", drive.site.id, f"/lists/{drive.list}{inside}"))
        return await lists.one(tenancy, call, drive, inside.split("/")[1:])
    if rest == "/items" and call.method == "GET":
        raise bad("The 'filter' query option must be provided.")
    where = address.item(f"/root{rest}" if rest.startswith("/search(") else rest)
    name, _, argument = where.action.partition("(")
    match call.method, name.split("/"):
        case "GET", [""]:
            return items.show(tenancy, call, drive, where)
        case "PATCH", [""]:
            return await changing.alter(tenancy, call, drive, where)
        case "DELETE", [""]:
            return await changing.remove(tenancy, call, drive, where)
        # There is no recycle bin here, so what is deleted for good is deleted as everything else is.
        case "POST", ["permanentDelete"]:
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
        case _, ["versions", *which]:
            return await versions.answer(tenancy, call, drive, where, which)
        case "GET", ["retentionLabel"]:
            return labels.show(tenancy, call, drive, where)
        case "PATCH", ["retentionLabel"]:
            return await labels.change(tenancy, call, drive, where)
        case "DELETE", ["retentionLabel"]:
            return await labels.remove(tenancy, call, drive, where)
        case "POST", ["extractSensitivityLabels"]:
            return await labels.sensitivity(tenancy, call, drive, where)
        case "POST", ["checkout"]:
            return await checkouts.check_out(tenancy, call, drive, where)
        case "POST", ["checkin"]:
            return await checkouts.check_in(tenancy, call, drive, where)
        case "POST", ["discardCheckout"]:
            return await checkouts.discard(tenancy, call, drive, where)
        case "GET", ["permissions"]:
            return permissions.show(tenancy, call, drive, where)
        case "POST", ["invite"]:
            return await permissions.invite(tenancy, call, drive, where)
        case "DELETE", ["permissions", id]:
            return await permissions.remove(tenancy, call, drive, where, id)
        case _, ["listItem"] | ["listItem", "fields"]:
            return await list_items.of_drive_item(tenancy, call, drive, where)
        case "POST", ["copy"]:
            return await copying.copy(tenancy, call, drive, where)
        case "GET", ["search"]:
            return searching.search(tenancy, call, drive, where, argument)
        case "GET", ["delta"]:
            return delta.answer(tenancy, call, drive, where, argument)
        case _, [known, *_] if known in _ACTIONS:
            raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    raise address.unknown(where.action)
