"""Which address answers with which page, and who may ask: one line each."""

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from filrydd.errors import Busy, FilryddError
from filrydd.lang import _
from filrydd.web import templates
from filrydd.web.accepting import Accepting
from filrydd.web.access import ANSWERS, ANYBODY, ARCHIVIST, NAMES, OPEN, PRIVACY, SUPERUSER, Page, route
from filrydd.web.archive.confirming import Confirming
from filrydd.web.archive.holding import Holding
from filrydd.web.archive.listing import disposal_list
from filrydd.web.archive.office import Office
from filrydd.web.counting import Counting, Requests
from filrydd.web.door import Door
from filrydd.web.extending import Extending
from filrydd.web.guard import ICON, LOG_IN, LOG_IN_BACK, LOG_IN_BEGIN, METRICS, SCRIPT, STYLE, Guard, Place
from filrydd.web.home import Home
from filrydd.web.job_page import JobPages
from filrydd.web.logging_in import LoggingIn
from filrydd.web.metrics import Metrics
from filrydd.web.openid import Provider
from filrydd.web.part import PartPages
from filrydd.web.portion.asked import AskedPages
from filrydd.web.portion.pages import Portions
from filrydd.web.portion.practice import Practice
from filrydd.web.privacy import Privacy
from filrydd.web.receipts import Receipts
from filrydd.web.search import Search
from filrydd.web.second import SecondSigning
from filrydd.web.service import Service
from filrydd.web.signing import Signing
from filrydd.web.structure.change import Changing
from filrydd.web.structure.page import Structure
from filrydd.web.structure.shelf import Shelf
from filrydd.web.superuser.asking import START, Asking
from filrydd.web.superuser.begin import BeginPage
from filrydd.web.superuser.folders import FolderPages
from filrydd.web.superuser.page import SuperuserPages
from filrydd.web.superuser.rules import RulePages
from filrydd.web.superuser.running import Running
from filrydd.web.tallying import Tallying
from filrydd.web.totals import Statuses, Totals
from filrydd.web.why import Why


def application(service: Service, door: Door, place: Place, provider: Provider | None = None) -> Counting:
    """The pages of a service as an ASGI application that answers at `place`; who is let in, `door` and `provider`
    say."""
    log_in = "" if provider is None else LOG_IN
    requests = Requests()
    table = pages(service, door, place, provider, requests)
    return Counting(Guard(starlette(service, table), door, place, log_in=log_in), requests)


