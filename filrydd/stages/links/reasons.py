"""Why a document's links were left as they are: words, and how they are said."""

from filrydd.catalog.freezes import FROZEN
from filrydd.documents import Bar, Why
from filrydd.lang import _
from filrydd.lang.words import said as said_elsewhere

NOTHING = "leads to nothing that has arrived"
KIND = "another kind of file"
NOT_SENT = "not sent"
NOT_MOVING = "not to be moved"
GONE = "gone from the old area"
BEVARES = "kept for the archive"
LABEL = "retention label"
OPEN_FINDING = "open finding"
NOT_VERIFIED = "not verified"
UNSETTLED = "history not known"
CHANGED = "changed since it was compared"
SOURCE_CHANGED = "source changed"
STILL_OPEN = "an earlier upload is still open"
UNPROVED = "not as meant"
MENDED = "mended before"
"""No reason to tell: nothing is left to do."""

__all__ = [
    "BEVARES", "CHANGED", "FROZEN", "GONE", "KIND", "LABEL", "MENDED", "NOTHING", "NOT_MOVING", "NOT_SENT", "NOT_VERIFIED",
    "OPEN_FINDING", "SOURCE_CHANGED", "STILL_OPEN", "UNPROVED", "UNSETTLED", "said",
]  # fmt: skip


def said(word: str) -> str:
    """A reason as people read it; the tenant's own codes as elsewhere."""
    sentence = {
        NOTHING: _("its links lead to nothing that has arrived"),
        KIND: _("links in files of this kind cannot be mended"),
        NOT_SENT: _("it is not in SharePoint"),
        NOT_MOVING: _("it is not to be moved any more"),
        GONE: _("it is gone from the old area, so there is nothing to compare with"),
        BEVARES: _("the archive keeps it, so it must stay as it is (Bevares)"),
        LABEL: _("it has a retention label, or is to have one"),
        OPEN_FINDING: _("something about it is not settled yet"),
        NOT_VERIFIED: _("it has not been compared in full"),
        UNSETTLED: _("its earlier versions are not known yet"),
        CHANGED: _("somebody has changed it in the new place"),
        SOURCE_CHANGED: _("it was changed in the old place"),
        UNPROVED: _("it came back otherwise than it was sent, and somebody should look at it"),
        Bar.SIGNED: _("it is digitally signed"),
        Bar.MACROS_SIGNED: _("its macros are digitally signed"),
        Bar.SENSITIVITY: _("it has a sensitivity label"),
        Bar.MANY: _("it has too many links"),
        Why.PROTECTED: _("it is encrypted, or protected by rights"),
        Why.MALFORMED: _("it does not follow its format"),
        Why.DOUBLE_PART: _("it has two parts of one name"),
        Why.TOO_LARGE: _("it unpacks to more than is safe to read"),
        Why.TOO_SLOW: _("reading it took too long"),
        Why.NO_MEMORY: _("reading it took too much memory"),
        Why.DIED: _("its reader ended before it answered"),
        Why.FAULT: _("its reader failed"),
    }.get(word)
    return said_elsewhere(word) if sentence is None else sentence
