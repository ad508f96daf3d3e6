"""The addresses of the pages."""

import hashlib
import secrets
from urllib.parse import quote, urlsplit

from filrydd.stages.masking import shown

# Words for parts are good as long as these pages are served. Without a key anybody could try all numbers.
_KEY = secrets.token_bytes(32)


def word_of(name: str) -> str:
    """The word for a part in addresses: its name, or for one with an identity number in it a word that tells
    nothing."""
    if shown(name) == name:
        return name
    # As long as a digest that stays as it is.
    return hashlib.blake2b(name.encode(), key=_KEY, digest_size=32).hexdigest()


def part_address(area: str, name: str, *below: str) -> str:
    """The address of a part's page, or of one below it."""
    return "/".join(("/area", quote(area, safe=""), "part", quote(word_of(name), safe=""), *below))


def area_address(area: str, *below: str) -> str:
    """The address of what is an area's own."""
    return "/".join(("/area", quote(area, safe=""), *below))


def department_address(department: str, *below: str) -> str:
    """The address of a department's page, or of one below it."""
    return "/".join(("/department", quote(department, safe=""), *below))


def is_ours(address: str) -> bool:
    """Whether an address that somebody handed in leads to one of these pages and nowhere else."""
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    if not plain or not address.isprintable():
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc
