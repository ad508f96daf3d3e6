"""Answers from a file instead of from a person: the same questions, every mistake at once with its line."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from filrydd.errors import PolicyInvalid
from filrydd.lang import _, n_
from filrydd.model.names import tidy_path
from filrydd.policy.department import Problem
from filrydd.policy.drafting import Answers
from filrydd.policy.drafting_places import Placed, What
from filrydd.policy.questions import Question
from filrydd.policy.questions_asked import KEYS, Known, Sight, conduct, what_of
from filrydd.policy.wording import unknown_word
from filrydd.policy.yaml_lines import Loc, Parsed, Tree, parse

T = TypeVar("T")
_PLACES = "places"


@dataclass(frozen=True, slots=True)
class FromFile:
    """Answers as a file gives them, and the folders of the scan that it says nothing of, each with what is assumed."""

    answers: Answers
    assumed: tuple[Placed, ...]


def answers_from(data: bytes, file: str, department: str, known: Known, sights: Sequence[Sight] = ()) -> FromFile:
    """Read the bytes of an answers file named `file`: YAML with the questions' keys; what it lacks has its default.

    Under `places` it may say what any folder is, by its path. Raises `PolicyInvalid` with every mistake.
    """
    parsed = parse(data)
    problems = [Problem(file, line, column, text) for (line, column), text in parsed.mistakes]
    if not isinstance(parsed.tree, dict):
        problems = problems or [Problem(file, 1, 1, _("Answers are keys and values, like `library: Dokumenter`."))]
        raise _refusal(problems)
    asker = _Asker(file, parsed, parsed.tree, problems)
    # A guessed site is for somebody who sees the guess.
    answers = conduct(asker, department, replace(known, sites=""), sights)
    more = asker.further_places({sight.path for sight in sights})
    asker.unknown_keys()
    if problems:
        raise _refusal(sorted(problems))
    return FromFile(replace(answers, places=(*answers.places, *more)), tuple(asker.assumed))


def _refusal(problems: Sequence[Problem]) -> PolicyInvalid:
    count = len(problems)
    message = n_("The answers have {count} problem.", "The answers have {count} problems.", count).format(count=count)
    return PolicyInvalid(
        message,
        next=_("Mend the lines above, then run the same command again. Nothing was written."),
        details=tuple(str(problem) for problem in problems),
    )


@dataclass(slots=True)
class _Asker:
    file: str
    parsed: Parsed
    tree: dict[str, Tree]
    problems: list[Problem]
    assumed: list[Placed] = field(default_factory=list)

    def __call__(self, question: Question[T], /) -> T:
        loc: Loc = (question.key,)
        given = self.tree.get(question.key, question.default)
        if question.about:
            written = self._places().get(question.about)
            loc = (_PLACES, written or "")
            given = self._words()[written] if written is not None else question.default
            if written is None and question.default != What.BY_RULES:
                self.assumed.append(Placed(question.about, What(question.default)))
        try:
            return question.read(_typed(given))
        except ValueError as wrong:
            self._problem(loc, f"`{question.key}`: {wrong}")
            # What follows is asked too, so that every mistake is told; nothing is made of these answers.
            return question.read(question.default or question.example)

    def further_places(self, seen: set[str]) -> list[Placed]:
        """What the file says of folders that nobody asked about."""
        if _PLACES in self.tree and not isinstance(self.tree[_PLACES], dict):
            self._problem((_PLACES,), _("`places` has paths of folders, each with a word: `Inn/Filer: program`."))
        found = []
        for path, written in self._places().items():
            if path in seen:
                continue
            try:
                if not path:
                    raise ValueError(_("The top of the area is no folder to answer for."))
                what = what_of(_typed(self._words()[written]))
            except ValueError as wrong:
                self._problem((_PLACES, written), f"`{_PLACES}`: {wrong}")
                continue
            if what is not What.BY_RULES:
                found.append(Placed(path, what))
        return found

    def unknown_keys(self) -> None:
        """A problem for each key that no question has."""
        for key in self.tree:
            if key not in KEYS:
                self._problem((key,), unknown_word(key, KEYS), key=True)

    def _places(self) -> dict[str, str]:
        """The folders' paths, each with how it is written in the file."""
        return {tidy_path(written): written for written in self._words()}

    def _words(self) -> dict[str, Tree]:
        words = self.tree.get(_PLACES, {})
        return words if isinstance(words, dict) else {}

    def _problem(self, loc: Loc, message: str, *, key: bool = False) -> None:
        line, column = self.parsed.place(loc, key=key)
        self.problems.append(Problem(self.file, line, column, message))


def _typed(given: Tree) -> str:
    """An answer as somebody would type it: a list with `;` between its items, a person as name and address."""
    if isinstance(given, list):
        return "; ".join(_typed(one) for one in given)
    if isinstance(given, dict):
        return " ".join(_typed(one) for key, one in given.items() if key in ("name", "email"))
    return given
