"""Making what a scan saw the area's state: in one transaction the difference goes to `folder`, `file` and `unreadable`,
and is kept as history.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.scanning import drop_seen
from filrydd.model import names


@dataclass(frozen=True, slots=True)
class Published:
    """What a scan found and how it differs from the one before. `bytes` of all files."""

    scan: int
    folders: int
    files: int
    bytes: int
    unreadable: int
    appeared: int
    changed: int
    vanished: int
    seconds: float


def publish(catalog: Catalog, scan: int, now: int) -> Published:
    """Make what the scan saw the area's state, with the difference kept as history."""
    with catalog.writing():
        _publish_folders(catalog, scan)
        _publish_files(catalog, scan)
        _publish_unreadable(catalog)
        number_in_preorder(catalog)
        counts = _count(catalog, scan)
        catalog.run(
            "UPDATE scan SET state = 'done', ended = :now, folders = :folders, files = :files, bytes = :bytes,"
            " unreadable = :unreadable, appeared = :appeared, changed = :changed, vanished = :vanished WHERE id = :scan",
            {**counts, "now": now, "scan": scan},
        )
        # What an upload could not read may be readable by now; if it is not, the next upload says so again.
        catalog.run(
            "UPDATE finding SET closed = ? WHERE stage = 'upload' AND kind = 'unreadable' AND closed IS NULL", (now,)
        )
        drop_seen(catalog)
        _store_figures(catalog, counts)
        seconds = catalog.value("SELECT seconds FROM scan WHERE id = ?", (scan,))
    return Published(scan=scan, seconds=float(seconds), **counts)


def _publish_folders(catalog: Catalog, scan: int) -> None:
    # A folder that could not be listed this time proves nothing about what was seen under it before.
    catalog.run("DROP TABLE IF EXISTS temp.unproved")
    catalog.run(
        "CREATE TEMP TABLE unproved AS SELECT DISTINCT below.id AS folder FROM seen_trouble t"
        " JOIN seen_folder s ON s.id = t.folder JOIN folder top ON top.id = s.known"
        " JOIN folder below ON below.lo BETWEEN top.lo AND top.hi AND below.gone IS NULL"
        " WHERE t.name IS NULL AND t.reason <> 'vanished'"
    )
    # A child's parent has a lower seen id, so parents are known by the time their children need them.
    unknown = list(catalog.rows("SELECT id, parent, name FROM seen_folder WHERE known IS NULL ORDER BY id"))
    known = {
        row["id"]: row["known"] for row in catalog.rows("SELECT id, known FROM seen_folder WHERE known IS NOT NULL")
    }
    for row in unknown:
        parent = None if row["parent"] is None else known[row["parent"]]
        known[row["id"]] = catalog.run(
            "INSERT INTO folder (id, parent, name, modified, created, attributes, file_id) VALUES (?, ?, ?, 0, 0, 0, 0)",
            (1 if parent is None else None, parent, row["name"]),
        )
    catalog.run_many(
        "UPDATE seen_folder SET known = ? WHERE id = ?", [(known[row["id"]], row["id"]) for row in unknown]
    )
    catalog.run(
        "UPDATE folder SET modified = s.modified, created = s.created, attributes = s.attributes, file_id = s.file_id,"
        " gone = NULL FROM seen_folder s WHERE s.known = folder.id AND (folder.gone IS NOT NULL OR"
        " (folder.modified, folder.created, folder.attributes, folder.file_id) IS NOT"
        " (s.modified, s.created, s.attributes, s.file_id))"
    )
    catalog.run(
        "UPDATE folder SET gone = ? WHERE gone IS NULL AND id NOT IN (SELECT known FROM seen_folder)"
        " AND id NOT IN (SELECT folder FROM temp.unproved)",
        (scan,),
    )


