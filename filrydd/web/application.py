"""Which address answers with which page."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.stages.work import Work
from filrydd.web import templates
from filrydd.web.door import Door
from filrydd.web.guard import ICON, LOG_IN, STYLE, Guard
from filrydd.web.reading import Reading
from filrydd.web.signing import Signing
from filrydd.web.structure.change import Changing
from filrydd.web.structure.page import Structure
from filrydd.web.structure.views import Shelf
from filrydd.web.why import Why


def application(work: Work, door: Door, port: int) -> Guard:
    """The pages of one area as an ASGI application that listens on `port` of this computer."""
    return Guard(pages(work, door), door, port)


def pages(work: Work, door: Door) -> Starlette:
    """The pages without their guard; they count on it."""
    reading, signing, why, shelf = Reading(work, door), Signing(work), Why(work), Shelf()
    structure, changing = Structure(work, shelf), Changing(work, shelf)
    routes = [
        Route(STYLE, _style),
        Route(ICON, _icon),
        Route(LOG_IN, reading.log_in_page),
        Route(LOG_IN, reading.log_in, methods=["POST"]),
        Route("/log-out", reading.log_out, methods=["POST"]),
        Route("/", reading.parts),
        Route("/part/{name}", reading.part),
        Route("/part/{name}/why", why.page),
        Route("/part/{name}/structure", structure.page),
        Route("/part/{name}/structure/change", changing.change_page),
        Route("/part/{name}/structure/change", changing.change, methods=["POST"]),
        Route("/part/{name}/structure/accept", changing.accept_page),
        Route("/part/{name}/structure/accept", changing.accept, methods=["POST"]),
        Route("/part/{name}/structure/take-back", changing.take_back_page),
        Route("/part/{name}/structure/take-back", changing.take_back, methods=["POST"]),
        Route("/part/{name}/sign", signing.sign_page),
        Route("/part/{name}/sign", signing.sign, methods=["POST"]),
        Route("/part/{name}/receipt", reading.receipt),
        Route("/part/{name}/withdraw", signing.withdraw_page),
        Route("/part/{name}/withdraw", signing.withdraw, methods=["POST"]),
        Route("/part/{name}/withdrawn", reading.withdrawn),
    ]
    return Starlette(
        routes=routes,
        exception_handlers={HTTPException: _no_page, FilryddError: _refused, Exception: _fault},
    )


async def _style(request: Request) -> Response:
    return Response(templates.text("style.css"), media_type="text/css")


async def _icon(request: Request) -> Response:
    return Response(templates.text("icon.svg"), media_type="image/svg+xml")


def _no_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "it is registered for these"
    return templates.page(
        request,
        "refusal.html",
        error.status_code,
        title=_("Nothing is here"),
        sentence=_("There is no page at this address."),
    )


def _refused(request: Request, error: Exception) -> Response:
    """A stage that cannot go on says why, and which step comes next."""
    assert isinstance(error, FilryddError), "it is registered for these"
    name = request.path_params.get("name")
    return templates.page(
        request,
        "refusal.html",
        409,
        title=_("This cannot be done now"),
        sentence=error.message,
        details=error.details,
        next=error.next,
        # The name comes percent-encoded, as in the address that was asked for.
        back=f"/part/{name}" if name else "",
    )


def _fault(request: Request, error: Exception) -> Response:
    # Starlette raises the error again after this page, so that the server prints its trace.
    return templates.page(
        request,
        "refusal.html",
        500,
        title=_("This is a fault in filrydd"),
        sentence=_("Nothing more was done. The window where filrydd runs has the details."),
    )
