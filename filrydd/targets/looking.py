"""What a tenant says of itself before an upload: room, what we may do, labels that libraries put on what arrives.

What is proved and what is inferred:

- That we may write is tried the way an upload goes: a session is opened, its first fragment sent, and the session given up. No
  item comes to be, so not even the recycle bin has anything. An opened session alone would prove too little: with
  Sites.Selected the session was once opened and its fragments were refused (microsoftgraph/microsoft-graph-docs#12253). That the
  last fragment is then taken too is our inference.
- That we may make libraries and columns, or restrict folders, cannot be tried without leaving something. It is inferred:
  from the permissions in our own sign-in and Microsoft's permission tables, and for Sites.Selected, whose role at the site
  Graph tells only to Sites.FullControl.All, from `EffectiveBasePermissions` of SharePoint's own API, which takes us only with
  a certificate. That these are the application's own rights there is our inference.
"""

import base64
import binascii
import json
import uuid
from typing import Any
from urllib.parse import quote

import httpx
from msgraph.generated.drives.item.items.item.create_upload_session.create_upload_session_post_request_body import (
    CreateUploadSessionPostRequestBody,
)
from msgraph.generated.models.drive_item_uploadable_properties import DriveItemUploadableProperties

from filrydd.errors import TenantRefused
from filrydd.model.item import Drive, Site
from filrydd.targets.columns import list_id
from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, object_of, understood
from filrydd.targets.patience import asked, patiently
from filrydd.targets.refusals import check_site, item_trouble
from filrydd.targets.sessions import cancel
from filrydd.targets.tenant import DefaultLabels, ItemTrouble, Quota, Rights

FRAGMENT = 320 * 1024
"""Bytes: the smallest fragment that is not the last one."""
SELECTED = "Sites.Selected"
_MANAGE_LISTS, _MANAGE_PERMISSIONS = 0x800, 0x2000000
"""Bits of SharePoint's rights (SP.PermissionKind 12 and 26), both in the low half."""
_LIBRARIES = frozenset({"Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"})
"""Graph, "Create a new list", application permissions."""
_COLUMNS = frozenset({"Sites.Manage.All", "Sites.FullControl.All"})
"""Graph, "Create a columnDefinition in a list"."""
_SHARE = frozenset({"Files.ReadWrite.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"})
"""Graph, "driveItem: invite"."""
_SEE_SHARING = frozenset({"Sites.FullControl.All"})
"""Microsoft, "Best practices for discovering files and detecting changes at scale", "Scanning permissions hierarchies". That with
Sites.Selected it takes the right to manage permissions at the site, which full control has, is our inference."""


async def quota(connection: Connection, site: Site, drive: str) -> Quota | None:
    """As `Tenant.quota` promises."""
    if drive:
        call = connection.api.drives.by_drive_id(drive).to_get_request_information()
    else:
        call = connection.api.sites.by_site_id(site.id).drive.to_get_request_information()
    response = await connection.ask(call)
    if response.status_code == 404:
        # A site without any library.
        return None
    said = object_of(check_site(response, site.url, role="read").content).get("quota")
    if not isinstance(said, dict) or not said.get("total"):
        return None
    with understood("quota"):
        total, used = int(said["total"]), int(said.get("used") or 0)
        remaining = said.get("remaining")
        left = max(0, total - used) if remaining is None else int(remaining)
        return Quota(total, used, left, str(said.get("state") or ""))


async def try_writing(connection: Connection, drive: str) -> None:
    """As `Tenant.try_writing` promises."""
    name = f"filrydd-{uuid.uuid4().hex}.tmp"
    builder = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(f"root:/{name}:")
    wish = {"@microsoft.graph.conflictBehavior": "fail"}
    body = CreateUploadSessionPostRequestBody(item=DriveItemUploadableProperties(name=name, additional_data=wish))
    response = await asked(connection, builder.create_upload_session.to_post_request_information(body))
    if not response.is_success:
        raise item_trouble(response)
    with understood("session"):
        url = str(object_of(response.content)["uploadUrl"])
    try:
        # As the beginning of something longer, so that nothing becomes of it.
        extent = {"Content-Range": f"bytes 0-{FRAGMENT - 1}/{2 * FRAGMENT}"}
        begun = bytes(FRAGMENT)
        sent = await patiently(connection, lambda: connection.exchange("PUT", url, headers=extent, data=begun))
        if not sent.is_success:
            raise item_trouble(sent)
    finally:
        await cancel(connection, url)


