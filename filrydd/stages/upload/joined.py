"""Files that share an item: chains of versions sent as one file with its history, and copies that lead to the one that went."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from filrydd.catalog import freezes, queue, shared_items, uploads
from filrydd.catalog.queue import Destined
from filrydd.findings import streams
from filrydd.model.entry import Seen
from filrydd.sources.source import EntryTrouble
from filrydd.stages.upload.content import ChangedWhileRead, Content
from filrydd.stages.upload.sending import CHANGED_THERE, KEEPS_CHANGING, Sender
from filrydd.targets.tenant import ItemTrouble, Version

# Reasons of failures that people see beside the path.
EARLIER_NOT_SENT = "an earlier version could not be sent"
LATEST_NOT_SENT = "the latest version was not sent"
HISTORY_CLOSED = "the latest version went without it"
ORIGINAL_NOT_SENT = "the file that it is a copy of was not sent"
NO_COPY_ANY_MORE = "it is no longer a copy"


async def send_with_history(sender: Sender, file: Destined, sent: Callable[[Destined], None]) -> bool:
    """Send a file, and before it its earlier versions, the oldest first, as versions of the same item; `sent` is told of each of
    these. True when the file itself has arrived.

    When one of them cannot be sent, nor is the file itself: a history that lacks a version could never be completed.
    """
    history = [] if file.item else queue.earlier(sender.catalog, file.file)
    try:
        try:
            return await _send_all(sender, history, file, sent)
        except _Gone:
            # The file itself never was there, so nobody has taken it away: what was sent of its history is sent anew.
            anew = [(replace(earlier, item="", etag=""), bool(earlier.signoff)) for earlier, _wanted in history]
            return await _send_all(sender, anew, file, sent)
    except _Gone as gone:
        return await sender.refused(file, gone.trouble)
    except _SomebodyElses:
        return await sender.failed(file, CHANGED_THERE, finding="changed since")
    except ItemTrouble as trouble:
        return await sender.refused(file, trouble)
    except EntryTrouble as trouble:
        return await sender.unreadable(file, trouble)


async def _send_all(
    sender: Sender, history: Sequence[tuple[Destined, bool]], file: Destined, told: Callable[[Destined], None]
) -> bool:
    place = sender.parents.get(file.target)
    item = ""
    before: Destined | None = None  # the version sent last, by another run
    for earlier, wanted in history:
        if earlier.item:
            item, before = earlier.item, earlier
            continue
        if not wanted or place is None:
            return await sender.failed(file, EARLIER_NOT_SENT, earlier.path)
        if not await _send_after(sender, place.drive, item, before, earlier):
            return await sender.failed(file, EARLIER_NOT_SENT, earlier.path)
        told(earlier)
        sent = shared_items.receipt_of(sender.catalog, earlier.file)
        assert sent is not None, "what was sent has a receipt"
        item, before = sent[1].id, None
    if item and place is not None:
        return await _send_after(sender, place.drive, item, before, file)
    return await sender.send(file)


class _Gone(Exception):
    """The item that a history goes on in is not there."""

    def __init__(self, trouble: ItemTrouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


class _SomebodyElses(Exception):
    """The item that a history goes on in has become something else since."""


async def _send_after(sender: Sender, drive: str, item: str, before: Destined | None, file: Destined) -> bool:
    """Send a file as the next version of an item, as the item is now: the tenant itself changes eTags after an upload.

    `before` is the version that another run sent last: since then somebody may have worked in the item, and then it is theirs.
    What an interruption left may be the file itself, which then only lacks its receipt. Raises _Gone, _SomebodyElses,
    ItemTrouble, EntryTrouble.
    """
    if not item:
        return await sender.send(file)
    try:
        now = await sender.tenant.item(drive, item, just_made=before is None)
    except ItemTrouble as trouble:
        if trouble.status == 404:
            raise _Gone(trouble) from trouble
        raise
    if before is not None and now.etag != before.etag:
        if await sender.take_for(drive, now, file):
            return True
        for path in (file.path, before.path):
            if await sender.holds(drive, now, path):
                break
        else:
            raise _SomebodyElses
    return await sender.send(replace(file, item=item, etag=now.etag))


async def settle(sender: Sender) -> None:
    """Ask which version of its item each earlier one became."""
    for file, drive, item in shared_items.unsettled(sender.catalog):
        try:
            versions = await sender.tenant.versions(drive, item)
        except ItemTrouble:
            # It is gone or out of reach; verification says so.
            continue
        shared_items.settle_versions(
            sender.catalog, matched(shared_items.earlier_receipts(sender.catalog, file, item), versions)
        )


def matched(receipts: Sequence[tuple[int, int]], versions: Sequence[Version]) -> list[tuple[int, str]]:
    """Receipts (number, size), the oldest first, with their versions (the newest first, as the tenant lists them).

    One version each and the latest: then the order tells. More than that were made by an interruption or by the tenant
    itself: then the next one of the size that was sent is taken. What verification compares in full decides in any case.
    """
    older = list(reversed(versions[1:]))
    if len(older) == len(receipts):
        return [(receipt, version.id) for (receipt, _size), version in zip(receipts, older, strict=True)]
    found, at = list[tuple[int, str]](), 0
    for receipt, size in receipts:
        fitting = next((place for place in range(at, len(older)) if older[place].size == size), None)
        if fitting is not None:
            found.append((receipt, older[fitting].id))
            at = fitting + 1
    return found


async def join_copy(sender: Sender, file: Destined) -> bool:
    """Give a copy the receipt of the file that went, if it still holds the same bytes; nothing is sent."""
    if sender.frozen.holds(file.file):
        return await sender.failed(file, freezes.FROZEN)
    there = shared_items.receipt_of(sender.catalog, file.of)
    if there is None:
        return await sender.failed(file, ORIGINAL_NOT_SENT)
    drive, item, hashed = there
    try:
        seen, own, beside = await asyncio.to_thread(_read_whole, sender, file.path)
    except EntryTrouble as trouble:
        return await sender.unreadable(file, trouble)
    except ChangedWhileRead:
        return await sender.failed(file, KEEPS_CHANGING)
    if own != hashed:
        return await sender.failed(file, NO_COPY_ANY_MORE)
    source, now = (seen.size, seen.modified, own), sender.work.now()
    await sender.journal.keep(
        lambda: uploads.keep_receipt(sender.catalog, sender.run, file, drive, item, source, now, beside)
    )
    return True


def _read_whole(sender: Sender, path: str) -> tuple[Seen, str, str]:
    """A file's facts, its hash, and what lies beside it."""
    content = Content(lambda: sender.readers.open(path))
    try:
        return content.seen, content.hash(), streams.detail(content.streams)
    finally:
        content.close()


async def fail_left_out(sender: Sender, file: Destined) -> bool:
    """Say of an earlier version that was not sent why: its latest one did not go, or has gone without it. Always False."""
    there = shared_items.receipt_of(sender.catalog, file.of)
    return await sender.failed(file, LATEST_NOT_SENT if there is None else HISTORY_CLOSED)
