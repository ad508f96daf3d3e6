"""Freezes: what a case (request for access, dispute, inspection) holds fast until it is lifted.

A freeze holds a path, not a row: whatever lies there now or comes there later. Names are compared folded, so that entries
which differ only in case or in how their letters are composed are all held. Several cases may hold one path; each is lifted
by itself, and the path is free once none is left. A file that a scan recognised at another place after the freeze was set
is still held there.
"""

from dataclasses import dataclass

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog
from filrydd.model import names

FROZEN = "frozen"
"""Why a file is neither sent nor deleted: the word that is told and stored."""

# Where files that lay at the path (temp.held_folder, temp.held_file) went after the freeze was set, also in several steps.
_MOVED_AWAY = (
    "WITH RECURSIVE inside (id) AS (SELECT id FROM temp.held_folder UNION SELECT d.id FROM folder d JOIN inside i"
    " ON d.parent = i.id), moved (file) AS (SELECT h.file FROM file_change h JOIN scan s ON s.id = h.scan"
    "  JOIN file was ON was.id = h.old_file WHERE h.what = 'moved' AND s.ended >= ?1"
    "  AND (was.folder IN inside OR was.id IN (SELECT id FROM temp.held_file))"
    " UNION SELECT h.file FROM moved m JOIN file_change h ON h.old_file = m.file AND h.what = 'moved'"
    "  JOIN scan s ON s.id = h.scan WHERE s.ended >= ?1)"
    " INSERT OR IGNORE INTO temp.{table} SELECT f.id FROM moved m JOIN file f ON f.id = m.file WHERE f.gone IS NULL"
)


@dataclass(frozen=True, slots=True)
class Freeze:
    """One freeze: `path` is "" for the whole area, `matter` the case; times are ticks, `lifted` is None while it holds."""

    id: int
    path: str
    matter: str
    name: str
    note: str
    at: int
    lifted: int | None
    lifted_by: str
    lifted_note: str


def add(catalog: Catalog, path: str, matter: str, name: str, note: str, now: int) -> bool:
    """Set a freeze, durably, with its row in the ledger; False when that case holds that path already.

    Takes no lock of a stage: a freeze is always allowed. Raises ClockMoved.
    """
    with catalog.writing(durable=True):
        if set_by(catalog, path, matter):
            return False
        number = catalog.run(
            "INSERT INTO freeze (path, matter, name, note, at) VALUES (?, ?, ?, ?, ?)", (path, matter, name, note, now)
        )
        body = {"of": number, "path": path, "case": matter, "note": note}
        ledger.append(catalog, "freeze", name, body, ledger.root_of(catalog, "freeze", number), now)
    return True


def lift(catalog: Catalog, path: str, matter: str, name: str, note: str, now: int) -> bool:
    """Lift what a case set on a path, durably, with its row in the ledger; False when it does not hold it.

    Raises ClockMoved.
    """
    with catalog.writing(durable=True):
        lifted = set_by(catalog, path, matter)
        for freeze in lifted:
            catalog.run(
                "UPDATE freeze SET lifted = ?, lifted_by = ?, lifted_note = ? WHERE id = ?",
                (now, name, note, freeze.id),
            )
            body = {"of": freeze.id, "path": freeze.path, "case": freeze.matter, "note": note}
            ledger.append(catalog, "unfreeze", name, body, ledger.root_of(catalog, "unfreeze", freeze.id), now)
    return bool(lifted)


def history(catalog: Catalog) -> list[Freeze]:
    """Every freeze, lifted ones included, the oldest first."""
    return [Freeze(*row) for row in catalog.rows("SELECT * FROM freeze ORDER BY id")]


def in_force(catalog: Catalog) -> list[Freeze]:
    """The freezes that nobody has lifted, the oldest first."""
    return [Freeze(*row) for row in catalog.rows("SELECT * FROM freeze WHERE lifted IS NULL ORDER BY id")]


def set_by(catalog: Catalog, path: str, matter: str) -> list[Freeze]:
    """The freezes in force that a case has set on just this path."""
    wanted = names.fold(path), names.fold(matter)
    return [one for one in in_force(catalog) if (names.fold(one.path), names.fold(one.matter)) == wanted]


def holding(catalog: Catalog, path: str) -> list[Freeze]:
    """The freezes in force on a path or on a folder above it."""
    folded = names.fold(path)
    return [
        one
        for one in in_force(catalog)
        if not one.path or names.fold(one.path) == folded or folded.startswith(names.fold(one.path) + "/")
    ]


def list_frozen(catalog: Catalog, *, only: int | None = None) -> int:
    """Fill the TEMP table `frozen` (file) with the present files that some freeze in force holds, or with the file `only` if
    one does; returns how many.

    Set-based: the folders under each path by their bounds in preorder, so a freeze costs the files it holds.
    """
    _empty(catalog, "frozen")
    for freeze in in_force(catalog):
        _list(catalog, freeze, "frozen", only)
    return int(catalog.value("SELECT COUNT(*) FROM temp.frozen"))


