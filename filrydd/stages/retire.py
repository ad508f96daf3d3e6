"""retire: delete from the old area what is proved, after the grace period, and nothing else.

For every file the order is: proof joined from the catalog -> the target item still there -> proof stored durably, here and
in the tenant -> no case has frozen it meanwhile -> the source file found unchanged on the handle that deletes it -> deleted
-> stored as done.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from filrydd.catalog import figures, freezes, retirements, runs, seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import GraceNotOver, NotApproved, NotConfirmed, NotVerified, ProposalChanged
from filrydd.lang import _, n_
from filrydd.model import times
from filrydd.model.entry import Reason
from filrydd.quickxor import QuickXor
from filrydd.sources import Source, open_source
from filrydd.sources.source import ChangedSince, EntryTrouble
from filrydd.stages import deposits
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

# Proofs that are stored, and put into the tenant, at a time: what a crash leaves to settle.
_BATCH = 500
# A deposit holds at most 4 MiB, however long the paths are.
_BATCH_LETTERS = 400_000
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What may go: files that moved, files whose destruction was signed; what stays, and how much of that is frozen."""

    area: str
    moved: int
    destroyed: int
    kept: int
    bytes: int
    frozen: int = 0


@dataclass(frozen=True, slots=True)
class Retired:
    """Files deleted and kept, folders deleted; `refused` names each file that had a proof and stayed, and why. `frozen` of
    the kept ones are held by a case."""

    area: str
    deleted: int
    kept: int
    folders: int
    refused: tuple[tuple[str, str], ...]
    frozen: int = 0


def plan(work: Work) -> Plan:
    """What would be deleted. Raises NotVerified, GraceNotOver, ProposalChanged, NotConfirmed, NotApproved."""
    with work.catalog() as catalog:
        files, _seal = _provable(work, catalog)
        return Plan(
            work.area,
            moved=sum(bool(file.item) for file in files),
            destroyed=sum(not file.item for file in files),
            kept=retirements.remaining(catalog) - len(files),
            bytes=sum(file.size for file in files),
            frozen=freezes.list_frozen(catalog),
        )


def _provable(work: Work, catalog: Catalog) -> tuple[list[retirements.Provable], seals.Seal]:
    seal = seals.latest(catalog)
    if seal is None or seal.state != "sealed" or seal.sealed is None:
        raise NotVerified(
            _("{area} is not sealed, so nothing in it is proved.").format(area=work.area),
            next=f"filrydd seal {work.area} --execute",
        )
    for stage in ("upload", "verify"):
        if runs.interrupted(catalog, stage):
            # What it wrote is in no ledger row yet, so nothing vouches for it.
            raise NotVerified(
                _("The last {stage} of {area} was interrupted.").format(stage=stage, area=work.area),
                next=f"filrydd verify {work.area}" if stage == "verify" else f"filrydd upload {work.area} --execute",
            )
    department = work.department()
    over = times.to_datetime(seal.sealed) + timedelta(days=department.grace_days)
    if work.clock() < over:
        raise GraceNotOver(
            _("{area} can be read until {day}; nothing is deleted before.").format(
                area=work.area, day=over.date().isoformat()
            ),
            next=_("Run the same command after that day."),
        )
    if figures.figures(catalog).get("classify", {}).get("policy") != department.digest:
        raise ProposalChanged(
            _("The policy of {area} has changed since its files were classified.").format(area=work.area),
            next=f"filrydd classify {work.area}",
        )
    files = list(retirements.provable(catalog, seal.id, work.now()))
    unconfirmed = {rule.name for rule in department.rules(work.day()) if rule.awaits_confirmation}
    waiting = sorted({file.rule for file in files if not file.item and file.rule in unconfirmed})
    if waiting:
        raise NotConfirmed(
            _("No archivist has confirmed these rules: {rules}.").format(rules=", ".join(waiting)),
            next=_("Let the archivist confirm them in the policy, by name and date."),
        )
    alone = sum(not file.item and not file.junk and file.cosign is None for file in files)
    if alone and department.sign_destroy != 1:
        # The policy asked for less when it was signed; what holds is what it asks for when something is deleted.
        raise NotApproved(
            n_(
                "One person has signed that {count} document is deleted, and the policy asks for two.",
                "One person has signed that {count} documents are deleted, and the policy asks for two.",
                alone,
            ).format(count=alone),
            next=_("Let the contact sign again and the manager too: filrydd review {area}").format(area=work.area),
        )
    return files, seal


async def apply(work: Work, tenant: Tenant, address: str = "") -> Retired:
    """Delete what is proved. Raises what `plan` raises, LedgerBroken, ClockMoved, TenantError, SourceError, Busy."""
    with work.holding("retire"), work.catalog() as catalog:
        _provable(work, catalog)
        with closing(open_source(address or figures.source_of(catalog))) as source:
            source.top()
            return await _retire(work, catalog, source, tenant)


