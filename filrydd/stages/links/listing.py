"""Which documents of an area point to which others, and which of these links break when it moves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from filrydd.catalog import figures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import examinations
from filrydd.catalog.contents import links as stored
from filrydd.catalog.contents.links import Group, Placed, Sample
from filrydd.errors import NoSuchArea
from filrydd.findings import targets
from filrydd.findings.targets import Known
from filrydd.model.finding import Link, Outcome
from filrydd.policy import Department
from filrydd.stages.work import Work

_SAMPLES = 5
_MOST_LINKED = 20


@dataclass(frozen=True, slots=True)
class Links:
    """What the documents of an area point to.

    `examined` documents were read in full and `unexamined` were tried and could not be: their links are not known.
    `pointing` files point somewhere, `pointed` files are pointed to. `groups` with samples of each, those that break first;
    `most_linked` are files with how many point to them. `breaks` in all: links inside the area whose ends do not both stay.
    """

    area: str
    examined: int
    unexamined: int
    pointing: int
    pointed: int
    groups: tuple[tuple[Group, tuple[Sample, ...]], ...]
    most_linked: tuple[tuple[str, int], ...]

    @property
    def breaks(self) -> int:
        """Links that break when the area moves."""
        return sum(group.breaks for group, _samples in self.groups)


def of(work: Work) -> Links:
    """The links that examining found. Raises NoSuchArea."""
    with work.catalog() as catalog:
        outcomes = examinations.outcomes(catalog)
        pointing, pointed = stored.count_pointing(catalog)
        return Links(
            area=work.area,
            examined=outcomes.get(Outcome.READ, 0),
            unexamined=sum(count for outcome, count in outcomes.items() if outcome is not Outcome.READ),
            pointing=pointing,
            pointed=pointed,
            groups=tuple((group, tuple(stored.samples(catalog, group, _SAMPLES))) for group in stored.groups(catalog)),
            most_linked=tuple(stored.most_linked(catalog, _MOST_LINKED)),
        )


def known(work: Work, catalog: Catalog, department: Department | None) -> Known:
    """By which addresses and drive letters documents may point into the area: where it was scanned from, and what the
    department says of it."""
    addresses = [figures.source_of(catalog), figures.via_of_last_scan(catalog)]
    if department is None:
        return Known(tuple(filter(None, addresses)))
    told = (*addresses, *department.addresses(work.area))
    return Known(tuple(filter(None, told)), dict(department.drives(work.area)))


def kinds(links: Iterable[Link], folder: str, known: Known) -> list[tuple[str, str, str]]:
    """What points, the target, and the kind of place that it names, for the links of a file in that folder; those that name
    no place are left out."""
    placed = ((link, targets.resolve(link.target, folder, known).kind) for link in links)
    return [(link.kind, link.target, kind) for link, kind in placed if kind != "nothing"]


def resolve(work: Work, catalog: Catalog, department: Department | None) -> None:
    """Settle what every link's target is now, for a stage that holds the area."""
    stored.place(catalog, _placed(catalog, known(work, catalog, department)), work.now())


def follow(work: Work, catalog: Catalog) -> None:
    """Settle it anew after a scan. Costs nothing where there are no links."""
    if not stored.has_any(catalog):
        return
    try:
        department = work.department()
    except NoSuchArea:
        department = None
    resolve(work, catalog, department)


def _placed(catalog: Catalog, known: Known) -> Iterator[Placed]:
    for pointer in stored.pointers(catalog):
        place = targets.resolve(pointer.target, pointer.folder, known)
        # What named a place when it was read and names none now does so by a drive letter that the policy no longer has.
        yield Placed(pointer.link, stored.OUTSIDE if place.kind == "nothing" else place.kind, place.path)
