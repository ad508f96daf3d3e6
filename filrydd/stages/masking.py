"""What leaves filrydd for people or other programs: names and sentences without anybody's identity number."""

import re
from typing import Any
from urllib.parse import quote, unquote

from filrydd.findings.numbers import masked

# A word in which something is percent-encoded: there the space before a number reads `%20`, and hides it.
_ENCODED = re.compile(r"[^\s\"'<>]*%[0-9A-Fa-f]{2}[^\s\"'<>]*")
# A digest of 256 bits. One in 14,000 has digits in it that check out, and a digest that is changed proves nothing.
_DIGEST = re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{64})(?![0-9A-Za-z])")
# Left as they are when an address is put together again: what separates its parts.
_PUNCTUATION = "/:?&=#*@!$'()+,;~[]%"


def shown(text: str) -> str:
    """The text with each identity number in it as asterisks, percent-encoded ones too; SHA-256 digests in hex stay."""
    if len(text) >= 64 and _DIGEST.search(text):
        return "".join(piece if number % 2 else _masked(piece) for number, piece in enumerate(_DIGEST.split(text)))
    return _masked(text)


def _masked(text: str) -> str:
    plain = masked(text)
    return _ENCODED.sub(_address, plain) if "%" in plain else plain


def shown_in(value: Any) -> Any:
    """The same for every text in what becomes JSON: lists and dictionaries, whose keys are filrydd's own and stay."""
    match value:
        case str():
            return shown(value)
        case dict():
            return {key: shown_in(inner) for key, inner in value.items()}
        case list() | tuple():
            return [shown_in(inner) for inner in value]
        case _:
            return value


def _address(found: "re.Match[str]") -> str:
    decoded = unquote(found[0])
    hidden = masked(decoded)
    return found[0] if hidden == decoded else quote(hidden, safe=_PUNCTUATION)
