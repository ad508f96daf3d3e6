"""Which files are copies that need not be kept, and which copy stays.

Files with the same content are merged only when they lie in parts with the same accountable owner, when the same people can
read them, and when none of them is private or under a block. Who reads a folder is known only after `scan --owners`; of
others nothing is merged, since a copy that fewer can read is not the same to those who lose it.

The copy that stays is the best-owned (an active account before one that nobody could ask about, that before one that is
disabled or gone), then the most used (that most files point to, then the one that was changed last), then the one in the
shortest place, then the first by number.
"""

from collections.abc import Iterable

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import find_folder
from filrydd.catalog.predicates import Rendering
from filrydd.model.finding import Found
from filrydd.model.rule import Either, Predicate

_STATE = "CASE p.state WHEN 'active' THEN 0 WHEN '' THEN 1 ELSE 2 END"


def note(catalog: Catalog, owners: Iterable[tuple[str, str]], closed: tuple[Predicate, ...]) -> int:
    """Note every copy that need not be kept (`Found.DUPLICATE`, `other` is the copy that stays) in the TEMP table
    `noticing`; returns how many.

    `owners`: (path of a part's top, its owner), one of them for the top. `closed`: the files that are never merged. The
    detail says why the other stays: `owner`, `links`, `later`, `shorter`, `first`.
    """
    if not catalog.value("SELECT EXISTS (SELECT 1 FROM content WHERE whole IS NOT NULL)"):
        return 0
    _list_owners(catalog, owners)
    _list_readers(catalog)
    rendering = Rendering(catalog)
    shut = rendering.render(Either(closed))
    rendering.fill()
    catalog.run("DROP TABLE IF EXISTS temp.copy")
    catalog.run(
        "CREATE TEMP TABLE copy AS SELECT f.id AS file, c.whole, o.owner, r.readers, f.size,"
        f" COALESCE({_STATE}, 1) AS state, (SELECT COUNT(*) FROM link l WHERE l.to_file = f.id) AS links, f.modified,"
        " o.length + length(f.name) AS place"
        f" FROM {rendering.files} f JOIN content c ON c.file = f.id AND c.whole IS NOT NULL"
        " JOIN temp.owned o ON o.folder = f.folder JOIN main.folder d ON d.id = f.folder"
        " JOIN temp.reading r ON r.descriptor = d.descriptor LEFT JOIN principal p ON p.id = f.owner"
        f" WHERE COALESCE({shut}, 1) = 0",
        rendering.values,
    )
    best = "state, links DESC, modified DESC, place, file"
    window = f"OVER (PARTITION BY whole, owner, readers, size ORDER BY {best} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    first = {column: f"FIRST_VALUE({column}) {window}" for column in ("file", "state", "links", "modified", "place")}
    return catalog.change(
        f"INSERT OR IGNORE INTO temp.noticing (file, kind, detail, other) SELECT file, '{Found.DUPLICATE.value}', CASE"
        " WHEN state <> best_state THEN 'owner' WHEN links <> best_links THEN 'links'"
        " WHEN modified <> best_modified THEN 'later' WHEN place <> best_place THEN 'shorter' ELSE 'first' END, best_file"
        f" FROM (SELECT *, {', '.join(f'{sql} AS best_{column}' for column, sql in first.items())} FROM temp.copy)"
        " WHERE file <> best_file"
    )


def _list_owners(catalog: Catalog, owners: Iterable[tuple[str, str]]) -> None:
    """The TEMP table `owned`: for each folder the owner of its part and the length of its path."""
    catalog.run("DROP TABLE IF EXISTS temp.owned")
    catalog.run("CREATE TEMP TABLE owned (folder INTEGER PRIMARY KEY, length INTEGER NOT NULL, owner TEXT NOT NULL)")
    with catalog.aside():
        catalog.run(
            "WITH RECURSIVE down (id, length) AS (SELECT id, 0 FROM folder WHERE parent IS NULL AND gone IS NULL"
            " UNION ALL SELECT d.id, down.length + length(d.name) + 1 FROM down JOIN folder d ON d.parent = down.id"
            " WHERE d.gone IS NULL) INSERT INTO temp.owned SELECT id, length, '' FROM down"
        )
        for path, owner in sorted(owners, key=lambda one: one[0].count("/") + bool(one[0])):
            top = find_folder(catalog, path)
            if top is not None:
                catalog.run(
                    "UPDATE temp.owned SET owner = ? WHERE folder IN (SELECT below.id FROM folder top JOIN folder below"
                    " ON below.lo BETWEEN top.lo AND top.hi WHERE top.id = ? AND below.gone IS NULL)",
                    (owner, top),
                )


def _list_readers(catalog: Catalog) -> None:
    """The TEMP table `reading`: for each descriptor that was read, who can read by it, as one text."""
    catalog.run("DROP TABLE IF EXISTS temp.reading")
    catalog.run("CREATE TEMP TABLE reading (descriptor INTEGER PRIMARY KEY, readers TEXT NOT NULL)")
    catalog.run(
        "INSERT INTO temp.reading SELECT descriptor, COALESCE(group_concat(principal), '') FROM (SELECT d.descriptor,"
        " a.principal FROM (SELECT DISTINCT descriptor FROM folder WHERE descriptor IS NOT NULL AND gone IS NULL) d"
        " LEFT JOIN access a ON a.descriptor = d.descriptor AND a.reads ORDER BY d.descriptor, a.principal)"
        " GROUP BY descriptor"
    )
