"""How one file is sent: read, hashed as it is read, sent, and its receipt kept."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import freezes, uploads
from filrydd.catalog.connection import Catalog
from filrydd.catalog.queue import Destined
from filrydd.documents import Examiner
from filrydd.lang import _
from filrydd.model.item import Item
from filrydd.model.times import same_second
from filrydd.quickxor import QuickXor
from filrydd.sources import Source
from filrydd.sources.source import EntryTrouble, Reader
from filrydd.stages.in_full import compare_in_full
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble, NameTaken, Sending

_PIECE = 1 << 20


class _HashedContent:
    """A reader's bytes for a tenant, hashed on the way as long as they are asked for in order."""

    def __init__(self, reader: Reader) -> None:
        self.size = reader.seen.size
        self._reader = reader
        self._hasher = QuickXor()
        self._hashed = 0
        self._at = 0

    def read(self, offset: int, size: int) -> bytes:
        if offset != self._at:
            self._reader.seek(offset)
            self._at = offset
        pieces = []
        left = size
        while left:
            piece = self._reader.read(min(left, _PIECE))
            if not piece:
                raise ShorterThanItWas
            pieces.append(piece)
            left -= len(piece)
        data = b"".join(pieces)
        if offset <= self._hashed < offset + size:
            self._hasher.update(data[self._hashed - offset :])
            self._hashed = offset + size
        self._at = offset + size
        return data

    def check_readable(self) -> None:
        """Read one byte: an empty file that nobody may read would else pass, since nothing of it is ever read."""
        if bool(self._reader.read(1)) != bool(self.size):
            raise ShorterThanItWas
        self._reader.seek(0)

    def hash(self) -> str:
        """The hash of the whole content; what was not sent this time (a resumed session) is read now."""
        while self._hashed < self.size:
            self.read(self._hashed, min(_PIECE, self.size - self._hashed))
        return self._hasher.base64() if self.size else ""


class ShorterThanItWas(Exception):
    """The file does not hold as many bytes as it had when it was opened."""


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
    source: Source
    tenant: Tenant
    examiner: Examiner
    run: int
    parents: Mapping[int, Parent]
    frozen: freezes.Watch

    async def send(self, file: Destined) -> bool:
        """Send a file whose intent is stored; True when its receipt is stored, False when its failure is."""
        if self.frozen.holds(file.file):
            return self.failed(file, freezes.FROZEN, "")
        if file.target not in self.parents:
            return self.failed(file, "folder missing", "")
        try:
            with self.source.open(file.path) as reader:
                return await self._send_from(reader, file)
        except EntryTrouble as trouble:
            return self.failed(file, trouble.reason, trouble.detail, unreadable=True)
        except ShorterThanItWas:
            return self.failed(file, "changed while it was read", "")
        except ItemTrouble as trouble:
            # The name is taken and nothing is there: a session that was opened just before an interruption, and whose
            # address nobody has. It ends by itself.
            orphan = trouble.code == "nameAlreadyExists" and not isinstance(trouble, NameTaken)
            return self.failed(file, uploads.STILL_OPEN if orphan else trouble.code, trouble.detail)

    async def _send_from(self, reader: Reader, file: Destined) -> bool:
        content = _HashedContent(reader)
        content.check_readable()
        seen = reader.seen
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

        async def keep(url: str) -> None:
            uploads.keep_session(self.catalog, file.file, url, seen.size, seen.modified)

        try:
            item = await self.tenant.send(sending, keep)
        except NameTaken as taken:
            # After an interruption it may be our own file, confirmed before we heard of it. Anybody else's is left alone.
            if not (file.tried and await self._is_ours(parent.drive, taken.item, reader, content)):
                return self.failed(file, "name taken", taken.item.name)
            item = taken.item
            if not same_second(item.modified, seen.modified):
                # An empty file gets its times after its content; the interruption came in between.
                item = await self.tenant.set_times(parent.drive, item.id, seen.created, seen.modified)
        hashed = content.hash()
        now = reader.look()
        if (now.size, now.modified) != (seen.size, seen.modified):
            # Sent as it was begun to be read; the receipt says so, and the next run sends what it has become.
            self.work.progress.say(
                _("{path} was changed while it was sent; the next upload sends it again.").format(path=file.path)
            )
        uploads.keep_receipt(
            self.catalog, self.run, file, parent.drive, item, (seen.size, seen.modified, hashed), self.work.now()
        )
        return True

    async def holds(self, drive: str, item: Item, path: str) -> bool:
        """Whether an item has a source file's content, as far as SharePoint leaves it. Raises EntryTrouble, ItemTrouble."""
        try:
            with self.source.open(path) as reader:
                return await self._is_ours(drive, item, reader, _HashedContent(reader))
        except ShorterThanItWas:
            return False

    async def _is_ours(self, drive: str, item: Item, reader: Reader, content: _HashedContent) -> bool:
        if item.folder:
            return False
        if item.hash == content.hash():
            return item.size == content.size
        with tempfile.TemporaryDirectory(prefix="filrydd-") as folder:
            outcome = await compare_in_full(self.tenant, self.examiner, drive, item, reader, Path(folder))
        return outcome.outcome in ("equal", "rewritten")

    def failed(self, file: Destined, reason: str, detail: str, *, unreadable: bool = False) -> bool:
        """Store why a file was not sent; always False."""
        uploads.keep_failure(
            self.catalog, self.run, file.file, reason, detail, unreadable=unreadable, now=self.work.now()
        )
        return False
