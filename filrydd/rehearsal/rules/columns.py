"""What Graph takes as the definition of a column.

Source: the resource columnDefinition and its facets in Graph's CSDL. Kinds that SharePoint has and the rehearsal tenant does
not (personOrGroup, lookup, term, calculated, currency, geolocation, thumbnail) are refused, not taken as text.
"""

import math
from collections.abc import Mapping
from typing import Any

from filrydd.rehearsal.refusal import bad

KINDS = ("text", "number", "boolean", "choice", "dateTime", "hyperlinkOrPicture")
"""The facets that say what kind of column it is; the kind `note` is a text of several lines."""
LONGEST = 255
_DECIMALS = ("automatic", "none", "one", "two", "three", "four", "five")
_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "text": {"textType": ("plain", "richText")},
    "number": {"decimalPlaces": _DECIMALS, "displayAs": ("number", "percentage")},
    "choice": {"displayAs": ("checkBoxes", "dropDownMenu", "radioButtons")},
    "dateTime": {"displayAs": ("default", "friendly", "standard"), "format": ("dateOnly", "dateTime")},
}
_SWITCHES = {
    "text": ("allowMultipleLines", "appendChangesToExistingText"),
    "choice": ("allowTextEntry",),
    "hyperlinkOrPicture": ("isPicture",),
}
_NUMBERS = {"text": ("linesForEditing", "maxLength"), "number": ("minimum", "maximum")}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "text": {
        "allowMultipleLines": False,
        "appendChangesToExistingText": False,
        "linesForEditing": 0,
        "maxLength": LONGEST,
    },
    "number": {"decimalPlaces": "automatic", "displayAs": "number"},
    "boolean": {},
    "choice": {"allowTextEntry": False, "choices": [], "displayAs": "dropDownMenu"},
    "dateTime": {"displayAs": "default", "format": "dateOnly"},
    "hyperlinkOrPicture": {"isPicture": False},
}
_MOST_CHOICES = 1_000


def kind_of(body: Mapping[str, Any]) -> str:
    """The one facet that a column's definition has. Raises Refused (400)."""
    found = [kind for kind in KINDS if kind in body]
    if len(found) != 1 or not isinstance(body[found[0]], dict):
        raise bad("A column needs exactly one kind.")
    return found[0]


def facet(kind: str, given: Mapping[str, Any], former: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A facet with what is given, the rest as before or as SharePoint has it. Raises Refused (400)."""
    for name, value in given.items():
        if not name.startswith("@odata.") and not _fits(kind, name, value):
            raise bad(f"The value of '{name}' is not valid for a column of the kind {kind}.")
    said = {name: value for name, value in given.items() if not name.startswith("@odata.")}
    whole = {**_DEFAULTS[kind], **(former or {}), **said}
    if kind == "choice" and not whole["choices"] and not whole["allowTextEntry"]:
        raise bad("A column of the kind choice needs choices.")
    if kind == "number" and whole.get("minimum", -math.inf) > whole.get("maximum", math.inf):
        raise bad("The minimum of the column is above its maximum.")
    return whole


def default_of(kind: str, given: object) -> str:
    """The value that new files get in a column, from a `defaultValue`; empty for none. Raises Refused (400).

    What SharePoint has and the rehearsal tenant does not (a formula, a default of another kind than one line of text) is
    refused: a date as default has made every upload fail (OneDrive/onedrive-api-docs#1038).
    """
    if given is None:
        return ""
    if not isinstance(given, dict) or not set(given) <= {"value", "formula"} or given.get("formula") is not None:
        raise bad("Only a value is supported here as defaultValue.")
    value = given.get("value")
    if value is None:
        return ""
    if kind != "text" or not isinstance(value, str) or len(value) > LONGEST or "\n" in value:
        raise bad("The default value is not valid for the column.")
    return value


def _fits(kind: str, name: str, value: object) -> bool:
    if name in _WORDS.get(kind, {}):
        return value in _WORDS[kind][name]
    if name in _SWITCHES.get(kind, ()):
        return isinstance(value, bool)
    if name in _NUMBERS.get(kind, ()):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return False
        return kind == "number" or (isinstance(value, int) and 0 <= value <= LONGEST and (value > 0 or name[0] == "l"))
    if (kind, name) == ("choice", "choices"):
        return _are_choices(value)
    return False


def _are_choices(value: object) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= _MOST_CHOICES
        and all(isinstance(each, str) and each.strip() and len(each) <= LONGEST for each in value)
        and len(set(value)) == len(value)
    )
