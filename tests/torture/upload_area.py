"""A signed area to upload again and again, and what a rehearsal tenant really holds of it.

The tenant is looked at from within, in its database: contents by SHA-256, which nothing of filrydd reckons with. So it is
an independent look, and one that a fault on the wire cannot disturb.
"""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filrydd.stages import classify, propose, scan
from tests.areas import POLICY, Area, new_area
from tests.conftest import Tree, lay_out
from tests.targets.place import PERSONS

SITE = "uploaded"
_EMPTY = hashlib.sha256().hexdigest()
STRUCTURE = f"""
structure:
  versions: {{as history: yes, kept: 100}}
  duplicates: one copy
  columns: [department, original path]
  access:
    stands for:
      S-1-1-0: {PERSONS[3]}
      S-1-22-1-{os.getuid()}: {PERSONS[1]}
      S-1-22-2-{os.getgid()}: {PERSONS[2]}
    decided: {{by: Arkivar, on: 2026-01-02}}
"""
HISTORY = "plan_v2.txt"
"""The file of `lay_out_small` that arrives with an earlier version beneath it."""
TWINS = ("Referat.txt", "Kopi.txt")
"""Of these one arrives, and the other leads to it."""


@dataclass(frozen=True)
class Lies:
    """One file of the library: its contents by SHA-256, the oldest first and each once; how many versions there are; its
    time in seconds; who may open its folder where that is closed; what its columns say."""

    contents: tuple[str, ...]
    versions: int
    modified: int
    open_to: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


