"""What happens after the work and before the answer: to the item that the answer will tell of."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from filrydd.rehearsal.calls import damage, later, visiting
from filrydd.rehearsal.calls.later import Act
from filrydd.rehearsal.faults.faults import Faults
from filrydd.rehearsal.faults.kinds import WRITES
from filrydd.rehearsal.faults.rule import Fault, Person, Rule
from filrydd.rehearsal.rules.chance import dice
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.rehearsal.wire.asked import Asked


async def aftermath(
    tenancy: Tenancy,
    faults: Faults,
    asked: Asked,
    times: int,
    item: str,
    status: int,
    rules: Sequence[Rule],
) -> None:
    """Let rules and people be at an item, at once or later. `status` is that of the answer."""

    def given(name: str, rule: Rule | Person) -> bool:
        return faults.give(name, rule.number, rule.when, asked.kind, asked.target, times)

    for rule in rules:
        if rule.fault is Fault.NOT_FOUND_AT_FIRST:
            if status == 201 and given(rule.fault, rule):
                faults.hide(asked.place, rule.times)
        elif given(rule.fault, rule):
            seconds = rule.seconds or 0.0
            if rule.fault is Fault.CORRUPTED_ITEM:
                await _let(tenancy, damage.corrupt, damage.CORRUPT, item, seconds, keeps_hash=rule.keeps_hash)
            else:
                await _let(tenancy, damage.lose, damage.LOSE, item, seconds)
    for person in faults.people(asked.kind, asked.target, asked.path, times) if asked.kind in WRITES else []:
        if given(f"people: {person.does}", person):
            number = dice(faults.seed, "people", person.does, person.number, asked.target, times)
            who = person.who or visiting.NAMES[number % len(visiting.NAMES)]
            does = person.does.value
            await _let(tenancy, visiting.visit, visiting.VISIT, item, person.seconds, does=does, who=who)


async def _let(tenancy: Tenancy, act: Act, what: str, item: str, seconds: float, **value: Any) -> None:
    def do(con: sqlite3.Connection) -> None:
        if seconds:
            later.plan(con, tenancy.clock.now() + seconds, what, item, **value)
        else:
            act(tenancy, con, item, value)

    await tenancy.store.write(do)
