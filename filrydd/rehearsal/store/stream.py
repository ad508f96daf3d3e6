"""Large contents on their way to the disk: written and hashed beside the event loop, piece by piece."""

import asyncio
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from filrydd.rehearsal.store.quickxor import QuickXor

_BUFFER = 1 << 20
_SYNCED = 16 << 20
_BINARY = getattr(os, "O_BINARY", 0)
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
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | _BINARY, 0o600)
        os.ftruncate(self._handle, hashes.size)
        os.lseek(self._handle, hashes.size, os.SEEK_SET)
        self._buffers = [bytearray(_BUFFER), bytearray(_BUFFER)]
        self._filled = self._unsynced = 0
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
            await asyncio.get_running_loop().run_in_executor(_THREADS, os.fsync, self._handle)
        finally:
            await self.drop()
        return self._hashes

    async def drop(self) -> None:
        """Let the file go, as far as it came. Safe to call twice."""
        try:
            await self._done()
        finally:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1

    async def _hand_over(self) -> None:
        await self._done()
        self._buffers.reverse()
        self._job = asyncio.get_running_loop().run_in_executor(_THREADS, self._write, self._buffers[1], self._filled)
        self._filled = 0

    async def _done(self) -> None:
        if self._job:
            job, self._job = self._job, None
            await job

    def _write(self, buffer: bytearray, filled: int) -> None:
        with memoryview(buffer) as whole, whole[:filled] as view:
            self._hashes.update(view)
            written = 0
            while written < filled:
                written += os.write(self._handle, view[written:])
            self._unsynced += filled
            if self._unsynced >= _SYNCED:
                os.fsync(self._handle)
                self._unsynced = 0
