"""remote-store, a client of Graph in Python that was made without us, carries 1,000 files of the same tree as rclone.

Its backend for Graph says of many answers that they were seen live; it is pointed at the tenant by its base address.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from remote_store import (
    AlreadyExists,
    DirectoryNotEmpty,
    InvalidPath,
    NotFound,
    PermissionDenied,
    RemoteStoreError,
    RetryPolicy,
)
from remote_store.aio import GraphBackend, GraphUtils

from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.clients.bad_days import busy
from tests.rehearsal.clients.source import BELOW, Source
from tests.rehearsal.clients.tree import Tree, composed

pytestmark = pytest.mark.xdist_group("remote-store")

AT_ONCE = 16
FILES = 1_000
"""All that are difficult, and some of the others."""


@asynccontextmanager
async def store(ready: Ready, below: str = "", **more: Any) -> AsyncIterator[GraphBackend]:
    """The first library of a tenant, or a folder in it."""
    given = {"token_provider": lambda: ready.token, "base_url": ready.graph, "base_path": below, **more}
    backend = GraphBackend(ready.drives[0].id, **given)
    try:
        yield backend
    finally:
        await backend.aclose()


async def each(paths: list[str], act: Callable[[str], Coroutine[Any, Any, Any]]) -> dict[str, Any]:
    """What an act on each path gives, so many of them at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(path: str) -> tuple[str, Any]:
        async with turns:
            return path, await act(path)

    return dict(await asyncio.gather(*(one(path) for path in paths)))


async def copy_in(backend: GraphBackend, tree: Tree) -> None:
    """Write the whole tree."""
    await each(list(tree.all), lambda path: backend.write(path, tree.all[path]))


async def listed(backend: GraphBackend, below: str = "") -> dict[str, Any]:
    return {str(file.path): file async for file in backend.list_files(below, recursive=True)}


@pytest.fixture(scope="module")
def source(source: Source) -> Source:
    tree = source.tree
    most = FILES - len(tree.rewritten)
    return replace(source, tree=replace(tree, files=dict(list(tree.files.items())[:most])))


@pytest.fixture(scope="module")
def filled(source: Source, tmp_path_factory):
    """A tenant that the tree was written into; nobody comes in without a token."""
    with running(tmp_path_factory.mktemp("remote-store") / "tenant", Ways(anonymous=False)) as ready:

        async def fill() -> None:
            async with store(ready, BELOW) as backend:
                await copy_in(backend, source.tree)

        asyncio.run(fill())
        yield ready


def test_the_tree_is_there_by_its_own_names_with_sizes_and_hashes(filled, source) -> None:
    async def look() -> dict[str, Any]:
        async with store(filled, BELOW) as backend:
            return await listed(backend)

    found = asyncio.run(look())
    assert set(found) == set(source.tree.all)
    assert len(found) == FILES
    for path, content in source.tree.files.items():
        told = found[path].extra.get("graph.file.hashes", {}).get("quickXorHash", "")
        assert (found[path].size, base64.b64decode(told).hex()) == (
            len(content),
            source.hashes[composed(path)] if content else "",
        ), path
    # What SharePoint has written into is larger.
    assert all(found[path].size > len(content) for path, content in source.tree.rewritten.items())


def test_contents_come_back_byte_for_byte(filled, source) -> None:
    difficult = [path for path in source.tree.files if not path.startswith("Saker")]
    some = [*difficult[::5], "stor fil.bin"]

    async def read() -> dict[str, bytes]:
        async with store(filled, BELOW) as backend:
            return await each(some, backend.read_bytes)

    assert asyncio.run(read()) == {path: source.tree.files[path] for path in some}


def test_each_refusal_is_understood_as_what_it_is(filled) -> None:
    async def refusals(backend: GraphBackend) -> None:
        await backend.check_health()
        with pytest.raises(AlreadyExists):
            await backend.write("små/rapport.txt", b"annet")
        with pytest.raises(AlreadyExists):
            await backend.write("SMÅ/Rapport.TXT", b"annet")
        # Over 4 MiB it sends by an upload session.
        with pytest.raises(AlreadyExists):
            await backend.write("stor fil.bin", bytes(5 << 20))
        with pytest.raises(InvalidPath):
            await backend.write("små", b"en fil der en mappe er", overwrite=True)
        with pytest.raises(InvalidPath):
            await backend.write("små/rapport.txt/under en fil.txt", b"innhold")
        with pytest.raises(RemoteStoreError, match="400 invalidRequest"):
            await backend.write('små/"sitat".txt', b"innhold")
        with pytest.raises(NotFound):
            await backend.read_bytes("små/finnes ikke.txt")
        with pytest.raises(InvalidPath):
            await backend.read_bytes("små")
        with pytest.raises(DirectoryNotEmpty):
            await backend.delete_folder("små")
        with pytest.raises(InvalidPath):
            await backend.move("Store/Rapport.TXT", "små/rapport.txt/under en fil.txt")
        with pytest.raises(AlreadyExists):
            await backend.move("Store/Rapport.TXT", "små/rapport.txt")
        assert await backend.exists("små/rapport.txt")
        assert not await backend.exists("små/finnes ikke.txt")
        assert (await backend.is_folder("små"), await backend.is_file("små")) == (True, False)

    async def go() -> None:
        async with store(filled, BELOW) as backend:
            await refusals(backend)
        async with store(filled, token_provider=lambda: "et annet merke") as backend:
            with pytest.raises(PermissionDenied):
                await backend.check_health()

    asyncio.run(go())


