"""Files that people work on while they are read and sent."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.catalog import findings
from filrydd.quickxor import QuickXor
from filrydd.sources import open_source
from filrydd.sources.local.posix import PosixSource
from filrydd.stages import upload, verify
from filrydd.stages.readers import Readers
from filrydd.stages.upload.content import PIECE, ChangedWhileRead, Content
from filrydd.stages.upload.sending import KEEPS_CHANGING, READINGS
from tests.areas import Area
from tests.stages.moving import Moving
from tests.tenants import Visitor


def hash_of(data: bytes) -> str:
    return QuickXor(data).base64()


def test_content_read_in_any_order_has_the_hash_of_the_whole(tmp_path: Path) -> None:
    data = os.urandom(3 * PIECE + 4_711)
    (tmp_path / "stor.bin").write_bytes(data)
    with Readers(open_source(str(tmp_path))) as readers:
        content = Content(lambda: readers.open("stor.bin"))
        assert content.read(2 * PIECE, 100) == data[2 * PIECE : 2 * PIECE + 100]
        assert content.read(0, PIECE) == data[:PIECE]
        assert content.read(PIECE // 2, PIECE) == data[PIECE // 2 : PIECE // 2 + PIECE]
        assert content.hash() == hash_of(data)
        content.close()


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1])
def test_content_that_grows_shrinks_or_gets_another_time_is_not_taken_for_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.bin"
    data = os.urandom(size)

    def changes(how: Callable[[], object]) -> None:
        path.write_bytes(data)
        os.utime(path, (1_000_000_000, 1_000_000_000))
        with Readers(open_source(str(tmp_path))) as readers:
            opened = readers.open("a.bin")
            how()
            with pytest.raises(ChangedWhileRead):
                Content(lambda: opened).read(0, size)

    changes(lambda: path.open("ab").write(b"more"))
    changes(lambda: os.utime(path, (1_000_000_001, 1_000_000_001)))
    if size:
        changes(lambda: os.truncate(path, size - 1))


def test_many_threads_read_over_few_connections_each_their_own_file(tmp_path: Path) -> None:
    contents = {f"{number}.bin": os.urandom(2 * PIECE + number) for number in range(12)}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    found: dict[str, str] = {}

    with Readers(open_source(str(tmp_path)), connections=3) as readers:

        def read(name: str) -> None:
            content = Content(lambda: readers.open(name))
            found[name] = content.hash()
            content.close()

        threads = [threading.Thread(target=read, args=(name,)) for name in contents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {name: hash_of(data) for name, data in contents.items()}


@pytest.fixture
def moving(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moving:
    one = Moving(
        make_area({"Bilag": {}, "stor.bin": "x" * 3_000_000, "liten.txt": "text"}), tenant, tmp_path / "backup"
    )
    one.scan()
    one.propose()
    one.area.sign()
    return one


def disturbing(monkeypatch: pytest.MonkeyPatch, path: Path, times: int) -> list[int]:
    """Let somebody write into the file at its first reads."""
    disturbed: list[int] = []
    real = Content._read

    def read(self: Content, offset: int, size: int, beyond: int = 0) -> bytes:
        if len(disturbed) < times and self.size > PIECE and offset == 0:
            disturbed.append(1)
            with path.open("ab") as file:
                file.write(b"one more line")
        return real(self, offset, size, beyond)

    monkeypatch.setattr(Content, "_read", read)
    return disturbed


def test_a_file_that_changes_while_it_is_read_is_begun_anew_and_arrives_once(
    moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = moving.area.top / "stor.bin"
    disturbing(monkeypatch, path, 1)
    done = moving.act(upload.apply)
    assert (done.uploaded, done.failed) == (2, 0)
    there = moving.files()["Felles/stor.bin"]
    assert (there.hash, there.versions) == (hash_of(path.read_bytes()), 1), "what it has become, and no half of it"
    assert moving.act(verify.run).findings == {}
    with moving.area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM journal") == 0


def test_a_file_that_never_rests_waits_for_the_next_run(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    path = moving.area.top / "stor.bin"
    disturbed = disturbing(monkeypatch, path, READINGS)
    done = moving.act(upload.apply)
    assert len(disturbed) == READINGS
    assert [(where, why) for where, why, _detail in done.failures] == [("stor.bin", KEEPS_CHANGING)]
    assert set(moving.files()) == {"Felles/liten.txt"}
    again = moving.act(upload.apply)
    assert (again.uploaded, again.failed) == (1, 0)
    assert moving.files()["Felles/stor.bin"].versions == 1


def test_what_lies_in_streams_beside_a_file_and_does_not_arrive_is_a_finding(
    moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux has no such streams; what servers tell of them is tried in tests/sources."""
    beside = {"stor.bin": ("Zone.Identifier", "notat"), "liten.txt": ("Zone.Identifier",)}
    monkeypatch.setattr(PosixSource, "streams", lambda self, path: beside[path])
    done = moving.act(upload.apply)
    assert (done.uploaded, done.failed) == (2, 0)
    with moving.area.catalog() as catalog:
        found = [(one.path, one.kind, one.detail) for one in findings.open_findings(catalog, "upload")]
    assert found == [("stor.bin", "streams", "1: notat")]
