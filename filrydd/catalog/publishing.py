"""Making what a scan saw the area's state: in one transaction the difference goes to `folder`, `file` and `unreadable`,
and is kept as history. Rows that did not change are not written.
"""

from dataclasses import dataclass

from filrydd.catalog import preorder, signposts
from filrydd.catalog.connection import Catalog
from filrydd.catalog.scanning import drop_seen, was_scanned

# What is no longer under a folder that could not be listed is not known to be gone.
_UNPROVED = (
    "CREATE TEMP TABLE unproved AS SELECT DISTINCT below.id AS folder FROM main.seen_folder s"
    " JOIN main.folder top ON top.id = s.known"
    " JOIN main.folder below ON below.lo BETWEEN top.lo AND top.hi AND below.gone IS NULL WHERE s.state = 3"
)
_LOST_FOLDERS = (
    "CREATE TEMP TABLE lost_folder AS SELECT id FROM main.folder WHERE gone IS NULL"
    " AND id NOT IN (SELECT known FROM main.seen_folder WHERE known IS NOT NULL)"
    " AND id NOT IN (SELECT folder FROM temp.unproved)"
)
_LOST_FILES = (
    "CREATE TEMP TABLE lost_file AS SELECT id FROM main.file WHERE gone IS NULL"
    " AND folder IN (SELECT id FROM temp.lost_folder) UNION SELECT file FROM main.seen_gone"
)


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
    moved: int
    seconds: float


def weigh(catalog: Catalog) -> tuple[int, int]:
    """How many files the area has by the running scan, all of whose folders are listed, and how many it had before."""
    if not was_scanned(catalog):
        return int(catalog.value("SELECT COUNT(*) FROM file")), 0
    _work_out_losses(catalog)
    before = int(catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL"))
    lost = int(catalog.value("SELECT COUNT(*) FROM temp.lost_file"))
    found = catalog.value(
        "SELECT COUNT(*) FROM seen_file s LEFT JOIN file f ON f.id = s.file WHERE f.id IS NULL OR f.gone IS NOT NULL"
    )
    return before - lost + int(found), before


def publish(catalog: Catalog, scan: int, now: int, *, via: str = "") -> Published:
    """Make what the scan saw the area's state, with the difference kept as history; `via` is the source's."""
    first = not was_scanned(catalog)
    _work_out_losses(catalog)
    with catalog.writing():
        signposts.leave_out(catalog)
        changes = _publish_folders(catalog, scan)
        if first:
            catalog.run("CREATE UNIQUE INDEX file_place ON file (folder, name)")
            difference = {
                "appeared": catalog.value("SELECT COUNT(*) FROM file"),
                "changed": 0,
                "vanished": 0,
                "moved": 0,
            }
        else:
            difference = _publish_files(catalog, scan)
        _publish_unreadable(catalog)
        if changes:
            preorder.number(catalog)
        counts = _count(catalog) | difference
        catalog.run(
            "UPDATE scan SET state = 'done', ended = :now, folders = :folders, files = :files, bytes = :bytes,"
            " unreadable = :unreadable, appeared = :appeared, changed = :changed, vanished = :vanished, moved = :moved,"
            " via = :via WHERE id = :scan",
            {**counts, "now": now, "scan": scan, "via": via},
        )
        # What an upload could not read may be readable by now; if it is not, the next upload says so again.
        catalog.run(
            "UPDATE finding SET closed = ? WHERE stage = 'upload' AND kind = 'unreadable' AND closed IS NULL", (now,)
        )
        drop_seen(catalog)
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('scan', ?, ?)",
            [(name, counts[name]) for name in ("folders", "files", "bytes", "unreadable")],
        )
        seconds = catalog.value("SELECT seconds FROM scan WHERE id = ?", (scan,))
    return Published(scan=scan, seconds=float(seconds), **counts)


