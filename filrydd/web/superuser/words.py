"""Commands and fates as the superuser's pages say them: nobody here types a command."""

from filrydd.lang import _
from filrydd.model.rule import Fate, Texts
from filrydd.policy.questions_asked import task_words
from filrydd.policy.suggesting import Suggestion

ALLOW = "--allow-many"
"""The word in a refusal's next command that says that somebody may go on all the same."""


def step(command: str) -> str:
    """What to do next, from the `next` of a refusal: a sentence stays, a command is said as a button of these pages."""
    if ALLOW in command:
        return _("See whether that is right before you go on.")
    for begins, sentence in (
        ("filrydd scan", _("Scan the area first.")),
        ("filrydd classify", _("Let the rules decide first.")),
        ("filrydd propose", _("Propose the new structure first.")),
        ("filrydd policy", _("Look at the mistakes in the policy file.")),
    ):
        if command.startswith(begins):
            return sentence
    if command.startswith("filrydd "):
        return _("Ask whoever runs filrydd here: {command}").format(command=command)
    return command


def may_go_on(command: str) -> bool:
    """Whether a refusal is one that a superuser may overrule after a look."""
    return ALLOW in command


def fate(one: Fate) -> str:
    """What becomes of files, in a table."""
    return {Fate.MOVE: _("to move"), Fate.DESTROY: _("to delete"), Fate.HOLD: _("to keep for now")}[one]


def about(one: Suggestion, language: str) -> str:
    """Which files a suggestion is about."""
    if one.about == Texts("", ""):
        meaning = task_words().get(one.key, one.key)
        return meaning[:1].upper() + meaning[1:]
    return one.about.read_in(language)
