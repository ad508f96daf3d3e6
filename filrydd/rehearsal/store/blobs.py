"""Contents on disk, by SHA-256.

A large content is a file of its own, named by its hash: it is written beside, made durable, and only then gets that name, so
a blob that has its name is whole. Small contents are written one after the other into packs, and the database knows where
each lies: a thousand small files a second would otherwise wait for the disk a thousand times. `sync` makes the packs durable,
before the transaction that speaks of them is.
"""

import hashlib
import os
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from filrydd.rehearsal.store.quickxor import QuickXor

SMALL = 256 << 10
"""Bytes up to which a content is kept in a pack."""
_PACK = 1 << 30
"""Bytes after which a new pack is begun."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A content: SHA-256 in hex, bytes, quickXorHash (empty for no bytes, as SharePoint has it).

    `data` is the content itself while it waits to be written to a pack; a file by its hash is there already.
    """

    sha: str
    size: int
    quickxor: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a content lies."""

    file: Path
    start: int
    size: int


class Blobs:
    """The contents of one tenant."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "blobs"
        self._arriving = folder / "arriving"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._arriving.mkdir(exist_ok=True)
        for left_over in self._arriving.iterdir():
            left_over.unlink()
        self._pack: BinaryIO | None = None
        self._number = max((int(file.suffix[1:]) for file in self._folder.glob("pack.*")), default=0)
        self._end = self._there = 0
        self._waiting: list[bytes] = []
        self._written = False
        self._failed: OSError | None = None

    def arriving(self) -> Path:
        """A new name for what arrives; gone after a restart."""
        return self._arriving / uuid.uuid4().hex

    def place(self, con: sqlite3.Connection, sha: str) -> Place:
        """Where a content lies, which must be known."""
        row = con.execute("SELECT pack, start, size FROM packed WHERE sha = ?", (bytes.fromhex(sha),)).fetchone()
        if row:
            if row[0] == self._number and row[1] + row[2] > self._there:
                # Added in this very transaction, by an act before.
                self._write()
            return Place(self._pack_file(row[0]), row[1], row[2])
        file = self._file(sha)
        return Place(file, 0, file.stat().st_size)

    def read(self, con: sqlite3.Connection, sha: str) -> bytes:
        """A whole content; for small ones."""
        place = self.place(con, sha)
        with place.file.open("rb") as file:
            file.seek(place.start)
            return file.read(place.size)

    def keep(self, arrived: Path) -> Kept:
        """Take an arrived file over, as a blob or as bytes that go to a pack. `arrived` is gone afterwards."""
        if arrived.stat().st_size <= SMALL:
            data = arrived.read_bytes()
            arrived.unlink()
            return small(data)
        sha, quickxor, size = hashlib.sha256(), QuickXor(), 0
        with arrived.open("r+b") as file:
            while piece := file.read(_PIECE):
                sha.update(piece)
                quickxor.update(piece)
                size += len(piece)
            os.fsync(file.fileno())
        return self.take(arrived, Kept(sha.hexdigest(), size, quickxor.base64()))

    def take(self, arrived: Path, kept: Kept) -> Kept:
        """Give an arrived file, which is durable and has that hash, its name. `arrived` is gone afterwards."""
        place = self._file(kept.sha)
        if place.exists():
            arrived.unlink()
        else:
            place.parent.mkdir(exist_ok=True)
            arrived.replace(place)
            sync_folder(place.parent)
            sync_folder(place.parent.parent)
        return kept

    def add(self, con: sqlite3.Connection, kept: Kept) -> None:
        """Write a small content to the pack, within an act of the store; nothing for what is there already."""
        if kept.data is None:
            return
        if not self._pack or self._end >= _PACK:
            self._next_pack()
        place = (bytes.fromhex(kept.sha), self._number, self._end, kept.size)
        if not con.execute("INSERT OR IGNORE INTO packed VALUES (?, ?, ?, ?)", place).rowcount:
            return
        self._waiting.append(kept.data)
        self._end += kept.size

    def sync(self) -> None:
        """Write what was added, durably. Raises OSError; what was added since the last time is not there then."""
        # What failed within an act was its own trouble only; what acts before it added is lost as well.
        failed, self._failed = self._failed, None
        if failed:
            raise failed
        try:
            self._write()
            if self._written and self._pack:
                os.fsync(self._pack.fileno())
                self._written = False
        except OSError:
            # The transaction ends here: nobody has to be told a second time.
            self._pack = self._failed = None
            raise

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting or not self._pack:
            return
        try:
            # In one go: a thread that writes piece by piece asks the event loop's thread for its turn after each.
            self._pack.write(b"".join(waiting))
            self._pack.flush()
        except OSError as trouble:
            # Nobody knows how much of it there is: no place in this pack holds any more.
            self._pack, self._failed = None, trouble
            raise
        self._there, self._written = self._end, True

    def close(self) -> None:
        """Let the pack go."""
        self.sync()
        if self._pack:
            self._pack.close()
            self._pack = None

    def _next_pack(self) -> None:
        if self._pack:
            try:
                self.close()
            except OSError as trouble:
                self._failed = trouble
                raise
        # Always a new one: the end of the last one may hold what no transaction speaks of.
        self._number += 1
        self._pack = self._pack_file(self._number).open("ab")
        self._end = self._there = 0
        sync_folder(self._folder)

    def _pack_file(self, number: int) -> Path:
        return self._folder / f"pack.{number}"

    def _file(self, sha: str) -> Path:
        return self._folder / sha[:2] / sha


def small(data: bytes) -> Kept:
    """A content that goes to a pack."""
    quickxor = QuickXor()
    quickxor.update(data)
    return Kept(hashlib.sha256(data).hexdigest(), len(data), quickxor.base64() if data else "", data)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can (Windows does so by itself)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
