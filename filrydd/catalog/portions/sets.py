"""Chains of versions, and copies, whose files have different fates: people are asked about each as a whole."""

from collections.abc import Collection
from itertools import groupby
from typing import Literal

from filrydd.catalog.connection import Catalog
from filrydd.model.finding import Found
from filrydd.model.rule import UNREADABLE
from filrydd.portions import Member, Together

# Of each kind and part; larger sets than that are no document with its versions but a program's own files.
_MOST, _MOST_MEMBERS = 60, 500
_KINDS: tuple[tuple[Literal["chain", "copies"], Found], ...] = (
    ("chain", Found.OLDER_VERSION),
    ("copies", Found.DUPLICATE),
)


def together(catalog: Catalog, private: Collection[int]) -> dict[int, list[Together]]:
    """The sets of each part, by its row: chains and copies, the largest first. None has a file of a folder in `private`."""
    found: dict[int, list[Together]] = {}
    for kind, finding in _KINDS:
        _list(catalog, finding)
        for part in [row[0] for row in catalog.rows("SELECT DISTINCT part FROM temp.told_together ORDER BY part")]:
            found.setdefault(part, []).extend(_largest(catalog, part, kind, private))
    return found


def _list(catalog: Catalog, finding: Found) -> None:
    """The TEMP table `told_together` (part, head, bytes, files): sets of which not all files have one fate."""
    catalog.run("DROP TABLE IF EXISTS temp.told_together")
    catalog.run("DROP TABLE IF EXISTS temp.in_set")
    catalog.run("CREATE TEMP TABLE in_set (head INTEGER, file INTEGER, PRIMARY KEY (head, file)) WITHOUT ROWID")
    catalog.run(
        "INSERT OR IGNORE INTO temp.in_set SELECT n.other, n.file FROM finding n WHERE n.closed IS NULL AND n.kind = ?1"
        " AND n.other IS NOT NULL UNION SELECT n.other, n.other FROM finding n WHERE n.closed IS NULL AND n.kind = ?1"
        " AND n.other IS NOT NULL",
        (finding.value,),
    )
    catalog.run(
        "CREATE TEMP TABLE told_together AS SELECT x.part, s.head, SUM(f.size) AS bytes, COUNT(*) AS files, MIN(f.name) AS name"
        " FROM temp.in_set s JOIN file f ON f.id = s.file AND f.gone IS NULL JOIN folder_part x ON x.folder = f.folder"
        " JOIN ruling g ON g.file = f.id LEFT JOIN answered_rule a ON a.rule = g.rule"
        " JOIN rule r ON r.id = COALESCE(a.base, g.rule) WHERE NOT r.block AND r.name <> ? GROUP BY x.part, s.head"
        " HAVING COUNT(DISTINCT r.fate) > 1 AND MAX(r.junk) = 0 AND COUNT(*) <= ?",
        (UNREADABLE.name, _MOST_MEMBERS),
    )


def _largest(catalog: Catalog, part: int, kind: Literal["chain", "copies"], private: Collection[int]) -> list[Together]:
    rows = catalog.rows(
        "SELECT t.head, f.id, f.folder, COALESCE(a.base, g.rule), f.size, f.modified FROM (SELECT * FROM temp.told_together"
        " WHERE part = ?1 ORDER BY bytes DESC, files DESC, name LIMIT ?2) t JOIN temp.in_set s ON s.head = t.head"
        " JOIN file f ON f.id = s.file AND f.gone IS NULL JOIN folder_part x ON x.folder = f.folder AND x.part = ?1"
        " JOIN ruling g ON g.file = f.id LEFT JOIN answered_rule a ON a.rule = g.rule"
        " JOIN rule r ON r.id = COALESCE(a.base, g.rule) WHERE NOT r.block AND r.name <> ?3"
        " ORDER BY t.bytes DESC, t.files DESC, t.name, t.head, f.modified DESC, f.id",
        (part, _MOST, UNREADABLE.name),
    )
    found = []
    for head, inside in groupby(rows, key=lambda row: int(row[0])):
        members = tuple(Member(*row[1:]) for row in inside)
        if not any(member.folder in private for member in members):
            found.append(Together(kind, f"{kind}:{head}", members))
    return found
