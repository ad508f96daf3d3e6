"""A part whose files have arrived in a new place, as the catalog knows it after an upload and a verification.

Pages only read the catalog; that an upload leaves just these rows is shown where one runs (`test_accepting.py`).
"""

from filrydd.catalog import arrivals
from filrydd.catalog.connection import Catalog
from filrydd.stages.work import Work

PLACE = "https://contoso.sharepoint.com/sites/regnskap/Dokumenter"


def arrived(work: Work, *parts: str, missing: int = 0) -> None:
    """Receipts for all that moves of these parts, compared; `missing` of them are open findings."""
    with work.catalog() as catalog:
        for part in parts:
            _arrived(catalog, part, missing)
        arrivals.refresh(catalog)


def _arrived(catalog: Catalog, part: str, missing: int) -> None:
    of_part = (
        "FROM file f JOIN folder_part p ON p.folder = f.folder JOIN part q ON q.id = p.part JOIN placement c ON c.file = f.id"
        " JOIN target t ON t.id = c.target WHERE q.name = ? AND f.gone IS NULL"
    )
    with catalog.writing():
        run = catalog.run("INSERT INTO run (stage, begun, ended) VALUES ('upload', 1, 2)")
        catalog.run(
            "INSERT OR REPLACE INTO landing (library, drive, root, path)"
            " SELECT id, 'd' || id, 'r' || id, '/sites/regnskap/Dokumenter' FROM library"
        )
        catalog.run(
            "INSERT OR REPLACE INTO made_folder (target, item, path, access, found)"
            f" SELECT DISTINCT t.id, 't' || t.id, t.path, '', 0 {of_part}",
            (part,),
        )
        catalog.run(
            "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
            f" source_modified, source_hash, at) SELECT {run}, f.id, 1, 'd' || t.library, 'i' || f.id, 't' || t.id, f.name,"
            f" '{PLACE}/' || t.path || '/' || f.name, f.size, '', 'e', 'c', f.size, f.modified, '', 3 {of_part}",
            (part,),
        )
        verified = catalog.run("INSERT INTO run (stage, begun, ended) VALUES ('verify', 4, 5)")
        catalog.run(
            "INSERT INTO finding (stage, file, item, kind, found)"
            f" SELECT 'verify', file, item, 'missing', 5 FROM receipt WHERE run = {run} ORDER BY id LIMIT ?",
            (missing,),
        )
        assert verified > run
