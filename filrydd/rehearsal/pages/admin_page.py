"""The admin's figures in words."""

from filrydd.lang import _, figures, language
from filrydd.rehearsal.clock import moment
from filrydd.rehearsal.pages import minute
from filrydd.rehearsal.pages.admin import MOST, AdminFigures
from filrydd.rehearsal.pages.page import Block, Cell, Facts, Heading, Links, Page, Pair, Table
from filrydd.rehearsal.pages.rendering import ADMIN
from filrydd.rehearsal.pages.words import bytes_in_words, duration_in_words, moment_in_words
from filrydd.rehearsal.rules.apps import ANYBODY
from filrydd.rehearsal.rules.throttle import Standing

EVERY = 5
"""Seconds after which the page is loaded anew, where that is asked for without saying more."""


def page(sight: AdminFigures, every: str) -> Page:
    """The admin's page; `every`: the seconds after which it is asked for anew, empty for never."""
    again = int(every) if every.isascii() and every.isdecimal() and 1 <= int(every[:5]) <= 3600 else 0
    if again:
        link = Cell(_("Stop loading this page anew"), ADMIN)
    else:
        link = Cell(_("Load this page anew every {count} seconds").format(count=EVERY), f"{ADMIN}?every={EVERY}")
    blocks: list[Block] = [
        Links((link, Cell(_("The same as JSON"), f"{ADMIN}.json"))),
        *minute.blocks(sight),
        _units(sight),
        _statuses(sight),
        _kinds(sight),
        *_faults(sight),
        _held(sight),
        _run(sight),
    ]
    return Page(
        _("The rehearsal tenant in figures"), (Cell(_("All sites"), "/"),), (), (), tuple(blocks), refresh=again
    )


def _units(sight: AdminFigures) -> Table:
    rows = tuple(
        (
            Cell(_("Without a token") if one.app == ANYBODY.id else one.app or _("unknown")),
            Cell(figures.number(sight.requests_by_app.get(one.app, 0))),
            _against(one.minute_used, one.minute_limit),
            _against(one.day_used, one.day_limit),
            _against(one.tenant_used, one.tenant_limit),
            _ingress(one),
            Cell(figures.number(one.refused)),
        )
        for one in sight.apps
    )
    return Table(
        _("Resource units used"),
        (
            Heading(_("Application")),
            Heading(_("Requests"), number=True),
            Heading(_("This minute"), number=True),
            Heading(_("This day"), number=True),
            Heading(_("The whole tenant, five minutes"), number=True),
            Heading(_("Sent to the tenant this hour"), number=True),
            Heading(_("Throttled calls"), number=True),
        ),
        rows,
        empty=_("No application has asked for anything yet."),
        remark=_(
            "What SharePoint counts before it throttles. From 80 % of a minute's limit on it says so in each answer."
        ),
    )


def _against(used: int, limit: int) -> Cell:
    if not limit:
        return Cell(figures.number(used), remark=_("no limit"))
    text = _("{used} of {limit}").format(used=figures.number(used), limit=figures.number(limit))
    return Cell(text, amount=min(used, limit), most=limit)


def _ingress(one: Standing) -> Cell:
    if not one.ingress_limit:
        return Cell(bytes_in_words(one.ingress_used), remark=_("no limit"))
    text = _("{used} of {limit}").format(used=bytes_in_words(one.ingress_used), limit=bytes_in_words(one.ingress_limit))
    return Cell(text, amount=min(one.ingress_used, one.ingress_limit), most=one.ingress_limit)


def _statuses(sight: AdminFigures) -> Table:
    words = {
        "2": _("done"),
        "3": _("sent on to another address"),
        "4": _("refused"),
        "5": _("failed"),
    }
    rows = []
    for status, count in sight.statuses.items():
        said = _("throttled") if status in ("429", "503") else words.get(status[0], "")
        rows.append((Cell(status), Cell(said), Cell(figures.number(count))))
    return Table(
        _("Answers by status"),
        (Heading(_("Status")), Heading(_("What it says")), Heading(_("Answers"), number=True)),
        tuple(rows),
        empty=_("Nothing has been asked yet."),
    )


