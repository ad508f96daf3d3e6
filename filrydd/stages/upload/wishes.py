"""What whoever starts an upload wishes of it."""

from dataclasses import dataclass

from filrydd.model.hours import Hours

STOP_ABOVE = 50
"""Failures in a row that a run bears where nobody says otherwise: so many are no longer trouble with single files."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """`hours`: begin files only then, None for always. `tier`: the licences of the tenant as its limits name them, empty where
    nobody knows. `stop_above`: more failures than that in a row stop the run. `mend`: send again what verification missed or
    found different."""

    hours: Hours | None = None
    tier: str = ""
    stop_above: int = STOP_ABOVE
    mend: bool = False
