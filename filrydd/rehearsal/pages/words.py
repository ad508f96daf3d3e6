"""How sizes, moments and kinds of things are said."""

from datetime import UTC, datetime, timedelta

from filrydd.lang import _, days, figures, language
from filrydd.rehearsal.pages.page import Cell

APP = "SharePoint App"
"""Who an item is by that no person made or changed: SharePoint shows uploads by an application so."""
_THIN = "\u202f"
_KINDS = {
    "Word": "doc docx docm dot dotx rtf odt",
    "Excel": "xls xlsx xlsm xlsb xlt xltx ods csv",
    "PowerPoint": "ppt pptx pptm pps ppsx pot potx odp",
    "PDF": "pdf",
    "picture": "jpg jpeg png gif bmp tif tiff webp svg heic",
    "mail": "msg eml",
    "text": "txt md log",
    "web": "htm html mht mhtml",
    "archive": "zip 7z rar tar gz",
    "film": "mp4 mov avi mkv wmv",
    "sound": "mp3 wav m4a wma flac",
    "section": "one onetoc2",
}
_KIND = {extension: kind for kind, extensions in _KINDS.items() for extension in extensions.split()}


def bytes_in_words(size: int) -> str:
    """`1,2 GB` (`1.2 GB` in English), in powers of 1000."""
    if size < 1000:
        return f"{size}{_THIN}B"
    units = ["kB", "MB", "GB", "TB"]
    amount = size / 1000
    while amount >= 999.95 and len(units) > 1:
        amount /= 1000
        del units[0]
    text = f"{amount:.1f}{_THIN}{units[0]}"
    return text.replace(".", ",") if language() == "nb" else text


def moment_in_words(seconds: float) -> str:
    """A moment in UTC, to the minute: `3. mars 2026 kl. 12.05`, `3 March 2026, 12:05`."""
    moment = _moment(seconds)
    return f"{days.day(moment)} kl. {moment:%H.%M}" if language() == "nb" else f"{days.day(moment)}, {moment:%H:%M}"


def when(seconds: float) -> Cell:
    """A moment in a table: the day, which does not break, and the time of day below."""
    moment = _moment(seconds)
    clock = f"kl. {moment:%H.%M}" if language() == "nb" else f"{moment:%H:%M}"
    return Cell(days.day(moment).replace(" ", "\u00a0"), remark=clock)


def _moment(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))


def duration_in_words(seconds: float) -> str:
    """How long something has lasted, to the two largest units."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    whole_days, hours = divmod(hours, 24)
    if whole_days:
        return _("{days} d {hours} h").format(days=figures.number(whole_days), hours=hours)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)


def kind_of_file(name: str) -> str:
    """What a file is, by the end of its name."""
    stem, dot, end = name.rpartition(".")
    extension = end.lower()
    if not dot or not stem or not extension.isalnum() or len(extension) > 8:
        return _("File")
    return {
        "Word": _("Word document"),
        "Excel": _("Excel workbook"),
        "PowerPoint": _("PowerPoint presentation"),
        "PDF": _("PDF document"),
        "picture": _("Picture"),
        "mail": _("E-mail"),
        "text": _("Text file"),
        "web": _("Web page"),
        "archive": _("Archive file"),
        "film": _("Film"),
        "sound": _("Sound"),
        "section": _("Part of a OneNote notebook"),
    }.get(_KIND.get(extension, ""), _("{extension} file").format(extension=extension.upper()))


def by(person: str) -> str:
    """Who made or changed something."""
    return person or APP


def shortened(text: str, most: int) -> str:
    """A text in one line, cut where it is longer than `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
