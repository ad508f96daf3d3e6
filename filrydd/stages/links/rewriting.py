"""One document in the tenant given its new links, as a new version of its item, and proved.

The order is: what it holds now is the version that was compared -> its new links are stored durably -> the version is sent, on
top of that one only -> it is read back, and is the old file with exactly these links -> stored as done, with the comparison.
Interrupted anywhere, the next run finds out which of these it was, and nothing is sent twice.
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import freezes
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import mended
from filrydd.catalog.contents.mendable import Document
from filrydd.catalog.contents.mended import Open, Sharing
from filrydd.catalog.findings.comparisons import Compared
from filrydd.catalog.paths import path_of_file
from filrydd.model.item import Item
from filrydd.quickxor import QuickXor
from filrydd.sources.source import EntryTrouble
from filrydd.stages.in_full import Examiners, compared_with_links
from filrydd.stages.links import reasons
from filrydd.stages.links.addresses import Addresses, with_mark
from filrydd.stages.links.resolving import Resolver
from filrydd.stages.readers import Readers
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble, NameTaken, Sending, StillOpen

_PIECE = 1 << 20
_LOOKS = 3
"""How often an item is read anew that the tenant itself has changed meanwhile."""
_TENANT_FAILED = 500


@dataclass(slots=True)
class Local:
    """A file on this machine as something to send."""

    path: Path
    size: int
    digest: str

    def read(self, offset: int, size: int) -> bytes:
        """Exactly so many bytes from there."""
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def hash(self) -> str:
        """Its quickXorHash."""
        return self.digest


@dataclass(frozen=True, slots=True)
class _Source:
    """An old file whose content lies in the item, read whole into `place`."""

    sharing: Sharing
    place: Path


class _Left(Exception):
    """The document stays as it is; `why` is a reason's word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Rewriter:
    """Mends one document at a time; several calls may be under way in one event loop. `run` is the mending's, `proof` that of
    the comparisons, `seal` the one in force."""

    work: Work
    catalog: Catalog
    readers: Readers
    tenant: Tenant
    examiners: Examiners
    resolver: Resolver
    addresses: Addresses
    frozen: freezes.Watch
    run: int
    proof: int
    seal: int | None

    async def mend(self, document: Document, barred: str) -> str:
        """Mend a document, or go on where a run was interrupted; empty when it is done, else the word of the reason why it was
        left. `barred`: why it must not be begun, as far as the catalog knows. Raises TenantError, SourceError."""
        try:
            if (begun := mended.opened(self.catalog, document.item)) and await self._settle(document, begun):
                return ""
            if barred or self.frozen.holds(document.file):
                return barred or reasons.FROZEN
            before, leading = self.resolver.leading(document)
            if before and before.issuperset(leading):
                return reasons.MENDED
            await self._begin(document)
        except _Left as left:
            return left.why
        except ItemTrouble as trouble:
            return trouble.code
        except EntryTrouble as trouble:
            return str(trouble.reason)
        return ""

    async def _settle(self, document: Document, begun: Open) -> bool:
        """Whether the version of an interrupted run has arrived, and is now proved; otherwise its intent is taken back."""
        if begun.session:
            await self.tenant.cancel(begun.session)
        item = await self.tenant.item(begun.drive, begun.item)
        if item.etag != begun.before:
            with tempfile.TemporaryDirectory(prefix="filrydd-") as folder:
                sources = await self._sources(document, Path(folder))
                if await self._proved(begun.id, item, sources, begun.drive, self._whole(document, begun.links)):
                    return True
        mended.give_up(self.catalog, begun.id)
        return False

    async def _begin(self, document: Document) -> None:
        labelled = await self.tenant.labelled(document.drive, document.item)
        if labelled.label:
            raise _Left(reasons.LABEL)
        item = await self.tenant.item(document.drive, document.item)
        if item.etag != document.etag:
            raise _Left(reasons.CHANGED)
        with tempfile.TemporaryDirectory(prefix="filrydd-") as name:
            folder = Path(name)
            found = folder / "found"
            if (item.size, item.hash) != await self._fetch(document.drive, item, found):
                raise _Left(reasons.CHANGED)
            links = await self._links(document, found)
            new = folder / "new"
            word, _detail = await asyncio.to_thread(self.examiners.relink, found, links, new)
            if word:
                raise _Left(word)
            # What cannot be proved afterwards is not sent.
            sources = await self._sources(document, folder)
            number = mended.intend(
                self.catalog,
                self.run,
                document.file,
                document.receipt or 0,
                document.drive,
                item,
                links,
                self.work.now(),
            )
            await self._send(document, item, number, new)
            now = await self.tenant.item(document.drive, document.item, just_made=True)
            if not await self._proved(number, now, sources, document.drive, self._whole(document, links)):
                # It is no longer what we sent, or the tenant made something else of it. Verification says which.
                mended.give_up(self.catalog, number)
                raise _Left(reasons.UNPROVED)

    async def _links(self, document: Document, found: Path) -> dict[str, str]:
        """The new addresses of what a document points to, by its targets."""
        pointing = await asyncio.to_thread(self.examiners.pointing, found)
        if pointing.bar:
            raise _Left(pointing.bar)
        links = {}
        for target in pointing.targets:
            there = self.resolver.there(target, document.folder)
            if there is not None and (url := await self.addresses.of(there)) and (new := with_mark(target, url)):
                links[target] = new
        if not links:
            raise _Left(reasons.NOTHING)
        return links

    def _whole(self, document: Document, links: Mapping[str, str]) -> dict[str, str]:
        """All links by which the item differs from the old file: those of earlier runs too."""
        return {**mended.of_item(self.catalog, document.drive, document.item).done, **links}

    async def _sources(self, document: Document, folder: Path) -> list[_Source]:
        """The old files whose content lies in the item, read whole."""
        sources = []
        for number, sharing in enumerate(mended.sharing(self.catalog, document.drive, document.item)):
            place = folder / f"source-{number}"
            hashed = await asyncio.to_thread(self._copy, path_of_file(self.catalog, sharing.file), place)
            if hashed != sharing.source_hash:
                raise _Left(reasons.SOURCE_CHANGED)
            sources.append(_Source(sharing, place))
        if not sources:
            raise _Left(reasons.GONE)
        return sources

    def _copy(self, path: str, place: Path) -> str:
        hasher = QuickXor()
        with self.readers.open(path) as reader, place.open("wb") as file:
            while piece := reader.read(_PIECE):
                hasher.update(piece)
                file.write(piece)
        return hasher.base64() if place.stat().st_size else ""

    async def _fetch(self, drive: str, item: Item, place: Path) -> tuple[int, str]:
        """Fetch an item's content; its size and hash."""
        hasher, size = QuickXor(), 0
        with place.open("wb") as file:
            async for piece in self.tenant.content(drive, item.id):
                hasher.update(piece)
                size += len(piece)
                file.write(piece)
        return size, hasher.base64() if size else ""

    async def _send(self, document: Document, item: Item, number: int, new: Path) -> None:
        """Send the new version, with the times that the item has. Raises _Left, ItemTrouble, TenantError."""
        hasher, size = QuickXor(), 0
        with new.open("rb") as file:
            while piece := file.read(_PIECE):
                hasher.update(piece)
                size += len(piece)
        sending = Sending(
            drive=document.drive,
            parent=item.parent,
            name=item.name,
            content=Local(new, size, hasher.base64()),
            created=item.created,
            modified=item.modified,
            replaces=item.id,
            etag=item.etag,
        )

        async def opened(url: str) -> None:
            mended.keep_session(self.catalog, number, url)

        try:
            await self.tenant.send(sending, opened)
        except NameTaken:
            # An answer was lost, and what is there has our times: reading it back tells whether it is ours.
            return
        except StillOpen as open_there:
            raise _Left(reasons.STILL_OPEN) from open_there
        except ItemTrouble as trouble:
            if trouble.status < _TENANT_FAILED:
                mended.give_up(self.catalog, number)
            if trouble.status == 412:
                raise _Left(reasons.CHANGED) from trouble
            raise

    async def _proved(
        self, number: int, item: Item, sources: Sequence[_Source], drive: str, links: Mapping[str, str]
    ) -> bool:
        """Whether the item is the old file with exactly these links; then that is stored as done, with its comparisons.

        Raises _Left where that could not be found out: what was intended stays for the next run.
        """
        place = sources[0].place.with_name("back")
        for _look in range(_LOOKS):
            said = await self._fetch(drive, item, place)
            now = await self.tenant.item(drive, item.id)
            if (now.etag, now.size, now.hash) == (item.etag, *said):
                break
            item = now
        else:
            raise _Left(reasons.CHANGED)
        for source in sources:
            outcome = await asyncio.to_thread(
                compared_with_links, self.examiners, item.name, source.place, place, (links,)
            )
            if outcome.outcome == "not examined":
                raise _Left(outcome.reason)
            if outcome.outcome == "different":
                return False
        compared = [
            Compared(
                file=source.sharing.file,
                receipt=source.sharing.receipt,
                outcome="rewritten",
                source_hash=source.sharing.source_hash,
                etag=item.etag,
                size=item.size,
                hash=item.hash,
            )
            for source in sources
        ]
        mended.end(self.catalog, number, self.run, item, self.proof, compared, self.seal, self.work.now())
        return True
