"""Contents compared: several files at once, read in worker threads, what SharePoint has rewritten fetched meanwhile."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import mended
from filrydd.catalog.contents.mended import Mended
from filrydd.catalog.findings import comparisons, noted
from filrydd.catalog.findings.comparisons import Arrived, Compared
from filrydd.catalog.findings.places import EDITED
from filrydd.catalog.shared_items import UNSETTLED
from filrydd.model.finding import Verdict
from filrydd.quickxor import QuickXor
from filrydd.sources import Source
from filrydd.sources.source import EntryTrouble, Reader
from filrydd.stages.in_full import Comparing, Examiners, compare_in_full
from filrydd.stages.readers import Readers, Shared
from filrydd.stages.scan.rate import Rate
from filrydd.stages.together import together
from filrydd.stages.work import Progress, Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

_BATCH = 200
_SECONDS = 5.0
"""Comparisons are made durable when so many are done, or after that time: what an interruption costs."""
_MOST = 8
"""Files under way at once, each of which may lie twice on this machine's disk meanwhile."""
_EXAMINERS = 2
_PIECE = 1 << 20
UNKNOWN_VERSION = "unknown version"

Found = tuple[Verdict, str]
"""A finding about a file: what it is, and its detail."""


async def compare_contents(
    work: Work,
    catalog: Catalog,
    source: Source,
    tenant: Tenant,
    run: int,
    seal: int | None,
    progress: Progress,
    bytes_per_second: float | None = None,
) -> None:
    """Compare all that is lined up; what is whole is kept as a comparison, the rest noted as found. The old area is read
    no faster than that, where a speed is given.

    Raises TenantError, SourceError; what was compared until then is kept.
    """
    kept = _Kept(work, catalog, run, seal)
    waiting = (file for batch in comparisons.batches(catalog, _BATCH) for file in batch)
    with Readers(source, rate=Rate(bytes_per_second)) as readers, Examiners(_EXAMINERS) as examiners:
        comparer = _Comparer(readers, tenant, examiners, lambda file: mended.of_item(catalog, file.drive, file.item))

        async def compare(file: Arrived) -> None:
            kept.add(file, await comparer.compare(file))
            progress.advance(file.size)

        try:
            await together(waiting, compare, lambda: min(_MOST, tenant.meter.at_once))
        finally:
            kept.flush()


@dataclass(slots=True)
class _Kept:
    """Outcomes on their way to the catalog."""

    work: Work
    catalog: Catalog
    run: int
    seal: int | None
    whole: list[Compared] = field(default_factory=list)
    found: list[noted.Noted] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    def add(self, file: Arrived, outcome: Compared | Found) -> None:
        if isinstance(outcome, Compared):
            self.whole.append(outcome)
        else:
            self.found.append((file.file, file.item, *outcome))
        if len(self.whole) + len(self.found) >= _BATCH or time.monotonic() - self.since > _SECONDS:
            self.flush()

    def flush(self) -> None:
        comparisons.keep(self.catalog, self.run, self.whole, self.seal, self.work.now())
        noted.note(self.catalog, self.found)
        self.whole, self.found = [], []
        self.since = time.monotonic()


@dataclass(frozen=True, slots=True)
class _Comparer:
    """`mended` says which links we gave an item that it was not sent with."""

    readers: Readers
    tenant: Tenant
    examiners: Comparing
    mended: Callable[[Arrived], Mended]

    async def compare(self, file: Arrived) -> Compared | Found:
        """Whether the item in its place is the old file as it is read now, and that the one that was sent."""
        try:
            async with _opened(self.readers, file.path) as reader:
                if (reader.seen.size, reader.seen.modified) != (file.size, file.modified):
                    return Verdict.SOURCE_CHANGED, ""
                hashed = await asyncio.to_thread(_hash, reader)
                if file.version == UNSETTLED:
                    return Verdict.NOT_EXAMINED, UNKNOWN_VERSION
                if not file.version and (hashed, reader.seen.size) == (file.hash, file.found_size):
                    return comparisons.seen_as(file, "equal", hashed)
                if hashed != file.source_hash:
                    # Another content under the old size and time.
                    return Verdict.SOURCE_CHANGED, ""
                return await self._in_full(file, reader, hashed)
        except EntryTrouble as trouble:
            return Verdict.UNREADABLE, str(trouble.reason)
        except ItemTrouble as trouble:
            return (Verdict.MISSING, "") if trouble.status == 404 else (Verdict.NOT_EXAMINED, f"refused\t{trouble}")

    async def _in_full(self, file: Arrived, reader: Reader, hashed: str) -> Compared | Found:
        """What is fetched may be newer than what was listed. When it is whole, the comparison stands under the eTag that was
        listed: `retire` does not take it for another one, and the next verification compares anew."""
        again = QuickXor()
        links = Mended({}, {}, "") if file.version else self.mended(file)
        with tempfile.TemporaryDirectory(prefix="filrydd-") as folder:
            outcome = await compare_in_full(
                self.tenant,
                self.examiners,
                file.drive,
                file.as_item(),
                reader,
                Path(folder),
                file.version,
                again.update,
                (*links.ways, {}),
            )
        if file.size and again.base64() != hashed:
            return Verdict.SOURCE_CHANGED, ""
        match outcome.outcome:
            case "equal" | "rewritten":
                return comparisons.seen_as(file, outcome.outcome, hashed)
            case "not examined":
                return Verdict.NOT_EXAMINED, f"{outcome.reason}\t{outcome.detail}"
        if not file.version and file.ctag:
            # The tenant itself gives new eTags after an upload; its cTag it changes with the content only, and does not list it.
            item = await self.tenant.item(file.drive, file.item)
            if item.ctag != (links.ctag or file.ctag):
                return Verdict.CHANGED_SINCE, EDITED
        return Verdict.MISMATCH, f"{outcome.reason}\t{outcome.detail}"


@asynccontextmanager
async def _opened(readers: Readers, path: str) -> AsyncIterator[Shared]:
    """The old file, opened and closed in worker threads. Raises EntryTrouble."""
    opening = asyncio.ensure_future(asyncio.to_thread(readers.open, path))
    try:
        reader = await asyncio.shield(opening)
    except asyncio.CancelledError:
        # Another file's trouble stops us; the thread opens it nevertheless.
        opening.add_done_callback(_close_unread)
        raise
    try:
        yield reader
    finally:
        await asyncio.to_thread(reader.__exit__, None, None, None)


def _close_unread(opening: asyncio.Future[Shared]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().__exit__(None, None, None)


def _hash(reader: Reader) -> str:
    """The quickXorHash of the whole content; empty for an empty file."""
    hasher, size = QuickXor(), 0
    while piece := reader.read(_PIECE):
        hasher.update(piece)
        size += len(piece)
    return hasher.base64() if size else ""
