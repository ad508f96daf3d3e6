"""What people changed about the structure, and what a structure file shows of the proposal.

An edit holds until it is taken back; rows are never removed. The ledger has every one in full, so that none can come, go or
be another afterwards without its saying so.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog, Row
from filrydd.layout.edits import outweighs
from filrydd.model.structure import Edit, What

SAID, TAKEN_BACK = "edit", "edit taken back"
"""The kinds of the ledger's rows."""

_COLUMNS = "id, what, path, value, name, note, at"


@dataclass(frozen=True, slots=True)
class Stored:
    """An edit with its number; `at` in ticks."""

    id: int
    edit: Edit
    at: int


@dataclass(frozen=True, slots=True)
class Subject:
    """An old folder of the proposal: its part, how many files are placed directly from it, what becomes of it and why, and the
    address of the new folder in which they lie (empty when they lie in a folder a year)."""

    folder: int
    parent: int | None
    part: str
    files: int
    choice: str
    why: str
    library: str
    target: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody who has access in the proposal and no Entra object: in how many scopes, and whom it may be in Entra."""

    sid: str
    name: str
    scopes: int
    suggested: tuple[tuple[str, str, str], ...]  # Entra id, name, mail


def said(catalog: Catalog) -> list[Stored]:
    """The edits that nobody has taken back, the oldest first."""
    return [_stored(row) for row in catalog.rows(f"SELECT {_COLUMNS} FROM edit WHERE undone IS NULL ORDER BY id")]


def find(catalog: Catalog, number: int) -> Stored | None:
    """The edit of that number, also if it was taken back."""
    row = catalog.row(f"SELECT {_COLUMNS} FROM edit WHERE id = ?", (number,))
    return None if row is None else _stored(row)


def say(catalog: Catalog, edits: Sequence[Edit], now: int) -> list[int]:
    """Store edits; returns their numbers. Only inside `writing`.

    One that is open already and that no later one has outweighed is not stored again.
    """
    numbers = []
    for edit in edits:
        if not _holds(catalog, edit):
            values = (edit.what, edit.path, edit.value, edit.name, edit.note, now)
            numbers.append(
                catalog.run("INSERT INTO edit (what, path, value, name, note, at) VALUES (?, ?, ?, ?, ?, ?)", values)
            )
    return numbers


def undo(catalog: Catalog, number: int, name: str, now: int) -> bool:
    """Take an edit back; False when there is no open one of that number. Only inside `writing`."""
    return bool(
        catalog.change("UPDATE edit SET undone = ?, undone_by = ? WHERE id = ? AND undone IS NULL", (now, name, number))
    )


def entry(stored: Stored) -> list[str | int]:
    """An edit as the ledger has it, in a row of its name."""
    edit = stored.edit
    return [stored.id, edit.what, edit.path, edit.value, edit.note]


def unsupported(catalog: Catalog) -> list[int]:
    """The numbers of edits that the ledger does not know as they are, or not as taken back when they are, or the other way."""
    known, taken = dict[int, list[str | int]](), set[int]()
    for row in catalog.rows("SELECT kind, actor, body FROM ledger WHERE kind IN (?, ?)", (SAID, TAKEN_BACK)):
        body = json.loads(row["body"])
        if row["kind"] == SAID:
            known.update((one[0], [*one, row["actor"]]) for one in body["edits"])
        else:
            taken.add(body["change"])
    wrong = set(known)
    for row in catalog.rows(f"SELECT {_COLUMNS}, undone FROM edit"):
        stored = _stored(row)
        here = known.get(stored.id) == [*entry(stored), stored.edit.name]
        if here and (row["undone"] is not None) == (stored.id in taken):
            wrong.discard(stored.id)
        else:
            wrong.add(stored.id)
    return sorted(wrong)


def divided(catalog: Catalog) -> Iterator[tuple[int, int | None, str]]:
    """Every present folder with the one above it and its part (empty for a folder that came since the proposal), in
    preorder."""
    for row in catalog.rows(
        "SELECT d.id, d.parent, COALESCE(q.name, '') FROM folder d LEFT JOIN folder_part x ON x.folder = d.id"
        " LEFT JOIN part q ON q.id = x.part WHERE d.gone IS NULL ORDER BY d.lo"
    ):
        yield row[0], row[1], row[2]


def subjects(catalog: Catalog) -> Iterator[Subject]:
    """Every present folder of which the proposal decides something, in preorder."""
    rows = catalog.rows(
        "SELECT d.id, d.parent, q.name, COALESCE(m.files, 0), c.choice, c.why, COALESCE(l.name, ''), COALESCE(t.path, '')"
        " FROM folder d JOIN decision c ON c.folder = d.id JOIN folder_part x ON x.folder = d.id JOIN part q ON q.id = x.part"
        " LEFT JOIN target t ON t.id = c.target LEFT JOIN library l ON l.id = t.library"
        " LEFT JOIN (SELECT f.folder, COUNT(*) AS files FROM placement p JOIN file f ON f.id = p.file GROUP BY f.folder) m"
        "  ON m.folder = d.id WHERE d.gone IS NULL ORDER BY d.lo"
    )
    for row in rows:
        yield Subject(*row)


def lacking(catalog: Catalog, most: int) -> list[Lacking]:
    """Who has access in the proposal and no Entra object, those in most scopes first."""
    rows = catalog.rows(
        "SELECT p.id, p.sid, p.name, COUNT(DISTINCT t.scope) AS scopes FROM target t JOIN scope_grant g ON g.scope = t.scope"
        " JOIN principal p ON p.id = g.principal WHERE t.present AND p.entra_id = ''"
        " AND NOT EXISTS (SELECT 1 FROM edit e WHERE e.undone IS NULL AND e.path = p.sid AND e.what = ?)"
        " GROUP BY p.id ORDER BY 4 DESC, 2 LIMIT ?",
        (What.STANDS_FOR, most),
    )
    return [
        Lacking(
            row["sid"],
            row["name"],
            row["scopes"],
            tuple(
                (found["entra_id"], found["name"], found["mail"])
                for found in catalog.rows(
                    "SELECT entra_id, name, mail FROM suggestion WHERE principal = ? ORDER BY entra_id LIMIT 3",
                    (row["id"],),
                )
            ),
        )
        for row in list(rows)
    ]


def _holds(catalog: Catalog, edit: Edit) -> bool:
    """Whether an equal edit is open, and the last word about its path."""
    for row in catalog.rows(
        f"SELECT {_COLUMNS} FROM edit WHERE path = ? AND undone IS NULL ORDER BY id DESC", (edit.path,)
    ):
        stored = _stored(row).edit
        if outweighs(stored.what, edit.what):
            return stored == edit
    return False


def _stored(row: Row) -> Stored:
    edit = Edit(What(row["what"]), row["path"], row["value"], row["name"], row["note"])
    return Stored(row["id"], edit, row["at"])
