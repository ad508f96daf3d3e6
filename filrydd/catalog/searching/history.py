"""What happened to one file, from what each stage and person left: never more than some rows of each kind."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog import rules
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file
from filrydd.catalog.searching.index import Index
from filrydd.model.names import fold
from filrydd.model.rule import Rule

MOST_OF_A_KIND = 50
# So many of the last changes of rulings are looked through where the index cannot tell which are the file's.
_LOOKED_THROUGH = 200_000


class What(StrEnum):
    """What happened."""

    SEEN_FIRST = "seen first"
    APPEARED = "appeared"
    CHANGED = "changed"
    VANISHED = "vanished"
    MOVED_HERE = "moved here"
    MOVED_AWAY = "moved away"
    RULED = "ruled"
    ANSWERED = "answered"
    ANSWERED_IN_GROUP = "answered in group"
    LOOKED_AT = "looked at"
    SIGNED = "signed"
    COSIGNED = "co-signed"
    WITHDRAWN = "withdrawn"
    FROZEN = "frozen"
    THAWED = "thawed"
    HANDED_OVER = "handed over"
    NOT_SENT = "not sent"
    SENT = "sent"
    COMPARED = "compared"
    FOUND = "found"
    SEALED = "sealed"
    UNSEALED = "unsealed"
    SET_ASIDE = "set aside"
    BROUGHT_BACK = "brought back"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a time (ticks). `who` did it, empty where no person did. `word` and `text` are what belongs to
    it: a fate or a stored word, and a path, note or address; `old` and `new` the rules before and after, `size` in bytes.
    `is_full`: compared in full under a seal."""

    at: int
    what: What
    who: str = ""
    word: str = ""
    text: str = ""
    old: Rule | None = None
    new: Rule | None = None
    size: int | None = None
    is_full: bool = False


