"""What breaks between the areas of a workspace: documents of one that point into another, in both directions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from filrydd.catalog.contents import crossing
from filrydd.catalog.contents.crossing import Leaving, Pointed
from filrydd.catalog.contents.links import Sample
from filrydd.errors import FilryddError
from filrydd.findings.targets import Known, Others
from filrydd.model import names
from filrydd.stages.links.listing import known
from filrydd.stages.links.neighbours import Neighbours, department_of
from filrydd.stages.work import Work

MOST_LOOKED = 200_000
"""Links of one area that lead out of it and are looked at; of more than that a rest is not known."""
_SAMPLES = 5


@dataclass(slots=True)
class Crossing:
    """Links from documents of one area into another. They break unless both ends stay where they are; where `missing` ones
    lead, nothing is. `samples` are those that break first, with the path in the other area."""

    source: str
    target: str
    links: int = 0
    files: int = 0
    breaks: int = 0
    missing: int = 0
    samples: list[Sample] = field(default_factory=list)
    last: int = 0  # the file that was counted last


@dataclass(frozen=True, slots=True)
class Between:
    """Links out of an area into the workspace's others and back. `unread`: areas that could not be looked into; `whole`: whether
    all links were looked at."""

    crossings: tuple[Crossing, ...]
    unread: tuple[str, ...]
    whole: bool

    @property
    def breaks(self) -> int:
        """Links between areas that break."""
        return sum(one.breaks for one in self.crossings)


def of(work: Work, most: int = MOST_LOOKED) -> Between:
    """The links between an area and the others of its workspace, which are only read. Raises NoSuchArea, PolicyInvalid."""
    with work.catalog() as catalog, Neighbours(work) as neighbours:
        own = known(work, catalog, department_of(work))
        found: dict[tuple[str, str], Crossing] = {}
        whole = not crossing.has_more(catalog, most)
        for area, path, link in _leading(crossing.leaving(catalog, most), own, neighbours.others):
            _count(found, work.area, area, link, _pointed(neighbours, area, path))
        back = Others({work.area: own})

        @lru_cache(maxsize=10_000)
        def here(path: str) -> Pointed | None:
            return crossing.pointed(catalog, path)

        for area, theirs in neighbours.names.items():
            try:
                other = neighbours.catalog(area)
                whole = whole and not crossing.has_more(other, most)
                for _own, path, link in _leading(crossing.leaving(other, most), theirs, back):
                    _count(found, area, work.area, link, here(path))
            except FilryddError:
                neighbours.unread.append(area)
        ordered = sorted(found.values(), key=lambda one: (-one.breaks, -one.links, one.source, one.target))
        return Between(tuple(ordered), tuple(sorted(set(neighbours.unread))), whole)


def _leading(links: Iterator[Leaving], own: Known, others: Others) -> Iterator[tuple[str, str, Leaving]]:
    """Links that lead into one of the others: that area, the path there, the link."""
    for link in links:
        if (found := others.resolve(link.target, link.folder, own)) is not None:
            yield *found, link


def _pointed(neighbours: Neighbours, area: str, path: str) -> Pointed | None:
    try:
        return crossing.pointed(neighbours.catalog(area), path)
    except FilryddError:
        neighbours.unread.append(area)
        return None


def _count(
    found: dict[tuple[str, str], Crossing], source: str, target: str, link: Leaving, there: Pointed | None
) -> None:
    one = found.setdefault((source, target), Crossing(source, target))
    path = names.join(link.folder, link.name)
    breaks = there is not None and not (there.stays and link.stays)
    one.links += 1
    # Links come file by file.
    one.files += int(one.last != link.file)
    one.last = link.file
    one.breaks += int(breaks)
    one.missing += int(there is None)
    sample = Sample(path, link.target, there.path if there else "", breaks)
    if len(one.samples) < _SAMPLES:
        one.samples.append(sample)
    elif breaks and (calm := next((at for at, each in enumerate(one.samples) if not each.breaks), None)) is not None:
        one.samples[calm] = sample
