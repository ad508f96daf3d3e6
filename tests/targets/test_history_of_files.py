"""Versions of a file, and how many of them a library keeps."""

import asyncio
import time
from pathlib import Path

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from filrydd.errors import TenantError
from filrydd.model.item import Item, Site
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from filrydd.targets.connect import Connection, Login
from filrydd.targets.graph import GraphTenant
from filrydd.targets.hosts import GraphHosts, LocalHosts
from filrydd.targets.tenant import ItemTrouble
from tests.targets.front import Answer, Front
from tests.targets.place import Journey, Place, Time, nothing, opened

SITE = "https://kommune.sharepoint.com/sites/arkiv"
CONTENTS = [b"first", b"second, longer", b"3"]


async def chain(place: Place, contents: list[bytes] = CONTENTS) -> Item:
    item = await place.tenant.send(place.sending("rapport.bin", contents[0]), nothing)
    for number, data in enumerate(contents[1:], 1):
        sending = place.sending(
            "rapport.bin", data, replaces=item.id, etag=item.etag, modified=12_345_679_991_234_567 + number * 10**9
        )
        item = await place.tenant.send(sending, nothing)
    return item


async def read(place: Place, id: str, version: str) -> bytes:
    return b"".join([piece async for piece in place.tenant.version_content(place.drive, id, version)])


def test_a_chain_is_one_file_with_its_versions_the_newest_first(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await chain(place)
        versions = await place.tenant.versions(place.drive, item.id)
        assert [version.size for version in versions] == [len(data) for data in reversed(CONTENTS)]
        assert versions[0].modified == item.modified > versions[1].modified > versions[2].modified
        assert [await read(place, item.id, version.id) for version in reversed(versions)] == CONTENTS

    journey(steps)


def test_a_version_that_is_not_there_and_a_file_that_is_not_there_are_trouble(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await chain(place)
        for id, version in ((item.id, "99.0"), ("01NOSUCHITEM", "1.0")):
            with pytest.raises(ItemTrouble) as trouble:
                await read(place, id, version)
            assert trouble.value.status == 404

    journey(steps)


def test_a_newest_version_that_changes_while_it_is_read_is_trouble(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await chain(place)
        newest = (await place.tenant.versions(place.drive, item.id))[0]
        both = [{"id": id, "size": 1, "lastModifiedDateTime": "2020-01-01T00:00:00Z"} for id in ("4.0", newest.id)]
        front.answer("GET", "/versions$", None, Answer(200, {}, {"value": both}))
        with pytest.raises(ItemTrouble, match="resourceModified"):
            await read(place, item.id, newest.id)

    through(steps)


def test_an_older_version_goes_on_after_a_broken_download(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await chain(place, [bytes(range(256)) * 40, b"new"])
        cut = []

        def turn(request: object, answer: Answer) -> Answer:
            if answer.status == 200 and len(answer.body) == 10240 and not cut:
                cut.append(1)
                answer.cut = 5000
            return answer

        front.after.append(turn)
        assert await read(place, item.id, "1.0") == bytes(range(256)) * 40
        assert cut

    through(steps)


def test_how_many_versions_a_library_keeps_is_what_it_does(tmp_path: Path) -> None:
    async def steps(address: str) -> None:
        async with opened(address, library="Arkiv") as place:
            assert await place.tenant.versions_kept(await place.tenant.site(SITE), place.drive) == 2
            versions = await place.tenant.versions(place.drive, (await chain(place)).id)
            assert [version.size for version in versions] == [1, 14]

    with running(tmp_path, Ways(versions_kept=2)) as ready:
        asyncio.run(steps(ready.graph))


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (
            Answer(
                200, {}, {"EnableVersioning": True, "MajorVersionLimit": 500, "VersionPolicies": {"DefaultTrimMode": 0}}
            ),
            500,
        ),
        (
            Answer(
                200, {}, {"EnableVersioning": True, "MajorVersionLimit": 500, "VersionPolicies": {"DefaultTrimMode": 2}}
            ),
            0,
        ),
        (
            Answer(
                200, {}, {"EnableVersioning": False, "MajorVersionLimit": 0, "VersionPolicies": {"DefaultTrimMode": 0}}
            ),
            0,
        ),
        (Answer(401), None),
        (Answer(403), None),
        (Answer(404), None),
    ],
)
def test_what_the_tenant_does_not_say_is_not_guessed(
    front: Front, through: Journey, answer: Answer, kept: int | None
) -> None:
    async def steps(place: Place) -> None:
        site = await place.tenant.site(SITE)
        front.answer("GET", r"/_api/web/lists", answer)
        assert await place.tenant.versions_kept(site, place.drive) == kept
        assert front.seen("GET", r"/_api/web/lists\(guid'[0-9a-f-]{36}'\)\?")

    through(steps)


class Scopes:
    """A credential that remembers what it was asked for, and may refuse one."""

    def __init__(self, refused: str = "") -> None:
        self.asked: list[str] = []
        self.refused = refused

    async def get_token(self, *scopes: str, **options: object) -> AccessToken:
        self.asked += scopes
        if self.refused and self.refused in scopes:
            raise ClientAuthenticationError("no such resource")
        return AccessToken(f"token for {scopes[0]}", int(time.time()) + 3600)

    async def close(self) -> None:
        pass


def _site_of(front: Front, scopes: Scopes) -> int | None:
    front.answer("GET", r"/drives/D/list", Answer(200, {}, {"id": "L"}))
    kept = {"EnableVersioning": True, "MajorVersionLimit": 7, "VersionPolicies": {"DefaultTrimMode": 0}}
    front.answer("GET", r"/_api/", Answer(200, {}, kept))

    async def steps() -> int | None:
        tenant = GraphTenant(Connection(LocalHosts(front.address + "/v1.0"), Time().timing(), Login(scopes)))
        try:
            return await tenant.versions_kept(Site("S", f"{front.address}/sites/x"), "D")
        finally:
            await tenant.close()

    return asyncio.run(steps())


def test_the_sites_own_api_gets_a_token_of_its_own_and_never_graphs(script: Front) -> None:
    scopes = Scopes()
    assert _site_of(script, scopes) == 7
    assert "https://127.0.0.1/.default" in scopes.asked
    (request,) = script.seen("GET", "/_api/")
    assert request.headers["authorization"] == "Bearer token for https://127.0.0.1/.default"


def test_without_a_token_for_the_site_nothing_is_said(script: Front) -> None:
    assert _site_of(script, Scopes("https://127.0.0.1/.default")) is None
    assert not script.seen("GET", "/_api/")


def test_no_token_goes_to_a_site_outside_sharepoint() -> None:
    scopes = Scopes()

    async def steps() -> None:
        connection = Connection(GraphHosts(), Time().timing(), Login(scopes))
        try:
            import httpx

            with pytest.raises(TenantError):
                await connection.ask_site(httpx.URL("https://sharepoint.com.example/sites/x/_api/web"))
        finally:
            await connection.close()

    asyncio.run(steps())
    assert not scopes.asked
