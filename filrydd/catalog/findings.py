"""What verification saw: the tenant's own listing beside the receipts, findings, and full comparisons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.item import Item


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file with a receipt, and what the tenant lists under its item now. `version` of the item, empty for the latest."""

    file: int
    path: str
    size: int
    modified: int
    receipt: int
    drive: str
    item: str
    name: str
    hash: str
    etag: str
    found_size: int
    version: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verification or reading saw; `path` is the old path, or the item's name where there is none."""

    path: str
    kind: str
    detail: str


def begin_listing(catalog: Catalog) -> None:
    """Make room for the tenant's listing."""
    catalog.run("DROP TABLE IF EXISTS temp.listed")
    catalog.run(
        "CREATE TEMP TABLE listed (item TEXT PRIMARY KEY, parent TEXT, name TEXT, folder INTEGER, size INTEGER,"
        " hash TEXT, etag TEXT, ctag TEXT)"
    )


def list_items(catalog: Catalog, items: Sequence[Item]) -> None:
    """Add a batch of the tenant's listing; a later word on an item replaces an earlier one."""
    catalog.run_many("DELETE FROM temp.listed WHERE item = ?", [(item.id,) for item in items if item.gone])
    catalog.run_many(
        "INSERT OR REPLACE INTO temp.listed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (item.id, item.parent, item.name, item.folder, item.size, item.hash, item.etag, item.ctag)
            for item in items
            if not item.gone
        ],
    )


def touched(catalog: Catalog) -> list[tuple[str, str]]:
    """Items whose eTag is no longer the receipt's: (drive, item).

    A delta listing leaves the cTag out (Graph's documentation, "Properties omitted by delta query"), so whether their
    content changed or only something about them must be asked for each.
    """
    rows = catalog.rows(
        "SELECT r.drive, r.item FROM current_receipt r JOIN temp.listed l ON l.item = r.item"
        " WHERE NOT l.folder AND l.ctag = '' AND l.etag <> r.etag AND r.version = ''"
    )
    return [(row["drive"], row["item"]) for row in rows]


def note_content_tag(catalog: Catalog, item: str, ctag: str) -> None:
    """Complete the listing with an item's cTag."""
    catalog.run("UPDATE temp.listed SET ctag = ? WHERE item = ?", (ctag, item))


# The content is still what the receipt says: by the cTag where it is known, else by an eTag that has not moved.
_UNTOUCHED = "(l.ctag = r.ctag OR (l.ctag = '' AND l.etag = r.etag))"


def placed_wrong(catalog: Catalog) -> list[tuple[int | None, str, str, str]]:
    """Findings that the listing alone shows: (file, item, kind, detail). Kinds: missing, unexpected, changed since."""
    found: list[tuple[int | None, str, str, str]] = []
    for row in catalog.rows(
        "SELECT r.file, r.item, r.name, r.parent, r.version, l.item AS there, l.name AS name_now, l.parent AS parent_now,"
        f" {_UNTOUCHED} AS untouched FROM current_receipt r LEFT JOIN temp.listed l ON l.item = r.item AND NOT l.folder"
    ):
        if row["there"] is None:
            found.append((row["file"], row["item"], "missing", row["name"]))
        elif row["name_now"] != row["name"] or row["parent_now"] != row["parent"]:
            found.append((row["file"], row["item"], "changed since", row["name_now"]))
        elif not row["untouched"] and not row["version"]:
            found.append((row["file"], row["item"], "changed since", row["name"]))
    for row in catalog.rows(
        "SELECT l.item, l.name FROM temp.listed l WHERE NOT l.folder AND l.parent IN (SELECT item FROM made_folder"
        " WHERE target IN (SELECT target FROM placement))"
        " AND l.item NOT IN (SELECT item FROM receipt)"
    ):
        found.append((None, row["item"], "unexpected", row["name"]))
    return found


def to_compare(catalog: Catalog, seal: int | None) -> Iterator[Arrived]:
    """Files whose content is to be compared in full: arrived, still as the receipt says, and not yet compared under this
    seal (without one: not yet compared at all) with the same item version and the same source."""
    paths = folder_paths(catalog)
    rows = catalog.rows(
        "SELECT f.id, f.folder, f.name AS old_name, f.size, f.modified, r.id AS receipt, r.drive, r.item, r.name, l.hash,"
        " l.etag, l.size AS found_size, r.version FROM folder d JOIN file f ON f.folder = d.id"
        " JOIN current_receipt r ON r.file = f.id"
        f" JOIN temp.listed l ON l.item = r.item AND NOT l.folder WHERE f.gone IS NULL AND (r.version <> '' OR {_UNTOUCHED})"
        " AND l.name = r.name AND l.parent = r.parent AND NOT EXISTS (SELECT 1 FROM comparison c"
        "  WHERE c.receipt = r.id AND c.etag = l.etag AND c.seal IS ?)"
        " ORDER BY d.lo, f.name",
        (seal,),
    )
    for row in rows:
        yield Arrived(
            row["id"],
            names.join(paths[row["folder"]], row["old_name"]),
            row["size"],
            row["modified"],
            row["receipt"],
            row["drive"],
            row["item"],
            row["name"],
            row["hash"],
            row["etag"],
            row["found_size"],
            row["version"],
        )