def of_file(catalog: Catalog, index: Index | None, file: int, path: str) -> list[Event]:
    """Everything that is known to have happened to a file, the newest first. `path` is its old one."""
    found = [
        *_scans(catalog, index, file),
        *_rulings(catalog, index, file),
        *_answers(catalog, file),
        *_signatures(catalog, file),
        *_holds(catalog, file, path),
        *_sent(catalog, file),
        *_deleted(catalog, file),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _scans(catalog: Catalog, index: Index | None, file: int) -> Iterator[Event]:
    first = catalog.row(
        "SELECT COALESCE(s.ended, s.begun) AS at FROM file f JOIN scan s ON s.id = f.first_scan WHERE f.id = ?", (file,)
    )
    changes = list(
        catalog.rows(
            "SELECT c.what, c.old_size, c.old_file, COALESCE(s.ended, s.begun) AS at FROM file_change c"
            " JOIN scan s ON s.id = c.scan WHERE c.file = ? ORDER BY c.scan DESC LIMIT ?",
            (file, MOST_OF_A_KIND),
        )
    )
    arrived = {"appeared": What.APPEARED, "moved": What.MOVED_HERE}
    if first is not None and not any(change["what"] in arrived for change in changes):
        yield Event(first["at"], What.SEEN_FIRST)
    for change in changes:
        match change["what"]:
            case "moved":
                yield Event(change["at"], What.MOVED_HERE, text=path_of_file(catalog, change["old_file"]))
            case "changed":
                yield Event(change["at"], What.CHANGED, size=change["old_size"])
            case what:
                yield Event(change["at"], What(what))
    for (new,) in () if index is None else index.rows("SELECT new FROM became WHERE old = ? LIMIT 5", (file,)):
        at = catalog.value(
            "SELECT COALESCE(s.ended, s.begun) FROM file_change c JOIN scan s ON s.id = c.scan"
            " WHERE c.file = ? AND c.old_file = ?",
            (new, file),
        )
        if at is not None:
            yield Event(at, What.MOVED_AWAY, text=path_of_file(catalog, new))


def _rulings(catalog: Catalog, index: Index | None, file: int) -> Iterator[Event]:
    last = int(catalog.value("SELECT MAX(rowid) FROM ruling_change") or 0)
    known = 0 if index is None else index.last("ruling_change")
    numbers = (
        []
        if index is None
        else [
            row[0]
            for row in index.rows(
                "SELECT change FROM ruled WHERE file = ? ORDER BY change DESC LIMIT ?", (file, MOST_OF_A_KIND)
            )
        ]
    )
    marks = ", ".join("?" * len(numbers))
    # Two look-ups and no OR, by which SQLite would look through every change that there ever was.
    rows = catalog.rows(
        "SELECT c.old, c.new, COALESCE(r.ended, r.begun) AS at FROM ("
        f"SELECT rowid AS number, * FROM ruling_change WHERE file = ? AND rowid IN ({marks})"
        " UNION SELECT rowid, * FROM ruling_change WHERE file = ? AND rowid > ?) c JOIN run r ON r.id = c.run"
        " ORDER BY c.number DESC LIMIT ?",
        (file, *numbers, file, max(known, last - _LOOKED_THROUGH), MOST_OF_A_KIND),
    )
    for row in list(rows):
        old, new = (None if row[side] is None else rules.stored(catalog, row[side]) for side in ("old", "new"))
        # A file that is gone has no ruling any more; that it is gone is told by itself.
        if new is not None:
            yield Event(row["at"], What.RULED, old=old, new=new)


def _answers(catalog: Catalog, file: int) -> Iterator[Event]:
    row = catalog.row(
        "SELECT a.fate, a.name, a.note, a.at, g.file IS NOT NULL AS grouped FROM answer a"
        " LEFT JOIN (SELECT t.file, q.name, q.at FROM taken_in t JOIN group_answer q ON q.id = t.answer) g"
        " ON g.file = a.file AND g.name = a.name AND g.at = a.at WHERE a.file = ?",
        (file,),
    )
    if row is not None:
        what = What.ANSWERED_IN_GROUP if row["grouped"] else What.ANSWERED
        yield Event(row["at"], what, row["name"], row["fate"], row["note"])
    for row in catalog.rows(
        "SELECT verdict, name, at FROM looked WHERE file = ? ORDER BY id DESC LIMIT ?", (file, MOST_OF_A_KIND)
    ):
        yield Event(row["at"], What.LOOKED_AT, row["name"], row["verdict"])


def _signatures(catalog: Catalog, file: int) -> Iterator[Event]:
    row = catalog.row(
        "SELECT o.id, o.name, o.role, o.at, s.fate FROM signed s JOIN signoff o ON o.id = s.signoff WHERE s.file = ?",
        (file,),
    )
    if row is None:
        return
    yield Event(row["at"], What.SIGNED, row["name"], row["fate"], row["role"])
    for table, what in (("cosign", What.COSIGNED), ("withdrawal", What.WITHDRAWN)):
        for one in catalog.rows(f"SELECT name, note, at FROM {table} WHERE signoff = ?", (row["id"],)):
            yield Event(one["at"], what, one["name"], text=one["note"])


def _holds(catalog: Catalog, file: int, path: str) -> Iterator[Event]:
    folded = fold(path)
    for row in catalog.rows("SELECT * FROM freeze ORDER BY id DESC"):
        above = fold(row["path"])
        if above and folded != above and not folded.startswith(above + "/"):
            continue
        yield Event(row["at"], What.FROZEN, row["name"], row["matter"], row["note"])
        if row["lifted"] is not None:
            yield Event(row["lifted"], What.THAWED, row["lifted_by"], row["matter"], row["lifted_note"])
    for row in catalog.rows("SELECT place, receipt, name, at FROM handed_over WHERE file = ?", (file,)):
        yield Event(row["at"], What.HANDED_OVER, row["name"], row["receipt"], row["place"])


def _sent(catalog: Catalog, file: int) -> Iterator[Event]:
    for row in catalog.rows("SELECT reason, at FROM failure WHERE file = ?", (file,)):
        yield Event(row["at"], What.NOT_SENT, word=row["reason"])
    receipts = list(
        catalog.rows(
            "SELECT id, url, size, at FROM receipt WHERE file = ? ORDER BY id DESC LIMIT ?", (file, MOST_OF_A_KIND)
        )
    )
    for receipt in receipts:
        yield Event(receipt["at"], What.SENT, text=receipt["url"], size=receipt["size"])
        for row in catalog.rows(
            "SELECT outcome, seal, at FROM comparison WHERE receipt = ? ORDER BY id DESC LIMIT ?",
            (receipt["id"], MOST_OF_A_KIND),
        ):
            yield Event(row["at"], What.COMPARED, word=row["outcome"], is_full=row["seal"] is not None)
    for row in catalog.rows(
        "SELECT kind, found FROM finding WHERE file = ? AND closed IS NULL AND stage IN ('verify', 'upload') LIMIT ?",
        (file, MOST_OF_A_KIND),
    ):
        yield Event(row["found"], What.FOUND, word=row["kind"])


def _deleted(catalog: Catalog, file: int) -> Iterator[Event]:
    for row in catalog.rows("SELECT sealed, opened FROM seal ORDER BY id DESC LIMIT ?", (MOST_OF_A_KIND,)):
        if row["sealed"] is not None:
            yield Event(row["sealed"], What.SEALED)
        if row["opened"] is not None:
            yield Event(row["opened"], What.UNSEALED)
    for row in catalog.rows(
        "SELECT done, proof, place, purged, NULL AS restored FROM retirement WHERE file = ?1 AND done IS NOT NULL"
        " UNION ALL SELECT done, proof, place, purged, restored FROM former_retirement WHERE file = ?1"
        " ORDER BY done DESC LIMIT ?2",
        (file, MOST_OF_A_KIND),
    ):
        proof = json.loads(row["proof"])
        word, basis = "copy" if "receipt" in proof else "decision", str(proof.get("basis", ""))
        deleted = row["purged"] if row["place"] else row["done"]
        if row["place"]:
            yield Event(row["done"], What.SET_ASIDE)
        if deleted is not None:
            yield Event(deleted, What.DELETED, word=word, text=basis)
        if row["restored"] is not None:
            yield Event(row["restored"], What.BROUGHT_BACK)
