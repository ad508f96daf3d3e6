"""Seals: the former permissions of everything, stored before the first of them is changed."""

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.entry import Kind

_LOOKED_UP = 500


class Way(StrEnum):
    """What is made read-only: every entry, or the share that is the area and nothing more."""

    ENTRIES = "entries"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal: `state` is saving, sealing, sealed, unsealing or open; times in ticks."""

    id: int
    state: str
    begun: int
    sealed: int | None
    way: Way = Way.ENTRIES


@dataclass(frozen=True, slots=True)
class Permission:
    """One entry's descriptor before the seal, and the one it becomes."""

    path: str
    kind: Kind
    former: bytes
    sealed: bytes


def latest(catalog: Catalog) -> Seal | None:
    """The area's last seal, unless it was opened again."""
    row = catalog.row("SELECT id, state, begun, sealed, way FROM seal ORDER BY id DESC LIMIT 1")
    if row is None or row["state"] == "open":
        return None
    return Seal(row["id"], row["state"], row["begun"], row["sealed"], Way(row["way"]))


def begin(catalog: Catalog, now: int, way: Way = Way.ENTRIES) -> Seal:
    """A new seal whose permissions are to be saved, or the one that was begun.

    One that was interrupted while it saved has changed nothing yet. What it saved may be out of date by now, so it is
    saved anew, and in the way that is wished now.
    """
    with catalog.writing(durable=True):
        standing = latest(catalog)
        if standing is not None and standing.state == "saving":
            catalog.run("DELETE FROM former_permission WHERE seal = ?", (standing.id,))
            catalog.run(
                "UPDATE seal SET way = ?, share_former = NULL, share_sealed = NULL WHERE id = ?", (way, standing.id)
            )
            return Seal(standing.id, "saving", standing.begun, None, way)
        if standing is not None:
            return standing
        number = catalog.run("INSERT INTO seal (state, begun, way) VALUES ('saving', ?, ?)", (now, way))
        return Seal(number, "saving", now, None, way)


def drop(catalog: Catalog, seal: int) -> None:
    """Forget a seal that only saved: nothing was changed by it."""
    with catalog.writing(durable=True):
        catalog.run(
            "DELETE FROM former_permission WHERE seal = ?1 AND ?1 IN (SELECT id FROM seal WHERE state = 'saving')",
            (seal,),
        )
        catalog.run("DELETE FROM seal WHERE id = ? AND state = 'saving'", (seal,))


def unsaved(catalog: Catalog, seal: int) -> Iterator[tuple[str, Kind]]:
    """Present folders and files whose permissions this seal does not hold yet, streamed: folders first, from the top down.

    Saving may go on meanwhile.
    """
    entries = _present(catalog)
    while batch := list(islice(entries, _LOOKED_UP)):
        rows = catalog.rows(
            "SELECT path FROM former_permission WHERE seal = ? AND path IN (SELECT value FROM json_each(?))",
            (seal, json.dumps([path for path, _kind in batch])),
        )
        held = {row["path"] for row in rows}
        yield from (entry for entry in batch if entry[0] not in held)


def _present(catalog: Catalog) -> Iterator[tuple[str, Kind]]:
    paths = folder_paths(catalog)
    silent = {row["folder"] for row in catalog.rows("SELECT folder FROM unreadable WHERE name IS NULL")}
    for row in catalog.rows("SELECT id FROM folder WHERE gone IS NULL ORDER BY lo"):
        if row["id"] not in silent:
            yield paths[row["id"]], Kind.FOLDER
    for row in catalog.rows(
        "SELECT f.folder, f.name FROM folder d JOIN file f ON f.folder = d.id WHERE f.gone IS NULL AND d.gone IS NULL"
        " ORDER BY d.lo, f.name"
    ):
        if row["folder"] not in silent:
            yield names.join(paths[row["folder"]], row["name"]), Kind.FILE


def count_present(catalog: Catalog) -> int:
    """Present folders and files."""
    return int(
        catalog.value(
            "SELECT (SELECT COUNT(*) FROM folder WHERE gone IS NULL) + (SELECT COUNT(*) FROM file WHERE gone IS NULL)"
        )
    )


def save(catalog: Catalog, seal: int, permissions: Sequence[Permission]) -> None:
    """Store former permissions, durably; an entry that has one already keeps it."""
    numbers: dict[bytes, int] = {}

    def number(content: bytes) -> int:
        if content not in numbers:
            numbers[content] = descriptor_id(catalog, content)
        return numbers[content]

    with catalog.writing(durable=True):
        catalog.run_many(
            "INSERT OR IGNORE INTO former_permission (seal, path, kind, descriptor, sealed) VALUES (?, ?, ?, ?, ?)",
            [(seal, one.path, one.kind, number(one.former), number(one.sealed)) for one in permissions],
        )


