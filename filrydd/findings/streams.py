"""Alternate data streams of a file that are more than what programs write down for themselves.

Left out is what is made anew, or means nothing, outside the machine that wrote it. Everything else is told: somebody's
content may lie there. So is `AFP_Resource`, the resource fork, in which old Mac files and fonts keep all they hold.
"""

from collections.abc import Sequence

from filrydd.findings.numbers import masked
from filrydd.model.names import fold

_FOR_THEMSELVES = frozenset(
    map(
        fold,
        (
            "Zone.Identifier",  # Windows: where it was downloaded from
            "SmartScreen",  # Windows: that a download was let through
            "favicon",  # Internet Explorer: the picture of a shortcut
            "AFP_AfpInfo",  # macOS, and Samba's vfs_fruit for it: type, creator and place of the icon in Finder
            "com.apple.quarantine",  # macOS: where it was downloaded from
            "com.apple.lastuseddate#PS",  # macOS: when it was last opened
            "com.apple.macl",  # macOS: which programs may open it
            "com.apple.provenance",  # macOS: which program made it
            "com.dropbox.attributes",  # Dropbox: its own number of the file
            "com.dropbox.attrs",
        ),
    )
)
_MOST_NAMES = 5
_MOST_LETTERS = 60


def telling(streams: Sequence[str]) -> tuple[str, ...]:
    """Of the names of a file's other streams those that are told."""
    return tuple(name for name in streams if fold(name) not in _FOR_THEMSELVES)


def detail(streams: Sequence[str]) -> str:
    """Of the names of a file's other streams how many are told, and the first names: `2: note, plan`; empty when none is.

    Identity numbers are masked before a name is cut. What no screen can show becomes U+FFFD.
    """
    told = telling(streams)
    if not told:
        return ""
    names = ", ".join(_short(name) for name in told[:_MOST_NAMES])
    return f"{len(told)}: {names}" + (", …" if len(told) > _MOST_NAMES else "")


def _short(name: str) -> str:
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in masked(name))
    return shown if len(shown) <= _MOST_LETTERS else shown[: _MOST_LETTERS - 1] + "…"
