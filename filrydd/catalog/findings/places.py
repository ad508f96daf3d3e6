"""Where everything should lie by what was signed, and where the listing has it.

A place is found in the listing by names, from the library's root down. What the receipts and the made folders say is used
only for whose hand it was: an item that lies elsewhere than it was put, under another eTag, was moved by somebody.
"""

from collections.abc import Iterator

from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings.listing import path_of
from filrydd.model import names
from filrydd.model.finding import Verdict

THERE = "there"
"""Word of an arrival in its place; whether its content is what was sent is another question."""
# Words of details, before what they tell of.
MOVED, RENAMED, REPLACED, OTHER_PLACE, EDITED, ROTTEN = (
    "moved",
    "renamed",
    "replaced",
    "other place",
    "edited",
    "rotten",
)
_BATCH = 500


def resolve(catalog: Catalog) -> None:
    """Fill the TEMP tables `place` (target folder -> item) and `arrival` (file -> what became of it), after a listing."""
    catalog.define("fold", names.fold)
    with catalog.aside():
        _find_folders(catalog)
        _find_files(catalog)


def _find_folders(catalog: Catalog) -> None:
    """Level by level; a folder that somebody has moved or renamed is followed by its id, and what lies in it is in place."""
    catalog.run("DROP TABLE IF EXISTS temp.place")
    catalog.run(
        "CREATE TEMP TABLE place (target INTEGER PRIMARY KEY, item TEXT NOT NULL, level INTEGER NOT NULL,"
        " moved INTEGER NOT NULL)"
    )
    catalog.run(
        "INSERT INTO temp.place SELECT t.id, g.root, 0, 0 FROM target t JOIN landing g ON g.library = t.library"
        " WHERE t.parent IS NULL AND EXISTS (SELECT 1 FROM temp.listed l WHERE l.item = g.root)"
    )
    level = 0
    while catalog.change(
        "INSERT INTO temp.place"
        " SELECT target, COALESCE(made, named), ?1 + 1, made IS NOT NULL AND (above, fold) IS NOT (parent, wanted) FROM ("
        "  SELECT t.id AS target, own.item AS made, own.parent AS above, own.fold, p.item AS parent, fold(t.name) AS wanted,"
        "  (SELECT l.item FROM temp.listed l WHERE l.parent = p.item AND l.fold = fold(t.name) AND l.folder LIMIT 1) AS named"
        "  FROM temp.place p JOIN target t ON t.parent = p.target JOIN made_folder m ON m.target = t.id"
        "  LEFT JOIN temp.listed own ON own.item = m.item AND own.folder WHERE p.level = ?1)"
        " WHERE COALESCE(made, named) IS NOT NULL",
        (level,),
    ):
        level += 1
    catalog.run("CREATE INDEX temp.place_item ON place (item)")


def _find_files(catalog: Catalog) -> None:
    catalog.run("DROP TABLE IF EXISTS temp.arrival")
    catalog.run(
        "CREATE TEMP TABLE arrival (file INTEGER PRIMARY KEY, receipt INTEGER NOT NULL, item TEXT NOT NULL, target INTEGER,"
        " verdict TEXT NOT NULL, word TEXT NOT NULL, instead TEXT)"
    )
    # What was signed counts; a file that follows a signed folder has no line of its own, and then it is the placement. The
    # receipt's own place is left for what has neither any more.
    catalog.run(
        "INSERT INTO temp.arrival SELECT file, receipt, item, target,"
        " CASE WHEN here IS NULL AND at IS NULL THEN :missing WHEN here IS NULL THEN :changed"
        f" WHEN at = here THEN '{THERE}' WHEN etag_now = etag THEN :mismatch ELSE :changed END,"
        f" CASE WHEN here IS NULL AND at IS NULL THEN '' WHEN here IS NULL THEN '{REPLACED}' WHEN at = here THEN ''"
        f" WHEN etag_now = etag THEN '{OTHER_PLACE}' WHEN parent_now = parent THEN '{RENAMED}' ELSE '{MOVED}' END,"
        " NULLIF(at, here) FROM ("
        "SELECT e.*, own.item AS here, own.etag AS etag_now, own.parent AS parent_now,"
        # Names that are one here may be two there; then it is our own item that counts.
        " CASE WHEN (own.parent, own.fold) = (e.above, e.wanted) THEN own.item ELSE (SELECT x.item FROM temp.listed x"
        "  WHERE x.parent = e.above AND x.fold = e.wanted AND NOT x.folder LIMIT 1) END AS at"
        " FROM (SELECT file, receipt, item, etag, parent, target, fold(name) AS wanted, CASE WHEN target IS NULL THEN parent"
        "   ELSE (SELECT p.item FROM temp.place p WHERE p.target = w.target) END AS above"
        "  FROM (SELECT r.file, r.id AS receipt, r.item, r.etag, r.parent, COALESCE(s.target, c.target) AS target,"
        "   CASE WHEN s.target IS NOT NULL THEN s.name WHEN c.target IS NOT NULL THEN COALESCE(c.name, f.name)"
        "   ELSE r.name END AS name FROM current_receipt r JOIN file f ON f.id = r.file"
        "   LEFT JOIN placement c ON c.file = r.file"
        "   LEFT JOIN signed s ON s.file = r.file AND s.fate = 'move' AND s.target IS NOT NULL) w) e"
        " LEFT JOIN temp.listed own ON own.item = e.item AND NOT own.folder)",
        {"missing": Verdict.MISSING, "changed": Verdict.CHANGED_SINCE, "mismatch": Verdict.MISMATCH},
    )
    catalog.run("CREATE INDEX temp.arrival_item ON arrival (item)")
    catalog.run("CREATE INDEX temp.arrival_target ON arrival (target)")
    catalog.run("CREATE INDEX temp.arrival_instead ON arrival (instead) WHERE instead IS NOT NULL")


