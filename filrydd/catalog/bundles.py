"""The digest that a sign-off names.

A *bundle* is everything that one old folder's files are proposed for; a folder's *node* is its bundle and the nodes of its
subfolders in the same part; a part's digest is the node of its top. What of a file is in its bundle decides which changes
reopen a sign-off: a move's place and who can open it, but not its content; a destruction's rule, basis, size and time.

A bundle's first lines are the places that its files go to, numbered: site, library and path, and the digest of the scope
that holds there. Bundles and nodes are kept, so that a change costs no more than the folders it touches and those above.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from filrydd.catalog.connection import Catalog, Row
from filrydd.layout import digest

_EMPTY = digest.bundle(())


@dataclass(frozen=True, slots=True)
class Tables:
    """Where a proposal is read from: as it is published, or as it is staged."""

    placement: str = "main.placement"
    target: str = "main.target"


PUBLISHED = Tables()
STAGED = Tables("temp.new_placement", "temp.new_target")


def as_it_is(catalog: Catalog, bundles: Mapping[int, bytes] | None = None) -> dict[int, str]:
    """The digest that each present part would have if it were proposed from what the tables say now; or from these bundles'
    digests, by their folders, which are right for the parts that all of them are of."""
    if bundles is None:
        bundles = {folder: digest.bundle(of_folder) for folder, of_folder in lines(catalog)}
    part_of = {row["folder"]: row["part"] for row in catalog.rows("SELECT folder, part FROM folder_part")}
    tops = {row["folder"]: row["id"] for row in catalog.rows("SELECT id, folder FROM part WHERE present = 1")}
    below: dict[int, list[tuple[str, bytes]]] = {}
    digests: dict[int, str] = {}
    # From the leaves up; a folder without files of its own or below it leaves no trace in the digest.
    for row in catalog.rows("SELECT id, parent, name FROM folder WHERE gone IS NULL ORDER BY lo DESC"):
        folder, parent = row["id"], row["parent"]
        children = below.pop(folder, [])
        own = bundles.get(folder)
        is_top = folder in tops
        if own is None and not children and not is_top:
            continue
        node = digest.node(own or _EMPTY, children)
        if is_top:
            digests[tops[folder]] = node.hex()
        elif parent is not None and part_of.get(folder) == part_of.get(parent):
            below.setdefault(parent, []).append((row["name"], node))
    return digests


def restage(catalog: Catalog, *, everything: bool) -> None:
    """Digest, into TEMP tables, the bundles of the staged proposal: of `everything`, or of the folders in `temp.dirty`."""
    catalog.run("DROP TABLE IF EXISTS temp.new_bundle")
    catalog.run("CREATE TEMP TABLE new_bundle (folder INTEGER PRIMARY KEY, digest BLOB NOT NULL)")
    found = lines(catalog, tables=STAGED, dirty=not everything)
    with catalog.aside():
        catalog.run_many(
            "INSERT INTO temp.new_bundle VALUES (?, ?)",
            ((folder, digest.bundle(of_folder)) for folder, of_folder in found),
        )


def publish(catalog: Catalog, *, everything: bool) -> dict[int, str]:
    """Make the staged bundles the area's, and bring nodes and the parts' digests up to date; returns the latter by part.

    Only inside `writing`, when the proposal itself and its parts are published.
    """
    gone = "DELETE FROM bundle" if everything else "DELETE FROM bundle WHERE folder IN (SELECT folder FROM temp.dirty)"
    catalog.run(gone)
    catalog.run("INSERT INTO bundle (folder, digest) SELECT folder, digest FROM temp.new_bundle")
    catalog.run("DROP TABLE temp.new_bundle")
    if everything:
        catalog.run("DROP TABLE IF EXISTS temp.dirty")
        catalog.run("CREATE TEMP TABLE dirty AS SELECT id AS folder FROM folder WHERE gone IS NULL")
    _renew_nodes(catalog)
    tops = catalog.rows("SELECT p.id, b.node FROM part p LEFT JOIN bundle b ON b.folder = p.folder WHERE p.present = 1")
    digests = {row["id"]: (row["node"] or digest.node(_EMPTY, ())).hex() for row in list(tops)}
    catalog.run_many("UPDATE part SET digest = ? WHERE id = ?", [(hexed, number) for number, hexed in digests.items()])
    return digests


def _renew_nodes(catalog: Catalog) -> None:
    """Nodes of the dirty folders and of all above them, the deepest first. A folder that only holds others has an empty
    bundle here; one with nothing in it or below leaves no trace."""
    catalog.run("DROP TABLE IF EXISTS temp.renewing")
    catalog.run(
        "CREATE TEMP TABLE renewing AS WITH RECURSIVE up (folder) AS (SELECT folder FROM temp.dirty"
        " UNION SELECT d.parent FROM up JOIN folder d ON d.id = up.folder WHERE d.parent IS NOT NULL)"
        " SELECT d.id AS folder, d.parent, d.name, d.lo, p.part, q.part AS above, b.digest, b.node FROM up"
        " JOIN folder d ON d.id = up.folder JOIN folder_part p ON p.folder = d.id"
        " LEFT JOIN folder_part q ON q.folder = d.parent LEFT JOIN bundle b ON b.folder = d.id"
        " WHERE d.gone IS NULL ORDER BY d.lo DESC"
    )
    below: dict[int, list[tuple[str, bytes]]] = {}
    for row in catalog.rows(
        "SELECT d.parent, d.name, b.node FROM folder d JOIN bundle b ON b.folder = d.id JOIN folder_part p ON p.folder = d.id"
        " JOIN folder_part q ON q.folder = d.parent AND q.part = p.part WHERE d.gone IS NULL AND b.node IS NOT NULL"
        " AND d.parent IN (SELECT folder FROM temp.renewing) AND d.id NOT IN (SELECT folder FROM temp.renewing)"
    ):
        below.setdefault(row["parent"], []).append((row["name"], row["node"]))
    tops = {row[0] for row in catalog.rows("SELECT folder FROM part WHERE present = 1")}
    changed: list[tuple[int, bytes, bytes]] = []
    empty: list[tuple[int]] = []
    for row in catalog.rows("SELECT * FROM temp.renewing ORDER BY lo DESC"):
        folder, own = row["folder"], row["digest"]
        own = None if own == _EMPTY else own
        children = below.pop(folder, [])
        if own is None and not children and folder not in tops:
            empty.append((folder,))
            continue
        node = digest.node(own or _EMPTY, children)
        if row["part"] == row["above"] and folder not in tops:
            below.setdefault(row["parent"], []).append((row["name"], node))
        if node != row["node"]:
            changed.append((folder, own or _EMPTY, node))
    catalog.run_many(
        "INSERT INTO bundle (folder, digest, node) VALUES (?, ?, ?) ON CONFLICT (folder) DO UPDATE SET node = excluded.node",
        changed,
    )
    catalog.run_many("DELETE FROM bundle WHERE folder = ?", empty)
    catalog.run("DROP TABLE temp.renewing")
    catalog.run("DROP TABLE temp.dirty")


def access_of_targets(catalog: Catalog, tables: Tables = PUBLISHED) -> dict[int, str]:
    """The digest of the scope that holds in each target of the proposal; empty where none does, or nobody knows."""
    scopes = {row["id"]: row["digest"] for row in catalog.rows("SELECT id, digest FROM scope")}
    found: dict[int, str] = {}
    present = " WHERE present = 1" if tables is PUBLISHED else ""
    # A folder's path is shorter than those of the folders in it.
    for row in catalog.rows(f"SELECT id, parent, scope FROM {tables.target}{present} ORDER BY length(path), id"):
        above = "" if row["parent"] is None else found.get(row["parent"], "")
        found[row["id"]] = above if row["scope"] is None else scopes[row["scope"]]
    return found


def lines(
    catalog: Catalog, part: int | None = None, *, tables: Tables = PUBLISHED, dirty: bool = False
) -> Iterator[tuple[int, list[bytes]]]:
    """For each folder with files, in preorder, the lines of its bundle: the places first, then a line a file.

    Of one `part`, or of the folders in `temp.dirty`, else of all that a part holds.
    """
    where = "" if part is None else f" AND p.part = {int(part)}"
    if dirty:
        where = " AND d.id IN (SELECT folder FROM temp.dirty)"
    parts = "" if tables is STAGED else " JOIN folder_part p ON p.folder = d.id"
    rows = catalog.rows(
        f"SELECT f.folder, f.name, r.fate, c.target, c.name, c.role, f.size, f.modified, r.name, r.basis FROM folder d{parts}"
        " JOIN file f ON f.folder = d.id LEFT JOIN ruling g ON g.file = f.id LEFT JOIN rule r ON r.id = g.rule"
        f" LEFT JOIN {tables.placement} c ON c.file = f.id"
        f" WHERE d.gone IS NULL AND f.gone IS NULL{where} ORDER BY d.lo, f.name"
    )
    places = _places(catalog, tables)
    for folder, files in groupby(rows, itemgetter(0)):
        yield folder, _of_folder(files, places)


def _places(catalog: Catalog, tables: Tables) -> dict[int, tuple[str, str, str, str]]:
    """Target -> its site, library and path, and the scope that holds there."""
    access = access_of_targets(catalog, tables)
    rows = catalog.rows(
        f"SELECT t.id, l.site, l.name, t.path FROM {tables.target} t JOIN library l ON l.id = t.library"
    )
    return {row[0]: (row[1], row[2], row[3], access.get(row[0], "")) for row in rows}


def address(site: str, library: str, path: str) -> str:
    """A place's whole address as sign-offs keep it: site, library and path, each on a line."""
    return f"{site}\n{library}\n{path}"


