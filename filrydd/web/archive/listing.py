"""The list of what is destroyed, as a file for a spreadsheet: one line a file, streamed, and no cell can become a
formula."""

import contextvars
import csv
import io
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from filrydd.catalog import disposals
from filrydd.catalog.disposals import Disposal
from filrydd.lang import _, language
from filrydd.model import times
from filrydd.stages.sheet.cells import needs_quoting, safe
from filrydd.stages.work import Work
from filrydd.web.access import at
from filrydd.web.archive import words

_LINES_AT_ONCE = 500
_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def disposal_list(request: Request) -> Response:
    """Every file on the area's list."""
    here = at(request)
    name = f"{here.area}-{_('deleted files')}.csv"
    return StreamingResponse(
        _in_one_thread(pieces(here.work, here.department.name.read_in(language()))),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )


def _in_one_thread(made: Generator[bytes, None, None]) -> Iterator[bytes]:
    """The pieces, each made when it is asked for: a catalog is used by one thread, a response's pieces are asked for by
    many."""
    context = contextvars.copy_context()

    def following() -> bytes | None:
        return context.run(lambda: next(made, None))

    with ThreadPoolExecutor(1) as thread:
        try:
            while (piece := thread.submit(following).result()) is not None:
                yield piece
        finally:
            thread.submit(made.close).result()


def pieces(work: Work, department: str) -> Generator[bytes, None, None]:
    """The list as pieces of a CSV file with semicolons, as Norwegian spreadsheets expect it. Raises NoSuchArea."""
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write(_MARK)
    out.writerow(_headings())
    with work.catalog() as catalog:
        # The browser shows that something comes, before the paths of all folders are put together.
        yield _taken(text)
        for number, one in enumerate(disposals.lines(catalog), 1):
            out.writerow([cell(value) for value in _line(work.area, department, one)])
            if number % _LINES_AT_ONCE == 0:
                yield _taken(text)
    yield _taken(text)


def cell(value: str | int) -> str | int:
    """A value that no spreadsheet takes for anything else than what it is, with identity numbers masked."""
    if isinstance(value, int):
        return value
    shown = safe(value)
    return f"'{shown}" if needs_quoting(shown) else shown


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return taken


def _headings() -> list[str]:
    return [
        _("Department"),
        _("Area"),
        _("Part"),
        _("Owner"),
        _("File"),
        _("Bytes"),
        _("Last change"),
        _("State"),
        _("Rule"),
        _("Why"),
        _("Legal basis"),
        _("Noark code"),
        _("Decided by"),
        _("Decided on"),
        _("Confirmed by"),
        _("Confirmed on"),
        _("Signed by"),
        _("Signed on"),
        _("Second signature"),
        _("Deleted on"),
    ]


def _line(area: str, department: str, one: Disposal) -> list[str | int]:
    return [
        department,
        area,
        one.part,
        one.owner,
        one.path,
        one.bytes,
        times.to_iso(one.modified),
        words.disposal(one.state),
        one.rule,
        one.reason_en if language() == "en" and one.reason_en else one.reason_nb,
        one.basis,
        one.noark,
        one.decided_by,
        one.decided_on,
        one.confirmed_by,
        one.confirmed_on,
        one.signed_by,
        "" if one.signed_at is None else times.to_iso(one.signed_at),
        one.second_by,
        "" if one.deleted is None else times.to_iso(one.deleted),
    ]
