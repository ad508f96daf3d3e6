"""A lease in the tenant: while one machine uploads an area, no other one can.

The operating system's locks hold off those on this machine; a copied workspace on another one knows nothing of them. So an
upload holds a small file in the area's own library, `_filrydd/AREA.lease.json`. It is made only where there is none, and
changed or deleted only as the version that was last seen (eTag), so of two that come at once one gets through.

No client's clock counts. A lease begins when the tenant says that its file was last written, lasts as long as the file says,
and whoever finds it compares with the tenant's own time. The holder counts from before it asked, so it knows of the end before
anybody else does.

Killed, this machine goes on at once: the lease is its own (catalog/leases.py). Whoever else waits until it has run out. What
is tried when: answers are lost (a repeated write is refused, and the file read: it is ours), somebody deletes the file (it is
made again) or touches it (its new eTag is taken), no renewal gets through (the stage goes on while the lease lasts, and stops
then), the machine slept (this machine's wall clock shows it, and the next renewal tells whether somebody came).
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from filrydd.catalog import leases
from filrydd.errors import Busy, TenantError, TenantRefused
from filrydd.lang import _
from filrydd.model import times
from filrydd.stages.deposits import FOLDER
from filrydd.stages.leased import Said, read
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble, Record

ANOTHER_VERSION = frozenset({404, 409, 412})
"""What the tenant answers where the file is no longer what was last seen; 409 also when two come at once."""
_TRIES, _PAUSE = 5, 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a lease lasts after each renewal and when it is renewed, in seconds.

    Each renewal makes a version of the file, so there are few: some 200 a day, gone with the file when it is given back. Two
    may fail before a lease has run out. `margin`: by how much the tenant's own clocks may differ. `patience`: how long giving
    back may take. `look`: how often it is seen whether time has passed, also time that this machine slept through.
    """

    lasts: float = 20 * 60
    renew: float = 7 * 60
    look: float = 5
    margin: float = 60
    patience: float = 15
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


@contextlib.asynccontextmanager
async def lease(work: Work, tenant: Tenant, drive: str, pace: Pace = Pace()) -> AsyncIterator["Lease"]:
    """Hold the area's lease in the library that it lands in (`drive`, the id), renewed in the background, given back at the end.

    Raises Busy when another machine holds it; TenantRefused when its file cannot be written, TenantError. When somebody else
    took it over, or it ran out and could not be renewed, the block is cancelled where it waits, and Busy, or the reason why it
    could not be renewed, is raised in place of what it did.
    """
    with work.catalog() as catalog:
        id, place = leases.own(catalog)
    held = Lease(work, tenant, drive, pace, Said(work.area, id, place, leases.machine(), work.actor, "", pace.lasts))
    try:
        await held.take()
        async with asyncio.TaskGroup() as group:
            ended = asyncio.Event()
            group.create_task(held.keep(ended))
            yield held
            ended.set()
    except BaseExceptionGroup as failed:
        lost = [error for error in failed.exceptions if isinstance(error, Busy)]
        raise [*lost, *reversed(failed.exceptions)][0] from failed
    finally:
        await held.give_back()


