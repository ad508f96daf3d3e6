"""A part of the proposal as the groups are made from it: per folder, never per file.

A file's *own* rule is the policy's: where an answer made the ruling, the rule that it stands in for. So groups are the same
before and after their answers have been taken in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from filrydd.catalog import answers, proposals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions import sets
from filrydd.model.finding import Found
from filrydd.model.rule import NO_RULE, UNREADABLE, Fate
from filrydd.portions import Cell, Earlier, Folder, Given, Saying, Sums
from filrydd.portions.sums import PRIME

OWN = "COALESCE(a.base, g.rule)"
"""SQL for the file's own rule, with `RULED`."""
RULED = "JOIN ruling g ON g.file = f.id LEFT JOIN answered_rule a ON a.rule = g.rule"
CONTENT = (
    "COUNT(*) AS files, SUM(f.size) AS bytes, MIN(f.modified) AS oldest, MAX(f.modified) AS newest, SUM(f.id) AS ids,"
    f" SUM((f.id % {PRIME}) * (f.id % {PRIME}) % {PRIME}) AS squares,"
    # SQLite's remainder of a time before 1970 is negative, and what decides here is Python's.
    f" SUM(((f.modified % {PRIME} + {PRIME}) % {PRIME}) * (f.id % {PRIME} + 1) % {PRIME}) AS times"
)
"""SQL for what files `f` add up to (`filrydd.portions.sums`)."""
_NUMBERS = f"('{Found.NUMBER}', '{Found.NUMBER_IN_NAME}')"


@dataclass(frozen=True, slots=True)
class PartGiven:
    """A part, what its groups are made from, and each rule by its number."""

    part: proposals.PartRow
    given: Given


def parts(
    catalog: Catalog, known: Mapping[int, answers.Known], private: Sequence[int], now: int
) -> Iterator[PartGiven]:
    """Every part of the proposal, streamed. `private` are folders that are somebody's own, each with all below it.

    Leaves the TEMP table `cell` (part, folder, rule, owner, ...) behind.
    """
    folders = {
        row[0]: Folder(*row[1:])
        for row in catalog.rows("SELECT id, parent, name, lo, hi FROM folder WHERE gone IS NULL")
    }
    _tally(catalog)
    numbers, used = _numbers(catalog), _used(catalog)
    widened = frozenset(
        row[0]
        for row in catalog.rows(
            "SELECT DISTINCT folder FROM access_shift"
            " WHERE (before = '' AND after <> '') OR (before = 'read' AND after = 'write')"
        )
    )
    sayings = {number: saying(number, one) for number, one in known.items()}
    own = _Private(folders, private)
    found = _cells(catalog, numbers, used, own)
    together = sets.together(catalog, own.folders())
    for part in proposals.parts(catalog):
        given = Given(
            top=part.folder,
            folders=folders,
            sayings=sayings,
            cells=found.pop(part.id, []),
            together=together.get(part.id, ()),
            widened=widened,
            now=now,
            earlier=_earlier(catalog, part),
        )
        yield PartGiven(part, given)


def saying(number: int, known: answers.Known) -> Saying:
    """What one of the policy's rules says, as the groups go by it."""
    rule = known.rule
    return Saying(
        number=number,
        # A rule's number is another in another catalog; its wording is not.
        wording="\n".join((rule.name, rule.fate, rule.reason.nb, rule.basis, rule.noark, str(known.block))),
        fate=rule.fate,
        junk=rule.junk,
        stays=known.block or rule == UNREADABLE,
        awaits=rule.awaits_confirmation,
        unruled=rule == NO_RULE,
        unexamined=rule.fate is Fate.HOLD and rule.name.endswith(": unknown"),
    )


class _Private:
    def __init__(self, folders: Mapping[int, Folder], tops: Sequence[int]) -> None:
        self._bounds = [(folders[top].lo, folders[top].hi) for top in tops if top in folders]
        self._folders = folders
        self._found: frozenset[int] | None = None

    def folders(self) -> frozenset[int]:
        """Every folder that is somebody's own."""
        if self._found is None:
            inside = set[int]()
            if self._bounds:
                by_place = {folder.lo: number for number, folder in self._folders.items()}
                for lo, hi in self._bounds:
                    inside.update(by_place[place] for place in range(lo, hi + 1) if place in by_place)
            self._found = frozenset(inside)
        return self._found


