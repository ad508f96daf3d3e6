"""Proposals that tests publish by hand, so that what is tested is not what computed them."""

from collections.abc import Mapping

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.layout import reasons
from filrydd.model import names
from tests.areas import Area

DIGEST = "1a2b3c4d5e6f" + "0" * 52


def propose(
    area: Area, choices: Mapping[str, str] | None = None, parts: Mapping[str, str] | None = None, digest: str = DIGEST
) -> dict[str, int]:
    """Publish a proposal of the area's present folders: all are kept but those in `choices` (path -> choice), whose files lie in
    the folder above. `parts` are part -> path of its top. Returns the folders by path."""
    with area.catalog() as catalog, catalog.writing():
        for table in ("library", "target", "decision", "placement", "part", "folder_part", "proposal"):
            catalog.run(f"DELETE FROM {table}")
        catalog.run("INSERT INTO library (id, site, name) VALUES (1, 'https://contoso.sharepoint.com/s', 'Dokumenter')")
        folders = {path: folder for folder, path in folder_paths(catalog).items()}
        tops = {name: folders[path] for name, path in (parts or {"all": ""}).items()}
        for number, (name, top) in enumerate(tops.items(), 1):
            catalog.run(
                "INSERT INTO part (id, name, folder, owner, owner_email, contact, contact_email, digest, present)"
                " VALUES (?, ?, ?, '', '', '', '', '', 1)",
                (number, name, top),
            )
        _decide(catalog, folders, choices or {}, tops)
        catalog.run(
            "INSERT INTO proposal (one, digest, run, department, site, library, folder) VALUES (1, ?, 1, '', '', '', '')",
            (digest,),
        )
        catalog.run("INSERT OR REPLACE INTO figure (stage, name, value) VALUES ('propose', 'digest', ?)", (digest,))
    return folders


def _decide(catalog: Catalog, folders: Mapping[str, int], choices: Mapping[str, str], tops: Mapping[str, int]) -> None:
    numbers = {top: number for number, top in enumerate(tops.values(), 1)}
    part_of: dict[str, int] = {}
    for path, folder in sorted(folders.items()):
        above, name = names.split(path)
        part_of[path] = numbers.get(folder) or part_of[above]
        choice = choices.get(path, "keep")
        target = folder if choice == "keep" else folders[above]
        catalog.run(
            "INSERT INTO target (id, library, parent, name, path, present) VALUES (?, 1, ?, ?, ?, 1)",
            (folder, folders[above] if path else None, name, names.join("Felles", path)),
        )
        why = reasons.KNOWN if choice == "keep" else reasons.SAYS_NOTHING
        catalog.run(
            "INSERT INTO decision (folder, choice, why, target) VALUES (?, ?, ?, ?)", (folder, choice, why, target)
        )
        catalog.run("INSERT INTO folder_part (folder, part) VALUES (?, ?)", (folder, part_of[path]))
        catalog.run("INSERT INTO placement (file, target) SELECT id, ? FROM file WHERE folder = ?", (target, folder))
