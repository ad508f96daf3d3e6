"""Numbers, sizes, dates and names as a page shows them, in the language of the moment."""

import re

from markupsafe import Markup, escape

from filrydd.lang import _, figures, language, words
from filrydd.lang.days import day
from filrydd.model import times
from filrydd.stages import masking

# Longer names are folded away behind their beginning; no source has a path of everyday use that is longer.
_LONGEST_SHOWN = 300
_BEGINNING = 120

# Characters that reorder, hide or break what is read: controls, bidirectional marks, spaces without width.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_BREAKS = re.compile(r"([/_.\\])(?=[^/_.\\\s])")


def day_of(ticks: int) -> str:
    """The day of a time, in the machine's own time zone."""
    return day(times.to_datetime(ticks).astimezone().date())


def moment(ticks: int) -> str:
    """`3. mars 2026 kl. 14.05 (+01:00)`: to the minute, in the machine's own time zone, which stands with it."""
    local = times.to_datetime(ticks).astimezone()
    clock = local.strftime("%H.%M" if language() == "nb" else "%H:%M")
    zone = local.strftime("%z")
    return _("{day} at {clock} ({zone})").format(day=day(local.date()), clock=clock, zone=f"{zone[:3]}:{zone[3:5]}")


def last_day(ticks: int) -> str:
    """The last day (UTC) of a time that ends before `ticks`."""
    return day(times.to_datetime(ticks - 1).date())


def old_address(source: str, path: str) -> str:
    """Where something lies in an area, as people open it: for a share the name with backslashes that a PC knows it by."""
    below = [piece for piece in path.split("/") if piece]
    if source.startswith("smb://"):
        host, _slash, rest = source.removeprefix("smb://").partition("/")
        server = host.rpartition("@")[2].partition(":")[0]
        return "\\".join(["", "", server, *(piece for piece in rest.split("/") if piece), *below])
    if source.startswith("\\\\"):
        return "\\".join([source.rstrip("\\"), *below])
    return "/".join([source.rstrip("/"), *below]) or "/"


def plain(text: str) -> str:
    """A name for inside a sentence or a title: characters that nobody sees stand as `[U+202E]`, a number is masked."""
    return _UNSEEN.sub(lambda found: f"[{_code(found[0])}]", masking.shown(text))


def label(text: str) -> Markup:
    """A name on its own: harmless, masked, with its unseen characters visible, and breakable after `/`, `_` and
    `.`."""
    return Markup(f"<bdi>{_marked(masking.shown(text))}</bdi>")


def name(text: str) -> Markup:
    """A name or path in a list, as `label`; a very long one is folded, with a way to see the rest."""
    text = masking.shown(text)
    if len(text) <= _LONGEST_SHOWN:
        return label(text)
    shown = _("{beginning}… ({count} characters; show all)")
    before, after = (
        escape(piece) for piece in shown.format(beginning="\0", count=figures.number(len(text))).split("\0")
    )
    return Markup("<details><summary>{}<bdi>{}</bdi>{}</summary><bdi>{}</bdi></details>").format(
        before, _marked(text[:_BEGINNING]), after, _marked(text)
    )


def role_word(role: str) -> Markup:
    """A role as it was signed in: one of ours in the reader's language, else the signer's own words."""
    return label(words.role(role))


def said(text: str) -> Markup:
    """What a person wrote, with its lines."""
    return Markup("<br>").join(label(line) for line in text.split("\n"))


def _marked(text: str) -> Markup:
    if not _UNSEEN.search(text):
        # A page has hundreds of names.
        return _breakable(text)
    pieces = []
    last = 0
    for found in _UNSEEN.finditer(text):
        pieces += [
            _breakable(text[last : found.start()]),
            Markup('<span class="unseen">{}</span>').format(_code(found[0])),
        ]
        last = found.end()
    return Markup("").join([*pieces, _breakable(text[last:])])


def _breakable(text: str) -> Markup:
    # What stands for an escaped character has none of the signs in it at which text breaks, so that it is never cut.
    return Markup(_BREAKS.sub(r"\1<wbr>", str(escape(text))))


def _code(letter: str) -> str:
    return f"U+{ord(letter):04X}"