async def rights(connection: Connection, site: Site) -> Rights:
    """As `Tenant.rights` promises."""
    ours = await _permissions(connection)
    told = None if ours is not None and SELECTED not in ours else await _mask(connection, site)

    def may(permissions: frozenset[str], bit: int) -> bool | None:
        if ours is not None and ours & permissions:
            return True
        if told is not None:
            return bool(told & bit)
        return None if ours is None or SELECTED in ours else False

    return Rights(
        make_libraries=may(_LIBRARIES, _MANAGE_LISTS),
        make_columns=may(_COLUMNS, _MANAGE_LISTS),
        restrict=may(_SHARE, _MANAGE_PERMISSIONS),
        see_sharing=may(_SEE_SHARING, _MANAGE_PERMISSIONS),
    )


async def columns(connection: Connection, site: Site, drive: str) -> frozenset[str]:
    """As `Tenant.columns` promises."""
    lists = connection.api.sites.by_site_id(site.id).lists
    builder = lists.by_list_id(await list_id(connection, drive)).columns
    call = builder.to_get_request_information()
    found = set[str]()
    while True:
        response = await asked(connection, call)
        if not response.is_success:
            raise item_trouble(response)
        page = object_of(response.content)
        with understood("columns"):
            found.update(str(value["name"]) for value in page["value"])
            following = page.get("@odata.nextLink")
        if not following:
            return frozenset(found)
        call = builder.with_url(following).to_get_request_information()


async def default_labels(connection: Connection, site: Site, drive: Drive) -> DefaultLabels:
    """As `Tenant.default_labels` promises.

    Properties as PnP reads them: `DefaultSensitivityLabelForLibrary` of the list, and SPPolicyStoreProxy.GetListComplianceTag.
    """
    try:
        place = f"{site.url}/_api/web/lists(guid'{await list_id(connection, drive.id)}')"
    except ItemTrouble:
        return DefaultLabels(None, None, blocks=False)
    listed = await _said(connection, f"{place}?$select=DefaultSensitivityLabelForLibrary")
    path = quote(f"/{drive.path}".replace("'", "''"), safe="/")
    proxy = "SP.CompliancePolicy.SPPolicyStoreProxy.GetListComplianceTag"
    tag = await _said(connection, f"{site.url}/_api/{proxy}(listUrl='{path}')")
    return DefaultLabels(
        retention=None if tag is None else str(tag.get("TagName") or ""),
        sensitivity=None if listed is None else str(listed.get("DefaultSensitivityLabelForLibrary") or ""),
        blocks=bool(tag and (tag.get("BlockEdit") or tag.get("SuperLock"))),
    )


async def _permissions(connection: Connection) -> frozenset[str] | None:
    """The application permissions that our own token names; None where there is none that can be read.

    Microsoft asks not to rely on a token's form. What cannot be read leaves the question open, nothing else.
    """
    # Any answer will do: what was asked carries the token.
    response = await connection.ask(connection.api.sites.by_site_id("root").to_get_request_information())
    _kind, _space, token = response.request.headers.get("Authorization", "").partition(" ")
    try:
        middle = token.split(".")[1]
        claims: Any = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        roles = claims.get("roles", [])
    except (IndexError, ValueError, AttributeError, binascii.Error):
        return None
    return frozenset(str(one) for one in roles) if isinstance(roles, list) else None


async def _mask(connection: Connection, site: Site) -> int | None:
    said = await _said(connection, f"{site.url}/_api/web?$select=EffectiveBasePermissions")
    if said is None:
        return None
    try:
        return int(said["EffectiveBasePermissions"]["Low"])
    except (KeyError, TypeError, ValueError):
        return None


async def _said(connection: Connection, url: str) -> Object | None:
    """What SharePoint's own API says; None for whatever it refuses to say."""
    try:
        response = await connection.ask_site(httpx.URL(url))
    except TenantRefused:
        return None
    return object_of(response.content) if response.is_success else None
