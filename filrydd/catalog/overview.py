"""What the pages show of a part: groups that a busy person can read, totals, changed names, and the answer given.

Everything counts present files in folders that the present proposal knows, as `signoffs.standing` does. All is set-based;
of single files only a bounded number of examples is read. Most of it looks at every file: `standings` has what was counted.
"""

from dataclasses import dataclass

from filrydd.catalog import bundles, proposals, rules
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file, path_of_folder
from filrydd.catalog.rulings import Total
from filrydd.catalog.signed import Act, Answer, Second, answer
from filrydd.catalog.signoffs import State, list_approvals
from filrydd.catalog.totals import Totals, signed_totals, totals
from filrydd.model import names
from filrydd.model.rule import Fate, Rule

__all__ = [
    "Act",
    "Answer",
    "Example",
    "Group",
    "Groups",
    "Second",
    "Some",
    "Totals",
    "answer",
    "groups",
    "is_as_proposed",
    "list_mended",
    "mended",
    "of_approvals",
    "of_mended",
    "part_of_file",
    "signed_totals",
    "to_look_at",
    "totals",
    "unread",
]

# Examples of a group are sought among so many files from its first: neighbours in the tree have neighbouring ids.
_STRETCH = 10_000


@dataclass(frozen=True, slots=True)
class Example:
    """A file by its number and old path; `new` is its path in the library, empty where it gets none."""

    file: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one rule says of the files under one folder right below the part's top; `folder` is "" for the top's own."""

    folder: str
    rule: Rule
    total: Total
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups that are shown, and how many more there are with their totals by fate."""

    shown: tuple[Group, ...]
    left_out: int
    rest: dict[Fate, Total]


@dataclass(frozen=True, slots=True)
class Some:
    """A bounded list of rows of text, and how many there are in all."""

    count: int
    rows: tuple[tuple[str, ...], ...]


def groups(catalog: Catalog, part: proposals.PartRow, *, most: int = 100, examples: int = 3) -> Groups:
    """A part's files by the folder right below its top and the rule: what is deleted first, then the most files first."""
    catalog.run("DROP TABLE IF EXISTS temp.branch")
    catalog.run("DROP TABLE IF EXISTS temp.grouped")
    catalog.run("CREATE TEMP TABLE branch (folder INTEGER PRIMARY KEY, top INTEGER NOT NULL)")
    catalog.run(
        "INSERT INTO temp.branch SELECT below.id, top.id FROM folder top JOIN folder below ON below.lo BETWEEN top.lo"
        " AND top.hi AND below.gone IS NULL JOIN folder_part p ON p.folder = below.id"
        " WHERE top.parent = ? AND top.gone IS NULL AND p.part = ?",
        (part.folder, part.id),
    )
    catalog.run("INSERT INTO temp.branch VALUES (?1, ?1)", (part.folder,))
    catalog.run(
        "CREATE TEMP TABLE grouped AS SELECT b.top, g.rule, r.fate, COUNT(*) AS files, SUM(f.size) AS bytes,"
        " MIN(f.id) AS first FROM temp.branch b JOIN file f ON f.folder = b.folder JOIN ruling g ON g.file = f.id"
        " JOIN rule r ON r.id = g.rule WHERE f.gone IS NULL GROUP BY b.top, g.rule"
    )
    order = (
        "FROM temp.grouped s JOIN folder d ON d.id = s.top ORDER BY"
        " CASE s.fate WHEN 'destroy' THEN 0 WHEN 'move' THEN 1 ELSE 2 END, s.files DESC, d.lo, s.rule LIMIT ? OFFSET ?"
    )
    shown = tuple(
        Group(
            folder="" if row["top"] == part.folder else row["name"],
            rule=rules.stored(catalog, row["rule"]),
            total=Total(row["files"], row["bytes"]),
            examples=_examples(catalog, row["top"], row["rule"], row["first"], examples),
        )
        for row in list(catalog.rows(f"SELECT s.*, d.name {order}", (most, 0)))
    )
    rows = catalog.rows(
        f"SELECT fate, SUM(files) AS files, SUM(bytes) AS bytes FROM (SELECT s.* {order}) GROUP BY fate", (-1, most)
    )
    rest = {Fate(row["fate"]): Total(row["files"], row["bytes"]) for row in rows}
    return Groups(shown, int(catalog.value("SELECT COUNT(*) FROM temp.grouped")) - len(shown), rest)


def _examples(catalog: Catalog, top: int, rule: int, first: int, most: int) -> tuple[Example, ...]:
    rows = catalog.rows(
        "SELECT f.id, t.path, COALESCE(c.name, f.name) AS name, t.id AS target FROM file f JOIN ruling g ON g.file = f.id"
        " JOIN temp.branch b ON b.folder = f.folder LEFT JOIN placement c ON c.file = f.id"
        " LEFT JOIN target t ON t.id = c.target WHERE f.id BETWEEN ? AND ? AND g.rule = ? AND b.top = ?"
        " AND f.gone IS NULL ORDER BY f.id LIMIT ?",
        (first, first + _STRETCH, rule, top, most),
    )
    return tuple(
        Example(
            row["id"],
            path_of_file(catalog, row["id"]),
            "" if row["target"] is None else names.join(row["path"], row["name"]),
        )
        for row in list(rows)
    )