def keep_comparisons(
    catalog: Catalog, run: int, compared: Sequence[tuple[Arrived, str, str]], seal: int | None, now: int
) -> None:
    """Store, durably, comparisons that ended well: (file, outcome, hash of the source as read now)."""
    with catalog.writing(durable=True):
        catalog.run_many(
            "INSERT INTO comparison (run, file, receipt, outcome, source_hash, etag, seal, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (run, arrived.file, arrived.receipt, outcome, hashed, arrived.etag, seal, now)
                for arrived, outcome, hashed in compared
            ],
        )


def replace_findings(catalog: Catalog, stage: str, found: Sequence[tuple[int | None, str, str, str]], now: int) -> None:
    """Make these a stage's open findings: those that are no longer seen are closed, new ones opened, the rest left."""
    with catalog.writing():
        catalog.run("DROP TABLE IF EXISTS temp.found")
        catalog.run("CREATE TEMP TABLE found (file INTEGER, item TEXT, kind TEXT, detail TEXT)")
        catalog.run_many("INSERT INTO temp.found VALUES (?, ?, ?, ?)", found)
        catalog.run(
            "UPDATE finding SET closed = ? WHERE stage = ? AND closed IS NULL AND NOT EXISTS (SELECT 1 FROM temp.found n"
            " WHERE n.file IS finding.file AND n.item = finding.item AND n.kind = finding.kind)",
            (now, stage),
        )
        catalog.run(
            "INSERT INTO finding (stage, file, item, kind, detail, found) SELECT ?1, file, item, kind, detail, ?2"
            " FROM temp.found n WHERE NOT EXISTS (SELECT 1 FROM finding o WHERE o.stage = ?1 AND o.closed IS NULL"
            "  AND o.file IS n.file AND o.item = n.item AND o.kind = n.kind)",
            (stage, now),
        )
        catalog.run("DROP TABLE temp.found")


def open_findings(catalog: Catalog, stage: str) -> Iterator[Finding]:
    """Findings that nobody has closed, of one stage."""
    paths = folder_paths(catalog, gone=True)
    for row in catalog.rows(
        "SELECT f.folder, f.name, x.kind, x.detail FROM finding x LEFT JOIN file f ON f.id = x.file"
        " WHERE x.closed IS NULL AND x.stage = ? ORDER BY x.id",
        (stage,),
    ):
        path = row["detail"] if row["folder"] is None else names.join(paths[row["folder"]], row["name"])
        yield Finding(path, row["kind"], row["detail"])


def counted(catalog: Catalog, stage: str | None = None) -> dict[str, int]:
    """Open findings by kind, of one stage or of all; what rules ask for (`contents.noticing`) is not counted among all."""
    rows = catalog.rows(
        "SELECT kind, COUNT(*) FROM finding WHERE closed IS NULL AND (stage = ?1 OR ?1 IS NULL AND stage NOT IN"
        " ('classify', 'examine')) GROUP BY kind ORDER BY kind",
        (stage,),
    )
    return {row[0]: row[1] for row in rows}


def arrived(catalog: Catalog) -> int:
    """How many files have a receipt."""
    return int(catalog.value("SELECT COUNT(DISTINCT file) FROM receipt"))


def compared(catalog: Catalog, seal: int | None) -> int:
    """How many arrived files stand compared in full, under this seal when there is one."""
    return int(
        catalog.value(
            "SELECT COUNT(*) FROM current_receipt r WHERE EXISTS (SELECT 1 FROM comparison c WHERE c.receipt = r.id"
            " AND (?1 IS NULL OR c.seal = ?1))",
            (seal,),
        )
    )


def store_figures(catalog: Catalog, checked: int, ok: int) -> None:
    """Store the outcome for the status page."""
    with catalog.writing():
        open_now = catalog.value("SELECT COUNT(*) FROM finding WHERE closed IS NULL AND stage = 'verify'")
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('verify', ?, ?)",
            [("checked", checked), ("ok", ok), ("findings", open_now)],
        )
