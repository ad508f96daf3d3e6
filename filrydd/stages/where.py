"""where: what became of an old path."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from filrydd.catalog import figures, paths
from filrydd.catalog.connection import open_catalog
from filrydd.errors import NoSuchArea
from filrydd.lang import _, language
from filrydd.model import names
from filrydd.stages.work import areas_of


class State(StrEnum):
    """What became of it."""

    MOVED = "moved"  # it has a new address; the old one may still be readable
    PLANNED = "planned"  # it is to move
    DESTROYED = "destroyed"
    TO_BE_DESTROYED = "to be destroyed"
    HELD = "held"
    VANISHED = "vanished"  # somebody else removed it
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Where:
    """The answer for one path: `url` is empty unless it moved."""

    old: str
    area: str
    url: str
    state: State
    reason: str


def find(workspace: Path, text: str) -> tuple[Where, ...]:
    """The answer in every area that knows the path: relative to an area, or beginning with an area's address.

    Raises NoSuchArea when none does.
    """
    found = []
    for area in areas_of(workspace):
        with open_catalog(workspace / "scans" / f"{area}.db") as catalog:
            path = _below(text, figures.source_of(catalog))
            file = paths.find_file(catalog, path)
            known = figures.whereabouts(catalog, file) if file is not None else None
            if file is not None and known is not None:
                reason = known.reason_nb if language() == "nb" or not known.reason_en else known.reason_en
                found.append(Where(paths.path_of_file(catalog, file), area, known.url, state_of(known), reason))
    if not found:
        raise NoSuchArea(
            _("No area knows {path}.").format(path=text),
            next=_("Write the path as it was in the old area, or a file's whole old address."),
        )
    return tuple(found)


def _below(text: str, source: str) -> str:
    """The path below an area's top, when the text begins with the area's address in any of its spellings."""
    wanted, top = names.tidy_path(text.split("://")[-1]), names.tidy_path(source.split("://")[-1])
    if names.fold(wanted).startswith(names.fold(top) + "/"):
        return wanted[len(top) + 1 :]
    return wanted


def state_of(known: figures.Whereabouts) -> State:
    """What became of a file, by what the catalog knows of it."""
    if known.url:
        return State.MOVED
    if known.retired:
        return State.DESTROYED
    if known.vanished:
        return State.VANISHED
    return {"move": State.PLANNED, "destroy": State.TO_BE_DESTROYED, "hold": State.HELD}.get(known.fate, State.UNJUDGED)
