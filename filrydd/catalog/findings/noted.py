"""Findings as they are gathered in a TEMP table, stored as a difference, and read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings.places import EDITED, THERE
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.finding import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that verification or reading saw. `path` is the old path, or the new one of a folder or item that no file
    stands for. `detail` is a word and what it tells of, with tabs between (`stages.verify.wording`)."""

    path: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of one file, or of an item or folder (`file` None): a verdict, empty where nothing was compared yet."""

    path: str
    verdict: str
    detail: str
    file: int | None


Noted = tuple[int | None, str, str, str]
"""File, item, kind, detail."""

# What only a look at the content tells: a verification that did not look leaves it as it was.
_BY_CONTENT = (
    Verdict.MISMATCH,
    Verdict.SOURCE_CHANGED,
    Verdict.UNREADABLE,
    Verdict.NOT_EXAMINED,
    Verdict.CHANGED_SINCE,
)


def begin(catalog: Catalog) -> None:
    """Make room for what is found."""
    catalog.run("DROP TABLE IF EXISTS temp.found")
    catalog.run("CREATE TEMP TABLE found (file INTEGER, item TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL)")
    catalog.run("CREATE INDEX temp.found_file ON found (file)")
    catalog.run("CREATE INDEX temp.found_item ON found (item)")


def note(catalog: Catalog, found: Sequence[Noted]) -> None:
    """Add to what is found."""
    if found:
        with catalog.aside():
            catalog.run_many("INSERT INTO temp.found VALUES (?, ?, ?, ?)", found)


def leave_unlooked(catalog: Catalog) -> None:
    """Let open findings about contents stand for files that are in their places and were not compared this time."""
    marks = ", ".join("?" * len(_BY_CONTENT))
    with catalog.aside():
        catalog.run(
            "INSERT INTO temp.found SELECT x.file, x.item, x.kind, x.detail FROM finding x"
            f" JOIN temp.arrival a ON a.file = x.file AND a.verdict = '{THERE}' JOIN temp.listed l ON l.item = a.item"
            f" WHERE x.stage = 'verify' AND x.closed IS NULL AND x.kind IN ({marks})"
            f" AND (x.kind <> ? OR x.detail = '{EDITED}')"
            " AND NOT EXISTS (SELECT 1 FROM temp.to_compare q WHERE q.file = x.file)"
            " AND EXISTS (SELECT 1 FROM file f WHERE f.id = x.file AND f.gone IS NULL)"
            " AND NOT EXISTS (SELECT 1 FROM comparison c WHERE c.receipt = a.receipt AND c.at > x.found)",
            (*_BY_CONTENT, Verdict.CHANGED_SINCE),
        )


def leave_access(catalog: Catalog) -> None:
    """Let open findings about access stand where the listing did not tell: nobody looked, but for restricted folders."""
    with catalog.aside():
        catalog.run(
            "INSERT INTO temp.found SELECT x.file, x.item, x.kind, x.detail FROM finding x"
            " JOIN temp.listed l ON l.item = x.item WHERE x.stage = 'verify' AND x.closed IS NULL AND x.kind = ?"
            " AND NOT EXISTS (SELECT 1 FROM made_folder m JOIN temp.place p ON p.target = m.target"
            "  WHERE p.item = x.item AND m.access <> '')",
            (Verdict.ACCESS,),
        )


def publish(catalog: Catalog, stage: str, now: int) -> None:
    """Make what was found a stage's open findings: those that are no longer seen are closed, new ones opened, the rest left."""
    with catalog.writing():
        # Two look-ups, one by file and one by item: by either alone, SQLite would look through all of them each time.
        for given, by in (
            ("NOT NULL", "n.file = finding.file AND n.item = finding.item"),
            ("NULL", "n.item = finding.item"),
        ):
            catalog.run(
                f"UPDATE finding SET closed = ? WHERE stage = ? AND closed IS NULL AND file IS {given}"
                f" AND NOT EXISTS (SELECT 1 FROM temp.found n WHERE n.file IS {given} AND {by}"
                "  AND n.kind = finding.kind AND n.detail = finding.detail)",
                (now, stage),
            )
        open_now = "SELECT stage, file, item, kind, detail FROM finding WHERE closed IS NULL AND stage = ?1"
        catalog.run(
            "INSERT INTO finding (stage, file, item, kind, detail, found) SELECT n.*, ?2 FROM ("
            f" SELECT ?1, file, item, kind, detail FROM temp.found EXCEPT {open_now}) n",
            (stage, now),
        )


