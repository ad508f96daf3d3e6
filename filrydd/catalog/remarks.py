"""What a proposal says to people beside itself: problems that hold up a part, whose access changes, and what is asked of them.

All of it is worked out when the proposal is, and published with it, so that a page only reads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people.asking import Question


@dataclass(frozen=True, slots=True)
class Shifted:
    """People whose access changes in the same way in some folders of a part, `folder` the first of them.

    `before` and `after` are "", "read" or "write"; `accepted` is the word of the edit that covers it, empty when nobody has
    accepted it. `people` are so many, `names` some of them.
    """

    part: str
    folder: int
    folders: int
    files: int
    before: str
    after: str
    accepted: str
    people: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remarks:
    """Everything to publish; `problems` are (folder, kind, detail); `long_paths` targets with so many files whose path is too
    long for old programs on a PC that syncs the library."""

    problems: Sequence[tuple[int, str, str]] = ()
    shifted: Sequence[Shifted] = ()
    questions: Sequence[Question] = ()
    long_paths: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """`Shifted` as a page shows it: `path` of the first folder."""

    path: str
    folders: int
    files: int
    before: str
    after: str
    accepted: str
    people: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as a page shows it, by its number."""

    id: int
    folder: int
    path: str
    readers: tuple[str, ...]
    files: int


def publish(catalog: Catalog, remarks: Remarks) -> None:
    """Replace what the proposal before had. Only inside `writing`, when parts and their folders are published."""
    for table in ("problem", "access_shift", "question", "long_path"):
        catalog.run(f"DELETE FROM {table}")
    catalog.run_many(
        "INSERT INTO problem (part, folder, kind, detail) SELECT part, ?1, ?2, ?3 FROM folder_part WHERE folder = ?1",
        remarks.problems,
    )
    catalog.run_many(
        "INSERT INTO access_shift (part, folder, folders, files, before, after, accepted, people, names)"
        " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM part WHERE name = ?1 AND present = 1",
        [
            (one.part, one.folder, one.folders, one.files, one.before, one.after, one.accepted, one.people, names)
            for one in remarks.shifted
            for names in (_lines(one.names),)
        ],
    )
    catalog.run_many(
        "INSERT INTO question (part, folder, readers, files) SELECT part, ?1, ?2, ?3 FROM folder_part WHERE folder = ?1",
        [(one.folder, _lines(one.readers), one.files) for one in remarks.questions],
    )
    catalog.run_many("INSERT INTO long_path (target, files) VALUES (?, ?)", remarks.long_paths)


def long_paths(catalog: Catalog) -> list[tuple[int, int]]:
    """The targets with paths that are long on a PC, and how many files each, most first."""
    return [(row[0], row[1]) for row in catalog.rows("SELECT target, files FROM long_path ORDER BY files DESC, target")]


def shifts(catalog: Catalog, part: int, most: int = 200) -> tuple[int, tuple[ShiftRow, ...]]:
    """How many changes of access the part has, and `most` of them, those with most files first."""
    rows = list(catalog.rows("SELECT * FROM access_shift WHERE part = ? ORDER BY id LIMIT ?", (part, most)))
    count = int(catalog.value("SELECT COUNT(*) FROM access_shift WHERE part = ?", (part,)))
    return count, tuple(
        ShiftRow(
            path_of_folder(catalog, row["folder"]),
            row["folders"],
            row["files"],
            row["before"],
            row["after"],
            row["accepted"],
            row["people"],
            tuple(row["names"].split("\n")),
        )
        for row in rows
    )


def questions(catalog: Catalog, part: int, most: int = 50) -> tuple[int, tuple[QuestionRow, ...]]:
    """How many folders of the part are asked about, and `most` of them in the order of the tree."""
    rows = list(catalog.rows("SELECT * FROM question WHERE part = ? ORDER BY id LIMIT ?", (part, most)))
    count = int(catalog.value("SELECT COUNT(*) FROM question WHERE part = ?", (part,)))
    return count, tuple(
        QuestionRow(
            row["id"],
            row["folder"],
            path_of_folder(catalog, row["folder"]),
            tuple(row["readers"].split("\n")),
            row["files"],
        )
        for row in rows
    )


def question(catalog: Catalog, part: int, id: int) -> QuestionRow | None:
    """One of the part's questions; None for one that it does not have."""
    row = catalog.row("SELECT * FROM question WHERE id = ? AND part = ?", (id, part))
    if row is None:
        return None
    path = path_of_folder(catalog, row["folder"])
    return QuestionRow(row["id"], row["folder"], path, tuple(row["readers"].split("\n")), row["files"])


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text.replace("\n", " ") for text in texts)
