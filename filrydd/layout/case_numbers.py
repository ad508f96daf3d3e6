"""A case number in a name: that of a case system, which people write before what a file is about.

Case numbers are a year and a number within it, and perhaps the document's number in the case (Noark 5, M003, M004, M011 and
M012: `2011/3869-8`). A name has another mark for the slash, so that dates, spans of years, properties and measures look
alike: without a word for a case before it, or a document's number or a title after it, such a number is none.
"""

import re
from collections.abc import Sequence

_SLASH = "/\u2044\u2215\uff0f"
_YEAR = "(?P<year>(?:19[5-9]|20[0-4])[0-9]|(?:[89][0-9]|[0-4][0-9]))"
_NEXT = r"(?P<document>[ ]?-[ ]?[0-9]{1,3}(?![0-9]))?(?![0-9]|[-.,][0-9])"
_NUMBER = rf"(?<![0-9]){_YEAR}(?P<mark>[ ]?[-_.{_SLASH}][ ]?|[ ])(?P<serial>[0-9]{{1,7}})"
_EITHER = rf"(?:(?<![0-9])(?P<oslo>20[0-4][0-9]{{6}})|{_NUMBER})(?![0-9]){_NEXT}"
# Words after which a number is a case's. What others call theirs (`deres ref`) is not, and an `årsak` is no `sak`.
_WORD = (
    r"(?<![^\W_])(?<!deres[ ._])(?:(?P<sak>(?![^\W\d_]*[aå]rsak)[^\W\d_]*sak(?:s?(?:nr|nummer|no|id))?)|saksfr[ae]mlegg|saksmappe"
    r"|j(?:ournal)?(?:nr|nummer)|(?:arkiv|saks)?ref(?:eranse)?|ephorte|websak|elements|doculive|public[ _]?360|p360)"
    r"(?![^\W\d_])"
)
_BETWEEN = r"[\s._:#(-]*(?:(?:nr|nummer|no|ref)(?![^\W\d_])[\s._:#(-]*)?"
_AFTER_WORD = re.compile(rf"{_WORD}{_BETWEEN}{_EITHER}", re.IGNORECASE)
_ALONE = re.compile(_EITHER)
# What is numbered in the same way: the word just before, and what cameras and archives of files make.
_OTHER = re.compile(
    r"(?<![^\W_])(?:faktura|ordre|bilag|kreditnota|konto\w*|tlf|telefon\w*|mob|mobil|fax|gnr|bnr|gbn|postboks|versjon|ver|v|rev"
    r"|ns|iso|en|nek|din|rundskriv|orgnr|nr|deres[ ._](?:ref|sak)|avvik\w*|anskaffelse|konkurranse\w*|kontrakt|prosjekt\w*"
    r"|foto|bilde\w*)[ ._:#-]*\Z",
    re.IGNORECASE,
)
_NO_DOCUMENT = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|heic|cr2|nef|dng|mov|mp4|avi|wav|mp3|zip|7z|rar|exe|msi)\Z", re.IGNORECASE
)
_TITLE_FOLLOWS = re.compile(r" [-\u2013] ?[^\W\d_]")
_MONTH_AND_DAY = re.compile("(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def case_number(name: str, folders: Sequence[str] = ()) -> str:
    """The case number in a name, or in the nearest of the folders (outermost first) that has one; empty for none.

    Written as in the case system: `2019/1234`, `19/01234` with the digits as they stand, Oslo's `201309854`; the document's
    number is left out. In doubt there is none: a wrong number leads people astray, a missing one only does not help.
    """
    for text in (name, *reversed(folders)):
        if found := _in_name(text):
            return found
    return ""


def _in_name(text: str) -> str:
    if not _ALONE.search(text):
        return ""
    for match in _AFTER_WORD.finditer(text):
        if match["oslo"]:
            return match["oslo"]
        if _can_be(match) and not (match["sak"] and len(match["year"]) == 2 and len(match["serial"]) < 3):
            return f"{match['year']}/{match['serial']}"  # `sak 14-19` may be an item of a meeting
    if _NO_DOCUMENT.search(text):
        return ""
    for match in _ALONE.finditer(text):
        if _OTHER.search(text[: match.start()]):
            continue
        if match["oslo"]:
            if match["document"]:
                return match["oslo"]
        elif _can_be(match) and _is_sure(match):
            return f"{match['year']}/{match['serial']}"
    return ""


def _can_be(match: re.Match[str]) -> bool:
    """Whether a number after a word for a case can be one, and is no month and no span of years."""
    year, serial = match["year"], match["serial"]
    if match["mark"] == " " and (len(year) == 2 or len(serial) < 4):
        return False
    if len(year) == 2:
        return not (len(serial) == 4 and serial[:2] in ("19", "20") and int(year) <= 12)
    return not (len(serial) == 2 and int(serial) <= 12) and int(serial) != int(year) + 1


def _is_sure(match: re.Match[str]) -> bool:
    """Whether a number is a case's though no word says so."""
    year, serial, mark = match["year"], match["serial"], match["mark"]
    if mark.strip() != mark or mark == "." or len(serial) < 3 or _MONTH_AND_DAY.fullmatch(serial):
        return False
    long = len(year) == 4
    if long and len(serial) == 4 and serial[:2] in ("19", "20"):
        return False
    if mark in _SLASH:
        return long or len(serial) > 3
    if match["document"]:
        return long or len(serial) == 5
    begins = match.start() == 0 and _TITLE_FOLLOWS.match(match.string, match.end()) is not None
    return begins and (long or mark == "_" or len(serial) > 3)
