"""Where each part's files have arrived: how many, in which folders of the new place, and what is open about them.

Counting looks at every receipt, so what was counted stands beside a *stamp*, the last of everything that it was counted from;
a page reads what was counted last.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from filrydd.catalog import new_folders
from filrydd.catalog.connection import Catalog
from filrydd.catalog.new_folders import NewFolder
from filrydd.layout import digest

MOST_PLACES = 10
"""Folders of a library that are told one by one, where nothing but the library itself holds all of them."""

# What receipts, parts, places and findings were last changed by: each comes with a run, but for receipts, which come one by
# one while it goes, and a scan.
_STAMP = (
    "SELECT json_array((SELECT MAX(id) FROM run), (SELECT MAX(ended) FROM run), (SELECT MAX(id) FROM receipt),"
    " (SELECT MAX(id) FROM scan WHERE state = 'done'), (SELECT MAX(id) FROM finding))"
)
# A folder that no proposal has divided yet is the area's own part's: the one at its top.
_PART = (
    " LEFT JOIN folder_part p ON p.folder = f.folder JOIN part q ON q.id = COALESCE(p.part,"
    " (SELECT o.id FROM part o JOIN folder d ON d.id = o.folder WHERE o.present AND d.parent IS NULL))"
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A part of which something has arrived. `places` are the addresses of the folders that hold it, `findings` the open ones
    {kind: count}."""

    part: str
    files: int
    places: tuple[str, ...]
    findings: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 in hex over the places."""
        return hashlib.sha256(b"filrydd places 1" + digest.line(list(self.places))).hexdigest()

    @property
    def open(self) -> int:
        """How many findings are open."""
        return sum(self.findings.values())


def is_current(catalog: Catalog) -> bool:
    """Whether counting now would give what was counted last. Looks at the ends of some tables."""
    if not catalog.value("SELECT EXISTS (SELECT 1 FROM receipt)"):
        return True
    stamp = catalog.value("SELECT stamp FROM arrival_stamp")
    return stamp is not None and bool(stamp == catalog.value(_STAMP))


def are_compared(catalog: Catalog) -> bool:
    """Whether a verification has begun and ended since the last file arrived."""
    return bool(
        catalog.value(
            "SELECT COALESCE((SELECT MAX(id) FROM run WHERE stage = 'verify' AND ended IS NOT NULL), 0)"
            " > COALESCE((SELECT run FROM receipt ORDER BY id DESC LIMIT 1), 0)"
        )
    )


def compared_at(catalog: Catalog) -> int | None:
    """When a verification ended last, in ticks; None before the first."""
    ended = catalog.value("SELECT MAX(ended) FROM run WHERE stage = 'verify'")
    return None if ended is None else int(ended)


def read(catalog: Catalog) -> dict[str, Arrival]:
    """What was counted last, by part, current or not: some rows."""
    rows = catalog.rows("SELECT part, files, places, findings FROM arrival ORDER BY part")
    return {
        row["part"]: Arrival(row["part"], row["files"], _lines(row["places"]), json.loads(row["findings"]))
        for row in rows
    }


def current(catalog: Catalog) -> dict[str, Arrival]:
    """What holds now: counted anew when what was counted last is outdated."""
    return read(catalog) if is_current(catalog) else refresh(catalog)


def refresh(catalog: Catalog) -> dict[str, Arrival]:
    """Count, and store it."""
    stamp = catalog.value(_STAMP)
    found = _counted(catalog)
    with catalog.writing():
        catalog.run("DELETE FROM arrival")
        catalog.run_many(
            "INSERT INTO arrival (part, files, places, findings) VALUES (?, ?, ?, ?)",
            [
                (one.part, one.files, "\n".join(one.places), json.dumps(one.findings, sort_keys=True))
                for one in found.values()
            ],
        )
        catalog.run("INSERT OR REPLACE INTO arrival_stamp (one, stamp) VALUES (1, ?)", (stamp,))
    return found


def _counted(catalog: Catalog) -> dict[str, Arrival]:
    known = new_folders.Known(catalog)
    files: dict[str, int] = {}
    folders: dict[str, dict[str, list[NewFolder]]] = {}
    rows = catalog.rows(
        "SELECT q.name AS part, r.drive, r.parent, MIN(r.url) AS url, COUNT(*) AS files FROM current_receipt r"
        f" JOIN file f ON f.id = r.file AND f.gone IS NULL{_PART} GROUP BY q.name, r.drive, r.parent"
    )
    # Read whole, since each folder is looked up over the same connection: a row for each folder, not for each file.
    for row in list(rows):
        files[row["part"]] = files.get(row["part"], 0) + row["files"]
        of_drive = folders.setdefault(row["part"], {})
        of_drive.setdefault(row["drive"], []).append(known.of(row["drive"], row["parent"], row["url"]))
    findings: dict[str, dict[str, int]] = {}
    for row in catalog.rows(
        "SELECT q.name AS part, x.kind, COUNT(*) AS files FROM finding x JOIN file f ON f.id = x.file AND f.gone IS NULL"
        f"{_PART} WHERE x.closed IS NULL AND x.stage IN ('upload', 'verify') GROUP BY q.name, x.kind"
    ):
        findings.setdefault(row["part"], {})[row["kind"]] = row["files"]
    return {
        part: Arrival(part, files[part], _places(list(folders[part].values())), findings.get(part, {}))
        for part in sorted(files)
    }


def _places(drives: Sequence[list[NewFolder]]) -> tuple[str, ...]:
    """The folder of each library that holds all; where that is the library itself, the folders just below it."""
    found: set[str] = set()
    for folders in drives:
        shared = new_folders.common(folders)
        if shared is None:
            found |= {folder.url for folder in folders}
        elif shared.way or any(not folder.way for folder in folders):
            found.add(shared.url)
        else:
            tops = {NewFolder(one.origin, one.library, one.way[:1]).url for one in folders}
            found |= tops if len(tops) <= MOST_PLACES else {shared.url}
    return tuple(sorted(found))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