_PATH = "SELECT f.folder, f.name, x.kind, x.detail, x.file FROM finding x LEFT JOIN file f ON f.id = x.file"


def open_findings(catalog: Catalog, stage: str) -> Iterator[Finding]:
    """Findings that nobody has closed, of one stage, streamed."""
    paths = folder_paths(catalog, gone=True)
    for row in catalog.rows(f"{_PATH} WHERE x.closed IS NULL AND x.stage = ? ORDER BY x.id", (stage,)):
        path, detail = _told(paths, row["folder"], row["name"], row["detail"])
        yield Finding(path, row["kind"], detail)


def _told(paths: dict[int, str], folder: int | None, name: str | None, detail: str) -> tuple[str, str]:
    """Path and detail. The detail of what no file stands for has its path behind the word."""
    if folder is not None:
        return names.join(paths[folder], name or ""), detail
    word, tab, rest = detail.partition("\t")
    path, _tab, more = rest.partition("\t")
    return (path, f"{word}\t{more}" if more else word) if tab else (detail, "")


def counted(catalog: Catalog, stage: str | None = None) -> dict[str, int]:
    """Open findings by kind, of one stage or of all; what rules ask for (`contents.noticing`) is not counted among all."""
    rows = catalog.rows(
        "SELECT kind, COUNT(*) FROM finding WHERE closed IS NULL AND (stage = ?1 OR ?1 IS NULL AND stage NOT IN"
        " ('classify', 'examine')) GROUP BY kind ORDER BY kind",
        (stage,),
    )
    return {row[0]: row[1] for row in rows}


def stored(catalog: Catalog) -> Iterator[Stored]:
    """Every file with a receipt in the order of the tree, as verification last left it, streamed; one with several findings
    comes several times. Then what no file stands for."""
    paths = folder_paths(catalog, gone=True)
    rows = catalog.rows(
        "SELECT f.id, f.folder, f.name, COALESCE(x.kind,"
        "  (SELECT c.outcome FROM comparison c WHERE c.receipt = r.id ORDER BY c.id DESC LIMIT 1), '') AS kind,"
        " COALESCE(x.detail, '') AS detail FROM folder d JOIN file f ON f.folder = d.id JOIN current_receipt r ON r.file = f.id"
        " LEFT JOIN finding x ON x.file = f.id AND x.closed IS NULL AND x.stage = 'verify' ORDER BY d.lo, f.name"
    )
    for row in rows:
        verdict = Verdict.OK if row["kind"] == "equal" else row["kind"]
        yield Stored(names.join(paths[row["folder"]], row["name"]), verdict, row["detail"], row["id"])
    for row in catalog.rows(f"{_PATH} WHERE x.closed IS NULL AND x.stage = 'verify' AND x.file IS NULL ORDER BY x.id"):
        path, detail = _told(paths, None, None, row["detail"])
        yield Stored(path, row["kind"], detail, None)


def store_figures(catalog: Catalog, checked: int, ok: int) -> None:
    """Store the outcome for the status page."""
    with catalog.writing():
        open_now = catalog.value("SELECT COUNT(*) FROM finding WHERE closed IS NULL AND stage = 'verify'")
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('verify', ?, ?)",
            [("checked", checked), ("ok", ok), ("findings", open_now)],
        )
