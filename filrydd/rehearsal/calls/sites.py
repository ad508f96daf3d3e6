"""Calls about sites and their drives."""

import base64
import binascii
import re
import sqlite3
import uuid
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from filrydd.rehearsal.calls import expands, later
from filrydd.rehearsal.calls.address import SiteAddress, unknown
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.shapes import (
    DRIVE,
    ITEM,
    SITE,
    Items,
    check_selection,
    context,
    drive_json,
    selected,
    site_json,
)
from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.refusal import Refused, bad, not_found, taken
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, sites
from filrydd.rehearsal.store.sites import HOST, Drive, Site
from filrydd.rehearsal.tenancy import Tenancy

PAGE = 200
MOST = 1_000
MAKING_TAKES = 1.0
"""Seconds until a site that was ordered is there."""
_ROOT_ONLY = "siteCollection/root ne null"
_TEMPLATES = ("sts", "sitepagepublishing")
_OPERATION = re.compile(r"/sites/getOperationStatus\(operationId='(?P<id>[A-Za-z0-9_=-]{1,2000})'\)")
_NOT_IN_SITE = re.compile(r"[^\w.\-]")


async def resolve(tenancy: Tenancy, where: SiteAddress) -> Site:
    """The site of an address; made on the spot if the tenant's ways allow it. Raises Refused (404)."""
    if is_root(tenancy, where):
        return root_site(tenancy)
    if where.id:
        return sites.site_by_id(tenancy.store.read, where.id)
    if there := sites.site_at(tenancy.store.read, where.path):
        return there
    if not tenancy.ways.any_site:
        raise not_found("Requested site could not be found")
    now = tenancy.clock.now()
    return await tenancy.store.write(lambda con: sites.make_site(con, where.path, asked=True, now=now))


def is_root(tenancy: Tenancy, where: SiteAddress) -> bool:
    """Whether an address means the tenant's own site: `root`, its id, a host's name alone, or a host without a path."""
    if not where.id:
        return not where.path
    host_alone = "," not in where.id and "." in where.id
    return where.id == "root" or host_alone or where.id == root_site(tenancy).id


def root_site(tenancy: Tenancy) -> Site:
    """The tenant's own site, which every tenant has; here it has no libraries."""
    collection, web = (uuid.uuid5(uuid.NAMESPACE_OID, f"{tenancy.key.hex()} {part}") for part in ("site", "web"))
    return Site(f"{HOST},{collection},{web}", "", asked=False, made=0)


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


def show_sites(tenancy: Tenancy, call: Call) -> Answer:
    """`GET /sites`: all of them, those that `search` finds, or the root, which is what its one `$filter` leaves."""
    if call.method != "GET":
        raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    options = call.options("select", "search", "filter", "top", "skiptoken")
    wish = options.get("select")
    check_selection(wish, SITE)
    body: dict[str, Any] = dict(context(tenancy, call.root, "sites"))
    if "filter" in options:
        if options["filter"] != _ROOT_ONLY:
            raise bad("Invalid filter clause")
        return Answer(body={**body, "value": [selected(site_json(tenancy, root_site(tenancy)), wish, SITE)]})
    count = call.top(PAGE, MOST)
    # `*` is how clients ask for all of them.
    words = options.get("search", "").strip().strip('"').replace("*", "")
    found = sites.sites_from(tenancy.store.read, options.get("skiptoken", ""), count + 1, words)
    body["value"] = [selected(site_json(tenancy, site), wish, SITE) for site in found[:count]]
    if len(found) > count:
        more = {f"${name}": value for name, value in options.items() if name != "search"}
        more |= {"$top": str(count), "$skiptoken": found[count - 1].path}
        more |= {"search": options["search"]} if "search" in options else {}
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in more.items())
        body["@odata.nextLink"] = f"{tenancy.web}{call.root}/sites?{asked}"
    return Answer(body=body)


def show_subsites(tenancy: Tenancy, call: Call, site: Site) -> Answer:
    """`GET /sites/.../sites`: none; SharePoint's sites are flat by now."""
    _get(tenancy, call, Cost.LIST)
    return Answer(body={**context(tenancy, call.root, f"sites('{quote(site.id)}')/sites"), "value": []})


def show_drives(tenancy: Tenancy, call: Call, site: Site) -> Answer:
    """`GET /sites/.../drives`."""
    wish = _get(tenancy, call, Cost.LIST)
    check_selection(wish, DRIVE)
    found = [selected(drive_json(tenancy, drive), wish, DRIVE) for drive in sites.drives(tenancy.store.read, site)]
    return Answer(body={**context(tenancy, call.root, "drives"), "value": found})


