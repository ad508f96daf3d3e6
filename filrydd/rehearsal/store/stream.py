"""Large contents on their way to the disk: written and hashed beside the event loop, piece by piece."""

import asyncio
import hashlib
import mmap
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filrydd.rehearsal.store.quickxor import QuickXor

_BUFFER = 1 << 20
_BLOCK = 4096
# Past the page cache where the system has a way: what is written once and perhaps never read should not push out what is
# read, and filling fresh pages of a cache can cost more than all the rest.
_DIRECT = getattr(os, "O_DIRECT", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_SPARES = 16
_SPARE: list[mmap.mmap] = []
"""Buffers that no stream uses; fresh ones cost a fault for each page. Only the event loop's thread takes and gives."""
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="rehearsal-stream")


class Hashes:
    """SHA-256 and quickXorHash of what came so far."""

    def __init__(self) -> None:
        self.sha = hashlib.sha256()
        self.quickxor = QuickXor()
        self.size = 0

    def update(self, data: bytes | memoryview) -> None:
        """Add bytes."""
        self.sha.update(data)
        self.quickxor.update(data)
        self.size += len(data)

    def copy(self) -> "Hashes":
        """Others that have seen the same bytes."""
        other = Hashes()
        other.sha, other.quickxor, other.size = self.sha.copy(), self.quickxor.copy(), self.size
        return other


class Stream:
    """Writes what comes to a file, from the byte that `hashes` has come to. Used by one task; ends by `finish` or `drop`.

    Two buffers: one is filled while a thread writes and hashes the other.
    """

    def __init__(self, file: Path, hashes: Hashes) -> None:
        self._hashes = hashes
        self._outlet = _Outlet(file, hashes.size)
        # Whole pages, at the beginning of a page: a write past the cache asks for both.
        self._buffers = [_SPARE.pop() if _SPARE else mmap.mmap(-1, _BUFFER) for _ in range(2)]
        self._filled = 0
        self._job: asyncio.Future[None] | None = None

    async def take(self, piece: bytes) -> None:
        """The next bytes."""
        view = memoryview(piece)
        while view:
            part = view[: _BUFFER - self._filled]
            self._buffers[0][self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            view = view[len(part) :]
            if self._filled == _BUFFER:
                await self._hand_over()

    async def finish(self) -> Hashes:
        """All is written, hashed and durable."""
        try:
            await self._hand_over()
            await self._done()
            await asyncio.get_running_loop().run_in_executor(_THREADS, self._outlet.sync)
        finally:
            await self.drop()
        return self._hashes

    async def drop(self) -> None:
        """Let the file go, as far as it came. Safe to call twice."""
        try:
            await self._done()
        finally:
            self._outlet.close()
            _SPARE.extend(self._buffers[: _SPARES - len(_SPARE)])
            self._buffers = []

    async def _hand_over(self) -> None:
        await self._done()
        self._buffers.reverse()
        self._job = asyncio.get_running_loop().run_in_executor(_THREADS, self._write, self._buffers[1], self._filled)
        self._filled = 0

    async def _done(self) -> None:
        if self._job:
            job, self._job = self._job, None
            await job

    def _write(self, buffer: mmap.mmap, filled: int) -> None:
        with memoryview(buffer) as whole, whole[:filled] as view:
            self._hashes.update(view)
            self._outlet.write(view)


class _Outlet:
    """A file that is written from a place on: whole blocks past the cache, what is left at the end through it."""

    def __init__(self, file: Path, start: int) -> None:
        self._file = file
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | _BINARY, 0o600)
        os.ftruncate(self._handle, start)
        os.lseek(self._handle, start, os.SEEK_SET)
        self._direct = -1
        self._place = start
        if _DIRECT and start % _BLOCK == 0:
            try:
                self._direct = os.open(file, os.O_WRONLY | _DIRECT)
            except OSError:
                # Not every file system can.
                self._direct = -1

    def write(self, view: memoryview) -> None:
        if self._direct >= 0:
            blocks = len(view) - len(view) % _BLOCK
            view = view[self._past_the_cache(view[:blocks]) :]
        if view:
            # No block is whole any more from here on, or none can go past the cache.
            self._give_up()
        while view:
            written = os.write(self._handle, view)
            self._place += written
            view = view[written:]

    def sync(self) -> None:
        os.fsync(self._handle)

    def close(self) -> None:
        """Safe to call twice."""
        self._give_up()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _past_the_cache(self, view: memoryview) -> int:
        """How many bytes of it were written."""
        done = 0
        os.lseek(self._direct, self._place, os.SEEK_SET)
        try:
            while done < len(view):
                written = os.write(self._direct, view[done:])
                done += written
                self._place += written
                if written % _BLOCK:
                    break
        except OSError:
            # What is wrong is told by the ordinary way, if it is wrong there too.
            self._give_up()
        os.lseek(self._handle, self._place, os.SEEK_SET)
        return done

    def _give_up(self) -> None:
        if self._direct >= 0:
            os.close(self._direct)
            self._direct = -1