async def _retire(work: Work, catalog: Catalog, source: Source, tenant: Tenant) -> Retired:
    await deposits.check_clock(work, tenant)
    await deposits.check_ledger(work, catalog, tenant)
    _settle(work, catalog, source)
    files, _seal = _provable(work, catalog)
    run = runs.begin(catalog, "retire", work.actor, work.now())
    # The ledger as it is before the first deletion is out of reach of whoever can write the catalog.
    await deposits.deposit(work, catalog, tenant)
    refused: list[tuple[str, str]] = []
    frozen = freezes.Watch(catalog)
    deleted = 0
    with work.telling(
        _("Deleting what is proved in {area}").format(area=work.area), len(files), _("files")
    ) as progress:
        for number, batch in enumerate(_batches(files), 1):
            proved = []
            for file in batch:
                hashed, why = await _still_proved(source, tenant, file)
                if why:
                    refused.append((file.path, why))
                else:
                    proved.append((file, hashed, _proof(work, file, hashed)))
            retirements.intend(catalog, run, proved, work.now())
            await deposits.deposit_proofs(work, catalog, tenant, run, number, [proof for _f, _h, proof in proved])
            gone = []
            for file, hashed, _text in proved:
                with retirements.deleting(catalog):
                    why = freezes.FROZEN if frozen.holds(file.file) else _delete(source, file, hashed)
                if why:
                    retirements.give_up(catalog, file.file)
                    refused.append((file.path, why))
                else:
                    gone.append(file.file)
            retirements.done(catalog, gone, work.now())
            deleted += len(gone)
            progress.advance(len(batch))
    folders = _delete_folders(catalog, source)
    retirements.store_figures(catalog)
    runs.end(catalog, run, "retire", work.actor, {"deleted": deleted, "refused": len(refused)}, work.now())
    await deposits.deposit(work, catalog, tenant)
    kept, held = retirements.remaining(catalog), freezes.list_frozen(catalog)
    return Retired(work.area, deleted, kept, folders, tuple(refused), held)


def _batches(files: Sequence[retirements.Provable]) -> Iterator[Sequence[retirements.Provable]]:
    batch: list[retirements.Provable] = []
    letters = 0
    for file in files:
        batch.append(file)
        letters += len(file.path) + len(file.signed_by) + len(file.cosigned_by)
        if len(batch) == _BATCH or letters > _BATCH_LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


def _settle(work: Work, catalog: Catalog, source: Source) -> None:
    """Bring intents of an interrupted run to their end: a file that is gone was deleted, one that is there was not."""
    for file, path, _size, _hash, _id in retirements.pending(catalog):
        try:
            source.look(path)
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.VANISHED:
                raise
            retirements.done(catalog, [file], work.now())
        else:
            retirements.give_up(catalog, file)


async def _still_proved(source: Source, tenant: Tenant, file: retirements.Provable) -> tuple[str, str]:
    """The hash that the source must have on the deleting handle, or why the file stays."""
    if file.item:
        try:
            item = await tenant.item(file.drive, file.item)
        except ItemTrouble as trouble:
            return "", _("The new file is not there any more: {why}").format(why=trouble)
        if item.etag != file.etag:
            return "", _("The new file has been changed since it was compared.")
        return file.hash, ""
    try:
        with source.open(file.path) as reader:
            hasher = QuickXor()
            while piece := reader.read(_PIECE):
                hasher.update(piece)
    except EntryTrouble as trouble:
        return "", str(trouble.reason)
    return (hasher.base64() if file.size else ""), ""


def _delete(source: Source, file: retirements.Provable, hashed: str) -> str:
    """Delete one file; why it stays, or nothing."""
    try:
        source.retire(file.path, size=file.size, hash=hashed, file_id=file.file_id)
    except ChangedSince as changed:
        return changed.what
    except EntryTrouble as trouble:
        return str(trouble.reason)
    return ""


def _proof(work: Work, file: retirements.Provable, hashed: str) -> str:
    proof: dict[str, object] = {"area": work.area, "path": file.path, "size": file.size, "hash": hashed}
    proof["signoff"] = file.signoff
    if file.item:
        proof |= {"receipt": file.receipt, "comparison": file.comparison, "item": file.item, "etag": file.etag}
    else:
        proof |= {"rule": file.rule, "basis": file.basis, "junk": file.junk}
        if not file.junk:
            proof["signed_by"] = file.signed_by
            proof |= {"cosign": file.cosign, "cosigned_by": file.cosigned_by} if file.cosign is not None else {}
    return json.dumps(proof, sort_keys=True, ensure_ascii=False)


def _delete_folders(catalog: Catalog, source: Source) -> int:
    deleted = 0
    for folder, path in list(retirements.folders_without_files(catalog)):
        try:
            with retirements.deleting(catalog):
                # Also an empty folder tells something: nothing at or under a frozen path goes.
                gone = not freezes.holding(catalog, path) and source.retire_folder(path)
        except EntryTrouble as trouble:
            if trouble.reason is Reason.VANISHED:
                retirements.folder_gone(catalog, folder)
            continue
        if gone:
            retirements.folder_gone(catalog, folder)
            deleted += 1
    return deleted
