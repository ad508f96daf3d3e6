"""What is still true of a file right before it goes, and its proof in words."""

import asyncio
import json
from collections.abc import Sequence

from filrydd.catalog.proofs import Provable
from filrydd.catalog.quarantine import Aside
from filrydd.lang import _
from filrydd.quickxor import QuickXor
from filrydd.sources import Source
from filrydd.sources.source import EntryTrouble
from filrydd.stages.retire.lanes import Lanes
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

# Looks at the tenant on their way at once; the tenant's own governor holds them back where it must.
_LOOKS = 16
_PIECE = 1 << 20
WITHDRAWN = "signature withdrawn"


async def still_proved(lanes: Lanes, tenant: Tenant, batch: Sequence[Provable]) -> list[tuple[str, str]]:
    """For each file the hash that the source must have on the handle that deletes it; or "" and why the file stays."""
    looks = asyncio.Semaphore(_LOOKS)

    async def looked(file: Provable) -> str:
        async with looks:
            return await _changed_there(tenant, file)

    moved = [file for file in batch if file.item]
    whys = dict(zip((file.file for file in moved), await asyncio.gather(*map(looked, moved)), strict=True))
    destroyed = [file for file in batch if not file.item]
    hashed = dict(
        zip((file.file for file in destroyed), lanes.run([_Hashing(file) for file in destroyed]), strict=True)
    )
    return [
        hashed[file.file] if not file.item else ("", whys[file.file]) if whys[file.file] else (file.hash, "")
        for file in batch
    ]


async def may_be_purged(tenant: Tenant, batch: Sequence[Aside]) -> list[str]:
    """For each file that has lain in the quarantine its time why it stays, or nothing.

    Until it is deleted a signature can be withdrawn; and where the new file has gone meanwhile, this may be the last one. What
    people have changed in the new file is theirs.
    """
    looks = asyncio.Semaphore(_LOOKS)

    async def looked(file: Aside) -> str:
        if file.withdrawn:
            return WITHDRAWN
        if not file.item:
            return ""
        async with looks:
            try:
                await tenant.item(file.drive, file.item)
            except ItemTrouble as trouble:
                return _("The new file is not there any more: {why}").format(why=trouble)
        return ""

    return await asyncio.gather(*map(looked, batch))


def proof(work: Work, file: Provable, hashed: str, until: int | None = None) -> str:
    """The proof as canonical JSON. `until` (ticks): it is set aside, and deleted no sooner."""
    told: dict[str, object] = {"area": work.area, "path": file.path, "size": file.size, "hash": hashed}
    told["signoff"] = file.signoff
    if file.item:
        told |= {"receipt": file.receipt, "comparison": file.comparison, "item": file.item, "etag": file.etag}
    else:
        told |= {"rule": file.rule, "basis": file.basis, "junk": file.junk}
        if not file.junk:
            told["signed_by"] = file.signed_by
            told |= {"cosign": file.cosign, "cosigned_by": file.cosigned_by} if file.cosign is not None else {}
    if until is not None:
        told["aside_until"] = until
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


async def _changed_there(tenant: Tenant, file: Provable) -> str:
    try:
        item = await tenant.item(file.drive, file.item)
    except ItemTrouble as trouble:
        return _("The new file is not there any more: {why}").format(why=trouble)
    if item.etag != file.etag:
        return _("The new file has been changed since it was compared.")
    return ""


class _Hashing:
    """Reads a file that goes without a copy, so that its proof says what it was."""

    def __init__(self, file: Provable) -> None:
        self._file = file

    def __call__(self, source: Source) -> tuple[str, str]:
        try:
            with source.open(self._file.path) as reader:
                if (reader.seen.size, reader.seen.modified) != (self._file.size, self._file.modified):
                    # Nobody has signed for what it is now.
                    return "", _("The file has been changed since it was signed for.")
                hasher = QuickXor()
                while piece := reader.read(_PIECE):
                    hasher.update(piece)
        except EntryTrouble as trouble:
            return "", str(trouble.reason)
        return (hasher.base64() if self._file.size else ""), ""
