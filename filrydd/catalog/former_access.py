"""Who could get at what before the seal: that is what was signed, and what people shall have in the new place.

A scan under a seal sees that nobody may write. Kept as it is, everybody's access would look narrower, and nothing would have
the place any more that was signed for.
"""

from filrydd.catalog import seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths


def keep(catalog: Catalog) -> None:
    """Give every folder that the last scan saw as the standing seal made it the permissions that it had before.

    What somebody else has set since stays as it was seen.
    """
    seal = seals.latest(catalog)
    if seal is None or seal.way is not seals.Way.ENTRIES:
        return
    # Only folders' permissions are stored with a scan.
    seen = {
        row["id"]
        for row in catalog.rows(
            "SELECT id FROM folder WHERE gone IS NULL AND descriptor IN (SELECT sealed FROM former_permission WHERE seal = ?)",
            (seal.id,),
        )
    }
    if not seen:
        return
    paths = folder_paths(catalog)
    with catalog.writing():
        catalog.run_many(
            "UPDATE folder SET descriptor = p.descriptor FROM former_permission p WHERE folder.id = ? AND p.seal = ?"
            " AND p.path = ? AND p.sealed = folder.descriptor AND p.kind = 'folder'",
            ((folder, seal.id, path) for folder, path in paths.items() if folder in seen),
        )


def of_share(catalog: Catalog, content: bytes) -> bytes:
    """The share's permissions before the standing seal, where `content` is what that made of them; else `content`."""
    seal = seals.latest(catalog)
    stored = None if seal is None else seals.share(catalog, seal.id)
    return stored[0] if stored is not None and stored[1] == content else content