def _work_out_losses(catalog: Catalog) -> None:
    for table, made in (("unproved", _UNPROVED), ("lost_folder", _LOST_FOLDERS), ("lost_file", _LOST_FILES)):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
        catalog.run(made)


def _publish_folders(catalog: Catalog, scan: int) -> int:
    """Returns how many folders came or went."""
    base = catalog.value("SELECT COALESCE(MAX(id), 0) FROM folder")
    new = catalog.change("UPDATE seen_folder SET known = ? + id WHERE known IS NULL", (base,))
    catalog.run(
        "INSERT INTO folder (id, parent, name, modified, created, attributes, file_id, digest, descriptor)"
        " SELECT s.known, p.known, s.name, s.modified, s.created, s.attributes, s.file_id, s.digest, s.descriptor"
        " FROM seen_folder s LEFT JOIN seen_folder p ON p.id = s.parent WHERE s.known > ? ORDER BY s.id",
        (base,),
    )
    back = catalog.value("SELECT COUNT(*) FROM seen_folder s JOIN folder f ON f.id = s.known WHERE f.gone IS NOT NULL")
    catalog.run(
        "UPDATE folder SET modified = s.modified, created = s.created, attributes = s.attributes, file_id = s.file_id,"
        " digest = iif(s.state = 3, folder.digest, s.digest), descriptor = COALESCE(s.descriptor, folder.descriptor),"
        " gone = NULL FROM seen_folder s WHERE s.known = folder.id AND s.known <= ? AND (folder.gone IS NOT NULL OR"
        " (folder.modified, folder.created, folder.attributes, folder.file_id, folder.digest, folder.descriptor) IS NOT"
        " (s.modified, s.created, s.attributes, s.file_id, iif(s.state = 3, folder.digest, s.digest),"
        " COALESCE(s.descriptor, folder.descriptor)))",
        (base,),
    )
    lost = catalog.change(
        "UPDATE folder SET gone = ?, digest = NULL WHERE id IN (SELECT id FROM temp.lost_folder)", (scan,)
    )
    return new + int(back) + lost


def _publish_files(catalog: Catalog, scan: int) -> dict[str, int]:
    """Returns how many files appeared, changed, vanished and moved."""
    last = catalog.value("SELECT COALESCE(MAX(id), 0) FROM file")
    catalog.run(
        "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
        " SELECT d.known, s.name, s.extension, s.size, s.modified, s.created, s.attributes, s.file_id, ?"
        " FROM seen_file s JOIN seen_folder d ON d.id = s.folder WHERE s.file IS NULL",
        (scan,),
    )
    _note_moves(catalog, scan, last)
    catalog.run(
        "INSERT INTO file_change (scan, file, what) SELECT ?1, id, 'appeared' FROM file WHERE id > ?2"
        " AND id NOT IN (SELECT file FROM file_change WHERE scan = ?1 AND what = 'moved')",
        (scan, last),
    )
    catalog.run(
        "INSERT INTO file_change (scan, file, what, old_size, old_modified)"
        " SELECT ?1, f.id, 'vanished', f.size, f.modified FROM temp.lost_file l JOIN file f ON f.id = l.id"
        " WHERE f.id NOT IN (SELECT old_file FROM file_change WHERE scan = ?1 AND what = 'moved')",
        (scan,),
    )
    catalog.run("UPDATE file SET gone = ? WHERE id IN (SELECT id FROM temp.lost_file)", (scan,))
    # Attributes alone, such as the archive bit that a backup takes away, are stored without being a change.
    catalog.run(
        "INSERT INTO file_change (scan, file, what, old_size, old_modified)"
        " SELECT ?, f.id, iif(f.gone IS NULL, 'changed', 'appeared'), f.size, f.modified FROM seen_file s"
        " JOIN file f ON f.id = s.file"
        " WHERE f.gone IS NOT NULL OR (f.size, f.modified, f.file_id) IS NOT (s.size, s.modified, s.file_id)",
        (scan,),
    )
    # An owner is asked again when another file has come to stand there.
    catalog.run(
        "UPDATE file SET size = s.size, modified = s.modified, created = s.created, attributes = s.attributes,"
        " file_id = s.file_id, owner = iif(file.gone IS NULL AND file.file_id = s.file_id, file.owner, NULL),"
        " first_scan = iif(file.gone IS NULL, file.first_scan, ?), gone = NULL FROM seen_file s WHERE s.file = file.id",
        (scan,),
    )
    rows = catalog.rows("SELECT what, COUNT(*) FROM file_change WHERE scan = ? GROUP BY what", (scan,))
    return {"appeared": 0, "changed": 0, "vanished": 0, "moved": 0} | {row[0]: row[1] for row in rows}


