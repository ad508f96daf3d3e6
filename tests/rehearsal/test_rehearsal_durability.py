"""What survives a restart, and a kill in the middle."""

import asyncio
import contextlib
import shutil
import sqlite3
import threading
import time
import uuid

import httpx
import pytest

from filrydd.errors import BadUsage, Busy, FilryddError
from filrydd.rehearsal.store.blobs import Blobs, Kept, small
from filrydd.rehearsal.store.database import Store
from filrydd.rehearsal.ways import Library, Ready, Ways
from filrydd.rehearsal.wire.server import running

GRAIN = 320 * 1024
DATA = bytes(range(251)) * (GRAIN * 4 // 251)


def library_of_child(library_of, child):
    words = dict(child.ready)
    words["drives"] = tuple(Library(**drive) for drive in words["drives"])
    return library_of(Ready(**words))


def test_everything_is_there_after_a_restart_on_the_same_ports(tmp_path, library_of) -> None:
    with running(tmp_path) as first:
        library = library_of(first)
        library.put("mappe/a.txt", b"en")
        library.put("mappe/a.txt", b"to")
        before = library.item("mappe/a.txt")
        _found, link = library.whole_delta()
    with running(tmp_path) as second:
        assert second == first
        after = library.item("mappe/a.txt")
        without = "@microsoft.graph.downloadUrl"
        assert {**after, without: ""} == {**before, without: ""}
        assert library.content("mappe/a.txt") == b"to"
        assert len(library.get("mappe/a.txt", "versions").json()["value"]) == 2
        assert library.whole_delta(link)[0] == []


def test_a_database_that_was_put_back_makes_clients_begin_anew(tmp_path, library_of, error) -> None:
    with running(tmp_path / "a") as ready:
        library_of(ready).put("a.txt")
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    with running(tmp_path / "a") as ready:
        library = library_of(ready)
        library.put("b.txt")
        _found, link = library.whole_delta()
    shutil.rmtree(tmp_path / "a")
    shutil.copytree(tmp_path / "copy", tmp_path / "a")
    with running(tmp_path / "a"):
        assert error(library.http.get(link)) == (410, "resyncRequired")


def test_a_download_address_holds_for_an_hour(tmp_path, library_of, error) -> None:
    with running(tmp_path) as ready:
        library = library_of(ready)
        url = library.put("a.txt", b"innhold").json()["@microsoft.graph.downloadUrl"]
    with running(tmp_path, Ways(clock_offset=3500)):
        assert library.http.get(url).content == b"innhold"
    with running(tmp_path, Ways(clock_offset=3700)):
        assert error(library.http.get(url)) == (401, "expiredToken")


def test_a_folder_has_one_tenant_at_a_time(tmp_path) -> None:
    with running(tmp_path), pytest.raises(Busy, match="already running"), running(tmp_path):
        pytest.fail("two tenants in one folder")


def test_a_port_that_is_taken_is_left_to_its_owner(tmp_path, http) -> None:
    with running(tmp_path / "a") as first:
        pass
    with running(tmp_path / "b", port=int(first.web.rpartition(":")[2])) as other:
        with running(tmp_path / "a") as again:
            assert again.web != first.web
            assert http.get(f"{again.graph}/drives/{again.drives[0].id}").status_code == 200
        with (
            pytest.raises(BadUsage, match="cannot listen on port"),
            running(tmp_path / "c", port=int(other.web.rpartition(":")[2])),
        ):
            pytest.fail("two tenants on one port")


def test_a_killed_tenant_loses_no_fragment_that_it_confirmed(start, library_of) -> None:
    child = start()
    library = library_of_child(library_of, child)
    url = library.session("stor.bin", {"fileSystemInfo": {"lastModifiedDateTime": "2010-01-01T00:00:00Z"}}).json()[
        "uploadUrl"
    ]
    library.fragment(url, DATA[:GRAIN], 0, len(DATA))
    # The next one breaks off half-way: the tenant dies while it comes.

    def slowly():
        yield DATA[GRAIN : GRAIN + 1000]
        child.kill()
        yield DATA[GRAIN + 1000 : 2 * GRAIN]

    headers = {"Content-Range": f"bytes {GRAIN}-{2 * GRAIN - 1}/{len(DATA)}", "Content-Length": str(GRAIN)}
    with pytest.raises(httpx.TransportError):
        library.http.put(url, content=slowly(), headers=headers)
    again = start()
    assert again.ready == child.ready
    told = library.http.get(url).raise_for_status().json()["nextExpectedRanges"]
    assert int(told[0].partition("-")[0]) == GRAIN
    for begin in range(GRAIN, len(DATA), GRAIN):
        answer = library.fragment(url, DATA[begin : begin + GRAIN], begin, len(DATA))
    assert answer.status_code == 201
    assert answer.json()["lastModifiedDateTime"] == "2010-01-01T00:00:00Z"
    assert library.content("stor.bin") == DATA


def test_a_killed_tenant_has_every_file_that_it_confirmed_whole(start, library_of) -> None:
    child = start()
    library = library_of_child(library_of, child)
    confirmed: dict[str, bytes] = {}
    enough = threading.Event()

    def upload(worker: int) -> None:
        with httpx.Client(timeout=10) as client, contextlib.suppress(httpx.TransportError):
            for number in range(1000):
                name, data = f"{worker}-{number}.bin", uuid.uuid4().bytes * 3000
                answer = client.put(library.at(f"m{worker}/{name}", "content"), content=data)
                if answer.status_code == 201:
                    confirmed[f"m{worker}/{name}"] = data
                if len(confirmed) > 40:
                    enough.set()

    workers = [threading.Thread(target=upload, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    assert enough.wait(30)
    child.kill()
    for worker in workers:
        worker.join()
    start()
    found, _link = library.whole_delta()
    names = {item["name"] for item in found if "file" in item}
    assert names >= {path.partition("/")[2] for path in confirmed}
    for path, data in confirmed.items():
        assert library.content(path) == data
    # One more a worker may have arrived unconfirmed; sums agree with what is there.
    assert len(names) <= len(confirmed) + 4
    root = next(item for item in found if "root" in item)
    assert root["size"] == sum(item["size"] for item in found if "file" in item) == 48_000 * len(names)


def test_a_child_ends_when_its_parent_does(start) -> None:
    child = start()
    assert httpx.get(child.ready["web"]).status_code == 200
    child.process.stdin.close()
    assert child.process.wait(10) == 0
    child.process.stdin = None


def test_a_child_heeds_sigterm_and_its_command_line(start, http) -> None:
    child = start("--site", "sites/regnskap", "--only-these-sites", "--no-anonymous", "--units-per-minute", "1000")
    assert {drive["site"] for drive in child.ready["drives"]} == {"sites/regnskap"}
    address = f"{child.ready['graph']}/sites/h:/sites/annet"
    assert http.get(address).status_code == 401
    assert http.get(address, headers={"Authorization": f"Bearer {child.ready['token']}"}).status_code == 404
    begun = time.monotonic()
    child.process.terminate()
    assert child.process.wait(10) == 0
    assert time.monotonic() - begun < 5


def test_a_second_child_in_the_same_folder_says_why_it_cannot_run(start) -> None:
    start()
    second = start()
    _out, said = second.process.communicate(timeout=10)
    assert second.process.returncode == 1
    assert "already running" in said


def test_acts_that_wait_together_succeed_and_fail_each_for_itself(tmp_path) -> None:
    def insert(name: str):
        return lambda con: con.execute("INSERT INTO setting VALUES (?, 'x')", (name,)).rowcount

    def insert_and_fail(con):
        con.execute("INSERT INTO setting VALUES ('halv', 'x')")
        raise ValueError("half-way")

    async def together(*, long: bool) -> list[object]:
        acts = [insert("a"), insert("b"), insert_and_fail, insert("a"), insert("c")]
        return await asyncio.gather(*(store.write(act, long=long) for act in acts), return_exceptions=True)

    for long in (False, True):
        store = Store(tmp_path / f"{long}.db")
        try:
            told = asyncio.run(together(long=long))
            assert [not isinstance(each, Exception) for each in told] == [True, True, False, False, True]
            names = [name for (name,) in store.read.execute("SELECT name FROM setting ORDER BY name")]
            assert names == ["a", "b", "c"]
        finally:
            store.close()


def test_what_an_act_adds_is_read_by_the_next_one_of_the_same_transaction(tmp_path) -> None:
    blobs = Blobs(tmp_path)
    store = Store(tmp_path / "x.db", before_commit=blobs.sync)
    content = small(b"innhold")

    async def together() -> list[object]:
        return await asyncio.gather(
            store.write(lambda con: blobs.add(con, content)),
            store.write(lambda con: blobs.read(con, content.sha)),
        )

    try:
        assert asyncio.run(together())[1] == b"innhold"
        assert blobs.read(store.read, content.sha) == b"innhold"
    finally:
        store.close()
        blobs.close()


def test_a_pack_that_could_not_be_written_is_left_and_nothing_of_it_is_known(tmp_path, monkeypatch) -> None:
    blobs = Blobs(tmp_path)
    store = Store(tmp_path / "x.db", before_commit=blobs.sync)
    lost, kept = small(b"tapt"), small(b"beholdt")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    async def add(content: Kept) -> None:
        await store.write(lambda con: blobs.add(con, content))

    try:
        with monkeypatch.context() as patched:
            patched.setattr("filrydd.rehearsal.store.blobs.os.fsync", full)
            with pytest.raises(OSError, match="No space left"):
                asyncio.run(add(lost))
        asyncio.run(add(kept))
        assert blobs.read(store.read, kept.sha) == b"beholdt"
        assert store.read.execute("SELECT count(*) FROM packed").fetchone() == (1,)
    finally:
        store.close()
        blobs.close()


def test_a_pack_that_fails_within_an_act_takes_the_acts_before_it_along(tmp_path) -> None:
    blobs = Blobs(tmp_path)
    store = Store(tmp_path / "x.db", before_commit=blobs.sync)
    first, second = small(b"en"), small(b"to")

    def full(data: bytes) -> int:
        raise OSError(28, "No space left on device")

    async def together() -> list[object]:
        def read(con: sqlite3.Connection) -> bytes:
            # The first one's bytes are still on their way when this asks for them.
            blobs._pack = Full()
            return blobs.read(con, first.sha)

        acts = (lambda con: blobs.add(con, first), read, lambda con: blobs.add(con, second))
        return await asyncio.gather(*(store.write(act) for act in acts), return_exceptions=True)

    class Full:
        write = staticmethod(full)

    try:
        assert [type(each) for each in asyncio.run(together())] == [OSError] * 3
        assert store.read.execute("SELECT count(*) FROM packed").fetchone() == (0,)
        asyncio.run(store.write(lambda con: blobs.add(con, second)))
        assert blobs.read(store.read, second.sha) == b"to"
    finally:
        store.close()
        blobs.close()


def test_a_folder_that_another_version_made_is_refused_with_the_next_step(tmp_path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "tenant.db")) as former:
        former.execute("CREATE TABLE item (id)")
    with pytest.raises(FilryddError, match="another version") as refused, running(tmp_path):
        pytest.fail("a tenant in a folder of another version")
    assert str(tmp_path) in refused.value.next
