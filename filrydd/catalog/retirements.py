"""Proofs, and what they allow to delete.

A file may go for one of two reasons, each joined here from what other stages stored and nothing else: its move was signed,
it arrived, and it was compared in full under the seal in force; or its destruction was signed, with a legal basis. What a
case has frozen may go for no reason.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from filelock import FileLock, Timeout

from filrydd.catalog import freezes, signoffs
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.model import names


@dataclass(frozen=True, slots=True)
class Provable:
    """A file with everything that a proof needs from the catalog. For a move, the item it became and the version that was
    compared; for a destruction, the rule and its basis, and an empty item. `signed_by` is who signed for it, `cosigned_by` the
    second person where the sign-off has one, whose signature's number is `cosign`."""

    file: int
    path: str
    size: int
    file_id: int
    hash: str
    signoff: int
    receipt: int | None
    comparison: int | None
    drive: str
    item: str
    etag: str
    rule: str
    basis: str
    junk: bool
    signed_by: str
    cosign: int | None
    cosigned_by: str


def provable(catalog: Catalog, seal: int, now: int) -> Iterator[Provable]:
    """Files that may go, in the order of the tree. Everything else stays."""
    signoffs.list_approvals(catalog, now)
    freezes.list_frozen(catalog)
    paths = folder_paths(catalog)
    rows = catalog.rows(
        "SELECT f.id, f.folder, f.name, f.size, f.file_id, a.signoff, r.id AS receipt, c.id AS comparison, r.drive, r.item,"
        " c.etag, c.source_hash, u.name AS rule, u.basis, u.junk, u.fate, o.name AS signed_by, w.id AS cosign,"
        " COALESCE(w.name, '') AS cosigned_by"
        " FROM temp.approval a JOIN file f ON f.id = a.file JOIN folder d ON d.id = f.folder"
        " JOIN ruling g ON g.file = f.id JOIN rule u ON u.id = g.rule"
        " JOIN signoff o ON o.id = a.signoff LEFT JOIN cosign w ON w.signoff = o.id"
        " LEFT JOIN current_receipt r ON r.file = f.id AND (r.source_size, r.source_modified) IS (f.size, f.modified)"
        " LEFT JOIN comparison c ON c.id = (SELECT MAX(id) FROM comparison WHERE receipt = r.id AND seal = ?)"
        f" WHERE a.state = '{signoffs.State.APPROVED}' AND f.id NOT IN (SELECT file FROM temp.frozen)"
        " AND NOT EXISTS (SELECT 1 FROM finding x WHERE x.file = f.id AND x.closed IS NULL AND x.stage IN ('verify', 'upload'))"
        " AND ((u.fate = 'move' AND c.id IS NOT NULL AND c.source_hash = r.source_hash)"
        "   OR (u.fate = 'destroy' AND NOT u.awaits_confirmation AND (u.junk OR u.basis <> '')))"
        " ORDER BY d.lo, f.name",
        (seal,),
    )
    for row in rows:
        moves = row["fate"] == "move"
        yield Provable(
            file=row["id"],
            path=names.join(paths[row["folder"]], row["name"]),
            size=row["size"],
            file_id=row["file_id"],
            hash=row["source_hash"] if moves else "",
            signoff=row["signoff"],
            receipt=row["receipt"] if moves else None,
            comparison=row["comparison"] if moves else None,
            drive=row["drive"] if moves else "",
            item=row["item"] if moves else "",
            etag=row["etag"] if moves else "",
            rule=row["rule"],
            basis=row["basis"],
            junk=bool(row["junk"]),
            signed_by=row["signed_by"],
            cosign=row["cosign"],
            cosigned_by=row["cosigned_by"],
        )


@contextmanager
def deleting(catalog: Catalog) -> Iterator[None]:
    """Held from the last look at the freezes until the entry is gone, for one entry at a time.

    A freeze is stored without waiting for it, and waits for it afterwards (`is_quiet`): so either the look sees the freeze,
    or whoever set it knows that one deletion was still under way.
    """
    lock = _deletion_lock(catalog)
    lock.acquire(poll_interval=0.005)
    try:
        yield
    finally:
        lock.release()


