"""Trees that are worth several processes, and walks that get them."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.model.listed import Listed
from filrydd.sources.local import walker as local_walker
from filrydd.sources.local.posix import PosixSource
from tests.sources.walking import top_of


def children() -> set[int]:
    """Processes that this one has started and that still are, dead ones that nobody waited for included."""
    return {int(child) for path in Path("/proc/self/task").glob("*/children") for child in path.read_text().split()}


def many_folders(top: Path, number: int = 1200) -> None:
    for index in range(number):
        folder = top / f"avdeling {index % 7}" / f"sak {index % 40}" / f"{index}"
        folder.mkdir(parents=True)
        (folder / f"notat {index}.TXT").write_bytes(b"x" * (index % 5))


@contextlib.contextmanager
def helping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Processes help from the first folder on, also on a machine with one core; none is left afterwards."""
    before = children()
    with monkeypatch.context() as patch:
        patch.setattr(local_walker, "ALONE_FOLDERS", 0)
        patch.setattr(local_walker, "_processors", lambda: 2)
        patch.setattr(local_walker, "_ENTRIES", 40)
        patch.setattr(local_walker, "_ENTRIES_ALONE", 1)
        yield
    assert children() <= before


def slowly(source: PosixSource, most: int = 64) -> Iterator[Listed]:
    """A walk whose first listings are taken so late that there is somebody to help with the rest."""
    for number, listed in enumerate(source.walk([top_of(source)], 2, most)):
        yield listed
        if number == 3:
            time.sleep(0.6)
