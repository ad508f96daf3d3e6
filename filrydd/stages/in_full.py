"""A full comparison of what lies in the tenant with what the old area holds, part by part."""

from pathlib import Path

from filrydd.documents import Comparison, Examiner
from filrydd.model.item import Item
from filrydd.sources.source import Reader
from filrydd.targets import Tenant

_PIECE = 1 << 20


async def compare_in_full(
    tenant: Tenant, examiner: Examiner, drive: str, item: Item, reader: Reader, folder: Path, version: str = ""
) -> Comparison:
    """Fetch an item, or one of its earlier versions, and compare it with what a reader holds, part by part; both lie in
    `folder` meanwhile."""
    sent, found = folder / "sent", folder / "found"
    reader.seek(0)
    with sent.open("wb") as file:
        while piece := reader.read(_PIECE):
            file.write(piece)
    with found.open("wb") as file:
        content = tenant.version_content(drive, item.id, version) if version else tenant.content(drive, item.id)
        async for piece in content:
            file.write(piece)
    return examiner.compare(item.name, sent, found)
