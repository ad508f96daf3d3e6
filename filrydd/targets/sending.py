"""One file into the tenant: by an upload session, so that content and times make one version.

A new file is asked for with `fail` on a name that is taken; a new version with the eTag of the one that it follows. So
nothing is ever replaced but what the sending names.
"""

from collections.abc import Awaitable, Callable

from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.drives.item.items.item.create_upload_session.create_upload_session_post_request_body import (
    CreateUploadSessionPostRequestBody,
)
from msgraph.generated.models.drive_item import DriveItem
from msgraph.generated.models.drive_item_uploadable_properties import DriveItemUploadableProperties

from filrydd.model.item import Item
from filrydd.model.times import same_second, to_iso
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, object_of, understood
from filrydd.targets.fragments import Upload, cancel
from filrydd.targets.items import child, item_by_id, put_content
from filrydd.targets.refusals import NAME_TAKEN, item_trouble
from filrydd.targets.tenant import ItemTrouble, NameTaken, Sending
from filrydd.targets.traffic import REPEATS

SESSIONS = 3
"""How many sessions one sending may use up: one that is over, one whose first fragment is refused (SharePoint does that
when an Office file gets a new version), one that works."""


async def send(connection: Connection, sending: Sending, opened: Callable[[str], Awaitable[None]]) -> Item:
    """As `Tenant.send` promises."""
    # An answer that was lost may have been the last one: then the item is there, with the times that we asked for.
    perhaps_done = bool(sending.session)
    session = sending.session
    try:
        if not sending.content.size:
            return await _send_empty(connection, sending)
        if session and sending.replaces:
            # Only a session opened now is sure to follow the version that the sending names.
            await cancel(connection, session)
            session = ""
        for _attempt in range(SESSIONS):
            resumed = bool(session)
            if not resumed:
                session = await _open(connection, sending)
                await opened(session)
            upload = Upload(connection, session, sending.content)
            try:
                start = await upload.expected() if resumed else (0, None)
                item = await upload.fill(start) if start else None
            except ItemTrouble as trouble:
                if not resumed or trouble.status not in (400, 416):
                    raise
                # The session waits for a content of another length: the file has changed since.
                await cancel(connection, session)
                item = None
            if item:
                return item
            perhaps_done = perhaps_done or upload.last_sent
            session = ""
    except ItemTrouble as trouble:
        there = await _in_the_way(connection, sending, trouble)
        if there is None:
            raise
        if perhaps_done and _is_ours(there, sending):
            return there
        if sending.replaces:
            raise
        raise NameTaken(there) from trouble
    raise ItemTrouble("uploadSessionNotFound", 404)


async def _open(connection: Connection, sending: Sending) -> str:
    """The uploadUrl of a new session, its host checked."""
    properties = DriveItemUploadableProperties(
        name=None if sending.replaces else sending.name,
        additional_data={"@microsoft.graph.conflictBehavior": _conflict(sending)}
        | _times(sending.created, sending.modified),
    )
    builder = connection.api.drives.by_drive_id(sending.drive).items.by_drive_item_id(_address(sending))
    body = CreateUploadSessionPostRequestBody(item=properties)
    call = builder.create_upload_session.to_post_request_information(body)
    response = await connection.ask(_for_that_version(call, sending))
    if not response.is_success:
        raise item_trouble(response)
    with understood("session"):
        url = str(object_of(response.content)["uploadUrl"])
    connection.hosts.check_content(url)
    return url


async def _send_empty(connection: Connection, sending: Sending) -> Item:
    """A session for no bytes is refused, so an empty file takes a PUT, and a PATCH for its times."""
    call = put_content(connection, sending.drive, _address(sending), b"", conflict=_conflict(sending))
    response = await connection.ask(_for_that_version(call, sending))
    if not response.is_success:
        raise item_trouble(response)
    id = item_of(object_of(response.content)).id
    return await set_times(connection, sending.drive, id, sending.created, sending.modified)


async def set_times(connection: Connection, drive: str, id: str, created: int, modified: int) -> Item:
    """As `Tenant.set_times` promises."""
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id)
    call = builder.to_patch_request_information(DriveItem(additional_data=_times(created, modified)))
    for attempt in range(1, REPEATS + 1):
        response = await connection.ask(call)
        # Right after an upload SharePoint is sometimes still busy with the item itself (409 resourceModified).
        if response.status_code != 409 or attempt == REPEATS:
            break
        await connection.governor.back_off(attempt)
    if not response.is_success:
        raise item_trouble(response)
    return item_of(object_of(response.content))


async def _in_the_way(connection: Connection, sending: Sending, trouble: ItemTrouble) -> Item | None:
    """What has the name already (409), or is no longer the version that was to be followed (412); None otherwise."""
    if trouble.status == 409 and trouble.code == NAME_TAKEN:
        return await child(connection, sending.drive, sending.parent, sending.name)
    if trouble.status == 412 and sending.replaces:
        return await item_by_id(connection, sending.drive, sending.replaces)
    return None


def _is_ours(item: Item, sending: Sending) -> bool:
    same_times = same_second(item.modified, sending.modified) and same_second(item.created, sending.created)
    return not item.folder and same_times


def _address(sending: Sending) -> str:
    return sending.replaces or f"{sending.parent}:/{sending.name}:"


def _conflict(sending: Sending) -> str:
    return "replace" if sending.replaces else "fail"


def _for_that_version(call: RequestInformation, sending: Sending) -> RequestInformation:
    if sending.replaces:
        call.headers.add("If-Match", sending.etag)
    return call


def _times(created: int, modified: int) -> dict[str, object]:
    """Both times as Graph keeps them: whole seconds, UTC."""
    return {
        "fileSystemInfo": {
            "createdDateTime": to_iso(created),
            "lastModifiedDateTime": to_iso(modified),
        }
    }