def _kinds(sight: AdminFigures) -> Table:
    words = {
        "read": _("Reading (GET)"),
        "put": _("Sending a file (PUT)"),
        "post": _("Making, copying, inviting, batches (POST)"),
        "patch": _("Changing (PATCH)"),
        "delete": _("Deleting (DELETE)"),
        "session": _("Asking about or ending an upload session"),
        "fragment": _("Fragments of large files"),
        "download": _("Downloads"),
    }
    rows = tuple((Cell(words.get(kind, kind)), Cell(figures.number(count))) for kind, count in sight.kinds.items())
    return Table(
        _("Requests by kind"),
        (Heading(_("Kind")), Heading(_("Requests"), number=True)),
        rows,
        empty=_("Nothing has been asked yet."),
        remark=_("Since the start. Requests for these pages are not among them."),
    )


def _faults(sight: AdminFigures) -> tuple[Block, ...]:
    title = _("Faults given out")
    if sight.faults is None:
        said = _("none: the tenant runs without a fault file")
        return (Facts(title, ((_("Faults"), (Cell(said),)),)),)
    counts = Table(
        title,
        (Heading(_("Fault")), Heading(_("Times"), number=True)),
        tuple((Cell(name), Cell(figures.number(count))) for name, count in sorted(sight.faults.counts.items())),
        empty=_("None so far."),
    )
    if not sight.faults.latest:
        return (counts,)
    latest = Table(
        _("The latest faults"),
        (Heading(_("Time")), Heading(_("Fault")), Heading(_("Call")), Heading(_("On what"))),
        tuple(
            (Cell(_clock(one.time)), Cell(one.fault), Cell(one.call), Cell(one.target)) for one in sight.faults.latest
        ),
    )
    return counts, latest


def _held(sight: AdminFigures) -> Facts:
    held = sight.held
    if held.items is None or held.counted is None:
        items = Cell(_("They are being counted. Load the page anew in a moment."))
    else:
        ago = _("counted {time} ago").format(time=duration_in_words(held.counted))
        items = Cell(figures.number(held.items), remark=ago if held.counted >= 1 else "")
    return Facts(
        _("What the tenant holds"),
        (
            (_("Folders and files"), (items,)),
            (_("Size, the newest versions"), (Cell(bytes_in_words(held.bytes)),)),
            (_("Sites"), (Cell(_bounded(held.sites)),)),
            (_("Lists and libraries"), (Cell(_bounded(held.lists)),)),
            (_("Open upload sessions"), (Cell(_bounded(held.open_sessions)),)),
            (_("Planned: labels, stamps, copies"), (Cell(_bounded(held.planned)),)),
        ),
    )


def _run(sight: AdminFigures) -> Facts:
    pairs: list[Pair] = [
        (_("Has run for"), (Cell(duration_in_words(sight.uptime_seconds)),)),
        (_("The tenant's clock"), (Cell(moment_in_words(moment(sight.time))),)),
    ]
    # The names are those of the ways themselves: that is how they are set.
    pairs += [(name, tuple(_way(value))) for name, value in sight.ways.items()]
    return Facts(_("This run and its ways"), tuple(pairs))


def _way(value: object) -> list[Cell]:
    if isinstance(value, bool):
        return [Cell(_("yes") if value else _("no"))]
    if isinstance(value, tuple | list):
        return [Cell(str(each)) for each in value] or [Cell("–")]
    if isinstance(value, float):
        return [Cell(f"{value:g}".replace(".", ",") if language() == "nb" else f"{value:g}")]
    return [Cell(figures.number(value) if isinstance(value, int) else str(value) if value not in (None, "") else "–")]


def _bounded(count: int) -> str:
    text = figures.number(count)
    return _("{count} or more").format(count=text) if count == MOST else text


def _clock(time: str) -> str:
    return time[11:19]
