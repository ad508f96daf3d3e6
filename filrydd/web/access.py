"""Who may do what: for each page the roles that open it, and what is found out about a request before its page is
asked.

The table itself is the list of pages in `application.py`; this says what its words mean.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from filrydd.errors import FilryddError
from filrydd.lang import worded
from filrydd.model.department import Role
from filrydd.policy import Department
from filrydd.stages.work import Work
from filrydd.web import refusals
from filrydd.web.identity import Identity
from filrydd.web.roles import roles_at, roles_in
from filrydd.web.service import Service

OPEN: frozenset[Role] | None = None
"""Answered without a log-in."""
ANYBODY = frozenset(Role)
"""Whoever is logged in, also without a role: a page that tells nothing of a department, or looks up by itself what
they may see."""
NAMES = frozenset({Role.CONTACT, Role.MANAGER, Role.ARCHIVIST, Role.PRIVACY_OFFICER})
"""Those who see names of files, as the design says."""
ANSWERS = frozenset({Role.CONTACT, Role.MANAGER})
"""Those who answer for a part."""
SUPERUSER = frozenset({Role.SUPERUSER})
ARCHIVIST = frozenset({Role.ARCHIVIST})
PRIVACY = frozenset({Role.PRIVACY_OFFICER})

Endpoint = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the table: an address, what answers there, and who may ask. With `{area}` and `{name}` in it the
    roles are those at that part, with `{area}` alone or `{department}` those in the department."""

    path: str
    endpoint: Endpoint
    may: frozenset[Role] | None
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class At:
    """Where a request is and as whom. `part` is the part's name, empty outside of one."""

    identity: Identity
    roles: frozenset[Role]
    _department: Department | None = None
    _work: Work | None = None
    part: str = ""

    @property
    def department(self) -> Department:
        """The department; only at addresses that name one, or an area."""
        assert self._department is not None, "the address names no department"
        return self._department

    @property
    def work(self) -> Work:
        """The area, worked on by whoever asks; only at addresses that name an area."""
        assert self._work is not None, "the address names no area"
        return self._work

    @property
    def has_area(self) -> bool:
        """Whether the address names an area."""
        return self._work is not None

    @property
    def area(self) -> str:
        """The area's name."""
        return self.work.area


def at(request: Request) -> At:
    """Where the request is."""
    return cast("At", request.state.at)


def route(service: Service, page: Page) -> Route:
    """The page behind its check: without a role that opens it, it looks as if it were not there."""

    def checked(request: Request) -> Response:
        if page.may is None:
            return cast("Response", page.endpoint(request))
        here = _find(service, request)
        if here is None or (page.may != ANYBODY and here.roles.isdisjoint(page.may)):
            return refusals.not_yours(request)
        request.state.at = here
        wording = here._department.wording if here._department is not None else {}
        with worded(wording):
            try:
                return cast("Response", page.endpoint(request))
            except FilryddError:
                if here._department is None or here.roles:
                    raise
                # What an area's trouble is, is for those who have a role there.
                return refusals.not_yours(request)

    return Route(page.path, checked, methods=[page.method])


def _find(service: Service, request: Request) -> At | None:
    """Where the request is; None where there is nothing for whoever asks."""
    identity = cast("Identity", request.state.session.identity)
    # Addresses come percent-encoded, so that a slash in a name is no slash in the address.
    said = {key: unquote(value) for key, value in request.path_params.items() if isinstance(value, str)}
    if "department" in said:
        department = service.policies.department(said["department"])
        if department is None or not service.shows(department):
            return None
        return At(identity, roles_in(department, identity), department)
    if "area" not in said:
        return At(identity, frozenset())
    if said["area"] not in service.areas():
        return None
    try:
        department = service.policies.of(said["area"])
    except FilryddError:
        if identity.is_openid:
            return None
        # On one's own computer the page says what is wrong with the policy.
        raise
    work = service.work(said["area"], identity)
    if "name" not in said:
        return At(identity, roles_in(department, identity), department, work)
    if not roles_in(department, identity) and not identity.is_one_of(department.owner):
        # Not even whether the catalog can be opened is told to others.
        return None
    part = service.part_of(said["area"], said["name"])
    return At(identity, roles_at(department, said["area"], part, identity), department, work, part)
