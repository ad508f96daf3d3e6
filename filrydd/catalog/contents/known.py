"""What is known of files' contents: which are copies of each other, and which folders are.

`content` holds what was read of a file and as what it was read. A row counts only while the file has that size and that
time of change, and no later scan saw another file in its place.
"""

from dataclasses import dataclass
from typing import NamedTuple

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents.folder_copies import FOLLOWED, FolderCopy, folder_copies, work_out
from filrydd.catalog.paths import path_of_file

__all__ = [
    "DuplicateTotals",
    "Duplicates",
    "FolderCopy",
    "copies_of",
    "duplicate_totals",
    "folder_copies",
    "follow",
    "largest_groups",
    "settle",
]

_SHOWN = 20

_KNOWN = (
    "content c JOIN file f ON f.id = c.file AND f.gone IS NULL AND (f.size, f.modified) = (c.size, c.modified)"
    " AND c.whole IS NOT NULL AND NOT EXISTS (SELECT 1 FROM file_change h WHERE h.file = f.id AND h.scan > "
    + FOLLOWED
    + ")"
)
# Two names of one file (hard links) are one; 0 and -1 are no ids.
_FILES = "COUNT(DISTINCT iif(f.file_id IN (0, -1), 'row ' || f.id, f.file_id || ' ' || f.created))"
_GROUPS = (
    f"SELECT c.whole, c.size, COUNT(*) AS names, {_FILES} AS files FROM {_KNOWN} GROUP BY c.whole, c.size"
    " HAVING files > 1"
)


class DuplicateTotals(NamedTuple):
    """Groups of files with the same content, all files in them, and the bytes that are free if one of each stays."""

    groups: int
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Files with the same content. `size` in bytes of one, `files` how many, `bytes` what is free if one stays; `paths` up
    to twenty of them in the order of the tree."""

    size: int
    files: int
    bytes: int
    paths: tuple[str, ...]


def duplicate_totals(catalog: Catalog) -> DuplicateTotals:
    """All groups together, as far as contents have been read."""
    row = catalog.row(
        f"SELECT COUNT(*), COALESCE(SUM(files), 0), COALESCE(SUM((files - 1) * size), 0) FROM ({_GROUPS})"
    )
    return DuplicateTotals(*row) if row else DuplicateTotals(0, 0, 0)


def largest_groups(catalog: Catalog, most: int = 10) -> list[Duplicates]:
    """The groups that free most, at most so many."""
    groups = list(catalog.rows(f"{_GROUPS} ORDER BY (files - 1) * c.size DESC, c.whole LIMIT ?", (most,)))
    return [
        Duplicates(
            row["size"],
            row["files"],
            (row["files"] - 1) * row["size"],
            _paths(catalog, row["whole"], row["size"], _SHOWN),
        )
        for row in groups
    ]


def copies_of(catalog: Catalog, file: int) -> list[str]:
    """The paths of all other files with this one's content, in the order of the tree; none when nobody knows."""
    own = catalog.row(f"SELECT c.whole, c.size FROM {_KNOWN} WHERE f.id = ?", (file,))
    return [] if own is None else list(_paths(catalog, own["whole"], own["size"], -1, besides=file))


def _paths(catalog: Catalog, whole: bytes, size: int, most: int, besides: int = 0) -> tuple[str, ...]:
    rows = catalog.rows(
        f"SELECT f.id FROM {_KNOWN} JOIN folder d ON d.id = f.folder WHERE c.whole = ? AND c.size = ? AND f.id <> ?"
        " ORDER BY d.lo, f.name LIMIT ?",
        (whole, size, besides, most),
    )
    return tuple(path_of_file(catalog, row["id"]) for row in list(rows))


def settle(catalog: Catalog) -> None:
    """Drop what is known of files that changed or vanished; a file that was moved takes it along. Folders are copies of
    none until they are worked out again."""
    with catalog.writing():
        followed = int(catalog.value(f"SELECT {FOLLOWED}") or 0)
        scans = catalog.rows("SELECT id FROM scan WHERE state = 'done' AND id > ? ORDER BY id", (followed,))
        later = [row["id"] for row in scans]
        if catalog.value("SELECT EXISTS (SELECT 1 FROM content)"):
            for scan in later:
                _follow_one(catalog, scan)
        catalog.run(
            "DELETE FROM content WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.id = content.file AND f.gone IS NULL"
            " AND (f.size, f.modified) = (content.size, content.modified))"
        )
        if later:
            catalog.run("DELETE FROM folder_copy")
            catalog.run(
                "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('content', 'scan', ?)", (later[-1],)
            )


def _follow_one(catalog: Catalog, scan: int) -> None:
    catalog.run(
        "INSERT OR REPLACE INTO content (file, size, modified, ends, whole)"
        " SELECT h.file, c.size, c.modified, c.ends, c.whole FROM file_change h JOIN content c ON c.file = h.old_file"
        " WHERE h.scan = ? AND h.what = 'moved'",
        (scan,),
    )
    catalog.run(
        "DELETE FROM content WHERE file IN (SELECT file FROM file_change WHERE scan = ?1 AND what <> 'moved'"
        " UNION SELECT old_file FROM file_change WHERE scan = ?1 AND what = 'moved')",
        (scan,),
    )


def follow(catalog: Catalog) -> None:
    """Bring what is known up to date after a scan that reads nothing. Costs nothing where nothing was ever read."""
    if catalog.value("SELECT EXISTS (SELECT 1 FROM content)"):
        settle(catalog)
        work_out(catalog)
