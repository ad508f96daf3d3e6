"""The digest that a sign-off names.

A *bundle* is everything that one old folder's files are proposed for; a folder's node is its bundle and its children's
nodes; a part's digest is the node of its top, without the parts inside it. What of a file is in its bundle decides which
changes reopen a sign-off: a move's place, but not its content; a destruction's rule, basis, size and time.
"""

from collections.abc import Iterator

from filrydd.catalog.connection import Catalog
from filrydd.layout import digest
from filrydd.model.rule import Fate


def store(catalog: Catalog) -> dict[int, str]:
    """Compute and store every bundle's and part's digest; returns the parts'. Only inside `writing`."""
    bundles = {folder: digest.bundle(of_folder) for folder, of_folder in lines(catalog)}
    catalog.run("DELETE FROM bundle WHERE folder NOT IN (SELECT folder FROM folder_part)")
    catalog.run_many(
        "INSERT INTO bundle (folder, digest) VALUES (?1, ?2) ON CONFLICT (folder) DO UPDATE SET digest = excluded.digest"
        " WHERE digest <> excluded.digest",
        list(bundles.items()),
    )
    catalog.run("DELETE FROM bundle WHERE folder NOT IN (SELECT f.folder FROM file f WHERE f.gone IS NULL)")
    digests = of_parts(catalog, bundles)
    catalog.run_many("UPDATE part SET digest = ? WHERE id = ?", [(hexed, number) for number, hexed in digests.items()])
    return digests


def as_it_is(catalog: Catalog) -> dict[int, str]:
    """The digest that each present part would have if it were proposed from what the tables say now."""
    return of_parts(catalog, {folder: digest.bundle(of_folder) for folder, of_folder in lines(catalog)})


def of_parts(catalog: Catalog, bundles: dict[int, bytes]) -> dict[int, str]:
    """The digest of each present part, from its folders' bundles."""
    empty = digest.bundle(())
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
        node = digest.node(own or empty, children)
        if is_top:
            digests[tops[folder]] = node.hex()
        elif parent is not None and part_of.get(folder) == part_of.get(parent):
            below.setdefault(parent, []).append((row["name"], node))
    return digests


def lines(catalog: Catalog, part: int | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """For each folder with files, in preorder, the lines of its bundle: its new address first, then a line a file."""
    head = catalog.row("SELECT site, library FROM proposal")
    where = "" if part is None else f" AND p.part = {int(part)}"
    rows = catalog.rows(
        "SELECT f.folder, f.name, f.size, f.modified, r.fate, r.name AS rule, r.basis, t.path, COALESCE(c.name, f.name)"
        " AS new_name, c.target FROM folder d JOIN folder_part p ON p.folder = d.id JOIN file f ON f.folder = d.id"
        " LEFT JOIN ruling g ON g.file = f.id LEFT JOIN rule r ON r.id = g.rule"
        " LEFT JOIN placement c ON c.file = f.id LEFT JOIN target t ON t.folder = c.target"
        f" WHERE d.gone IS NULL AND f.gone IS NULL{where} ORDER BY d.lo, f.name"
    )
    folder, found = 0, list[bytes]()
    for row in rows:
        if row["folder"] != folder:
            if found:
                yield folder, found
            folder = row["folder"]
            found = [digest.line([head["site"], head["library"]] if head else [])]
        match row["fate"]:
            case Fate.MOVE if row["target"] is not None:
                found.append(digest.line([row["name"], "move", row["path"], row["new_name"]]))
            case Fate.DESTROY:
                found.append(
                    digest.line([row["name"], "destroy", row["rule"], row["basis"], row["size"], row["modified"]])
                )
            case _:
                found.append(digest.line([row["name"], "hold"]))
    if found:
        yield folder, found
