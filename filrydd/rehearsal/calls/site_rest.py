"""SharePoint's own API at a site, as far as it says what Graph does not: how many versions a library keeps, its default
labels, and what the asking application may do.

Names and numbers of the properties: SharePoint's REST reference (SP.List, SP.Web, SP.PermissionKind) and what
cli-microsoft365 and PnP send and read.
"""

import re
import sqlite3
from dataclasses import replace
from typing import Any

from filrydd.rehearsal.calls import allowed, site_rights
from filrydd.rehearsal.calls.address import SiteAddress
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import sites, version_limits
from filrydd.rehearsal.store.sites import Drive, Site
from filrydd.rehearsal.store.version_limits import AGE, AUTOMATIC, MOST, NUMBER, Limit
from filrydd.rehearsal.tenancy import Tenancy

_LIST = re.compile(r"/(?P<site>[^/]+/[^/]+)/_api/web/lists\(guid'(?P<list>[0-9a-fA-F-]{36})'\)", re.IGNORECASE)
_WEB = re.compile(r"/(?P<site>[^/]+/[^/]+)/_api/web", re.IGNORECASE)
_LABEL = re.compile(
    r"/(?P<site>[^/]+/[^/]+)/_api/SP\.CompliancePolicy\.SPPolicyStoreProxy\.GetListComplianceTag\(listUrl='(?P<list>.+)'\)",
    re.IGNORECASE,
)
_TAGS = ("", "*")
_LONGEST_DAYS = 36_500


def asked(path: str) -> bool:
    """Whether a decoded path is one of that API."""
    return any(one.fullmatch(path) for one in (_LIST, _WEB, _LABEL))


async def answer(tenancy: Tenancy, call: Call) -> Answer:
    """What a library keeps, or (`MERGE`) what it is to keep from now on; its default labels; the asking app's rights.

    Raises Refused (400, 403, 404, 405, 412).
    """
    method = call.headers.get("x-http-method", "POST").upper() if call.method == "POST" else call.method
    if method not in ("GET", "MERGE", "PATCH"):
        raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    tenancy.throttle.spend(Cost.GET if method == "GET" else Cost.WRITE, call.app.id)
    found = _LIST.fullmatch(call.path) or _WEB.fullmatch(call.path) or _LABEL.fullmatch(call.path)
    site = sites.site_at(tenancy.store.read, found["site"]) if found else None
    if found is None or site is None:
        raise Refused(404, "itemNotFound", "The site could not be found.")
    asked = replace(call, method="GET" if method == "GET" else "PATCH")
    if found.re is not _LIST:
        if method != "GET":
            raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
        allowed.check_site(tenancy, asked, SiteAddress(site.path, "", "/lists"))
        if found.re is _LABEL:
            return Answer(body=_label(tenancy, site, found["list"]))
        return Answer(body=_wished(call, {"EffectiveBasePermissions": site_rights.mask(tenancy, call.app, site)}))
    allowed.check_site(tenancy, asked, SiteAddress(site.path, "", f"/lists/{found['list']}"))
    drive = sites.drive_of_list(tenancy.store.read, site, found["list"])
    if method == "GET":
        return Answer(body=_wished(call, _said(tenancy, drive)))
    if call.headers.get("if-match", "") not in _TAGS:
        raise Refused(412, "resourceModified", "ETag does not match current item's value")
    await _change(tenancy, drive, await call.json())
    return Answer(204)


def _wished(call: Call, said: dict[str, Any]) -> dict[str, Any]:
    """What `$select` leaves; `$expand` adds nothing that is not there. Raises Refused (400) for what is not known."""
    options = call.options("select", "expand")
    names = {kind: {each.strip().partition("/")[0] for each in wish.split(",")} for kind, wish in options.items()}
    for name in sorted(set().union(*names.values()) - set(said)):
        raise bad(f"The field or property '{name}' does not exist.")
    return {name: value for name, value in said.items() if name in names.get("select", said)}


def _said(tenancy: Tenancy, drive: Drive) -> dict[str, Any]:
    limit = version_limits.of_drive(tenancy.store.read, drive.id)
    label = tenancy.labels.default(drive)
    return {
        "DefaultSensitivityLabelForLibrary": label.id if label else "",
        "EnableVersioning": limit.enabled,
        "EnableMinorVersions": False,
        "MajorVersionLimit": limit.major if limit.enabled else 0,
        "MajorWithMinorVersionsLimit": limit.drafts,
        "VersionPolicies": {"DefaultTrimMode": limit.mode, "DefaultExpireAfterDays": limit.days},
    }


def _label(tenancy: Tenancy, site: Site, place: str) -> dict[str, Any]:
    """A library's default retention label, by the server-relative path of the library. Raises Refused (404)."""
    path = fold(place.replace("''", "'").strip("/"))
    drive = next((one for one in sites.drives(tenancy.store.read, site) if fold(one.path) == path), None)
    if drive is None:
        raise Refused(404, "itemNotFound", "The list could not be found.")
    label = tenancy.labels.default_retention(drive)
    if label is None:
        return {"odata.null": True}
    holds = label.kind == "record"
    return {"TagId": label.id, "TagName": label.name, "BlockDelete": holds, "BlockEdit": holds}


async def _change(tenancy: Tenancy, drive: Drive, body: dict[str, Any]) -> None:
    def act(con: sqlite3.Connection) -> None:
        limit = version_limits.of_drive(con, drive.id)
        for name, value in body.items():
            limit = _with(limit, name, value)
        version_limits.set_limit(con, drive, limit)

    await tenancy.store.write(act)


def _with(limit: Limit, name: str, value: object) -> Limit:
    """The limit with one property of the list as a call gives it. Raises Refused (400)."""
    match name, value:
        case "EnableVersioning", bool():
            return replace(limit, enabled=value)
        # There are no drafts here, so nobody can turn them on.
        case "EnableMinorVersions", False:
            return limit
        case "MajorVersionLimit", int() if _number(value, MOST) and value:
            return replace(limit, major=value)
        case "MajorWithMinorVersionsLimit", int() if _number(value, MOST):
            return replace(limit, drafts=value)
        case "VersionPolicies", dict():
            for inner, each in value.items():
                limit = _with(limit, f"VersionPolicies/{inner}", each)
            return limit
        case "VersionPolicies/DefaultTrimMode", int() if value in (NUMBER, AGE, AUTOMATIC) and _number(
            value, AUTOMATIC
        ):
            return replace(limit, mode=value)
        case "VersionPolicies/DefaultExpireAfterDays", int() if _number(value, _LONGEST_DAYS):
            return replace(limit, days=value)
        case "__metadata", dict():
            return limit
    raise bad(f"The property '{name}' does not exist on type 'SP.List', or its value is not valid.")


def _number(value: int, most: int) -> bool:
    return not isinstance(value, bool) and 0 <= value <= most
