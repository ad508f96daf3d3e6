"""What every tenant does, whatever stands behind it: `filrydd.targets.tenant.Tenant`, line by line."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from filrydd.errors import BadUsage, TenantLacks, TenantRefused
from filrydd.model.times import TICKS_A_SECOND, same_second, to_iso
from filrydd.quickxor import QuickXor
from filrydd.targets import open_rehearsal, open_tenant
from filrydd.targets.tenant import ItemTrouble, NameTaken
from tests.targets.conftest import Bytes, Place

Journey = Callable[..., None]
LIBRARY_SITE = "https://kommune.sharepoint.com/sites/arkiv"


def hash_of(data: bytes) -> str:
    hasher = QuickXor()
    hasher.update(data)
    return hasher.base64() if data else ""


def nothing(session: str) -> None:
    """For sendings whose session does not matter."""


def test_the_room_opens_without_the_sdk() -> None:
    code = "import sys, filrydd.targets; sys.exit(any(m.split('.')[0] in ('msgraph', 'azure', 'httpx') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_graph_without_its_variables_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_CLIENT_ID", "x")
    with pytest.raises(TenantRefused) as refused:
        open_tenant("graph")
    assert "AZURE_TENANT_ID" in refused.value.message
    assert "AZURE_CLIENT_SECRET" in refused.value.message
    assert "AZURE_CLIENT_ID" not in refused.value.message


def test_graph_opens_with_its_variables_and_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, "00000000-0000-0000-0000-000000000000")
    tenant = open_tenant("graph")
    assert (tenant.rehearsal, tenant.address, tenant.meter.requests) == (False, "https://graph.microsoft.com/v1.0", 0)
    asyncio.run(tenant.close())


def test_a_certificate_that_is_not_there_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "x")
    monkeypatch.setenv("AZURE_CLIENT_ID", "x")
    monkeypatch.delenv("AZURE_CLIENT_SECRET", raising=False)
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", "/no/such/certificate.pem")
    with pytest.raises(TenantRefused) as refused:
        open_tenant("graph")
    assert "/no/such/certificate.pem" in refused.value.message


def test_there_is_no_third_kind() -> None:
    with pytest.raises(BadUsage):
        open_tenant("dropbox")
    with pytest.raises(BadUsage):
        open_tenant("rehearsal")


def test_a_rehearsal_says_that_it_is_one(graph: str) -> None:
    tenant = open_rehearsal(graph)
    assert (tenant.rehearsal, tenant.address) == (True, graph)
    asyncio.run(tenant.close())
    asyncio.run(tenant.close())


def test_the_tenants_clock_is_read(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        now = await place.tenant.now()
        assert abs(now / TICKS_A_SECOND - time.time()) < 5
        assert now % TICKS_A_SECOND == 0

    journey(steps)


def test_a_library_is_made_once_and_found_in_any_letter_case(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        site = await place.tenant.site(LIBRARY_SITE + "/")
        made, *others = await asyncio.gather(
            *(place.tenant.make_library(site, name) for name in ("Årsplaner", "årsplaner", "Årsplaner"))
        )
        assert others == [made, made]
        found = await place.tenant.drive(site, "ÅRSPLANER")
        assert found == made
        assert found.path.startswith("sites/arkiv/")
        assert "%" not in found.path
        root = await place.tenant.item(found.id, found.root)
        assert (root.folder, root.parent) == (True, "")

    journey(steps)


def test_a_library_that_is_not_there_is_lacking_and_those_that_are_are_told(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        site = await place.tenant.site(LIBRARY_SITE)
        await place.tenant.make_library(site, "Finnes")
        with pytest.raises(TenantLacks) as lacks:
            await place.tenant.drive(site, "Finnes ikke")
        assert "Finnes" in lacks.value.details

    journey(steps)


def test_what_is_no_web_address_is_no_site(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        for url in ("", "sites/arkiv", "ftp://x/sites/y"):
            with pytest.raises(BadUsage):
                await place.tenant.site(url)

    journey(steps)


def test_a_folder_is_made_once_also_by_many_at_once(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        making = [place.tenant.make_folder(place.drive, place.root, name) for name in ["Økonomi", "økonomi"] * 5]
        assert len({folder.id for folder in await asyncio.gather(*making)}) == 1
        folder = await place.tenant.child(place.drive, place.root, "ØKONOMI")
        assert folder and folder.folder and folder.parent == place.root

    journey(steps)


def test_a_folder_is_not_made_over_a_file(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        file = await place.tenant.send(place.sending("Referat", b"text"), nothing)
        with pytest.raises(NameTaken) as taken:
            await place.tenant.make_folder(place.drive, place.root, "referat")
        assert taken.value.item.id == file.id

    journey(steps)


def test_a_name_that_sharepoint_refuses_is_the_folders_own_trouble(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.make_folder(place.drive, place.root, "CON")
        assert trouble.value.status == 400
        assert trouble.value.code

    journey(steps)


FRAGMENT = 5 * 1024 * 1024


@pytest.mark.parametrize("size", [0, 1, 327_680, FRAGMENT - 1, FRAGMENT, FRAGMENT + 1, 2 * FRAGMENT + 12_345])
def test_a_file_arrives_whole_with_its_times_as_one_version(journey: Journey, size: int) -> None:
    async def steps(place: Place) -> None:
        data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
        sending = place.sending("Små bokstaver & 100 % #1 + 'a'.bin", data)
        sessions: list[str] = []
        item = await place.tenant.send(sending, sessions.append)
        assert (item.name, item.parent, item.size, item.hash) == (sending.name, place.root, size, hash_of(data))
        assert same_second(item.created, sending.created) and same_second(item.modified, sending.modified)
        assert len(sessions) == (1 if size else 0)
        assert await place.tenant.item(place.drive, item.id) == item
        assert await place.tenant.child(place.drive, place.root, sending.name) == item
        pieces = [piece async for piece in place.tenant.content(place.drive, item.id)]
        assert b"".join(pieces) == data
        assert all(0 < len(piece) <= 1 << 20 for piece in pieces)
        # SharePoint's eTag counts versions; only an empty file takes a second call for its times.
        assert item.etag.rstrip('"').endswith(",1") or not size

    journey(steps)


def test_content_is_read_once_and_in_order(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("stor.bin", bytes(2 * FRAGMENT + 1))
        await place.tenant.send(sending, nothing)
        assert isinstance(sending.content, Bytes)
        assert sending.content.reads == [(0, FRAGMENT), (FRAGMENT, FRAGMENT), (2 * FRAGMENT, 1)]

    journey(steps)


@pytest.mark.parametrize("data", [b"", b"new"])
def test_nothing_is_ever_replace(journey: Journey, data: bytes) -> None:
    async def steps(place: Place) -> None:
        there = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        with pytest.raises(NameTaken) as taken:
            await place.tenant.send(place.sending("NOTAT.txt", data), nothing)
        assert taken.value.item == there
        assert await whole(place, there.id) == b"old"

    journey(steps)


def test_the_same_time_and_name_is_still_taken_when_no_attempt_of_ours_came_before(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        await place.tenant.send(place.sending("notat.txt", b"same"), nothing)
        with pytest.raises(NameTaken):
            await place.tenant.send(place.sending("notat.txt", b"same"), nothing)

    journey(steps)


def test_a_name_that_sharepoint_refuses_is_the_files_own_trouble(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        for name, data in (("rapport?.txt", b"x"), ("~$lås.docx", b"x"), ("a" * 300, b"x"), ("COM1", b"")):
            with pytest.raises(ItemTrouble) as trouble:
                await place.tenant.send(place.sending(name, data), nothing)
            assert 400 <= trouble.value.status < 500

    journey(steps)


def test_what_the_content_raises_comes_through_and_the_session_can_go_on(journey: Journey) -> None:
    class Broken(Bytes):
        def read(self, offset: int, size: int) -> bytes:
            if offset:
                raise OSError("the share is gone")
            return super().read(offset, size)

    async def steps(place: Place) -> None:
        data = bytes(range(256)) * 40_000
        sending = place.sending("stor.bin", data)
        sessions: list[str] = []
        with pytest.raises(OSError, match="the share is gone"):
            await place.tenant.send(replace(sending, content=Broken(data)), sessions.append)
        again = Bytes(data)
        item = await place.tenant.send(replace(sending, content=again, session=sessions[0]), sessions.append)
        assert again.reads[0][0] == FRAGMENT
        assert len(sessions) == 1
        assert await whole(place, item.id) == data

    journey(steps)


def test_a_session_that_was_completed_already_is_found_by_its_name(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("notat.txt", b"content")
        sessions: list[str] = []
        item = await place.tenant.send(sending, sessions.append)
        again = await place.tenant.send(replace(sending, session=sessions[0]), sessions.append)
        assert again == item

    journey(steps)


def test_a_completed_session_does_not_make_somebody_elses_file_ours(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        sessions: list[str] = []
        await place.tenant.send(place.sending("notat.txt", b"content"), sessions.append)
        other = place.sending("notat.txt", b"content", session=sessions[0], modified=TICKS_A_SECOND)
        with pytest.raises(NameTaken):
            await place.tenant.send(other, sessions.append)

    journey(steps)


def test_a_cancelled_session_is_started_over(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        sessions: list[str] = []

        def stop(session: str) -> None:
            sessions.append(session)
            raise KeyError("the machine stops here")

        sending = place.sending("notat.txt", b"content")
        with pytest.raises(KeyError):
            await place.tenant.send(sending, stop)
        await place.tenant.cancel(sessions[0])
        await place.tenant.cancel(sessions[0])
        item = await place.tenant.send(replace(sending, session=sessions[0]), sessions.append)
        assert item.size == 7
        assert len(set(sessions)) == 2

    journey(steps)


@pytest.mark.parametrize("data", [b"", b"newer", bytes(FRAGMENT + 1)])
def test_a_new_version_follows_the_one_that_was_named(journey: Journey, data: bytes) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        changed = place.sending("notat.txt", data, modified=9 * TICKS_A_SECOND, replaces=first.id, etag=first.etag)
        second = await place.tenant.send(changed, nothing)
        assert (second.id, second.size, second.hash) == (first.id, len(data), hash_of(data))
        assert (second.modified, second.etag != first.etag) == (9 * TICKS_A_SECOND, True)
        assert await whole(place, first.id) == data

    journey(steps)


@pytest.mark.parametrize("data", [b"", b"ours"])
def test_a_version_that_somebody_else_made_is_not_replaced(journey: Journey, data: bytes) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        theirs = place.sending("notat.txt", b"theirs", modified=1, replaces=first.id, etag=first.etag)
        await place.tenant.send(theirs, nothing)
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.send(replace(theirs, content=Bytes(data), modified=2 * TICKS_A_SECOND), nothing)
        assert trouble.value.status == 412
        assert not isinstance(trouble.value, NameTaken)
        assert await whole(place, first.id) == b"theirs"

    journey(steps)


def test_a_new_version_that_was_completed_already_is_found(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        sessions: list[str] = []
        changed = place.sending("notat.txt", b"new", modified=0, replaces=first.id, etag=first.etag)
        second = await place.tenant.send(changed, sessions.append)
        assert await place.tenant.send(replace(changed, session=sessions[0]), sessions.append) == second
        assert len(sessions) == 1

    journey(steps)


def test_an_interrupted_new_version_begins_again_from_the_version_it_follows(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("notat.txt", b"old"), nothing)
        changed = place.sending("notat.txt", b"new", replaces=first.id, etag=first.etag)
        sessions: list[str] = []

        def stop(session: str) -> None:
            sessions.append(session)
            raise KeyError("the machine stops here")

        with pytest.raises(KeyError):
            await place.tenant.send(changed, stop)
        second = await place.tenant.send(replace(changed, session=sessions[0]), sessions.append)
        assert (second.id, len(set(sessions))) == (first.id, 2)
        assert await whole(place, first.id) == b"new"

    journey(steps)


@pytest.mark.parametrize("size", [FRAGMENT - 5, FRAGMENT, 3 * FRAGMENT])
def test_a_file_that_has_another_length_since_it_was_interrupted_is_sent_from_its_start(
    journey: Journey, size: int
) -> None:
    class Broken(Bytes):
        def read(self, offset: int, size: int) -> bytes:
            if offset:
                raise OSError("the share is gone")
            return super().read(offset, size)

    async def steps(place: Place) -> None:
        sessions: list[str] = []
        sending = place.sending("stor.bin", b"")
        with pytest.raises(OSError, match="the share is gone"):
            await place.tenant.send(replace(sending, content=Broken(bytes(2 * FRAGMENT))), sessions.append)
        now = replace(sending, content=Bytes(b"x" * size), session=sessions[0])
        item = await place.tenant.send(now, sessions.append)
        assert (item.size, item.hash) == (size, hash_of(b"x" * size))
        assert len(sessions) == 2

    journey(steps)


def test_many_files_arrive_at_once(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        data = {f"{number}.txt": bytes([number]) * number * 100 for number in range(24)}
        items = await asyncio.gather(*(place.tenant.send(place.sending(n, d), nothing) for n, d in data.items()))
        assert {item.name: item.hash for item in items} == {name: hash_of(content) for name, content in data.items()}

    journey(steps)


def test_an_item_that_is_not_there(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        assert await place.tenant.child(place.drive, place.root, "ingen.txt") is None
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.item(place.drive, "01NOSUCHITEM")
        assert (trouble.value.code, trouble.value.status) == ("itemNotFound", 404)
        with pytest.raises(ItemTrouble):
            await whole(place, "01NOSUCHITEM")

    journey(steps)


def test_the_listing_has_everything_once_and_parents_first(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        made = {place.root}
        folders = [place.root]
        for number in range(12):
            folder = await place.tenant.make_folder(place.drive, folders[number // 2], f"Mappe {number}")
            folders.append(folder.id)
            made.add(folder.id)
        files = [
            place.sending(f"{number}.txt", b"" if number % 9 == 0 else b"x", parent=folders[number % 13])
            for number in range(220)
        ]
        made |= {item.id for item in await asyncio.gather(*(place.tenant.send(file, nothing) for file in files))}
        seen: set[str] = set()
        async for item in place.tenant.listing(place.drive):
            assert item.id not in seen
            assert item.parent in seen or item.id == place.root
            seen.add(item.id)
        assert seen == made

    journey(steps)


def test_a_listing_says_of_an_item_what_the_item_says(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("notat.txt", b"text"), nothing)
        listed = {one.id: one async for one in place.tenant.listing(place.drive)}
        # Graph leaves the cTag out of a library's listing.
        assert replace(listed[item.id], ctag=item.ctag) == item
        assert to_iso(item.modified) == to_iso(place.sending("", b"").modified)

    journey(steps)


def test_a_deposit_is_replaced_and_kept_in_versions(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        assert await place.tenant.deposited(place.drive, "_filrydd", "hode.json") is None
        first = await place.tenant.deposit(place.drive, "_filrydd", "hode.json", b"1")
        second = await place.tenant.deposit(place.drive, "_filrydd", "hode.json", b"second")
        assert first.id == second.id and first.etag != second.etag
        assert await place.tenant.deposited(place.drive, "_filrydd", "hode.json") == b"second"
        await place.tenant.deposit(place.drive, "", "i rota.json", b"top")
        assert await place.tenant.deposited(place.drive, "", "i rota.json") == b"top"

    journey(steps)


def test_a_deposit_is_small(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(ValueError, match="bytes"):
            await place.tenant.deposit(place.drive, "x", "y", bytes((4 << 20) + 1))

    journey(steps)


def test_the_meter_counts_each_request(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        before = place.tenant.meter.requests
        await place.tenant.send(place.sending("notat.txt", bytes(FRAGMENT + 1)), nothing)
        assert place.tenant.meter.requests - before == 3

    journey(steps)


names = some.text(
    some.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters='"*:<>?/\\|')
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(names.map(str.strip).filter(bool), max_size=8))
def test_any_name_that_the_tenant_takes_is_found_again(journey: Journey, names: list[str]) -> None:
    async def steps(place: Place) -> None:
        for name in names:
            try:
                item = await place.tenant.send(place.sending(name, name.encode()), nothing)
            except ItemTrouble:
                continue
            found = await place.tenant.child(place.drive, place.root, name)
            assert found == item
            assert await whole(place, item.id) == name.encode()

    journey(steps)


async def whole(place: Place, id: str) -> bytes:
    return b"".join([piece async for piece in place.tenant.content(place.drive, id)])
