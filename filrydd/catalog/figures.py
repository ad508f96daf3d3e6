"""The figures that every stage leaves in its own transaction, and single look-ups that people ask for."""

from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.model.names import join


def figures(catalog: Catalog) -> dict[str, dict[str, int | str]]:
    """The stored figures: {stage: {name: value}}."""
    found: dict[str, dict[str, int | str]] = {}
    for row in catalog.rows("SELECT stage, name, value FROM figure ORDER BY stage, name"):
        found.setdefault(row["stage"], {})[row["name"]] = row["value"]
    return found


def source_of(catalog: Catalog) -> str:
    """The address that the area was last scanned from; empty before the first scan."""
    return str(catalog.value("SELECT source FROM area") or "")


def identity_of(catalog: Catalog) -> str:
    """The word by which the area's top folder is recognised under another name; empty when nobody knows."""
    return str(catalog.value("SELECT identity FROM area") or "")


def keep_identity(catalog: Catalog, identity: str) -> None:
    """Store that word."""
    with catalog.writing():
        catalog.run("UPDATE area SET identity = ?1 WHERE identity <> ?1", (identity,))


def via_of_last_scan(catalog: Catalog) -> str:
    """The server and share that the last finished scan went to behind a DFS name; empty when there was none."""
    return str(catalog.value("SELECT via FROM scan WHERE state = 'done' ORDER BY id DESC LIMIT 1") or "")


def unreadable(catalog: Catalog, most: int = 50) -> list[tuple[str, str]]:
    """Up to `most` entries that the last scan could not read: (path, reason)."""
    rows = list(catalog.rows("SELECT folder, name, reason FROM unreadable ORDER BY id LIMIT ?", (most,)))
    return [
        (
            join(path_of_folder(catalog, row["folder"]), row["name"])
            if row["name"]
            else path_of_folder(catalog, row["folder"]),
            row["reason"],
        )
        for row in rows
    ]


def count_unreadable(catalog: Catalog) -> int:
    """How many entries could not be read, by the scan's own walk or when their content was."""
    return int(catalog.value("SELECT COUNT(*) FROM unreadable"))


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a file is now: its place in the tenant when it arrived, and whether it is gone from the old area."""

    file: int
    url: str
    fate: str
    reason_nb: str
    reason_en: str
    retired: bool
    vanished: bool


def whereabouts(catalog: Catalog, file: int) -> Whereabouts | None:
    """What became of a file; None for one that no scan saw."""
    row = catalog.row(
        "SELECT f.id, COALESCE(r.url, '') AS url, COALESCE(u.fate, '') AS fate, COALESCE(u.reason_nb, '') AS nb,"
        " COALESCE(u.reason_en, '') AS en, t.done IS NOT NULL AS retired, f.gone IS NOT NULL AS gone FROM file f"
        " LEFT JOIN current_receipt r ON r.file = f.id LEFT JOIN ruling g ON g.file = f.id LEFT JOIN signed s ON s.file = f.id"
        " LEFT JOIN rule u ON u.id = COALESCE(g.rule, s.rule)"
        " LEFT JOIN retirement t ON t.file = f.id WHERE f.id = ?",
        (file,),
    )
    if row is None:
        return None
    return Whereabouts(
        row["id"], row["url"], row["fate"], row["nb"], row["en"], bool(row["retired"]), bool(row["gone"])
    )
