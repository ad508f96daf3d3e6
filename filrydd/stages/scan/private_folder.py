"""A folder for copies of documents while they are examined: nobody else's, outside the workspace, and gone afterwards.

A line in the workspace names the folder before it is made, so that the next run of the area removes what a crash left.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filrydd.stages.work import Work

_PREFIX = "filrydd-reading-"


class PrivateFolder:
    """Files in a folder that only this user may enter. Used by the one run that holds the area."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    @contextlib.contextmanager
    def new_file(self) -> Iterator[tuple[int, Path]]:
        """A new file, open for writing: its descriptor and path. Whoever is done with the file removes it; it is removed
        here when an exception comes first."""
        self._count += 1
        path = self._path / f"{self._count}"
        # O_BINARY: Windows would otherwise write two bytes for each line feed.
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, 0o600)
        try:
            yield descriptor, path
        except BaseException:
            os.close(descriptor)
            path.unlink()
            raise
        os.close(descriptor)


@contextlib.contextmanager
def private_folder(work: Work) -> Iterator[PrivateFolder]:
    """A folder for one run of an area that the caller holds. Raises OSError."""
    clear(work)
    note = _note(work)
    path = Path(tempfile.gettempdir()) / f"{_PREFIX}{secrets.token_hex(8)}"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(str(path), encoding="utf-8")
    path.mkdir(mode=0o700)
    try:
        yield PrivateFolder(path)
    finally:
        clear(work)


def clear(work: Work) -> None:
    """Remove what a run that did not come to its end has left."""
    note = _note(work)
    try:
        path = Path(note.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    # Only what this module makes is removed, whatever the note says: files of one folder with its own kind of name.
    if path.name.startswith(_PREFIX) and path.is_dir() and not path.is_symlink():
        for file in path.iterdir():
            file.unlink()
        path.rmdir()
    note.unlink()


def _note(work: Work) -> Path:
    return work.scans / ".locks" / f"{work.area}.reading"
