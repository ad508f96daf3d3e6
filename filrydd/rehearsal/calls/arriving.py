"""What arrives becomes a content, rewritten where SharePoint rewrites."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules import malware
from filrydd.rehearsal.rules.rewriting import rewrite, rewritten
from filrydd.rehearsal.store.blobs import SMALL, Kept, small
from filrydd.rehearsal.store.stream import Hashes, Stream
from filrydd.rehearsal.tenancy import Tenancy


async def receive(tenancy: Tenancy, pieces: AsyncIterator[bytes], name: str, limit: int) -> Kept:
    """Take a body as the content of a file of that name. Raises Refused (413) as soon as it is beyond `limit` bytes."""
    came = bytearray()
    async for piece in pieces:
        came += piece
        if len(came) > limit:
            raise too_large(limit)
        if len(came) > SMALL:
            return await _receive_large(tenancy, came, pieces, name, limit)
    content = bytes(came)
    _check(tenancy, content)
    if not rewritten(name) or not tenancy.ways.rewrite:
        return small(content)
    return small(await asyncio.to_thread(_rewritten, tenancy, content, name))


async def _receive_large(
    tenancy: Tenancy, came: bytearray, pieces: AsyncIterator[bytes], name: str, limit: int
) -> Kept:
    arrived = tenancy.blobs.arriving()
    stream = Stream(arrived, Hashes())
    try:
        size = len(came)
        await stream.take(bytes(came))
        async for piece in pieces:
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            await stream.take(piece)
        hashes = await stream.finish()
        return await asyncio.to_thread(keep, tenancy, arrived, name, hashes)
    finally:
        await stream.drop()
        arrived.unlink(missing_ok=True)


def too_large(limit: int) -> Refused:
    """The refusal of a body beyond a limit in bytes."""
    return Refused(413, "requestTooLarge", f"More than {limit >> 20} MB need an upload session.")


def keep(tenancy: Tenancy, arrived: Path, name: str, hashes: Hashes | None = None) -> Kept:
    """Take an arrived file over as a content, rewritten if SharePoint would. `arrived` is gone afterwards.

    `hashes` are those of the file, which is durable then; without them it is read once more.
    """
    _check(tenancy, arrived)
    if tenancy.ways.rewrite and rewritten(name):
        other = tenancy.blobs.arriving()
        try:
            if rewrite(arrived, other, name, tenancy.ways.seed + next(tenancy.uploads), tenancy.ways.seed):
                other.replace(arrived)
                hashes = None
        finally:
            other.unlink(missing_ok=True)
    if hashes is None or hashes.size <= SMALL:
        return tenancy.blobs.keep(arrived)
    return tenancy.blobs.take(arrived, Kept(hashes.sha.hexdigest(), hashes.size, hashes.quickxor.base64()))


def _rewritten(tenancy: Tenancy, content: bytes, name: str) -> bytes:
    nowhere = tenancy.blobs.arriving()
    other = rewrite(content, nowhere, name, tenancy.ways.seed + next(tenancy.uploads), tenancy.ways.seed)
    return other if isinstance(other, bytes) else content


def _check(tenancy: Tenancy, content: bytes | Path) -> None:
    """Refuse (403) malware, unless the tenant's scanner comes later."""
    if tenancy.ways.malware == "at once" and malware.found(content):
        raise malware.refused(arriving=True)
