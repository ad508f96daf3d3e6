"""Counting what `tallies` keeps: every file is looked at, beside the pages, and nobody waits for it."""

from collections.abc import Sequence

from filrydd.catalog import disposals, freezes, private_notices, tallies
from filrydd.catalog.connection import Catalog
from filrydd.catalog.people.principals import shown_name
from filrydd.catalog.tallies import About, Line
from filrydd.model import wellknown
from filrydd.model.finding import Found, Outcome
from filrydd.model.rule import Predicate

MOST_OPEN = 2_000
"""Folders open to everybody that are kept by themselves; the sum is of all."""
# Whoever is in none of these is named, or in a group that somebody named ([MS-DTYP] 2.4.2.4; -513, -514: everybody of a
# domain).
_EVERYBODY = (
    wellknown.EVERYONE,
    wellknown.NETWORK,
    wellknown.ANONYMOUS,
    wellknown.AUTHENTICATED_USERS,
    wellknown.GUESTS,
)
_EVERYBODY_SQL = (
    f"SELECT id FROM principal WHERE sid IN ({', '.join(repr(sid) for sid in (*_EVERYBODY, 'S-1-5-15', 'S-1-5-32-545'))})"
    " OR sid LIKE 'S-1-5-21-%-513' OR sid LIKE 'S-1-5-21-%-514'"
)


def refresh(catalog: Catalog, policy: str, private: Sequence[Predicate], now: int) -> None:
    """Count everything and store it; not inside `writing`: only the end of it is one, and short.

    `private` is what the policy with the digest `policy` says of people's own folders.
    """
    with catalog.aside():
        stamp = tallies.stamp(catalog, policy)
        found: list[Line] = [
            *_rules(catalog),
            *_freezes(catalog),
            *_handed(catalog),
            *_disposals(catalog),
            *_numbers(catalog),
            *_unexamined(catalog),
            *_open(catalog),
            *_absent(catalog),
        ]
    found += _private(catalog, private)
    tallies.keep(catalog, found, stamp, policy, now)


def _rules(catalog: Catalog) -> list[Line]:
    rows = catalog.rows(
        "SELECT g.rule, COUNT(*) AS files, SUM(f.size) AS bytes, MIN(f.id) AS first, MAX(f.id) AS last FROM ruling g"
        " JOIN file f ON f.id = g.file WHERE f.gone IS NULL GROUP BY g.rule"
    )
    return [
        (About.RULE, "", str(row["rule"]), -row["files"], row["files"], row["bytes"], _few(row["first"], row["last"]))
        for row in rows
    ]


def _few(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} {last}"


def _freezes(catalog: Catalog) -> list[Line]:
    found = []
    for one in freezes.in_force(catalog):
        files, size = freezes.held_by(catalog, one)
        found.append((About.FREEZE, "", str(one.id), one.id, files, size, ""))
    return found


def _handed(catalog: Catalog) -> list[Line]:
    rows = catalog.rows(
        "SELECT h.place, COUNT(*) AS files, SUM(f.size) AS bytes FROM handed_over h JOIN file f ON f.id = h.file"
        " WHERE f.gone IS NULL GROUP BY h.place"
    )
    return [(About.HANDED, "", row["place"], -row["files"], row["files"], row["bytes"], "") for row in rows]


def _disposals(catalog: Catalog) -> list[Line]:
    return [
        (About.DISPOSAL, one.part, f"{one.rule} {one.state}", one.rule, one.files, one.bytes, "")
        for one in disposals.totals(catalog)
    ]


def _numbers(catalog: Catalog) -> list[Line]:
    rows = catalog.rows(
        "SELECT x.kind, COALESCE(q.name, '') AS part, COUNT(DISTINCT f.id) AS files, SUM(f.size) AS bytes FROM finding x"
        " JOIN file f ON f.id = x.file LEFT JOIN folder_part p ON p.folder = f.folder LEFT JOIN part q ON q.id = p.part"
        " WHERE x.closed IS NULL AND x.kind IN (?, ?) AND f.gone IS NULL GROUP BY x.kind, part",
        (Found.NUMBER, Found.NUMBER_IN_NAME),
    )
    return [(About.NUMBERS, row["part"], row["kind"], -row["files"], row["files"], row["bytes"], "") for row in rows]