def _publish_files(catalog: Catalog, scan: int) -> None:
    catalog.run("DROP TABLE IF EXISTS temp.seen")
    catalog.run(
        "CREATE TEMP TABLE seen AS SELECT d.known AS folder, f.name, f.size, f.modified, f.created, f.attributes,"
        " f.file_id, o.id AS file FROM seen_file f JOIN seen_folder d ON d.id = f.folder"
        " LEFT JOIN file o ON o.folder = d.known AND o.name = f.name"
    )
    catalog.run("CREATE INDEX temp.seen_of ON seen (file)")
    catalog.run(
        "INSERT INTO file_change (scan, file, what, old_size, old_modified)"
        " SELECT ?, f.id, 'vanished', f.size, f.modified FROM file f"
        " WHERE f.gone IS NULL AND f.id NOT IN (SELECT file FROM seen WHERE file IS NOT NULL)"
        " AND f.folder NOT IN (SELECT folder FROM temp.unproved)",
        (scan,),
    )
    catalog.run(
        "UPDATE file SET gone = :scan WHERE id IN (SELECT file FROM file_change WHERE scan = :scan AND what = 'vanished')",
        {"scan": scan},
    )
    catalog.run(
        "INSERT INTO file_change (scan, file, what, old_size, old_modified)"
        " SELECT ?, f.id, iif(f.gone IS NULL, 'changed', 'appeared'), f.size, f.modified FROM seen s"
        " JOIN file f ON f.id = s.file"
        " WHERE f.gone IS NOT NULL OR (f.size, f.modified, f.file_id) IS NOT (s.size, s.modified, s.file_id)",
        (scan,),
    )
    catalog.run(
        "UPDATE file SET size = s.size, modified = s.modified, created = s.created, attributes = s.attributes,"
        " file_id = s.file_id, first_scan = iif(file.gone IS NULL, file.first_scan, :scan), gone = NULL"
        " FROM seen s WHERE s.file = file.id AND (file.gone IS NOT NULL OR"
        " (file.size, file.modified, file.created, file.attributes, file.file_id) IS NOT"
        " (s.size, s.modified, s.created, s.attributes, s.file_id))",
        {"scan": scan},
    )
    last = catalog.value("SELECT COALESCE(MAX(id), 0) FROM file")
    catalog.run_many(
        "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (row[0], row[1], names.extension(row[1]), *row[2:], scan)
            for row in catalog.rows(
                "SELECT folder, name, size, modified, created, attributes, file_id FROM seen WHERE file IS NULL"
            )
        ),
    )
    catalog.run(
        "INSERT INTO file_change (scan, file, what) SELECT ?, id, 'appeared' FROM file WHERE id > ?", (scan, last)
    )
    catalog.run("DROP TABLE temp.seen")


def _publish_unreadable(catalog: Catalog) -> None:
    catalog.run("DELETE FROM unreadable")
    catalog.run(
        "INSERT INTO unreadable (folder, name, kind, reason, detail)"
        " SELECT d.known, t.name, t.kind, t.reason, t.detail FROM seen_trouble t JOIN seen_folder d ON d.id = t.folder"
    )


def number_in_preorder(catalog: Catalog) -> None:
    """Give every present folder its place in preorder: `lo` its own, `hi` the last one's below it."""
    below: dict[int | None, list[int]] = {}
    for row in catalog.rows("SELECT id, parent FROM folder WHERE gone IS NULL ORDER BY name DESC"):
        below.setdefault(row["parent"], []).append(row["id"])
    bounds: dict[int, list[int]] = {}
    stack = list(below.get(None, ()))
    path: list[int] = []
    number = 0
    while stack:
        folder = stack.pop()
        if folder < 0:
            bounds[-folder][1] = number - 1
            path.pop()
            continue
        bounds[folder] = [number, number]
        number += 1
        path.append(folder)
        stack.append(-folder)
        stack.extend(below.get(folder, ()))
    catalog.run_many(
        "UPDATE folder SET lo = ?1, hi = ?2 WHERE id = ?3 AND (lo, hi) IS NOT (?1, ?2)",
        ((lo, hi, folder) for folder, (lo, hi) in bounds.items()),
    )


def _count(catalog: Catalog, scan: int) -> dict[str, int]:
    files, size = catalog.row("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM file WHERE gone IS NULL") or (0, 0)
    counts = {
        "folders": catalog.value("SELECT COUNT(*) FROM folder WHERE gone IS NULL"),
        "files": files,
        "bytes": size,
        "unreadable": catalog.value("SELECT COUNT(*) FROM unreadable"),
    }
    for what in ("appeared", "changed", "vanished"):
        counts[what] = catalog.value("SELECT COUNT(*) FROM file_change WHERE scan = ? AND what = ?", (scan, what))
    return counts


def _store_figures(catalog: Catalog, counts: dict[str, int]) -> None:
    shown: Iterable[str] = ("folders", "files", "bytes", "unreadable")
    catalog.run_many(
        "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('scan', ?, ?)",
        [(name, counts[name]) for name in shown],
    )
