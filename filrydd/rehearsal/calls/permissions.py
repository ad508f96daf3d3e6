"""Calls about who can open an item."""

import base64
import binascii
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import people
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.items import locate
from filrydd.rehearsal.calls.shapes import context
from filrydd.rehearsal.refusal import bad, not_found
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, permissions
from filrydd.rehearsal.store.permissions import Permission
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

_SWITCHES = ("requireSignIn", "sendInvitation", "retainInheritedPermissions")


def show(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET permissions`: those of the item, the inherited ones marked."""
    tenancy.throttle.spend(Cost.PERMISSIONS, call.app.id)
    call.options()
    row = locate(tenancy, drive, where)
    found, place = permissions.effective(tenancy.store.read, drive, row)
    inherited = place is None or place.id != row.id
    what = f"drives('{quote(drive.id)}')/items('{row.id}')/permissions"
    listed = [_shape(permission, inherited=inherited) for permission in found]
    return Answer(body={**context(tenancy, call.root, what), "value": listed})


async def invite(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST invite`: let users and groups of the directory in. Nobody is told, and nobody from outside comes in."""
    tenancy.throttle.spend(Cost.PERMISSIONS, call.app.id)
    call.options()
    row = locate(tenancy, drive, where)
    body = await call.json()
    only(body, "recipients", "roles", "message", *_SWITCHES)
    if any(not isinstance(body.get(name, False), bool) for name in _SWITCHES):
        raise bad("One of the provided arguments is not acceptable.")
    if not body.get("requireSignIn") or body.get("sendInvitation"):
        raise bad("Only invitations that need a sign-in and are not sent can be made here.")
    roles, recipients = body.get("roles"), body.get("recipients")
    if roles not in (["read"], ["write"]):
        raise bad("roles must be read or write.")
    if not isinstance(recipients, list) or not recipients:
        raise bad("recipients are required.")
    directory = people.by_id(tenancy)
    who = [_invited(directory, each, roles[0]) for each in recipients]
    keep = body.get("retainInheritedPermissions", True)

    def act(con: sqlite3.Connection) -> list[Permission]:
        return permissions.let_in(con, drive, folders.by_id(con, drive, row.id), who, keep=keep)

    given = await tenancy.store.write(act)
    said = context(tenancy, call.root, "Collection(microsoft.graph.permission)")
    return Answer(body={**said, "value": [_shape(permission, inherited=False) for permission in given]})


async def remove(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, id: str) -> Answer:
    """`DELETE permissions/...`."""
    tenancy.throttle.spend(Cost.PERMISSIONS, call.app.id)
    row = locate(tenancy, drive, where)
    try:
        login = base64.urlsafe_b64decode(id + "=" * (-len(id) % 4)).decode()
    except (binascii.Error, ValueError):
        raise not_found() from None
    await tenancy.store.write(lambda con: permissions.take_out(con, folders.by_id(con, drive, row.id), login))
    return Answer(204)


def _invited(directory: Mapping[str, people.Account], recipient: object, role: str) -> Permission:
    account = None
    if isinstance(recipient, dict):
        only(recipient, "objectId")
        account = directory.get(str(recipient.get("objectId", "")).lower())
    if account is None:
        raise bad("One or more users could not be resolved.", inner="noResolvedUsers")
    kind = "group" if account.group else "user"
    login = f"c:0t.c|tenant|{account.id}" if account.group else f"i:0#.f|membership|{account.id}@rehearsal.example"
    return Permission(login, kind, account.id, account.name, role)


def _shape(permission: Permission, *, inherited: bool) -> dict[str, Any]:
    who = {"displayName": permission.name, "id": permission.id}
    identities: dict[str, Any] = {permission.kind: who}
    if permission.kind == "siteGroup":
        who["loginName"] = permission.login
    else:
        identities["siteUser"] = {"displayName": permission.name, "id": "11", "loginName": permission.login}
    id = base64.urlsafe_b64encode(permission.login.encode()).decode().rstrip("=")
    shape = {"id": id, "roles": [permission.role], "grantedToV2": identities}
    # Empty, whatever the documents say (microsoftgraph/microsoft-graph-devx-api#223).
    return {**shape, "inheritedFrom": {}} if inherited else shape
