"""Documents with links that may be given new addresses, and what speaks for and against it."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder

# What may lead elsewhere than before: links of Office documents into this area or another one.
_POINTING = (
    "SELECT DISTINCT l.file FROM link l WHERE l.place IN ('inside', 'outside')"
    " AND l.kind IN ('workbook', 'object', 'hyperlink', 'template')"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document with links that may break, and what speaks for and against mending it.

    `receipt` None: it does not lie in the tenant. `etag`: of the item when it was last compared in full, under the seal in force
    where there is one; empty for never. `noark`: whether the archive keeps it or something that shares its item; `open`: there
    are open findings about it; `label`: a retention label that it was seen to have; `wants`: the code by which it may want one.
    """

    file: int
    folder: str
    name: str
    extension: str
    gone: bool
    fate: str
    bevares: bool
    noark: str
    open: bool
    label: str
    unsettled: bool
    receipt: int | None
    drive: str
    item: str
    etag: str


def line_up(catalog: Catalog) -> int:
    """Fill the TEMP table `to_mend`, in the order of the tree, with the documents that have links to mend; how many they are.

    Copies and earlier versions of others are left out: they have no item of their own."""
    with catalog.aside():
        catalog.run("DROP TABLE IF EXISTS temp.to_mend")
        catalog.run("CREATE TEMP TABLE to_mend (turn INTEGER PRIMARY KEY, file INTEGER NOT NULL UNIQUE)")
        catalog.run(
            f"INSERT INTO temp.to_mend (file) SELECT f.id FROM ({_POINTING} UNION SELECT file FROM mending WHERE done IS NULL) p"
            " JOIN file f ON f.id = p.file"
            " JOIN folder d ON d.id = f.folder LEFT JOIN placement c ON c.file = f.id"
            " WHERE COALESCE(c.role, '') = '' ORDER BY d.lo, f.name"
        )
    return int(catalog.value("SELECT COUNT(*) FROM temp.to_mend"))


def documents(catalog: Catalog, seal: int | None, size: int = 200) -> Iterator[list[Document]]:
    """What is lined up, in batches that are read whole: things are written meanwhile."""
    turn, folder, path = 0, -1, ""
    while rows := list(catalog.rows(_DOCUMENTS, {"turn": turn, "seal": seal, "size": size})):
        turn = rows[-1]["turn"]
        found = []
        for row in rows:
            if row["folder"] != folder:
                folder, path = row["folder"], path_of_folder(catalog, row["folder"])
            found.append(
                Document(
                    file=row["file"],
                    folder=path,
                    name=row["name"],
                    extension=row["extension"],
                    gone=row["gone"] is not None,
                    fate=row["fate"] or "",
                    bevares=bool(row["bevares"]),
                    noark=row["noark"] or "",
                    open=bool(row["open"]),
                    label=row["label"] or "",
                    unsettled=bool(row["unsettled"]),
                    receipt=row["receipt"],
                    drive=row["drive"] or "",
                    item=row["item"] or "",
                    etag=row["etag"] or "",
                )
            )
        yield found


_SHARED = "SELECT s.file FROM receipt s WHERE s.item = r.item AND s.drive = r.drive"
_FOUND = (
    "EXISTS (SELECT 1 FROM finding x WHERE x.closed IS NULL AND x.stage IN ('verify', 'upload') AND x.file {which})"
)
_DOCUMENTS = (
    "SELECT q.turn, q.file, f.folder, f.name, f.extension, f.gone, u.fate, u.noark, r.drive, r.item,"
    " CASE WHEN COALESCE(v.version, '') = '' THEN r.id END AS receipt,"
    f" (lower(COALESCE(u.noark, '')) = 'bevares' OR EXISTS (SELECT 1 FROM ({_SHARED}) s JOIN ruling g2 ON g2.file = s.file"
    "  JOIN rule u2 ON u2.id = g2.rule WHERE lower(u2.noark) = 'bevares')) AS bevares,"
    f" ({_FOUND.format(which='= q.file')} OR {_FOUND.format(which=f'IN ({_SHARED})')}) AS open,"
    " (SELECT label FROM labelled_file b WHERE b.file = q.file AND b.item = r.item AND b.label <> '') AS label,"
    " EXISTS (SELECT 1 FROM receipt e JOIN receipt_version w ON w.receipt = e.id WHERE e.item = r.item AND w.version = '?')"
    "  AS unsettled,"
    " (SELECT c.etag FROM comparison c WHERE c.receipt = r.id AND (:seal IS NULL OR c.seal = :seal)"
    "  ORDER BY c.id DESC LIMIT 1) AS etag"
    " FROM temp.to_mend q JOIN file f ON f.id = q.file LEFT JOIN ruling g ON g.file = q.file LEFT JOIN rule u ON u.id = g.rule"
    # As the view of current receipts has it, which would be gone through whole for every batch.
    " LEFT JOIN receipt r ON r.id = (SELECT MAX(id) FROM receipt WHERE file = q.file)"
    " LEFT JOIN receipt_version v ON v.receipt = r.id WHERE q.turn > :turn ORDER BY q.turn LIMIT :size"
)


def targets_of(catalog: Catalog, file: int) -> list[str]:
    """What a document points to by links that can be mended, as reading it told."""
    rows = catalog.rows(
        "SELECT DISTINCT target FROM link WHERE file = ? AND place IN ('inside', 'outside')"
        " AND kind IN ('workbook', 'object', 'hyperlink', 'template') ORDER BY id",
        (file,),
    )
    return [row["target"] for row in rows]
