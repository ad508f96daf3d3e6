"""What a running scan has seen so far, in the `seen_` tables, so that it can go on after an interruption."""

from collections.abc import Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.model import names
from filrydd.model.entry import Kind, Listing, Seen


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """A folder that a running scan has yet to list."""

    seen: int
    known: int | None
    path: str


def begin(catalog: Catalog, source: str, top: Seen, now: int) -> int:
    """The running scan of this source, or a new one; returns its id. An unfinished scan of another source is dropped."""
    with catalog.writing():
        running = catalog.row("SELECT id, source FROM scan WHERE state = 'running'")
        if running is not None and running["source"] == source:
            return int(running["id"])
        if running is not None:
            drop_seen(catalog)
            catalog.run("DELETE FROM scan WHERE id = ?", (running["id"],))
        catalog.run(
            "INSERT INTO area (one, name, source) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET source = excluded.source",
            (catalog.area, source),
        )
        catalog.run(
            "INSERT INTO seen_folder (id, parent, name, known, modified, created, attributes, file_id)"
            " VALUES (1, NULL, '', (SELECT id FROM folder WHERE id = 1), ?, ?, ?, ?)",
            (top.modified, top.created, top.attributes, top.file_id),
        )
        return catalog.run("INSERT INTO scan (source, state, begun) VALUES (?, 'running', ?)", (source, now))


def still_open(catalog: Catalog) -> list[OpenFolder]:
    """The folders that the running scan has yet to list, deepest last."""
    above = {
        row["id"]: (row["parent"], row["name"]) for row in catalog.rows("SELECT id, parent, name FROM seen_folder")
    }

    def path(folder: int) -> str:
        segments = []
        parent: int | None = folder
        while parent is not None:
            parent, name = above[parent]
            segments.append(name)
        return "/".join(reversed(segments[:-1]))

    rows = catalog.rows("SELECT id, known FROM seen_folder WHERE listed = 0 ORDER BY id")
    return [OpenFolder(row["id"], row["known"], path(row["id"])) for row in rows]


def record(catalog: Catalog, listed: Sequence[tuple[OpenFolder, Listing]], seconds: float) -> list[OpenFolder]:
    """Store the listings of some folders in one transaction; returns the folders that they contain, yet to be listed."""
    found: list[OpenFolder] = []
    with catalog.writing():
        for folder, listing in listed:
            known_below = {}
            if folder.known is not None:
                rows = catalog.rows("SELECT name, id FROM folder WHERE parent = ?", (folder.known,))
                known_below = {row["name"]: row["id"] for row in rows}
            # A folder with trouble of its own (a loop) is not entered, and the trouble is kept as that folder's.
            silent = {trouble.path for trouble in listing.troubles if trouble.kind is Kind.FOLDER}
            owner = {folder.path: folder.seen}
            for entry in listing.entries:
                if entry.kind is Kind.FOLDER:
                    path = names.join(folder.path, entry.name)
                    known = known_below.get(entry.name)
                    seen = catalog.run(
                        "INSERT INTO seen_folder (parent, name, known, listed, modified, created, attributes, file_id)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (folder.seen, entry.name, known, int(path in silent), *_facts(entry)),
                    )
                    if path in silent:
                        owner[path] = seen
                    else:
                        found.append(OpenFolder(seen, known, path))
            catalog.run_many(
                "INSERT INTO seen_file (folder, name, size, modified, created, attributes, file_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (folder.seen, entry.name, entry.size, *_facts(entry))
                    for entry in listing.entries
                    if entry.kind is Kind.FILE
                ],
            )
            catalog.run_many(
                "INSERT INTO seen_trouble (folder, name, kind, reason, detail) VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        owner.get(trouble.path, folder.seen),
                        None if trouble.path in owner else names.split(trouble.path)[1],
                        trouble.kind,
                        trouble.reason,
                        trouble.detail,
                    )
                    for trouble in listing.troubles
                ],
            )
            catalog.run("UPDATE seen_folder SET listed = 1 WHERE id = ?", (folder.seen,))
        catalog.run("UPDATE scan SET seconds = seconds + ? WHERE state = 'running'", (seconds,))
    return found


def _facts(entry: Seen) -> tuple[int, int, int, int]:
    return entry.modified, entry.created, entry.attributes, entry.file_id


def seen_so_far(catalog: Catalog) -> tuple[int, int]:
    """How many files the running scan has seen, and how many the area had before."""
    seen = catalog.value("SELECT COUNT(*) FROM seen_file")
    return int(seen), int(catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL"))


def was_retired(catalog: Catalog) -> bool:
    """Whether filrydd itself has deleted files from the area, so that it may rightly be empty."""
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM retirement WHERE done IS NOT NULL)"))


def forget(catalog: Catalog) -> None:
    """Drop what the running scan has seen; the area's state is as before it."""
    with catalog.writing():
        drop_seen(catalog)
        catalog.run("DELETE FROM scan WHERE state = 'running'")


def drop_seen(catalog: Catalog) -> None:
    """Empty the `seen_` tables. Only inside `writing`."""
    for table in ("seen_trouble", "seen_file", "seen_folder"):
        catalog.run(f"DELETE FROM {table}")
