"""what-if: what another policy would change for an area, without touching its rulings."""

from dataclasses import dataclass

from filrydd.catalog import comparing, scanning
from filrydd.catalog.comparing import Change
from filrydd.catalog.judging import Total
from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.policy import Department
from filrydd.stages import classify
from filrydd.stages.work import Work

__all__ = ["Change", "WhatIf", "run"]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`fates` are what the other policy gives; `changes` what moves from one fate to another, with some of the files, the
    largest first; `unjudged` files have no ruling yet, and are counted as coming from nowhere (`Change.old` is None).

    `too_many`: the share of the files that would newly be destroyed lies above that policy's brake.
    """

    area: str
    fates: dict[Fate, Total]
    changes: tuple[Change, ...]
    too_many: bool


def run(work: Work, department: Department) -> WhatIf:
    """Judge the area by another policy. Raises NoSuchArea when it was not scanned or the policy does not name it."""
    department.parts(work.area)
    with work.catalog() as catalog:
        if not scanning.was_scanned(catalog):
            raise NoSuchArea(
                _("The scan of {area} has not come to its end.").format(area=work.area),
                next=f"filrydd scan {work.area}",
            )
        judged = classify.apply(work, catalog, department)
        share = judged.newly_destroyed / judged.judged_before if judged.judged_before else 0.0
        return WhatIf(
            work.area, judged.fates(), tuple(comparing.changes(catalog, judged)), share > department.stop_above
        )
