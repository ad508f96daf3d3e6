"""Predicates in plain words, for those who ask why a file has its fate."""

from collections.abc import Iterator
from datetime import date

from filrydd.lang import _, days, figures
from filrydd.model.finding import NOT_FOR_SHAREPOINT, Found
from filrydd.model.rule import (
    All,
    Before,
    CopyOf,
    Either,
    Has,
    HasExtension,
    Like,
    Named,
    Not,
    OpenTo,
    OwnedBy,
    OwnerIs,
    Predicate,
    SizeBetween,
    Under,
)
from filrydd.model.times import TICKS_A_SECOND, to_datetime

# More patterns than that are counted rather than listed.
_MOST_LISTED = 12


def leaves(predicate: Predicate) -> Iterator[Predicate]:
    """What a predicate is made of, in its order, without `All`, `Either` and `Not` around it."""
    match predicate:
        case All(of) | Either(of):
            for inner in of:
                yield from leaves(inner)
        case Not(of):
            yield from leaves(of)
        case _:
            yield predicate


def describe(predicate: Predicate) -> str:
    """A predicate in plain words and the language of the moment: "the name is like Thumbs.db or desktop.ini".

    No capital and no full stop, so that it can stand in a sentence or a list.
    """
    match predicate:
        case All(of):
            return _joined(of, _("{one} and {other}")) or _("every file")
        case Either(of):
            return _joined(of, _("{one} or {other}")) or _("no file")
        case Not(Before(time, ticks)):
            return _time(time, ticks, before=False)
        case Not(of):
            return _("not: {what}").format(what=_inside(of))
        case Before(time, ticks):
            return _time(time, ticks, before=True)
        case SizeBetween(least, most):
            return _size(least, most)
        case _:
            return _of_a_list(predicate)


def _of_a_list(predicate: Predicate) -> str:
    match predicate:
        case Under(patterns):
            return _("it lies under {patterns}").format(patterns=_listed(patterns))
        case Named(patterns):
            return _("the name is like {patterns}").format(patterns=_listed(patterns))
        case HasExtension(extensions):
            return _("the extension is {extensions}").format(extensions=_listed(extensions))
        case Like(expressions, of):
            whole = _("the name holds {expressions}") if of == "name" else _("the folder's path holds {expressions}")
            return whole.format(expressions=_listed(expressions))
        case OwnedBy(owners):
            return _("the owner is {owners}").format(owners=_listed(owners))
        case OwnerIs(states):
            told = {"disabled": _("disabled"), "vanished": _("gone from the directory")}
            return _("the owner's account is {states}").format(states=_listed(tuple(told[state] for state in states)))
        case OpenTo(principals, right):
            whole = _("{people} may read it") if right == "read" else _("{people} may write it")
            return whole.format(people=_listed(principals))
        case CopyOf(patterns):
            return _("another file with the same content lies under {patterns}").format(patterns=_listed(patterns))
        case Has(kinds):
            return _("found about it: {findings}").format(findings=_findings(kinds))
        case _:
            return ""


def _joined(of: tuple[Predicate, ...], joint: str) -> str:
    """The parts with the joint between them; those that are joined by another word stand in parentheses."""
    told = ""
    for inner in of:
        words = describe(inner) if len(of) == 1 else _inside(inner)
        told = joint.format(one=told, other=words) if told else words
    return told


def _inside(predicate: Predicate) -> str:
    words = describe(predicate)
    return f"({words})" if isinstance(predicate, All | Either) and len(predicate.of) > 1 else words


def _listed(words: tuple[str, ...]) -> str:
    if len(words) > _MOST_LISTED:
        shown = ", ".join(words[:_MOST_LISTED])
        return _("{words} or {count} others").format(words=shown, count=len(words) - _MOST_LISTED)
    if len(words) < 2:
        return "".join(words)
    return _("{one} or {other}").format(one=", ".join(words[:-1]), other=words[-1])


def _time(time: str, ticks: int, *, before: bool) -> str:
    """`Before` a moment, or not: from that moment on. Policies only know whole days."""
    moment = to_datetime(ticks)
    whole_day = ticks % (86_400 * TICKS_A_SECOND) == 0
    day = days.day(moment.date()) if whole_day else moment.strftime("%Y-%m-%d %H:%M:%S")
    if moment.date() == date.min and before:
        return _("older than any file can be")
    match time, before:
        case "modified", True:
            return _("last changed before {day}").format(day=day)
        case "created", True:
            return _("created before {day}").format(day=day)
        case _, True:
            return _("created and last changed before {day}").format(day=day)
        case "modified", False:
            return _("last changed on {day} or later").format(day=day)
        case "created", False:
            return _("created on {day} or later").format(day=day)
        case _:
            return _("created or last changed on {day} or later").format(day=day)


def _size(least: int | None, most: int | None) -> str:
    """A policy says `larger_than: 10MB`, which is from one byte more on; so it is said here too."""
    if least is not None and most is not None:
        larger, smaller = figures.size(least - 1), figures.size(most + 1)
        return _("larger than {least} and smaller than {most}").format(least=larger, most=smaller)
    if least is not None:
        return _("larger than {size}").format(size=figures.size(least - 1)) if least > 0 else _("any size")
    return _("smaller than {size}").format(size=figures.size(most + 1)) if most is not None else _("any size")


def _findings(kinds: tuple[Found, ...]) -> str:
    rest = tuple(kind for kind in Found if kind in kinds)
    if set(kinds) >= NOT_FOR_SHAREPOINT:
        others = tuple(_word(kind) for kind in rest if kind not in NOT_FOR_SHAREPOINT)
        return _listed((_("not for SharePoint"), *others))
    return _listed(tuple(_word(kind) for kind in rest))


def _word(kind: Found) -> str:
    words = {
        Found.DUPLICATE: _("a copy of another file"),
        Found.OLDER_VERSION: _("an older version"),
        Found.LATEST_VERSION: _("the latest version"),
        Found.NUMBER_IN_NAME: _("an identity number in the name"),
        Found.NUMBER: _("an identity number in the text"),
        Found.LINKS: _("links to other files"),
        Found.LINKED: _("other files link to it"),
        Found.PROTECTED: _("protected by a password or rights"),
        Found.DATABASE: _("a database"),
        Found.MAIL: _("a mail archive"),
        Found.NOTEBOOK: _("a notebook"),
        Found.WEB_PAGE: _("a saved web page"),
        Found.PROGRAM: _("a program"),
        Found.IMAGE: _("a disk image"),
        Found.DRAWING: _("a drawing that refers to other files"),
        Found.STREAMS: _("hidden data streams"),
        Found.DROP: _("a program writes here"),
    }
    return words[kind]
