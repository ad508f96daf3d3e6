"""Version marks in a name: what is left without them, and what they say.

Marks are read at the end of a name ("budsjett 2019 v2 endelig_KN"), some at its beginning ("utkast til", "kopi av");
version numbers anywhere. In the middle, and at the beginning for most, the same words mean something: a "siste purring" is no
later version of a "purring", a "revidert budsjett" is a document of its own, "Gamle Oslo" is a district.
"""

import re
from dataclasses import dataclass

from filrydd.findings.dates import PLACE, take_dates
from filrydd.findings.words import (
    AT_THE_BEGINNING,
    COMMENTS,
    COPIES,
    FILLERS,
    MARKS,
    NO_INITIALS,
    OLD,
    ORDINALS,
    PERSONAL,
    PURPOSES,
    SIGNED,
    STAGES,
    VERSION,
)
from filrydd.model.names import extension, fold

LONGEST = 500
"""Characters; no share has longer names, and one that has is its own stem."""

_COPY_OF = re.compile(r"(?:(?:kopi|copy)(?: ?\(\d{1,3}\))?[ _](?:av|of)[ _]+)+")
_COPY_AT_END = re.compile(r"(?:[ _]?-[ _]?(?:kopi|copy)(?: ?\(\d{1,3}\))?)+$")
_CONFLICT = re.compile(r"\([^()]*(?:motstridende kopi|conflicted copy|konfliktkopi|conflict copy)[^()]*\)")
_MACHINE = re.compile(r"-(?:desktop|laptop)-[a-z0-9]{5,15}(?![a-z0-9])")
_PARENTHESIS = re.compile(r"[ _]?\((\d{1,2})\)$")
_VERSION = re.compile(
    r"(?<![^\W_])(?:v|ver|vers|versjon|version|utg|utgave)[ ._-]{0,2}(\d{1,3}(?:[._]\d{1,3}){0,3})(?![^\W_])"
    r"|(?<![^\W_])(?:rev|revisjon|revision)[ ._-]{0,2}(?:((?:19|20)\d\d|\d{1,2}(?:\.\d{1,2})?)|([a-zæøå]))(?![^\W_])"
    r"|(?<=[^\W_]{3}[bdgkmnpst0-9])v(\d{1,2}(?:\.\d{1,2})?)(?![^\W_])"
)
_REVISED_ON = re.compile(rf"(?<![^\W_])rev(?:isjon|idert)?[ ._-]*{PLACE}")
_VERSION_PLACE = "\x02"
_TOKEN = re.compile(r"[^\W_]+|[\x01\x02]")
_NUMBERED = re.compile(r"([^\W\d_]+)(\d{1,2})")
_ORDINAL_ATTACHED = re.compile(rf"({'|'.join(ORDINALS)})({'|'.join(('utkast', *VERSION))})")
_ATTACHED = re.compile(r"([^\W_]{4,})(final|endelig|utkast|kladd|signert)(\d{0,2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class Marks:
    """What a name says. `stem` and `extension` are folded; `dates` are ticks; `days` is what its stage counts for.

    `sure`: something says version beyond a date, initials and a number in parentheses. `rank` is -1 for an old one, 1 for a
    signed one, else 0. `number` is that of "endelig 2", `parenthesis` that of "(1)"; 0 for none.
    """

    stem: str
    extension: str
    version: tuple[int, ...] = ()
    dates: tuple[int, ...] = ()
    revised_on: int | None = None
    days: int = 0
    number: int = 0
    rank: int = 0
    copies: int = 0
    parenthesis: int = 0
    initials: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    sure: bool = False


def read_marks(name: str, near: int) -> Marks:
    """The version marks of a stored name; `near` is the file's last change in ticks, for dates that can be read two ways."""
    ending = extension(name)
    marks = Marks("", ending)
    text = fold(name.rpartition(".")[0] if ending else name)
    if len(text) > LONGEST:
        marks.stem = text
        return marks
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    text = _take_copies(text, marks)
    text = _take_numbers(text, marks, near)
    tokens = _TOKEN.findall(text)
    _take_from_end(tokens, marks, text)
    _take_from_beginning(tokens, marks)
    marks.sure = marks.sure or bool(marks.version or marks.copies or marks.rank or marks.said)
    marks.stem = " ".join(token for token in tokens if token not in (PLACE, _VERSION_PLACE))
    return marks


def _take_copies(text: str, marks: Marks) -> str:
    if "kopi" in text or "copy" in text:
        if beginning := _COPY_OF.match(text):
            marks.copies += beginning[0].count("kopi") + beginning[0].count("copy")
            text = text[beginning.end() :]
        if end := _COPY_AT_END.search(text):
            marks.copies += end[0].count("kopi") + end[0].count("copy")
            marks.number = sum(int(number) for number in re.findall(r"\d+", end[0]))
            text = text[: end.start()]
        text, conflicts = _CONFLICT.subn("", text)
        marks.copies += conflicts
    if "top-" in text:
        text, machines = _MACHINE.subn("", text)
        marks.copies += machines
    return text.strip()


def _take_numbers(text: str, marks: Marks, near: int) -> str:
    if parenthesis := _PARENTHESIS.search(text):
        marks.parenthesis = int(parenthesis[1])
        text = text[: parenthesis.start()]
    dates: list[int] = []
    if any(map(str.isdigit, text)):
        text, dates = take_dates(text, near)
    if dates and (revised := _REVISED_ON.search(text)):
        place = text.count(PLACE, 0, revised.end()) - 1
        marks.revised_on = dates.pop(place)
        marks.sure = True
        text = f"{text[: revised.start()]} {_VERSION_PLACE} {text[revised.end() :]}"
    marks.dates = tuple(dates)
    if "v" in text or "utg" in text:
        found = None
        for found in _VERSION.finditer(text):  # noqa: B007 -- the last one counts
            pass
        if found:
            digits = found[1] or found[2] or found[4]
            marks.version = tuple(map(int, digits.replace("_", ".").split("."))) if digits else (ord(found[3]) - 96,)
            text = f"{text[: found.start()]} {_VERSION_PLACE} {text[found.end() :]}"
    return text


def _take_from_end(tokens: list[str], marks: Marks, text: str) -> None:
    """Take marks, and the places of dates and numbers among them, off the end of the tokens."""
    initials: list[str] = []
    said: list[str] = []
    comments = ""
    beside = bool(marks.version or marks.dates or marks.revised_on is not None)
    while tokens:
        last = tokens[-1]
        if last in (PLACE, _VERSION_PLACE):
            tokens.pop()
        elif last in COMMENTS:
            comments = tokens.pop()
        elif word := _mark_word(tokens, marks):
            said.append(word)
        elif last in FILLERS and (said or comments):
            said.append(tokens.pop())
        elif _are_initials(last):
            initials.append(tokens.pop())
        else:
            break
    if comments and (initials or said or beside):
        said.append(comments)
    elif comments:
        tokens.append(comments)
    if initials:
        near = beside or said or all(f"_{one}" in text for one in initials)
        if near and not PERSONAL.search(text):
            marks.initials = tuple(sorted(initials))
        else:
            tokens.extend(reversed(initials))
    marks.said = tuple(sorted(said))


def _mark_word(tokens: list[str], marks: Marks) -> str:
    """The word of the mark at the end of the tokens, taken off with its number; empty for none."""
    if ordinal := _ORDINAL_ATTACHED.fullmatch(tokens[-1]):
        tokens[-1:] = [ordinal[1], ordinal[2]]
    last, number = tokens[-1], 0
    taken = 1
    if len(tokens) > 1 and tokens[-2] in ORDINALS and (last in VERSION or STAGES.get(last, 0) < 0):
        number, taken = ORDINALS[tokens[-2]], 2
    elif last in VERSION and len(tokens) > 1 and tokens[-2] in MARKS:  # "endelig versjon"
        last, taken = tokens[-2], 2
    elif last not in MARKS:
        if last.isdecimal() and len(last) <= 2 and len(tokens) > 1 and tokens[-2] in MARKS:
            number, last, taken = int(last), tokens[-2], 2
        elif (numbered := _NUMBERED.fullmatch(last)) and numbered[1] in MARKS:
            last, number = numbered[1], int(numbered[2])
        elif attached := _ATTACHED.fullmatch(last):
            tokens[-1:] = [attached[1], attached[2]]
            last, number = attached[2], int(attached[3] or 0)
        elif last in PURPOSES and len(tokens) > 1 and tokens[-2] == "til":
            taken = 2
        else:
            return ""
    del tokens[-taken:]
    _count(last, marks)
    marks.number = max(marks.number, number)
    return last


def _take_from_beginning(tokens: list[str], marks: Marks) -> None:
    if len(tokens) > 1 and tokens[0] in AT_THE_BEGINNING:
        word = tokens.pop(0)
        _count(word, marks)
        marks.said = (*marks.said, word)
        if len(tokens) > 1 and tokens[0] in ("til", "av", "of"):
            del tokens[0]


def _count(word: str, marks: Marks) -> None:
    if word in OLD:
        marks.rank = -1
    elif word in SIGNED:
        marks.rank = marks.rank or 1  # an old one is old, signed or not
    elif word in COPIES:
        marks.copies += 1
    else:
        days = STAGES.get(word, 0)
        marks.days = max(marks.days, days) if marks.days > 0 or days > 0 else min(marks.days, days)


def _are_initials(token: str) -> bool:
    return 2 <= len(token) <= 3 and token.isalpha() and token not in NO_INITIALS
