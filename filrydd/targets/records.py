"""Small records in a folder of a library's root: deposits, each on top of the last one, and records that several programs may
want to write at once, where who comes second is told so.

`PUT content` lists no request headers for conditions, but keeps them: `If-Match` is answered with 412 (abraunegg/onedrive#24,
whose simple upload sent it), as Microsoft says of every call about one item (OneDrive/onedrive-api-docs#607). A 412 has also
come for the newest eTag (1716), so it means "look again", not "lost".
"""

from dataclasses import dataclass

from filrydd.model.item import Item
from filrydd.targets import receiving
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, object_of
from filrydd.targets.items import put_content
from filrydd.targets.patience import asked
from filrydd.targets.refusals import NAME_TAKEN, item_trouble
from filrydd.targets.tenant import ItemTrouble, NameTaken, Record

LARGEST = 4 << 20
"""Bytes: what one record may have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: in a folder of a drive's root."""

    drive: str
    folder: str
    name: str

    @property
    def address(self) -> str:
        return f"root:/{self.folder}/{self.name}:" if self.folder else f"root:/{self.name}:"


async def deposit(connection: Connection, place: Place, data: bytes) -> Item:
    """As `Tenant.deposit` promises."""
    return await _put(connection, place, data, conflict="replace")


async def deposited(connection: Connection, place: Place) -> bytes | None:
    """As `Tenant.deposited` promises."""
    try:
        return b"".join([piece async for piece in receiving.content(connection, place.drive, place.address)])
    except ItemTrouble as trouble:
        if trouble.status == 404:
            return None
        raise


async def record(connection: Connection, place: Place, *, just_made: bool = False) -> Record | None:
    """As `Tenant.record` promises; what was `just_made` is waited for."""
    builder = connection.api.drives.by_drive_id(place.drive).items.by_drive_item_id(place.address)
    response = await asked(connection, builder.to_get_request_information(), just_made=just_made)
    if response.status_code == 404:
        return None
    if not response.is_success:
        raise item_trouble(response)
    item = item_of(object_of(response.content))
    if item.folder or item.size > LARGEST:
        return Record(item, b"")
    # What was replaced meanwhile has another eTag, so nothing is written on the strength of what is read here.
    return Record(item, await deposited(connection, place) or b"")


async def claim(connection: Connection, place: Place, data: bytes, etag: str) -> Item:
    """As `Tenant.claim` promises."""
    try:
        return await _put(connection, place, data, conflict="replace" if etag else "fail", etag=etag)
    except ItemTrouble as trouble:
        taken = trouble.code == NAME_TAKEN and not etag
        there = await record(connection, place, just_made=True) if taken else None
        if there is None:
            raise
        raise NameTaken(there.item) from trouble


async def give_up(connection: Connection, drive: str, id: str, etag: str) -> None:
    """As `Tenant.give_up` promises."""
    call = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id).to_delete_request_information()
    call.headers.add("If-Match", etag)
    response = await asked(connection, call, just_made=True)
    if not response.is_success and response.status_code != 404:
        raise item_trouble(response)


async def _put(connection: Connection, place: Place, data: bytes, *, conflict: str, etag: str = "") -> Item:
    if len(data) > LARGEST:
        raise ValueError(f"a record of {len(data)} bytes")
    call = put_content(connection, place.drive, place.address, data, conflict=conflict)
    if etag:
        call.headers.add("If-Match", etag)
    response = await asked(connection, call, just_made=True)
    if not response.is_success:
        raise item_trouble(response)
    return item_of(object_of(response.content))
