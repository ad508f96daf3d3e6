"""Folders and who can open them, for tests of restricting."""

import httpx

from filrydd.targets.tenant import Grant, Permissions
from tests.targets.place import PERSONS, Place

KARI, OLA, ANNE = (Grant(id, "write") for id in PERSONS[:3])
STAFF = Grant(PERSONS[-1], "read")


def exactly(*grants: Grant) -> Permissions:
    return Permissions(False, tuple(sorted(grants, key=lambda grant: grant.entra_id)))


async def folder(place: Place, name: str = "Personal", parent: str = "") -> str:
    return (await place.tenant.make_folder(place.drive, parent or place.root, name)).id


async def listed(place: Place, id: str) -> list[dict[str, object]]:
    """The permissions as the tenant itself lists them."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{place.tenant.address}/drives/{place.drive}/items/{id}/permissions")
    return list(answer.raise_for_status().json()["value"])


async def invited(place: Place, id: str, who: str, role: str) -> None:
    """Somebody let in by hand, and what was inherited kept."""
    body = {"recipients": [{"objectId": who}], "roles": [role], "requireSignIn": True, "sendInvitation": False}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{place.tenant.address}/drives/{place.drive}/items/{id}/invite", json=body)
    answer.raise_for_status()
