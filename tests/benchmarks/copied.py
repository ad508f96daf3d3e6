"""What every other tool proposes: the old tree path by path. For trying the judge on, and to plant faults in."""

from collections.abc import Mapping, Sequence

from filrydd.catalog.connection import Catalog

TOP = "Felles"
_MOVES = "JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule AND r.fate = 'move'"


def copy_tree(catalog: Catalog, grants: Mapping[int, Sequence[tuple[str, str]]]) -> None:
    """Propose every folder where it was, below `TOP`, with a scope where its list is another than the one above.

    `grants`: descriptor -> (identifier, role). Targets have the numbers of their folders; the library's root is 0.
    """
    with catalog.writing():
        catalog.run(
            "INSERT INTO library (id, site, name) VALUES (1, 'https://contoso.sharepoint.com/sites/a', 'Dokumenter')"
        )
        catalog.run("INSERT INTO target (id, library, name, path, present) VALUES (0, 1, '', '', 1)")
        catalog.run(
            "INSERT INTO part (id, name, folder, owner, owner_email, contact, contact_email, digest, present)"
            " VALUES (1, '', 1, '', '', '', '', '', 1)"
        )
        for number, ((_descriptor, some), digest) in enumerate(zip(grants.items(), map(str, grants), strict=True), 1):
            catalog.run("INSERT INTO scope (id, digest) VALUES (?, ?)", (number, digest))
            catalog.run_many(
                "INSERT INTO scope_grant (scope, principal, role) SELECT ?, id, ? FROM principal WHERE sid = ?",
                [(number, role, sid) for sid, role in some],
            )
        _copy_folders(catalog, {descriptor: number for number, descriptor in enumerate(grants, 1)})
        catalog.run(
            f"INSERT INTO placement (file, target) SELECT f.id, f.folder FROM file f {_MOVES} WHERE f.gone IS NULL"
        )


def _copy_folders(catalog: Catalog, scopes: Mapping[int, int]) -> None:
    paths, holds = {0: ""}, {0: 0}
    for row in list(catalog.rows("SELECT id, parent, name, descriptor FROM folder WHERE gone IS NULL ORDER BY lo")):
        above, name = row["parent"] or 0, row["name"] or TOP
        paths[row["id"]] = f"{paths[above]}/{name}".lstrip("/")
        scope = holds[row["id"]] = scopes[row["descriptor"]]
        catalog.run(
            "INSERT INTO target (id, library, parent, name, path, scope, present) VALUES (?, 1, ?, ?, ?, ?, 1)",
            (row["id"], above, name, paths[row["id"]], None if scope == holds[above] else scope),
        )
        catalog.run("INSERT INTO decision (folder, choice, why, target) VALUES (?1, 'keep', '', ?1)", (row["id"],))
        catalog.run("INSERT INTO folder_part (folder, part) VALUES (?, 1)", (row["id"],))