def show_drive(tenancy: Tenancy, call: Call, drive: Drive) -> Answer:
    """`GET /drives/...`, `GET /sites/.../drive`, `GET /sites/.../lists/.../drive`."""
    if call.method != "GET":
        raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(Cost.GET, call.app.id)
    options = call.options("select", "expand")
    expand = expands.parsed(options.get("expand"), "root")
    shape = {
        **context(tenancy, call.root, "drives/$entity"),
        **selected(drive_json(tenancy, drive), options.get("select"), DRIVE),
    }
    if "root" in expand:
        row = folders.by_id(tenancy.store.read, drive, "root")
        shape["root"] = selected(Items(tenancy, drive).shape(row), expand["root"].select, ITEM)
    return Answer(body=shape)


async def beta(tenancy: Tenancy, call: Call) -> Answer:
    """What the tenant knows of Graph's beta: `POST /sites`, and how far that is. Raises Refused (400, 404, 409)."""
    if call.path == "/sites" and call.method == "POST":
        return await _order(tenancy, call)
    found = _OPERATION.fullmatch(call.path)
    if found and call.method == "GET":
        return _operation(tenancy, call, found["id"])
    raise unknown(call.path)


async def _order(tenancy: Tenancy, call: Call) -> Answer:
    """A new site, a moment later: 202 with the place that tells how far it is."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    words = ("name", "webUrl", "description", "locale", "template")
    only(body, *words, "ownerIdentityToResolve", "shareByEmailEnabled")
    if any(not isinstance(body.get(word, ""), str) for word in words):
        raise bad("name, webUrl, description, locale and template must be strings.")
    if body.get("template", _TEMPLATES[0]) not in _TEMPLATES:
        raise bad("Only sites with the template sts or sitepagepublishing can be made here.")
    if not isinstance(body.get("ownerIdentityToResolve", {}), dict):
        raise bad("ownerIdentityToResolve must be an object.")
    if not isinstance(body.get("shareByEmailEnabled", False), bool):
        raise bad("shareByEmailEnabled must be a boolean.")
    path = _path(body)
    when = tenancy.clock.now() + MAKING_TAKES

    def act(con: sqlite3.Connection) -> None:
        if sites.site_at(con, path) or _is_ordered(con, path):
            raise taken("The specified site already exists.")
        display, description = body.get("name", ""), body.get("description", "")
        later.plan(con, when, "site", path, display=display, description=description)

    await tenancy.store.write(act)
    id = base64.urlsafe_b64encode(f"%s'{quote(path, safe='')}".encode()).decode()
    place = f"{tenancy.web}{call.root}/sites/getOperationStatus(operationId='{id}')"
    return Answer(202, None, {"Location": place})


def _path(body: dict[str, Any]) -> str:
    try:
        path = unquote(urlsplit(body.get("webUrl", "")).path).strip("/")
    except ValueError:
        raise bad("webUrl is not valid.") from None
    if not path:
        path = f"sites/{_NOT_IN_SITE.sub('', body.get('name', ''))}"
    if not sites.can_be_site(path):
        raise bad("webUrl is not the address that a site can have.")
    return path


def _operation(tenancy: Tenancy, call: Call, id: str) -> Answer:
    """A richLongRunningOperation."""
    tenancy.throttle.spend(Cost.GET, call.app.id)
    call.options()
    try:
        said = base64.urlsafe_b64decode(id).decode()
    except (binascii.Error, ValueError):
        said = ""
    path = unquote(said.removeprefix("%s'"))
    site = sites.site_at(tenancy.store.read, path)
    shape: dict[str, Any] = {**context(tenancy, call.root, "microsoft.graph.richLongRunningOperation"), "id": id}
    if site is not None:
        place = f"{tenancy.web}{call.root}/sites/{site.id}"
        done = {"resourceId": site.id, "resourceLocation": place, "status": "succeeded"}
        return Answer(body={**shape, "createdDateTime": stamp(site.made), **done})
    if not _is_ordered(tenancy.store.read, path):
        raise not_found("The operation could not be found.")
    return Answer(body={**shape, "createdDateTime": stamp(tenancy.clock.now()), "status": "running"})


def _is_ordered(con: sqlite3.Connection, path: str) -> bool:
    return con.execute("SELECT 1 FROM due WHERE what = 'site' AND item = ?", (path,)).fetchone() is not None


@later.can("site")
def _make(tenancy: Tenancy, con: sqlite3.Connection, path: str, said: dict[str, Any]) -> None:
    now = tenancy.clock.now()
    sites.make_site(con, path, asked=False, now=now, display=said["display"], description=said["description"])
