"""What a block forbids, and the list's own words, in plain words."""

from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages.destruction_list.words import disposal, period

__all__ = ["disposal", "forbidden", "period"]


def forbidden(fates: frozenset[Fate]) -> str:
    """What a block forbids."""
    if fates >= {Fate.DESTROY, Fate.MOVE}:
        return _("may neither be deleted nor moved")
    return _("may not be deleted") if Fate.DESTROY in fates else _("may not be moved")
