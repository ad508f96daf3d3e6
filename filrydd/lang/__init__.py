"""Texts in Norwegian (bokmål) and English.

The English sentence in the code is the key; `nb.po` beside this file has the Norwegian one. `_` and `n_` look a text
up in the language of the moment: `FILRYDD_LANG`, else the system's locale, else bokmål; a web request sets its own
with `speaking`. Placeholders are named and filled by the caller: `_("{count} files").format(count=3)`.
"""

import contextlib
import gettext
import os
import struct
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("nb", "en")
_chosen: ContextVar[str] = ContextVar("language")
_instead: ContextVar[Mapping[str, str]] = ContextVar("instead")
_NOTHING: Mapping[str, str] = {}
_FOLDER = Path(__file__).parent


def language() -> str:
    """The language of the moment: `nb` or `en`."""
    try:
        return _chosen.get()
    except LookupError:
        return _from_environment()


@cache
def _from_environment() -> str:
    for variable in ("FILRYDD_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        wish = os.environ.get(variable, "").lower()
        if wish.startswith(("nb", "no", "nn")):
            return "nb"
        if wish.startswith("en"):
            return "en"
        if wish and variable == "FILRYDD_LANG":
            break
    return "nb"


@contextlib.contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Texts inside are in `wanted` (`nb` or `en`; anything else is bokmål)."""
    token = _chosen.set(wanted if wanted in LANGUAGES else "nb")
    try:
        yield
    finally:
        _chosen.reset(token)


@cache
def _catalogue(wanted: str) -> gettext.NullTranslations:
    if wanted == "en":
        return gettext.NullTranslations()
    with (_FOLDER / f"{wanted}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


@contextlib.contextmanager
def worded(wording: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Texts inside are as a department words them: {language: {text shown: text instead}}."""
    token = _instead.set(wording.get(language(), _NOTHING))
    try:
        yield
    finally:
        _instead.reset(token)


@cache
def texts(wanted: str) -> frozenset[str]:
    """Every text that can be shown in a language, both forms of those that count. Read from the compiled file itself,
    since gettext keeps no English plural (GNU gettext manual, "The Format of GNU MO Files")."""
    data = (_FOLDER / "nb.mo").read_bytes()
    _magic, _version, count, keys, values = struct.unpack_from("<5I", data)
    table = keys if wanted == "en" else values
    found: set[str] = set()
    for number in range(1, count):  # the first is the header
        length, begin = struct.unpack_from("<2I", data, table + 8 * number)
        found.update(data[begin : begin + length].decode("utf-8").split("\0"))
    return frozenset(found - {""})


def _(message: str) -> str:
    """The message in the language of the moment."""
    said = _catalogue(language()).gettext(message)
    return _instead.get(_NOTHING).get(said, said)


def n_(one: str, many: str, count: int) -> str:
    """The form of the message for that count, in the language of the moment."""
    said = _catalogue(language()).ngettext(one, many, count)
    return _instead.get(_NOTHING).get(said, said)
