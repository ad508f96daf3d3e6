"""What a call wants of items besides their rows: what `$select` leaves, what comes on demand only, what `$expand` adds."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import expands, facets, shapes
from filrydd.rehearsal.calls.expands import Expand
from filrydd.rehearsal.calls.list_item_shapes import LIST_ITEM, ListItems
from filrydd.rehearsal.store import folders
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

OF_MANY = ("listItem", "thumbnails", "retentionLabel")
"""The relationships that a listing of items can have expanded."""
OF_ONE = (*OF_MANY, "children")
PAGE = 200


def packed(text: str) -> str:
    """A folded name as a `$skiptoken`."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class Wanted:
    """Shapes items of one drive as a call wants them, for as long as one answer is made. Raises Refused (400)."""

    def __init__(
        self, tenancy: Tenancy, drive: Drive, root: str, select: str | None, expand: Mapping[str, Expand]
    ) -> None:
        self._tenancy = tenancy
        self._drive = drive
        self._root = root
        self._select = select
        self._expand = expand
        self._demanded = shapes.check_selection(select, shapes.ITEM) | set(expand)
        self._items = shapes.Items(tenancy, drive)
        self._list_items = ListItems(tenancy, drive) if "listItem" in expand else None
        self._fields: Expand | None = None
        if "listItem" in expand:
            shapes.check_selection(expand["listItem"].select, LIST_ITEM)
            self._fields = expands.parsed(expand["listItem"].expand, "fields").get("fields")

    def shape(self, row: Row) -> dict[str, Any]:
        """An item as it is wanted."""
        shape = shapes.selected(self._items.shape(row), self._select, shapes.ITEM)
        if self._demanded & facets.ON_DEMAND:
            shape |= facets.on_demand(self._tenancy.store.read, row, self._demanded)
        if "sharepointIds" in self._demanded:
            shape["sharepointIds"] = self._ids(row)
        if self._list_items and row.parent:
            only = self._fields.select if self._fields else None
            whole = self._list_items.shape(row, self._root, with_fields=self._fields is not None, only=only)
            kept = shapes.selected(whole, self._expand["listItem"].select, LIST_ITEM)
            kept |= {name: whole[name] for name in ("@odata.etag", "fields@odata.context", "fields") if name in whole}
            shape["listItem"] = kept
        if "thumbnails" in self._expand:
            # Nothing is drawn here; Graph answers so for what it cannot draw.
            shape["thumbnails"] = []
        if "children" in self._expand:
            shape |= self._children(row)
        return shape

    def _children(self, row: Row) -> dict[str, Any]:
        found = folders.children(self._tenancy.store.read, row.id, "", PAGE + 1)
        asked = self._expand["children"]
        below = Wanted(self._tenancy, self._drive, self._root, asked.select, expands.parsed(asked.expand, *OF_MANY))
        said: dict[str, Any] = {"children": [below.shape(child) for _, child in found[:PAGE]]}
        if len(found) > PAGE:
            place = f"{self._tenancy.web}{self._root}/drives/{self._drive.id}/items/{row.id}/children"
            more = {"$select": asked.select, "$expand": asked.expand, "$top": str(PAGE)}
            options = "&".join(f"{name}={quote(value, safe='')}" for name, value in more.items() if value is not None)
            said["children@odata.nextLink"] = f"{place}?{options}&$skiptoken={packed(found[PAGE - 1][0])}"
        return said

    def _ids(self, row: Row) -> dict[str, str]:
        site = self._drive.site
        ids = {
            "listId": self._drive.list,
            "listItemUniqueId": row.guid,
            "siteId": site.collection,
            "siteUrl": f"{self._tenancy.web}/{quote(site.path)}",
            "webId": site.id.rpartition(",")[2],
        }
        return ids | ({"listItemId": str(row.number)} if row.parent else {})