def small_tree(large: int) -> Tree:
    """A file of each sort that an upload treats in a way of its own; `large` bytes need several fragments."""
    return {
        "Bilag": {"ny.pdf": "new voucher"},
        "Notat": {
            "a.txt": "alpha",
            "tom.txt": "",
            "plan_v1.txt": "a plan",
            HISTORY: "a better plan",
            "Referat.txt": "what was said in the meeting",
            "Under": {"b: c.txt": "beta"},
        },
        "Møte": {"Kopi.txt": "what was said in the meeting", "Å æ #100% + '.txt": "names"},
        "stor.bin": bytes(range(256)) * (large // 256) + b"the end",
    }


def dated(top: Path) -> None:
    """Give everything times of its own, none of them that of the upload."""
    for number, path in enumerate(sorted(top.rglob("*"))):
        then = datetime(2025, 5, 5, 12, number // 60 % 60, number % 60, tzinfo=UTC).timestamp()
        os.utime(path, (then, then))


def close(top: Path) -> None:
    """Close a folder of the small tree to others."""
    (top / "Notat" / "Under").chmod(0o700)


def small_area(folder: Path, large: int, structure: str = STRUCTURE) -> Area:
    """The small tree, scanned, proposed and signed."""
    area = new_area(folder)
    lay_out(area.top, small_tree(large))
    close(area.top)
    dated(area.top)
    signed(area, structure)
    return area


def signed(area: Area, structure: str = STRUCTURE) -> None:
    """Take an area whose files are there all the way to its upload."""
    area.policy(POLICY.replace("/sites/regnskap", f"/sites/{SITE}") + structure)
    for wishes in (scan.Wishes(), scan.Wishes(copies=True)):
        scan.run(area.work(), str(area.top), wishes)
        classify.run(area.work())
    propose.run(area.work())
    area.sign()


def another(area: Area, folder: Path) -> Area:
    """The same area in a workspace of its own, as it was before the upload; the files are shared."""
    shutil.copytree(area.workspace, folder / "workspace")
    return Area(folder / "workspace", area.top)


def contents_of(area: Area) -> dict[str, str]:
    """SHA-256 of every file of the old area, by name: names are unique there."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in area.top.rglob("*") if path.is_file()}
    assert len(found) == sum(path.is_file() for path in area.top.rglob("*"))
    return found


def lying(tenant: Path, library: str = "Dokumenter") -> dict[str, Lies]:
    """Every file of the area's library in a tenant's folder by its path, but for what filrydd deposits."""
    with closing(_look(tenant)) as con:
        rows = con.execute(
            "WITH RECURSIVE below (id, path, parent) AS ("
            " SELECT d.root, '', '' FROM drive d JOIN site s ON s.id = d.site WHERE s.fold = ? AND d.name = ?"
            " UNION ALL SELECT i.id, b.path || '/' || i.name, i.parent FROM item i JOIN below b ON i.parent = b.id"
            " WHERE i.gone = 0)"
            " SELECT b.path, b.parent, i.id, i.blob, i.size, i.versions, i.modified FROM below b JOIN item i ON i.id = b.id"
            " WHERE NOT i.folder AND b.path NOT LIKE '/\\_filrydd/%' ESCAPE '\\'",
            (f"sites/{SITE}", library),
        ).fetchall()
        return {row[0].lstrip("/"): _lies(con, *row[1:]) for row in rows}


def _lies(con: sqlite3.Connection, parent: str, id: str, blob: str, size: int, versions: int, modified: int) -> Lies:
    older = con.execute("SELECT blob FROM version WHERE item = ? ORDER BY number", (id,)).fetchall()
    contents = [content if content else _EMPTY for (content,) in older] + [blob]
    # A file begins with no version at all: what is listed first is the content that it arrived with.
    each = [now for before, now in zip([None, *contents], contents, strict=False) if now != before]
    opened = con.execute("SELECT id, role FROM permission WHERE item = ? ORDER BY id", (parent,)).fetchall()
    columns = con.execute("SELECT name, value FROM field WHERE item = ? ORDER BY name", (id,)).fetchall()
    assert (size == 0) == (blob == _EMPTY), "the tenant's own size is wrong"
    return Lies(tuple(each), versions, modified, tuple(f"{who} {role}" for who, role in opened), tuple(columns))


def folders(tenant: Path) -> list[str]:
    """The paths of the folders in the area's library, twins as often as they are there."""
    with closing(_look(tenant)) as con:
        rows = con.execute(
            "WITH RECURSIVE below (id, path) AS ("
            " SELECT d.root, '' FROM drive d JOIN site s ON s.id = d.site WHERE s.fold = ? AND d.name = 'Dokumenter'"
            " UNION ALL SELECT i.id, b.path || '/' || i.name FROM item i JOIN below b ON i.parent = b.id"
            " WHERE i.gone = 0 AND i.folder)"
            " SELECT path FROM below WHERE path <> '' AND path NOT LIKE '/\\_filrydd%' ESCAPE '\\' ORDER BY path",
            (f"sites/{SITE}",),
        ).fetchall()
        return [path for (path,) in rows]


def open_sessions(tenant: Path, since: float) -> list[str]:
    """The names of the files whose upload sessions were touched after `since` (Unix time) and have not ended."""
    with closing(_look(tenant)) as con:
        return [name for (name,) in con.execute("SELECT name FROM session WHERE touched >= ?", (since,))]


def left_over(area: Area) -> dict[str, list[tuple[object, ...]]]:
    """What an upload that has ended well leaves nothing of: intents, and failures with their reasons."""
    with closing(sqlite3.connect(area.workspace / "scans" / "felles.db")) as con:
        return {
            "journal": con.execute("SELECT file, session FROM journal").fetchall(),
            "failure": con.execute(
                "SELECT f.name, x.reason, x.detail FROM failure x JOIN file f ON f.id = x.file"
            ).fetchall(),
            "without a receipt": con.execute(
                "SELECT f.name FROM file f JOIN placement c ON c.file = f.id"
                " LEFT JOIN current_receipt r ON r.file = f.id WHERE r.id IS NULL"
            ).fetchall(),
        }


def unsent(area: Area) -> set[str]:
    """The names of the files that have no receipt."""
    return {str(name) for (name,) in left_over(area)["without a receipt"]}


def _look(tenant: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{tenant / 'tenant.db'}?mode=ro", uri=True)
