"""Regular expressions in policies, on RE2: the time that a match takes grows with the length of the name, never faster.

An expression is found anywhere in a folded name or path (`model.names.fold`). It is matched without regard to case and in
NFC, so that capital letters in it mean what they mean in a glob, and `\\W`, `\\D` and `\\pL` stay what they are. `\\b` and `\\w`
know ASCII letters only, as everywhere in RE2; `\\pL` is any letter.
Syntax: https://github.com/google/re2/wiki/Syntax
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from filrydd.lang import _
from filrydd.model.names import fold_letter

LONGEST = 300
"""Characters that an expression may have."""
MOST_MEMORY = 1 << 19
"""Bytes that RE2 may use for one expression, its automata included."""
MOST_STEPS = 5000
"""Steps of RE2's program; beyond them a name takes milliseconds, and there are millions of names."""
MOST_EXPRESSIONS = 100
"""Different expressions in one file, which with the memory for each bounds them all."""

_CASE_TURNED_ON = re.compile(r"\(\?[a-zA-Z]*-[a-zA-Z]*i")
# A text that no expression is about: what is found in it and in nothing at all is found everywhere.
_NOBODYS_NAME = "\u2603"


@lru_cache(maxsize=2 * MOST_EXPRESSIONS)
def compiled(text: str) -> Callable[[str], bool]:
    """A test of folded names or paths: whether the expression is found anywhere in one.

    Raises `ValueError` with a plain sentence when the expression is not valid, too large, or found in every text.
    """
    if len(text) > LONGEST:
        raise ValueError(_("The expression is too long; at most {count} characters.").format(count=LONGEST))
    if _CASE_TURNED_ON.search(re.sub(r"\\.", "", text)):
        raise ValueError(_("Names have no capitals here, so (?-i) would never match. Remove it."))
    test = _test(text)
    if test("") and test(_NOBODYS_NAME):
        raise ValueError(_('The expression "{text}" is found in every name. Make it ask for more.').format(text=text))
    return test


def _test(text: str) -> Callable[[str], bool]:
    import re2  # an extension module, which only those who use expressions load

    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    options.case_sensitive = False
    options.never_capture = True
    try:
        # From bytes, since RE2 then need not count letters to say where in a text it found something.
        expression = re2.compile(_folded(text).encode(), options)
    except re2.error as wrong:
        raise ValueError(_in_words(wrong.args[0].decode(errors="replace"))) from None
    except UnicodeEncodeError:
        raise ValueError(_("The expression has a character that is no letter or sign.")) from None
    # -1: RE2 could not make the program that reads backward within its memory.
    if not 0 <= expression.reverseprogramsize <= MOST_STEPS or expression.programsize > MOST_STEPS:
        raise ValueError(_too_large())
    try:
        match, anywhere = expression._regexp.Match, re2._Anchor.UNANCHORED
    except AttributeError:  # another edition of the package has other inner parts
        return lambda folded: expression.search(folded.encode("utf-8", "surrogatepass")) is not None

    def found(folded: str) -> bool:
        # RE2 itself, without what the package builds around each match: half the time, for every name of an area.
        name = folded.encode("utf-8", "surrogatepass")
        return bool(match(anywhere, name, 0, len(name))[0][0] >= 0)

    return found


def _folded(text: str) -> str:
    """The expression in NFC. RE2 disregards case for every letter but those that a name folds to ASCII, such as the dotless i."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        folded if not letter.isascii() and (folded := fold_letter(letter)).isascii() else letter for letter in composed
    )


def _too_large() -> str:
    return _("The expression unfolds to something too large. Repeat less in it.")


def _in_words(reason: str) -> str:
    """RE2's complaint in plain words; its own words where it is a rare one."""
    what, _colon, piece = reason.partition(": ")
    piece = piece[:60]
    match what:
        case "missing )":
            return _("A parenthesis in the expression is opened and never closed.")
        case "unexpected )":
            return _("A parenthesis in the expression is closed and was never opened.")
        case "missing ]":
            return _("A bracket in the expression is opened and never closed.")
        case "pattern too large - compile failed" | "expression nested too deeply":
            return _too_large()
        case "bad repetition operator" | "invalid repetition size":
            return _('The expression repeats too much, or twice over: "{piece}".').format(piece=piece)
        case "no argument for repetition operator":
            return _('There is nothing to repeat before "{piece}" in the expression.').format(piece=piece)
        case "invalid perl operator":
            return _('RE2 cannot look ahead or behind: "{piece}". Use `not` in the policy.').format(piece=piece)
        case "invalid escape sequence":
            return _('"{piece}" means nothing in an expression here.').format(piece=piece)
        case "invalid character class range":
            return _('"{piece}" is no range or class of characters.').format(piece=piece)
        case _ if what.startswith("trailing"):
            return _("The expression ends with a backslash. Write two for the character itself.")
        case _:
            return _('This is not a valid expression: "{detail}".').format(detail=reason[:100])