def test_files_are_copied_by_sharepoint_itself(filled, source) -> None:
    names = [path for path in source.tree.files if path.startswith("Sak 1 % av #2/")][::4]

    async def go() -> dict[str, bytes]:
        async with store(filled, BELOW, copy_timeout=30) as backend:
            await backend.write("kopier på Ås/tom.txt", b"")
            await each(names, lambda path: backend.copy(path, f"kopier på Ås/{path.partition('/')[2]}", overwrite=True))
            with pytest.raises(AlreadyExists):
                await backend.copy(names[0], names[1])
            with pytest.raises(NotFound):
                await backend.copy("finnes ikke.txt", "kopier på Ås/finnes ikke.txt")
            copied = {path: await backend.read_bytes(f"kopier på Ås/{path.partition('/')[2]}") for path in names}
            await backend.delete_folder("kopier på Ås", recursive=True)
            return copied

    assert asyncio.run(go()) == {path: source.tree.files[path] for path in names}


def test_a_drive_is_found_by_its_site_and_by_its_name(filled) -> None:
    library = filled.drives[0]
    address = f"{filled.web}/{library.site}"

    def drive(target: Any) -> str:
        return GraphUtils.resolve_drive_id(target, token_provider=lambda: filled.token, base_url=filled.graph)

    assert drive(address) == drive((address, library.name)) == library.id
    with pytest.raises(InvalidPath):
        drive((address, "Finnes ikke"))


def test_files_are_overwritten_moved_and_deleted(filled, source) -> None:
    year = "Saker 2005"
    names = [path.removeprefix(f"{year}/") for path in source.tree.all if path.startswith(f"{year}/")]

    async def go(backend: GraphBackend) -> None:
        before = await backend.get_file_info("a&b=c.txt")
        await backend.write("a&b=c.txt", b"nytt innhold", overwrite=True)
        after = await backend.get_file_info("a&b=c.txt")
        assert (await backend.read_bytes("a&b=c.txt"), after.etag == before.etag) == (b"nytt innhold", False)
        big = bytes(range(256)) * 40_000
        await backend.write("stor fil.bin", big, overwrite=True)
        assert await backend.read_bytes("stor fil.bin") == big

        await backend.write("flyttet til Ås/første.txt", b"lager mappen")
        await each(names, lambda name: backend.move(f"{year}/{name}", f"flyttet til Ås/{name}"))
        assert set(await listed(backend, "flyttet til Ås")) == {
            f"flyttet til Ås/{name}" for name in (*names, "første.txt")
        }
        assert await listed(backend, year) == {}
        await backend.move("flyttet til Ås/første.txt", f"flyttet til Ås/{names[0]}", overwrite=True)
        assert await backend.read_bytes(f"flyttet til Ås/{names[0]}") == b"lager mappen"

        await each(names[:9], lambda name: backend.delete(f"flyttet til Ås/{name}"))
        assert len(await listed(backend, "flyttet til Ås")) == len(names) - 9
        await backend.delete_folder("flyttet til Ås", recursive=True)
        await backend.delete_folder(year)
        assert not await backend.exists("flyttet til Ås") and not await backend.exists(year)
        assert len(await listed(backend)) == FILES - len(names)

    async def run() -> None:
        async with store(filled, BELOW) as backend:
            await go(backend)
        async with store(filled) as backend:
            await backend.delete_folder(BELOW, recursive=True)
            assert await listed(backend) == {}

    asyncio.run(run())


def test_a_busy_sharepoint_makes_it_slower_and_nothing_else(source, tmp_path) -> None:
    tree = Tree(dict(list(source.tree.files.items())[:500]))
    patient = RetryPolicy(max_attempts=12, backoff_base=0.1, backoff_max=1, jitter=0.1)
    ways = Ways(anonymous=False, faults=busy(tmp_path / "busy.yaml", often=40))
    refused: Counter[int] = Counter()

    async def count(answer: httpx.Response) -> None:
        refused[answer.status_code] += 1

    async def go(ready: Ready) -> dict[str, Any]:
        counting = {"event_hooks": {"response": [count]}, "timeout": 30}
        async with store(ready, BELOW, retry=patient, client_options=counting) as backend:
            await copy_in(backend, tree)
            return await listed(backend)

    with running(tmp_path / "tenant", ways) as ready:
        found = asyncio.run(go(ready))
    assert refused[429] > 20
    assert refused[503] > 0
    assert {path: found[path].size for path in tree.files} == {path: len(data) for path, data in tree.files.items()}
    assert len(found) == len(tree.files)
