"""Somebody swaps names and folders all the time while files are deleted and set aside: `python -m tests.torture.retire_races
[SECONDS]`, on a local folder and on a Samba of its own, half of the time each.

The swapper exchanges names on the server's own disk, where no permission of a share holds him back: a file that
was never proved takes the name of one that was, for a moment, as a file, a hard link or a symbolic link that leads out of the
area; and a folder becomes a link to a folder outside. He destroys nothing himself. In the end, by a reading that shares no
code with filrydd: whatever lay outside is as it was, every file that was never proved still has its content somewhere in the
area, and of the proved ones exactly those are gone that were said to be.
"""

import contextlib
import ctypes
import errno
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filrydd.quickxor import QuickXor
from filrydd.sources import ChangedSince, EntryTrouble, Source

ASIDE = ".filrydd-quarantine"
GOING = ".filrydd-going-"
_FILES = 60
_WAY = "mappe/dyp"


@dataclass
class Place:
    """An area `top` with proved files and others beside them, and a folder `outside` it."""

    top: Path
    outside: Path
    proved: dict[str, bytes] = field(default_factory=dict)
    others: dict[str, bytes] = field(default_factory=dict)

    def lay_out(self) -> None:
        folder = self.top / _WAY
        folder.mkdir(parents=True)
        (self.outside / "dyp").mkdir(parents=True)
        for number in range(_FILES):
            # Same size for all, so that only the content, or the id, tells them apart.
            self.proved[f"{_WAY}/{number}.txt"] = f"proved {number:06}".encode()
            self.others[f"{_WAY}/{number}.other"] = f"other! {number:06}".encode()
            for name in (f"dyp/{number}.txt", f"{number}.txt"):
                (self.outside / name).write_bytes(f"outside {number:05}".encode())
        links = self.top / "lenker"
        links.mkdir()
        (links / "ut").symlink_to(self.outside)
        for number in range(_FILES):
            os.link(self.outside / f"{number}.txt", links / f"{number}.hard")
            (links / f"{number}.soft").symlink_to(self.outside / f"{number}.txt")
        for path, content in (self.proved | self.others).items():
            (self.top / path).write_bytes(content)
        for place in (self.top, *self.top.rglob("*"), self.outside, *self.outside.rglob("*")):
            if not place.is_symlink():
                place.chmod(0o777 if place.is_dir() else 0o666)


class Swapper(threading.Thread):
    """Exchanges two names and, after a moment, exchanges them again, until it is told to stop. An exchange is one step of the
    kernel (renameat2(2), RENAME_EXCHANGE), so the swapper never loses anything himself."""

    def __init__(self, place: Place, seed: int) -> None:
        super().__init__(daemon=True)
        self.swaps = 0
        self._place = place
        self._dice = random.Random(seed)
        self._over = threading.Event()

    def stop(self) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        top = self._place.top
        while not self._over.is_set():
            number = self._dice.randrange(_FILES)
            name = top / _WAY / f"{number}.txt"
            one, other = self._dice.choice(
                (
                    (name, name.with_suffix(".other")),
                    (name, name.with_suffix(".other")),
                    (name, top / "lenker" / f"{number}.hard"),
                    (name, top / "lenker" / f"{number}.soft"),
                    (top / "mappe", top / "lenker" / "ut"),
                )
            )
            # What is gone by now is passed over: a deletion may come between any two steps.
            if exchange(one, other):
                self.swaps += 1
                time.sleep(self._dice.choice((0, 0, 0.0002, 0.002)))
                exchange(one, other)


