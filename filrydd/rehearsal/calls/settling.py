"""What follows when something has come: at once in the same act, or planned for later.

Sources: Microsoft, "Configure a default sensitivity label for a SharePoint document library" (a few minutes after an upload;
not what is encrypted or cannot carry one), "driveItem: setRetentionLabel" (what is in a folder gets its label). That a label
of its own wins, that a label makes no version, and that a stamp makes one and keeps the file's time, are our inferences.
"""

import sqlite3
from pathlib import Path
from typing import Any

from filrydd.rehearsal.calls import onenote
from filrydd.rehearsal.calls.later import can, plan
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules import malware, rewriting
from filrydd.rehearsal.store import changes, folders, labels, writing
from filrydd.rehearsal.store.blobs import small
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.labels import Label
from filrydd.rehearsal.store.sites import Drive, drive_by_id
from filrydd.rehearsal.tenancy import Tenancy

_STEP = 200
_AGAIN = 30.0
_STAMPED_MOST = 256 << 20
"""Bytes of a file that is stamped: the one writer must not wait long for it."""
_CASCADE, _INHERIT, _STAMP, _SCAN = "cascade label", "label from folder", "stamp label", "find malware"
_DEFAULT = "label from library"


def arrived(tenancy: Tenancy, con: sqlite3.Connection, drive: Drive, row: Row) -> None:
    """Settle a file that came, or whose content did, within its act. Raises Refused (507 when the library is full)."""
    used, inherited = con.execute(
        "SELECT size, (SELECT label FROM item WHERE id = ?) FROM item WHERE id = ?", (row.parent, drive.root)
    ).fetchone()
    if used > tenancy.ways.quota:
        raise _full()
    now = tenancy.clock.now()
    onenote.arrived(con, drive, row)
    if tenancy.ways.malware == "later":
        plan(con, now + tenancy.ways.label_seconds, _SCAN, row.id)
    if rewriting.extension(row.name) in rewriting.STAMPED and (label := tenancy.labels.default(drive)):
        plan(con, now + label.seconds, _STAMP, row.id, label=label.name, id=label.id)
    if inherited and not row.label:
        plan(con, now + tenancy.ways.label_seconds, _INHERIT, row.id)
    elif not row.label and (label := tenancy.labels.default_retention(drive)):
        plan(con, now + label.seconds, _DEFAULT, row.id, label=label.name, kind=label.kind)


def check_room(tenancy: Tenancy, con: sqlite3.Connection, drive: Drive) -> None:
    """Refuse (507) a session for a library that is full already; how much will come, nobody knows yet."""
    if con.execute("SELECT size FROM item WHERE id = ?", (drive.root,)).fetchone()[0] >= tenancy.ways.quota:
        raise _full()


def _full() -> Refused:
    return Refused(507, "quotaLimitReached", "Insufficient Space Available")


def placed(tenancy: Tenancy, con: sqlite3.Connection, row: Row) -> None:
    """Let an item that came to a folder get the folder's retention label some time later."""
    found = con.execute("SELECT label FROM item WHERE id = ?", (row.parent,)).fetchone()
    if found and found[0]:
        plan(con, tenancy.clock.now() + tenancy.ways.label_seconds, _INHERIT, row.id)


def cascade(tenancy: Tenancy, con: sqlite3.Connection, folder: Row, label: Label) -> None:
    """Let what lies in a folder get its retention label some time later."""
    plan(con, tenancy.clock.now() + tenancy.ways.label_seconds, _CASCADE, folder.id, label=label.name, kind=label.kind)


@can(_CASCADE)
def _cascade(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    folder = folders.find(con, item)
    if folder is None or folder.label != value["label"]:
        # Another label came, and has a cascade of its own.
        return
    label = Label(value["label"], value["kind"], frozenset(), 0)
    after = value.get("after", "")
    found = con.execute(
        "SELECT fold, id FROM item WHERE parent = ? AND fold > ? AND gone = 0 ORDER BY fold LIMIT ?",
        (item, after, _STEP),
    ).fetchall()
    for _fold, id in found:
        _inherit(tenancy, con, id, label)
    if len(found) == _STEP:
        plan(con, tenancy.clock.now(), _CASCADE, item, **{**value, "after": found[-1][0]})


@can(_INHERIT)
def _inherit_from_folder(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    row = folders.find(con, item)
    folder = folders.find(con, row.parent) if row else None
    if folder and (applied := labels.of_item(con, folder)):
        _inherit(tenancy, con, item, Label(folder.label, applied.kind, frozenset(), 0))


@can(_DEFAULT)
def _label_by_library(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    row = folders.find(con, item)
    if row is not None and not row.label:
        _inherit(tenancy, con, item, Label(value["label"], value["kind"], frozenset(), 0))


def _inherit(tenancy: Tenancy, con: sqlite3.Connection, item: str, label: Label) -> None:
    row = folders.find(con, item)
    if row is None or row.label == label.name:
        return
    applied = labels.of_item(con, row)
    if applied and (applied.explicit or applied.kind == "regulatory"):
        return
    now = tenancy.clock.now()
    labels.apply(con, row, label, by="", explicit=False, now=now)
    changes.touched(con, drive_by_id(con, row.drive), row.id)
    if row.folder:
        plan(con, now, _CASCADE, row.id, label=label.name, kind=label.kind)


@can(_SCAN)
def _scan(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    row = folders.find(con, item)
    name = malware.found(_content(tenancy, con, row)) if row and not row.malware else ""
    if row and name:
        con.execute("UPDATE item SET malware = ? WHERE id = ?", (name, row.id))
        changes.touched(con, drive_by_id(con, row.drive), row.id)


@can(_STAMP)
def _stamp(tenancy: Tenancy, con: sqlite3.Connection, item: str, value: dict[str, Any]) -> None:
    row = folders.find(con, item)
    if row is None or row.sensitivity or row.size > _STAMPED_MOST:
        return
    if row.holder:
        plan(con, tenancy.clock.now() + _AGAIN, _STAMP, item, **value)
        return
    applied = labels.of_item(con, row)
    if applied and applied.locked:
        return
    target = tenancy.blobs.arriving()
    stamped = rewriting.stamp(_content(tenancy, con, row), target, row.name, value["label"], value["id"])
    if stamped is None:
        return
    content = small(stamped) if isinstance(stamped, bytes) else tenancy.blobs.keep(stamped)
    tenancy.blobs.add(con, content)
    drive = drive_by_id(con, row.drive)
    writing.replace(con, drive, row, content, Times(modified=row.modified), tenancy.clock.now())
    con.execute("UPDATE item SET sensitivity = ? WHERE id = ?", (value["label"], row.id))


def _content(tenancy: Tenancy, con: sqlite3.Connection, row: Row) -> bytes | Path:
    """A small content as bytes, a large one as the file that it is."""
    place = tenancy.blobs.place(con, row.blob)
    return place.file if place.file.name == row.blob else tenancy.blobs.read(con, row.blob)
