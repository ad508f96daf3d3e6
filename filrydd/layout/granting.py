"""The grants that say what an audience says: SharePoint's read and edit, to persons and groups; pure."""

from collections.abc import Iterable, Iterator
from typing import Literal

from filrydd.layout.access import Sid
from filrydd.layout.audience import NONE, READS, WRITES, Audience, Item, Judging

Role = Literal["read", "write"]
ROLES: dict[int, Role] = {READS: "read", WRITES: "write"}
LEVELS: dict[str, int] = {"": NONE, "read": READS, "write": WRITES}


def grants(audience: Audience, judging: Judging) -> dict[Sid, Role]:
    """The grants whose union gives exactly an expressible audience, from which none can be left out.

    A named group of known members is granted when everybody in it has at least that right, its own entry gives it, and
    somebody needs the group to have it. An open principal is granted what it has. Who has more by all his groups together,
    or is in a group with somebody who has less, is granted by himself.
    """
    given: dict[Sid, int] = {}
    if audience.anybody.needs:
        given[audience.everybody] = audience.anybody.needs
    people = judging.circle.persons
    everybody = [*audience.cells, *audience.named.values()]
    for level in (WRITES, READS):
        lacking = [item for item in everybody if item.needs == level and not _has(item, given, level)]
        new = {
            sid
            for sid, item in audience.named.items()
            if sid not in people and item.needs == level and not _has(item, given, level)
        }
        groups = [
            sid
            for sid, most in sorted(audience.groups.items())
            if most >= level and all(item.may >= level for item in everybody if sid in item.token)
        ]
        new |= _picked(groups, [item for item in lacking if not item.token & new])
        new -= set(_spared(new, lacking))
        given |= dict.fromkeys(new, level)
        for item in everybody:
            if item.needs == level and not _has(item, given, level):
                alone = judging.circle.listed(item.people)
                given |= {sid: level for sid in alone if not judging.gets_nothing(sid)}
    return {sid: ROLES[level] for sid, level in sorted(given.items())}


def _has(item: Item, given: dict[Sid, int], level: int) -> bool:
    return any(given.get(sid, NONE) >= level for sid in item.token)


def _picked(groups: list[Sid], lacking: list[Item]) -> set[Sid]:
    """Groups that give as many people as can be what they lack, each time the one that gives it to most."""
    found: set[Sid] = set()
    while lacking:
        best = max(
            groups, key=lambda sid: sum(item.people.bit_count() for item in lacking if sid in item.token), default=None
        )
        if best is None or not any(best in item.token for item in lacking):
            break
        found.add(best)
        lacking = [item for item in lacking if best not in item.token]
    return found


def _spared(new: set[Sid], lacking: Iterable[Item]) -> Iterator[Sid]:
    """Those of the new grants without which nobody lacks anything."""
    helped = [item.token & new for item in lacking if item.token & new]
    for sid in sorted(new):
        without = [tokens - {sid} for tokens in helped]
        if all(without):
            helped = without
            yield sid