def part_of_file(catalog: Catalog, file: int) -> str | None:
    """The name of the part that a file belongs to; None for a file that is gone or in no part."""
    name: str | None = catalog.value(
        "SELECT p.name FROM file f JOIN folder_part x ON x.folder = f.folder JOIN part p ON p.id = x.part"
        " WHERE f.id = ? AND f.gone IS NULL AND p.present",
        (file,),
    )
    return name


def mended(catalog: Catalog, part: int, *, most: int = 50) -> Some:
    """Names that the proposal changes in a part, folders first: (old path, new name, the rules' words)."""
    list_mended(catalog)
    return of_mended(catalog, part, most=most)


def list_mended(catalog: Catalog) -> None:
    """Fill the TEMP table `mended` (part, folder, file, name, rules) with every name that the proposal changes."""
    catalog.run("DROP TABLE IF EXISTS temp.mended")
    catalog.run(
        "CREATE TEMP TABLE mended AS SELECT p.part, m.* FROM"
        " (SELECT e.folder, NULL AS file, t.name, t.rules FROM target t JOIN decision e ON e.target = t.id"
        " WHERE t.present AND t.rules <> '' UNION ALL"
        " SELECT f.folder, f.id, c.name, c.rules FROM placement c JOIN file f ON f.id = c.file"
        " WHERE c.name IS NOT NULL AND c.role = '' AND f.gone IS NULL) m JOIN folder_part p ON p.folder = m.folder"
    )


def of_mended(catalog: Catalog, part: int, *, most: int = 50) -> Some:
    """`mended` when the changed names are listed already."""
    rows = catalog.rows(
        "SELECT * FROM temp.mended WHERE part = ?1 ORDER BY file IS NOT NULL, folder, file LIMIT ?2", (part, most)
    )
    return Some(
        int(catalog.value("SELECT COUNT(*) FROM temp.mended WHERE part = ?1", (part,))),
        tuple((_old_path(catalog, row["folder"], row["file"]), row["name"], row["rules"]) for row in list(rows)),
    )


def unread(catalog: Catalog, part: int, *, most: int = 20) -> Some:
    """What the last scan could not read in a part: (path, the reason's word)."""
    condition = "FROM unreadable u JOIN folder_part p ON p.folder = u.folder WHERE p.part = ?1"
    rows = catalog.rows(f"SELECT u.folder, u.name, u.reason {condition} ORDER BY u.id LIMIT ?2", (part, most))
    return Some(
        int(catalog.value(f"SELECT COUNT(*) {condition}", (part,))),
        tuple(
            (names.join(path_of_folder(catalog, row["folder"]), row["name"] or "").rstrip("/"), row["reason"])
            for row in list(rows)
        ),
    )


def to_look_at(catalog: Catalog, part: int, now: int, *, destroys: bool, most: int = 20) -> Some:
    """Files of a signed part that are not as they were signed: (old path, the state's word).

    `destroys`: whether the sign-off covers documents to be deleted; when not, those are not listed.
    """
    list_approvals(catalog, now)
    return of_approvals(catalog, part, destroys=destroys, most=most)


def of_approvals(catalog: Catalog, part: int, *, destroys: bool, most: int = 20) -> Some:
    """`to_look_at` when the approvals are listed already. What only waits for a second signature is as it was signed."""
    condition = (
        "FROM temp.approval a JOIN file f ON f.id = a.file JOIN folder_part p ON p.folder = f.folder"
        " JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule WHERE p.part = ?1 AND r.fate <> 'hold'"
        f" AND a.state NOT IN ('{State.APPROVED}', '{State.AWAITS}')"
        f" AND (?2 OR r.fate <> 'destroy' OR a.state <> '{State.UNSIGNED}')"
    )
    rows = catalog.rows(f"SELECT f.folder, f.id, a.state {condition} ORDER BY f.id LIMIT ?3", (part, destroys, most))
    return Some(
        int(catalog.value(f"SELECT COUNT(*) {condition}", (part, destroys))),
        tuple((_old_path(catalog, row["folder"], row["id"]), row["state"]) for row in list(rows)),
    )


def _old_path(catalog: Catalog, folder: int, file: int | None) -> str:
    return path_of_folder(catalog, folder) if file is None else path_of_file(catalog, file)


def is_as_proposed(catalog: Catalog) -> bool:
    """Whether files, rulings and places still are what the parts' digests say; a sign-off is refused when they are not."""
    digests = bundles.as_it_is(catalog)
    return all(digests.get(part.id) == part.digest for part in proposals.parts(catalog))
