"""Which rule decides for one file, and whether a policy's own examples come out as written."""

from dataclasses import dataclass, replace
from datetime import date

from filrydd.model.names import split
from filrydd.model.rule import NO_RULE, Block, Fate, Rule, undecided
from filrydd.model.times import from_day
from filrydd.policy.department import Department, Example
from filrydd.policy.matching import Facts, matches


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an example: the fate, the name of the rule or block behind it, and whether that was expected.

    `awaits_confirmation`: the fate is `destroy` by a rule that no archivist has confirmed yet; until then it is `hold`.
    """

    example: Example
    fate: Fate
    name: str
    agrees: bool
    awaits_confirmation: bool


def rule_for(department: Department, facts: Facts, day: date) -> Rule | Block:
    """What decides on `day` for a file: the first rule that matches, or the block that forbids what the rule says.

    A rule or block of which the facts do not tell whether it matches decides as `model.rule.undecided`.
    """
    return _decide(department.rules(day), department.blocks(day), facts)


def _decide(rules: tuple[Rule, ...], blocks: tuple[Block, ...], facts: Facts) -> Rule | Block:
    rule = NO_RULE
    for one in rules:
        if (answer := matches(one.when, facts)) is not False:
            rule = one if answer else undecided(one)
            break
    for block in blocks:
        if rule.fate in block.forbids and (answer := matches(block.when, facts)) is not False:
            return block if answer else undecided(block)
    return rule


def results(department: Department) -> tuple[Result, ...]:
    """Every example of the department, run on its own day, in the file's order."""
    return tuple(_run(department, example) for example in department.examples)


def _run(department: Department, example: Example) -> Result:
    day = example.day
    awaiting = {rule.name for rule in department.rules(day) if rule.awaits_confirmation}
    as_written = tuple(
        replace(rule, fate=Fate.DESTROY, awaits_confirmation=False) if rule.awaits_confirmation else rule
        for rule in department.rules(day)
    )
    decided = _decide(as_written, department.blocks(day), _facts(example))
    fate = decided.fate if isinstance(decided, Rule) else Fate.HOLD
    agrees = fate is example.expect and example.rule in ("", decided.name)
    waits = isinstance(decided, Rule) and decided.name in awaiting
    return Result(example, fate, decided.name, agrees, waits)


def _facts(example: Example) -> Facts:
    folder, name = split(example.path)
    return Facts(
        folder=folder,
        name=name,
        size=example.size,
        modified=from_day(example.modified),
        created=from_day(example.created),
        owner=example.owner,
        owner_state=example.owner_state,
        readers=example.readers,
        writers=example.writers,
        copies=example.copies,
        findings=example.findings,
    )
