"""A file's versions, and how many of them a library keeps."""

from collections.abc import AsyncIterator

import httpx

from filrydd.errors import TenantRefused
from filrydd.model.item import Site
from filrydd.targets import receiving
from filrydd.targets.columns import list_id
from filrydd.targets.connect import Connection
from filrydd.targets.decode import object_of, understood, version_of
from filrydd.targets.patience import asked
from filrydd.targets.refusals import item_trouble
from filrydd.targets.tenant import ItemTrouble, Version

BY_NUMBER = 0
"""`DefaultTrimMode` of a library that keeps so many versions however old they are; others let them expire."""


async def versions(connection: Connection, drive: str, id: str) -> list[Version]:
    """As `Tenant.versions` promises; Graph lists the newest first ("List versions of a driveItem")."""
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id).versions
    call = builder.to_get_request_information()
    found = list[Version]()
    while True:
        response = await asked(connection, call)
        if not response.is_success:
            raise item_trouble(response)
        page = object_of(response.content)
        with understood("versions"):
            values, following = page["value"], page.get("@odata.nextLink")
        found += [version_of(value) for value in values]
        if not following:
            return found
        call = builder.with_url(following).to_get_request_information()


async def version_content(connection: Connection, drive: str, id: str, version: str) -> AsyncIterator[bytes]:
    """As `Tenant.version_content` promises.

    The newest version's content is the item's own; among the versions Graph refuses it ("Download contents of a
    driveItemVersion resource").
    """
    if not await _is_newest(connection, drive, id, version):
        async for piece in receiving.content(connection, drive, id, version=version):
            yield piece
        return
    async for piece in receiving.content(connection, drive, id):
        yield piece
    if not await _is_newest(connection, drive, id, version):
        raise ItemTrouble("resourceModified", 409, version)


async def _is_newest(connection: Connection, drive: str, id: str, version: str) -> bool:
    return [each.id for each in await versions(connection, drive, id)][:1] == [version]


async def versions_kept(connection: Connection, site: Site, drive: str) -> int | None:
    """As `Tenant.versions_kept` promises.

    Graph does not say, SharePoint's own API does; that one takes an application only with a certificate (Microsoft,
    "Granting access via Azure AD App-Only"). What it refuses, it does not say.
    """
    place = f"{site.url}/_api/web/lists(guid'{await list_id(connection, drive)}')"
    wish = "$select=EnableVersioning,MajorVersionLimit,VersionPolicies/DefaultTrimMode&$expand=VersionPolicies"
    try:
        response = await connection.ask_site(httpx.URL(f"{place}?{wish}"))
    except TenantRefused:
        return None
    if not response.is_success:
        return None
    said = object_of(response.content)
    with understood("list"):
        policies = said["VersionPolicies"]
        if not said["EnableVersioning"] or int(policies["DefaultTrimMode"]) != BY_NUMBER:
            return 0
        return int(said["MajorVersionLimit"])
