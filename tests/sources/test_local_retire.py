"""Files in use, and deleting, in a local folder."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.model.entry import Reason
from filrydd.sources import ChangedSince, EntryTrouble
from filrydd.sources.local import lease as local_lease
from filrydd.sources.local import retire as local_retire
from filrydd.sources.local.posix import PosixSource

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
HELLO = "aCgDG9jwBhDc4Q1yawMZAAAAAAA="
Make = Callable[..., Path]


def leases_work(top: Path) -> bool:
    (top / "prøve").write_bytes(b"")
    fd = os.open(top / "prøve", os.O_RDONLY)
    try:
        with local_lease.reading(fd) as held:
            return held is local_lease.Lease.GRANTED
    finally:
        os.close(fd)
        (top / "prøve").unlink()


def test_a_file_open_for_writing_is_in_use_and_stays(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    if not leases_work(top):
        pytest.skip("no leases on this file system")
    (top / "fil").write_bytes(b"hello world")
    number = source.look("fil").file_id
    with (top / "fil").open("ab"):
        assert source.in_use("fil") is True
        with pytest.raises(EntryTrouble) as caught:
            source.retire("fil", size=11, hash=HELLO, file_id=number)
        assert caught.value.reason is Reason.IN_USE
    assert source.in_use("fil") is False
    assert (top / "fil").read_bytes() == b"hello world"


def test_a_file_that_somebody_opens_while_it_is_proved_stays(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    if not leases_work(top):
        pytest.skip("no leases on this file system")
    (top / "fil").write_bytes(b"hello world")
    number = source.look("fil").file_id
    prove = local_retire._prove
    others: list[threading.Thread] = []

    def interrupted(fd: int, path: str, size: int, hash: str) -> None:
        prove(fd, path, size, hash)
        # The other's open waits until the lease is given up, so it needs a thread of its own.
        others.append(threading.Thread(target=lambda: (top / "fil").read_bytes()))
        others[0].start()
        end = time.monotonic() + 10
        while fcntl.fcntl(fd, fcntl.F_GETLEASE) == fcntl.F_WRLCK and time.monotonic() < end:
            time.sleep(0.01)

    monkeypatch.setattr(local_retire, "_prove", interrupted)
    with pytest.raises(EntryTrouble) as caught:
        source.retire("fil", size=11, hash=HELLO, file_id=number)
    others[0].join(20)
    assert caught.value.reason is Reason.IN_USE
    assert (top / "fil").read_bytes() == b"hello world"


@pytest.mark.parametrize("put", ["another file", "a link to it", "a link elsewhere"])
def test_a_name_that_was_swapped_while_the_file_was_proved_stays(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch, put: str
) -> None:
    top, source = area
    (top / "fil").write_bytes(b"hello world")
    number = source.look("fil").file_id
    prove = local_retire._prove

    def swapped(fd: int, path: str, size: int, hash: str) -> None:
        prove(fd, path, size, hash)
        (top / "fil").rename(top / "flyttet")
        if put == "another file":
            (top / "fil").write_bytes(b"hello world")
        else:
            (top / "fil").symlink_to("flyttet" if put == "a link to it" else "/etc/passwd")

    monkeypatch.setattr(local_retire, "_prove", swapped)
    with pytest.raises(ChangedSince):
        source.retire("fil", size=11, hash=HELLO, file_id=number)
    assert (top / "flyttet").read_bytes() == b"hello world"
    assert os.path.lexists(top / "fil")


def test_a_file_that_changed_while_it_was_proved_stays(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    (top / "fil").write_bytes(b"hello world")
    os.utime(top / "fil", (1, 1))
    number = source.look("fil").file_id
    fd = os.open(top / "fil", os.O_WRONLY)
    # As on a file system without leases.
    monkeypatch.setattr(fcntl, "F_SETLEASE", -1)
    prove = local_retire._prove

    def written(descriptor: int, path: str, size: int, hash: str) -> None:
        prove(descriptor, path, size, hash)
        os.pwrite(fd, b"HELLO", 0)

    monkeypatch.setattr(local_retire, "_prove", written)
    try:
        with pytest.raises(ChangedSince):
            source.retire("fil", size=11, hash=HELLO, file_id=number)
    finally:
        os.close(fd)
    assert (top / "fil").read_bytes() == b"HELLO world"


def test_a_lease_that_is_broken_does_not_end_the_process() -> None:
    code = (
        "import os, sys, tempfile, threading, time, fcntl\n"
        "from filrydd.sources.local import lease\n"
        "place = tempfile.NamedTemporaryFile()\n"
        "fd = os.open(place.name, os.O_RDONLY)\n"
        "place.file.close()\n"
        "with lease.alone(fd) as held:\n"
        "    other = threading.Thread(target=lambda: os.close(os.open(place.name, os.O_RDWR)))\n"
        "    other.start()\n"
        "    end = time.monotonic() + 5\n"
        "    while held is lease.Lease.GRANTED and lease.still_alone(fd) and time.monotonic() < end: time.sleep(0.01)\n"
        "other.join()\n"
        "print('alive')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "alive\n", (done.returncode, done.stderr)


def test_a_folder_replaced_by_a_link_is_not_deleted(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "annen").mkdir()
    (top / "mappe").symlink_to("annen")
    with pytest.raises(EntryTrouble):
        source.retire_folder("mappe")
    assert (top / "annen").is_dir()
    assert (top / "mappe").is_symlink()
