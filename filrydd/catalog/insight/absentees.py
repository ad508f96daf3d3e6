"""Owners that the directory no longer has, has closed, or could not be asked about."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.model import descriptor as security
from filrydd.model.descriptor import BadDescriptor

GONE = ("disabled", "vanished")
_STATES = ("", *GONE)


@dataclass(frozen=True, slots=True)
class Owners:
    """Owners in one state (`principal.state`): how many, and the files, bytes and folders that they own."""

    state: str
    owners: int
    files: int
    bytes: int
    folders: int


@dataclass(slots=True)
class _Owned:
    files: int = 0
    bytes: int = 0
    folders: int = 0


def owners(catalog: Catalog) -> list[Owners]:
    """Owners whom nobody knows or who are gone, by state. Files whose owner nobody asked for do not count."""
    states = {row["id"]: row["state"] for row in catalog.rows("SELECT id, state FROM principal")}
    found: dict[int | str, _Owned] = {}
    if catalog.value("SELECT EXISTS (SELECT 1 FROM file WHERE owner IS NOT NULL AND gone IS NULL)"):
        for row in catalog.rows(
            "SELECT owner, COUNT(*) AS files, SUM(size) AS bytes FROM file WHERE gone IS NULL AND owner IS NOT NULL"
            " GROUP BY owner"
        ):
            found[row["owner"]] = _Owned(row["files"], row["bytes"])
    for owner, folders in _owners_of_folders(catalog):
        found.setdefault(owner, _Owned()).folders += folders
    of_state: dict[str, list[_Owned]] = {}
    for owner, owned in found.items():
        # Whom no table names is not known either.
        of_state.setdefault(states.get(owner, "") if isinstance(owner, int) else "", []).append(owned)
    return [
        Owners(
            state,
            len(of_state[state]),
            sum(owned.files for owned in of_state[state]),
            sum(owned.bytes for owned in of_state[state]),
            sum(owned.folders for owned in of_state[state]),
        )
        for state in _STATES
        if state in of_state
    ]


def _owners_of_folders(catalog: Catalog) -> Iterator[tuple[int | str, int]]:
    """Owners as access lists name them (row, or identifier where there is none), and how many folders each has."""
    rows = catalog.rows(
        "SELECT d.content, COUNT(*) AS folders FROM folder f JOIN descriptor d ON d.id = f.descriptor"
        " WHERE f.gone IS NULL GROUP BY d.id"
    )
    known = {row["sid"]: row["id"] for row in catalog.rows("SELECT sid, id FROM principal")}
    for row in rows:
        sid = owner_of(row["content"])
        if sid:
            yield known.get(sid, sid), row["folders"]


def absent_owners(catalog: Catalog) -> dict[int, int]:
    """Descriptors of which the owner is gone, each with that owner's row."""
    gone = {
        row["sid"]: row["id"]
        for row in catalog.rows("SELECT sid, id FROM principal WHERE state IN ('disabled', 'vanished')")
    }
    if not gone:
        return {}
    rows = catalog.rows(
        "SELECT id, content FROM descriptor WHERE id IN (SELECT descriptor FROM folder WHERE gone IS NULL)"
    )
    return {row["id"]: gone[sid] for row in rows if (sid := owner_of(row["content"])) in gone}


def owner_of(content: bytes) -> str:
    """The identifier of the owner that a descriptor names; empty when there is none, or nobody understands the list."""
    try:
        owner = security.parse(content).owner
    except BadDescriptor:
        return ""
    return security.sid_to_text(owner) if owner else ""
