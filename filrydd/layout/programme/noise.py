"""Folder names that tell a reader little: only a year, only a month, nothing at all, or somebody's name."""

import re
from enum import StrEnum

from filrydd.model.names import fold


class Noise(StrEnum):
    """What a name says, and no more."""

    NONE = ""
    YEAR = "year"
    MONTH = "month"
    NOTHING = "nothing"
    PERSON = "person"


_LONGEST_SPAN = 20  # years
_YEAR = r"(?:19|20)[0-9]{2}"
_NAMES = (
    "januar|jan|january|februar|feb|february|mars|mar|march|april|apr|mai|may|juni|jun|june|juli|jul|july|august|aug"
    "|september|sep|sept|oktober|okt|october|oct|november|nov|desember|des|december|dec"
)
# What programs call a new folder, and what people call one when nothing comes to mind.
_EMPTY = (
    "ny mappe|nye mapper|mappe|new folder|folder|untitled|untitled folder|uten navn|uten tittel|navnløs"
    r"|diverse|div|div\.|annet|andre|ymse|misc|miscellaneous|various|other|others|temp|tmp|midlertidig|x|_"
)
_NOISE = re.compile(
    rf"(?P<nothing>(?:kopi av |copy of )?(?:{_EMPTY})(?: ?\(?[0-9]{{1,3}}\)?)?(?: - (?:kopi|copy)(?: \([0-9]{{1,3}}\))?)?)"
    # januar, 01 Januar, jan. 2019; 2019 januar, 2019-01 januar, 2019-01
    rf"|(?P<month>(?:[0-9]{{1,2}}[ ._-]*)?(?:{_NAMES})\.?(?:[ ._-]*{_YEAR})?"
    rf"|{_YEAR}[ ._-]*(?:[0-9]{{1,2}}[ ._-]*)?(?:{_NAMES})|{_YEAR}[ ._-]*(?:0[1-9]|1[0-2]))"
    # 2019, År 2019, 2019-2020, 2019 og 20
    rf"|(?P<year>(?:år|år:|aar|year)?[ _]*(?P<first>{_YEAR})"
    rf"(?:[ _]*(?:-|–|/|og|til|and|to)[ _]*(?:{_YEAR}|(?P<last>[0-9]{{2}})))?)"
)


def noise_of(name: str, *, person: bool = False) -> Noise:
    """What kind of noise a name is. `person`: it is somebody's name."""
    found = _NOISE.fullmatch(fold(name).strip())
    if found is not None and found.lastgroup is not None and not _is_number(found):
        return Noise(found.lastgroup)
    return Noise.PERSON if person else Noise.NONE


def _is_number(found: re.Match[str]) -> bool:
    """Whether what looks like years, as `2019-13`, does not go from one to a later one: then it is a number of something."""
    return found["last"] is not None and not 1 <= (int(found["last"]) - int(found["first"])) % 100 <= _LONGEST_SPAN
