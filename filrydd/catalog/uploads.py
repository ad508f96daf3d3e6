"""What an upload keeps: intents before the act, receipts after it, failures with their reason."""

from collections.abc import Iterator, Sequence

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.catalog.queue import Destined
from filrydd.catalog.shared_items import UNSETTLED
from filrydd.model import names
from filrydd.model.item import Item

# The reason of a failure that passes by itself: the tenant still waits for an interrupted upload of the same file.
STILL_OPEN = "an earlier upload is still open"


def intend(catalog: Catalog, run: int, files: Sequence[Destined], now: int) -> None:
    """Store, durably, that these files are about to be sent."""
    with catalog.writing(durable=True):
        catalog.run_many(
            "INSERT INTO journal (file, run, target, name, begun) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (file) DO UPDATE SET run = excluded.run, target = excluded.target, name = excluded.name",
            [(file.file, run, file.target, file.name, now) for file in files],
        )


def keep_session(catalog: Catalog, file: int, session: str, size: int, modified: int) -> None:
    """Store, durably, the uploadUrl under which a file of that size and time is about to be sent."""
    with catalog.writing(durable=True):
        catalog.run(
            "UPDATE journal SET session = ?, session_size = ?, session_modified = ? WHERE file = ?",
            (session, size, modified, file),
        )


def keep_receipt(
    catalog: Catalog,
    run: int,
    sent: Destined,
    drive: str,
    item: Item,
    source: tuple[int, int, str],
    now: int,
) -> None:
    """Store, durably, what the tenant said, and close the intent. `source` is size, time and hash of what was read.

    Which version of its item an earlier version is, is told by `settle_versions` once all of them are there.
    """
    with catalog.writing(durable=True):
        receipt = catalog.run(
            "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
            " source_modified, source_hash, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                sent.file,
                sent.signoff,
                drive,
                item.id,
                item.parent,
                item.name,
                item.url,
                item.size,
                item.hash,
                item.etag,
                item.ctag,
                *source,
                now,
            ),
        )
        if sent.role == "version":
            catalog.run("INSERT INTO receipt_version VALUES (?, ?)", (receipt, UNSETTLED))
        catalog.run("DELETE FROM journal WHERE file = ?", (sent.file,))
        catalog.run("DELETE FROM failure WHERE file = ?", (sent.file,))
        if source[:2] != (sent.size, sent.modified):
            # The file was worked on after the scan. It was sent as it was found, so the area's state is what was found.
            catalog.run(
                "INSERT INTO file_change (scan, file, what, old_size, old_modified)"
                " SELECT COALESCE(MAX(id), 0), ?, 'changed', ?, ? FROM scan",
                (sent.file, sent.size, sent.modified),
            )
            catalog.run("UPDATE file SET size = ?, modified = ? WHERE id = ?", (*source[:2], sent.file))
            # The folder's digest was of what the scan saw: the next one must look at it file by file.
            catalog.run(
                "UPDATE folder SET digest = NULL WHERE id = (SELECT folder FROM file WHERE id = ?)", (sent.file,)
            )


def keep_failure(
    catalog: Catalog, run: int, file: int, reason: str, detail: str, *, unreadable: bool, now: int
) -> None:
    """Store why a file was not sent, and close the intent; what could not be read becomes a finding that classify holds."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO failure (file, run, reason, detail, at) VALUES (?, ?, ?, ?, ?)",
            (file, run, reason, detail, now),
        )
        catalog.run("DELETE FROM journal WHERE file = ?", (file,))
        if unreadable:
            catalog.run(
                "INSERT INTO finding (stage, file, kind, detail, found) SELECT 'upload', ?1, 'unreadable', ?2, ?3"
                " WHERE NOT EXISTS (SELECT 1 FROM finding WHERE file = ?1 AND kind = 'unreadable' AND closed IS NULL)",
                (file, reason, now),
            )


def still_open(catalog: Catalog) -> set[int]:
    """Files of which, or of an earlier version of which, the tenant still waits for an interrupted upload."""
    rows = catalog.rows(
        "SELECT CASE c.role WHEN 'version' THEN c.of ELSE x.file END FROM failure x LEFT JOIN placement c ON c.file = x.file"
        " WHERE x.reason = ?",
        (STILL_OPEN,),
    )
    return {row[0] for row in rows}


def forget_failures(catalog: Catalog) -> None:
    """Drop the failures of files that are no longer to be sent, after `queue_up`."""
    with catalog.writing():
        catalog.run("DELETE FROM failure WHERE file NOT IN (SELECT file FROM temp.queue)")


def count_failures(catalog: Catalog) -> int:
    """How many files could not be sent."""
    return int(catalog.value("SELECT COUNT(*) FROM failure"))


def failures(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Files that the last attempts could not send: (path, reason, detail)."""
    paths = folder_paths(catalog, gone=True)
    for row in catalog.rows(
        "SELECT f.folder, f.name, x.reason, x.detail FROM failure x JOIN file f ON f.id = x.file ORDER BY x.at, f.id"
    ):
        yield names.join(paths[row["folder"]], row["name"]), row["reason"], row["detail"]


def count(catalog: Catalog, run: int) -> tuple[int, int]:
    """How many files a run has sent, and their bytes."""
    row = catalog.row("SELECT COUNT(*), COALESCE(SUM(source_size), 0) FROM receipt WHERE run = ?", (run,))
    return (0, 0) if row is None else (row[0], row[1])


def store_figures(catalog: Catalog) -> None:
    """Store what has arrived so far for the status page."""
    with catalog.writing():
        row = catalog.row("SELECT COUNT(*), COALESCE(SUM(source_size), 0) FROM current_receipt")
        files, size = (0, 0) if row is None else (row[0], row[1])
        failed = catalog.value("SELECT COUNT(*) FROM failure")
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('upload', ?, ?)",
            [("files", files), ("bytes", size), ("failed", failed)],
        )
