"""How many files a sample takes, and what it then allows to be said of all.

Drawn without putting back, the files that differ among those drawn follow the hypergeometric distribution. The figures are exact
for a finite number of files; for many, the size is the well-known ln(1 - confidence) / ln(1 - share).
"""

import math
import re
from dataclasses import dataclass

from filrydd.errors import BadUsage
from filrydd.lang import _

_FORM = re.compile(r"\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*%\s*/\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*%\s*")


@dataclass(frozen=True, slots=True)
class Wish:
    """With `confidence` no more than `share` of all files differ: both between 0 and 1. `seed` decides who is drawn."""

    confidence: float
    share: float
    seed: int


def wish(text: str, seed: int) -> Wish:
    """`99%/0.1%` as a wish. Raises BadUsage."""
    found = _FORM.fullmatch(text)
    numbers = [float(number.replace(",", ".")) for number in found.groups()] if found else []
    if not numbers or not 50 <= numbers[0] < 100 or not 0 < numbers[1] < 100:
        raise BadUsage(
            _("{text} is no sample: it takes a confidence from 50 % and a share of files, both below 100 %.").format(
                text=text or "''"
            ),
            next=_("Write it like this: --sample 99%/0.1%"),
        )
    return Wish(numbers[0] / 100, numbers[1] / 100, seed)


def size(files: int, asked: Wish) -> int:
    """How many of so many files must be drawn and found whole, so that with that confidence no more than the share differ."""
    too_many = math.floor(asked.share * files) + 1
    if too_many > files:
        return 0
    low, high = 0, files - too_many + 1
    while low < high:
        middle = (low + high) // 2
        if _none_drawn(files, too_many, middle) <= 1 - asked.confidence:
            high = middle
        else:
            low = middle + 1
    return low


def bound(files: int, drawn: int, different: int, confidence: float) -> float:
    """The share of all files that differ at most, with that confidence, when so many of those drawn did."""
    if not files:
        return 0.0
    # As many as differ at most: with one more, so few of those drawn would be too unlikely.
    low, high = different, files - (drawn - different)
    while low < high:
        middle = (low + high + 1) // 2
        if _at_most_drawn(files, middle, drawn, different) > 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low / files


def _none_drawn(files: int, bad: int, drawn: int) -> float:
    return _at_most_drawn(files, bad, drawn, 0)


def _at_most_drawn(files: int, bad: int, drawn: int, most: int) -> float:
    """The probability that at most `most` of `bad` files are among `drawn` of `files`."""
    whole = _log_choose(files, drawn)
    total = 0.0
    for found in range(max(0, drawn - (files - bad)), min(most, bad, drawn) + 1):
        total += math.exp(_log_choose(bad, found) + _log_choose(files - bad, drawn - found) - whole)
    return min(1.0, total)


def _log_choose(of: int, some: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)