def _unexamined(catalog: Catalog) -> list[Line]:
    """Of files of which the content was asked for; where nobody ever asked, all of them."""
    outcome = "CASE WHEN (e.size, e.modified) = (f.size, f.modified) THEN e.outcome ELSE '' END"
    rows = catalog.rows(
        f"SELECT {outcome} AS word, COALESCE(q.name, '') AS part, COUNT(*) AS files, SUM(f.size) AS bytes, MIN(f.id) AS first,"
        " MAX(f.id) AS last FROM file f LEFT JOIN examination e ON e.file = f.id LEFT JOIN folder_part p ON p.folder = f.folder"
        f" LEFT JOIN part q ON q.id = p.part WHERE f.gone IS NULL AND {outcome} IS NOT ? GROUP BY 1, 2",
        (Outcome.READ,),
    )
    return [
        (About.UNEXAMINED, row[1], row[0], -row["files"], row["files"], row["bytes"], _few(row["first"], row["last"]))
        for row in rows
    ]


def _open(catalog: Catalog) -> list[Line]:
    """The topmost folders that everybody can read, the one with most files first, and all of them together."""
    catalog.run("DROP TABLE IF EXISTS temp.open_list")
    catalog.run("CREATE TEMP TABLE open_list (descriptor INTEGER PRIMARY KEY, who TEXT NOT NULL)")
    catalog.run(
        "INSERT INTO temp.open_list SELECT descriptor, group_concat(principal, ' ') FROM access WHERE reads AND principal IN"
        f" ({_EVERYBODY_SQL}) GROUP BY descriptor"
    )
    catalog.run("DROP TABLE IF EXISTS temp.open_folder")
    catalog.run(
        "CREATE TEMP TABLE open_folder (folder INTEGER PRIMARY KEY, files INTEGER NOT NULL, bytes INTEGER NOT NULL)"
    )
    catalog.run(
        "INSERT INTO temp.open_folder SELECT d.id, COUNT(f.id), COALESCE(SUM(f.size), 0) FROM folder d"
        " JOIN temp.open_list o ON o.descriptor = d.descriptor LEFT JOIN file f ON f.folder = d.id AND f.gone IS NULL"
        " WHERE d.gone IS NULL GROUP BY d.id"
    )
    found: list[Line] = []
    tops: list[list[int]] = []
    whose: list[str] = []
    # In preorder a folder lies under the last top as long as that one reaches.
    for row in catalog.rows(
        "SELECT d.id, d.lo, d.hi, o.files, o.bytes, l.who FROM temp.open_folder o JOIN folder d ON d.id = o.folder"
        " JOIN temp.open_list l ON l.descriptor = d.descriptor ORDER BY d.lo"
    ):
        if not tops or row["lo"] > tops[-1][1]:
            tops.append([row["id"], row["hi"], 0, 0])
            whose.append(row["who"])
        tops[-1][2] += row["files"]
        tops[-1][3] += row["bytes"]
    order = sorted(range(len(tops)), key=lambda number: (-tops[number][2], number))
    for place, number in enumerate(order[:MOST_OPEN], 1):
        folder, _hi, files, size = tops[number]
        found.append((About.OPEN, "", str(folder), place, files, size, whose[number]))
    if tops:
        found.append((About.OPEN, "", "", 0, sum(top[2] for top in tops), sum(top[3] for top in tops), str(len(tops))))
    return found


def _absent(catalog: Catalog) -> list[Line]:
    rows = catalog.rows(
        "SELECT owner, COUNT(*) AS files, SUM(size) AS bytes FROM file WHERE gone IS NULL AND owner IN"
        " (SELECT id FROM principal WHERE state IN ('disabled', 'vanished')) GROUP BY owner"
    )
    return [(About.ABSENT, "", str(row["owner"]), -row["files"], row["files"], row["bytes"], "") for row in rows]


def _private(catalog: Catalog, private: Sequence[Predicate]) -> list[Line]:
    people = {
        shown_name(row["sid"], row["name"], row["kind"]): row["id"]
        for row in catalog.rows("SELECT id, sid, name, kind FROM principal")
    }
    return [
        (
            About.PRIVATE,
            "",
            str(one.folder),
            place,
            one.files,
            one.bytes,
            str(people[one.owner]) if one.owner in people else "",
        )
        for place, one in enumerate(private_notices.folders(catalog, private), 1)
    ]
