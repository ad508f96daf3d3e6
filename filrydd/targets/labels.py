"""Retention labels of items.

Sources: "driveItem: setRetentionLabel" and "driveItem: getRetentionLabel" (Graph v1.0). A label on a folder comes to all that
lies in it and to what arrives there, not at once. Setting one replaces whatever label was there, so whoever calls looks first.
"""

from collections.abc import AsyncIterator

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.drives.item.items.item.children.children_request_builder import ChildrenRequestBuilder
from msgraph.generated.drives.item.items.item.drive_item_item_request_builder import DriveItemItemRequestBuilder
from msgraph.generated.models.item_retention_label import ItemRetentionLabel

from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, object_of, understood
from filrydd.targets.patience import asked
from filrydd.targets.refusals import item_trouble
from filrydd.targets.tenant import Labelled

_EXPAND = ["retentionLabel"]
_SELECT = ["id", "eTag", "cTag", "folder", "retentionLabel"]
_PAGE = 200


async def labelled(connection: Connection, drive: str, id: str) -> Labelled:
    """As `Tenant.labelled` promises."""
    query = DriveItemItemRequestBuilder.DriveItemItemRequestBuilderGetQueryParameters(expand=_EXPAND, select=_SELECT)
    item = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id)
    call = item.to_get_request_information(RequestConfiguration(query_parameters=query))
    response = await asked(connection, call, just_made=True)
    if not response.is_success:
        raise item_trouble(response)
    return _labelled(object_of(response.content))


async def labels_below(connection: Connection, drive: str, folder: str) -> AsyncIterator[Labelled]:
    """As `Tenant.labels_below` promises.

    That a listing of children can have their labels expanded is our inference, and there are reports of listings without
    them (microsoftgraph/msgraph-sdk-powershell#2695). So the first item that a page shows without a label is asked alone, as
    is documented; if it has one after all, so are the page's others that show none.
    """
    query = ChildrenRequestBuilder.ChildrenRequestBuilderGetQueryParameters(expand=_EXPAND, select=_SELECT, top=_PAGE)
    children = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(folder).children
    call = children.to_get_request_information(RequestConfiguration(query_parameters=query))
    while True:
        response = await asked(connection, call)
        if not response.is_success:
            raise item_trouble(response)
        page = object_of(response.content)
        with understood("children"):
            values, following = page["value"], page.get("@odata.nextLink")
            found = [_labelled(value) for value in values]
        hides: bool | None = None
        for one in found:
            if one.label or hides is False:
                yield one
                continue
            alone = await labelled(connection, drive, one.id)
            hides = bool(alone.label) if hides is None else hides
            yield alone
        if not following:
            return
        call = children.with_url(following).to_get_request_information()


async def set_label(connection: Connection, drive: str, id: str, label: str) -> None:
    """As `Tenant.set_label` promises."""
    place = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id).retention_label
    named = ItemRetentionLabel(name=label)
    call = place.to_patch_request_information(named) if label else place.to_delete_request_information()
    # Nothing is told by a label that is to go and is not there.
    response = await asked(connection, call, just_made=bool(label))
    if not response.is_success and (label or response.status_code != 404):
        raise item_trouble(response)


def _labelled(value: Object) -> Labelled:
    with understood("retention label"):
        said: Object = value.get("retentionLabel") or {}
        folder: Object = value.get("folder") or {}
        return Labelled(
            id=str(value["id"]),
            etag=str(value.get("eTag") or ""),
            ctag=str(value.get("cTag") or ""),
            label=str(said.get("name") or ""),
            explicit=bool(said.get("isLabelAppliedExplicitly", True)) if said.get("name") else False,
            children=int(folder.get("childCount") or 0),
        )
