"""Contents on disk, by SHA-256.

What arrives is written beside, made durable, and only then renamed to its place: a blob that has its name is whole.
"""

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from filrydd.rehearsal.store.quickxor import QuickXor

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A content that is on disk: SHA-256 in hex, bytes, quickXorHash (empty for no bytes, as SharePoint has it)."""

    sha: str
    size: int
    quickxor: str


class Blobs:
    """The contents of one tenant."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "blobs"
        self._arriving = folder / "arriving"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._arriving.mkdir(exist_ok=True)
        for left_over in self._arriving.iterdir():
            left_over.unlink()

    def arriving(self) -> Path:
        """A new name for what arrives; gone after a restart."""
        return self._arriving / uuid.uuid4().hex

    def path(self, sha: str) -> Path:
        """Where a content lies."""
        return self._folder / sha[:2] / sha

    def keep(self, arrived: Path) -> Kept:
        """Take an arrived file over. It is durable when this returns, and `arrived` is gone."""
        sha, quickxor, size = hashlib.sha256(), QuickXor(), 0
        with arrived.open("r+b") as file:
            while piece := file.read(_PIECE):
                sha.update(piece)
                quickxor.update(piece)
                size += len(piece)
            os.fsync(file.fileno())
        place = self.path(sha.hexdigest())
        if place.exists():
            arrived.unlink()
        else:
            place.parent.mkdir(exist_ok=True)
            arrived.replace(place)
            sync_folder(place.parent)
        return Kept(sha.hexdigest(), size, quickxor.base64() if size else "")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can (Windows does so by itself)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