class Lease:
    """The lease of one area, while it is held."""

    def __init__(self, work: Work, tenant: Tenant, drive: str, pace: Pace, own: Said) -> None:
        self._work, self._tenant, self._drive, self._pace, self._own = work, tenant, drive, pace, own
        self._name = f"{work.area}.lease.json"
        self._turn = asyncio.Lock()
        self._id = self._etag = ""
        self._asked = (0.0, 0.0)

    async def take(self) -> None:
        """Take the lease where there is none, where it is our own, or where it has run out. Raises Busy, TenantError."""
        self._own = replace(self._own, since=times.to_iso(await self._tenant.now()))
        await self._write(self._check_free)

    async def keep(self, ended: asyncio.Event) -> None:
        """Renew until told that it `ended`. Raises Busy, and when the lease has run out what a renewal raised last."""
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), self._pace.look)
            if ended.is_set() or self._age() < self._pace.renew:
                continue
            try:
                await self._renew(self._pace.renew)
            except TenantError:
                # Another try follows at the next look.
                if self._age() >= self._pace.lasts:
                    raise

    async def sure(self) -> None:
        """Return at once while the lease lasts, and when it has run out (the machine slept, the tenant let everybody wait) only
        after it could be renewed. Raises Busy, TenantError."""
        if self._age() >= self._pace.lasts:
            await self._renew(self._pace.lasts)

    async def give_back(self) -> None:
        """Delete the file, if it is still ours. What prevents it is said, not raised: the lease runs out by itself."""
        if not self._etag:
            return
        try:
            async with asyncio.timeout(self._pace.patience):
                await self._delete()
        except (TenantError, ItemTrouble, TimeoutError) as why:
            self._work.progress.say(
                _(
                    "The file that says who uploads {area} could not be removed ({why}). It stops counting by itself."
                ).format(area=self._work.area, why=str(why) or type(why).__name__)
            )
        self._etag = ""

    async def _delete(self) -> None:
        for _attempt in range(_TRIES):
            try:
                await self._tenant.give_up(self._drive, self._id, self._etag)
            except ItemTrouble as trouble:
                if trouble.status not in ANOTHER_VERSION:
                    raise
                there = await self._tenant.record(self._drive, FOLDER, self._name)
                if there is None or not self._own.is_by_the_same(read(there.data)):
                    return
                self._id, self._etag = there.item.id, there.item.etag
            else:
                return
        raise ItemTrouble("resourceModified", 412)

    async def _renew(self, at_age: float) -> None:
        async with self._turn:
            # Whoever waited for its turn finds it done.
            if self._age() >= at_age:
                await self._write(self._check_ours)

    async def _write(self, check: Callable[[Record], Awaitable[None]]) -> None:
        """Write the file as the version that is known, or as what is found there, if `check` lets that pass."""
        etag, attempt = self._etag, 0
        while True:
            try:
                there = None if etag else await self._tenant.record(self._drive, FOLDER, self._name)
                if there is not None:
                    await check(there)
                    etag = there.item.etag
                asked = (self._pace.clock(), self._pace.wall())
                item = await self._tenant.claim(self._drive, FOLDER, self._name, self._own.written(), etag)
            except ItemTrouble as trouble:
                attempt += 1
                if trouble.status not in ANOTHER_VERSION or attempt == _TRIES:
                    raise self._refused(trouble) from trouble
                etag = ""
                await asyncio.sleep(_PAUSE * (attempt - 1))
            else:
                self._id, self._etag, self._asked = item.id, item.etag, asked
                return

    async def _check_free(self, there: Record) -> None:
        said = read(there.data)
        if self._own.is_by_the_same(said):
            return
        seconds = self._pace.margin + (said.seconds if said else self._pace.lasts)
        until = there.item.modified + int(seconds * times.TICKS_A_SECOND)
        if await self._tenant.now() > until:
            return
        then = _("Wait until it is done. If nothing runs there any more, go on after {until}.").format(
            until=times.to_iso(until)
        )
        if said is None:
            raise Busy(
                _("The file {file} should say who uploads the area {area}, and says something else.").format(
                    file=f"{FOLDER}/{self._name}", area=self._work.area
                ),
                next=then,
            )
        raise Busy(
            _("The area {area} is being uploaded by {who} on {machine}, since {since}.").format(
                area=self._work.area, who=said.who, machine=said.machine, since=said.since
            ),
            next=then,
        )

    async def _check_ours(self, there: Record) -> None:
        said = read(there.data)
        if self._own.is_by_the_same(said):
            return
        # What is there now is another one's to give back.
        self._etag = ""
        who, machine, since = (said.who, said.machine, said.since) if said else ("?", "?", "?")
        raise Busy(
            _("{who} on {machine} has taken over the area {area}, since {since}; this run stopped.").format(
                who=who, machine=machine, area=self._work.area, since=since
            ),
            next=_(
                "What is sent stays sent. Find out who is to upload the area, then run the same command again there."
            ),
        )

    def _refused(self, trouble: ItemTrouble) -> TenantRefused:
        return TenantRefused(
            _("The file {file}, which says who uploads the area {area}, could not be written: {why}.").format(
                file=f"{FOLDER}/{self._name}", area=self._work.area, why=trouble
            ),
            next=_("Let the application write there, and take off the file what holds it: a label, a check-out."),
        )

    def _age(self) -> float:
        """Seconds since the last renewal was asked for; the wall clock also counts what this machine slept through."""
        clock, wall = self._asked
        return max(self._pace.clock() - clock, self._pace.wall() - wall)
