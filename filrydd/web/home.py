"""My parts: what there is for whoever is logged in, and what is asked of them."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.rulings import Total
from filrydd.errors import FilryddError, PolicyInvalid
from filrydd.lang import _, language
from filrydd.model.department import Role
from filrydd.policy import Department
from filrydd.stages import accept, grace, portions
from filrydd.web import templates, views
from filrydd.web.access import ANSWERS, NAMES, at
from filrydd.web.addresses import area_address, department_address, part_address
from filrydd.web.identity import Identity
from filrydd.web.roles import roles_at, roles_in
from filrydd.web.service import Service
from filrydd.web.views import PartView

_PAGES = ((Role.SUPERUSER, ""), (Role.ARCHIVIST, "archive"), (Role.PRIVACY_OFFICER, "privacy"))


@dataclass(frozen=True, slots=True)
class Mine:
    """One of my parts. `next` is the address of the next small portion, empty when there is none; `asks`: whether I
    answer for it, or only read it; `done` of `of` portions are finished. `confirm`: whether its contact is asked about the
    new place; `readable`: until when the old area can be read, None while it is not read-only; `longer` is where more time
    is asked for."""

    area: str
    view: PartView
    address: str
    asks: bool
    deadline: date | None
    is_late: bool
    done: int
    of: int
    begun: bool
    next: str
    is_current: bool
    confirm: bool
    readable: date | None
    longer: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An area whose parts cannot be shown, and why; `is_policy`: since the policy has mistakes."""

    area: str
    sentence: str
    next: str
    is_policy: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Files that somebody has passed on to me."""

    area: str
    path: str
    total: Total
    by: str
    note: str
    address: str


class Home:
    """The first page."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def page(self, request: Request) -> Response:
        """My parts, those who asked me, and the pages of my roles."""
        identity = at(request).identity
        mine: list[Mine] = []
        troubles: list[Trouble] = []
        asked: list[Asked] = []
        for area in self._service.areas():
            reads = False
            try:
                department = self._service.policies.of(area)
                roles = roles_in(department, identity)
                reads = not roles.isdisjoint(NAMES)
                # Whom something was passed on to may have no role of their own.
                asked += self._asked(area, identity)
                if not reads:
                    continue
                mine += self._parts(area, department, identity)
            except FilryddError as error:
                if not identity.is_openid:
                    troubles.append(Trouble(area, error.message, error.next, isinstance(error, PolicyInvalid)))
                elif reads:
                    # A command, or where a catalog lies, is nothing to a contact.
                    why = _("Nothing of it can be shown now. Ask the superuser of your department.")
                    troubles.append(Trouble(area, why, "", False))
        return templates.page(
            request,
            "home.html",
            mine=mine,
            asked=asked,
            troubles=troubles,
            pages=self._pages(identity),
            has_role=bool(mine or asked or troubles or self._pages(identity)),
        )

    def _parts(self, area: str, department: Department, identity: Identity) -> list[Mine]:
        work = self._service.work(area, identity)
        found = views.parts(work)
        roles = {view.name: roles_at(department, area, view.name, identity) for view in found.parts}
        if not found.is_current:
            self._service.count_anew(area)
        deadline, mine = department.reviewing(area).deadline, []
        with work.catalog() as catalog:
            self._service.count_arrivals(area, catalog)
            asked = accept.questions(catalog, count=False)
            period = grace.period(work, catalog)
            for view in found.parts:
                if roles[view.name].isdisjoint(NAMES):
                    continue
                shown = portions.overview(catalog, view.name)
                address = part_address(area, view.name)
                mine.append(
                    Mine(
                        area=area,
                        view=view,
                        address=address,
                        asks=not roles[view.name].isdisjoint(ANSWERS),
                        deadline=deadline,
                        is_late=deadline is not None and view.signed is None and deadline < work.day(),
                        done=sum(one.state is portions.State.DONE for one in shown.portions),
                        of=len(shown.portions),
                        begun=any(one.state is not portions.State.NOT_BEGUN for one in shown.portions),
                        next="" if shown.next is None else f"{address}/portion/{shown.next}",
                        is_current=found.is_current,
                        confirm=(one := asked.get(view.name)) is not None and one.state.waits and not one.closed,
                        readable=None if period is None else period.last_day,
                        longer=area_address(area, "longer"),
                    )
                )
        return mine

    def _asked(self, area: str, identity: Identity) -> list[Asked]:
        if not identity.object_id or identity.object_id not in self._service.asked(area):
            return []
        with self._service.work(area, identity).catalog() as catalog:
            found = []
            for one in portions.passed_to(catalog, identity.object_id):
                group = portions.group(catalog, one.part, one.said.key, most=0)
                if group is not None:
                    address = area_address(area, "asked", str(one.said.id))
                    found.append(Asked(area, group.path, group.total, one.said.by.name, one.said.note, address))
            return found

    def _pages(self, identity: Identity) -> list[tuple[Role, str, str]]:
        """(role, department's name, address) of each page that a role of mine opens."""
        found = []
        for department in self._service.policies.all():
            if not self._service.shows(department):
                continue
            roles = roles_in(department, identity)
            for role, below in _PAGES:
                if role in roles:
                    address = department_address(department.id, *([below] if below else []))
                    found.append((role, department.name.read_in(language()), address))
        return found
