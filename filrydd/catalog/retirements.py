"""Retirements: what went from the old area, each with its proof, stored before the act."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from filelock import FileLock, Timeout

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.catalog.proofs import Provable


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


@dataclass(frozen=True, slots=True)
class Intent:
    """A retirement that is about to happen, or may have happened when a run was interrupted: `place` is where the file is
    set aside, empty where it is deleted at once."""

    id: int
    file: int
    path: str
    size: int
    hash: str
    file_id: int
    place: str


def intend(
    catalog: Catalog,
    run: int,
    proved: Sequence[tuple[Provable, str, str]],
    now: int,
    until: int | None = None,
    place_of: Callable[[int, str], str] = lambda _number, _path: "",
) -> list[Intent]:
    """Store, durably, the proofs of files that are about to go: (file, its hash, proof as JSON).

    Where they are set aside, `until` is the moment from which they may be deleted there, and `place_of` gives the path there
    by the retirement's number, which is never used twice, and the old path.
    """
    with catalog.writing(durable=True):
        first = 1 + catalog.value(
            "SELECT MAX(COALESCE((SELECT MAX(id) FROM retirement), 0), COALESCE((SELECT MAX(id) FROM former_retirement), 0))"
        )
        for file, _hashed, _proof in proved:
            # It went before, and somebody has put it there again.
            past(catalog, "file = ? AND done IS NOT NULL", (file.file,), None, now)
        intents = [
            Intent(number, file.file, file.path, file.size, hashed, file.file_id, place_of(number, file.path))
            for number, (file, hashed, _proof) in enumerate(proved, first)
        ]
        catalog.run_many(
            "INSERT INTO retirement (id, run, file, path, size, hash, proof, begun, file_id, place, aside_until)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    intent.id,
                    run,
                    intent.file,
                    intent.path,
                    intent.size,
                    intent.hash,
                    proof,
                    now,
                    intent.file_id,
                    intent.place,
                    until if intent.place else None,
                )
                for intent, (_file, _hashed, proof) in zip(intents, proved, strict=True)
            ],
        )
    return intents


def past(catalog: Catalog, condition: str, values: Sequence[int], restore: int | None, now: int) -> None:
    """Make retirements former ones: their files lie at the old places again, by that run of `restore` or by somebody else's
    doing. `condition` is SQL of this room over `retirement`. Only inside `writing`."""
    catalog.run(
        "INSERT INTO former_retirement (id, run, file, path, size, hash, proof, begun, done, place, purge, purged, restore,"
        " restored) SELECT id, run, file, path, size, hash, proof, begun, done, place, purge, purged, ?, ? FROM retirement"
        f" WHERE {condition}",
        (restore, now, *values),
    )
    catalog.run(f"DELETE FROM retirement WHERE {condition}", values)


def done(catalog: Catalog, files: Sequence[int], now: int) -> None:
    """Store, durably, that these files are gone from their old places."""
    with catalog.writing(durable=True):
        for file in files:
            catalog.run("UPDATE retirement SET done = ? WHERE file = ? AND done IS NULL", (now, file))
            catalog.run("UPDATE file SET gone = COALESCE((SELECT MAX(id) FROM scan), 0) WHERE id = ?", (file,))
            # Were it put back as it was, the folder would look as the scan saw it; the next scan must look closer.
            catalog.run("UPDATE folder SET digest = NULL WHERE id = (SELECT folder FROM file WHERE id = ?)", (file,))


def give_up(catalog: Catalog, files: Sequence[int]) -> None:
    """Take intents back: these files are where they were."""
    if files:
        with catalog.writing(durable=True):
            catalog.run_many("DELETE FROM retirement WHERE file = ? AND done IS NULL", [(file,) for file in files])


def pending(catalog: Catalog, most: int = 500) -> list[Intent]:
    """Intents of an interrupted run, the oldest first, at most so many."""
    rows = catalog.rows(
        "SELECT id, file, path, size, hash, COALESCE(file_id, 0), place FROM retirement WHERE done IS NULL ORDER BY id LIMIT ?",
        (most,),
    )
    return [Intent(*row) for row in rows]


def refuse(catalog: Catalog, refused: Sequence[tuple[int, str]]) -> None:
    """Store why these files stayed, each with a proof at hand."""
    if refused:
        with catalog.writing():
            catalog.run_many("INSERT OR REPLACE INTO refusal (file, why) VALUES (?, ?)", refused)


def forget_refusals(catalog: Catalog) -> None:
    """A new run finds out anew."""
    with catalog.writing():
        catalog.run("DELETE FROM refusal")


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
    """Files that were deleted in all."""
    return int(
        catalog.value("SELECT COUNT(*) FROM retirement WHERE done IS NOT NULL AND (place = '' OR purged IS NOT NULL)")
    )


def known(catalog: Catalog) -> int:
    """Files that the area has, and those that have gone from it by a retirement: what a share of it is a share of."""
    return int(
        catalog.value(
            "SELECT (SELECT COUNT(*) FROM file WHERE gone IS NULL) + (SELECT COUNT(*) FROM retirement WHERE done IS NOT NULL)"
        )
    )


def store_figures(catalog: Catalog) -> None:
    """Store the outcome for the status page."""
    with catalog.writing():
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('retire', ?, ?)",
            [("deleted", count(catalog)), ("kept", remaining(catalog))],
        )
