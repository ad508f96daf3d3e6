"""Retention labels: which file wants which, which folders stand for all that lies in them, and what was seen in the tenant.

What a file wants follows from the archive's code of decision (Noark) of the rule that decided it. Files that share an item
(copies, earlier versions) count by the one that is its latest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.model import names

KIND = "label"
"""The kind of a finding about a label that somebody else has put there."""

# An item that was sent and is the latest of its own, with what it wants and what it is known to have.
_SENT = (
    "FROM current_receipt r JOIN placement c ON c.file = r.file AND c.role = '' JOIN file f ON f.id = r.file"
    " JOIN ruling g ON g.file = r.file JOIN rule u ON u.id = g.rule JOIN temp.wanted_label w ON w.noark = u.noark"
    " LEFT JOIN labelled_file l ON l.file = r.file AND l.item = r.item"
)
_UNSEEN = "(l.file IS NULL OR NOT l.sure OR l.label <> w.label)"


@dataclass(frozen=True, slots=True)
class Wanting:
    """A file that lies in the tenant and wants a label; `folder` and `name` in the old area. `given`: the labels that it may have
    from us; `ctag` of its receipt; `at`: when that was written, in ticks; `fields`: what was written into its columns (a digest).
    """

    file: int
    receipt: int
    item: str
    folder: int
    name: str
    label: str
    given: tuple[str, ...]
    ctag: str
    fields: str
    at: int


@dataclass(frozen=True, slots=True)
class FolderLabel:
    """What a new folder was given. `label` empty: it is not ours to label. `before`: what it had from us until then. `sure`
    False: it was about to be given that label."""

    item: str
    label: str
    before: tuple[str, ...]
    sure: bool


def want(catalog: Catalog, labels: Mapping[str, str]) -> None:
    """Put what is wished (code of decision -> label) where the queries of this module find it."""
    catalog.run("DROP TABLE IF EXISTS temp.wanted_label")
    catalog.run("CREATE TEMP TABLE wanted_label (noark TEXT PRIMARY KEY, label TEXT NOT NULL)")
    catalog.run_many("INSERT INTO temp.wanted_label VALUES (?, ?)", list(labels.items()))


def in_use(catalog: Catalog) -> list[tuple[str, int]]:
    """The labels that files to be moved want, each with how many do; after `want`. What a plan tells people."""
    rows = catalog.rows(
        "SELECT w.label, COUNT(*) AS files FROM placement c JOIN ruling g ON g.file = c.file JOIN rule u ON u.id = g.rule"
        " JOIN temp.wanted_label w ON w.noark = u.noark WHERE c.role = '' GROUP BY w.label ORDER BY w.label"
    )
    return [(row["label"], row["files"]) for row in rows]


def of_folders(catalog: Catalog) -> dict[int, str]:
    """The label of each new folder in which, as far down as it goes, all that this area sends wants one and the same; after
    `want`. A library's root is no folder that can have one."""
    below: dict[int, set[str]] = {}
    for row in catalog.rows(
        "SELECT DISTINCT c.target, COALESCE(w.label, '') AS label FROM placement c JOIN ruling g ON g.file = c.file"
        " JOIN rule u ON u.id = g.rule LEFT JOIN temp.wanted_label w ON w.noark = u.noark WHERE c.role = ''"
    ):
        below.setdefault(row["target"], set()).add(row["label"])
    found: dict[int, str] = {}
    rows = catalog.rows("SELECT id, parent FROM target WHERE present ORDER BY length(path) DESC, id DESC")
    for target, parent in rows:
        labels = below.pop(target, set())
        if parent is None:
            continue
        if len(labels) == 1 and (label := next(iter(labels))):
            found[target] = label
        below.setdefault(parent, set()).update(labels)
    return found


def folder_labels(catalog: Catalog) -> dict[int, FolderLabel]:
    """What new folders were given, or about to be given."""
    rows = catalog.rows("SELECT target, item, label, before, sure FROM labelled_folder")
    return {
        row["target"]: FolderLabel(row["item"], row["label"], _lines(row["before"]), bool(row["sure"])) for row in rows
    }


