"""Calls about one item that several of this room's verbs need."""

from kiota_abstractions.request_information import RequestInformation

from filrydd.model.item import Item
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, object_of
from filrydd.targets.refusals import item_trouble


async def item_by_id(connection: Connection, drive: str, id: str) -> Item:
    """One item. Raises ItemTrouble."""
    call = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id).to_get_request_information()
    response = await connection.ask(call)
    if not response.is_success:
        raise item_trouble(response)
    return item_of(object_of(response.content))


async def child(connection: Connection, drive: str, parent: str, name: str) -> Item | None:
    """The item of that name in a folder, None for none. Raises ItemTrouble for other refusals."""
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(f"{parent}:/{name}:")
    response = await connection.ask(builder.to_get_request_information())
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