def overtake(catalog: Catalog, seal: int, paths: Iterable[str], now: int) -> None:
    """Forget, durably, what was saved of entries to which somebody else has given other permissions since, so that these
    are saved as the former ones; what was saved first is kept aside."""
    with catalog.writing(durable=True):
        for path in paths:
            catalog.run(
                "INSERT INTO overtaken_permission (seal, path, kind, descriptor, at)"
                " SELECT seal, path, kind, descriptor, ? FROM former_permission WHERE seal = ? AND path = ?",
                (now, seal, path),
            )
            catalog.run("DELETE FROM former_permission WHERE seal = ? AND path = ?", (seal, path))


def keep_share(catalog: Catalog, seal: int, former: bytes, sealed: bytes) -> None:
    """Store, durably, the share's permissions before the seal and what they become."""
    with catalog.writing(durable=True):
        catalog.run(
            "UPDATE seal SET share_former = ?, share_sealed = ? WHERE id = ?",
            (descriptor_id(catalog, former), descriptor_id(catalog, sealed), seal),
        )


def has_changed(catalog: Catalog, seal: int) -> bool:
    """Whether something may have been made read-only by a seal: not while it only saves."""
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM seal WHERE id = ? AND state <> 'saving')", (seal,)))


def share(catalog: Catalog, seal: int) -> tuple[bytes, bytes] | None:
    """The share's permissions before a seal and what they became; None where no share was sealed."""
    row = catalog.row(
        "SELECT d.content, e.content FROM seal s JOIN descriptor d ON d.id = s.share_former"
        " JOIN descriptor e ON e.id = s.share_sealed WHERE s.id = ?",
        (seal,),
    )
    return None if row is None else (row[0], row[1])


def permissions(
    catalog: Catalog, seal: int, kind: Kind | None = None, *, bottom_up: bool = False
) -> Generator[Permission, None, None]:
    """The saved permissions, of one kind of entries or of all, from the top of the tree down or from the bottom up."""
    rows = catalog.rows(
        "SELECT p.path, p.kind, d.content, s.content FROM former_permission p JOIN descriptor d ON d.id = p.descriptor"
        " JOIN descriptor s ON s.id = p.sealed WHERE p.seal = ?1 AND (?2 IS NULL OR p.kind = ?2)"
        f" ORDER BY p.path{' DESC' if bottom_up else ''}",
        (seal, kind),
    )
    for row in rows:
        yield Permission(row[0], Kind(row[1]), row[2], row[3])


def saved(catalog: Catalog, seal: int) -> int:
    """How many entries' permissions a seal holds."""
    return int(catalog.value("SELECT COUNT(*) FROM former_permission WHERE seal = ?", (seal,)))


def count(catalog: Catalog, seal: Seal) -> int:
    """How many entries a seal makes read-only: all that are there, where the share is sealed."""
    return count_present(catalog) if seal.way is Way.SHARE else saved(catalog, seal.id)


def turn(catalog: Catalog, seal: int, state: str, actor: str, now: int) -> None:
    """Take a seal to its next state, with a ledger row where the state means something to people."""
    with catalog.writing(durable=True):
        catalog.run(
            "UPDATE seal SET state = ?1, sealed = iif(?1 = 'sealed', ?2, sealed), opened = iif(?1 = 'open', ?2, opened)"
            " WHERE id = ?3",
            (state, now, seal),
        )
        count = saved(catalog, seal)
        root = ledger.root_of(catalog, "seal", seal) if state in ("sealing", "unsealing") else ""
        # The former permissions are vouched for before the first of them is changed. A run that ended before that may have
        # stored or overtaken some since; opening the area vouches for these, or the ledger would never be whole again. Once
        # a seal has stood, none are stored any more: then a difference is somebody's doing (`is_as_vouched`).
        interrupted = not _has_stood(catalog, seal) and _vouched_root(catalog, seal) not in (None, root)
        if state == "sealing" or (state == "unsealing" and interrupted):
            body = {"of": seal, "entries": count, "state": state}
            ledger.append(catalog, "seal", actor, body, root, now)
        elif state in ("sealed", "open"):
            kind = "sealed" if state == "sealed" else "unsealed"
            ledger.append(catalog, kind, actor, {"seal": seal, "entries": count}, "", now)
        catalog.run(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('seal', 'state', ?), ('seal', 'sealed', ?)",
            (state, now if state == "sealed" else 0),
        )


def is_as_vouched(catalog: Catalog, seal: int) -> bool:
    """Whether the former permissions of a seal that has stood are those that the ledger vouches for. What a seal that never
    stood has stored last may not be vouched for yet."""
    return not _has_stood(catalog, seal) or _vouched_root(catalog, seal) == ledger.root_of(catalog, "seal", seal)


def _has_stood(catalog: Catalog, seal: int) -> bool:
    """By the ledger, and not by the state that the seal's own row has."""
    return bool(
        catalog.value(
            "SELECT EXISTS (SELECT 1 FROM ledger WHERE kind = 'sealed' AND json_extract(body, '$.seal') = ?)", (seal,)
        )
    )


def _vouched_root(catalog: Catalog, seal: int) -> str | None:
    """What the last ledger row about a seal's former permissions vouches for."""
    root = catalog.value(
        "SELECT root FROM ledger WHERE kind = 'seal' AND json_extract(body, '$.of') = ? ORDER BY id DESC LIMIT 1",
        (seal,),
    )
    return None if root is None else str(root)