def is_quiet(catalog: Catalog, seconds: float) -> bool:
    """Whether no deletion that began before this call is still under way, waiting at most so long for its end."""
    lock = _deletion_lock(catalog)
    try:
        lock.acquire(timeout=seconds, poll_interval=0.02)
    except Timeout:
        return False
    lock.release()
    return True


def _deletion_lock(catalog: Catalog) -> FileLock:
    folder = catalog.path.parent / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / f"{catalog.area}.deletion.lock", thread_local=False)


def intend(catalog: Catalog, run: int, proved: Sequence[tuple[Provable, str, str]], now: int) -> None:
    """Store, durably, the proofs of files that are about to be deleted: (file, its hash, proof as JSON)."""
    with catalog.writing(durable=True):
        catalog.run_many(
            "INSERT INTO retirement (run, file, path, size, hash, proof, begun) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (file) DO NOTHING",
            [(run, file.file, file.path, file.size, hashed, proof, now) for file, hashed, proof in proved],
        )


def done(catalog: Catalog, files: Sequence[int], now: int) -> None:
    """Store, durably, that these files are gone from the old area."""
    with catalog.writing(durable=True):
        for file in files:
            catalog.run("UPDATE retirement SET done = ? WHERE file = ? AND done IS NULL", (now, file))
            catalog.run("UPDATE file SET gone = COALESCE((SELECT MAX(id) FROM scan), 0) WHERE id = ?", (file,))
            # Were it put back as it was, the folder would look as the scan saw it; the next scan must look closer.
            catalog.run("UPDATE folder SET digest = NULL WHERE id = (SELECT folder FROM file WHERE id = ?)", (file,))


def give_up(catalog: Catalog, file: int) -> None:
    """Take an intent back: the file was not deleted."""
    with catalog.writing(durable=True):
        catalog.run("DELETE FROM retirement WHERE file = ? AND done IS NULL", (file,))


def pending(catalog: Catalog) -> list[tuple[int, str, int, str, int]]:
    """Intents of an interrupted run: (file, path, size, hash, file id)."""
    rows = catalog.rows(
        "SELECT r.file, r.path, r.size, r.hash, f.file_id FROM retirement r JOIN file f ON f.id = r.file"
        " WHERE r.done IS NULL ORDER BY r.id"
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def folders_without_files(catalog: Catalog) -> Iterator[tuple[int, str]]:
    """Present folders with no present file and nothing unreadable in or under them, the deepest first; never the top."""
    paths = folder_paths(catalog)
    rows = catalog.rows(
        "SELECT d.id FROM folder d WHERE d.gone IS NULL AND d.parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM folder b"
        " JOIN file f ON f.folder = b.id WHERE b.lo BETWEEN d.lo AND d.hi AND f.gone IS NULL AND b.gone IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM folder b JOIN unreadable u ON u.folder = b.id WHERE b.lo BETWEEN d.lo AND d.hi)"
        " ORDER BY d.lo DESC"
    )
    for row in rows:
        yield row["id"], paths[row["id"]]


def folder_gone(catalog: Catalog, folder: int) -> None:
    """Store that an empty folder was deleted."""
    with catalog.writing():
        catalog.run(
            "UPDATE folder SET digest = NULL, gone = COALESCE((SELECT MAX(id) FROM scan), 0) WHERE id = ?", (folder,)
        )


def remaining(catalog: Catalog) -> int:
    """Files that are still in the area."""
    return int(catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL"))


def count(catalog: Catalog) -> int:
    """Files that were retired in all."""
    return int(catalog.value("SELECT COUNT(*) FROM retirement WHERE done IS NOT NULL"))


def store_figures(catalog: Catalog) -> None:
    """Store the outcome for the status page."""
    with catalog.writing():
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('retire', ?, ?)",
            [("deleted", count(catalog)), ("kept", remaining(catalog))],
        )
