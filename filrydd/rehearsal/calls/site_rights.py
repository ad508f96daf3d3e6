"""What an application may do at a site, as SharePoint's own API tells it: two halves of 64 bits.

Bits: Microsoft, SP.PermissionKind and SPBasePermissions. Which of them an application's role or permission has is our inference
from the permission levels of the same names (Read, Contribute, Manage Lists, Full Control).
"""

from filrydd.rehearsal.calls import allowed
from filrydd.rehearsal.rules.apps import ANYBODY, FULL_CONTROL, ROLES, SELECTED, App
from filrydd.rehearsal.store.sites import Site
from filrydd.rehearsal.tenancy import Tenancy

_WHOLE = {"Sites.Read.All": 1, "Sites.ReadWrite.All": 2, "Sites.Manage.All": 3, FULL_CONTROL: 4}
_VIEW, _ADD, _EDIT, _DELETE, _MANAGE_LISTS = 0x1, 0x2, 0x4, 0x8, 0x800
_UP_TO = (0, _VIEW, _VIEW | _ADD | _EDIT | _DELETE, _VIEW | _ADD | _EDIT | _DELETE | _MANAGE_LISTS)
"""By the level that an app has, but for the last one, which has every bit."""


def mask(tenancy: Tenancy, app: App, site: Site) -> dict[str, str]:
    """The rights of an app as SharePoint writes them: the high and the low half in decimal digits."""
    level = max((_WHOLE.get(one, 0) for one in app.permissions), default=0)
    if SELECTED in app.permissions:
        level = max(level, ROLES.get(allowed.role_at(tenancy, app, site, site.path), 0))
    if app is ANYBODY or level == len(_UP_TO):
        return {"High": str(0x7FFFFFFF), "Low": str(0xFFFFFFFF)}
    return {"High": "0", "Low": str(_UP_TO[level])}