def _tally(catalog: Catalog) -> None:
    catalog.run("DROP TABLE IF EXISTS temp.cell")
    catalog.run(
        f"CREATE TEMP TABLE cell AS SELECT x.part, f.folder, {OWN} AS rule, f.owner, MIN(f.id) AS first, {CONTENT}"
        f" FROM file f JOIN folder_part x ON x.folder = f.folder {RULED} WHERE f.gone IS NULL GROUP BY f.folder, 3, f.owner"
        " ORDER BY f.folder, 3, f.owner"
    )


def _cells(
    catalog: Catalog, numbers: Mapping[tuple[int, int], int], used: Mapping[tuple[int, int], int], own: _Private
) -> dict[int, list[Cell]]:
    """The cells of each part. The rows of a folder under a rule, one an owner, stand together in the table."""
    private = own.folders()
    found: dict[int, list[Cell]] = {}
    cell, whole = None, Sums()
    for row in catalog.rows(
        "SELECT part, folder, rule, first, files, bytes, oldest, newest, ids, squares, times FROM temp.cell ORDER BY rowid"
    ):
        if cell is None or (cell.folder, cell.rule) != (row[1], row[2]):
            place = row[1], row[2]
            whole = Sums(*row[4:])
            whole.numbers, whole.used = numbers.get(place, 0), used.get(place, 0)
            cell = Cell(row[1], row[2], row[3], whole, row[1] in private)
            found.setdefault(row[0], []).append(cell)
        else:
            whole.add(Sums(*row[4:]))
    return found


def _numbers(catalog: Catalog) -> dict[tuple[int, int], int]:
    return {
        (row[0], row[1]): row[2]
        for row in catalog.rows(
            f"SELECT f.folder, {OWN}, COUNT(DISTINCT f.id) FROM finding n JOIN file f ON f.id = n.file {RULED}"
            f" WHERE n.closed IS NULL AND n.kind IN {_NUMBERS} AND f.gone IS NULL GROUP BY 1, 2"
        )
    }


def _used(catalog: Catalog) -> dict[tuple[int, int], int]:
    """How many files of each cell are pointed to from another part; all of a folder that is pointed to."""
    from_elsewhere = (
        "JOIN file s ON s.id = l.file AND s.gone IS NULL JOIN folder_part xs ON xs.folder = s.folder"
        " JOIN folder_part xt ON xt.folder = f.folder AND xt.part <> xs.part"
    )
    return {
        (row[0], row[1]): row[2]
        for row in catalog.rows(
            f"SELECT f.folder, {OWN}, COUNT(DISTINCT f.id) FROM link l JOIN file f ON f.id = l.to_file {from_elsewhere}"
            f" {RULED} WHERE f.gone IS NULL GROUP BY 1, 2 UNION ALL"
            f" SELECT f.folder, {OWN}, COUNT(DISTINCT f.id) FROM link l JOIN file f ON f.folder = l.to_folder {from_elsewhere}"
            f" {RULED} WHERE f.gone IS NULL AND l.to_file IS NULL GROUP BY 1, 2"
        )
    }


def _earlier(catalog: Catalog, part: proposals.PartRow) -> dict[str, Earlier]:
    """The groups of the current edition, once somebody has answered one of them or looked at a file."""
    begun = catalog.value(
        "SELECT EXISTS (SELECT 1 FROM group_answer WHERE part = ?1) OR EXISTS (SELECT 1 FROM looked WHERE part = ?1)",
        (part.name,),
    )
    if not begun:
        return {}
    rows = catalog.rows(
        "SELECT g.key, g.portion, g.place FROM review_group g JOIN review_edition e ON e.id = g.edition AND e.current"
        " WHERE g.part = ?",
        (part.id,),
    )
    return {row[0]: Earlier(row[1], row[2]) for row in rows}
