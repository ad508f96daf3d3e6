"""The questions of a new policy, asked one page at a time: what was answered so far is asked again in order, up to the
first question that has no answer yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from filrydd.lang import _
from filrydd.policy.drafting import Answers
from filrydd.policy.questions import Question, free_text, yes_or_no
from filrydd.policy.questions_asked import Known, Sight, conduct
from filrydd.web.form import Mistake

T = TypeVar("T")
_PLACES = "places"
# Questions that are answered by boxes, and by yes or no.
TASKS, YES_OR_NO = "tasks", "read_text"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with the answer as it was typed, and the word that stands for it in an address."""

    word: str
    question: Question[Any]
    typed: str


@dataclass(frozen=True, slots=True)
class Interview:
    """How far the questions are: `asked` have answers, `open` comes next (None: all have one), `number` is its place
    from 1. `answers` are there when all have one."""

    asked: tuple[Answered, ...]
    open: Answered | None
    answers: Answers | None

    @property
    def number(self) -> int:
        """The place of the question that is open."""
        return len(self.asked) + 1


def interview(
    department: str, known: Known, sights: Sequence[Sight], given: Mapping[str, str], again: str = ""
) -> Interview:
    """Ask everything that has an answer in `given` (as typed, by word); stop at the first that has none, or at
    `again`."""
    asker = _Asker(given, again)
    try:
        answers = conduct(asker, department, known, sights)
    except _Open as stopped:
        return Interview(tuple(asker.asked), stopped.question, None)
    return Interview(tuple(asker.asked), None, answers)


class _Open(Exception):
    def __init__(self, question: Answered) -> None:
        super().__init__(question.word)
        self.question = question


@dataclass(slots=True)
class _Asker:
    given: Mapping[str, str]
    again: str
    asked: list[Answered] = field(default_factory=list)
    places: int = 0

    def __call__(self, question: Question[T], /) -> T:
        word = question.key
        if question.about:
            word = f"{_PLACES}-{self.places}"
            self.places += 1
        typed = self.given.get(word)
        if typed is None or word == self.again:
            raise _Open(Answered(word, question, question.default if typed is None else typed))
        try:
            answer = question.read(typed)
        except ValueError:
            # A default may have changed since, such as a name that is taken by now.
            raise _Open(Answered(word, question, typed)) from None
        self.asked.append(Answered(word, question, typed))
        return answer


def given_in(question: Question[Any], sent: Mapping[str, str]) -> str:
    """The answer in a form, as one types it; ticked boxes as words with commas between."""
    if question.key == TASKS:
        return ", ".join(word for word, _meaning in question.choices if sent.get(f"task {word}") == "yes")
    return sent.get("answer", "")


def choices(question: Question[Any]) -> tuple[tuple[str, str], ...]:
    """The words to choose from, each with what it means; none where a text is typed."""
    return (("yes", _("Yes")), ("no", _("No"))) if question.key == YES_OR_NO else question.choices


def chosen(open: Answered) -> str:
    """What stands in the form at first."""
    if open.question.key == YES_OR_NO and not open.question.about:
        return "yes" if yes_or_no(open.typed) else "no"
    return open.typed


def wrong_with(question: Question[Any], sent: Mapping[str, str]) -> tuple[Mistake, ...]:
    """What is wrong with an answer."""
    if choices(question) and question.key != TASKS and not sent.get("answer"):
        return (Mistake("answer", _("Choose one of them.")),)
    try:
        question.read(sent.get("answer", ""))
    except ValueError as mistake:
        return (Mistake("answer", str(mistake)),)
    return ()


def short(question: Question[Any]) -> str:
    """What is asked, on one line; of a folder its path."""
    return question.text.split("\n", 1)[0] if not question.about else question.about


def read_back(one: Answered) -> str:
    """An answer as a person reads it back: what a word means instead of the word."""
    meanings = dict(choices(one.question))
    return ", ".join(meanings.get(word, word) for word in one.typed.split(", ")) if meanings else free_text(one.typed)
