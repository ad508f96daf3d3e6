"""rehearse: what a rehearsal answers in place of people, so that a real area can be rehearsed before anybody has answered.

Everybody whom the old permissions name gets an invented object in the rehearsal tenant's directory, and folders whose
permissions have no counterpart get those of their part's own folder. All of it stays in the rehearsal: its catalog, its
ledger and its tenant are its own, and for real each of these is a decision that somebody makes by name.
"""

import csv
import uuid
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog import proposals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people import principals
from filrydd.layout import problems
from filrydd.model.structure import Edit, What
from filrydd.stages import edit, propose
from filrydd.stages.propose import Proposed
from filrydd.stages.work import Work

NAME = "filrydd (øvelse)"
NOTE = "svart av øvelsen, ikke av en person"
_OPENED = frozenset({problems.NOT_EXPRESSIBLE, problems.NOBODY, problems.ACCESS_NOT_KNOWN})
# Of folders whose access is not known some are named at a time.
_MOST_ROUNDS = 10
_COLUMNS = ("sid", "name", "kind", "entra_id")


@dataclass(frozen=True, slots=True)
class Answered:
    """How many people and groups were invented in the directory, and how many folders were opened to others."""

    invented: int = 0
    opened: int = 0


def answer(work: Work, proposed: Proposed, tenant: Path) -> tuple[Proposed, Answered]:
    """Answer what stands in the way of a proposal, as far as it is about access, and propose anew.

    `tenant` is the rehearsal tenant's folder. What only a person can solve stays a problem. Raises what `propose` raises.
    """
    invented, opened = set[str](), set[str]()
    for _round in range(_MOST_ROUNDS):
        with work.catalog() as catalog:
            edits = _edits(catalog)
            _invent(catalog, tenant / "people.csv", {one.path for one in edits if one.what is What.STANDS_FOR})
        if not edit.say(work, edits):
            break
        invented |= {one.path for one in edits if one.what is What.STANDS_FOR}
        opened |= {one.path for one in edits if one.what is What.OPEN}
        proposed = propose.run(work)
    return proposed, Answered(len(invented), len(opened))


def _edits(catalog: Catalog) -> list[Edit]:
    tops = {part.name: part.folder for part in proposals.parts(catalog)}
    found = []
    for one in proposals.problems(catalog):
        if one.kind == problems.NO_COUNTERPART:
            sid = one.detail.split()[0]
            found.append(Edit(What.STANDS_FOR, sid, _object_of(sid), NAME, NOTE))
        elif one.kind in _OPENED and one.folder != tops[one.part]:
            path, top = path_of_folder(catalog, one.folder), path_of_folder(catalog, tops[one.part])
            found.append(Edit(What.OPEN, path, top, NAME, NOTE))
    return found


def _object_of(sid: str) -> str:
    """An invented Entra object, the same one in every rehearsal."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"filrydd {sid}"))


def _invent(catalog: Catalog, directory: Path, sids: set[str]) -> None:
    """Add these to the tenant's list of people, but for those who are in it."""
    told = set[str]()
    if directory.exists():
        with directory.open(encoding="utf-8-sig", newline="") as file:
            told = {row.get("sid", "") for row in csv.DictReader(file)}
    else:
        with directory.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(_COLUMNS)
    named = principals.called(catalog, sids - told)
    with directory.open("a", encoding="utf-8", newline="") as file:
        for sid, (name, kind) in sorted(named.items()):
            csv.writer(file).writerow((sid, name or sid, "user" if kind == "user" else "group", _object_of(sid)))
