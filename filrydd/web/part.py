"""A part: what there is to do, in what order, and how far it is; and the lists behind it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from filrydd.layout.rules import explain
from filrydd.stages import grace, portions
from filrydd.stages.portions import Overview
from filrydd.web import templates, views
from filrydd.web.accepting import question
from filrydd.web.access import ANSWERS, at
from filrydd.web.addresses import area_address, part_address
from filrydd.web.refusals import no_part
from filrydd.web.service import Service
from filrydd.web.views import PartView
from filrydd.web.words import changed, unread


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages of a part are."""

    part: str
    sign: str
    second: str
    withdraw: str
    receipt: str
    why: str
    structure: str
    names: str
    take_in: str
    accept: str

    def portion(self, number: int) -> str:
        """The page of a portion."""
        return f"{self.part}/portion/{number}"


def links(area: str, view: PartView) -> Links:
    """The addresses of a part's pages; the one to sign at says what was seen."""
    here = part_address(area, view.name)
    return Links(
        part=here,
        sign=f"{here}/sign?seen={view.state.digest}",
        second=f"{here}/second",
        withdraw=f"{here}/withdraw",
        receipt=f"{here}/receipt",
        why=f"{here}/why",
        structure=f"{here}/structure",
        names=f"{here}/names",
        take_in=f"{here}/take-in",
        accept=f"{here}/accept",
    )


class PartPages:
    """The pages of a part that only show."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def page(self, request: Request) -> Response:
        """The task list: portions, structure, signature."""
        here = at(request)
        found = views.parts(here.work)
        view = found.named(here.part)
        if view is None:
            return no_part(request)
        if not found.is_current:
            self._service.count_anew(here.area)
        department = here.department
        with here.work.catalog() as catalog:
            overview: Overview = portions.overview(catalog, view.name)
            waiting = portions.open_items(catalog, view.name).not_taken_in.count
            period = grace.period(here.work, catalog)
        return templates.page(
            request,
            "part.html",
            part=view,
            links=links(here.area, view),
            overview=overview,
            not_taken_in=waiting,
            is_current=found.is_current,
            is_as_proposed=found.is_as_proposed,
            deadline=department.reviewing(here.area).deadline,
            today=here.work.day(),
            may_answer=not here.roles.isdisjoint(ANSWERS),
            job=self._service.jobs.running(here.area),
            lists=views.lists(here.work, view.name) if view.changed else None,
            changed=changed,
            fate_title=views.fate_title,
            new_place=question(self._service, here, view.name),
            period=period,
            longer=area_address(here.area, "longer"),
        )

    def names(self, request: Request) -> Response:
        """Names that change, and what could not be read."""
        here = at(request)
        view = views.part(here.work, here.part)
        if view is None:
            return no_part(request)
        return templates.page(
            request,
            "names.html",
            part=view,
            links=links(here.area, view),
            lists=views.lists(here.work, view.name),
            explain=lambda words: " ".join(explain(word) for word in words.split()),
            unread=unread,
        )
