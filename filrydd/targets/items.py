"""Calls about one item that several of this room's verbs need."""

import httpx
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.drives.item.items.item.drive_item_item_request_builder import DriveItemItemRequestBuilder
from msgraph.generated.models.drive_item import DriveItem

from filrydd.model.item import Item
from filrydd.model.times import same_second, to_iso
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, object_of
from filrydd.targets.patience import asked, looked_before_again
from filrydd.targets.refusals import item_trouble


async def item_by_id(connection: Connection, drive: str, id: str, *, just_made: bool = False) -> Item:
    """One item. Raises ItemTrouble."""
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id)
    response = await _asked(connection, builder, just_made)
    if not response.is_success:
        raise item_trouble(response)
    return item_of(object_of(response.content))


async def child(connection: Connection, drive: str, parent: str, name: str, *, just_made: bool = False) -> Item | None:
    """The item of that name in a folder, None for none. Raises ItemTrouble for other refusals."""
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(f"{parent}:/{name}:")
    response = await _asked(connection, builder, just_made)
    if response.status_code == 404:
        return None
    if not response.is_success:
        raise item_trouble(response)
    return item_of(object_of(response.content))


def put_content(connection: Connection, drive: str, address: str, data: bytes, *, conflict: str) -> RequestInformation:
    """The call that puts small content at an address (`PARENT:/NAME:`); `conflict` is `fail` or `replace`."""
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(address)
    call = builder.content.to_put_request_information(data)
    # The SDK has no parameter for it; for content Graph takes it in the address only.
    call.url_template = f"{call.url_template}?@microsoft.graph.conflictBehavior={conflict}"
    return call


async def set_times(
    connection: Connection,
    drive: str,
    id: str,
    created: int,
    modified: int,
    *,
    etag: str = "",
    just_made: bool = False,
) -> Item:
    """As `Tenant.set_times` promises. Right after an upload SharePoint is sometimes still busy with the item itself.

    When the answer is lost, it is looked before the call is repeated. With the `etag` of an item that was just made nothing is
    done to what somebody has changed since: ItemTrouble (412) then.
    """
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id)
    call = builder.to_patch_request_information(DriveItem(additional_data=times_of(created, modified)))
    if etag:
        call.headers.add("If-Match", etag)
    found = list[Item]()

    async def are_so() -> bool:
        there = await item_by_id(connection, drive, id, just_made=True)
        found.append(there)
        return same_second(there.created, created) and same_second(there.modified, modified)

    response = await looked_before_again(connection, call, are_so, just_made=just_made or bool(etag))
    if response is not None and response.is_success:
        return item_of(object_of(response.content))
    if response is None or (response.status_code == 412 and etag and await are_so()):
        return found[-1]
    raise item_trouble(response)


def times_of(created: int, modified: int) -> dict[str, object]:
    """Both times as Graph keeps them: whole seconds, UTC."""
    return {
        "fileSystemInfo": {
            "createdDateTime": to_iso(created),
            "lastModifiedDateTime": to_iso(modified),
        }
    }


async def _asked(connection: Connection, builder: DriveItemItemRequestBuilder, just_made: bool) -> httpx.Response:
    """What the tenant says of an item; of one that was just made, once it knows it."""
    call = builder.to_get_request_information()
    return await asked(connection, call, just_made=just_made)
