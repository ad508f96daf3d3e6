"""Retention labels of items as rows, and the labels of the tenant as its folder's `labels.csv` tells them.

It has the columns name, kind (retention, record, regulatory or sensitivity), libraries (where it is the default, as
server-relative paths parted by semicolons: `sites/x/Shared Documents`; a regulatory label never is) and seconds (until a default
label comes to a new file; 120 if empty). It is read anew when it changed.

What a label forbids: Microsoft, "Declare records by using retention labels", its table of what is blocked. A retention label
alone forbids nothing: what is deleted stays in the Preservation Hold library, and here on disk.
"""

import csv
import math
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path

from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive

KINDS = ("retention", "record", "regulatory", "sensitivity")
STAMP_SECONDS = 120.0
_MOST_BYTES = 1 << 20
_SELECTED = "SELECT kind, at, by, explicit, locked FROM item_label WHERE item = ?"


@dataclass(frozen=True, slots=True)
class Label:
    """A label that the tenant knows. `libraries` are folded paths."""

    name: str
    kind: str
    libraries: frozenset[str]
    seconds: float

    @property
    def id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"label {self.name}"))


@dataclass(frozen=True, slots=True)
class Applied:
    """A retention label on an item. `at` in seconds since 1970; `explicit`: not from its folder; `locked`: a record is."""

    kind: str
    at: int
    by: str
    explicit: bool
    locked: bool


class Labels:
    """The labels of one tenant."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "labels.csv"
        self._seen: tuple[int, int] = (0, 0)
        self._labels: dict[str, Label] = {}

    def all(self) -> dict[str, Label]:
        """By name, as the file says them now; none without it. Raises Refused (500) for a file that is no such list."""
        try:
            state = self._file.stat()
        except FileNotFoundError:
            return {}
        if (state.st_mtime_ns, state.st_size) != self._seen:
            self._labels = _read(self._file)
            self._seen = (state.st_mtime_ns, state.st_size)
        return self._labels

    def default(self, drive: Drive) -> Label | None:
        """The sensitivity label that new files of a library get."""
        return self._default(drive, ("sensitivity",))

    def default_retention(self, drive: Drive) -> Label | None:
        """The retention label that new files of a library get, unless they have one."""
        return self._default(drive, ("retention", "record"))

    def _default(self, drive: Drive, kinds: tuple[str, ...]) -> Label | None:
        path = fold(drive.path)
        return next((one for one in self.all().values() if one.kind in kinds and path in one.libraries), None)


def _read(file: Path) -> dict[str, Label]:
    if file.stat().st_size > _MOST_BYTES:
        raise _wrong(file, "it is too large")
    labels: dict[str, Label] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise _wrong(file, str(problem)) from None
    for number, row in enumerate(rows, 2):
        name, kind = (row.get("name") or "").strip(), (row.get("kind") or "").strip().lower()
        libraries = frozenset(fold(path.strip().strip("/")) for path in (row.get("libraries") or "").split(";"))
        libraries -= {""}
        if not name or kind not in KINDS or name in labels or (libraries and kind == "regulatory"):
            raise _wrong(file, f"line {number}: a name of its own and one of the kinds {', '.join(KINDS)} are needed")
        try:
            seconds = float(row.get("seconds") or STAMP_SECONDS)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < math.inf:
            raise _wrong(file, f"line {number}: seconds is no number")
        labels[name] = Label(name, kind, libraries, seconds)
    return labels


def _wrong(file: Path, problem: str) -> Refused:
    return Refused(500, "generalException", f"{file.name} cannot be used: {problem}.")


def of_item(con: sqlite3.Connection, row: Row) -> Applied | None:
    """The retention label of an item, whose name the row has."""
    found = con.execute(_SELECTED, (row.id,)).fetchone() if row.label else None
    return Applied(found[0], found[1], found[2], bool(found[3]), bool(found[4])) if found else None


def apply(con: sqlite3.Connection, row: Row, label: Label, *, by: str, explicit: bool, now: float) -> None:
    """Put a retention label on an item; a record is locked by it."""
    locked = label.kind in ("record", "regulatory") and not row.folder
    values = (row.id, row.drive, label.kind, int(now), by, explicit, locked)
    con.execute("INSERT OR REPLACE INTO item_label VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    con.execute("UPDATE item SET label = ? WHERE id = ?", (label.name, row.id))


def take_off(con: sqlite3.Connection, row: Row) -> None:
    """Take the retention label of an item away."""
    con.execute("DELETE FROM item_label WHERE item = ?", (row.id,))
    con.execute("UPDATE item SET label = '' WHERE id = ?", (row.id,))


def lock(con: sqlite3.Connection, row: Row, *, locked: bool) -> None:
    """Lock or unlock a record."""
    con.execute("UPDATE item_label SET locked = ? WHERE item = ?", (locked, row.id))
