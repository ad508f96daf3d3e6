"""The last minute, second by second: a sentence, a chart, a table of ten seconds a row."""

from filrydd.lang import _, figures
from filrydd.rehearsal.figures import Second
from filrydd.rehearsal.pages.admin import AdminFigures
from filrydd.rehearsal.pages.page import Bar, Block, Cell, Chart, Facts, Heading, Table

_ROW = 10


def blocks(sight: AdminFigures) -> tuple[Block, ...]:
    """What is shown of the last minute."""
    return _in_short(sight), _chart(sight), _table(sight.seconds)


def _in_short(sight: AdminFigures) -> Facts:
    return Facts(
        _("At a glance"),
        (
            (_("Requests a second"), (Cell(figures.seconds(sight.per_second)),)),
            (_("Requests in the last minute"), (Cell(figures.number(sight.last_minute)),)),
            (_("Requests since the start"), (Cell(figures.number(sight.requests)),)),
            (_("Throttled since the start"), (Cell(figures.number(sight.throttled)),)),
            (_("An answer takes"), (Cell(_milliseconds(sight.usual_seconds), remark=_("on average")),)),
            (_("The slowest answer took"), (Cell(_milliseconds(sight.slowest_seconds)),)),
        ),
    )


def _milliseconds(seconds: float) -> str:
    return _("{count} ms").format(count=figures.seconds(seconds * 1000))


def _chart(sight: AdminFigures) -> Chart:
    top = max(1, sight.busiest_second)
    bars = tuple(
        Bar(place, 100 * one.requests / top, 100 * (one.throttled + one.failed) / top)
        for place, one in enumerate(sight.seconds)
    )
    if not sight.last_minute:
        said = _("Nothing was asked in the last minute.")
    else:
        said = _("The busiest second of the last minute had {count} requests. Throttled and failed: {bad}.").format(
            count=figures.number(sight.busiest_second),
            bad=figures.number(sum(one.throttled + one.failed for one in sight.seconds)),
        )
    return Chart(
        _("Requests a second in the last minute"),
        said,
        bars,
        highest=_("The dashed line is {count} a second").format(count=figures.number(top)),
        first=_("a minute ago"),
        last=_("now"),
    )


def _table(seconds: list[Second]) -> Table:
    rows = []
    for first in range(0, len(seconds), _ROW):
        part = seconds[first : first + _ROW]
        span = _("{first} to {last} seconds ago").format(first=part[0].ago, last=part[-1].ago)
        counts = (
            sum(one.requests for one in part),
            sum(one.throttled for one in part),
            sum(one.failed for one in part),
        )
        rows.append((Cell(span), *(Cell(figures.number(count)) for count in counts)))
    headings = (
        Heading(_("When")),
        Heading(_("Requests"), number=True),
        Heading(_("Throttled"), number=True),
        Heading(_("Failed"), number=True),
    )
    return Table(_("The last minute in words"), headings, tuple(rows))
