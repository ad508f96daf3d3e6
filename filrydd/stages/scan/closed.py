"""Which files a department's policy keeps everybody out of."""

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

    A policy has no word for private. It says so by a rule that holds whatever lies in some folders, and asks for nothing
    but the place: homes and private folders (forskrift 2018-07-02-1108 §§ 1-3). Every such rule counts, whatever its name:
    to read too little costs a finding, to read too much cannot be taken back.

    A block that forbids both to move and to destroy (persons' cases, kode 6 and 7, graded) counts too. Nobody may remove a
    copy there, so there is nothing to gain by opening it.
    """
    return Closed(
        private=tuple(
            rule.when
            for rule in department.rules(day)
            if rule.fate is Fate.HOLD and not rule.awaits_confirmation and _asks_only_where(rule.when)
        ),
        blocked=tuple(block.when for block in department.blocks(day) if block.forbids >= {Fate.MOVE, Fate.DESTROY}),
    )


def _asks_only_where(when: Predicate) -> bool:
    match when:
        case Under():
            return True
        case All(of) | Either(of):
            return bool(of) and all(_asks_only_where(inner) for inner in of)
        case _:
            return False
