"""What fates are called before people."""

from filrydd.lang import _
from filrydd.model.rule import Fate


def fate_word(fate: Fate) -> str:
    """A fate in words."""
    return {Fate.MOVE: _("to move"), Fate.DESTROY: _("to delete"), Fate.HOLD: _("to keep for now")}[fate]
