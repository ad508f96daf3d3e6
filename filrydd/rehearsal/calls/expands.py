"""`$expand`, with the options in its parentheses: `fields($select=A,B)`, `listItem($expand=fields)`.

Graph takes the options with and without their dollar; they are parted by semicolons.
"""

from dataclasses import dataclass

from filrydd.rehearsal.refusal import Refused

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Expand:
    """What is to be had of one relationship; `select` None: all of it."""

    select: str | None = None
    expand: str | None = None


def parsed(text: str | None, *allowed: str) -> dict[str, Expand]:
    """The relationships that an `$expand` names. Raises Refused (400) for one that is not allowed."""
    found: dict[str, Expand] = {}
    for part in _parts(text, ",") if text is not None else []:
        name, inside = _split(part)
        if name not in allowed:
            message = f"Parsing OData Select and Expand failed: Could not find a property named '{name}'."
            raise Refused(400, "BadRequest", message)
        found[name] = _options(inside)
    return found


def _options(inside: str) -> Expand:
    said: dict[str, str] = {}
    for option in _parts(inside, ";") if inside else []:
        name, equals, value = option.partition("=")
        plain = name.strip().removeprefix("$").lower()
        if not equals or plain not in ("select", "expand"):
            raise _failed()
        said[plain] = value
    return Expand(said.get("select"), said.get("expand"))


def _split(part: str) -> tuple[str, str]:
    """A relationship's name, and what its parentheses hold."""
    name, opening, rest = part.strip().partition("(")
    if not name or (opening and not rest.endswith(")")):
        raise _failed()
    return name.strip(), rest[:-1]


def _parts(text: str, sign: str) -> list[str]:
    """A text in parts at the signs that are outside all parentheses."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if not 0 <= depth <= _DEEPEST:
            raise _failed()
        if letter == sign and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    if depth:
        raise _failed()
    return parts


def _failed() -> Refused:
    return Refused(400, "BadRequest", "Parsing OData Select and Expand failed: Syntax error.")
