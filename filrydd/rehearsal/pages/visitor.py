"""What a visitor sees in a browser: sites, libraries, folders and files, plainly marked as a rehearsal."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import jinja2
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from filrydd.lang import LANGUAGES, _, language, speaking
from filrydd.rehearsal.calls import address
from filrydd.rehearsal.calls.shapes import APP, download_url
from filrydd.rehearsal.pages import access
from filrydd.rehearsal.pages.page import Cell, Heading, Page, bytes_in_words, moment_in_words
from filrydd.rehearsal.refusal import Refused, not_found
from filrydd.rehearsal.store import folders, sites
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive, Site
from filrydd.rehearsal.tenancy import Tenancy

ON_A_PAGE = 500
_STYLE = "/-/style.css"
_TEMPLATES = Path(__file__).with_name("templates")
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _breakable(text: str) -> Markup:
    """A name with places where a line may break."""
    return Markup(re.sub(r"([/_.\\-])", r"\1<wbr>", str(escape(text))))


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
)
_ENVIRONMENT.filters["breakable"] = _breakable


def answer(tenancy: Tenancy, request: Request) -> Response:
    """The page at an address. Raises Refused (405)."""
    if request.method not in ("GET", "HEAD"):
        raise Refused(405, "invalidRequest", f"{request.method} is not allowed here.")
    path = address.decoded(request.scope["raw_path"])
    if path == _STYLE:
        return _response((_TEMPLATES / "style.css").read_text(encoding="utf-8"), "text/css")
    with speaking(request.query_params.get("lang", language())):
        try:
            page, status = _page(tenancy, path, request.query_params.get("after", "")), 200
        except Refused as refused:
            page, status = _missing(), refused.status
        return _response(_rendered(page, path), "text/html", status)


def _response(text: str, kind: str, status: int = 200) -> Response:
    return Response(text, status, {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}, kind)


def _rendered(page: Page, path: str) -> str:
    here = quote(path)
    names = {"nb": "Bokmål", "en": "English"}
    return _ENVIRONMENT.get_template("page.html").render(
        page=page,
        language=language(),
        mark=_("Rehearsal"),
        explanation=_("This is not SharePoint. Nothing here has left this machine."),
        skip=_("Skip to the content"),
        way=_("You are here"),
        download=_("Download the file"),
        next_page=_("Show more"),
        footer=_("This is a rehearsal. The pages show what was uploaded to the rehearsal tenant."),
        tongues=[Tongue(code, names[code], f"{here}?{urlencode({'lang': code})}") for code in LANGUAGES],
    )


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to choose."""

    code: str
    text: str
    href: str


def _page(tenancy: Tenancy, path: str, after: str) -> Page:
    """The page at a decoded path. Raises Refused (404)."""
    con = tenancy.store.read
    names = [name for name in path.split("/") if name]
    if not names:
        return _front(tenancy)
    site = sites.site_at(con, "/".join(names[:2]))
    if site is None:
        raise not_found()
    if len(names) == 2:
        return _site(tenancy, site)
    drive = next((each for each in sites.drives(con, site) if each.segment.lower() == names[2].lower()), None)
    if drive is None:
        raise not_found()
    row = folders.at(con, folders.by_id(con, drive, "root"), names[3:])
    return _folder(tenancy, drive, row, after) if row.folder else _file(tenancy, drive, row)


def _missing() -> Page:
    return Page(
        title=_("Nothing is here"),
        crumbs=(Cell(_("All sites"), "/"),),
        notes=(_("There is no site, folder or file at this address. Go back to all sites."),),
    )


def _front(tenancy: Tenancy) -> Page:
    rows = []
    for site in sites.sites(tenancy.store.read):
        why = _("made because somebody asked for it") if site.asked else _("there from the start")
        count = len(sites.drives(tenancy.store.read, site))
        rows.append((Cell(site.path, f"/{quote(site.path)}"), Cell(str(count)), Cell(why)))
    return Page(
        title=_("Sites"),
        caption=_("Sites of the rehearsal tenant"),
        headings=(Heading(_("Site")), Heading(_("Libraries"), number=True), Heading(_("Why it is here"))),
        rows=tuple(rows),
    )


def _site(tenancy: Tenancy, site: Site) -> Page:
    rows = []
    for drive in sites.drives(tenancy.store.read, site):
        root = folders.by_id(tenancy.store.read, drive, "root")
        rows.append((Cell(drive.name, f"/{quote(drive.path)}"), Cell(bytes_in_words(root.size))))
    return Page(
        title=site.path,
        crumbs=(Cell(_("All sites"), "/"),),
        notes=(_("This site was made because somebody asked for it."),) if site.asked else (),
        caption=_("Libraries of the site"),
        headings=(Heading(_("Library")), Heading(_("Size"), number=True)),
        rows=tuple(rows),
    )


def _crumbs(drive: Drive, names: list[str]) -> tuple[Cell, ...]:
    crumbs = [Cell(_("All sites"), "/"), Cell(drive.site.path, f"/{quote(drive.site.path)}")]
    href = f"/{quote(drive.path)}"
    crumbs.append(Cell(drive.name, href))
    for name in names:
        href = f"{href}/{quote(name, safe='')}"
        crumbs.append(Cell(name, href))
    return tuple(crumbs)


def _folder(tenancy: Tenancy, drive: Drive, row: Row, after: str) -> Page:
    names = folders.names_to(tenancy.store.read, row)
    crumbs = _crumbs(drive, names)
    here = crumbs[-1].href
    found = folders.children(tenancy.store.read, row.id, after, ON_A_PAGE + 1)
    rows = [
        (
            Cell(child.name, f"{here}/{quote(child.name, safe='')}"),
            Cell(_("folder") if child.folder else _("file")),
            Cell(moment_in_words(child.modified)),
            Cell(APP["user"]["displayName"]),
            Cell(bytes_in_words(child.size)),
            Cell("" if child.folder else str(child.versions)),
        )
        for _fold, child in found[:ON_A_PAGE]
    ]
    return Page(
        title=names[-1] if names else drive.name,
        crumbs=crumbs[:-1],
        notes=(*(() if rows else (_("This folder is empty."),)), *access.notes(tenancy, drive, row)),
        caption=_("What lies here"),
        headings=(
            Heading(_("Name")),
            Heading(_("Kind")),
            Heading(_("Changed")),
            Heading(_("By")),
            Heading(_("Size"), number=True),
            Heading(_("Versions"), number=True),
        ),
        rows=tuple(rows),
        more=f"{here}?{urlencode({'after': found[ON_A_PAGE - 1][0]})}" if len(found) > ON_A_PAGE else "",
    )


def _file(tenancy: Tenancy, drive: Drive, row: Row) -> Page:
    names = folders.names_to(tenancy.store.read, row)
    rows = [
        (
            Cell(f"{version.number}.0", download_url(tenancy, version.blob, row.name)),
            Cell(moment_in_words(version.modified)),
            Cell(APP["user"]["displayName"]),
            Cell(bytes_in_words(version.size)),
        )
        for version in folders.versions(tenancy.store.read, row)
    ]
    return Page(
        title=row.name,
        crumbs=_crumbs(drive, names)[:-1],
        notes=access.notes(tenancy, drive, row),
        download=download_url(tenancy, row.blob, row.name),
        caption=_("Versions of the file, the newest first"),
        headings=(Heading(_("Version")), Heading(_("Changed")), Heading(_("By")), Heading(_("Size"), number=True)),
        rows=tuple(rows),
    )
