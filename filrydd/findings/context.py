"""The word near a number in a text that says whether it is an identity number: on the line before it, in the cell or
column heading, or close above.

A word that names another kind of number (account, invoice, telephone ...) and stands nearer claims the number instead.
"""

import re

from filrydd.model.names import fold

NO_WORD = ""
_OTHER = "other"
_ON_THE_LINE = 200  # characters
_ABOVE = 60
_BEHIND = 25
_LONGEST_CELL = 60
_LONGEST_ROW = 10_000
_L = r"[^\W\d_]"  # a letter
_NR = r"(?:nummer|numre|nr)"

_KINDS = {
    "fodselsnummer": (
        "fødselsnummer",
        rf"{_L}*f(?:ø|oe|o)dsels?[-. ]?(?:og person)?{_NR}{_L}*|(?<!{_L})f(?:ø|oe|o)ds?\.[ ]?{_NR}|11[ ]siff(?:er|re)",
    ),
    "personnummer": ("personnummer", rf"{_L}*person[-. ]?(?:{_NR}|id){_L}*|(?<!{_L})pers\.?[- ]?nr"),
    "fnr": ("fnr", rf"{_L}*(?<!tl)(?<!f)fnr(?!{_L})|(?<!{_L})f\.[ ]?nr(?!{_L})"),
    "pnr": ("pnr", rf"(?<!{_L})p\.?[- ]?nr(?!{_L})"),
    "dnummer": ("d-nummer", rf"(?<!{_L})d[-. ]?{_NR}{_L}*"),
    "hnummer": ("h-nummer", rf"(?<!{_L})h[-. ]?{_NR}{_L}*|hjelpenummer"),
    "fodt": (
        "født",
        (
            rf"(?<!{_L})f(?:ø|oe|o)d[td](?!{_L})|f(?:ø|oe|o)dselsdato{_L}*|(?<!{_L})f(?:ø|oe)ds?\.|(?<!{_L})f\.[ ]?$"
            r"|date[ ]of[ ]birth|(?<!\w)born(?!\w)"
        ),
    ),
    "ident": (
        "ident",
        (
            rf"(?<!{_L})ident(?:en|er|nr|nummer|itet(?:snummer|snr)?)?(?!{_L})|(?<!{_L})id[- ]?{_NR}{_L}*"
            rf"|(?:identity|identification|social[ ]security|personal|birth|id)[ ](?:number|no)(?!{_L})"
            rf"|(?<!{_L})(?:nin|ssn)(?!{_L})"
        ),
    ),
}
_OTHER_NUMBER = rf"""
    {_L}*(?:konto|faktura|telefon|mobil|organisasjon|strekkode|ordre|bestilling|referanse|serienr|målepunkt|giro|beløp
        |transaksjon|polise|account|invoice|phone|order|reference|sporing|journalpost){_L}*
    | (?<!{_L})(?:org|tlf|mob|faks|fax|kid|ean|gtin|iban|imei|isbn|issn|ref|tel|kr|nok|lot|batch)(?!{_L})
    | (?<!{_L})(?:varekode|barcode|kvittering)(?!{_L})
    | {_L}{{2,}}[-._ ]?(?:{_NR}|number|no\.)(?!{_L})
"""
_SPOKEN = {group: word for group, (word, _pattern) in _KINDS.items()}
_WORDS = re.compile(
    "|".join(f"(?P<{group}>{pattern})" for group, (_word, pattern) in _KINDS.items())
    + f"|(?P<other>(?x:{_OTHER_NUMBER}))"
)
_ITS_OWN_DIGITS = re.compile(r"[0-9]{4}")
_NUMBER = re.compile(r"[0-9]{5}(?![0-9])")
_CELL_ENDS = re.compile(r"[\t;|]")
_LAST_ON_A_LIST = re.compile(r"[0-9]{5}([^0-9:=]{0,40})$")


