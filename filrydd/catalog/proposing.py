"""A staged proposal made the area's: worked out as a difference first, then published in one short transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filrydd.catalog import bundles, remarks
from filrydd.catalog.connection import Catalog
from filrydd.catalog.proposals import Destination
from filrydd.catalog.remarks import Remarks
from filrydd.layout import digest
from filrydd.model.department import Part

_PLACED = "target, name, rules, of, role"
_MADE = "library, parent, name, path, scope, rules"


@dataclass(frozen=True, slots=True)
class Partition:
    """The area's parts with the folder at the top of each, and the part (by name) of every present folder."""

    parts: Sequence[tuple[Part, int]]
    folders: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """How many rows a publication writes; `everything` when no digest of before can be kept. `changes` are the last changes
    of rulings and of files that it takes in."""

    targets: int
    placements: int
    everything: bool
    changes: tuple[int, int]


def library(catalog: Catalog, site: str, name: str) -> int:
    """The number of a library, made when it is new."""
    found = catalog.value("SELECT id FROM library WHERE site = ? AND name = ?", (site, name))
    if found is not None:
        return int(found)
    with catalog.writing():
        return catalog.run("INSERT INTO library (site, name) VALUES (?, ?)", (site, name))


def weigh(catalog: Catalog, partition: Partition) -> Difference:
    """Work out, in TEMP tables, what differs from the published proposal and which folders' digests that touches, and
    digest those. Holds up nobody; `publish` must follow with nothing stored in between."""
    changes = tuple(
        int(catalog.value(f"SELECT COALESCE(MAX(rowid), 0) FROM {kind}_change")) for kind in ("ruling", "file")
    )
    for table, key, columns in (("target", "id", _MADE), ("placement", "file", _PLACED)):
        new, old = (", ".join(f"{side}.{column}" for column in columns.split(", ")) for side in "no")
        present = "" if table == "placement" else " OR NOT o.present"
        catalog.run(f"DROP TABLE IF EXISTS temp.changed_{table}")
        catalog.run(
            f"CREATE TEMP TABLE changed_{table} AS SELECT n.{key} FROM temp.new_{table} n LEFT JOIN main.{table} o"
            f" ON o.{key} = n.{key} WHERE o.{key} IS NULL OR ({new}) IS NOT ({old}){present}"
        )
    everything = _divided_otherwise(catalog, partition)
    if not everything:
        _list_dirty(catalog)
    bundles.restage(catalog, everything=everything)
    targets, placements = (
        catalog.value(f"SELECT COUNT(*) FROM temp.changed_{table}") for table in ("target", "placement")
    )
    return Difference(int(targets), int(placements), everything, (changes[0], changes[1]))


def _divided_otherwise(catalog: Catalog, partition: Partition) -> bool:
    """Whether there is no proposal, or its parts have other tops or folders than now."""
    if not catalog.value("SELECT 1 FROM proposal"):
        return True
    tops = {row["name"]: row["folder"] for row in catalog.rows("SELECT name, folder FROM part WHERE present = 1")}
    if tops != {part.name: folder for part, folder in partition.parts}:
        return True
    # A present folder that is in no part yet is new, and dirty by its files; one that changed its part changes two trees.
    before = catalog.rows("SELECT x.folder, p.name FROM folder_part x JOIN part p ON p.id = x.part")
    return any(partition.folders.get(row["folder"], row["name"]) != row["name"] for row in before)


def _list_dirty(catalog: Catalog) -> None:
    """Into `temp.dirty`: the folders of files whose place, ruling or facts changed since the last proposal, and those
    whose place is open to others now."""
    before, now = bundles.access_of_targets(catalog), bundles.access_of_targets(catalog, bundles.STAGED)
    catalog.run("DROP TABLE IF EXISTS temp.reopened")
    catalog.run("CREATE TEMP TABLE reopened (target INTEGER PRIMARY KEY)")
    catalog.run_many(
        "INSERT INTO temp.reopened VALUES (?)", [(t,) for t, access in now.items() if before.get(t, access) != access]
    )
    seen = "COALESCE((SELECT value FROM figure WHERE stage = 'propose' AND name = '{}'), -1)"
    catalog.run("DROP TABLE IF EXISTS temp.dirty")
    catalog.run(
        "CREATE TEMP TABLE dirty AS SELECT DISTINCT folder FROM file WHERE id IN ("
        "SELECT file FROM temp.changed_placement"
        " UNION ALL SELECT file FROM placement WHERE file NOT IN (SELECT file FROM temp.new_placement)"
        " UNION ALL SELECT file FROM temp.new_placement WHERE target IN (SELECT target FROM temp.reopened)"
        f" UNION ALL SELECT file FROM ruling_change WHERE rowid > {seen.format('ruling_changes')}"
        f" UNION ALL SELECT file FROM file_change WHERE rowid > {seen.format('file_changes')}"
        f" UNION ALL SELECT old_file FROM file_change WHERE old_file IS NOT NULL AND rowid > {seen.format('file_changes')})"
    )


