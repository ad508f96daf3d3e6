"""Answers about groups, and files that were looked at: rows that are only added, and the answer that is in force.

Every row has its own in the ledger, whose root is over it (`ledger.ROOTS`).
"""

from dataclasses import dataclass

from filrydd.catalog.connection import Catalog, Row
from filrydd.model.by import By
from filrydd.model.reviewed import Answer, Looked
from filrydd.portions import same_content

ANSWERED, UNDONE, LOOKED = "answer", "answer undone", "look"
"""The kinds of the ledger's rows."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer about a group: by whom, when (ticks), about which content. `detail` is where it belongs, `to_name` and `to_id`
    whom it was passed on to."""

    id: int
    part: str
    key: str
    content: str
    answer: Answer
    detail: str
    to_name: str
    to_id: str
    note: str
    by: By
    at: int

    def holds(self, content: str, fate: str) -> bool:
        """Whether it still holds for a group that now has this content and suggested fate."""
        return is_about(self.content, content, fate, self.answer)


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody said who looked at a file."""

    file: int
    verdict: Looked
    by: By
    at: int


def is_strict(fate: str, answer: Answer) -> bool:
    """Whether an answer about a group with that suggested fate is about its files as they are, since some are destroyed."""
    return fate in ("destroy", "mixed") or answer is Answer.DESTROY


def is_about(seen: str, content: str, fate: str, answer: Answer) -> bool:
    """Whether an answer to a group as it was `seen` is about the group as it is: it has the same files, and where something is
    destroyed those are as they were."""
    return same_content(seen, content, strict=is_strict(fate, answer))


def in_force(catalog: Catalog, part: str) -> dict[str, Said]:
    """The latest answer about each group of a part that nobody has taken back, by the group's key."""
    rows = catalog.rows(
        "SELECT *, MAX(id) FROM group_answer WHERE part = ? AND undone IS NULL GROUP BY key ORDER BY key", (part,)
    )
    return {row["key"]: _said(row) for row in rows}


def about(catalog: Catalog, part: str, key: str) -> Said | None:
    """The answer in force about one group."""
    row = catalog.row(
        "SELECT * FROM group_answer WHERE part = ? AND key = ? AND undone IS NULL ORDER BY id DESC LIMIT 1", (part, key)
    )
    return None if row is None else _said(row)


def say(
    catalog: Catalog,
    part: str,
    key: str,
    content: str,
    answer: Answer,
    by: By,
    now: int,
    *,
    detail: str = "",
    to: tuple[str, str] = ("", ""),
    note: str = "",
) -> Said:
    """Store an answer. Only inside a durable `writing`, with its row in the ledger."""
    number = catalog.run(
        "INSERT INTO group_answer (part, key, content, answer, detail, to_name, to_id, note, name, who, how, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (part, key, content, answer, detail, *to, note, by.name, by.who, by.how, now),
    )
    return Said(number, part, key, content, answer, detail, *to, note, by, now)


def undo(catalog: Catalog, number: int, by: By, now: int) -> None:
    """Take an answer back. Only inside a durable `writing`, with its row in the ledger."""
    catalog.run(
        "UPDATE group_answer SET undone = ?, undone_by = ? WHERE id = ? AND undone IS NULL", (now, by.name, number)
    )


def look(catalog: Catalog, part: str, portion: int, file: int, verdict: Looked, by: By, now: int) -> int:
    """Store that somebody looked at a file as it is now; returns the row's number. Only inside a durable `writing`."""
    return catalog.run(
        "INSERT INTO looked (part, file, portion, verdict, name, who, how, at, size, modified)"
        " SELECT ?, id, ?, ?, ?, ?, ?, ?, size, modified FROM file WHERE id = ?",
        (part, portion, verdict, by.name, by.who, by.how, now, file),
    )


def looks(catalog: Catalog, part: str) -> dict[int, Look]:
    """The last look at each file of a part, as far as the file is as it was then."""
    rows = catalog.rows(
        "SELECT l.*, MAX(l.id) FROM looked l JOIN file f ON f.id = l.file AND f.size = l.size AND f.modified = l.modified"
        " WHERE l.part = ? GROUP BY l.file ORDER BY l.file",
        (part,),
    )
    return {
        row["file"]: Look(row["file"], Looked(row["verdict"]), By(row["name"], row["who"], row["how"]), row["at"])
        for row in rows
    }


def _said(row: Row) -> Said:
    return Said(
        id=row["id"],
        part=row["part"],
        key=row["key"],
        content=row["content"],
        answer=Answer(row["answer"]),
        detail=row["detail"],
        to_name=row["to_name"],
        to_id=row["to_id"],
        note=row["note"],
        by=By(row["name"], row["who"], row["how"]),
        at=row["at"],
    )
