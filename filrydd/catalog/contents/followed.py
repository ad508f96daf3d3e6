"""What examining told, after later scans: it goes along with files that were moved, and goes where files changed."""

from filrydd.catalog.connection import Catalog


def settle(catalog: Catalog, now: int) -> None:
    """Follow the scans since the last time: a file that was moved takes along what is known of it, and one that changed or
    vanished loses it with its findings and links. Costs nothing where nothing was ever examined."""
    if not catalog.value("SELECT EXISTS (SELECT 1 FROM examination)"):
        return
    with catalog.writing():
        followed = int(catalog.value("SELECT value FROM figure WHERE stage = 'examine' AND name = 'scan'") or 0)
        later = [
            row["id"]
            for row in catalog.rows("SELECT id FROM scan WHERE state = 'done' AND id > ? ORDER BY id", (followed,))
        ]
        for scan in later:
            _follow(catalog, scan, now)
        catalog.run(
            "DELETE FROM examination WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.id = examination.file"
            " AND f.gone IS NULL AND (f.size, f.modified) = (examination.size, examination.modified))"
        )
        drop_orphans(catalog, now)
        if later:
            catalog.run(
                "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('examine', 'scan', ?)", (later[-1],)
            )


def _follow(catalog: Catalog, scan: int, now: int) -> None:
    moved = "SELECT old_file FROM file_change WHERE scan = ? AND what = 'moved'"
    new = "(SELECT h.file FROM file_change h WHERE h.scan = ? AND h.what = 'moved' AND h.old_file = {}.file)"
    # What was known of a file that had lain where the moved one lies now goes first.
    taken = "SELECT file FROM file_change WHERE scan = ?"
    catalog.run(f"DELETE FROM examination WHERE file IN ({taken})", (scan,))
    catalog.run(f"DELETE FROM link WHERE file IN ({taken})", (scan,))
    catalog.run(
        "UPDATE finding SET closed = ? WHERE stage = 'examine' AND closed IS NULL AND kind <> 'linked'"
        f" AND file IN ({taken})",
        (now, scan),
    )
    catalog.run(f"UPDATE examination SET file = {new.format('examination')} WHERE file IN ({moved})", (scan, scan))
    catalog.run(f"UPDATE link SET file = {new.format('link')} WHERE file IN ({moved})", (scan, scan))
    catalog.run(
        f"UPDATE finding SET file = {new.format('finding')} WHERE stage = 'examine' AND closed IS NULL AND kind <> 'linked'"
        f" AND file IN ({moved})",
        (scan, scan),
    )


def drop_orphans(catalog: Catalog, now: int) -> None:
    """Without an examination a file has no findings and points to nothing."""
    catalog.run("DELETE FROM link WHERE file NOT IN (SELECT file FROM examination)")
    catalog.run(
        "UPDATE finding SET closed = ? WHERE stage = 'examine' AND closed IS NULL AND kind <> 'linked'"
        " AND file NOT IN (SELECT file FROM examination)",
        (now,),
    )
