"""Who could get at what before the seal: that is what was signed, and what people shall have in the new place.

A scan under a seal sees that nobody may write. Kept as it is, everybody's access would look narrower, and nothing would have
the place any more that was signed for.
"""

from collections.abc import Callable

from filrydd.catalog import seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.paths import folder_paths
from filrydd.model import descriptor as security


def keep(catalog: Catalog, as_listed: Callable[[bytes], bytes]) -> None:
    """Give every folder that the last scan saw as the standing seal made it the permissions that it had before.

    `as_listed` gives a folder's stored permissions the form in which a scan tells them. What somebody else has set since
    stays as it was seen.
    """
    seal = seals.latest(catalog)
    if seal is None or seal.way is not seals.Way.ENTRIES:
        return
    with catalog.writing():
        if not _list_changes(catalog, seal.id, as_listed):
            return
        catalog.run_many(
            "UPDATE folder SET descriptor = c.was FROM former_permission p JOIN temp.seal_change c"
            " ON (c.former, c.sealed) = (p.descriptor, p.sealed) WHERE folder.id = ? AND p.seal = ? AND p.path = ?"
            " AND p.kind = 'folder' AND folder.descriptor = c.seen",
            ((folder, seal.id, path) for folder, path in folder_paths(catalog).items()),
        )


def _list_changes(catalog: Catalog, seal: int, as_listed: Callable[[bytes], bytes]) -> int:
    """List what each of the seal's changes of a folder looks like to a scan, and what it was; how many that are."""
    catalog.run("DROP TABLE IF EXISTS temp.seal_change")
    catalog.run("CREATE TEMP TABLE seal_change (former, sealed, seen, was, PRIMARY KEY (former, sealed, seen))")
    seen: dict[bytes, list[int]] = {}
    for row in catalog.rows(
        "SELECT d.id, d.content FROM descriptor d WHERE d.id IN (SELECT descriptor FROM folder WHERE gone IS NULL)"
    ):
        seen.setdefault(_plain(row["content"]), []).append(row["id"])
    changes = list(
        catalog.rows(
            "SELECT c.former, c.sealed, f.content AS was, s.content AS now FROM (SELECT DISTINCT descriptor AS former, sealed"
            " FROM former_permission WHERE seal = ? AND kind = 'folder') c JOIN descriptor f ON f.id = c.former"
            " JOIN descriptor s ON s.id = c.sealed",
            (seal,),
        )
    )
    listed = 0
    for change in changes:
        was = as_listed(change["was"])
        for number in seen.get(_plain(as_listed(change["now"])), ()):
            catalog.run(
                "INSERT INTO temp.seal_change VALUES (?, ?, ?, ?)",
                (change["former"], change["sealed"], number, descriptor_id(catalog, was)),
            )
            listed += 1
    return listed


def _plain(content: bytes) -> bytes:
    """The same bytes for the same permissions, however a server lays them out."""
    try:
        return security.build(security.parse(content))
    except security.BadDescriptor:
        return content


def of_share(catalog: Catalog, content: bytes) -> bytes:
    """The share's permissions before the standing seal, where `content` is what that made of them; else `content`."""
    seal = seals.latest(catalog)
    stored = None if seal is None else seals.share(catalog, seal.id)
    return stored[0] if stored is not None and stored[1] == content else content
