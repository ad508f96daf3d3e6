"""SharePoint's own API at a site, as far as it says what Graph does not: how many versions a library keeps."""

import re

from filrydd.rehearsal.calls.asking import Answer
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.apps import App
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import sites
from filrydd.rehearsal.store.database import setting
from filrydd.rehearsal.store.writing import VERSIONS_KEPT
from filrydd.rehearsal.tenancy import Tenancy

_LIST = re.compile(r"/(?P<site>[^/]+/[^/]+)/_api/web/lists\(guid'(?P<list>[0-9a-fA-F-]{36})'\)", re.IGNORECASE)


def asked(path: str) -> bool:
    """Whether a decoded path is one of that API."""
    return _LIST.fullmatch(path) is not None


def answer(tenancy: Tenancy, method: str, path: str, app: App) -> Answer:
    """What a library keeps; `DefaultTrimMode` 0 is by number alone. Raises Refused (404, 405)."""
    if method != "GET":
        raise Refused(405, "invalidRequest", f"{method} is not allowed here.")
    tenancy.throttle.spend(Cost.GET, app.id)
    found = _LIST.fullmatch(path)
    site = sites.site_at(tenancy.store.read, found["site"]) if found else None
    if found is None or site is None:
        raise Refused(404, "itemNotFound", "The site could not be found.")
    sites.drive_of_list(tenancy.store.read, site, found["list"])
    kept = int(setting(tenancy.store.read, VERSIONS_KEPT))
    said = {"EnableVersioning": kept > 0, "MajorVersionLimit": kept, "VersionPolicies": {"DefaultTrimMode": 0}}
    return Answer(body=said)
