"""Which files a department's policy keeps everybody out of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from filrydd.model.rule import All, Either, Fate, Predicate, Under
from filrydd.policy import Department


@dataclass(frozen=True, slots=True)
class Closed:
    """Files that are never opened to compare them. `private`: what people's own folders hold; `blocked`: what may neither
    be moved nor destroyed."""

    private: tuple[Predicate, ...] = ()
    blocked: tuple[Predicate, ...] = ()


def closed_by(department: Department, day: date) -> Closed:
    """What the policy closes on a day.

    Private is what the policy lists as `private` (forskrift 2018-07-02-1108 §§ 1-3). Where it lists nothing, every rule counts
    that holds whatever lies in some folders and asks for nothing but the place, whatever its name: to read too little costs a
    finding, to read too much cannot be taken back.

    A block that forbids both to move and
    to destroy (persons' cases, kode 6 and 7, graded) closes too: nobody may remove a copy there, so there is nothing to gain
    by opening it.
    """
    return Closed(
        private=department.private(day) or tuple(_held_by_place(department, day)),
        blocked=tuple(block.when for block in department.blocks(day) if block.forbids >= {Fate.MOVE, Fate.DESTROY}),
    )


def _held_by_place(department: Department, day: date) -> Iterator[Predicate]:
    for rule in department.rules(day):
        if rule.fate is Fate.HOLD and not rule.awaits_confirmation and _asks_only_where(rule.when):
            yield rule.when


def _asks_only_where(when: Predicate) -> bool:
    match when:
        case Under():
            return True
        case All(of) | Either(of):
            return bool(of) and all(_asks_only_where(inner) for inner in of)
        case _:
            return False
