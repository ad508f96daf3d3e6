"""What an area holds, in totals, and the folders that matter: worked out after a scan and stored as figures."""

from dataclasses import replace
from datetime import date, timedelta

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import folder_copies
from filrydd.catalog.contents import known as contents
from filrydd.catalog.contents.folder_copies import FolderCopy
from filrydd.catalog.insight import absentees, families, refused, tallies
from filrydd.catalog.insight.beginnings import Beginnings, Place
from filrydd.catalog.insight.copied import Copies
from filrydd.catalog.insight.families import FAMILIES, JUNK
from filrydd.catalog.insight.standouts import Biggest, Oldest, years_before
from filrydd.catalog.insight.stored import AgeClass, Duplicates, Empty, Family, Insight, SizeClass, Unread
from filrydd.model import times

SIZES = (0, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
"""Bytes: a class of sizes ends at each, the last has no end."""
AGES = (1, 2, 3, 5, 7, 10, 15)
"""Years since the last change: a class of ages begins at each, the first at 0."""

_SHOWN = 10
_EXAMPLES = 3


def work_out(catalog: Catalog, day: date) -> Insight:
    """Look at the whole area as the last scan left it. Reads and writes TEMP tables only, so it holds up nobody."""
    tallies.tally(catalog)
    files, size = catalog.row("SELECT COALESCE(SUM(files), 0), COALESCE(SUM(bytes), 0) FROM temp.tally") or (0, 0)
    biggest, oldest = Biggest(_SHOWN), Oldest(_SHOWN, day, files, size)
    beginnings = Beginnings(_SHOWN, day, files, size, Copies(catalog))
    folder_names = refused.FolderNames()
    empty_folders = 0
    for one in tallies.subtrees(catalog, absentees.absent_owners(catalog)):
        biggest.close(one)
        oldest.close(one)
        beginnings.close(one)
        folder_names.close(one)
        empty_folders += not one.files and not one.shut and one.depth > 0
    sizes, ages, found = _cube(catalog, day)
    return Insight(
        day=day,
        sizes=sizes,
        ages=ages,
        families=tuple(sorted(found, key=lambda family: (-family.bytes, -family.files, family.family))),
        junk=tuple(family for family in found if family.family in JUNK),
        biggest=tuple(biggest.best()),
        oldest=tuple(oldest.best()),
        duplicates=_duplicates(catalog),
        copies=_copies(catalog),
        unread=_unread(catalog),
        owners=tuple(absentees.owners(catalog)),
        empty=Empty(sizes[0].files, empty_folders),
        names=refused.judge(catalog, folder_names),
        places=tuple(beginnings.chosen()),
    )


def places(catalog: Catalog, day: date, most: int = _SHOWN) -> list[Place]:
    """Where to begin, best first (`catalog.beginnings`)."""
    tallies.tally(catalog)
    files, size = catalog.row("SELECT COALESCE(SUM(files), 0), COALESCE(SUM(bytes), 0) FROM temp.tally") or (0, 0)
    beginnings = Beginnings(most, day, files, size, Copies(catalog))
    for one in tallies.subtrees(catalog, absentees.absent_owners(catalog)):
        beginnings.close(one)
    return beginnings.chosen()


def _cube(catalog: Catalog, day: date) -> tuple[tuple[SizeClass, ...], tuple[AgeClass, ...], list[Family]]:
    """Files by size, by age and by family, of one pass over them all."""
    # Clocks of servers and of zones may be ahead by a day.
    future = times.from_day(day + timedelta(days=2))
    starts = [years_before(day, years) for years in AGES]
    by_size = " ".join(f"WHEN f.size <= {bound} THEN {number}" for number, bound in enumerate(SIZES))
    by_age = " ".join(f"WHEN f.modified >= {start} THEN {number}" for number, start in enumerate([future, *starts]))
    wide = 100
    sizes, ages, found = ({number: [0, 0] for number in range(wide)} for _which in range(3))
    for key, files, size in catalog.rows(
        f"SELECT (CASE {by_size} ELSE {len(SIZES)} END * {wide} + CASE {by_age} ELSE {len(AGES) + 1} END) * {wide}"
        f" + {families.FAMILY} AS key, COUNT(*), SUM(f.size) FROM main.file f {families.JOINED}"
        " WHERE f.gone IS NULL GROUP BY key"
    ):
        for totals, number in ((sizes, key // wide**2), (ages, key // wide % wide), (found, key % wide)):
            totals[number][0] += files
            totals[number][1] += size
    bounds = [(None, None), *zip((0, *AGES), (*AGES, None), strict=True)]
    return (
        tuple(SizeClass(bound, *sizes[number]) for number, bound in enumerate((*SIZES, None))),
        tuple(AgeClass(*bound, *ages[number]) for number, bound in enumerate(bounds)),
        [Family(family, *found[number]) for number, family in enumerate(FAMILIES) if found[number][0]],
    )


def _duplicates(catalog: Catalog) -> Duplicates | None:
    if not catalog.value("SELECT EXISTS (SELECT 1 FROM content)"):
        return None
    return Duplicates(*contents.duplicate_totals(catalog), folder_copies.count_folder_copies(catalog))


def _copies(catalog: Catalog) -> tuple[FolderCopy, ...]:
    return tuple(replace(group, paths=group.paths[:_EXAMPLES]) for group in contents.folder_copies(catalog, _SHOWN))


def _unread(catalog: Catalog) -> tuple[Unread, ...]:
    counts = catalog.rows(
        "SELECT reason, COUNT(*) AS count FROM unreadable GROUP BY reason ORDER BY count DESC, reason"
    )
    return tuple(
        Unread(
            row["reason"],
            row["count"],
            tuple(
                example["id"]
                for example in catalog.rows(
                    "SELECT id FROM unreadable WHERE reason = ? ORDER BY id LIMIT ?", (row["reason"], _EXAMPLES)
                )
            ),
        )
        for row in list(counts)
    )
