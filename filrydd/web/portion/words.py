"""What the words of portions are called on the pages."""

from filrydd.lang import _, figures, n_
from filrydd.model import times
from filrydd.model.reviewed import Answer
from filrydd.model.rule import Fate
from filrydd.portions import risk


def answer(one: Answer, detail: str = "", to: str = "") -> str:
    """An answer, as it is told afterwards."""
    return {
        Answer.AS_SUGGESTED: _("as suggested"),
        Answer.MOVE: _("move"),
        Answer.DESTROY: _("delete"),
        Answer.HOLD: _("keep for now"),
        Answer.ELSEWHERE: _("belongs elsewhere: {where}").format(where=detail),
        Answer.PASSED_ON: _("{name} must decide").format(name=to),
    }[one]


def suggested(fate: str, files: int) -> str:
    """What is suggested for a group, in one line."""
    return {
        Fate.MOVE: n_("{count} file moves to SharePoint", "{count} files move to SharePoint", files),
        Fate.DESTROY: n_("{count} file is deleted", "{count} files are deleted", files),
        Fate.HOLD: n_("{count} file stays for now", "{count} files stay for now", files),
        "mixed": n_("{count} file, not the same for all", "{count} files, not the same for all", files),
    }[Fate(fate) if fate != "mixed" else fate].format(count=figures.number(files))


def agree(fate: str, files: int) -> str:
    """The button that takes the suggestion."""
    return {
        Fate.MOVE: n_("Yes, move {count} file", "Yes, move {count} files", files),
        Fate.DESTROY: n_(
            "Yes, delete {count} file after the waiting time", "Yes, delete {count} files after the waiting time", files
        ),
        Fate.HOLD: n_("Yes, keep {count} file for now", "Yes, keep {count} files for now", files),
        "mixed": _("Yes, do as suggested"),
    }[Fate(fate) if fate != "mixed" else fate].format(count=figures.number(files))


def choices(fate: str, allowed: tuple[Fate, ...]) -> tuple[tuple[Answer, str], ...]:
    """The answers other than the suggestion."""
    texts = {
        Fate.MOVE: (Answer.MOVE, _("Move them to SharePoint")),
        Fate.DESTROY: (Answer.DESTROY, _("Delete them after the waiting time")),
        Fate.HOLD: (Answer.HOLD, _("Keep them for now")),
    }
    other = tuple(texts[one] for one in (Fate.MOVE, Fate.HOLD, Fate.DESTROY) if one in allowed and one != fate)
    return (
        *other,
        (Answer.ELSEWHERE, _("They belong elsewhere")),
        (Answer.PASSED_ON, _("Somebody else must decide")),
    )


def risky(word: str) -> str:
    """Why a group asks for a closer look."""
    return {
        risk.DESTROYS: _("Documents are deleted."),
        risk.YOUNG: _("Some were changed in the last two years."),
        risk.USED: _("Others use some of them."),
        risk.NUMBERS: _("Identity numbers were found in some of them."),
        risk.AWAITS: _("An archivist has not confirmed the rule yet, so they stay until then."),
        risk.MUCH: _("It is a large share of what you have."),
        risk.ACCESS: _("More people can open them in the new place."),
        risk.UNEXAMINED: _("Nobody has looked into them, so it is not known whether the rule fits."),
        risk.UNRULED: _("No rule says anything about them."),
    }.get(word, word)


def age(oldest: int, newest: int) -> str:
    """When the files were last changed, by year."""
    first, last = times.to_datetime(oldest).astimezone().year, times.to_datetime(newest).astimezone().year
    if first == last:
        return _("Last changed in {year}").format(year=first)
    return _("Last changed {first}–{last}").format(first=first, last=last)
