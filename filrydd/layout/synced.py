"""Paths that are too long for old programs on a PC that holds a synchronised copy: told, never refused.

A copy lies in a folder of the PC, as `C:\\Users\\kari\\Oslo kommune\\Etat - Dokumenter`. Windows programs that know nothing
of long paths open no file whose whole path is over about 256 characters ("Restrictions and limitations in OneDrive and
SharePoint"); the browser and newer programs do.
"""

from filrydd.lang import _
from filrydd.layout.names import length

LONGEST_ON_WINDOWS = 256


def room_for_names(target: str, root: int) -> int:
    """The most code units of a file's name in a target (path below the library, empty for its root) that is not too long.

    `root`: code units of the copy's folder on the PC, without a slash at its end. It can be nothing, or less than nothing.
    """
    return LONGEST_ON_WINDOWS - root - 1 - (length(target) + 1 if target else 0)


def explain() -> str:
    """The sentence for the notice, in the language of the moment."""
    return _("On a PC that syncs the library, the path is over 256 characters. Old programs cannot open it there.")
