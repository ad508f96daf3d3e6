"""A group as a page shows it, whether it is real or only for practice."""

from dataclasses import dataclass

from filrydd.catalog.rulings import Total
from filrydd.lang import _, language, n_
from filrydd.lang.figures import number
from filrydd.lang.words import rule_name
from filrydd.model.reviewed import Answer
from filrydd.stages.portions import Example, GroupShown
from filrydd.web.portion import words
from filrydd.web.wording import old_address


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in force: what, by whom, when (ticks); `changed` says in a sentence why it does not hold any more."""

    text: str
    by: str
    at: int
    note: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a person reads about a group before they answer. `heading` names it; `address` is the old folder's, to
    copy; `names` some of its files, with
    the addresses that say why; `choices` the answers besides the suggestion."""

    key: str
    kind: str
    heading: str
    address: str
    fate: str
    suggestion: str
    agree: str
    reason: str
    basis: str
    total: Total
    age: str
    names: tuple[Example, ...]
    others: str
    risks: tuple[str, ...]
    coarse: bool
    choices: tuple[tuple[Answer, str], ...]
    answered: Answered | None
    alike: int
    content: str
    seen_answer: int

    @property
    def is_done(self) -> bool:
        """Whether an answer is in force that holds."""
        return self.answered is not None and not self.answered.changed


def card(shown: GroupShown, part: str, source: str) -> Card:
    """A group of a part; `source` is the area's own address."""
    said = shown.said
    rule = shown.rule
    return Card(
        key=shown.key,
        kind=_kind(shown),
        heading=f"{part}: {rule_name(rule.name)}" if shown.kind == "rule" else shown.path or part,
        address=old_address(source, shown.path),
        fate=shown.fate,
        suggestion=words.suggested(shown.fate, shown.total.files),
        agree=words.agree(shown.fate, shown.total.files),
        reason=rule.reason.read_in(language()),
        basis=rule.basis,
        total=shown.total,
        age=words.age(shown.oldest, shown.newest),
        names=shown.examples,
        others=_others(shown),
        risks=tuple(words.risky(word) for word in shown.risks),
        coarse=shown.coarse,
        choices=words.choices(shown.fate, shown.allowed),
        answered=None
        if said is None
        else Answered(
            words.answer(said.answer, said.detail, said.to_name), said.by.name, said.at, said.note, _changed(shown)
        ),
        alike=shown.alike,
        content=shown.content,
        seen_answer=said.id if said is not None else 0,
    )


def _kind(shown: GroupShown) -> str:
    return {
        "folder": _("A folder"),
        "chain": _("Versions of one document"),
        "copies": _("Equal files"),
        "rule": _("What one rule is about"),
    }[shown.kind]


def _changed(shown: GroupShown) -> str:
    if shown.changed is None:
        return ""
    before, now = shown.changed.before, shown.changed.now
    if shown.changed.content or before == now:
        return _("Some of the files are not as they were when it was answered.")
    return n_(
        "It was {before} then, now it is {count} file.", "It was {before} then, now it is {count} files.", now
    ).format(before=number(before), count=number(now))


def _others(shown: GroupShown) -> str:
    if not shown.others:
        return ""
    names, more = ", ".join(shown.others), shown.other_count - len(shown.others)
    if more <= 0:
        return names
    return n_("{names} and {count} more", "{names} and {count} more", more).format(names=names, count=number(more))
