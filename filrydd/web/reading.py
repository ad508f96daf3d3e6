"""The pages that only show: the log-in, the parts, a part, and the receipts."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from filrydd.lang import _, language
from filrydd.layout.rules import explain
from filrydd.model.entry import Reason
from filrydd.model.rule import Fate
from filrydd.stages.work import Work
from filrydd.web import templates, views
from filrydd.web.door import Door
from filrydd.web.views import PartView


def part_address(name: str, *below: str) -> str:
    """The address of a part's page, or of one below it."""
    return "/".join(("/part", quote(views.word_of(name), safe=""), *below))


def named(request: Request) -> str:
    """The word for a part in the address (`views.word_of`)."""
    return unquote(request.path_params["name"])


def seen_other(address: str) -> RedirectResponse:
    """On to a page after a form, so that a reload does not send it again (303, RFC 9110)."""
    return RedirectResponse(address, 303)


class Reading:
    """The pages that show, for one area."""

    def __init__(self, work: Work, door: Door) -> None:
        self._work = work
        self._door = door

    async def log_in_page(self, request: Request) -> Response:
        """What the link opens: one button. Looking does not use the link up, so previews of links do no harm."""
        key = request.query_params.get("key", "")
        if not self._door.opens(key):
            return _too_late(request)
        return templates.page(request, "log_in.html", key=key)

    async def log_in(self, request: Request) -> Response:
        """The button: the link is exchanged for a session."""
        session = self._door.let_in(request.state.form.get("key", ""), request.query_params.get("language", ""))
        if session is None:
            return _too_late(request)
        answer = seen_other("/")
        answer.set_cookie(
            request.state.cookie,
            session.id,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
            path="/",
        )
        return answer

    async def log_out(self, request: Request) -> Response:
        """End the session."""
        self._door.leave(request.state.session)
        request.state.session = None
        answer = templates.page(
            request, "refusal.html", title=_("You are logged out"), sentence=_("You can close this window.")
        )
        answer.delete_cookie(request.state.cookie, path="/")
        return answer

    def parts(self, request: Request) -> Response:
        """My parts: what is to be looked at and signed."""
        return templates.page(
            request,
            "parts.html",
            area=self._work.area,
            parts=[(view, links(view)) for view in views.parts(self._work)],
        )

    def part(self, request: Request) -> Response:
        """A part: what is proposed for it, and why."""
        view = views.part(self._work, named(request))
        if view is None:
            return no_part(request)
        return templates.page(
            request,
            "part.html",
            area=self._work.area,
            part=view,
            details=views.details(self._work, view),
            where=views.destination(self._work),
            fates=(Fate.DESTROY, Fate.MOVE, Fate.HOLD),
            fate_title=views.fate_title,
            reason=lambda rule: rule.reason.read_in(language()),
            explain=lambda words: " ".join(explain(word) for word in words.split()),
            unread=_unread,
            changed=_changed,
            links=links(view),
        )

    def receipt(self, request: Request) -> Response:
        """What was signed, by whom and when; to keep."""
        return self._said(request, "receipt.html", withdrawn=False)

    def withdrawn(self, request: Request) -> Response:
        """What was withdrawn, by whom and when."""
        return self._said(request, "withdrawn.html", withdrawn=True)

    def _said(self, request: Request, template: str, *, withdrawn: bool) -> Response:
        view = views.part(self._work, named(request))
        if view is None:
            return no_part(request)
        if view.answer is None or (view.answer.withdrawn is not None) is not withdrawn:
            return seen_other(part_address(view.name))
        department = self._work.department()
        return templates.page(
            request,
            template,
            area=self._work.area,
            part=view,
            answer=view.answer,
            signed=views.signed_totals(self._work, view.answer),
            where=views.destination(self._work),
            grace=department.grace_days,
            links=links(view),
        )


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages of a part are."""

    part: str
    sign: str
    withdraw: str
    receipt: str
    why: str


def links(view: PartView) -> Links:
    """The addresses of a part's pages; the one to sign at says what was seen."""
    return Links(
        part=part_address(view.name),
        sign=f"{part_address(view.name, 'sign')}?seen={view.state.digest}",
        withdraw=part_address(view.name, "withdraw"),
        receipt=part_address(view.name, "receipt"),
        why=part_address(view.name, "why"),
    )


def no_part(request: Request) -> HTMLResponse:
    """The answer for a part that the proposal does not have."""
    return templates.page(
        request,
        "refusal.html",
        404,
        title=_("There is no such part"),
        sentence=_("The parts may have been divided in another way since you were here."),
    )


def _too_late(request: Request) -> HTMLResponse:
    return templates.page(
        request,
        "refusal.html",
        403,
        title=_("The link does not work any more"),
        sentence=_("A link works once, for 60 seconds. If it was not you who used it, stop filrydd now."),
    )


def _unread(word: str) -> str:
    """Why something could not be read, in plain words."""
    return {
        Reason.NO_PERMISSION: _("filrydd has no access to it"),
        Reason.VANISHED: _("it disappeared while it was read"),
        Reason.IN_USE: _("somebody was using it"),
        Reason.LINK: _("it is a link to another place"),
        Reason.SPECIAL: _("it is not an ordinary file"),
        Reason.LOOP: _("it leads back to itself"),
        Reason.BAD_NAME: _("its name cannot be read"),
        Reason.FAULT: _("the server or the disk failed"),
    }.get(Reason(word), word)


def _changed(word: str) -> str:
    """What became of a file since it was signed, in plain words."""
    return {
        "new": _("new in the folder"),
        "place changed": _("gets another address"),
        "fate changed": _("is to be treated in another way"),
        "content changed": _("somebody has worked on it"),
        "unsigned": _("was not among what was signed"),
    }.get(word, word)
