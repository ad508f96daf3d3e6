"""Every file that moves, and what became of it: for the report of an upload."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog import freezes, signoffs
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths
from filrydd.model import names


class Outcome(StrEnum):
    """What became of a file that is to move. The word is stored in tables; `lang.words` has the sentence."""

    SENT = "sent"
    COPY = "sent as a copy"  # its content lies there once, in the item of another file
    VERSION = "sent as a version"  # as an earlier version of another file's item
    FAILED = "not sent"
    CHANGED = "changed after it was sent"  # the next upload sends it again
    WAITING = "waits"  # signed, and not tried yet
    FROZEN = "frozen"
    UNSIGNED = "nobody has signed"


@dataclass(frozen=True, slots=True)
class Reported:
    """One file. `place` is where it is to lie (site, library, folder, name), `url` where it lies, empty for one that was
    never sent. `reason` and `detail` are those of a failure. `size` in bytes and the times in ticks are the source's: as they
    were sent, else as the last scan saw them; `sent` when the receipt was stored, None without one. `hash` is the quickXorHash
    of what was read. `of` is the file whose item it shares. `versions`: how many of its item were sent; 0 for none, and for one
    that is itself an earlier version, which has its number in `version`."""

    path: str
    place: tuple[str, str, str, str]
    url: str
    outcome: Outcome
    reason: str
    detail: str
    size: int
    modified: int
    created: int
    sent: int | None
    hash: str
    item: str
    of: str
    version: str
    versions: int


def files(catalog: Catalog, now: int) -> Generator[Reported, None, None]:
    """Every file that has a place in the proposal or in the tenant, in the order of the tree; streamed.

    What vanished before it was sent is left out: nobody can send it any more.
    """
    with catalog.aside():
        signoffs.list_approvals(catalog, now)
    freezes.list_frozen(catalog)
    paths = folder_paths(catalog, gone=True)
    # Folder by folder: the first line is there at once, and nothing of all files is sorted or kept.
    folders = [row[0] for row in catalog.rows("SELECT id FROM folder ORDER BY lo, id")]
    for folder in folders:
        for row in catalog.rows(_OF_FOLDER, (folder,)):
            yield _reported(row, paths)


# A file's latest receipt by its own index: as a view it would be made anew for every folder. The plus keeps SQLite from going
# by the item, which copies share.
_OF_FOLDER = (
    "SELECT f.folder, f.name, f.size, f.modified, f.created, COALESCE(c.name, f.name) AS new_name,"
    " COALESCE(l.site, '') AS site, COALESCE(l.name, '') AS library, COALESCE(t.path, '') AS target,"
    " COALESCE(r.url, '') AS url, COALESCE(c.role, '') AS role, r.id AS receipt, r.source_size, r.source_modified,"
    " r.at, COALESCE(r.source_hash, '') AS hash, COALESCE(r.item, '') AS item, COALESCE(v.version, '') AS version,"
    " (r.source_size, r.source_modified) IS (f.size, f.modified) AS same, x.reason, COALESCE(x.detail, '') AS detail,"
    " z.file IS NOT NULL AS frozen, COALESCE(a.state, '') AS state, f.gone IS NOT NULL AS gone,"
    " o.folder AS other_folder, o.name AS other_name,"
    " (SELECT COUNT(*) FROM placement e WHERE e.of = f.id AND e.role = 'version'"
    "  AND EXISTS (SELECT 1 FROM receipt s WHERE s.file = e.file AND +s.item = r.item)) AS earlier"
    " FROM file f LEFT JOIN placement c ON c.file = f.id"
    " LEFT JOIN target t ON t.id = c.target LEFT JOIN library l ON l.id = t.library"
    " LEFT JOIN receipt r ON r.id = (SELECT MAX(id) FROM receipt WHERE file = f.id)"
    " LEFT JOIN receipt_version v ON v.receipt = r.id LEFT JOIN failure x ON x.file = f.id"
    " LEFT JOIN temp.frozen z ON z.file = f.id LEFT JOIN temp.approval a ON a.file = f.id"
    " LEFT JOIN file o ON o.id = c.of"
    " WHERE f.folder = ? AND (r.id IS NOT NULL OR (c.file IS NOT NULL AND f.gone IS NULL)) ORDER BY f.name"
)


def _reported(row: Row, paths: Mapping[int, str]) -> Reported:
    outcome = _outcome(
        receipt=row["receipt"] is not None,
        same=bool(row["same"] or row["gone"]),
        role=row["role"],
        failed=row["reason"] is not None,
        frozen=bool(row["frozen"]),
        approved=row["state"] == signoffs.State.APPROVED,
    )
    shares = outcome in (Outcome.COPY, Outcome.VERSION)
    there = row["receipt"] is not None
    return Reported(
        path=names.join(paths[row["folder"]], row["name"]),
        place=(row["site"], row["library"], row["target"], row["new_name"]),
        url=row["url"],
        outcome=outcome,
        reason=row["reason"] or "",
        detail=row["detail"],
        size=row["source_size"] if there else row["size"],
        modified=row["source_modified"] if there else row["modified"],
        created=row["created"],
        sent=row["at"],
        hash=row["hash"],
        item=row["item"],
        of=names.join(paths[row["other_folder"]], row["other_name"]) if row["other_folder"] is not None else "",
        version=row["version"] if outcome is Outcome.VERSION else "",
        versions=1 + row["earlier"] if there and not shares else 0,
    )


def _outcome(*, receipt: bool, same: bool, role: str, failed: bool, frozen: bool, approved: bool) -> Outcome:
    if receipt and same:
        return {"copy": Outcome.COPY, "version": Outcome.VERSION}.get(role, Outcome.SENT)
    if failed:
        return Outcome.FAILED
    if frozen:
        return Outcome.FROZEN
    if not approved:
        return Outcome.UNSIGNED
    return Outcome.CHANGED if receipt else Outcome.WAITING
