"""The rounds of a run: all that is in the queue, then what an interrupted run's own sessions held up, then what shares an item
with a file that went.
"""

import asyncio
from datetime import timedelta

from filrydd.catalog import queue, uploads
from filrydd.catalog.queue import Destined
from filrydd.errors import TooManyFailures
from filrydd.lang import _, days
from filrydd.lang.remedies import remedy
from filrydd.lang.words import said
from filrydd.stages.lease import Lease
from filrydd.stages.upload import joined, lanes
from filrydd.stages.upload.running import Pace
from filrydd.stages.upload.sending import Sender
from filrydd.stages.upload.wishes import Wishes
from filrydd.stages.work import Progress

_BATCH = 64
# A session whose address was lost ends 15 minutes after its last fragment (facts on upload sessions); a little is added.
_SESSION_SECONDS = 16 * 60
_LONGEST_PAUSE = 30.0


class Rounds:
    """Sends one file after the other by the sender, begins none outside the wished hours or without the lease, and stops when
    too many in a row have failed."""

    def __init__(self, sender: Sender, wishes: Wishes, lease: Lease, progress: Progress, pace: Pace) -> None:
        self._sender, self._wishes, self._lease = sender, wishes, lease
        self._progress, self._pace = progress, pace
        self._in_a_row = 0

    async def send(self) -> None:
        """Send what gets an item of its own. Raises TooManyFailures, Busy."""
        catalog, meter = self._sender.catalog, self._sender.tenant.meter
        await lanes.side_by_side(lanes.Supply(catalog), self._first, lambda: meter.at_once, self._may_begin)
        waited, pause = 0.0, 1.0
        while (held_up := uploads.still_open(catalog)) and waited < _SESSION_SECONDS:
            if not waited:
                self._progress.say(
                    _(
                        "{count} files wait for uploads that were interrupted; that can take a quarter of an hour."
                    ).format(count=len(held_up))
                )
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(2 * pause, _LONGEST_PAUSE)
            again = lanes.Again(queue.chosen(catalog, held_up))
            await lanes.side_by_side(again, self._once_more, lambda: meter.at_once, self._may_begin)

    async def join(self) -> None:
        """Give copies the receipt of the file that went, and say of earlier versions that did not go why."""
        for batch in queue.batches(self._sender.catalog, _BATCH, "copy"):
            await asyncio.gather(*(joined.join_copy(self._sender, file) for file in batch))
            for file in batch:
                self._pace.done(file.size, copy=True)
            self._progress.advance(sum(file.size for file in batch))
        for batch in queue.batches(self._sender.catalog, _BATCH, "version"):
            await asyncio.gather(*(joined.fail_left_out(self._sender, file) for file in batch))

    async def _once_more(self, file: Destined) -> None:
        # That it is still held up is what we wait for, and no failure more.
        await joined.send_with_history(self._sender, file, self._done)

    async def _first(self, file: Destined) -> None:
        arrived = await joined.send_with_history(self._sender, file, self._done)
        self._done(file)
        self._in_a_row = 0 if arrived else self._in_a_row + 1
        if self._in_a_row > self._wishes.stop_above:
            raise self._too_many()

    def _done(self, file: Destined) -> None:
        self._pace.done(file.size)
        self._progress.advance(file.size)

    def _too_many(self) -> TooManyFailures:
        path, reason, detail = uploads.latest_failure(self._sender.catalog)
        return TooManyFailures(
            _("{count} files in a row could not be sent, the last one {path}: {reason}").format(
                count=self._in_a_row, path=path, reason=said(reason)
            ),
            next=f"{remedy(reason)} {_('What is sent stays sent.')}",
            details=(detail,) if detail else (),
        )

    async def _may_begin(self) -> None:
        await self._lease.sure()
        hours, work = self._wishes.hours, self._sender.work
        if hours is None or not (wait := hours.wait(work.clock().astimezone())):
            return
        self._progress.say(
            _("The upload waits for {hours}. What is sent stays sent.").format(hours=days.hours(str(hours)))
        )
        while wait > timedelta():
            # The clock may be moved meanwhile, and the machine may sleep.
            await asyncio.sleep(min(wait.total_seconds(), 60))
            wait = hours.wait(work.clock().astimezone())
        await self._lease.sure()
