"""The area that the benchmark of the pages reads: a generated maze with a policy that names people, answered and signed in part.

`ready` makes it, with all that other stages leave for the pages: rulings, portions, standings, counts, the search's side file.
`World` is what the addresses of its pages stand for.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from filrydd.catalog import edits, freezes, proposals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight import stored, totals
from filrydd.catalog.signoffs import Signature
from filrydd.model.structure import Edit, What
from filrydd.stages import classify, edit, freeze, portions, propose, review, search, suggest
from filrydd.stages.portions import Answer, By, Looked
from filrydd.stages.work import Work
from filrydd.web.tallying import count
from tests.benchmarks import mazes, propose_child
from tests.benchmarks.pages_policy import DEPARTMENT, policy

__all__ = ["DEPARTMENT", "PEOPLE", "World", "look", "policy", "ready"]
PEOPLE = ("kari", "berit", "siri", "ada", "pia", "nora")
"""Object ids: a contact of every part, the manager, the superuser, the archivist, the privacy officer, and somebody without a
role to whom groups were passed on."""
_MANY = 20_000


@dataclass(frozen=True)
class World:
    """What there is to ask for. By part: portions (number, keys of groups), files, old folders, problems to be accepted."""

    parts: tuple[str, ...]
    signed: str
    groups: dict[str, list[tuple[int, list[str]]]]
    files: dict[str, list[int]]
    folders: dict[str, list[int]]
    targets: list[int]
    problems: dict[str, list[int]]
    asked: list[int]
    edits: list[int]
    freezes: list[int]
    digests: dict[str, str]
    paths: list[str]


def ready(workspace: Path, folders: int, files: int, say: Callable[[str], None]) -> World:
    """The area in `workspace`, made unless it is there, and what there is in it."""
    work = Work(workspace, mazes.AREA, "tester")
    if not (workspace / "world.json").exists():
        if not (workspace / "scans" / f"{mazes.AREA}.db").exists():
            say("the maze is made")
            propose_child.make("aged", "1", str(folders), str(files), str(workspace))
        _filled(work, say)
        (workspace / "world.json").write_text(json.dumps(asdict(look(work))), encoding="utf-8")
    return World(**json.loads((workspace / "world.json").read_text(encoding="utf-8")))


def _filled(work: Work, say: Callable[[str], None]) -> None:
    """Every stage up to a review that is a third done, and what is counted beside the pages."""
    with work.catalog() as catalog:
        tops = catalog.rows(
            "SELECT name FROM folder WHERE parent = (SELECT id FROM folder WHERE parent IS NULL) ORDER BY hi - lo DESC LIMIT 3"
        )
        (work.workspace / "parts.txt").write_text("\n".join(row["name"] for row in tops), encoding="utf-8")
        with catalog.writing():
            # As an examination leaves them.
            for kind, rest in (("identity number", 0), ("identity number in name", 1)):
                catalog.run(
                    "INSERT INTO finding (stage, file, kind, detail, found) SELECT 'scan', id, ?, '2', 1 FROM file"
                    " WHERE id % (SELECT MAX(2, MAX(id) / ?) FROM file) = ?",
                    (kind, _MANY, rest),
                )
            catalog.run(
                "INSERT OR REPLACE INTO figure (stage, name, value) SELECT 'scan', column1, column2 FROM (VALUES"
                " ('files', (SELECT COUNT(*) FROM file)), ('bytes', (SELECT SUM(size) FROM file)),"
                " ('folders', (SELECT COUNT(*) FROM folder)), ('unreadable', 0))"
            )
            stored.keep(catalog, totals.work_out(catalog, work.day()))
    policy(work.workspace)
    say("classify")
    classify.run(work, allow_many=True)
    say("propose")
    propose.run(work)
    _edited(work)
    say("propose once more, with what people said")
    propose.run(work)
    say("answers, a signature, a freeze, suggestions, counts, search")
    _answered(work)
    _signed(work)
    freeze.freeze(work, _some_path(work), "2026/9", "Ada Arkivar")
    suggest.look(work)
    search.prepare(work)
    count(work, work.department())


def _edited(work: Work) -> None:
    with work.catalog() as catalog:
        names = [row["name"] for row in catalog.rows("SELECT name FROM folder WHERE parent = 1 ORDER BY lo LIMIT 3")]
    edit.say(work, [Edit(What.RENAME, name, f"{name} (ny)") for name in names])


def _some_path(work: Work) -> str:
    with work.catalog() as catalog:
        return str(catalog.value("SELECT name FROM folder WHERE parent = 1 ORDER BY lo DESC LIMIT 1"))


def _answered(work: Work) -> None:
    """A third of the groups; of these every tenth is passed on."""
    kari = By("Kari Nordmann", "iss||kari", "OpenID Connect, iss")
    with work.catalog() as catalog:
        for part in proposals.parts(catalog):
            shown = [
                one
                for row in portions.overview(catalog, part.name).portions
                if (one := portions.portion(catalog, part.name, row.number)) is not None
            ]
            groups = [group for one in shown for group in one.groups]
            for number, group in enumerate(groups[::3]):
                said, to = (Answer.PASSED_ON, ("Nora", "nora")) if number % 10 == 9 else (Answer.AS_SUGGESTED, ("", ""))
                portions.answer(work, kari, part.name, group.key, group.content, said, to=to)
            for one in shown:
                for asks in one.looks[::3]:
                    portions.look(work, kari, part.name, asks.file, Looked.FINE)


def _signed(work: Work) -> None:
    """The first part that the policy names; the problems that a maze has are taken away from it."""
    with work.catalog() as catalog:
        part = proposals.parts(catalog)[0]
        with catalog.writing():
            catalog.run("DELETE FROM problem WHERE part = ?", (part.id,))
    kari = Signature("Kari Nordmann", "contact", "OpenID Connect, iss", who="iss||kari", destroys=True)
    review.sign(work, kari, [part.name])


def look(work: Work) -> World:
    """What there is in the area now."""
    with work.catalog() as catalog:
        parts = proposals.parts(catalog)
        names = tuple(part.name for part in parts)
        (asked,) = [portions.passed_to(catalog, "nora")]
        return World(
            parts=names,
            signed=names[0],
            groups={name: _groups(catalog, name) for name in names},
            files={part.name: _spread(catalog, _FILES, part.id) for part in parts},
            folders={part.name: _spread(catalog, _FOLDERS, part.id) for part in parts},
            targets=_spread(catalog, "SELECT id FROM target WHERE present ORDER BY id"),
            problems={
                part.name: _spread(catalog, "SELECT id FROM problem WHERE part = ? ORDER BY id", part.id)
                for part in parts
            },
            asked=[one.said.id for one in asked],
            edits=[one.id for one in edits.said(catalog)],
            freezes=[one.id for one in freezes.in_force(catalog)],
            digests={part.name: part.digest for part in parts},
            paths=[
                str(row[0]) for row in catalog.rows("SELECT path FROM target WHERE path <> '' ORDER BY id LIMIT 40")
            ],
        )


_FOLDERS = (
    "SELECT p.folder FROM folder_part p WHERE p.part = ? AND EXISTS (SELECT 1 FROM file f JOIN placement c ON c.file = f.id"
    " WHERE f.folder = p.folder) ORDER BY p.folder"
)
_FILES = "SELECT MIN(f.id) FROM folder_part p JOIN file f ON f.folder = p.folder WHERE p.part = ? GROUP BY p.folder"


def _spread(catalog: Catalog, sql: str, *values: int, most: int = 200) -> list[int]:
    """So many of the rows, evenly from among all."""
    found = [int(row[0]) for row in catalog.rows(sql, values)]
    return found[:: max(1, len(found) // most)][:most]


def _groups(catalog: Catalog, part: str) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    for row in portions.overview(catalog, part).portions:
        shown = portions.portion(catalog, part, row.number)
        keys: Sequence[str] = () if shown is None else [group.key for group in shown.groups]
        found.append((row.number, list(keys)))
    return found
