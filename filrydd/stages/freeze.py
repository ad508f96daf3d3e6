"""freeze, unfreeze: what a case holds fast in an area, until it is lifted.

A freeze is always allowed: it waits for no stage, is stored at once, and every deletion looks for it right before it acts.
"""

from dataclasses import dataclass

from filrydd.catalog import freezes, retirements
from filrydd.catalog.connection import Catalog
from filrydd.catalog.freezes import Freeze
from filrydd.errors import Guard
from filrydd.lang import _
from filrydd.model import times
from filrydd.stages.typed import free, path_in, required
from filrydd.stages.work import Work

# How long to wait for the one deletion that may be under way; a large file is read whole before it goes.
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze that holds now. `files` and `bytes` are what the path holds at present; `known`: a scan saw the path; `new`:
    it was not set before; `quiet`: no deletion that began before is still under way."""

    area: str
    path: str
    matter: str
    name: str
    files: int
    bytes: int
    known: bool
    new: bool
    quiet: bool


@dataclass(frozen=True, slots=True)
class Lifted:
    """A freeze that was lifted; `still` are those that hold the path yet, by their cases and paths."""

    area: str
    path: str
    matter: str
    name: str
    still: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A freeze with the files that it holds, or would hold if it were not lifted."""

    freeze: Freeze
    files: int
    bytes: int


def freeze(
    work: Work, path: str, matter: str, name: str = "", note: str = "", *, patience: float = _PATIENCE
) -> Frozen:
    """Freeze a path for a case, by `name` or whoever asks; again: nothing more happens. `patience` in seconds.

    Raises BadUsage, NoSuchArea, ClockMoved.
    """
    matter, name = required(matter, "--case"), required(name or work.actor, "--as")
    with work.catalog() as catalog:
        place = path_in(work, catalog, path)
        new = freezes.add(catalog, place, matter, name, free(note), work.now())
        quiet = retirements.is_quiet(catalog, patience)
        found = freezes.set_by(catalog, place, matter)
        # Somebody may have lifted it already; it then holds nothing.
        files, size = freezes.held_by(catalog, found[0]) if found else (0, 0)
        return Frozen(work.area, place, matter, name, files, size, freezes.is_known(catalog, place), new, quiet)


def unfreeze(work: Work, path: str, matter: str, name: str, note: str = "") -> Lifted:
    """Lift what a case set on a path. Raises BadUsage, NoSuchArea, ClockMoved, and Guard when that case does not hold it."""
    matter, name = required(matter, "--case"), required(name, "--as")
    with work.catalog() as catalog:
        place = path_in(work, catalog, path)
        if not freezes.lift(catalog, place, matter, name, free(note), work.now()):
            raise _not_held(work, catalog, place, matter)
        still = tuple((one.matter, one.path) for one in freezes.holding(catalog, place))
        return Lifted(work.area, place, matter, name, still)


def listed(work: Work) -> tuple[Listed, ...]:
    """Every freeze of the area, lifted ones included, the oldest first. Raises NoSuchArea."""
    with work.catalog() as catalog:
        return tuple(Listed(one, *freezes.held_by(catalog, one)) for one in freezes.history(catalog))


def _not_held(work: Work, catalog: Catalog, path: str, matter: str) -> Guard:
    details = [
        _("{case} holds {path}").format(case=one.matter, path=one.path or "/") for one in freezes.holding(catalog, path)
    ]
    details += [
        _("{case} was lifted by {name} on {day}").format(
            case=one.matter, name=one.lifted_by, day=times.to_iso(one.lifted)[:10]
        )
        for one in freezes.history(catalog)
        if one.lifted is not None and one.path == path
    ]
    return Guard(
        _("The case {case} has not frozen {path} in {area}.").format(case=matter, path=path or "/", area=work.area),
        next=f"filrydd freeze {work.area}",
        details=tuple(details[:20]),
    )
