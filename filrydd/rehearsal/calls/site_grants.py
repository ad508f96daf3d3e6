"""`/sites/.../permissions`: what apps are at a site, which is what Sites.Selected opens.

Source: Microsoft, "Create/List/Get/Update/Delete permission" of a site. A list does not tell the roles, one permission does. Only
apps get permissions like this. People report that `fullcontrol` was once taken by PATCH alone; here POST takes it too.
"""

import base64
import uuid
from typing import Any

from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.shapes import context
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules.apps import ROLES
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import site_grants
from filrydd.rehearsal.store.sites import Site
from filrydd.rehearsal.tenancy import Tenancy

_IDENTITIES = ("grantedToIdentities", "grantedToIdentitiesV2")


async def answer(tenancy: Tenancy, call: Call, site: Site, id: str = "") -> Answer:
    """The answer to a call about all permissions of a site, or about the one with that id. Raises Refused."""
    tenancy.throttle.spend(Cost.PERMISSIONS, call.app.id)
    call.options()
    there = _there(tenancy, site)
    what = f"sites('{site.id}')/permissions"
    match call.method, bool(id):
        case "GET", False:
            listed = [_shape(tenancy, app, name) for app, (_role, name) in there.items()]
            return Answer(body={**context(tenancy, call.root, what), "value": listed})
        case "POST", False:
            return await _give(tenancy, call, site, what)
        case (("GET" | "PATCH" | "DELETE"), True):
            found = next((app for app in there if _id(tenancy, app) == id), None)
            if found is None:
                raise not_found()
            role, name = there[found]
            if call.method == "DELETE":
                await tenancy.store.write(lambda con: site_grants.give(con, site, found, name, ""))
                return Answer(204)
            if call.method == "PATCH":
                body = await call.json()
                only(body, "roles")
                role = new = _role(body)
                await tenancy.store.write(lambda con: site_grants.give(con, site, found, name, new))
            said = context(tenancy, call.root, f"{what}/$entity")
            return Answer(body={**said, **_shape(tenancy, found, name), "roles": [role]})
    raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")


async def _give(tenancy: Tenancy, call: Call, site: Site, what: str) -> Answer:
    body = await call.json()
    only(body, "roles", *_IDENTITIES)
    role = _role(body)
    identities = next((body[name] for name in reversed(_IDENTITIES) if name in body), None)
    if not isinstance(identities, list) or len(identities) != 1 or not isinstance(identities[0], dict):
        raise bad("grantedToIdentities with one application is required.")
    only(identities[0], "application")
    application = identities[0].get("application")
    if not isinstance(application, dict):
        raise bad("grantedToIdentities with one application is required.")
    only(application, "id", "displayName")
    name = application.get("displayName", "")
    try:
        app = str(uuid.UUID(str(application.get("id"))))
    except ValueError:
        raise bad("The id of the application is not valid.") from None
    if not isinstance(name, str) or len(name) > 255:
        raise bad("The displayName of the application is not valid.")
    await tenancy.store.write(lambda con: site_grants.give(con, site, app, name, role))
    said = context(tenancy, call.root, f"{what}/$entity")
    return Answer(201, {**said, **_shape(tenancy, app, name), "roles": [role]})


def _there(tenancy: Tenancy, site: Site) -> dict[str, tuple[str, str]]:
    """Role and name of every app that is something at the site."""
    found = {
        one.app.id: (one.sites[fold(site.path)], one.app.name)
        for one in tenancy.apps.all()
        if fold(site.path) in one.sites
    }
    found |= site_grants.roles(tenancy.store.read, site)
    return {app: (role, name) for app, (role, name) in found.items() if role}


def _role(body: dict[str, Any]) -> str:
    said = body.get("roles")
    if not isinstance(said, list) or len(said) != 1 or not isinstance(said[0], str) or said[0] not in ROLES:
        raise bad(f"roles must be one of {', '.join(ROLES)}.")
    return said[0]


def _id(tenancy: Tenancy, app: str) -> str:
    login = f"i:0i.t|ms.sp.ext|{app}@{tenancy.tenant}"
    return base64.b64encode(login.encode()).decode().rstrip("=")


def _shape(tenancy: Tenancy, app: str, name: str) -> dict[str, Any]:
    identities = [{"application": {"displayName": name, "id": app}}]
    return {"id": _id(tenancy, app)} | dict.fromkeys(reversed(_IDENTITIES), identities)
