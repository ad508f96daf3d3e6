"""Seals: the former permissions of everything, stored before the first of them is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.entry import Kind


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal: `state` is saving, sealing, sealed, unsealing or open; times in ticks."""

    id: int
    state: str
    begun: int
    sealed: int | None


@dataclass(frozen=True, slots=True)
class Permission:
    """One entry's descriptor before the seal, and the one it becomes."""

    path: str
    kind: Kind
    former: bytes
    sealed: bytes


def latest(catalog: Catalog) -> Seal | None:
    """The area's last seal, unless it was opened again."""
    row = catalog.row("SELECT id, state, begun, sealed FROM seal ORDER BY id DESC LIMIT 1")
    return None if row is None or row["state"] == "open" else Seal(*row)


def begin(catalog: Catalog, now: int) -> Seal:
    """A new seal whose permissions are to be saved, or the one that was begun.

    One that was interrupted while it saved has changed nothing yet. What it saved may be out of date by now, so it is
    saved anew.
    """
    with catalog.writing(durable=True):
        standing = latest(catalog)
        if standing is not None and standing.state == "saving":
            catalog.run("DELETE FROM former_permission WHERE seal = ?", (standing.id,))
        if standing is not None:
            return standing
        number = catalog.run("INSERT INTO seal (state, begun) VALUES ('saving', ?)", (now,))
        return Seal(number, "saving", now, None)


def entries(catalog: Catalog, seal: int) -> Iterator[tuple[str, Kind]]:
    """Present folders and files whose permissions this seal does not hold yet: folders first, from the top down."""
    paths = folder_paths(catalog)
    held = {row["path"] for row in catalog.rows("SELECT path FROM former_permission WHERE seal = ?", (seal,))}
    silent = {row["folder"] for row in catalog.rows("SELECT folder FROM unreadable WHERE name IS NULL")}
    for row in catalog.rows("SELECT id FROM folder WHERE gone IS NULL ORDER BY lo"):
        if paths[row["id"]] not in held and row["id"] not in silent:
            yield paths[row["id"]], Kind.FOLDER
    for row in catalog.rows(
        "SELECT f.folder, f.name FROM folder d JOIN file f ON f.folder = d.id WHERE f.gone IS NULL AND d.gone IS NULL"
        " ORDER BY d.lo, f.name"
    ):
        path = names.join(paths[row["folder"]], row["name"])
        if path not in held and row["folder"] not in silent:
            yield path, Kind.FILE


def save(catalog: Catalog, seal: int, permissions: Sequence[Permission]) -> None:
    """Store former permissions, durably; an entry that has one already keeps it."""
    with catalog.writing(durable=True):
        for permission in permissions:
            catalog.run(
                "INSERT OR IGNORE INTO former_permission (seal, path, kind, descriptor, sealed) VALUES (?, ?, ?, ?, ?)",
                (
                    seal,
                    permission.path,
                    permission.kind,
                    descriptor_id(catalog, permission.former),
                    descriptor_id(catalog, permission.sealed),
                ),
            )


def permissions(catalog: Catalog, seal: int, *, bottom_up: bool = False) -> Iterator[Permission]:
    """The saved permissions, from the top of the tree down or from the bottom up."""
    rows = catalog.rows(
        "SELECT p.path, p.kind, d.content, s.content FROM former_permission p JOIN descriptor d ON d.id = p.descriptor"
        f" JOIN descriptor s ON s.id = p.sealed WHERE p.seal = ? ORDER BY p.path{' DESC' if bottom_up else ''}",
        (seal,),
    )
    for row in rows:
        yield Permission(row[0], Kind(row[1]), row[2], row[3])


def saved(catalog: Catalog, seal: int) -> int:
    """How many entries' permissions a seal holds."""
    return int(catalog.value("SELECT COUNT(*) FROM former_permission WHERE seal = ?", (seal,)))


def turn(catalog: Catalog, seal: int, state: str, actor: str, now: int) -> None:
    """Take a seal to its next state, with a ledger row where the state means something to people."""
    with catalog.writing(durable=True):
        catalog.run(
            "UPDATE seal SET state = ?1, sealed = iif(?1 = 'sealed', ?2, sealed), opened = iif(?1 = 'open', ?2, opened)"
            " WHERE id = ?3",
            (state, now, seal),
        )
        count = saved(catalog, seal)
        if state == "sealing":
            # The former permissions are vouched for before the first of them is changed.
            body = {"of": seal, "entries": count, "state": state}
            ledger.append(catalog, "seal", actor, body, ledger.root_of(catalog, "seal", seal), now)
        elif state in ("sealed", "open"):
            kind = "sealed" if state == "sealed" else "unsealed"
            ledger.append(catalog, kind, actor, {"seal": seal, "entries": count}, "", now)
        catalog.run(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('seal', 'state', ?), ('seal', 'sealed', ?)",
            (state, now if state == "sealed" else 0),
        )


def remember_backup(catalog: Catalog, place: str, digest: str, now: int) -> None:
    """Store that a verified copy of the catalog lies there."""
    with catalog.writing(durable=True):
        last = ledger.head(catalog)
        catalog.run(
            "INSERT INTO backup (at, place, digest, ledger) VALUES (?, ?, ?, ?)",
            (now, place, digest, last.id if last else 0),
        )


def latest_backup(catalog: Catalog) -> tuple[int, str, str] | None:
    """When and where the last backup was made, and its SHA-256."""
    row = catalog.row("SELECT at, place, digest FROM backup ORDER BY id DESC LIMIT 1")
    return None if row is None else (row["at"], row["place"], row["digest"])
