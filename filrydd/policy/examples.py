"""Which rule decides for one file, and whether a policy's own examples come out as written."""

from dataclasses import dataclass, replace
from datetime import date

from filrydd.model.names import split
from filrydd.model.rule import NO_RULE, Block, Fate, Rule
from filrydd.model.times import from_day
from filrydd.policy.department import Department, Example
from filrydd.policy.matching import matches


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


def rule_for(
    department: Department, path: str, *, day: date, modified: int, created: int | None = None, size: int = 0
) -> Rule | Block:
    """What decides on `day` for a file: the first rule that matches, or the block that forbids what the rule says.

    `path` is relative to the area's top, stored form; times in ticks (`created` defaults to `modified`), `size` in bytes.
    """
    return _decide(department.rules(day), department.blocks(day), path, modified, created, size)


def _decide(
    rules: tuple[Rule, ...], blocks: tuple[Block, ...], path: str, modified: int, created: int | None, size: int
) -> Rule | Block:
    folder, name = split(path)
    facts = (folder, name, size, modified, modified if created is None else created)
    rule = next((rule for rule in rules if matches(rule.when, *facts)), NO_RULE)
    return next((block for block in blocks if rule.fate in block.forbids and matches(block.when, *facts)), rule)


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
    modified, created = from_day(example.modified), from_day(example.created)
    decided = _decide(as_written, department.blocks(day), example.path, modified, created, example.size)
    fate = decided.fate if isinstance(decided, Rule) else Fate.HOLD
    agrees = fate is example.expect and example.rule in ("", decided.name)
    waits = isinstance(decided, Rule) and decided.name in awaiting
    return Result(example, fate, decided.name, agrees, waits)
