"""An independent judge of a proposal: from the catalog's tables alone, with SQL and rules of its own.

It shares no code with what makes proposals, so that a mistake there is not repeated here. What it judges:

- every present file that moves has one placement, and no other file has any; a copy or a version leads to a file that has
  a place of its own;
- new folders hang together, their names and those of files are such that SharePoint takes them, no two are one, and no
  address is too long;
- nobody can read or write what he could not, or no longer what he could, unless somebody accepted it by name;
- every folder with something to move has a decision, and its files lie where that says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from tests.benchmarks import judge_access, judge_names

_EXAMPLES = 5
_MOVES = "JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule AND r.fate = 'move'"


@dataclass(frozen=True)
class Verdict:
    """`faults`: kind -> (how many, the first ones). `access` tells of people and scopes. `placed`, `targets`: how many;
    `empty`: targets with nothing in them or below."""

    faults: Mapping[str, tuple[int, tuple[str, ...]]]
    access: judge_access.Told
    placed: int
    targets: int
    empty: int

    @property
    def ratio(self) -> float:
        """Places with permissions of their own, against copying the tree as it is."""
        return self.access.scopes / self.access.copied if self.access.copied else 0.0


def judge(catalog: Catalog, stands_for: Mapping[str, str] | None = None) -> Verdict:
    """Judge the published proposal. `stands_for`: what the policy says of principals (identifier -> Entra object)."""
    access = judge_access.told(catalog, stands_for or {})
    counts: dict[str, int] = {}
    examples: dict[str, list[str]] = {}
    for found in (
        _placements(catalog),
        _tree(catalog),
        judge_names.faults(catalog),
        access.faults,
        _decisions(catalog),
    ):
        for kind, where in found:
            counts[kind] = counts.get(kind, 0) + 1
            if counts[kind] <= _EXAMPLES:
                examples.setdefault(kind, []).append(where)
    targets = int(catalog.value("SELECT COUNT(*) FROM target WHERE present"))
    faults = {kind: (count, tuple(examples[kind])) for kind, count in sorted(counts.items())}
    placed = int(catalog.value("SELECT COUNT(*) FROM placement"))
    return Verdict(faults, access, placed, targets, _empty(catalog))


Found = Iterator[tuple[str, str]]


def _placements(catalog: Catalog) -> Found:
    for kind, sql in (
        (
            "a file without a place",
            f"SELECT f.id FROM file f {_MOVES} WHERE f.gone IS NULL AND f.id NOT IN (SELECT file FROM placement)",
        ),
        (
            "a place for a file that stays",
            f"SELECT file FROM placement WHERE file NOT IN (SELECT f.id FROM file f {_MOVES} WHERE f.gone IS NULL)",
        ),
        (
            "a place that is not there",
            "SELECT file FROM placement WHERE target NOT IN (SELECT id FROM target WHERE present)",
        ),
        (
            "a file joined to nothing",
            (
                "SELECT p.file FROM placement p LEFT JOIN placement o ON o.file = p.of AND o.role = ''"
                " LEFT JOIN file x ON x.id = o.file WHERE (p.role = '') <> (p.of IS NULL)"
                " OR (p.of IS NOT NULL AND (o.file IS NULL OR o.target <> p.target OR p.name IS NOT COALESCE(o.name, x.name)))"
            ),
        ),
    ):
        yield from ((kind, f"file {row[0]}") for row in catalog.rows(sql))


def _tree(catalog: Catalog) -> Found:
    for row in catalog.rows(
        "SELECT t.id, t.path FROM target t LEFT JOIN target a ON a.id = t.parent AND a.present"
        " LEFT JOIN library l ON l.id = t.library WHERE t.present AND (l.id IS NULL OR CASE WHEN t.parent IS NULL"
        " THEN t.path <> '' ELSE a.id IS NULL OR a.library <> t.library"
        " OR t.path <> CASE a.path WHEN '' THEN t.name ELSE a.path || '/' || t.name END END)"
    ):
        yield "a folder that hangs nowhere", f"target {row['id']}: {row['path']}"
    for row in catalog.rows(
        "SELECT id, path FROM target WHERE present AND scope IS NOT NULL AND scope NOT IN (SELECT id FROM scope)"
    ):
        yield "permissions that are not there", f"target {row['id']}: {row['path']}"


def _decisions(catalog: Catalog) -> Found:
    folders = {
        row["id"]: row for row in catalog.rows("SELECT id, parent, lo FROM folder WHERE gone IS NULL ORDER BY lo DESC")
    }
    part_of = {row[0]: row[1] for row in catalog.rows("SELECT folder, part FROM folder_part")}
    decided = {row[0] for row in catalog.rows("SELECT folder FROM decision")}
    # What lies in another part is that part's business.
    moving = {row[0] for row in catalog.rows(f"SELECT DISTINCT f.folder FROM file f {_MOVES} WHERE f.gone IS NULL")}
    for folder, row in folders.items():
        if folder not in moving:
            continue
        if folder not in part_of:
            yield "a folder in no part", f"folder {folder}"
        if folder not in decided:
            yield "a folder without a decision", f"folder {folder}"
        if row["parent"] is not None and part_of.get(row["parent"]) == part_of.get(folder):
            moving.add(row["parent"])
    for row in catalog.rows(
        "SELECT f.folder, COUNT(*) AS files FROM decision c JOIN file f ON f.folder = c.folder"
        " JOIN placement p ON p.file = f.id AND p.role = '' WHERE c.target IS NOT NULL AND p.target <> c.target GROUP BY 1"
    ):
        yield "files elsewhere than decided", f"{row['files']} files of folder {row['folder']}"


def _empty(catalog: Catalog) -> int:
    used = {row[0] for row in catalog.rows("SELECT DISTINCT target FROM placement")}
    empty = 0
    for row in catalog.rows("SELECT id, parent FROM target WHERE present ORDER BY length(path) DESC, parent IS NULL"):
        if row["id"] in used:
            used.add(row["parent"])
        else:
            empty += 1
    return empty
