"""A full comparison of what lies in the tenant with what the old area holds, part by part."""

import asyncio
import queue
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from filrydd.documents import Comparison, Examiner
from filrydd.model.item import Item
from filrydd.sources.source import Reader
from filrydd.targets import Tenant

_PIECE = 1 << 20


class Comparing(Protocol):
    """Compares two documents on this machine; called in worker threads."""

    def compare(self, name: str, sent: Path, found: Path) -> Comparison: ...


class Examiners:
    """Several examiners, each with a child process of its own; a context manager. Whoever finds none free waits."""

    def __init__(self, count: int) -> None:
        self._all = [Examiner() for _number in range(count)]
        # The one that was last given back, since its child runs already.
        self._free: queue.LifoQueue[Examiner] = queue.LifoQueue()
        for examiner in self._all:
            self._free.put(examiner)

    def compare(self, name: str, sent: Path, found: Path) -> Comparison:
        """As `Examiner.compare`."""
        examiner = self._free.get()
        try:
            return examiner.compare(name, sent, found)
        finally:
            self._free.put(examiner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for examiner in self._all:
            examiner.close()


async def compare_in_full(
    tenant: Tenant,
    examiner: Comparing,
    drive: str,
    item: Item,
    reader: Reader,
    folder: Path,
    version: str = "",
    seen: Callable[[bytes], object] | None = None,
) -> Comparison:
    """Fetch an item, or one of its earlier versions, and compare it with what a reader holds, part by part; both lie in
    `folder` meanwhile. `seen` is given every piece of what the reader holds. Raises EntryTrouble, ItemTrouble, TenantError.

    The reader is read, and the two are compared, in worker threads.
    """
    sent, found = folder / "sent", folder / "found"
    await asyncio.to_thread(_copy, reader, sent, seen)
    with found.open("wb") as file:
        content = tenant.version_content(drive, item.id, version) if version else tenant.content(drive, item.id)
        async for piece in content:
            file.write(piece)
    return await asyncio.to_thread(examiner.compare, item.name, sent, found)


def _copy(reader: Reader, place: Path, seen: Callable[[bytes], object] | None) -> None:
    reader.seek(0)
    with place.open("wb") as file:
        while piece := reader.read(_PIECE):
            file.write(piece)
            if seen is not None:
                seen(piece)
