"""The totals of an area as figures: JSON that names no file; folders and unreadable entries stand in it by their rows."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents.folder_copies import FolderCopy
from filrydd.catalog.insight.absentees import Owners
from filrydd.catalog.insight.beginnings import Kind, Place
from filrydd.catalog.insight.refused import Names
from filrydd.catalog.insight.standouts import FolderTotal
from filrydd.catalog.paths import path_of_folder
from filrydd.model import names

_SCAN = "insight of scan"
_LAST_SCAN = "SELECT MAX(id) FROM scan WHERE state = 'done'"


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Files of more than the class before and at most `up_to` bytes (None: any size)."""

    up_to: int | None
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class AgeClass:
    """Files last changed `years` ago or longer, and less than `under` (None: any time). `years` None: in the future."""

    years: int | None
    under: int | None
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Family:
    """Files of one family (`catalog.families`)."""

    family: str
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Groups of files with the same content, all files in them, the bytes that are free if one of each stays; and how many
    groups of folders are whole copies."""

    groups: int
    files: int
    bytes: int
    folders: int


@dataclass(frozen=True, slots=True)
class Unread:
    """How much could not be read for one reason (`model.entry.Reason`), and the rows of a few examples."""

    reason: str
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """Files without a byte; folders without a file in them or below, and with nothing unreadable there."""

    files: int
    folders: int


@dataclass(frozen=True, slots=True)
class Insight:
    """What an area held on a day. `junk` is part of `families`. `duplicates` is None where nobody has read contents;
    `copies` are the groups of folders that free most, with a few paths each."""

    day: date
    sizes: tuple[SizeClass, ...]
    ages: tuple[AgeClass, ...]
    families: tuple[Family, ...]
    junk: tuple[Family, ...]
    biggest: tuple[FolderTotal, ...]
    oldest: tuple[FolderTotal, ...]
    duplicates: Duplicates | None
    copies: tuple[FolderCopy, ...]
    unread: tuple[Unread, ...]
    owners: tuple[Owners, ...]
    empty: Empty
    names: Names
    places: tuple[Place, ...]


_ROWS: dict[str, Callable[..., Any]] = {
    "sizes": SizeClass,
    "ages": AgeClass,
    "families": Family,
    "junk": Family,
    "biggest": FolderTotal,
    "oldest": FolderTotal,
    "copies": lambda paths, **rest: FolderCopy(**rest, paths=tuple(paths)),
    "unread": lambda examples, **rest: Unread(**rest, examples=tuple(examples)),
    "owners": Owners,
    "places": lambda kind, **rest: Place(kind=Kind(kind), **rest),
}
_SINGLE: dict[str, Callable[..., Any]] = {"duplicates": Duplicates, "empty": Empty, "names": Names}


def keep(catalog: Catalog, insight: Insight) -> None:
    """Store it as figures of the stage scan, bound to the last scan. Only inside `writing`; a handful of rows."""
    whole = asdict(insight)
    whole["day"] = insight.day.isoformat()
    whole[_SCAN] = catalog.value(_LAST_SCAN)
    catalog.run_many(
        "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('scan', ?, ?)",
        [
            (name, value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False))
            for name, value in whole.items()
        ],
    )


def carry_over(catalog: Catalog, day: date) -> bool:
    """Let the totals stand for the last scan too, which changed nothing; False when there are none of that day, or more
    has been scanned since. Only inside `writing`."""
    stored = catalog.value(f"SELECT value FROM figure WHERE stage = 'scan' AND name = '{_SCAN}'")
    of_day = catalog.value("SELECT value FROM figure WHERE stage = 'scan' AND name = 'day'")
    before = catalog.value("SELECT MAX(id) FROM scan WHERE state = 'done' AND id < (" + _LAST_SCAN + ")")
    if stored is None or stored != before or of_day != day.isoformat():
        return False
    catalog.run(f"UPDATE figure SET value = ({_LAST_SCAN}) WHERE stage = 'scan' AND name = '{_SCAN}'")
    return True


def read(catalog: Catalog) -> Insight | None:
    """What was stored after the last scan; None when nothing was."""
    stored = {row["name"]: row["value"] for row in catalog.rows("SELECT name, value FROM figure WHERE stage = 'scan'")}
    if "day" not in stored or stored.get(_SCAN) != catalog.value(_LAST_SCAN):
        return None
    parsed: dict[str, Any] = {"day": date.fromisoformat(stored["day"])}
    for name, made in _ROWS.items():
        parsed[name] = tuple(made(**row) for row in json.loads(stored[name]))
    for name, made in _SINGLE.items():
        value = json.loads(stored[name])
        parsed[name] = None if value is None else made(**value)
    return Insight(**parsed)


def unread_paths(catalog: Catalog, insight: Insight) -> dict[int, str]:
    """The paths of the unreadable examples, by row; of those that are unreadable still."""
    found = {}
    for number in (number for one in insight.unread for number in one.examples):
        row = catalog.row("SELECT folder, name FROM unreadable WHERE id = ?", (number,))
        if row is not None:
            above = path_of_folder(catalog, row["folder"])
            found[number] = above if row["name"] is None else names.join(above, row["name"])
    return found