def exchange(one: Path, other: Path) -> bool:
    """Whether both were there and have each other's name now."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.renameat2(-100, os.fsencode(one), -100, os.fsencode(other), 2) == 0:
        return True
    if ctypes.get_errno() not in (errno.ENOENT, errno.ENOTDIR):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(one))
    return False


def race(place: Place, source: Source, seconds: float, seed: int) -> tuple[int, int, int]:
    """Delete and set aside while somebody swaps; how many swaps there were, how many tries, how many files went.

    Raises AssertionError when anything was touched that was not proved."""
    dice = random.Random(seed)
    facts = {path: (source.look(path).file_id, QuickXor(content).base64()) for path, content in place.proved.items()}
    outside, linked = reading(place.outside), sorted(leads for _path, leads in links(place.top))
    told: set[str] = set()
    source.make_private(ASIDE)
    swapper = Swapper(place, seed)
    swapper.start()
    left, gone, aside, tries = list(place.proved), set[str](), set[str](), 0
    end = time.monotonic() + seconds
    try:
        while left and time.monotonic() < end:
            tries += 1
            path = dice.choice(left)
            number, hashed = facts[path]
            given = {"size": len(place.proved[path]), "hash": hashed, "file_id": number}
            try:
                if dice.random() < 0.5:
                    source.retire(path, **given)  # type: ignore[arg-type]
                    gone.add(path)
                else:
                    source.set_aside(path, f"{ASIDE}/{path.rpartition('/')[2]}", **given)  # type: ignore[arg-type]
                    aside.add(path)
            except ChangedSince:
                continue
            except EntryTrouble as trouble:
                told.add(trouble.detail.rpartition(" ")[2])
                continue
            left.remove(path)
    finally:
        swapper.stop()
    now = reading(place.outside)
    assert now == outside, f"something outside the area was touched: {sorted(set(now.items()) ^ set(outside.items()))}"
    assert {path.stat().st_nlink for path in place.outside.glob("*.txt")} == {2}, "a link to the outside was deleted"
    found = sorted(content for content in reading(place.top).values() if not content.startswith(b"outside"))
    expected = sorted([*place.others.values(), *(place.proved[path] for path in place.proved if path not in gone)])
    missing = [content for content in expected if content not in found]
    assert found == expected, f"lost: {missing}; {len(found)} contents, {len(expected)} expected"
    there = reading(place.top / ASIDE)
    proved = {path.rpartition("/")[2]: place.proved[path] for path in aside}
    assert there == proved, f"what is set aside is not what was proved: {sorted(there.items() ^ proved.items())}"
    # A server that shows no links moves one by its name and does not let it be opened again: it is left there, and that is
    # told; no link is ever deleted.
    lying = {path for path, _leads in links(place.top) if path.startswith(ASIDE) or GOING in path}
    untold = {path for path in lying if path.rpartition("/")[2] not in told}
    assert not untold, f"links that were moved, and nobody was told: {sorted(untold)}"
    assert sorted(leads for _path, leads in links(place.top)) == linked, "a link was deleted"
    return swapper.swaps, tries, len(gone) + len(aside)


def reading(top: Path) -> dict[str, bytes]:
    """Every file below a folder by its path, no link followed."""
    found = {}
    for folder, _folders, names in os.walk(top):
        for name in names:
            path = Path(folder) / name
            if not path.is_symlink():
                found[str(path.relative_to(top))] = path.read_bytes()
    return found


def links(top: Path) -> list[tuple[str, str]]:
    """Every symbolic link below a folder, none followed: its path, and where it leads."""
    return [
        (str(path.relative_to(top)), str(path.readlink()))
        for folder, folders, names in os.walk(top)
        for name in (*folders, *names)
        if (path := Path(folder) / name).is_symlink()
    ]


@contextlib.contextmanager
def _local(folder: Path) -> Iterator[Callable[[int], tuple[Place, Source]]]:
    from filrydd.sources.address import LocalAddress
    from filrydd.sources.local.posix import PosixSource

    def at(number: int) -> tuple[Place, Source]:
        place = Place(folder / f"area {number}", folder / f"outside {number}")
        place.lay_out()
        return place, PosixSource(LocalAddress(str(place.top)))

    yield at


@contextlib.contextmanager
def _share(folder: Path) -> Iterator[Callable[[int], tuple[Place, Source]]]:
    from filrydd.sources.address import SmbAddress, parse
    from filrydd.sources.credentials import Credentials
    from filrydd.sources.smb.source import SmbSource
    from tests.samba import start_samba

    shares = folder / "felles"
    shares.mkdir()
    shares.chmod(0o777)
    # A server that follows links out of the share, so that only filrydd's own looks keep it inside.
    wide = {"wide links": "yes", "unix extensions": "no", "allow insecure wide links": "yes"}
    samba = start_samba(folder / "samba", {"felles": shares}, {"root": "Rot-passord-1"}, wide)

    def at(number: int) -> tuple[Place, Source]:
        place = Place(shares / f"area {number}", folder / f"outside {number}")
        place.lay_out()
        address = parse(samba.url("felles", f"area {number}"))
        assert isinstance(address, SmbAddress)
        return place, SmbSource(address, Credentials("root", samba.users["root"]))

    try:
        yield at
    finally:
        samba.stop()


def main(seconds: float) -> int:
    wrong = 0
    for name, kind in (("local", _local), ("share", _share)):
        with tempfile.TemporaryDirectory(prefix="filrydd-races-") as here:
            Path(here).chmod(0o755)
            swaps = tries = files = rounds = 0
            with kind(Path(here)) as at:
                end = time.monotonic() + seconds / 2
                while time.monotonic() < end:
                    rounds += 1
                    place, source = at(rounds)
                    try:
                        one = race(place, source, 20.0, rounds)
                        swaps, tries, files = swaps + one[0], tries + one[1], files + one[2]
                    except AssertionError as failed:
                        wrong += 1
                        print(f"{name}, round {rounds}: {failed}", flush=True)
                    finally:
                        source.close()
            print(f"{name}: {rounds} rounds, {swaps:,} swaps, {tries:,} tries, {files:,} files gone", flush=True)
    print(f"{wrong} rounds in which something was touched that was not proved")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