def held_by(catalog: Catalog, freeze: Freeze) -> tuple[int, int]:
    """How many present files a freeze holds by itself, or held before it was lifted, and their bytes."""
    _empty(catalog, "held")
    _list(catalog, freeze, "held")
    row = catalog.row("SELECT COUNT(*), COALESCE(SUM(f.size), 0) FROM temp.held h JOIN file f ON f.id = h.file")
    return (0, 0) if row is None else (row[0], row[1])


def is_known(catalog: Catalog, path: str) -> bool:
    """Whether a scan has seen anything at the path, also if it is gone now."""
    _find(catalog, path)
    return bool(
        catalog.value("SELECT EXISTS (SELECT 1 FROM temp.held_folder) OR EXISTS (SELECT 1 FROM temp.held_file)")
    )


class Watch:
    """Tells of one file after the other whether it is frozen at that moment, also by a freeze that another process set
    since. Works on the TEMP table `frozen`."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._state: tuple[int, int] | None = None

    def holds(self, file: int) -> bool:
        """Whether a freeze holds the file now."""
        # No row is ever removed, and one is lifted once: these two numbers change with every change.
        row = self._catalog.row("SELECT COALESCE(MAX(id), 0), COUNT(lifted) FROM freeze")
        state = None if row is None else (row[0], row[1])
        if state != self._state:
            list_frozen(self._catalog)
            self._state = state
        return bool(self._catalog.value("SELECT EXISTS (SELECT 1 FROM temp.frozen WHERE file = ?)", (file,)))


def _empty(catalog: Catalog, table: str) -> None:
    catalog.run(f"CREATE TEMP TABLE IF NOT EXISTS {table} (file INTEGER PRIMARY KEY)")
    catalog.run(f"DELETE FROM temp.{table}")


def _list(catalog: Catalog, freeze: Freeze, table: str, only: int | None = None) -> None:
    _find(catalog, freeze.path)
    if only is not None:
        catalog.run(
            f"INSERT OR IGNORE INTO temp.{table} SELECT f.id FROM file f JOIN folder d ON d.id = f.folder"
            " WHERE f.id = ?1 AND f.gone IS NULL AND (f.id IN temp.held_file OR d.gone IS NULL AND EXISTS (SELECT 1"
            " FROM temp.held_folder h CROSS JOIN folder top ON top.id = h.id WHERE top.gone IS NULL"
            " AND d.lo BETWEEN top.lo AND top.hi))",
            (only,),
        )
        _list_moved(catalog, freeze, table)
        return
    # In this order: SQLite does not know that few folders are held, and would begin with all that there are.
    catalog.run(
        f"INSERT OR IGNORE INTO temp.{table} SELECT f.id FROM temp.held_folder h CROSS JOIN folder top ON top.id = h.id"
        " CROSS JOIN folder d ON d.lo BETWEEN top.lo AND top.hi AND d.gone IS NULL CROSS JOIN file f ON f.folder = d.id"
        " WHERE top.gone IS NULL AND f.gone IS NULL"
    )
    catalog.run(
        f"INSERT OR IGNORE INTO temp.{table} SELECT f.id FROM temp.held_file h CROSS JOIN file f ON f.id = h.id"
        " WHERE f.gone IS NULL"
    )
    _list_moved(catalog, freeze, table)


def _list_moved(catalog: Catalog, freeze: Freeze, table: str) -> None:
    if catalog.value("SELECT EXISTS (SELECT 1 FROM file_change WHERE what = 'moved')"):
        catalog.run(_MOVED_AWAY.format(table=table), (freeze.at,))


def _find(catalog: Catalog, path: str) -> None:
    """Fill the TEMP tables `held_folder` and `held_file` (id) with what lies, or lay, at just this path."""
    catalog.define("fold", names.fold)
    for table in ("held_folder", "held_file"):
        catalog.run(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
        catalog.run(f"DELETE FROM temp.{table}")
    found = [row["id"] for row in catalog.rows("SELECT id FROM folder WHERE parent IS NULL")]
    segments = path.split("/") if path else []
    for number, segment in enumerate(segments, 1):
        folded = names.fold(segment)
        if number == len(segments):
            for folder in found:
                catalog.run(
                    "INSERT OR IGNORE INTO temp.held_file SELECT id FROM file WHERE folder = ? AND fold(name) = ?",
                    (folder, folded),
                )
        found = [
            row["id"]
            for folder in found
            for row in list(catalog.rows("SELECT id FROM folder WHERE parent = ? AND fold(name) = ?", (folder, folded)))
        ]
    catalog.run_many("INSERT INTO temp.held_folder (id) VALUES (?)", [(folder,) for folder in found])
