"""Who can open an item: exactly those that are named, and nobody by the folder above.

Graph breaks inheritance by an invitation with `retainInheritedPermissions: false`, which removes what was inherited when the
item is shared for the first time, and only then ("driveItem: invite"). So who was let in before is taken out one by one, and
what the tenant lists afterwards decides, not the answer to the invitation: that has been a success without any effect
(microsoftgraph/microsoft-graph-docs-contrib#1038), and may be one in part (207).

Each call is patient by itself: a folder that SharePoint is busy with, or does not know yet, is not begun with anew.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from msgraph.generated.drives.item.items.item.drive_item_item_request_builder import DriveItemItemRequestBuilder
from msgraph.generated.drives.item.items.item.invite.invite_post_request_body import InvitePostRequestBody
from msgraph.generated.models.drive_recipient import DriveRecipient

from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, object_of, understood
from filrydd.targets.patience import asked
from filrydd.targets.refusals import item_trouble
from filrydd.targets.tenant import Grant, ItemTrouble, Permissions

PORTION = 20
"""Objects in one invitation; Graph documents no limit, and this keeps a call short."""
ROUNDS = 4
"""How often the list of permissions is compared and mended before it is trouble."""
NOBODY = "nobodyToGrant"
DIFFERENT = "permissionsDiffer"
STILL_INHERITS = "stillInherits"

Role = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One permission of an item. `grant` is None for what is no Entra object with plain access; then `says` names it."""

    id: str
    inherited: bool
    grant: Grant | None
    says: str


async def restrict(connection: Connection, drive: str, id: str, grants: Sequence[Grant]) -> None:
    """As `Tenant.restrict` promises."""
    wanted = _wanted(grants)
    if not wanted:
        raise ItemTrouble(NOBODY, 400, "Graph breaks inheritance only by letting somebody in.")
    item = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id)
    missing, said = wanted, list[str]()
    for attempt in range(1, ROUNDS + 1):
        said = await _invite(connection, item, missing)
        entries = [entry async for entry in _entries(connection, item, just_made=True)]
        excess = [
            entry for entry in entries if entry.grant is None or wanted.get(_key(entry.grant)) != entry.grant.role
        ]
        right = {_key(entry.grant) for entry in entries if entry.grant is not None and entry not in excess}
        missing = {key: role for key, role in wanted.items() if key not in right}
        if inherited := [entry.says for entry in entries if entry.inherited]:
            raise ItemTrouble(STILL_INHERITS, 409, ", ".join(inherited))
        if not excess and not missing:
            return
        said += [entry.says for entry in excess]
        for entry in excess:
            await _remove(connection, item, entry)
        if not excess:
            # What was let in is not listed at once.
            await connection.governor.back_off(attempt)
    raise ItemTrouble(DIFFERENT, 409, ", ".join([*said, *sorted(missing)]))


async def permissions(connection: Connection, drive: str, id: str) -> Permissions:
    """As `Tenant.permissions` promises."""
    item = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id)
    entries = [entry async for entry in _entries(connection, item)]
    grants = {_key(entry.grant): entry.grant for entry in entries if entry.grant is not None}
    return Permissions(
        inherited=any(entry.inherited for entry in entries),
        grants=tuple(grants[key] for key in sorted(grants)),
        others=tuple(sorted(entry.says for entry in entries if entry.grant is None)),
    )


def _key(grant: Grant) -> str:
    return grant.entra_id.lower()


def _wanted(grants: Sequence[Grant]) -> dict[str, Role]:
    """Each object's role; who may both read and write may write."""
    wanted: dict[str, Role] = {}
    for grant in grants:
        if wanted.get(_key(grant)) != "write":
            wanted[_key(grant)] = grant.role
    return wanted


async def _invite(connection: Connection, item: DriveItemItemRequestBuilder, wanted: Mapping[str, Role]) -> list[str]:
    """Let them in, without a message to anybody; returns what the tenant says of those that it did not let in."""
    said = list[str]()
    for role in ("write", "read"):
        objects = iter([id for id, has in wanted.items() if has == role])
        while some := list(islice(objects, PORTION)):
            body = InvitePostRequestBody(
                require_sign_in=True,
                send_invitation=False,
                retain_inherited_permissions=False,
                roles=[role],
                recipients=[DriveRecipient(object_id=id) for id in some],
            )
            response = await asked(connection, item.invite.to_post_request_information(body), just_made=True)
            if not response.is_success:
                raise item_trouble(response)
            with understood("invitation"):
                values = object_of(response.content)["value"]
                said += [str(value["error"].get("message") or "") for value in values if value.get("error")]
    return said


async def _remove(connection: Connection, item: DriveItemItemRequestBuilder, entry: _Entry) -> None:
    call = item.permissions.by_permission_id(entry.id).to_delete_request_information()
    # One that is not found is gone.
    response = await asked(connection, call)
    if not response.is_success and response.status_code != 404:
        raise item_trouble(response)


async def _entries(
    connection: Connection, item: DriveItemItemRequestBuilder, *, just_made: bool = False
) -> AsyncIterator[_Entry]:
    call = item.permissions.to_get_request_information()
    while True:
        response = await asked(connection, call, just_made=just_made)
        if not response.is_success:
            raise item_trouble(response)
        page = object_of(response.content)
        with understood("permissions"):
            values, following = page["value"], page.get("@odata.nextLink")
            entries = [_entry(value) for value in values]
        for entry in entries:
            if entry is not None:
                yield entry
        if not following:
            return
        call = item.permissions.with_url(following).to_get_request_information()


def _entry(value: Object) -> _Entry | None:
    """A permission; None for one that lets nobody open the item by itself, or only an application.

    An application came in by an administrator's consent, and ours must stay able to fill the folder: whoever breaks
    inheritance gets an entry of his own in SharePoint ("BreakRoleInheritance"). SharePoint marks what is inherited by
    `inheritedFrom: {}`, empty (microsoftgraph/microsoft-graph-devx-api#223).
    """
    who: Object = value.get("grantedToV2") or value.get("grantedTo") or {}
    login = str((who.get("siteUser") or {}).get("loginName") or "")
    user, group = who.get("user") or {}, who.get("group") or {}
    person = user.get("id") or group.get("id")
    if not person and ("application" in who or login.startswith("i:0i.t|")):
        return None
    roles = [str(role) for role in value.get("roles") or ()]
    if roles and all("limited" in role.lower() for role in roles):
        # Opens the way to something below, and nothing here; what lies below would go with it.
        return None
    names = [str(one.get("displayName") or "") for one in who.values() if isinstance(one, dict)]
    kind = "link" if value.get("link") else next((name for name in names if name), person or login or str(value["id"]))
    role = _role(roles)
    return _Entry(
        id=str(value["id"]),
        inherited=value.get("inheritedFrom") is not None,
        grant=Grant(str(person), role) if person and role and not value.get("link") else None,
        says=f"{kind} ({', '.join(roles)})",
    )


def _role(roles: Sequence[str]) -> Role | None:
    """Reading or writing; None for any other access, such as an owner's."""
    if not roles or not set(roles) <= {"read", "write"}:
        return None
    return "write" if "write" in roles else "read"
