"""A full comparison of what lies in the tenant with what the old area holds, part by part."""

import asyncio
import queue
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from filrydd.documents import Comparison, Examiner, Pointing, Why
from filrydd.documents.comparison import not_examined
from filrydd.model.item import Item
from filrydd.sources.source import Reader
from filrydd.targets import Tenant

_PIECE = 1 << 20


class Comparing(Protocol):
    """Compares two documents on this machine, also one with other links than was sent; called in worker threads."""

    def compare(self, name: str, sent: Path, found: Path) -> Comparison: ...

    def relink(self, path: Path, links: Mapping[str, str], place: Path) -> tuple[str, str]: ...


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

    def pointing(self, path: Path) -> Pointing:
        """As `Examiner.pointing`."""
        examiner = self._free.get()
        try:
            return examiner.pointing(path)
        finally:
            self._free.put(examiner)

    def relink(self, path: Path, links: Mapping[str, str], place: Path) -> tuple[str, str]:
        """As `Examiner.relink`."""
        examiner = self._free.get()
        try:
            return examiner.relink(path, links, place)
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
    mended: Sequence[Mapping[str, str]] = ({},),
) -> Comparison:
    """Fetch an item, or one of its earlier versions, and compare it with what a reader holds, part by part; both lie in
    `folder` meanwhile. `seen` is given every piece of what the reader holds. Raises EntryTrouble, ItemTrouble, TenantError.

    `mended`: the links by which the item may be whole, old target -> new one, and none for the item as it was sent; it must
    be what the reader holds with exactly these. The reader is read, and the two are compared, in worker threads.
    """
    sent, found = folder / "sent", folder / "found"
    await asyncio.to_thread(_copy, reader, sent, seen)
    with found.open("wb") as file:
        content = tenant.version_content(drive, item.id, version) if version else tenant.content(drive, item.id)
        async for piece in content:
            file.write(piece)
    return await asyncio.to_thread(compared_with_links, examiner, item.name, sent, found, mended)


def compared_with_links(
    examiner: Comparing, name: str, sent: Path, found: Path, mended: Sequence[Mapping[str, str]]
) -> Comparison:
    """What a comparison comes to when the item may have other links than was sent, as `compare_in_full` does it; the last
    outcome where none fits."""
    outcome = not_examined(Why.FAULT, "no links")
    for number, links in enumerate(mended):
        place = sent
        if links:
            place = sent.with_name(f"mended-{number}")
            word, detail = examiner.relink(sent, links, place)
            if word:
                outcome = not_examined(Why(word), detail)
                continue
        outcome = examiner.compare(name, place, found)
        if outcome.outcome in ("equal", "rewritten"):
            # With other links it is not what was sent, byte for byte.
            return replace(outcome, outcome="rewritten") if links else outcome
    return outcome


def _copy(reader: Reader, place: Path, seen: Callable[[bytes], object] | None) -> None:
    reader.seek(0)
    with place.open("wb") as file:
        while piece := reader.read(_PIECE):
            file.write(piece)
            if seen is not None:
                seen(piece)
