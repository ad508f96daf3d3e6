"""Days in words, in the language of the moment."""

from datetime import date

from filrydd.lang import _, language

_WEEKDAYS = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nb": (
        "januar", "februar", "mars", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def day(of: date) -> str:
    """`3. mars 2026`, `3 March 2026`."""
    dot = "." if language() == "nb" else ""
    return f"{of.day}{dot} {_MONTHS[language()][of.month - 1]} {of.year}"


def weekday(of: date) -> str:
    """`fredag 18. desember 2026`, `Friday 18 December 2026`."""
    return f"{_WEEKDAYS[language()][of.weekday()]} {day(of)}"


def hours(timetable: str) -> str:
    """A timetable as `model.hours` writes it, in words: `17:00-07:00 og helger`."""
    *spans, last = timetable.split(", ")
    if last != "weekends":
        return timetable
    return _("{hours} and weekends").format(hours=", ".join(spans)) if spans else _("weekends")
