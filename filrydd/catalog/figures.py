"""The figures that every stage leaves in its own transaction, and single look-ups that people ask for."""

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
