"""Names as they may stand in a message, and addresses that a message can go to.

Whatever comes from a policy or a file area is hostile here: a line break would begin a header of its own, a mark for the
direction of writing would show one name and mean another, and 10,000 characters would break the server's limit for a line.
"""

import re
import unicodedata

from filrydd.errors import BadUsage
from filrydd.findings.numbers import masked
from filrydd.lang import _

MOST = 120
"""Characters of a name in a message."""

# RFC 5321 4.5.3.1.3: a path of 256, with its brackets; 4.5.3.1.1: 64 before the @.
_LONGEST_ADDRESS, _LONGEST_LOCAL = 254, 64
# RFC 5322 3.2.3, an atom; quoted ones and comments are left out: no municipality has them, and they are how one address
# is made to look like two.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")
# What a URL may hold (RFC 3986), without a user's name before the host: that is how one address is made to look like another.
_LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:[/?#][!#$&-;=?-Z_a-z~%\[\]]*)?")
_LONGEST_LINK = 500


def one_line(text: str, most: int = MOST) -> str:
    """The text as one line of at most `most` characters: what nobody sees is left out, identity numbers are masked.

    Control characters, marks for the direction of writing, separators of lines and halves of characters become a space; a
    cut is shown by an ellipsis.
    """
    # No name is read further than it can be shown; numbers beyond the cut are gone anyway.
    seen = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[: most * 4])
    # A name that is written like an encoded header would be shown decoded by the reader's program.
    seen = " ".join(masked(seen).split()).replace("=?", "= ?")
    return seen if len(seen) <= most and len(text) <= most * 4 else f"{seen[: most - 1].rstrip()}…"


def address(text: str) -> str:
    """The address as it goes to a mail server, its domain in ASCII; empty when no message can go to it."""
    local, at, domain = text.strip(" ").rpartition("@")
    if not at:
        return ""
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    whole = f"{local}@{domain}"
    fits = len(whole) <= _LONGEST_ADDRESS and len(local) <= _LONGEST_LOCAL
    return whole if fits and _ADDRESS.fullmatch(whole) else ""


def web_address(text: str) -> str:
    """The address of a page as it can stand on a line of its own. Raises BadUsage."""
    text = text.strip()
    if len(text) > _LONGEST_LINK or not _LINK.fullmatch(text):
        raise BadUsage(
            _('"{text}" is not the address of a page.').format(text=one_line(text)),
            next=_("Write it like https://filrydd.example.no."),
        )
    return text


def same_person(email: str) -> str:
    """What two spellings of one address have in common."""
    return (address(email) or email.strip()).casefold()
