"""What people say in the review: answers about groups of files, and what a look at a single file told."""

from enum import StrEnum

from filrydd.model.rule import Fate


class Answer(StrEnum):
    """An answer about a group. The word is stored, and worded in `lang`."""

    AS_SUGGESTED = "as suggested"
    MOVE = "move"
    DESTROY = "destroy"
    HOLD = "hold"  # keep for now
    ELSEWHERE = "elsewhere"  # belongs in another system; kept until it is handed over
    PASSED_ON = "passed on"  # somebody else must decide

    @property
    def fate(self) -> Fate | None:
        """The fate that it gives every file of the group; None where it gives none of its own."""
        return {
            Answer.MOVE: Fate.MOVE,
            Answer.DESTROY: Fate.DESTROY,
            Answer.HOLD: Fate.HOLD,
            Answer.ELSEWHERE: Fate.HOLD,
        }.get(self)


class Looked(StrEnum):
    """What somebody who looked at a single file says about the suggestion for it."""

    FINE = "fine"
    WRONG = "wrong"