# Once the old file is deleted, the new one is people's to work with, and to delete.
_THEIRS = "SELECT file FROM retirement WHERE done IS NOT NULL"


def note_places(catalog: Catalog) -> None:
    """Add to the TEMP table `found` what the listing alone shows of places, after `resolve`."""
    with catalog.aside():
        catalog.run(
            "INSERT INTO temp.found SELECT file, item, verdict, word FROM temp.arrival"
            f" WHERE verdict <> '{THERE}' AND word NOT IN ('{MOVED}', '{RENAMED}', '{OTHER_PLACE}')"
            f" AND file NOT IN ({_THEIRS})"
        )
        _note_elsewhere(catalog)
        _note_folders(catalog)
        _note_unexpected(catalog)


def _note_elsewhere(catalog: Catalog) -> None:
    last = 0
    while batch := list(
        catalog.rows(
            "SELECT file, item, verdict, word FROM temp.arrival"
            f" WHERE word IN ('{MOVED}', '{RENAMED}', '{OTHER_PLACE}') AND file > ? AND file NOT IN ({_THEIRS})"
            " ORDER BY file LIMIT ?",
            (last, _BATCH),
        )
    ):
        last = batch[-1]["file"]
        catalog.run_many(
            "INSERT INTO temp.found VALUES (?, ?, ?, ?)",
            [
                (row["file"], row["item"], row["verdict"], f"{row['word']}\t{path_of(catalog, row['item'])}")
                for row in batch
            ],
        )


def _note_folders(catalog: Catalog) -> None:
    """Folders that somebody moved, and those that are gone of which no file tells."""
    moved = list(catalog.rows("SELECT p.item, t.path FROM temp.place p JOIN target t ON t.id = p.target WHERE p.moved"))
    gone = list(
        catalog.rows(
            "SELECT m.item, t.path FROM target t JOIN made_folder m ON m.target = t.id WHERE t.present"
            " AND t.parent IS NOT NULL AND t.id NOT IN (SELECT target FROM temp.place)"
            " AND NOT EXISTS (SELECT 1 FROM temp.arrival a WHERE a.target = t.id)"
            " AND NOT EXISTS (SELECT 1 FROM target below JOIN made_folder n ON n.target = below.id WHERE below.parent = t.id)"
        )
    )
    catalog.run_many(
        "INSERT INTO temp.found VALUES (NULL, ?, ?, ?)",
        [
            *(
                (row["item"], Verdict.CHANGED_SINCE, f"{MOVED}\t{row['path']}\t{path_of(catalog, row['item'])}")
                for row in moved
            ),
            *((row["item"], Verdict.MISSING, f"\t{row['path']}") for row in gone),
        ],
    )


_UNKNOWN = (
    "NOT EXISTS (SELECT 1 FROM temp.place k WHERE k.item = l.item)"
    " AND NOT EXISTS (SELECT 1 FROM temp.arrival a WHERE a.item = l.item)"
    " AND NOT EXISTS (SELECT 1 FROM temp.arrival a WHERE a.instead = l.item)"
)


def _note_unexpected(catalog: Catalog) -> None:
    """What lies in folders that were made, at any depth, and is neither a file nor a folder of ours.

    A folder that was there before us, as a library's root is, belongs to others too: of it only what was put there is judged
    (`resolve`), and the folders that were made in it.
    """
    catalog.run("DROP TABLE IF EXISTS temp.stranger")
    catalog.run("CREATE TEMP TABLE stranger (item TEXT PRIMARY KEY)")
    catalog.run(
        "INSERT OR IGNORE INTO temp.stranger WITH RECURSIVE strange (item, folder) AS ("
        " SELECT l.item, l.folder FROM temp.place p JOIN target t ON t.id = p.target AND t.parent IS NOT NULL"
        "  JOIN made_folder m ON m.target = p.target AND NOT m.found"
        f"  JOIN temp.listed l ON l.parent = p.item WHERE {_UNKNOWN}"
        f" UNION SELECT l.item, l.folder FROM strange s JOIN temp.listed l ON l.parent = s.item WHERE s.folder AND {_UNKNOWN})"
        " SELECT item FROM strange"
    )
    for row in _strangers(catalog):
        catalog.run("INSERT INTO temp.found VALUES (NULL, ?, ?, ?)", row)


def count_found(catalog: Catalog) -> int:
    """How many folders are there that others had before us, the libraries' roots left out; after `resolve`."""
    return int(
        catalog.value(
            "SELECT COUNT(*) FROM temp.place p JOIN made_folder m ON m.target = p.target WHERE m.found AND p.level > 0"
        )
    )


def _strangers(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    last = ""
    while batch := list(
        catalog.rows("SELECT item FROM temp.stranger WHERE item > ? ORDER BY item LIMIT ?", (last, _BATCH))
    ):
        last = batch[-1]["item"]
        for row in batch:
            yield row["item"], Verdict.UNEXPECTED, f"\t{path_of(catalog, row['item'])}"