def publish(
    catalog: Catalog,
    where: Destination,
    partition: Partition,
    said: Remarks,
    figures: Mapping[str, object],
    difference: Difference,
    now: int,
) -> str:
    """Make the staged proposal the area's; returns its digest.

    `said` stands beside it; `figures` are kept for the status page.
    """
    with catalog.writing():
        run = catalog.run("INSERT INTO run (stage, begun, ended) VALUES ('propose', ?1, ?1)", (now,))
        _publish_rows(catalog)
        numbers = _publish_parts(catalog, partition)
        remarks.publish(catalog, said)
        catalog.run(
            "INSERT OR REPLACE INTO proposal (one, digest, run, department, site, library, folder)"
            " VALUES (1, '', ?, ?, ?, ?, ?)",
            (run, where.department, where.site, where.library, where.folder),
        )
        digests = bundles.publish(catalog, everything=difference.everything)
        by_name = [(name, bytes.fromhex(digests[number])) for name, number in numbers.items()]
        whole = digest.node(digest.bundle(()), by_name).hex()
        catalog.run("UPDATE proposal SET digest = ?", (whole,))
        rulings, files = difference.changes
        seen = {"ruling_changes": rulings, "file_changes": files}
        _store_figures(catalog, {"digest": whole, **seen, **figures})
    return whole


def _publish_rows(catalog: Catalog) -> None:
    catalog.run("UPDATE target SET present = 0 WHERE present AND id NOT IN (SELECT id FROM temp.new_target)")
    catalog.run(
        f"INSERT OR REPLACE INTO target (id, {_MADE}, present) SELECT id, {_MADE}, 1 FROM temp.new_target"
        " WHERE id IN (SELECT id FROM temp.changed_target)"
    )
    catalog.run("DELETE FROM placement WHERE file NOT IN (SELECT file FROM temp.new_placement)")
    catalog.run(
        f"INSERT OR REPLACE INTO placement (file, {_PLACED}) SELECT file, {_PLACED} FROM temp.new_placement"
        " WHERE file IN (SELECT file FROM temp.changed_placement) ORDER BY file"
    )
    catalog.run("DELETE FROM decision WHERE folder NOT IN (SELECT folder FROM temp.new_decision)")
    catalog.run(
        "INSERT OR REPLACE INTO decision (folder, choice, why, target) SELECT n.folder, n.choice, n.why, n.target"
        " FROM temp.new_decision n LEFT JOIN decision o ON o.folder = n.folder"
        " WHERE o.folder IS NULL OR (o.choice, o.why, o.target) IS NOT (n.choice, n.why, n.target)"
    )
    for table in ("new_target", "new_placement", "new_decision", "changed_target", "changed_placement"):
        catalog.run(f"DROP TABLE temp.{table}")


def _publish_parts(catalog: Catalog, partition: Partition) -> dict[str, int]:
    catalog.run("UPDATE part SET present = 0 WHERE present")
    catalog.run_many(
        "INSERT INTO part (name, folder, owner, owner_email, contact, contact_email, digest, present)"
        " VALUES (?, ?, ?, ?, ?, ?, '', 1) ON CONFLICT (name) DO UPDATE SET folder = excluded.folder,"
        " owner = excluded.owner, owner_email = excluded.owner_email, contact = excluded.contact,"
        " contact_email = excluded.contact_email, present = 1",
        [
            (part.name, folder, part.owner.name, part.owner.email, part.contact.name, part.contact.email)
            for part, folder in partition.parts
        ],
    )
    numbers = {
        row["name"]: row["id"] for row in catalog.rows("SELECT id, name FROM part WHERE present = 1 ORDER BY name")
    }
    catalog.run("DELETE FROM folder_part WHERE folder IN (SELECT id FROM folder WHERE gone IS NOT NULL)")
    catalog.run_many(
        "INSERT INTO folder_part (folder, part) VALUES (?, ?) ON CONFLICT (folder) DO UPDATE SET part = excluded.part"
        " WHERE part <> excluded.part",
        [(folder, numbers[name]) for folder, name in partition.folders.items()],
    )
    return numbers


def _store_figures(catalog: Catalog, figures: Mapping[str, object]) -> None:
    counted = {
        "libraries": catalog.value("SELECT COUNT(DISTINCT library) FROM target WHERE present"),
        "folders": catalog.value("SELECT COUNT(*) FROM target WHERE present AND path <> ''"),
        "scopes": catalog.value("SELECT COUNT(*) FROM target WHERE present AND scope IS NOT NULL"),
        "placements": catalog.value("SELECT COUNT(*) FROM placement"),
        "problems": catalog.value("SELECT COUNT(*) FROM problem"),
    }
    catalog.run("DELETE FROM figure WHERE stage = 'propose'")
    catalog.run_many(
        "INSERT INTO figure (stage, name, value) VALUES ('propose', ?, ?)", list({**counted, **figures}.items())
    )
