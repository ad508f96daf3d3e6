"""The processes that help a walk of a local folder: that they tell the same, and what becomes of them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.errors import SourceGone
from filrydd.model.listed import Listed
from filrydd.sources.local import crew as local_crew
from filrydd.sources.local.posix import PosixSource
from tests.sources.helping import children, helping, many_folders, slowly
from tests.sources.walking import Walked, put_together, same_as_on_disk, top_of, walked

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with helping(monkeypatch):
        yield


def test_processes_tell_what_one_alone_tells(area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch) -> None:
    top, source = area
    many_folders(top)
    (top / "lenke").symlink_to("avdeling 1")
    with open(os.path.join(os.fsencode(top), b"avdeling 1/r\xe6v.txt"), "wb") as file:
        file.write(b"x")
    alone = walked(source, most=1)
    with helping(monkeypatch):
        seen: set[int] = set()
        before = children()

        def watched() -> Iterator[Listed]:
            for listed in slowly(source):
                seen.update(children() - before)
                yield listed

        together = put_together(watched(), [top_of(source)])
    assert len(seen) == 2
    assert same_as_on_disk(together, top) == same_as_on_disk(alone, top)
    assert together.digests == alone.digests
    assert {path: facts[1:] for path, facts in together.files.items()} == {
        path: facts[1:] for path, facts in alone.files.items()
    }
    assert (together.snags, together.descriptors) == (alone.snags, alone.descriptors)
    assert sorted(together.keys) == sorted(alone.keys) == list(range(2, 2 + len(alone.folders)))
    assert source.remarks == []


@pytest.mark.parametrize("how_many", [1, 2])
def test_what_a_killed_process_had_not_told_is_listed_again(
    area: tuple[Path, PosixSource], helped: None, how_many: int
) -> None:
    top, source = area
    many_folders(top)
    before = children()
    killed: set[int] = set()

    def murdered() -> Iterator[Listed]:
        for number, listed in enumerate(slowly(source)):
            if number > 30 and len(killed) < how_many and (workers := children() - before - killed):
                killed.add(victim := min(workers))
                os.kill(victim, signal.SIGKILL)
            yield listed

    told = put_together(murdered(), [top_of(source)])
    assert len(killed) == how_many
    assert same_as_on_disk(told, top) == len(told.paths) > 2400
    assert source.remarks and "listed again" in source.remarks[0]


def test_a_process_that_dies_at_once_is_done_without(
    area: tuple[Path, PosixSource], helped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    many_folders(top, 300)
    monkeypatch.setattr(local_crew, "_START", "raise SystemExit(1)")
    told = put_together(slowly(source), [top_of(source)])
    assert same_as_on_disk(told, top) == len(told.paths)
    assert len(source.remarks) >= 1


def test_a_program_that_is_not_this_one_is_not_listened_to(
    area: tuple[Path, PosixSource], helped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    many_folders(top, 300)
    monkeypatch.setattr(
        local_crew, "_START", "import os, time; os.write(1, (3).to_bytes(8, 'little') + b'hei'); time.sleep(60)"
    )
    told = put_together(slowly(source), [top_of(source)])
    assert same_as_on_disk(told, top) == len(told.paths)


def test_where_no_process_can_be_started_one_alone_lists_and_says_so(
    area: tuple[Path, PosixSource], helped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    many_folders(top, 300)
    monkeypatch.setattr(sys, "executable", str(top / "borte"))
    told = walked(source)
    assert same_as_on_disk(told, top) == len(told.paths)
    assert len(source.remarks) == 1 and "One process lists the folders" in source.remarks[0]


def test_a_walk_closed_half_way_leaves_no_process_and_no_descriptor(
    area: tuple[Path, PosixSource], helped: None
) -> None:
    top, source = area
    many_folders(top)
    before, held = children(), len(os.listdir("/proc/self/fd"))
    source.top()
    walk = slowly(source)
    for _number in range(60):
        next(walk)
    assert len(children() - before) == 2
    walk.close()  # type: ignore[attr-defined]
    del walk
    assert children() <= before
    assert len(os.listdir("/proc/self/fd")) <= held + 1  # the source's own top


def test_processes_end_when_the_walk_is_killed(area: tuple[Path, PosixSource]) -> None:
    top, _source = area
    many_folders(top)
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from filrydd.sources import open_source\n"
        "from filrydd.sources.local import walker as local_walker\n"
        "from filrydd.model.listed import Passed, ToList\n"
        "local_walker.ALONE_FOLDERS = 0; local_walker._processors = lambda: 2; local_walker._ENTRIES_ALONE = 1\n"
        "source = open_source(sys.argv[1])\n"
        "for listed in source.walk([ToList(1, '', Passed(0, 0, None))], 2):\n"
        "    time.sleep(0.02)\n"
        "    print(Path(f'/proc/self/task/{os.getpid()}/children').read_text(), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(top)], stdout=subprocess.PIPE, text=True) as walk:
        assert walk.stdout
        workers: list[int] = []
        while len(workers) < 2:
            workers = [int(pid) for pid in walk.stdout.readline().split()]
        time.sleep(0.5)
        walk.kill()
    end = time.monotonic() + 20
    while any(running(pid) for pid in workers):
        assert time.monotonic() < end
        time.sleep(0.02)


def running(pid: int) -> bool:
    try:
        return b"local.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_walk_may_be_run_in_a_thread(area: tuple[Path, PosixSource], helped: None) -> None:
    top, source = area
    many_folders(top, 600)
    told: list[Walked] = []
    thread = threading.Thread(target=lambda: told.append(put_together(slowly(source), [top_of(source)])))
    thread.start()
    thread.join(60)
    assert same_as_on_disk(told[0], top) == len(told[0].paths)


def test_a_tree_deleted_under_the_processes_is_gone_and_not_a_list_of_vanished_folders(
    area: tuple[Path, PosixSource], helped: None
) -> None:
    top, source = area
    many_folders(top)
    walk = slowly(source)
    for _number in range(10):
        next(walk)
    subprocess.run(["rm", "-rf", str(top)], check=True)
    with pytest.raises(SourceGone):
        list(walk)
