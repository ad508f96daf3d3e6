"""The proposal as it is published: parts, where it goes, problems, names that it changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.model import names


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an area goes unless its structure says otherwise: site, library, and the folder in it."""

    department: str
    site: str
    library: str
    folder: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part as the proposal has it."""

    id: int
    name: str
    folder: int
    owner: str
    contact: str
    contact_email: str
    digest: str


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """What a person must solve before the part can be signed: the word, the old folder, and what is at stake."""

    part: str
    folder: int
    kind: str
    detail: str


def parts(catalog: Catalog) -> list[PartRow]:
    """The parts of the present proposal, by name; none before there is one."""
    rows = catalog.rows(
        "SELECT id, name, folder, owner, contact, contact_email, digest FROM part"
        " WHERE present = 1 AND EXISTS (SELECT 1 FROM proposal) ORDER BY name"
    )
    return [PartRow(*row) for row in rows]


def destination(catalog: Catalog) -> Destination | None:
    """Where the present proposal goes; None before there is one."""
    row = catalog.row("SELECT department, site, library, folder FROM proposal")
    return None if row is None else Destination(*row)


def libraries(catalog: Catalog) -> list[tuple[int, str, str]]:
    """The libraries that files of the present proposal go to: (number, site, name), the area's own first."""
    rows = catalog.rows(
        "SELECT l.id, l.site, l.name FROM library l LEFT JOIN proposal p ON (p.site, p.library) = (l.site, l.name)"
        " WHERE l.id IN (SELECT library FROM target WHERE present = 1) ORDER BY p.one IS NULL, l.id"
    )
    return [(row["id"], row["site"], row["name"]) for row in rows]


def problems(catalog: Catalog, part: int | None = None) -> list[OpenProblem]:
    """Open problems, of one part or of all."""
    rows = catalog.rows(
        "SELECT q.name, x.folder, x.kind, x.detail FROM problem x JOIN part q ON q.id = x.part"
        " WHERE ?1 IS NULL OR x.part = ?1 ORDER BY x.id",
        (part,),
    )
    return [OpenProblem(*row) for row in rows]


def places(catalog: Catalog, files: Sequence[int]) -> dict[int, str]:
    """Where files are to lie: library, path and new name, by their numbers; those that get no place are left out."""
    marks = ", ".join("?" * len(files))
    rows = catalog.rows(
        "SELECT f.id, l.name AS library, t.path, COALESCE(c.name, f.name) AS name FROM placement c"
        " JOIN file f ON f.id = c.file JOIN target t ON t.id = c.target JOIN library l ON l.id = t.library"
        f" WHERE c.file IN ({marks})",
        tuple(files),
    )
    return {row["id"]: names.join(names.join(row["library"], row["path"]), row["name"]) for row in rows}


def count_placements(catalog: Catalog) -> int:
    """How many files the proposal places."""
    return int(catalog.value("SELECT COUNT(*) FROM placement"))


def count_mended(catalog: Catalog) -> int:
    """How many names the proposal changes because SharePoint would not take them, or because another file has them."""
    return int(
        catalog.value(
            "SELECT (SELECT COUNT(*) FROM target WHERE present = 1 AND rules <> '')"
            " + (SELECT COUNT(*) FROM placement WHERE name IS NOT NULL AND role = '')"
        )
    )


def mended(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Every name that the proposal changes: (old path, new name, rules)."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT c.folder, t.name, t.rules FROM target t JOIN decision c ON c.target = t.id"
        " WHERE t.present = 1 AND t.rules <> '' ORDER BY c.folder"
    ):
        yield paths.get(row["folder"], ""), row["name"], row["rules"]
    for row in catalog.rows(
        "SELECT f.folder, f.name, c.name AS new_name, c.rules FROM placement c JOIN file f ON f.id = c.file"
        " WHERE c.name IS NOT NULL AND c.role = '' ORDER BY f.id"
    ):
        yield names.join(paths[row["folder"]], row["name"]), row["new_name"], row["rules"]
