"""What is set aside before it is deleted: files that left their old places and lie in a folder of ours at the area's top.

A retirement that is `done` and has a `place` stands for one of them until it is `purged` (deleted from there) or becomes a
former one (brought back).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog import retirements
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import find_folder
from filrydd.model import names
from filrydd.model.entry import Kind

FOLDER = ".filrydd-quarantine"
"""The folder's name at the area's top. One that we did not make is an ordinary folder."""
_IN_A_FOLDER = 1000
_ASIDE = "done IS NOT NULL AND place <> '' AND purged IS NULL"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that is set aside: its retirement's number, its old path, and what it was proved to be; `until` in ticks.

    `due` tells more: the `item` in a `drive` that it became, empty for what goes without a copy, and whether the signature
    by which it goes was `withdrawn` since.
    """

    id: int
    file: int
    path: str
    place: str
    size: int
    hash: str
    file_id: int
    until: int
    drive: str = ""
    item: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """How much is set aside, and from when to when (ticks) it may be deleted there; 0 where there is none."""

    files: int
    bytes: int
    first: int
    last: int


NOTHING_HELD = Held(0, 0, 0, 0)


def place_of(number: int, path: str) -> str:
    """Where the file of that retirement is set aside: short, whatever its path, and no folder with too many."""
    extension = names.extension(names.split(path)[1])
    kept = f".{extension}" if extension and len(extension) <= 8 and set(extension) <= _LETTERS else ""
    return f"{FOLDER}/{number // _IN_A_FOLDER}/{number}{kept}"


def ours(catalog: Catalog) -> tuple[bool, int | None]:
    """Whether the folder is ours, or about to be, and its id once it was made."""
    row = catalog.row("SELECT file_id FROM quarantine")
    return (False, None) if row is None else (True, row["file_id"])


def remember_folder(catalog: Catalog, file_id: int | None) -> None:
    """Store, durably, that the folder is about to be made (None) or was made, with its id."""
    with catalog.writing(durable=True):
        catalog.run("INSERT OR REPLACE INTO quarantine (one, file_id) VALUES (1, ?)", (file_id,))


def forget_folder(catalog: Catalog) -> None:
    """Store that there is none any more."""
    with catalog.writing(durable=True):
        catalog.run("DELETE FROM quarantine")


def held(catalog: Catalog) -> Held:
    """What is set aside now."""
    row = catalog.row(
        "SELECT COUNT(*), COALESCE(SUM(size), 0), COALESCE(MIN(aside_until), 0), COALESCE(MAX(aside_until), 0)"
        f" FROM retirement WHERE {_ASIDE}"
    )
    assert row is not None
    return Held(*row)


def due(catalog: Catalog, now: int, after: int, most: int) -> list[Aside]:
    """Up to `most` files whose time there is over, by their numbers, those above `after`.

    The day that was promised stands in the proof too, which the ledger vouches for: the later of the two holds.
    """
    rows = catalog.rows(
        "SELECT q.id, q.file, q.path, q.place, q.size, q.hash, q.file_id, q.aside_until, COALESCE(r.drive, ''),"
        " COALESCE(r.item, ''), json_extract(q.proof, '$.signoff') IN (SELECT signoff FROM withdrawal)"
        " FROM retirement q LEFT JOIN receipt r ON r.id = json_extract(q.proof, '$.receipt')"
        " WHERE q.done IS NOT NULL AND q.place <> '' AND q.purged IS NULL AND q.restore IS NULL AND q.aside_until <= ?1"
        " AND json_extract(q.proof, '$.aside_until') <= ?1 AND q.id > ?2 ORDER BY q.id LIMIT ?3",
        (now, after, most),
    )
    return [Aside(*row) for row in rows]


def due_totals(catalog: Catalog, now: int) -> tuple[int, int]:
    """How many files that is, and their bytes."""
    row = catalog.row(
        f"SELECT COUNT(*), COALESCE(SUM(size), 0) FROM retirement WHERE {_ASIDE} AND restore IS NULL AND aside_until <= ?1"
        " AND json_extract(proof, '$.aside_until') <= ?1",
        (now,),
    )
    return (0, 0) if row is None else (row[0], row[1])


def at(catalog: Catalog, paths: Sequence[str], after: int, most: int) -> list[Aside]:
    """Up to `most` files set aside whose old path is one of these or lies below one ("": all), by number, above `after`.
    Paths are compared folded."""
    catalog.define("fold", names.fold)
    wanted = [names.fold(path) for path in paths]
    condition = " OR ".join("fold(path) = ? OR substr(fold(path), 1, ?) = ?" for _path in wanted if _path) or "1"
    values: list[object] = []
    for path in wanted:
        values += [path, len(path) + 1, f"{path}/"] if path else []
    if "" in wanted:
        condition, values = "1", []
    rows = catalog.rows(
        "SELECT id, file, path, place, size, hash, file_id, aside_until FROM retirement"
        f" WHERE {_ASIDE} AND ({condition}) AND id > ? ORDER BY id LIMIT ?",
        (*values, after, most),
    )
    return [Aside(*row) for row in rows]


