"""coverage: what nobody answers for in an area. Every entry is to have exactly one owner who can be asked."""

from dataclasses import dataclass

from filrydd.catalog.people import coverage
from filrydd.catalog.people.coverage import Absent, Folders, PartTotal
from filrydd.model.department import Part
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """A part with what it holds, and what is missing so that somebody can be asked about it."""

    part: Part
    total: PartTotal

    @property
    def without_email(self) -> tuple[str, ...]:
        """Which of `owner` and `contact` no message can reach."""
        roles = {"owner": self.part.owner, "contact": self.part.contact}
        return tuple(role for role, person in roles.items() if not person.email.strip())

    @property
    def without_deputies(self) -> bool:
        """Nobody stands in for the contact."""
        return not self.part.deputies

    @property
    def is_open(self) -> bool:
        """Something is missing: a folder, an address, a deputy."""
        return bool(self.without_email) or self.without_deputies or not self.total.present


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report. `uncovered` lies in no part; `absent` owners are gone; of `ownerless` folders nobody knows the owner."""

    area: str
    parts: tuple[PartCoverage, ...]
    uncovered: Folders
    absent: tuple[Absent, ...]
    ownerless: Folders

    @property
    def is_open(self) -> bool:
        """Something needs a person."""
        return bool(
            any(part.is_open for part in self.parts) or self.uncovered.folders or self.absent or self.ownerless.folders
        )


def of(work: Work) -> Coverage:
    """The coverage of an area by its department's policy and the last scan. Raises NoSuchArea, PolicyInvalid."""
    parts = work.department().parts(work.area)
    with work.catalog() as catalog:
        totals = coverage.totals(catalog, parts)
        return Coverage(
            area=work.area,
            parts=tuple(PartCoverage(part, total) for part, total in zip(parts, totals, strict=True)),
            uncovered=coverage.uncovered(catalog),
            absent=tuple(coverage.absent(catalog, parts)),
            ownerless=coverage.without_owner(catalog),
        )
