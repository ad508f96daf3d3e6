"""From an address to a page. Pages are only read."""

import dataclasses
import json

from starlette.requests import Request
from starlette.responses import Response

from filrydd.lang import _, speaking
from filrydd.rehearsal.calls import address
from filrydd.rehearsal.pages import admin, admin_page, door, file, folder, found, items, places, rendering
from filrydd.rehearsal.pages.page import Page
from filrydd.rehearsal.refusal import Refused, not_found
from filrydd.rehearsal.store import folders, sites
from filrydd.rehearsal.store.sites import LIBRARY, Drive, Site
from filrydd.rehearsal.tenancy import Tenancy

_ADMIN_JSON = f"{rendering.ADMIN}.json"


async def answer(tenancy: Tenancy, request: Request) -> Response:
    """The page at an address. Raises Refused (405; 401 for figures without the token that they need)."""
    if request.method not in ("GET", "HEAD"):
        raise Refused(405, "invalidRequest", f"{request.method} is not allowed here.", headers={"Allow": "GET, HEAD"})
    path = address.decoded(request.scope["raw_path"])
    if path == rendering.STYLE:
        return rendering.style()
    if path == _ADMIN_JSON:
        door.check(tenancy, request)
        # What a way holds that is no JSON, a path for instance, is told as text.
        told = json.dumps(dataclasses.asdict(await admin.figures(tenancy)), default=str)
        return Response(told, headers={"Cache-Control": "no-store"}, media_type="application/json")
    with speaking(rendering.tongue(request)):
        try:
            door.check(tenancy, request)
        except Refused as refused:
            return rendering.rendered(_locked(), request, path, refused.headers)
        try:
            page = await _page(tenancy, request, path)
        except Refused as refused:
            page = dataclasses.replace(places.missing(), status=refused.status)
        return rendering.rendered(page, request, path)


async def _page(tenancy: Tenancy, request: Request, path: str) -> Page:
    """The page at a decoded path. Raises Refused (404)."""
    if path == rendering.ADMIN:
        return admin_page.page(await admin.figures(tenancy), request.query_params.get("every", ""))
    con = tenancy.store.read
    names = [name for name in path.split("/") if name]
    after = request.query_params.get("after", "")
    if not names:
        return places.front(tenancy, after)
    site = sites.site_at(con, "/".join(names[:2]))
    if site is None:
        raise not_found()
    if len(names) == 2:
        return places.site(tenancy, site, after)
    drive, below = _list(tenancy, site, names[2:])
    if drive.template != LIBRARY:
        if below:
            raise not_found()
        return items.page(tenancy, drive, after)
    if not below and (words := request.query_params.get("q", "").strip()):
        return await found.page(tenancy, drive, words, after)
    row = folders.at(con, folders.by_id(con, drive, "root"), below)
    if row.package:
        return file.notebook(tenancy, drive, row)
    if row.folder:
        return folder.page(tenancy, drive, row, after)
    return file.page(tenancy, drive, row, request.query_params.get("before", ""))


def _list(tenancy: Tenancy, site: Site, names: list[str]) -> tuple[Drive, list[str]]:
    """The library or list that names below a site begin with, and the names that follow. Raises Refused (404)."""
    for drive in sites.lists(tenancy.store.read, site):
        own = drive.path[len(site.path) + 1 :].split("/")
        if [name.lower() for name in names[: len(own)]] == [name.lower() for name in own]:
            return drive, names[len(own) :]
    raise not_found()


def _locked() -> Page:
    said = _("Log in with any name, and the token that the tenant said when it began as the password.")
    return Page(_("The token is needed"), lead=(said,), status=401)
