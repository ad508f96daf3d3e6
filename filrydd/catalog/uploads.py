"""What an upload keeps: intents before the act, receipts after it, failures with their reason.

What a file's way writes is one part of a durable transaction that several files share (`stages.upload.journal`).
"""

from collections.abc import Iterator

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.queue import Destined
from filrydd.catalog.shared_items import UNSETTLED
from filrydd.model import names
from filrydd.model.finding import Found
from filrydd.model.item import Item

# The reason of a failure that passes by itself: the tenant still waits for an interrupted upload of the same file.
STILL_OPEN = "an earlier upload is still open"


def intend(catalog: Catalog, run: int, file: Destined, now: int) -> None:
    """Store that a file is about to be sent; within a durable transaction."""
    catalog.run(
        "INSERT INTO journal (file, run, target, name, begun) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (file) DO UPDATE SET run = excluded.run, target = excluded.target, name = excluded.name",
        (file.file, run, file.target, file.name, now),
    )


def keep_session(catalog: Catalog, file: int, session: str, size: int, modified: int) -> None:
    """Store the uploadUrl under which a file of that size and time is about to be sent; within a durable transaction."""
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
    streams: str = "",
) -> None:
    """Store what the tenant said, and close the intent and what was found before; within a durable transaction.

    `source` is size, time and hash of what was read; `streams` what lies beside it and does not arrive. Which version of its
    item an earlier version is, is told by `settle_versions` once all of them are there.
    """
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
    catalog.run(
        "UPDATE finding SET closed = ? WHERE stage = 'upload' AND file = ? AND closed IS NULL", (now, sent.file)
    )
    if streams:
        _find(catalog, sent.file, Found.STREAMS, streams, now)
    if source[:2] != (sent.size, sent.modified):
        # The file was worked on after the scan. It was sent as it was found, so the area's state is what was found.
        catalog.run(
            "INSERT INTO file_change (scan, file, what, old_size, old_modified)"
            " SELECT COALESCE(MAX(id), 0), ?, 'changed', ?, ? FROM scan",
            (sent.file, sent.size, sent.modified),
        )
        catalog.run("UPDATE file SET size = ?, modified = ? WHERE id = ?", (*source[:2], sent.file))
        # The folder's digest was of what the scan saw: the next one must look at it file by file.
        catalog.run("UPDATE folder SET digest = NULL WHERE id = (SELECT folder FROM file WHERE id = ?)", (sent.file,))


def keep_failure(
    catalog: Catalog, run: int, file: int, reason: str, detail: str, *, finding: str, untouched: bool, now: int
) -> None:
    """Store why a file was not sent; within a durable transaction.

    `finding` is its kind where it is one too: what is `unreadable` classify holds, what is `changed since` was worked on in the
    new place. Where nothing of it can have arrived (`untouched`) the intent is closed, else it stays: what is there is ours.
    """
    catalog.run(
        "INSERT OR REPLACE INTO failure (file, run, reason, detail, at) VALUES (?, ?, ?, ?, ?)",
        (file, run, reason, detail, now),
    )
    if untouched:
        catalog.run("DELETE FROM journal WHERE file = ?", (file,))
    if finding:
        _find(catalog, file, finding, reason, now)


def _find(catalog: Catalog, file: int, kind: str, detail: str, now: int) -> None:
    catalog.run(
        "INSERT INTO finding (stage, file, kind, detail, found) SELECT 'upload', ?1, ?2, ?3, ?4"
        " WHERE NOT EXISTS (SELECT 1 FROM finding WHERE file = ?1 AND kind = ?2 AND closed IS NULL)",
        (file, kind, detail, now),
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


_FAILURES = "SELECT f.folder, f.name, x.reason, x.detail FROM failure x JOIN file f ON f.id = x.file"


def failures(catalog: Catalog, most: int = -1) -> Iterator[tuple[str, str, str]]:
    """Files that the last attempts could not send, at most so many (-1: all): (path, reason, detail)."""
    for row in catalog.rows(f"{_FAILURES} ORDER BY x.at, f.id LIMIT ?", (most,)):
        yield names.join(path_of_folder(catalog, row["folder"]), row["name"]), row["reason"], row["detail"]


def latest_failure(catalog: Catalog) -> tuple[str, str, str]:
    """The file that could not be sent last: path, reason, detail."""
    row = catalog.row(f"{_FAILURES} ORDER BY x.at DESC LIMIT 1")
    assert row is not None, "asked after a failure"
    return names.join(path_of_folder(catalog, row["folder"]), row["name"]), row["reason"], row["detail"]


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
