"""Where to begin in an area: the places that clean up most, and what the area holds, as the last scan added it up."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.rulings import Total
from filrydd.lang import _
from filrydd.stages import insight, insight_words
from filrydd.stages.insight import Named
from filrydd.web import refusals, templates
from filrydd.web.access import at
from filrydd.web.addresses import department_address
from filrydd.web.service import Service
from filrydd.web.superuser.running import Running

_OLD_YEARS = 5
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Begin:
    """A folder to begin with (`""`: the top), why, and what could go."""

    folder: str
    reason: str
    total: Total
    folders: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: what it is called and how much it is; `share` of the area's space in percent."""

    called: str
    total: Total
    share: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the sentence that says what it shows."""

    id: str
    title: str
    sentence: str
    lines: tuple[Line, ...]


class BeginPage:
    """The page of any area."""

    def __init__(self, service: Service, running: Running) -> None:
        self._service = service
        self._running = running

    def page(self, request: Request) -> Response:
        """Ten places at most, and the sizes, ages and kinds of files."""
        area = self._running.area(request, request.query_params.get("area", ""))
        base = department_address(at(request).department.id)
        work = self._service.work(area, at(request).identity) if area else None
        if work is None or not (work.scans / f"{area}.db").is_file():
            return refusals.gone(request, base)
        with work.catalog() as catalog:
            found = insight.named(catalog)
        return templates.page(
            request,
            "superuser_begin.html",
            base=base,
            name=area,
            day=None if found is None else found.totals.day,
            places=() if found is None else _places(found),
            tables=() if found is None else _tables(found),
        )


def _places(found: Named) -> list[Begin]:
    return [
        Begin(
            found.folders[place.folder],
            insight_words.reason(place, found.folders),
            Total(place.files, place.bytes),
            place.folders,
        )
        for place in found.totals.places
    ]


def _tables(found: Named) -> list[Table]:
    totals = found.totals
    size = max(1, sum(one.bytes for one in totals.ages))

    def line(called: str, files: int, held: int) -> Line:
        return Line(called, Total(files, held), round(held * _PERCENT / size))

    old = sum(one.bytes for one in totals.ages if one.years is not None and one.years >= _OLD_YEARS)
    kinds = sorted(totals.families, key=lambda one: -one.bytes)
    largest = max(totals.sizes, key=lambda one: one.bytes, default=None)
    return [
        Table(
            "ages",
            _("How old the files are"),
            _("{percent} % of the space holds files that nobody has changed for {years} years.").format(
                percent=round(old * _PERCENT / size), years=_OLD_YEARS
            ),
            tuple(line(insight_words.age_class(one), one.files, one.bytes) for one in totals.ages if one.files),
        ),
        Table(
            "kinds",
            _("What kinds of files there are"),
            _("Most of the space holds this kind: {kind}.").format(kind=insight_words.family(kinds[0].family))
            if kinds
            else "",
            tuple(line(insight_words.family(one.family), one.files, one.bytes) for one in kinds if one.files),
        ),
        Table(
            "sizes",
            _("How large the files are"),
            ""
            if largest is None
            else _("Files of this size hold most of the space: {size}.").format(size=insight_words.size_class(largest)),
            tuple(line(insight_words.size_class(one), one.files, one.bytes) for one in totals.sizes if one.files),
        ),
    ]
