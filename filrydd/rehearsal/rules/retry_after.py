"""The refusals of a busy SharePoint, and the forms in which it says how long to wait.

What clients have met: 429 and 503; Retry-After in whole seconds, too short to help, of two minutes and more, in lower-case
letters, or none at all (microsoftgraph/microsoft-graph-docs-contrib#8469, SharePoint/sp-dev-docs#3320).
"""

from enum import StrEnum

from filrydd.rehearsal.refusal import Refused


class Form(StrEnum):
    """How Retry-After is told."""

    TOLD = "told"
    """What is really left."""
    SHORT = "short"
    """A quarter of it, at least a second: it is refused again after that."""
    LONG = "long"
    """120 to 300 seconds."""
    LOWER_CASE = "lower-case"
    """What is really left, as `retry-after`."""
    MISSING = "missing"
    MIXED = "mixed"
    """Any of the others, by chance."""


_PLAIN = [form for form in Form if form is not Form.MIXED]


def busy(status: int, left: int, form: Form, dice: int) -> Refused:
    """The refusal with 429 or 503, when it is over in `left` seconds. `dice` decides what the form leaves open."""
    if status == 429:
        code, message, inner = "activityLimitReached", "The request has been throttled", "throttledRequest"
    else:
        code, message, inner = "serviceNotAvailable", "Service unavailable", ""
    return Refused(status, code, message, inner=inner, headers=header(left, form, dice))


def header(left: int, form: Form, dice: int) -> dict[str, str]:
    """Retry-After in a form; the letters of the name are those that go out."""
    if form is Form.MIXED:
        form = _PLAIN[dice % len(_PLAIN)]
    match form:
        case Form.SHORT:
            return {"Retry-After": str(max(1, left // 4))}
        case Form.LONG:
            return {"Retry-After": str(120 + dice // 7 % 181)}
        case Form.LOWER_CASE:
            return {"retry-after": str(left)}
        case Form.MISSING:
            return {}
    return {"Retry-After": str(left)}
