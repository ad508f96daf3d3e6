"""National identity numbers (fødselsnummer, D-number, H-number) in names and texts. No number leaves this module.

Eleven digits: day, month, year, three individual digits, two check digits. A D-number has 4 added to its first digit, an
H-number to its third. Numbers given out from 2032 may leave remainder 0-3 in the first check, where others leave 0: that is
accepted for a birth date in 2032 or later and no other, since nobody has such a number before. The synthetic numbers of
test populations (80 or 65 added to the month) are nobody's and are not found.

What checks out is not always somebody's number: every account number passes the second check, and one random string of
eleven digits in 1,700 passes both. So a number in a text goes by the word near it (`findings.context`).
"""

import re
from collections import Counter

from stdnum.exceptions import ValidationError
from stdnum.no import fodselsnummer

from filrydd.findings.context import NO_WORD, Context

_BETWEEN = r"[ \u00a0\u2009\u202f\-\u2010\u2011\u2013.]?"
_TAIL = r"[0-9]{5}(?![0-9])"
# No look behind for a digit: without one the search skips from digit to digit, at twice the speed.
_SHAPE = re.compile(rf"[0-7][0-9][0145][0-9]{{3}}{_BETWEEN}{_TAIL}")
# In tables the date and the rest may have a column each, and a number that a spreadsheet took for an amount lost its zero.
_SHAPE_IN_TEXT = re.compile(rf"[0-7][0-9][0145][0-9]{{3}}(?:{_BETWEEN}|\t){_TAIL}|[1-9][0145][0-9]{{8}}(?![0-9])")
_NO_DIGIT = re.compile(r"[^0-9]")
_DIGITS = frozenset("0123456789")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_FIRST_YEAR_OF_REMAINDERS = 2032
_LARGEST_REMAINDER = 3

# A short run of digits beside it, with a point, comma, hyphen or slash between, makes it part of something longer.
_LONGER_BEFORE = re.compile(r"(?<![0-9])[0-9]{1,5}[.,/\-\u2013]$|\+$")
_LONGER_AFTER = re.compile(r"[.,/\-\u2013][0-9]{1,5}(?![0-9])")
_BESIDE = 7


def masked(text: str) -> str:
    """The text with `*` for each digit of each number that checks out (`010203 12345` -> `****** *****`).

    Everything else is unchanged, separators within a number included. About a microsecond for a path without one.
    """
    return text if _SHAPE.search(text) is None else _SHAPE.sub(_mask, text)


def in_name(name: str) -> bool:
    """Whether a name holds a number that checks out, whatever stands near it."""
    return any(_stands_alone(match) and _checks_out(match[0]) for match in _SHAPE.finditer(name))


def in_text(text: str) -> tuple[tuple[str, int], ...]:
    """How many numbers a text holds by the word near each, `""` where there is none; sorted by word.

    Cells of a table are separated by tabs, semicolons or bars, its rows by line breaks; a heading governs the column below
    it until an empty line. A number that another word claims (an account, an invoice, a telephone) is not counted.
    """
    counts: Counter[str] = Counter()
    context = Context(text)
    for match in _SHAPE_IN_TEXT.finditer(text):
        if not _stands_alone(match) or _is_part(text, match.start(), match.end()):
            continue
        digits = _NO_DIGIT.sub("", match[0])
        if len(digits) == 11:
            if _checks_out(digits):
                word = context.word(match.start(), match.end())
                counts.update(() if word is None else (word,))
        elif _checks_out("0" + digits):
            word = context.heading(match.start(), match.end())
            counts.update((word,) if word else ())
    return tuple(sorted(counts.items()))


def with_context(numbers: tuple[tuple[str, int], ...]) -> int:
    """How many of the counted numbers have a word near them: those are the finding."""
    return sum(count for word, count in numbers if word != NO_WORD)


def _mask(match: re.Match[str]) -> str:
    found = match[0]
    if not _stands_alone(match) or not _checks_out(found):
        return found
    return "".join("*" if letter in _DIGITS else letter for letter in found)


def _stands_alone(match: re.Match[str]) -> bool:
    start = match.start()
    return start == 0 or match.string[start - 1] not in _DIGITS


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether it is a piece of a decimal number, a longer reference or a telephone number."""
    before, after = text[max(start - _BESIDE, 0) : start], text[end : end + _BESIDE]
    return _LONGER_BEFORE.search(before) is not None or _LONGER_AFTER.match(after) is not None


def _checks_out(found: str) -> bool:
    """Whether eleven digits, with or without what stands between them, have the check digits and birth date of a number."""
    digits = [ord(letter) - 48 for letter in found if letter in _DIGITS]
    if not (digits[0] % 4 or digits[1]) or not (digits[2] % 4 or digits[3]):
        return False  # day 00 or month 00; rows of zeros pass both checks
    if sum(weight * digit for weight, digit in zip(_SECOND, digits, strict=True)) % 11:
        return False
    remainder = sum(weight * digit for weight, digit in zip(_FIRST, digits, strict=False)) % 11
    if remainder > _LARGEST_REMAINDER:
        return False
    try:
        born = fodselsnummer.get_birth_date("".join(map(str, digits)))
    except ValidationError:
        return False
    return remainder == 0 or born.year >= _FIRST_YEAR_OF_REMAINDERS
