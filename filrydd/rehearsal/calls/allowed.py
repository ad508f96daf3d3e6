"""Whether an app may make a call: from the call to what it needs, and from there to a refusal as Graph's.

The table of what suffices is `rules.apps.Need`. Calls at a site or drive are checked where `graph` finds the way to them; a call
that reaches a second drive (a copy) asks `check_drive` for that one too.
"""

from filrydd.rehearsal.calls import address
from filrydd.rehearsal.calls.asking import Call
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.apps import ANYBODY, FULL_CONTROL, App, Need, role_suffices, suffices
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import site_grants, sites
from filrydd.rehearsal.store.sites import Drive, Site
from filrydd.rehearsal.tenancy import Tenancy


def check_site(tenancy: Tenancy, call: Call, where: address.SiteAddress) -> None:
    """Refuse (403) what an app may not do at a site; a site that is not there yet is not made for it then either."""
    if FULL_CONTROL in call.app.permissions:
        return
    con = tenancy.store.read
    there = sites.site_by_id(con, where.id) if where.id else sites.site_at(con, where.path)
    _check(tenancy, call.app, at_site(call.method, where.rest), there, where.path)


def check_drive(tenancy: Tenancy, call: Call, drive: Drive, rest: str) -> None:
    """Refuse (403) what an app may not do in a drive. `rest` is the address from there."""
    if FULL_CONTROL not in call.app.permissions:
        _check(tenancy, call.app, _in_drive(call.method, rest), drive.site, drive.site.path)


def check_writing(tenancy: Tenancy, call: Call, drive: Drive) -> None:
    """Refuse (403) an app that may not make items in a drive that its call reaches besides its own."""
    if FULL_CONTROL not in call.app.permissions:
        _check(tenancy, call.app, Need.FILES_CHANGE, drive.site, drive.site.path)


def check_tenant(tenancy: Tenancy, call: Call, need: Need) -> None:
    """Refuse (403) an app that may not make a kind of call that concerns no single site, or the tenant's own."""
    if FULL_CONTROL not in call.app.permissions:
        _check(tenancy, call.app, need, None, "")


def check_directory(tenancy: Tenancy, call: Call) -> None:
    """Refuse (403) what an app may not ask about users, groups and teams."""
    match call.path.strip("/").split("/"):
        case ["users", *_]:
            need = Need.USERS
        case ["groups", *_]:
            need = Need.GROUPS
        case [_, _, "channels", _, *_]:
            need = Need.CHANNEL_FILES
        case [_, _, "channels"]:
            need = Need.CHANNELS
        case _:
            need = Need.TEAMS
    if suffices(call.app, need):
        return
    tenancy.throttle.spend(Cost.GET, call.app.id)
    if need in (Need.USERS, Need.GROUPS):
        raise Refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    wanted, had = ", ".join(sorted(need.permissions)), ", ".join(sorted(call.app.permissions))
    message = f"Missing role permissions on the request. API requires one of '{wanted}'. Roles on the request '{had}'."
    raise Refused(403, "Forbidden", message)


def role_at(tenancy: Tenancy, app: App, site: Site | None, path: str) -> str:
    """What an app is at a site: what a call gave it, else what the tenant's list of apps says; empty for nothing."""
    given = site_grants.role(tenancy.store.read, site, app.id) if site else None
    if given is not None:
        return given
    listed = tenancy.apps.find(app.id)
    return listed.sites.get(fold(site.path if site else path), "") if listed else ""


def _check(tenancy: Tenancy, app: App, need: Need, site: Site | None, path: str) -> None:
    if app is ANYBODY or suffices(app, need):
        return
    if need.role and role_suffices(app, need, role_at(tenancy, app, site, path)):
        return
    # A refusal counts as a call.
    tenancy.throttle.spend(Cost.GET, app.id)
    if not app.permissions:
        raise Refused(403, "AccessDenied", "Either scp or roles claim need to be present in the token.")
    raise Refused(403, "accessDenied", "Access denied")


def at_site(method: str, rest: str) -> Need:
    """What a call at a site needs. `rest` is the address from there."""
    reads = method == "GET"
    match rest.strip("/").split("/"):
        case ["permissions", *_]:
            return Need.SITE_GRANTS
        case ["drives"]:
            return Need.FILES
        case ["drive", *inner] | ["drives", _, *inner] | ["lists", _, "drive", *inner]:
            return _in_drive(method, f"/{'/'.join(inner)}")
        case ["lists"] | ["lists", _]:
            return Need.SITE if reads else Need.LIBRARY
        case ["lists", _, "columns", *_]:
            return Need.SITE if reads else Need.COLUMNS
    return Need.SITE if reads else Need.FIELDS


def _in_drive(method: str, rest: str) -> Need:
    try:
        action = address.item(rest).action
    except Refused:
        action = rest.strip("/")
    first = action.split("/")[0]
    if first in ("invite", "createLink") or (first == "permissions" and method != "GET"):
        return Need.SHARE
    if method == "GET":
        return Need.FILES
    return Need.FIELDS if first == "listItem" else Need.FILES_CHANGE