def keep_folder_label(catalog: Catalog, target: int, given: FolderLabel, now: int) -> None:
    """Store, durably, what a new folder has, or is about to have: then what was seen of files below is forgotten, since it
    changes with the folder's."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO labelled_folder VALUES (?, ?, ?, ?, ?)",
            (target, given.item, given.label, "\n".join(given.before), given.sure),
        )
        if given.sure:
            catalog.run(
                "UPDATE finding SET closed = ? WHERE item = ? AND stage = 'upload' AND kind = ? AND closed IS NULL",
                (now, given.item, KIND),
            )
        elif given.before:
            catalog.run(
                "WITH RECURSIVE below (id) AS (SELECT ? UNION ALL SELECT t.id FROM below JOIN target t ON t.parent = below.id)"
                " UPDATE labelled_file SET sure = 0 WHERE file IN"
                " (SELECT c.file FROM placement c WHERE c.target IN (SELECT id FROM below))",
                (target,),
            )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())


def covered(catalog: Catalog) -> dict[int, str]:
    """The label that each present target has by a folder that we labelled: itself, or one above."""
    given = {
        row["target"]: row["label"]
        for row in catalog.rows(
            "SELECT l.target, l.label FROM labelled_folder l JOIN made_folder m ON m.target = l.target AND m.item = l.item"
            " WHERE l.sure AND l.label <> ''"
        )
    }
    found: dict[int, str] = {}
    for target, parent in catalog.rows("SELECT id, parent FROM target WHERE present ORDER BY length(path), id"):
        if label := given.get(target) or found.get(parent, ""):
            found[target] = label
    return found


def ever_given(catalog: Catalog, target: int) -> frozenset[str]:
    """Labels that we have put on a target's folder or on one above it: what files in it may have by them."""
    rows = catalog.rows(
        "WITH RECURSIVE up (id, parent) AS (SELECT id, parent FROM target WHERE id = ?"
        " UNION ALL SELECT t.id, t.parent FROM up JOIN target t ON t.id = up.parent)"
        " SELECT label, before FROM labelled_folder WHERE target IN (SELECT id FROM up)",
        (target,),
    )
    return frozenset(label for row in rows for label in (row["label"], *_lines(row["before"])) if label)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A new folder with files whose label was not seen yet; `path` in its library."""

    target: int
    drive: str
    item: str
    path: str


def unseen(catalog: Catalog) -> list[Unseen]:
    """New folders with files whose label was not seen yet; after `want`."""
    rows = catalog.rows(
        f"SELECT DISTINCT c.target, r.drive, m.item, t.path {_SENT} JOIN made_folder m ON m.target = c.target"
        f" JOIN target t ON t.id = c.target WHERE {_UNSEEN} ORDER BY c.target"
    )
    return [Unseen(*row) for row in rows]


def wanting(catalog: Catalog, items: Sequence[str]) -> dict[str, Wanting]:
    """Of some items (at most a few hundred) those whose label was not seen yet, by item; after `want`."""
    marks = ", ".join("?" for _ in items)
    rows = catalog.rows(
        "SELECT f.id, r.id AS receipt, r.item, f.folder, f.name, w.label, l.label AS given, l.before, r.ctag,"
        f" r.fields, r.at {_SENT} WHERE {_UNSEEN} AND r.item IN ({marks})",
        tuple(items),
    )
    return {
        row["item"]: Wanting(
            file=row["id"],
            receipt=row["receipt"],
            item=row["item"],
            folder=row["folder"],
            name=row["name"],
            label=row["label"],
            given=tuple(label for label in (row["given"], *_lines(row["before"] or "")) if label),
            ctag=row["ctag"],
            fields=row["fields"],
            at=row["at"],
        )
        for row in rows
    }


def path_of(catalog: Catalog, file: Wanting) -> str:
    """Where a file lies in the old area."""
    return names.join(path_of_folder(catalog, file.folder), file.name)


def count_unseen(catalog: Catalog) -> int:
    """How many files that were sent are not known to have the label that they want; after `want`."""
    return int(catalog.value(f"SELECT COUNT(*) {_SENT} WHERE {_UNSEEN}"))


def intend(catalog: Catalog, files: Sequence[Wanting]) -> None:
    """Store, durably, that these are about to be given their labels."""
    with catalog.writing(durable=True):
        catalog.run_many(
            "INSERT OR REPLACE INTO labelled_file VALUES (?, ?, ?, ?, 0)",
            [(one.file, one.item, one.label, "\n".join(was for was in one.given if was != one.label)) for one in files],
        )


def keep_seen(catalog: Catalog, seen: Sequence[tuple[Wanting, str]], now: int) -> None:
    """Store, durably, files that were seen with the label that they want, each with its item's eTag then: a label moves it,
    and as long as the content is the receipt's, that eTag stands for what we sent."""
    with catalog.writing(durable=True):
        catalog.run_many(
            "INSERT OR REPLACE INTO labelled_file VALUES (?, ?, ?, '', 1)",
            [(one.file, one.item, one.label) for one, _etag in seen],
        )
        catalog.run_many(
            "INSERT OR REPLACE INTO filled (receipt, fields, etag) VALUES (?, ?, ?)",
            [(one.receipt, one.fields, etag) for one, etag in seen if etag],
        )
        catalog.run_many(
            "UPDATE finding SET closed = ? WHERE file = ? AND stage = 'upload' AND kind = ? AND closed IS NULL",
            [(now, one.file, KIND) for one, _etag in seen],
        )


def keep_conflict(catalog: Catalog, file: int | None, item: str, detail: str, now: int) -> None:
    """Store a finding: somebody has put another label there. `detail` names that label, and of a folder its path too."""
    with catalog.writing():
        catalog.run(
            "INSERT INTO finding (stage, file, item, kind, detail, found) SELECT 'upload', ?1, ?2, ?3, ?4, ?5"
            " WHERE NOT EXISTS (SELECT 1 FROM finding WHERE stage = 'upload' AND item = ?2 AND kind = ?3 AND closed IS NULL)",
            (file, item, KIND, detail, now),
        )


def usable(catalog: Catalog, drive: str) -> Iterator[str]:
    """Labels that the tenant has let us use in a library."""
    for row in catalog.rows("SELECT label FROM usable_label WHERE drive = ?", (drive,)):
        yield row["label"]


def keep_usable(catalog: Catalog, drive: str, label: str) -> None:
    """Store that the tenant lets us use a label in a library."""
    with catalog.writing():
        catalog.run("INSERT OR IGNORE INTO usable_label VALUES (?, ?)", (drive, label))