def place_line(number: int, where: str, access: str) -> bytes:
    """The line of a bundle's place."""
    return digest.line(["at", number, where, access])


def move_line(name: str, number: int, new_name: str | None, role: str) -> bytes:
    """The line of a file that moves to its bundle's place of that number, under a name of its own unless that is None;
    `role` as in a placement."""
    if new_name is None and not role:
        # Nearly all lines are of this kind, and there is one for every file.
        encoded = name.encode()
        return len(encoded).to_bytes(4, "big") + encoded + _moves_to(number)
    return digest.line([name, "move", number, name if new_name is None else new_name, role])


@lru_cache(maxsize=4096)
def _moves_to(number: int) -> bytes:
    return digest.line(["move", number])


def destroy_line(name: str, rule: str, basis: str, size: int, modified: int) -> bytes:
    """The line of a file that is to be destroyed."""
    return digest.line([name, "destroy", rule, basis, size, modified])


def _of_folder(rows: Iterable[Row], places: Mapping[int, tuple[str, str, str, str]]) -> list[bytes]:
    numbers: dict[int, int] = {}
    found: list[bytes] = []
    for _folder, name, fate, target, new_name, role, size, modified, rule, basis in rows:
        if fate == "move" and target is not None:
            found.append(move_line(name, numbers.setdefault(target, len(numbers)), new_name, role))
        elif fate == "destroy":
            found.append(destroy_line(name, rule, basis, size, modified))
        else:
            found.append(digest.line([name, "hold"]))
    heads = []
    for target, number in numbers.items():
        site, library, path, access = places[target]
        heads.append(place_line(number, address(site, library, path), access))
    return heads + found
