"""hand-over: a person says where held files went, with the other system's receipt. Nothing is deleted by it."""

from dataclasses import dataclass

from filrydd.catalog import handovers, paths, rulings
from filrydd.catalog.connection import Catalog
from filrydd.catalog.handovers import Chosen, Handing
from filrydd.errors import Guard, NoSuchArea, ProposalChanged
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.stages.typed import free, path_in, required
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What would be, or was, handed over at a path, and what else lies there."""

    area: str
    path: str
    handing: Handing
    chosen: Chosen


def handing_of(place: str, receipt: str, name: str, note: str = "") -> Handing:
    """What a person typed, checked. Raises BadUsage."""
    return Handing(required(place, "--to"), required(receipt, "--receipt"), required(name, "--as"), free(note))


def plan(work: Work, path: str, handing: Handing) -> HandedOver:
    """What would be handed over. Raises BadUsage, NoSuchArea, ProposalChanged, and Guard when nothing there is held."""
    with work.catalog() as catalog:
        place, folder, file = _find(work, catalog, path)
        return _checked(work, place, handing, handovers.choose(catalog, folder=folder, file=file))


def apply(work: Work, path: str, handing: Handing) -> HandedOver:
    """Hand over. Raises what `plan` raises, and ClockMoved."""
    with work.catalog() as catalog:
        place, folder, file = _find(work, catalog, path)
        chosen = handovers.hand_over(catalog, place, handing, work.now(), folder=folder, file=file)
        return _checked(work, place, handing, chosen)


def _find(work: Work, catalog: Catalog, path: str) -> tuple[str, int | None, int | None]:
    """The stored path with its folder or file."""
    place = path_in(work, catalog, path)
    file = paths.find_file(catalog, place)
    folder = paths.find_folder(catalog, place) if file is None else None
    if file is None and folder is None:
        raise NoSuchArea(
            _("No scan of {area} has seen {path}.").format(area=work.area, path=place or "/"),
            next=_("Write the path as it is in the old area, or scan again."),
        )
    unjudged = rulings.unjudged(catalog)
    if unjudged:
        raise ProposalChanged(
            _("Nothing is decided for {count} files of {area} yet.").format(count=unjudged, area=work.area),
            next=f"filrydd classify {work.area}",
        )
    return place, folder, file


def _checked(work: Work, path: str, handing: Handing, chosen: Chosen) -> HandedOver:
    if not (chosen.files or chosen.already):
        raise Guard(
            _("Nothing at {path} is kept for now, so nothing there can be handed over.").format(path=path or "/"),
            next=f"filrydd explain {work.area} PATH",
            details=tuple(f"{place}: {said(why)}" for place, why in chosen.refused[:20]),
        )
    return HandedOver(work.area, path, handing, chosen)