def _note_moves(catalog: Catalog, scan: int, last: int) -> None:
    # Ids are used again, so birth time and size must agree too; and of several that agree nobody knows which went where.
    one_of = "SELECT file_id, created, size, MIN(id) AS id FROM {} GROUP BY file_id, created, size HAVING COUNT(*) = 1"
    lost = one_of.format("temp.lost_file l JOIN file USING (id) WHERE file_id <> 0")
    found = one_of.format(f"file WHERE id > {last:d} AND file_id <> 0")
    catalog.run(
        "INSERT INTO file_change (scan, file, what, old_size, old_modified, old_file)"
        f" SELECT ?, n.id, 'moved', f.size, f.modified, f.id FROM ({lost}) o"
        f" JOIN ({found}) n USING (file_id, created, size) JOIN file f ON f.id = o.id",
        (scan,),
    )


def _publish_unreadable(catalog: Catalog) -> None:
    catalog.run("DROP TABLE IF EXISTS temp.trouble")
    catalog.run(
        "CREATE TEMP TABLE trouble AS SELECT d.known AS folder, t.name, t.kind, t.reason, t.detail"
        " FROM main.seen_trouble t JOIN main.seen_folder d ON d.id = t.folder"
    )
    # Where nothing changed, and where nothing could be seen, what was unreadable is so still.
    unseen = "SELECT folder FROM temp.unproved"
    kept = (
        f"iif(name IS NULL, folder IN ({unseen} EXCEPT SELECT known FROM seen_folder),"
        f" folder IN ({unseen} UNION SELECT known FROM seen_folder WHERE state = 2))"
    )
    catalog.run(
        f"DELETE FROM unreadable WHERE found_by = 'scan' AND NOT {kept}"
        " AND NOT EXISTS (SELECT 1 FROM temp.trouble t WHERE (t.folder, t.name, t.kind, t.reason, t.detail)"
        " IS (unreadable.folder, unreadable.name, unreadable.kind, unreadable.reason, unreadable.detail))"
    )
    catalog.run(
        "INSERT INTO unreadable (folder, name, kind, reason, detail)"
        " SELECT t.folder, t.name, t.kind, t.reason, t.detail FROM temp.trouble t"
        " WHERE NOT EXISTS (SELECT 1 FROM unreadable u WHERE u.found_by = 'scan' AND u.folder = t.folder AND"
        " (u.name, u.kind, u.reason, u.detail) IS (t.name, t.kind, t.reason, t.detail))"
    )
    # What reading could not read is nobody's trouble any more when it is gone.
    catalog.run(
        "DELETE FROM unreadable WHERE found_by = 'content' AND NOT EXISTS (SELECT 1 FROM file f"
        " WHERE f.folder = unreadable.folder AND f.name = unreadable.name AND f.gone IS NULL)"
    )


def _count(catalog: Catalog) -> dict[str, int]:
    files, size = catalog.row("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM file WHERE gone IS NULL") or (0, 0)
    return {
        "folders": catalog.value("SELECT COUNT(*) FROM folder WHERE gone IS NULL"),
        "files": files,
        "bytes": size,
        "unreadable": catalog.value("SELECT COUNT(*) FROM unreadable"),
    }
