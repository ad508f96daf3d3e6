"""How one file is sent: read, hashed as it is read, sent, and its receipt kept."""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from filrydd.catalog import freezes, uploads
from filrydd.catalog.connection import Catalog
from filrydd.catalog.queue import Destined
from filrydd.documents import Examiner
from filrydd.findings import streams
from filrydd.model.entry import Reason
from filrydd.model.item import Item
from filrydd.model.times import same_second
from filrydd.sources.source import EntryTrouble
from filrydd.stages.in_full import compare_in_full
from filrydd.stages.readers import Readers
from filrydd.stages.upload.content import ChangedWhileRead, Content
from filrydd.stages.upload.journal import Journal
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble, NameTaken, Sending, StillOpen

READINGS = 3
"""How often a file that changes while it is read is begun anew before the next run has to send it."""

# Reasons of failures that people see beside the path.
FOLDER_MISSING = "folder missing"
NAME_TAKEN = "name taken"
KEEPS_CHANGING = "changed while it was read"
CHANGED_THERE = "somebody has changed it in the new place"


@dataclass(frozen=True, slots=True)
class Parent:
    """Where a target folder is: its drive and its item."""

    drive: str
    item: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends files one at a time; several calls may be under way in one event loop. `parents` says where each target is."""

    work: Work
    catalog: Catalog
    readers: Readers
    tenant: Tenant
    examiner: Examiner
    run: int
    parents: Mapping[int, Parent]
    frozen: freezes.Watch
    journal: Journal

    async def send(self, file: Destined) -> bool:
        """Send a file, its intent first; True when its receipt is stored, False when its failure is."""
        if self.frozen.holds(file.file):
            return await self.failed(file, freezes.FROZEN)
        if file.target not in self.parents:
            return await self.failed(file, FOLDER_MISSING)
        await self.journal.keep(lambda: uploads.intend(self.catalog, self.run, file, self.work.now()))
        try:
            for _reading in range(READINGS):
                content = await self._open(file.path)
                try:
                    return await self._send(content, file)
                except ChangedWhileRead:
                    # Nothing of it has arrived: the last byte is looked at before it goes.
                    file = replace(file, tried=True)
                finally:
                    await asyncio.to_thread(content.close)
        except ChangedWhileRead:
            pass
        except EntryTrouble as trouble:
            return await self.unreadable(file, trouble)
        except ItemTrouble as trouble:
            return await self.refused(file, trouble)
        return await self.failed(file, KEEPS_CHANGING)

    async def take_for(self, drive: str, item: Item, file: Destined) -> bool:
        """Store the receipt of a file that an interrupted run has sent, if an item has its content and its times, which came with
        the content; else nothing is done. Raises EntryTrouble, ItemTrouble."""
        try:
            content = await self._open(file.path)
        except ChangedWhileRead:
            return False
        try:
            seen = content.seen
            times = same_second(item.modified, seen.modified) and same_second(item.created, seen.created)
            if not (file.tried and times and await self._is_ours(drive, item, content)):
                return False
            await self._keep_receipt(file, drive, item, content)
            return True
        except ChangedWhileRead:
            return False
        finally:
            await asyncio.to_thread(content.close)

    async def holds(self, drive: str, item: Item, path: str) -> bool:
        """Whether an item has a source file's content, as far as SharePoint leaves it. Raises EntryTrouble, ItemTrouble."""
        try:
            content = await self._open(path)
            try:
                return await self._is_ours(drive, item, content)
            finally:
                await asyncio.to_thread(content.close)
        except ChangedWhileRead:
            return False

    async def failed(
        self, file: Destined, reason: str, detail: str = "", *, finding: str = "", untouched: bool = True
    ) -> bool:
        """Store why a file was not sent, the kind of finding that it is too, and whether nothing of it can have arrived;
        always False."""
        now = self.work.now()
        await self.journal.keep(
            lambda: uploads.keep_failure(
                self.catalog, self.run, file.file, reason, detail, finding=finding, untouched=untouched, now=now
            )
        )
        return False

    async def unreadable(self, file: Destined, trouble: EntryTrouble) -> bool:
        """Store that the source would not let a file be read; what is gone there is no finding. Always False."""
        finding = "" if trouble.reason is Reason.VANISHED else "unreadable"
        return await self.failed(file, trouble.reason, trouble.detail, finding=finding)

    async def refused(self, file: Destined, trouble: ItemTrouble) -> bool:
        """Store why the tenant did not take a file; always False."""
        if isinstance(trouble, StillOpen):
            return await self.failed(file, uploads.STILL_OPEN, trouble.detail, untouched=False)
        if trouble.status == 412:
            # What people do in the new place is theirs.
            return await self.failed(file, CHANGED_THERE, trouble.detail, finding="changed since")
        return await self.failed(file, trouble.code, trouble.detail, untouched=False)

    async def _open(self, path: str) -> Content:
        return await asyncio.to_thread(lambda: Content(lambda: self.readers.open(path)))

    async def _send(self, content: Content, file: Destined) -> bool:
        if self.frozen.holds(file.file):
            # Set while it was read: whoever set it is told that nothing of it is sent from now on.
            return await self.failed(file, freezes.FROZEN)
        seen = content.seen
        session = file.session
        if session and (file.session_size, file.session_modified) != (seen.size, seen.modified):
            # Going on would join the beginning of the old content to the end of the new.
            await self.tenant.cancel(session)
            session = ""
        parent = self.parents[file.target]
        sending = Sending(
            drive=parent.drive,
            parent=parent.item,
            name=file.name,
            content=content,
            created=seen.created,
            modified=seen.modified,
            session=session,
            replaces=file.item,
            etag=file.etag,
        )

        async def opened(url: str) -> None:
            nonlocal session
            session = url
            await self.journal.keep(
                lambda: uploads.keep_session(self.catalog, file.file, url, seen.size, seen.modified)
            )

        try:
            item = await self.tenant.send(sending, opened)
        except ChangedWhileRead:
            if session:
                await self.tenant.cancel(session)
                await self.journal.keep(lambda: uploads.keep_session(self.catalog, file.file, "", 0, 0))
            raise
        except NameTaken as taken:
            # After an interruption it may be our own file, confirmed before we heard of it. Anybody else's is left alone.
            perhaps = taken.perhaps_ours or (file.tried and not file.item)
            if not (perhaps and await self._is_ours(parent.drive, taken.item, content)):
                return await self.failed(file, NAME_TAKEN, taken.item.name)
            item = taken.item
            if not same_second(item.modified, seen.modified):
                # An empty file gets its times after its content; the interruption came in between.
                item = await self.tenant.set_times(parent.drive, item.id, seen.created, seen.modified)
        await self._keep_receipt(file, parent.drive, item, content)
        return True

    async def _keep_receipt(self, file: Destined, drive: str, item: Item, content: Content) -> None:
        hashed = await asyncio.to_thread(content.hash)
        now, source = self.work.now(), (content.seen.size, content.seen.modified, hashed)
        beside = streams.detail(content.streams)
        await self.journal.keep(
            lambda: uploads.keep_receipt(self.catalog, self.run, file, drive, item, source, now, beside)
        )

    async def _is_ours(self, drive: str, item: Item, content: Content) -> bool:
        if item.folder:
            return False
        if item.hash == await asyncio.to_thread(content.hash):
            return item.size == content.size
        with tempfile.TemporaryDirectory(prefix="filrydd-") as folder:
            outcome = await compare_in_full(self.tenant, self.examiner, drive, item, content.reader, Path(folder))
        return outcome.outcome in ("equal", "rewritten")
