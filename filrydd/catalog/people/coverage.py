"""Who answers for what: parts by the policy against the folders, owners who are gone, folders whose owner nobody knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight.absentees import absent_owners, owner_of
from filrydd.catalog.paths import find_folder, path_of_folder
from filrydd.catalog.people.principals import shown_name
from filrydd.model import names, wellknown
from filrydd.model.department import Part


@dataclass(frozen=True, slots=True)
class PartTotal:
    """What a part holds now; `present`: the last scan saw its folder."""

    name: str
    present: bool
    folders: int
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Absent:
    """An owner whose account is `disabled` or `vanished`, with the files, bytes and folders that he owns in one part."""

    sid: str
    name: str
    state: str
    part: str
    files: int
    bytes: int
    folders: int


@dataclass(frozen=True, slots=True)
class Folders:
    """A number of folders with the files right in them, and some of their paths."""

    folders: int
    files: int
    bytes: int
    examples: tuple[str, ...]


def totals(catalog: Catalog, parts: Sequence[Part]) -> list[PartTotal]:
    """What each part holds. Leaves the TEMP table `covered` (folder, part), `part` the place in `parts`; every other
    function here reads it."""
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS covered (folder INTEGER PRIMARY KEY, part INTEGER NOT NULL)")
    catalog.run("DELETE FROM temp.covered")
    tops = []
    for number, part in enumerate(parts):
        top = find_folder(catalog, names.tidy_path(part.path))
        row = None if top is None else catalog.row("SELECT lo, hi FROM folder WHERE id = ? AND gone IS NULL", (top,))
        if row is not None:
            tops.append((row["lo"], row["hi"], number))
    # A part inside another takes its subtree out of the outer one, so the outer ones go first.
    for lo, hi, number in sorted(tops):
        catalog.run(
            "INSERT OR REPLACE INTO temp.covered SELECT id, ? FROM folder WHERE gone IS NULL AND lo BETWEEN ? AND ?",
            (number, lo, hi),
        )
    rows = catalog.rows(
        "SELECT c.part, COUNT(*), COALESCE(SUM(o.files), 0), COALESCE(SUM(o.bytes), 0) FROM temp.covered c LEFT JOIN"
        " (SELECT folder, COUNT(*) AS files, SUM(size) AS bytes FROM file WHERE gone IS NULL GROUP BY folder) o"
        " ON o.folder = c.folder GROUP BY c.part"
    )
    counted: dict[int, tuple[int, int, int]] = {row[0]: (row[1], row[2], row[3]) for row in rows}
    present = {number for _lo, _hi, number in tops}
    return [
        PartTotal(part.name, number in present, *counted.get(number, (0, 0, 0))) for number, part in enumerate(parts)
    ]


def uncovered(catalog: Catalog, most: int = 20) -> Folders:
    """Present folders that lie in no part."""
    return _folders(catalog, "d.id NOT IN (SELECT folder FROM temp.covered)", most)


def without_owner(catalog: Catalog, most: int = 20) -> Folders:
    """Present folders whose permissions were not read, or that name an owner of whom nobody knows who it is."""
    unknown = list(_unknown_lists(catalog))
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS ownerless (descriptor INTEGER PRIMARY KEY)")
    catalog.run("DELETE FROM temp.ownerless")
    catalog.run_many("INSERT INTO temp.ownerless (descriptor) VALUES (?)", [(number,) for number in unknown])
    return _folders(catalog, "d.descriptor IS NULL OR d.descriptor IN (SELECT descriptor FROM temp.ownerless)", most)


def absent(catalog: Catalog, parts: Sequence[Part]) -> list[Absent]:
    """Owners who are gone, by part, those with most bytes first."""
    owned: dict[tuple[int, int], list[int]] = {}
    for row in catalog.rows(
        "SELECT f.owner, COALESCE(c.part, -1) AS part, COUNT(*) AS files, SUM(f.size) AS bytes FROM principal p"
        " JOIN file f ON f.owner = p.id LEFT JOIN temp.covered c ON c.folder = f.folder"
        " WHERE p.state IN ('disabled', 'vanished') AND f.gone IS NULL GROUP BY 1, 2"
    ):
        owned[row["owner"], row["part"]] = [row["files"], row["bytes"], 0]
    gone = absent_owners(catalog)
    for row in catalog.rows(
        "SELECT d.descriptor, COALESCE(c.part, -1) AS part, COUNT(*) AS folders FROM folder d"
        " LEFT JOIN temp.covered c ON c.folder = d.id WHERE d.gone IS NULL AND d.descriptor IS NOT NULL GROUP BY 1, 2"
    ):
        if row["descriptor"] in gone:
            owned.setdefault((gone[row["descriptor"]], row["part"]), [0, 0, 0])[2] += row["folders"]
    people = {
        row["id"]: row
        for row in catalog.rows(
            "SELECT id, sid, name, kind, state FROM principal WHERE state IN ('disabled', 'vanished')"
        )
    }
    found = [
        Absent(
            people[owner]["sid"],
            shown_name(people[owner]["sid"], people[owner]["name"], people[owner]["kind"]),
            people[owner]["state"],
            "" if part < 0 else parts[part].name,
            *counts,
        )
        for (owner, part), counts in owned.items()
    ]
    return sorted(found, key=lambda one: (-one.bytes, -one.files, -one.folders, one.name, one.part))


def _unknown_lists(catalog: Catalog) -> Iterator[int]:
    """Descriptors of present folders whose owner nobody knows."""
    known = {
        row["sid"]: row["state"] != "" or row["kind"] in ("group", "well-known")
        for row in catalog.rows("SELECT sid, kind, state FROM principal")
    }
    for row in catalog.rows(
        "SELECT id, content FROM descriptor WHERE id IN (SELECT descriptor FROM folder WHERE gone IS NULL)"
    ):
        sid = owner_of(row["content"])
        if not sid or not (wellknown.speaks_for_itself(sid) or known.get(sid)):
            yield row["id"]


def _folders(catalog: Catalog, condition: str, most: int) -> Folders:
    row = catalog.row(
        "SELECT COUNT(*) AS folders, COALESCE(SUM(o.files), 0) AS files, COALESCE(SUM(o.bytes), 0) AS bytes FROM folder d"
        " LEFT JOIN (SELECT folder, COUNT(*) AS files, SUM(size) AS bytes FROM file WHERE gone IS NULL GROUP BY folder) o"
        f" ON o.folder = d.id WHERE d.gone IS NULL AND ({condition})"
    )
    assert row is not None
    shown = list(
        catalog.rows(f"SELECT d.id FROM folder d WHERE d.gone IS NULL AND ({condition}) ORDER BY d.lo LIMIT ?", (most,))
    )
    return Folders(
        row["folders"], row["files"], row["bytes"], tuple(path_of_folder(catalog, one["id"]) for one in shown)
    )
