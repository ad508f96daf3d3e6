"""Every fault of the rehearsal tenant on the way of a file: it is there whole, once, and no session stays open."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from filrydd.targets.tenant import ItemTrouble, NameTaken, StillOpen
from tests.rehearsal.bad_day import Day, bad_day
from tests.targets.place import LARGE, SMALL, Place, hash_of, kept_in, nothing, opened, whole

pytestmark = pytest.mark.usefixtures("small_fragments")
SECONDS = 0.6
"""How long the tenant keeps a session that nobody goes on with."""
SENT_ONCE = (
    "{fault: drop_before, on: any, first: 1, path: '**/drop_before.*'}",
    "{fault: drop_before, on: fragment, nth: [1, 2], path: '**/twice.*'}",
    "{fault: drop_after, on: [fragment, upload], first: 1, path: '**/drop_after.*'}",
    "{fault: truncated_answer, on: [fragment, upload, change], first: 1, path: '**/truncated_answer.*'}",
    "{fault: half_written, on: fragment, first: 2, path: '**/half_written.*'}",
    "{fault: slow_stream, on: any, seconds: 0.02, first: 1, path: '**/slow_stream.*'}",
    "{fault: session_gone, on: fragment, nth: [1], most: 2, path: '**/session_gone.*'}",
    "{fault: locked, on: [session, fragment, upload, change], nth: [1, 2], path: '**/locked.*'}",
    "{fault: resource_modified, on: [session, fragment, upload, change], nth: [1, 2], path: '**/resource_modified.*'}",
    "{fault: not_found_at_first, on: [fragment, upload], times: 2, first: 1, path: '**/not_found_at_first.*'}",
    "{fault: unavailable, status: 504, on: any, nth: [1, 2], path: '**/unavailable.*'}",
    "{fault: too_many_requests, seconds: 1, retry_after: missing, on: any, first: 1, path: '**/too_many_requests.*'}",
)
OTHERS = (
    "{fault: drop_after, on: fragment, first: 1, path: '**/lost_and_hidden.*'}",
    "{fault: not_found_at_first, on: fragment, times: 2, first: 1, path: '**/lost_and_hidden.*'}",
    "{fault: drop_after, on: session, nth: [1], most: 1, path: '**/orphan.*'}",
    "{fault: locked, on: fragment, share: 1, path: '**/stays_locked.*'}",
    "{fault: office_not_found, on: fragment, nth: [2], path: '**/brev.*'}",
    "{fault: drop_after, on: fragment, first: 1, path: '**/rewritten.*'}",
    "{fault: drop_after, on: upload, first: 1, path: '**/empty_twice.*'}",
)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    rules = "\n".join(f"  - {rule}" for rule in (*SENT_ONCE, *OTHERS))
    with bad_day(tmp_path_factory.mktemp("bad"), f"seed: 3\nfaults:\n{rules}\n", session_seconds=SECONDS) as one:
        yield one


def _open_sessions(day: Day) -> int:
    with closing(sqlite3.connect(day.tenancy.folder / "tenant.db")) as con:
        return int(con.execute("SELECT count(*) FROM session").fetchone()[0])


def _on(day: Day, steps: object, library: str) -> None:
    async def go() -> None:
        async with opened(day.ready.graph, library=library) as place:
            await steps(place)  # type: ignore[operator]

    asyncio.run(go())


async def _seen(place: Place, id: str) -> None:
    """Look until the tenant finds what it has."""
    for _look in range(4):
        try:
            await place.tenant.item(place.drive, id)
            return
        except ItemTrouble as trouble:
            assert trouble.status == 404


NAMES = [rule.partition("'**/")[2].partition(".")[0] for rule in SENT_ONCE]


@pytest.mark.parametrize("size", [0, 1000, 2 * SMALL + 7])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_arrives_once_whatever_happens_on_the_way(day: Day, name: str, size: int) -> None:
    data = LARGE[:size]

    async def steps(place: Place) -> None:
        before = len(day.given())
        sessions: list[str] = []
        item = await place.tenant.send(place.sending(f"{name}.bin", data), kept_in(sessions))
        assert (item.size, item.hash) == (size, hash_of(data))
        found = [one async for one in place.tenant.listing(place.drive) if one.name == f"{name}.bin"]
        assert [one.id for one in found] == [item.id]
        assert found[0].modified // 10**7 == place.sending("x", b"").modified // 10**7
        await _seen(place, item.id)
        # An empty file takes a second call, and so a second version, for its times.
        assert len(await place.tenant.versions(place.drive, item.id)) == (1 if size else 2)
        assert await whole(place, item.id) == data
        assert len(day.given()) > before or (not size and name in ("twice", "half_written", "session_gone"))
        assert len(sessions) <= (3 if size else 0)

    _on(day, steps, f"{name} {size}")
    assert _open_sessions(day) == 0


def test_an_answer_that_is_lost_of_a_file_that_is_not_found_at_first_is_no_trouble(day: Day) -> None:
    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("lost_and_hidden.bin", b"ours"), nothing)
        assert item.hash == hash_of(b"ours")

    _on(day, steps, "hidden")
    assert "not_found_at_first" in day.names()


def test_a_session_whose_address_was_lost_holds_the_name_until_the_tenant_lets_go(day: Day) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("orphan.bin", b"ours")
        with pytest.raises(StillOpen) as trouble:
            await place.tenant.send(sending, nothing)
        assert (trouble.value.status, isinstance(trouble.value, NameTaken)) == (409, False)
        assert await place.tenant.child(place.drive, place.root, "orphan.bin") is None
        await asyncio.sleep(SECONDS + 0.1)
        item = await place.tenant.send(sending, nothing)
        assert item.hash == hash_of(b"ours")

    _on(day, steps, "orphan")


def test_a_file_that_stays_locked_is_trouble_and_leaves_no_session(day: Day) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.send(place.sending("stays_locked.bin", b"ours"), nothing)
        assert (trouble.value.status, trouble.value.code) == (423, "resourceLocked")
        # 1 + 2 + 4 seconds at most.
        assert place.time.slept == [1, 2, 4]

    _on(day, steps, "locked")
    assert _open_sessions(day) == 0


def test_an_office_file_whose_new_version_is_not_found_at_first_gets_one_new_version(day: Day) -> None:
    async def steps(place: Place) -> None:
        first = await place.tenant.send(place.sending("brev.doc", b"old"), nothing)
        sessions: list[str] = []
        changed = place.sending("brev.doc", b"new", replaces=first.id, etag=first.etag)
        second = await place.tenant.send(changed, kept_in(sessions))
        assert (second.id, len(sessions)) == (first.id, 2)
        assert len(await place.tenant.versions(place.drive, first.id)) == 2

    _on(day, steps, "office")
    assert "office_not_found" in day.names()
    assert _open_sessions(day) == 0


def test_a_lost_answer_about_a_file_that_sharepoint_rewrites_leaves_the_judgement_to_a_comparison(day: Day) -> None:
    page = b"<html><head><title>Referat</title></head><body>" + b"x" * 900 + b"</body></html>"

    async def steps(place: Place) -> None:
        with pytest.raises(NameTaken) as taken:
            await place.tenant.send(place.sending("rewritten.html", page), nothing)
        there = taken.value.item
        assert taken.value.perhaps_ours
        assert there.hash != hash_of(page)
        assert b"x" * 900 in await whole(place, there.id)

    _on(day, steps, "rewritten")
    assert _open_sessions(day) == 0


def test_an_empty_file_whose_answer_was_lost_gets_its_times(day: Day) -> None:
    async def steps(place: Place) -> None:
        sending = place.sending("empty_twice.bin", b"")
        item = await place.tenant.send(sending, nothing)
        assert (item.size, item.modified // 10**7) == (0, sending.modified // 10**7)
        # Not one that was there before.
        with pytest.raises(NameTaken):
            await place.tenant.send(sending, nothing)

    _on(day, steps, "empty")


def test_a_session_that_could_not_be_made_durable_is_ended(day: Day) -> None:
    async def full(session: str) -> None:
        raise OSError("no space left")

    async def steps(place: Place) -> None:
        with pytest.raises(OSError, match="no space left"):
            await place.tenant.send(place.sending("a.bin", b"ours"), full)
        assert await place.tenant.child(place.drive, place.root, "a.bin") is None

    _on(day, steps, "durable")
    assert _open_sessions(day) == 0
