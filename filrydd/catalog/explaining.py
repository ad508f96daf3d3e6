"""Why one file has its ruling: the SQL that rules all files, asked about this one, rule by rule and question by question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from filrydd.catalog import answers
from filrydd.catalog.connection import Catalog
from filrydd.catalog.judging import Pass
from filrydd.catalog.predicates import Rendering
from filrydd.model.rule import Block, Fate, Predicate, Rule
from filrydd.policy.describing import leaves


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question said of the file; None: nobody can know."""

    question: Predicate
    answer: bool | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule or block, whether it matches the file, and its single questions in the order of the policy."""

    of: Rule | Block
    answer: bool | None
    questions: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rules` and `blocks` in the policy's order, `ruling` what they, a person's answer, freezes and what could not be read
    come to; `by_policy` is what the rules alone say."""

    rules: tuple[Asked, ...]
    blocks: tuple[Asked, ...]
    by_policy: Rule
    ruling: Rule


def explain(
    catalog: Catalog,
    rules: Sequence[Rule],
    blocks: Sequence[Block],
    day: date,
    file: int,
    allowed: frozenset[Fate] = frozenset(Fate),
) -> Explanation:
    """Everything that decides over one present file. Raises KeyError when the file is not there."""
    one = Pass(catalog, rules, blocks, only=file)
    row = catalog.row(f"SELECT f.said, {one.ruled('f.said')} AS code FROM ({one.by_rules()} LIMIT -1) f", one.values)
    if row is None:
        raise KeyError(file)
    said, code = row["said"], row["code"]
    if catalog.value("SELECT 1 FROM answer WHERE file = ?", (file,)):
        answered = answers.one(catalog, one, file, said, day, allowed)
        code = catalog.value(f"SELECT {one.ruled(str(answered), str(said))} FROM {one.files} f", one.values)
    return Explanation(
        tuple(_ask(catalog, file, rules)),
        tuple(_ask(catalog, file, blocks)),
        one.outcome.verdict(said).rule,
        one.outcome.verdict(code).rule,
    )


def _ask(catalog: Catalog, file: int, holders: Sequence[Rule] | Sequence[Block]) -> Iterator[Asked]:
    rendering = Rendering(catalog, only=file)
    questions = [(holder, [holder.when, *dict.fromkeys(leaves(holder.when))]) for holder in holders]
    rendered = [[rendering.render(one) for one in asked] for _holder, asked in questions]
    rendering.fill()
    for (holder, asked), sql in zip(questions, rendered, strict=True):
        found = catalog.row(f"SELECT {', '.join(sql)} FROM {rendering.files} f", rendering.values)
        if found is None:
            raise KeyError(file)
        said = [None if value is None else bool(value) for value in tuple(found)]
        single = tuple(Answer(question, answer) for question, answer in zip(asked[1:], said[1:], strict=True))
        yield Asked(holder, said[0], single)
