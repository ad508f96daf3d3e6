"""Words that the catalog stores, as people read them."""

from filrydd.lang import _
from filrydd.model.entry import Reason


def unread(word: str) -> str:
    """Why something could not be read."""
    return {
        Reason.NO_PERMISSION: _("filrydd has no access to it"),
        Reason.VANISHED: _("it disappeared while it was read"),
        Reason.IN_USE: _("somebody was using it"),
        Reason.LINK: _("it is a link to another place"),
        Reason.SPECIAL: _("it is not an ordinary file"),
        Reason.LOOP: _("it leads back to itself"),
        Reason.BAD_NAME: _("its name cannot be read"),
        Reason.FAULT: _("the machine or the disk failed"),
    }.get(Reason(word), word)


def changed(word: str) -> str:
    """What became of a file since it was signed."""
    return {
        "new": _("new in the folder"),
        "place changed": _("gets another address"),
        "fate changed": _("is to be treated in another way"),
        "content changed": _("somebody has worked on it"),
        "unsigned": _("was not among what was signed"),
    }.get(word, word)