def intend_purge(catalog: Catalog, run: int, numbers: Sequence[int]) -> None:
    """Store, durably, that these are about to be deleted."""
    with catalog.writing(durable=True):
        catalog.run_many("UPDATE retirement SET purge = ? WHERE id = ?", [(run, number) for number in numbers])


def purged(catalog: Catalog, gone: Sequence[int], there: Sequence[int], now: int) -> None:
    """Store, durably, which of them are deleted and which are still there."""
    with catalog.writing(durable=True):
        catalog.run_many("UPDATE retirement SET purged = ? WHERE id = ?", [(now, number) for number in gone])
        catalog.run_many("UPDATE retirement SET purge = NULL WHERE id = ?", [(number,) for number in there])


def intend_restore(catalog: Catalog, run: int, numbers: Sequence[int]) -> None:
    """Store, durably, that these are about to be brought back."""
    with catalog.writing(durable=True):
        catalog.run_many("UPDATE retirement SET restore = ? WHERE id = ?", [(run, number) for number in numbers])


def restored(catalog: Catalog, back: Sequence[int], aside: Sequence[int], now: int) -> None:
    """Store, durably, which of them lie at their old places again and which are still set aside."""
    with catalog.writing(durable=True):
        for number in back:
            row = catalog.row("SELECT file, restore, file_id FROM retirement WHERE id = ?", (number,))
            assert row is not None
            catalog.run("UPDATE file SET gone = NULL, file_id = ? WHERE id = ?", (row["file_id"], row["file"]))
            # The next scan looks closer at every folder on the way; those that were made again are there again.
            catalog.run(
                "WITH RECURSIVE up (id) AS (SELECT folder FROM file WHERE id = ? UNION SELECT d.parent FROM folder d"
                " JOIN up ON d.id = up.id WHERE d.parent IS NOT NULL)"
                " UPDATE folder SET gone = NULL, digest = NULL WHERE id IN up",
                (row["file"],),
            )
            retirements.past(catalog, "id = ?", (number,), row["restore"], now)
        catalog.run_many("UPDATE retirement SET restore = NULL WHERE id = ?", [(number,) for number in aside])


def unfinished(catalog: Catalog, most: int = 500) -> list[tuple[Aside, bool]]:
    """What an interrupted run was about to delete there, or (True) to bring back."""
    rows = catalog.rows(
        "SELECT id, file, path, place, size, hash, file_id, aside_until, restore IS NOT NULL FROM retirement"
        f" WHERE {_ASIDE} AND (purge IS NOT NULL OR restore IS NOT NULL) ORDER BY id LIMIT ?",
        (most,),
    )
    return [(Aside(*tuple(row)[:8]), bool(row[8])) for row in rows]


def made_again(catalog: Catalog, path: str, file_id: int) -> None:
    """Store that a folder is there again, as another one."""
    folder = find_folder(catalog, path)
    with catalog.writing():
        catalog.run("UPDATE folder SET gone = NULL, digest = NULL, file_id = ? WHERE id = ?", (file_id, folder))


def permissions_of(catalog: Catalog, path: str, kind: Kind) -> bytes | None:
    """What permissions an entry has to have now by its last seal: the sealed ones, or those from before where the area was
    opened again; None where no seal knows it."""
    row = catalog.row(
        "SELECT d.content FROM former_permission p JOIN seal s ON s.id = p.seal"
        " JOIN descriptor d ON d.id = iif(s.state = 'open', p.descriptor, p.sealed)"
        " WHERE p.path = ? AND p.kind = ? ORDER BY p.seal DESC LIMIT 1",
        (path, kind),
    )
    return None if row is None else bytes(row["content"])


def emptied(catalog: Catalog) -> Iterator[str]:
    """The folders in the quarantine from which the last runs took something and in which nothing is set aside any more."""
    number = f"SELECT DISTINCT id / {_IN_A_FOLDER} AS number FROM"
    last = "SELECT MAX(id) FROM run WHERE stage ="
    rows = catalog.rows(
        f"{number} retirement WHERE purge = ({last} 'purge')"
        f" UNION {number} former_retirement WHERE restore = ({last} 'restore')"
        f" EXCEPT {number} retirement WHERE {_ASIDE} ORDER BY 1"
    )
    for row in list(rows):
        yield f"{FOLDER}/{row['number']}"
