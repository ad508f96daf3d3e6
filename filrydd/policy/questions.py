"""Questions that a superuser can answer, and how an answer is read; who asks them, and where, is the caller's affair.

    Question(key, text, read, ...)    one question; `read` makes an answer of what was typed
    conduct(ask, ...)                 in `questions_asked`: all of them, in their order

A reader takes the text as typed and returns what it stands for, or raises `ValueError` with a plain sentence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from filrydd.lang import _
from filrydd.model.department import Person
from filrydd.model.names import fold
from filrydd.policy.nearest import nearest

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Reader = Callable[[str], T]

LONGEST = 300
"""Characters that an answer may have."""
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>().]+(?:\.[^\s@<>().]+)+")
_NAME = re.compile(r"[^\W_][\w-]{0,63}")
# Names of devices on Windows, where a policy file must be able to lie too.
_TAKEN = re.compile(r"con|prn|aux|nul|(com|lpt)\d|common|waves")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One question.

    `key` is the word under which an answers file gives the answer; `about` is the folder that it asks of, under the key
    `places`. `default` is the answer as typed when nothing is said; a question that must have an answer and has no default has
    an `example` of one. `choices` are the words to choose from, with what each means.
    """

    key: str
    text: str
    read: Reader[T]
    default: str = ""
    hint: str = ""
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    about: str = ""


class Asker(Protocol):
    """Somebody who asks until the answer can be read."""

    def __call__(self, question: Question[T], /) -> T: ...


def is_a_name(text: str) -> bool:
    """Whether a department or an area can be called so: the name becomes a file's, on any system."""
    return bool(_NAME.fullmatch(text)) and not _TAKEN.fullmatch(fold(text))


def free_text(text: str) -> str:
    """Any text of one line; empty for none."""
    tidy = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(tidy) > LONGEST:
        raise ValueError(_("The answer is too long; at most {count} characters.").format(count=LONGEST))
    return tidy


def some_text(text: str) -> str:
    """A text of one line that is not empty."""
    tidy = free_text(text)
    if not tidy:
        raise ValueError(_("This needs an answer."))
    return tidy


def site(text: str) -> str:
    """The address of a SharePoint site."""
    tidy = some_text(text)
    if not re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?", tidy):
        message = _('"{text}" is not a site. Write it like https://contoso.sharepoint.com/sites/x.')
        raise ValueError(message.format(text=tidy))
    return tidy.rstrip("/")


def person(text: str) -> Person:
    """A name and an e-mail address, in either order, with or without angle brackets."""
    tidy = some_text(text)
    found = [word for word in re.split(r"[\s<>(),]+", tidy) if "@" in word]
    if not found:
        message = _('"{text}" has no e-mail address. Write it like Kari Nordmann kari.nordmann@example.no.')
        raise ValueError(message.format(text=tidy))
    if len(found) > 1:
        raise ValueError(_('"{text}" has two e-mail addresses. Put ; between people.').format(text=tidy))
    if not _ADDRESS.fullmatch(found[0]):
        raise ValueError(_('"{text}" is not an e-mail address.').format(text=found[0]))
    name = " ".join(re.sub(r"[<>(),]", " ", tidy.replace(found[0], " ")).split())
    if not name:
        raise ValueError(_('"{text}" has no name. Write the name before the address.').format(text=tidy))
    return Person(name, found[0])


def people(text: str) -> tuple[Person, ...]:
    """People with `;` between them, or commas where each has an address; none for an empty text."""
    parts = text.split(";")
    if len(parts) == 1 and all("@" in part for part in text.split(",")):
        parts = text.split(",")
    return tuple(person(part) for part in parts if part.strip())


def some_people(text: str) -> tuple[Person, ...]:
    """At least one person."""
    found = people(text)
    if not found:
        raise ValueError(_("At least one person is needed here."))
    return found


def number(least: int, most: int) -> Reader[int]:
    """A reader of whole numbers between the two."""

    def read(text: str) -> int:
        tidy = text.strip()
        if not re.fullmatch(r"\d{1,4}", tidy, re.ASCII) or not least <= int(tidy) <= most:
            message = _('"{text}" is not a number from {least} to {most}.')
            raise ValueError(message.format(text=free_text(text), least=least, most=most))
        return int(tidy)

    return read


def yes_or_no(text: str) -> bool:
    """Whether the text says yes, in either language."""
    match fold(text.strip()):
        case "y" | "yes" | "j" | "ja" | "true":
            return True
        case "n" | "no" | "nei" | "false":
            return False
    raise ValueError(_('"{text}" is neither yes nor no.').format(text=free_text(text)))


def one_of(choices: Mapping[str, str]) -> Reader[str]:
    """A reader of one of the words, which may be given by its number in their order, counted from 1."""

    def read(text: str) -> str:
        return _chosen(some_text(text), choices)

    return read


def several_of(choices: Mapping[str, str]) -> Reader[tuple[str, ...]]:
    """A reader of any of the words or their numbers, with commas or spaces between; in the order of `choices`."""

    def read(text: str) -> tuple[str, ...]:
        found = {_chosen(word, choices) for word in re.split(r"[\s,;]+", free_text(text)) if word}
        return tuple(word for word in choices if word in found)

    return read


def _chosen(text: str, choices: Mapping[str, str]) -> str:
    words = list(choices)
    if re.fullmatch(r"\d{1,3}", text, re.ASCII):
        if 1 <= int(text) <= len(words):
            return words[int(text) - 1]
        raise ValueError(
            _("There is no number {number} here; the last is {last}.").format(number=text, last=len(words))
        )
    wanted = fold(text)
    for word, meaning in choices.items():
        if wanted in (fold(word), fold(meaning)):
            return word
    message = _('"{word}" is none of these.').format(word=text)
    if near := nearest(wanted, words):
        raise ValueError(message + " " + _('Did you mean "{word}"?').format(word=near))
    raise ValueError(message + " " + _("These are: {words}.").format(words=", ".join(words)))


def area_names(taken: Mapping[str, str]) -> Reader[tuple[str, ...]]:
    """A reader of names of areas; `taken` maps those of other departments, folded, to the department."""

    def read(text: str) -> tuple[str, ...]:
        names = [name for name in re.split(r"[\s,;]+", free_text(text)) if name]
        if not names:
            raise ValueError(_("At least one area is needed here."))
        for name in names:
            if not is_a_name(name):
                message = _('"{name}" cannot be an area. Use letters, digits, hyphens and underscores.')
                raise ValueError(message.format(name=name))
            if owner := taken.get(fold(name)):
                message = _('The area "{name}" belongs to {department} already.')
                raise ValueError(message.format(name=name, department=owner))
        if len({fold(name) for name in names}) < len(names):
            raise ValueError(_("The same area is named twice; capital letters make no difference."))
        return tuple(names)

    return read
