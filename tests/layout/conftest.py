"""A second opinion on names, written from SharePoint's rules alone and sharing nothing with `layout.names`."""

import unicodedata
from collections.abc import Callable

import pytest

FORBIDDEN = set('"*:<>?/\\|')
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(10)), *(f"LPT{n}" for n in range(10))}


def _objections(name: str, *, folder: bool, top: bool = False) -> list[str]:
    small = name.lower()
    found = {
        "empty": not name,
        "forbidden character": bool(FORBIDDEN & set(name)),
        "control or surrogate": any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name),
        "space at an edge": name != name.strip(),
        "dot at the end": name.endswith("."),
        "not NFC": unicodedata.normalize("NFC", name) != name,
        "over 255": _units(name) > 255,
        ".lock or desktop.ini": small in (".lock", "desktop.ini"),
        "device": name.upper().split(".")[0] in DEVICES,
        "~$": name.startswith("~$"),
        "_vti_": "_vti_" in small,
        "forms at the root": top and small == "forms",
        "folder with ~": folder and name.startswith("~"),
        "saved web page": folder and small.endswith(("_files", "_file")),
    }
    return [objection for objection, holds in found.items() if holds]


def _units(text: str) -> int:
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text)


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@pytest.fixture(scope="session")
def objections() -> Callable[..., list[str]]:
    """`objections(name, folder=..., top=...)`: why SharePoint, or Windows on a synchronised copy, would refuse it."""
    return _objections


@pytest.fixture(scope="session")
def units() -> Callable[[str], int]:
    """UTF-16 code units of a text."""
    return _units


@pytest.fixture(scope="session")
def same() -> Callable[[str], str]:
    """Two names are the same to SharePoint when this gives the same for both."""
    return _same
