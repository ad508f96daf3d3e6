"""What a delta listing says of sharing, by the client's `Prefer` header.

Source: Microsoft, "driveItem: delta", "Scanning permissions hierarchies". Without a preference everything that is shared has the
facet `shared`, also what only inherits it. With `hierarchicalsharing` only the roots of a permissions hierarchy have it, empty
where nobody was let in; the library's own root always does. `deltashowsharingchanges` alone is refused
(OneDrive/onedrive-api-docs#1298).

Our inferences: the preference is for apps that "process permissions correctly", those with Sites.FullControl.All or full
control of the site, and for others as if nobody had said it; what was applied comes back in `Preference-Applied` (RFC 7240).
Left out: a change of permissions is no change that a listing by a token tells.
"""

import re
from typing import Any

from filrydd.rehearsal.calls import allowed
from filrydd.rehearsal.calls.asking import Call
from filrydd.rehearsal.refusal import bad
from filrydd.rehearsal.rules import apps
from filrydd.rehearsal.store import folders, permissions
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

HIERARCHICAL = "hierarchicalsharing"
_CHANGES = "deltashowsharingchanges"
_WITH_CHANGES = frozenset({"deltashowremovedasdeleted", "deltatraversepermissiongaps"})


class Sharing:
    """The facet `shared` of one drive's items; remembers folders for as long as one answer is made."""

    def __init__(self, tenancy: Tenancy, call: Call, drive: Drive) -> None:
        wishes = {wish.lower() for wish in re.split(r"[,;\s]+", call.headers.get("prefer", "")) if wish}
        if _CHANGES in wishes and not wishes >= _WITH_CHANGES:
            raise bad(
                "Must also prefer deltashowremovedasdeleted and deltatraversepermissiongaps when preferring"
                " deltashowsharingchanges for a user request."
            )
        self._con = tenancy.store.read
        self.hierarchical = HIERARCHICAL in wishes and _sees_permissions(tenancy, call, drive)
        self._any = permissions.count_of_drive(self._con, drive.id) > 0
        self._above: dict[str, dict[str, Any] | None] = {}

    @property
    def applied(self) -> dict[str, str]:
        """The header that says what was applied."""
        return {"Preference-Applied": HIERARCHICAL} if self.hierarchical else {}

    def facet(self, row: Row) -> dict[str, Any]:
        """The facet as a part of the item's JSON; nothing where there is none."""
        own = self._own(row) if self._any else None
        if self.hierarchical:
            found = own if row.parent else (own or {})
        else:
            # An item that nobody was let into has no sharing information.
            found = (own if own is not None else self._inherited(row)) or None
        return {} if found is None else {"shared": found}

    def _inherited(self, row: Row) -> dict[str, Any] | None:
        if not self._any or not row.parent:
            return None
        if row.parent not in self._above:
            above = next(iter(folders.above(self._con, row)))
            own = self._own(above)
            self._above[row.parent] = own if own is not None else self._inherited(above)
        return self._above[row.parent]

    def _own(self, row: Row) -> dict[str, Any] | None:
        who = permissions.own(self._con, row)
        if who is None:
            return None
        return {"scope": "users"} if any(one.kind in ("user", "group") for one in who) else {}


def _sees_permissions(tenancy: Tenancy, call: Call, drive: Drive) -> bool:
    if apps.may(call.app, apps.FULL_CONTROL):
        return True
    role = allowed.role_at(tenancy, call.app, drive.site, drive.site.path)
    return apps.SELECTED in call.app.permissions and apps.ROLES.get(role, 0) >= apps.ROLES["fullcontrol"]
