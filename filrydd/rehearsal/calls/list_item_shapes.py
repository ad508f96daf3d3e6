"""List items as Graph's JSON. Names of fields: SharePoint's own, as Graph passes them on."""

from typing import Any

from filrydd.rehearsal.calls.shapes import Items, check_selection, context
from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.store import columns, fields
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import LIBRARY, Drive
from filrydd.rehearsal.tenancy import Tenancy

LIST_ITEM = frozenset(
    {"id", "name", "webUrl", "description", "eTag", "createdDateTime", "lastModifiedDateTime", "createdBy"}
    | {"lastModifiedBy", "parentReference", "sharepointIds", "contentType", "deleted", "fields"}
)
BUILT_IN = ("id", "FileLeafRef", "Title", "ContentType", "Created", "Modified", "_UIVersionString", "FileSizeDisplay")
"""The fields that every item has, or may have."""
_CONTENT_TYPES = {"Item": "0x01", "Document": "0x0101", "Folder": "0x0120"}


def etag(row: Row) -> str:
    """The eTag of an item as a list item: without the braces that it has as a driveItem."""
    return f'"{row.guid},{row.etag_number}"'


class ListItems:
    """Items of one list as JSON, for as long as one answer is made."""

    def __init__(self, tenancy: Tenancy, drive: Drive) -> None:
        self._tenancy = tenancy
        self._drive = drive
        self._items = Items(tenancy, drive)
        self._columns = columns.columns(tenancy.store.read, drive)

    def shape(self, row: Row, root: str, *, with_fields: bool = False, only: str | None = None) -> dict[str, Any]:
        """An item; its fields too if they are wanted, and of those only the ones that `only` selects."""
        whole = self._items.shape(row)
        kind = self.content_type(row)
        parent = {"id": whole["parentReference"].get("id", ""), "siteId": self._drive.site.id}
        shape = {
            "@odata.etag": etag(row),
            "createdDateTime": whole["createdDateTime"],
            "eTag": etag(row),
            "id": str(row.number),
            "lastModifiedDateTime": whole["lastModifiedDateTime"],
            "webUrl": whole["webUrl"],
            "createdBy": whole["createdBy"],
            "lastModifiedBy": whole["lastModifiedBy"],
            "parentReference": parent,
            "contentType": {
                "id": _CONTENT_TYPES[kind] + "00" + self._drive.list.replace("-", "").upper(),
                "name": kind,
            },
        }
        if with_fields:
            where = f"sites('{self._drive.site.id}')/lists('{self._drive.list}')/items('{row.number}')/fields/$entity"
            shape["fields@odata.context"] = context(self._tenancy, root, where)["@odata.context"]
            shape["fields"] = self.fields(row, only)
        return shape

    def fields(self, row: Row, only: str | None = None) -> dict[str, Any]:
        """What all columns say of an item. Raises Refused (400) where `only` selects one that is not there."""
        said: dict[str, Any] = {"@odata.etag": etag(row), "id": str(row.number), "FileLeafRef": row.name}
        if (title := fields.title(self._tenancy.store.read, row)) is not None:
            said["Title"] = title
        said |= {
            "ContentType": self.content_type(row),
            "Created": stamp(row.created),
            "Modified": stamp(row.modified),
            "_UIVersionString": f"{max(row.versions, 1)}.0",
        }
        if self._drive.template == LIBRARY and not row.folder:
            said["FileSizeDisplay"] = str(row.size)
        for name, value in fields.of_item(self._tenancy.store.read, row).items():
            if isinstance(value, list):
                said[f"{name}@odata.type"] = "Collection(Edm.String)"
            said[name] = value
        if only is None:
            return said
        names = check_selection(only, frozenset({*BUILT_IN, *(column.name for column in self._columns)}))
        kept = {name.partition("@")[0] for name in said} if "*" in names else names
        return {name: value for name, value in said.items() if (name.partition("@")[0] or "id") in {*kept, "id"}}

    def content_type(self, row: Row) -> str:
        """The name of its content type."""
        if self._drive.template != LIBRARY:
            return "Item"
        return "Folder" if row.folder else "Document"
