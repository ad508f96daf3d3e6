"""What SharePoint lets one application use, by the licences that a tenant has.

Source: "Avoid getting throttled or blocked in SharePoint Online", the tables of application limits (`facts/sharepoint.md`,
section 3).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """`name` is from how many licences to how many; `minute` and `day` are resource units in a minute and in 24 hours."""

    name: str
    minute: int
    day: int


TIERS = (
    Tier("0-1000", 1_250, 1_200_000),
    Tier("1001-5000", 2_500, 2_400_000),
    Tier("5001-15000", 3_750, 3_600_000),
    Tier("15001-50000", 5_000, 4_800_000),
    Tier("50001-", 6_250, 6_000_000),
)
SMALLEST = TIERS[0]
NAMES = tuple(tier.name for tier in TIERS)


def named(name: str) -> Tier:
    """The tier of that name, the smallest for none: nobody is promised more than every tenant has. Raises KeyError."""
    return {tier.name: tier for tier in TIERS}[name] if name else SMALLEST


def above(tier: Tier) -> Tier | None:
    """The next larger one, if there is one."""
    place = TIERS.index(tier) + 1
    return TIERS[place] if place < len(TIERS) else None
