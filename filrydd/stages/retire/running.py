"""The run: batch by batch proved, stored, deposited and gone."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta

from filrydd.catalog import figures, freezes, proofs, quarantine, remains, retirements, runs
from filrydd.catalog.connection import Catalog
from filrydd.catalog.proofs import Provable
from filrydd.catalog.quarantine import NOTHING_HELD, Held
from filrydd.catalog.retirements import Intent
from filrydd.lang import _
from filrydd.model import times
from filrydd.sources import Source, open_source
from filrydd.sources.source import ChangedSince, EntryTrouble
from filrydd.stages import deposits
from filrydd.stages.retire import brake, folders, proving
from filrydd.stages.retire import quarantine as folder_of_ours
from filrydd.stages.retire.lanes import MOST, Lanes, pieces
from filrydd.stages.retire.planning import may_go
from filrydd.stages.upload.landed import check_still_there
from filrydd.stages.work import Work
from filrydd.targets import Tenant

BATCH = 500
"""Proofs that are stored, and put into the tenant, at a time: what a crash leaves to settle."""
# A deposit holds at most 4 MiB, however long the paths are.
_BATCH_LETTERS = 400_000
_MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Retired:
    """Files deleted, also from the quarantine, and set `aside`; kept, and folders deleted.

    `refused` names files that had a proof and stayed, and why, at most 1000 of the `refusals`. `frozen` of the kept ones are
    held by a case. `held` is what is set aside now. `done`: nothing remains that nobody has answered for.
    `snapshots` and `backups`: the last day on which the file server's own copies may hold what was deleted today; None where
    nobody has said.
    """

    area: str
    deleted: int
    kept: int
    folders: int
    refused: tuple[tuple[str, str], ...]
    frozen: int = 0
    aside: int = 0
    refusals: int = 0
    held: Held = NOTHING_HELD
    done: bool = False
    snapshots: date | None = None
    backups: date | None = None


async def apply(
    work: Work, tenant: Tenant, address: str = "", *, days: int | None = None, allow: int | None = None
) -> Retired:
    """Let go what is proved: set aside for so many `days`, or deleted where that is None; and delete what was set aside before
    and has lain there its time. `allow`: the number that the brake was told.

    Raises what `plan` raises, TooManyAffected, LedgerBroken, ClockMoved, TenantError, SourceError, Busy, Guard.
    """
    with work.holding("retire"), work.catalog() as catalog:
        brake.check(work, catalog, may_go(work, catalog), allow)
        with closing(open_source(address or figures.source_of(catalog))) as source:
            source.top()
            with Lanes(source, MOST) as lanes:
                return await _Run(work, catalog, source, lanes, tenant, days, allow).retire()


class _Run:
    """One run. `days`: how long what goes is set aside first."""

    def __init__(
        self,
        work: Work,
        catalog: Catalog,
        source: Source,
        lanes: Lanes,
        tenant: Tenant,
        days: int | None,
        allow: int | None,
    ) -> None:
        self._work, self._catalog, self._tenant = work, catalog, tenant
        self._source, self._lanes = source, lanes
        self._allow = allow
        self._until = None if days is None else times.from_datetime(work.clock() + timedelta(days=days))
        self._frozen = freezes.Watch(catalog)
        self._made: set[str] = set()
        self._gone = 0
        self._refusals = 0
        self._refused: list[tuple[str, str]] = []

    async def retire(self) -> Retired:
        work, catalog, source = self._work, self._catalog, self._source
        await deposits.check_clock(work, self._tenant)
        await check_still_there(work, catalog, self._tenant, mend=False)
        await deposits.check_ledger(work, catalog, self._tenant)
        folder_of_ours.settle(work, catalog, source)
        going = may_go(work, catalog)
        # What an interrupted run left is settled by now, so the number may be another one.
        brake.check(work, catalog, going, self._allow)
        if self._until is not None and going.files:
            folder_of_ours.make(work, catalog, source)
        run = runs.begin(catalog, "retire", work.actor, work.now())
        retirements.forget_refusals(catalog)
        # The ledger as it is before the first deletion is out of reach of whoever can write the catalog.
        await deposits.deposit(work, catalog, self._tenant)
        if going.destroyed:
            await deposits.deposit_list(work, catalog, self._tenant, run)
        purged, stayed = await folder_of_ours.purge(work, catalog, self._lanes, self._tenant)
        self._refuse(stayed)
        doing = (
            _("Deleting what is proved in {area}")
            if self._until is None
            else _("Setting aside what is proved in {area}")
        )
        with work.telling(doing.format(area=work.area), going.files, _("files")) as progress:
            for number, batch in enumerate(proofs.batches(catalog, BATCH, _BATCH_LETTERS), 1):
                await self._take(run, number, batch)
                progress.advance(len(batch))
        deleted_folders = folders.delete_empty(work, catalog, source)
        folder_of_ours.sweep(catalog, source)
        retirements.store_figures(catalog)
        aside = self._gone if self._until is not None else 0
        body = {"deleted": self._gone - aside, "aside": aside, "refused": self._refusals}
        runs.end(catalog, run, "retire", work.actor, body, work.now())
        await deposits.deposit(work, catalog, self._tenant)
        copies = work.department().copies(work.area)
        return Retired(
            work.area,
            deleted=self._gone - aside + purged,
            kept=retirements.remaining(catalog),
            folders=deleted_folders,
            refused=tuple(self._refused),
            frozen=freezes.list_frozen(catalog),
            aside=aside,
            refusals=self._refusals,
            held=quarantine.held(catalog),
            done=remains.is_done(catalog),
            snapshots=copies.snapshots_until(work.day()),
            backups=copies.backups_until(work.day()),
        )

    async def _take(self, run: int, number: int, batch: Sequence[Provable]) -> None:
        catalog, work = self._catalog, self._work
        proved: list[tuple[Provable, str, str]] = []
        refused: list[tuple[int, str, str]] = []
        for file, (hashed, why) in zip(
            batch, await proving.still_proved(self._lanes, self._tenant, batch), strict=True
        ):
            if why:
                refused.append((file.file, file.path, why))
            else:
                proved.append((file, hashed, proving.proof(work, file, hashed, self._until)))
        intents: list[Intent] = []
        if proved and self._until is None:
            intents = retirements.intend(catalog, run, proved, work.now())
        elif proved:
            intents = retirements.intend(catalog, run, proved, work.now(), self._until, quarantine.place_of)
        await deposits.deposit_proofs(work, catalog, self._tenant, run, number, [proof for _f, _h, proof in proved])
        if self._until is not None:
            folder_of_ours.make_folders(self._source, (intent.place for intent in intents), self._made)
        gone: list[int] = []
        there: list[int] = []
        for some in pieces(intents, self._lanes.most):
            for intent, why in zip(some, self._let_go(some), strict=True):
                if why:
                    there.append(intent.file)
                    refused.append((intent.file, intent.path, why))
                else:
                    gone.append(intent.file)
        retirements.give_up(catalog, there)
        retirements.done(catalog, gone, work.now())
        self._gone += len(gone)
        self._refuse(refused)

    def _let_go(self, some: Sequence[Intent]) -> list[str]:
        """Delete or set aside some files together; for each why it stays, or nothing."""
        with retirements.deleting(self._catalog):
            held = [freezes.FROZEN if self._frozen.holds(intent.file) else "" for intent in some]
            free = [intent for intent, why in zip(some, held, strict=True) if not why]
            answers = iter(self._lanes.run([_LettingGo(intent) for intent in free]))
        return [why or next(answers) for why in held]

    def _refuse(self, refused: Sequence[tuple[int, str, str]]) -> None:
        retirements.refuse(self._catalog, [(file, why) for file, _path, why in refused])
        self._refusals += len(refused)
        self._refused += [(path, why) for _file, path, why in refused[: _MOST_TOLD - len(self._refused)]]


class _LettingGo:
    """One file goes; why it stays, or nothing."""

    def __init__(self, intent: Intent) -> None:
        self._intent = intent

    def __call__(self, source: Source) -> str:
        one = self._intent
        try:
            if one.place:
                source.set_aside(one.path, one.place, size=one.size, hash=one.hash, file_id=one.file_id)
            else:
                source.retire(one.path, size=one.size, hash=one.hash, file_id=one.file_id)
        except ChangedSince as changed:
            return changed.what
        except EntryTrouble as trouble:
            return str(trouble.reason)
        return ""
