"""What makes a group risky, in a sentence for whoever answers."""

from filrydd.lang import _
from filrydd.portions import risk


def risk_said(word: str) -> str:
    """How a word of `GroupShown.risks` is said; the word itself where there is none."""
    return {
        risk.DESTROYS: _("Documents are deleted here."),
        risk.YOUNG: _("Some of it was changed in the last two years."),
        risk.USED: _("Files of another part point to this."),
        risk.NUMBERS: _("There are identity numbers in some of the files."),
        risk.AWAITS: _("The archivist has not confirmed the rule yet."),
        risk.MUCH: _("Much is deleted at once."),
        risk.ACCESS: _("More people can open some of it in the new place."),
        risk.UNEXAMINED: _("Some of it must be read before anybody knows which rule applies."),
        risk.UNRULED: _("No rule applies, so somebody must decide."),
    }.get(word, word)
