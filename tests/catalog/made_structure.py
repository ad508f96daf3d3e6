"""Catalogs with an old and a new structure that tests fill by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from filrydd.catalog import preorder
from filrydd.catalog.connection import Catalog

SITE = "https://contoso.sharepoint.com/sites/regnskap"
KARI, STAFF, GONE = (f"S-1-5-21-1-2-3-{number}" for number in (1001, 1101, 1999))
_PEOPLE = ((KARI, "Kari Nordmann", "user", "11"), (STAFF, "Regnskap", "group", "22"), (GONE, "", "", ""))


@dataclass(frozen=True)
class Became:
    """An old folder with so many files of so many bytes; `to` is the new folder's path, None where nothing moves."""

    to: str | None
    files: int = 0
    size: int = 100
    choice: str = "keep"
    why: str = "known"


def lay_out(
    catalog: Catalog,
    folders: Mapping[str, Became],
    *,
    scopes: Mapping[str, tuple[tuple[str, str], ...]] | None = None,
    parts: Mapping[str, str] | None = None,
    problems: tuple[tuple[str, str, str], ...] = (),
    figures: Mapping[str, float] | None = None,
) -> dict[str, int]:
    """A proposal: old folders by path, the top ("") first. Returns their numbers.

    `scopes`: new path -> (identifier, role) of those who can open it. `parts`: name -> top's old path; one for all when none
    is given. `problems`: (old path, kind, detail).
    """
    parts = parts or {"felles": ""}
    with catalog.writing():
        ids = _folders(catalog, folders)
        catalog.run("INSERT INTO proposal (one, digest, run, department, site, library, folder) VALUES (1,'d',1,'r',?,?,'F')",
                    (SITE, "Dokumenter"))  # fmt: skip
        for table in (
            "library",
            "target",
            "placement",
            "decision",
            "scope",
            "scope_grant",
            "problem",
            "part",
            "folder_part",
        ):
            catalog.run(f"DELETE FROM {table}")
        targets = _targets(catalog, folders, scopes or {})
        _parts(catalog, ids, parts)
        for path, became in folders.items():
            if became.to is None:
                continue
            catalog.run(
                "INSERT INTO decision (folder, choice, why, target) VALUES (?, ?, ?, ?)",
                (ids[path], became.choice, became.why, targets[became.to]),
            )
            catalog.run(
                "INSERT INTO placement (file, target) SELECT id, ? FROM file WHERE folder = ?",
                (targets[became.to], ids[path]),
            )
        for path, kind, detail in problems:
            catalog.run(
                "INSERT INTO problem (part, folder, kind, detail) SELECT part, folder, ?, ? FROM folder_part WHERE folder = ?",
                (kind, detail, ids[path]),
            )
        catalog.run_many(
            "INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('propose', ?, ?)", list((figures or {}).items())
        )
    return ids


def _folders(catalog: Catalog, folders: Mapping[str, Became]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for table in ("folder", "file", "ruling", "rule", "scan", "proposal"):
        catalog.run(f"DELETE FROM {table}")
    catalog.run("INSERT INTO scan (id, source, state, begun) VALUES (1, '/x', 'done', 1)")
    catalog.run(
        "INSERT INTO rule (id, digest, name, fate, reason_nb, reason_en, basis, noark, decided_by, confirmed_by, junk,"
        " awaits_confirmation, block) VALUES (1, 'r', 'rest', 'move', '', '', '', '', '', '', 0, 0, 0)"
    )
    for path, became in folders.items():
        above, _slash, name = path.rpartition("/")
        ids[path] = catalog.run(
            "INSERT INTO folder (id, parent, name, modified, created, attributes, file_id) VALUES (?, ?, ?, 0, 0, 16, 0)",
            (len(ids) + 1, ids[above] if path else None, name),
        )
        for number in range(became.files):
            file = catalog.run(
                "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
                " VALUES (?, ?, 'txt', ?, 0, 0, 32, 0, 1)",
                (ids[path], f"{number}.txt", became.size),
            )
            catalog.run("INSERT INTO ruling (file, rule) VALUES (?, 1)", (file,))
    preorder.number(catalog)
    return ids


def _targets(
    catalog: Catalog, folders: Mapping[str, Became], scopes: Mapping[str, tuple[tuple[str, str], ...]]
) -> dict[str, int]:
    catalog.run("INSERT INTO library (id, site, name) VALUES (1, ?, 'Dokumenter')", (SITE,))
    catalog.run("DELETE FROM principal")
    catalog.run_many("INSERT INTO principal (sid, name, kind, entra_id) VALUES (?, ?, ?, ?)", _PEOPLE)
    wanted = {""}
    for became in folders.values():
        steps = (became.to or "").split("/")
        wanted |= {"/".join(steps[: count + 1]) for count in range(len(steps))}
    targets: dict[str, int] = {}
    for path in sorted(wanted):
        scope = None
        if path in scopes:
            scope = catalog.run("INSERT INTO scope (digest) VALUES (?)", (path,))
            for sid, role in scopes[path]:
                catalog.run(
                    "INSERT INTO scope_grant (scope, principal, role) SELECT ?, id, ? FROM principal WHERE sid = ?",
                    (scope, role, sid),
                )
        above, _slash, name = path.rpartition("/")
        targets[path] = catalog.run(
            "INSERT INTO target (id, library, parent, name, path, scope, present) VALUES (?, 1, ?, ?, ?, ?, 1)",
            (1000 + len(targets), targets[above] if path else None, name, path, scope),
        )
    return targets


def _parts(catalog: Catalog, ids: Mapping[str, int], parts: Mapping[str, str]) -> None:
    for name, top in parts.items():
        number = catalog.run(
            "INSERT INTO part (name, folder, owner, owner_email, contact, contact_email, digest, present)"
            " VALUES (?, ?, 'Berit', '', 'Kari', '', ?, 1)",
            (name, ids[top], name),
        )
        # The innermost part comes last and has the last word.
        catalog.run_many(
            "INSERT OR REPLACE INTO folder_part (folder, part) VALUES (?, ?)",
            [(id, number) for path, id in ids.items() if not top or path == top or path.startswith(f"{top}/")],
        )
