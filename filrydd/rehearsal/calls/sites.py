"""Calls about sites, libraries and lists."""

from filrydd.rehearsal.calls.address import SiteAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.shapes import (
    DRIVE,
    LIST,
    SITE,
    context,
    drive_json,
    list_json,
    selected,
    site_json,
)
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import sites
from filrydd.rehearsal.store.sites import Drive, Site
from filrydd.rehearsal.tenancy import Tenancy


async def resolve(tenancy: Tenancy, where: SiteAddress) -> Site:
    """The site of an address; made on the spot if the tenant's ways allow it. Raises Refused (404)."""
    if where.id:
        return sites.site_by_id(tenancy.store.read, where.id)
    if there := sites.site_at(tenancy.store.read, where.path):
        return there
    if not tenancy.ways.any_site:
        raise not_found("Requested site could not be found")
    now = tenancy.clock.now()
    return await tenancy.store.write(lambda con: sites.make_site(con, where.path, asked=True, now=now))


def _get(tenancy: Tenancy, call: Call, kind: Cost) -> str | None:
    if call.method != "GET":
        raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(kind, call.app.id)
    return call.options("select").get("select")


def show_site(tenancy: Tenancy, call: Call, site: Site) -> Answer:
    """`GET /sites/...`."""
    wish = _get(tenancy, call, Cost.GET)
    shape = {**context(tenancy, call.root, "sites/$entity"), **site_json(tenancy, site)}
    return Answer(body=selected(shape, wish, SITE))


def show_drives(tenancy: Tenancy, call: Call, site: Site) -> Answer:
    """`GET /sites/.../drives`."""
    wish = _get(tenancy, call, Cost.LIST)
    found = [selected(drive_json(tenancy, drive), wish, DRIVE) for drive in sites.drives(tenancy.store.read, site)]
    return Answer(body={**context(tenancy, call.root, "drives"), "value": found})


def show_drive(tenancy: Tenancy, call: Call, drive: Drive) -> Answer:
    """`GET /drives/...`, `GET /sites/.../drive`, `GET /sites/.../lists/.../drive`."""
    wish = _get(tenancy, call, Cost.GET)
    shape = {**context(tenancy, call.root, "drives/$entity"), **drive_json(tenancy, drive)}
    return Answer(body=selected(shape, wish, DRIVE))


def show_list(tenancy: Tenancy, call: Call, drive: Drive) -> Answer:
    """`GET /sites/.../lists/...`, `GET /drives/.../list`."""
    wish = _get(tenancy, call, Cost.GET)
    shape = {**context(tenancy, call.root, "lists/$entity"), **list_json(tenancy, drive)}
    return Answer(body=selected(shape, wish, LIST))


async def lists(tenancy: Tenancy, call: Call, site: Site) -> Answer:
    """`GET /sites/.../lists`, and `POST` for a new library."""
    if call.method != "POST":
        wish = _get(tenancy, call, Cost.LIST)
        found = [selected(list_json(tenancy, drive), wish, LIST) for drive in sites.drives(tenancy.store.read, site)]
        return Answer(body={**context(tenancy, call.root, "lists"), "value": found})
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    only(body, "displayName", "list", "description")
    name, kind = body.get("displayName"), body.get("list")
    if not isinstance(name, str) or not isinstance(kind, dict):
        raise bad("displayName and list are required.")
    if kind.get("template") != "documentLibrary":
        raise bad("Only lists with the template documentLibrary can be made here.")
    now = tenancy.clock.now()
    drive = await tenancy.store.write(lambda con: sites.make_library(con, site, name, now))
    return Answer(201, {**context(tenancy, call.root, "lists/$entity"), **list_json(tenancy, drive)})
