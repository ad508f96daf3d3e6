"""How far an area is: what the last scan saw, and whether what follows it is as new. Reads a handful of rows."""

from dataclasses import dataclass

from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class LastScan:
    """A scan that came to its end `at` (ticks), with what differed from the one before."""

    at: int
    folders: int
    files: int
    bytes: int
    appeared: int
    changed: int
    vanished: int


@dataclass(frozen=True, slots=True)
class Steps:
    """`scan` is None before one has come to its end. `classified_by`: the digest of the policy that ruled what that
    scan saw; empty when nothing did since. `is_proposed`: the proposal is of these very rulings."""

    scan: LastScan | None
    classified_by: str
    is_proposed: bool


def steps(catalog: Catalog) -> Steps:
    """How far the area is."""
    row = catalog.row(
        "SELECT ended, folders, files, bytes, appeared, changed, vanished FROM scan WHERE state = 'done'"
        " ORDER BY id DESC LIMIT 1"
    )
    scan = None if row is None else LastScan(*(value or 0 for value in row))
    classified = catalog.value("SELECT MAX(ended) FROM run WHERE stage = 'classify'")
    is_ruled = scan is not None and classified is not None and classified >= scan.at
    policy = _figure(catalog, "classify", "policy") if is_ruled else None
    return Steps(scan, str(policy or ""), bool(policy) and _is_proposed(catalog))


def _is_proposed(catalog: Catalog) -> bool:
    return all(
        _figure(catalog, "propose", f"{table}s") == (catalog.value(f"SELECT MAX(rowid) FROM {table}") or 0)
        for table in ("ruling_change", "file_change")
    )


def _figure(catalog: Catalog, stage: str, name: str) -> object:
    return catalog.value("SELECT value FROM figure WHERE stage = ? AND name = ?", (stage, name))