class Context:
    """The words near numbers in one text. Numbers are asked for in the order in which they stand in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._table = _Table(text)

    def word(self, start: int, end: int) -> str | None:
        """The context word of the number at `text[start:end]`, NO_WORD for none; None when it is another kind of number."""
        text = self._text
        earliest = max(start - _ON_THE_LINE, 0)
        line = max(text.rfind("\n", earliest, start) + 1, earliest)
        before = text[line:start]
        cells = _CELL_ENDS.split(before)
        if before[-1:].isalpha() and not _ends_with_word(cells[-1]):
            return None
        behind = _up_to(_CELL_ENDS, text[end : end + _BEHIND].partition("\n")[0])
        if behind[:1].isalpha():
            return None
        word = _nearest(cells[-1]) or _behind(behind) or self._table.heading(start, end)
        if not word and len(cells) > 1:
            labels = [cell for cell in cells[:-1] if cell.strip()]
            word = _nearest(labels[-1]) if labels else NO_WORD
        elif not word:
            word = _nearest(text[max(line - _ABOVE, 0) : line] + before)
        return None if word == _OTHER else word

    def heading(self, start: int, end: int) -> str:
        """The context word in the heading of the column where the number stands alone in its cell; NO_WORD for none."""
        word = self._table.heading(start, end)
        return NO_WORD if word == _OTHER else word


class _Table:
    """Follows lines from the beginning of a text, and knows the headings that govern the line it has come to."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 0  # where the last line begins that was seen
        self._next = 0  # where the one after it begins
        self._headings: list[str] = []
        self._separator = "\t"

    def heading(self, start: int, end: int) -> str:
        text = self._text
        while self._next <= start:
            stop = text.find("\n", self._next)
            stop = len(text) if stop < 0 else stop
            self._see(self._next, stop)
            self._line, self._next = self._next, stop + 1
        if not self._headings or start - self._line > _LONGEST_ROW:
            return NO_WORD
        row = text[self._line : start].split(self._separator)
        around = row[-1] + text[end : end + _LONGEST_CELL].partition("\n")[0].partition(self._separator)[0]
        alone = not around.strip(" \"'")
        return self._headings[len(row) - 1] if alone and len(row) <= len(self._headings) else NO_WORD

    def _see(self, start: int, stop: int) -> None:
        text = self._text
        first = text[start : min(stop, start + _LONGEST_CELL + 1)]
        if not first.strip():
            self._headings = []
            return
        if first[0] in "0123456789" or (stop - start > _LONGEST_CELL and not _CELL_ENDS.search(first)):
            return  # a row of values, or prose
        line = text[start:stop]
        separator = max("\t;|", key=line.count)
        if line.count(separator) == 0 and self._headings[1:]:
            return  # a heading between the rows of a table
        if _NUMBER.search(line):
            return
        cells = line.split(separator)
        words = [_nearest(cell[:_LONGEST_CELL]) for cell in cells]
        if any(words):
            self._headings, self._separator = words, separator


def _nearest(before: str) -> str:
    """The last word that still speaks of a number after this text; NO_WORD for none."""
    folded = fold(before)
    for match in reversed(list(_WORDS.finditer(folded))):
        between = folded[match.end() :]
        if match.lastgroup == _OTHER:
            if not _ITS_OWN_DIGITS.search(between):
                return _OTHER
        elif not _NUMBER.search(between) or _LAST_ON_A_LIST.search(between):
            return _SPOKEN[match.lastgroup or ""]
    return NO_WORD


def _behind(after: str) -> str:
    """The word right behind a number, as in `010203 12345 (fnr)`, unless it introduces the next one."""
    match = _WORDS.search(fold(after))
    if match is None or match.lastgroup == _OTHER or any(letter in "0123456789:=" for letter in after):
        return NO_WORD
    return _SPOKEN[match.lastgroup or ""]


def _ends_with_word(before: str) -> bool:
    folded = fold(before)
    return any(match.end() == len(folded) and match.lastgroup != _OTHER for match in _WORDS.finditer(folded))


def _up_to(separator: re.Pattern[str], text: str) -> str:
    found = separator.search(text)
    return text[: found.start()] if found else text