def pages(
    service: Service, door: Door, place: Place, provider: Provider | None = None, requests: Requests | None = None
) -> tuple[Page, ...]:
    """The table: every address, what answers there, and the roles that open it."""
    logging_in, home, part = LoggingIn(door, place, provider), Home(service), PartPages(service)
    signing, second, receipts = Signing(service), SecondSigning(service), Receipts()
    accepting, extending = Accepting(service), Extending()
    why, shelf = Why(), Shelf()
    structure, changing = Structure(shelf), Changing(service, shelf)
    portions, asked, practice = Portions(service), AskedPages(), Practice()
    tallying, search = Tallying(), Search(service)
    office, confirming, holding = Office(service, tallying), Confirming(service), Holding(service)
    privacy = Privacy(service, tallying)
    statuses = Statuses(service)
    totals, metrics = Totals(service, statuses), Metrics(service, door, statuses, requests or Requests())
    running = Running(service)
    superuser, rules = SuperuserPages(service, running), RulePages(service, running)
    begin, asking, job = BeginPage(service, running), Asking(service), JobPages(service, running)
    folders = FolderPages(service, running)
    of_part, of_department = "/area/{area}/part/{name}", "/department/{department}"
    return (
        Page(STYLE, _style, OPEN),
        Page(SCRIPT, _script, OPEN),
        Page(ICON, _icon, OPEN),
        Page(LOG_IN, logging_in.page, OPEN),
        Page(LOG_IN, logging_in.by_link, OPEN, "POST"),
        Page(LOG_IN_BEGIN, logging_in.begin, OPEN),
        Page(LOG_IN_BACK, logging_in.back, OPEN),
        Page("/log-out", logging_in.log_out, ANYBODY, "POST"),
        Page("/", home.page, ANYBODY),
        Page("/practice", practice.page, ANYBODY),
        Page("/practice", practice.again, ANYBODY, "POST"),
        Page("/practice/{key}", practice.answer, ANYBODY, "POST"),
        Page("/area/{area}/asked/{answer}", asked.page, ANYBODY),
        Page("/area/{area}/asked/{answer}", asked.answer, ANYBODY, "POST"),
        Page(of_part, part.page, NAMES),
        Page(f"{of_part}/portion/{{number}}", portions.page, NAMES),
        Page(f"{of_part}/portion/{{number}}/look", portions.look, ANSWERS, "POST"),
        Page(f"{of_part}/portion/{{number}}/group/{{key}}", portions.group, NAMES),
        Page(f"{of_part}/portion/{{number}}/group/{{key}}", portions.answer, ANSWERS, "POST"),
        Page(f"{of_part}/portion/{{number}}/group/{{key}}/undo", portions.undo, ANSWERS, "POST"),
        Page(f"{of_part}/take-in", portions.take_in, ANSWERS, "POST"),
        Page(f"{of_part}/names", part.names, NAMES),
        Page(f"{of_part}/why", why.page, NAMES),
        Page(f"{of_part}/file/{{file}}", search.history, NAMES),
        Page("/search", search.page, ANYBODY),
        Page(f"{of_part}/structure", structure.page, NAMES),
        Page(f"{of_part}/structure/change", changing.change_page, ANSWERS),
        Page(f"{of_part}/structure/change", changing.change, ANSWERS, "POST"),
        Page(f"{of_part}/structure/accept", changing.accept_page, ANSWERS),
        Page(f"{of_part}/structure/accept", changing.accept, ANSWERS, "POST"),
        Page(f"{of_part}/structure/take-back", changing.take_back_page, ANSWERS),
        Page(f"{of_part}/structure/take-back", changing.take_back, ANSWERS, "POST"),
        Page(f"{of_part}/sign", signing.sign_page, ANSWERS),
        Page(f"{of_part}/sign", signing.sign, ANSWERS, "POST"),
        Page(f"{of_part}/second", second.page, ANSWERS),
        Page(f"{of_part}/second", second.sign, ANSWERS, "POST"),
        Page(f"{of_part}/receipt", receipts.receipt, NAMES),
        Page(f"{of_part}/withdraw", receipts.withdraw_page, ANSWERS),
        Page(f"{of_part}/withdraw", receipts.withdraw, ANSWERS, "POST"),
        Page(f"{of_part}/withdrawn", receipts.withdrawn, NAMES),
        Page(f"{of_part}/accept", accepting.page, ANSWERS),
        Page(f"{of_part}/accept", accepting.answer, ANSWERS, "POST"),
        Page(f"{of_part}/accepted", accepting.accepted, NAMES),
        Page("/area/{area}/longer", extending.page, ANSWERS),
        Page("/area/{area}/longer", extending.extend, ANSWERS, "POST"),
        Page("/job/{id}", job.page, ANYBODY),
        Page(of_department, superuser.page, SUPERUSER),
        Page(f"{of_department}/scan", superuser.scan_page, SUPERUSER),
        Page(f"{of_department}/scan", superuser.scan, SUPERUSER, "POST"),
        Page(f"{of_department}/run", running.run, SUPERUSER, "POST"),
        Page(f"{of_department}/begin", begin.page, SUPERUSER),
        Page(f"{of_department}/rules", rules.page, SUPERUSER),
        Page(f"{of_department}/rules/take-up", rules.take_up_page, SUPERUSER),
        Page(f"{of_department}/rules/take-up", rules.take_up, SUPERUSER, "POST"),
        Page(f"{of_department}/folders", folders.page, SUPERUSER),
        Page(f"{of_department}/folders", folders.place, SUPERUSER, "POST"),
        Page("/policy-problems", superuser.problems_page, ANYBODY),
        Page(START, asking.start_page, ANYBODY),
        Page(START, asking.start, ANYBODY, "POST"),
        Page(f"{START}/questions", asking.question_page, ANYBODY),
        Page(f"{START}/questions", asking.answer, ANYBODY, "POST"),
        Page(f"{START}/write", asking.write, ANYBODY, "POST"),
        Page(f"{START}/written", asking.written, ANYBODY),
        Page("/department/{department}/archive", office.page, ARCHIVIST),
        Page("/department/{department}/archive/rule/{rule}", confirming.page, ARCHIVIST),
        Page("/department/{department}/archive/rule/{rule}", confirming.confirm, ARCHIVIST, "POST"),
        Page("/area/{area}/archive", office.area, ARCHIVIST),
        Page("/area/{area}/archive/freeze", holding.freeze_page, ARCHIVIST),
        Page("/area/{area}/archive/freeze", holding.freeze, ARCHIVIST, "POST"),
        Page("/area/{area}/archive/lift", holding.lift_page, ARCHIVIST),
        Page("/area/{area}/archive/lift", holding.lift, ARCHIVIST, "POST"),
        Page("/area/{area}/archive/hand-over", holding.hand_over_page, ARCHIVIST),
        Page("/area/{area}/archive/hand-over", holding.hand_over, ARCHIVIST, "POST"),
        Page("/area/{area}/archive/disposals.csv", disposal_list, ARCHIVIST),
        Page("/department/{department}/privacy", privacy.page, PRIVACY),
        Page("/area/{area}/privacy", privacy.area, PRIVACY),
        Page("/area/{area}/privacy/{list}", privacy.listing, PRIVACY),
        Page("/totals", totals.page, ANYBODY),
        Page(METRICS, metrics.page, OPEN),
    )


def starlette(service: Service, table: Iterable[Page]) -> Starlette:
    """The pages without their guard; they count on it."""
    routes: list[Route] = [route(service, page) for page in table]
    return Starlette(
        routes=routes, exception_handlers={HTTPException: _no_page, FilryddError: _refused, Exception: _fault}
    )


def _style(request: Request) -> Response:
    return Response(templates.text("style.css"), media_type="text/css")


def _script(request: Request) -> Response:
    return Response(templates.text("pages.js"), media_type="text/javascript")


def _icon(request: Request) -> Response:
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
    sentence, next_step = error.message, error.next
    if isinstance(error, Busy):
        # Which process on which machine it is, and a command, are nothing to a contact.
        sentence, next_step = _("The area is being worked on right now."), _("Wait a little, then try again.")
    # They come percent-encoded, as in the address that was asked for.
    area, name = (request.path_params.get(word) for word in ("area", "name"))
    return templates.page(
        request,
        "refusal.html",
        409,
        title=_("This cannot be done now"),
        sentence=sentence,
        details=error.details,
        next=next_step,
        back=f"/area/{area}/part/{name}" if area and name else "",
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
