"""What lies in each folder, and in it and all below it: two grouped queries, then one pass over the folders in preorder.

Only the way down to one folder is in memory.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight import families
from filrydd.catalog.insight.families import ARCHIVE, JUNK, PROGRAM, VIDEO
from filrydd.layout.names import length
from filrydd.model.names import raw

BULKY = (VIDEO, PROGRAM, ARCHIVE)
"""Families of files that are large, and seldom what a department has to keep."""

NEVER = -(1 << 63)
"""Before any time: when something in a folder without files last changed."""

_ABSENT = "SELECT id FROM principal WHERE state IN ('disabled', 'vanished')"
_SPECIAL = {"junk": JUNK, **{f"bulky{number}": (family,) for number, family in enumerate(BULKY)}}
_SUMS = ", ".join(f"{name}_files, {name}_bytes" for name in _SPECIAL)


@dataclass(slots=True)
class Subtree:
    """A folder with all that is below it. `bytes` of all files; `changed` the last change of any (ticks, NEVER without).

    `path_length` of the folder in UTF-16 units. `folders` counts itself too. `longest` is the length of the longest name of
    a file directly in it, in characters.
    `blind`: a folder in it could not be listed. `shut`: something in it could not be read.
    `special`, when there are any: files and bytes of junk, then of each of BULKY.
    `absent`, when there are any: files and bytes whose owner is gone, lowest and highest row of such an owner.
    """

    id: int
    name: str
    lo: int
    hi: int
    depth: int
    path_length: int
    files: int
    bytes: int
    changed: int
    longest: int
    blind: bool
    shut: bool
    special: tuple[int, ...] | None
    absent: tuple[int, int, int, int] | None
    folders: int = 1

    def _add(self, below: "Subtree") -> None:
        self.folders += below.folders
        if below.shut:
            self.shut, self.blind = True, self.blind or below.blind
        if not below.files:
            return
        self.files += below.files
        self.bytes += below.bytes
        if below.changed > self.changed:
            self.changed = below.changed
        if below.special:
            self.special = tuple(map(int.__add__, self.special, below.special)) if self.special else below.special
        if below.absent:
            self.absent = _both(self.absent, below.absent)


def _both(
    one: tuple[int, int, int, int] | None, other: tuple[int, int, int, int] | None
) -> tuple[int, int, int, int] | None:
    if not one or not other:
        return one or other
    return one[0] + other[0], one[1] + other[1], min(one[2], other[2]), max(one[3], other[3])


def tally(catalog: Catalog) -> None:
    """Make the TEMP tables that `subtrees` needs: what lies directly in each folder that holds files."""
    families.prepare(catalog)
    _make(
        catalog,
        "tally",
        "files, bytes, changed, longest",
        "SELECT folder, COUNT(*), SUM(size), MAX(modified), MAX(length(name)) FROM main.file WHERE gone IS NULL",
    )
    wanted = _numbers(family for words in _SPECIAL.values() for family in words)
    # Laid down first: an expression that several sums use would be computed for each of them.
    catalog.run("DROP TABLE IF EXISTS temp.special_file")
    catalog.run(
        f"CREATE TEMP TABLE special_file AS SELECT f.folder, f.size, {families.FAMILY} AS family FROM main.file f"
        f" {families.JOINED} WHERE f.gone IS NULL AND (m.family IN ({wanted}) OR {families.NAMED})"
        f" AND {families.FAMILY} IN ({wanted})"
    )
    sums = [
        f"SUM(family IN ({_numbers(words)})), SUM(iif(family IN ({_numbers(words)}), size, 0))"
        for words in _SPECIAL.values()
    ]
    _make(catalog, "special", _SUMS, f"SELECT folder, {', '.join(sums)} FROM temp.special_file")
    catalog.run("DROP TABLE temp.special_file")
    nobody = "" if catalog.value(f"SELECT EXISTS ({_ABSENT})") else " AND 0"
    _make(
        catalog,
        "absent",
        "files, bytes, least, most, unasked_files, unasked_bytes",
        "SELECT folder, COUNT(owner), SUM(iif(owner IS NULL, 0, size)), MIN(owner), MAX(owner), SUM(owner IS NULL),"
        " SUM(iif(owner IS NULL, size, 0)) FROM main.file"
        f" WHERE gone IS NULL AND (owner IS NULL OR owner IN ({_ABSENT})){nobody}",
    )


def _make(catalog: Catalog, table: str, columns: str, query: str) -> None:
    catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
    catalog.run(f"CREATE TEMP TABLE {table} (folder INTEGER PRIMARY KEY, {columns})")
    catalog.run(f"INSERT INTO temp.{table} {query} GROUP BY folder")


def _numbers(words: Iterable[str]) -> str:
    return ", ".join(str(families.number_of(word)) for word in words)


def subtrees(catalog: Catalog, absent_owners: Mapping[int, int]) -> Iterator[Subtree]:
    """Every present folder after all those in it; the area's top comes last. `tally` comes before.

    `absent_owners` maps a descriptor to the principal that owns what has it, where that one is gone: files whose owner
    nobody asked for are taken to be their folder's owner's.
    """
    trouble = (
        "SELECT folder, MAX(name IS NULL OR kind = 'folder' AND reason NOT IN ('link', 'loop', 'snapshot')) AS blind"
        " FROM main.unreadable GROUP BY folder"
    )
    rows = catalog.rows(
        "SELECT d.id, d.name, d.lo, d.hi, d.descriptor, u.blind, t.files, t.bytes, t.changed, t.longest,"
        f" a.files, a.bytes, a.least, a.most, a.unasked_files, a.unasked_bytes, {_SUMS}"
        " FROM main.folder d LEFT JOIN temp.tally t ON t.folder = d.id"
        " LEFT JOIN temp.special s ON s.folder = d.id LEFT JOIN temp.absent a ON a.folder = d.id"
        f" LEFT JOIN ({trouble}) u ON u.folder = d.id WHERE d.gone IS NULL ORDER BY d.lo"
    )
    way: list[Subtree] = []
    for row in rows:
        number, name, lo, hi, descriptor, blind, files, size, changed, longest, *absent_sums = row[:16]
        while way and way[-1].hi < lo:
            yield _closed(way)
        depth = len(way)
        path_length = length(raw(name)) + (way[-1].path_length + (depth > 1) if way else 0)
        special = row[16:] if row[16] is not None else None
        absent = None if absent_sums[0] is None else _absent(absent_sums, absent_owners.get(descriptor))
        way.append(
            Subtree(
                number,
                name,
                lo,
                hi,
                depth,
                path_length,
                files or 0,
                size or 0,
                NEVER if changed is None else changed,
                longest or 0,
                bool(blind),
                blind is not None,
                special,
                absent,
            )
        )
    while way:
        yield _closed(way)


def _absent(sums: list[int], owner_of_folder: int | None) -> tuple[int, int, int, int] | None:
    files, size, least, most, unasked_files, unasked_bytes = sums
    asked = (files, size, least, most) if files else None
    if owner_of_folder is None or not unasked_files:
        return asked
    return _both(asked, (unasked_files, unasked_bytes, owner_of_folder, owner_of_folder))


def _closed(way: list[Subtree]) -> Subtree:
    done = way.pop()
    if way:
        way[-1]._add(done)
    return done
