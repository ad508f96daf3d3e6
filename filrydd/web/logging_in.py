"""Logging in and out: by the link that `filrydd review` gives on one computer, or at an OpenID Connect provider."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.web import templates
from filrydd.web.addresses import is_ours
from filrydd.web.door import Door, Session
from filrydd.web.form import Mistake, name_of
from filrydd.web.guard import LOG_IN, LOG_IN_BACK, Place
from filrydd.web.openid import Provider


class LoggingIn:
    """The pages; without a provider only the link opens them."""

    def __init__(self, door: Door, place: Place, provider: Provider | None) -> None:
        self._door = door
        self._place = place
        self._provider = provider

    def page(self, request: Request) -> Response:
        """What the link opens, or what leads to the provider: one button. Looking does not use a link up, so previews
        do no harm."""
        if self._provider is not None:
            then = request.query_params.get("then", "")
            return templates.page(
                request,
                "log_in_openid.html",
                begin=f"{LOG_IN}/begin?{urlencode({'then': then if is_ours(then) else '/'})}",
            )
        key = request.query_params.get("key", "")
        if not self._door.opens(key):
            return _too_late(request)
        return templates.page(request, "log_in.html", key=key, mistakes=(), said="")

    def by_link(self, request: Request) -> Response:
        """The button: the link is exchanged for a session, of somebody with a name."""
        form = request.state.form
        key = form.get("key", "")
        name, wrong = name_of(form)
        if self._provider is not None or (wrong and not self._door.opens(key)):
            return _too_late(request)
        if wrong:
            return _asked_again(request, key, form.get("name", ""), wrong)
        session = self._door.let_in(key, name, request.query_params.get("language", ""))
        if session is None:
            return _too_late(request)
        if request.state.session is not None:
            # Whoever was logged in at this browser before is not any more.
            self._door.leave(request.state.session)
        return self._with_cookie(RedirectResponse("/", 303), session)

    def begin(self, request: Request) -> Response:
        """On to the provider. What it must come back with is remembered for this browser alone."""
        if self._provider is None:
            return _too_late(request)
        try:
            challenge = self._provider.begin()
        except FilryddError as error:
            return _not_logged_in(request, error)
        then = request.query_params.get("then", "/")
        # On the way back the browser sends no strict cookie along, so the session that will be over is remembered here.
        former = request.cookies.get(self._place.cookie, "")
        key = self._door.begin(challenge, then if is_ours(then) else "/", former)
        answer = RedirectResponse(challenge.address, 302)
        # Lax: the provider's own page leads back here, and that is another site.
        answer.set_cookie(
            self._cookie_of_log_in,
            key,
            max_age=600,
            httponly=True,
            samesite="lax",
            secure=self._place.is_secure,
            path="/",
        )
        return answer

    def back(self, request: Request) -> Response:
        """Back from the provider: a new session, or a sentence that says why not."""
        begun = self._door.begun(request.cookies.get(self._cookie_of_log_in, ""))
        if self._provider is None or begun is None:
            return templates.page(
                request,
                "refusal.html",
                403,
                title=_("You were not logged in"),
                sentence=_("The log-in took too long, or began in another window."),
                log_in=LOG_IN,
            )
        try:
            identity = self._provider.finish(begun.challenge, request.query_params)
        except FilryddError as error:
            return _not_logged_in(request, error)
        session = self._door.welcome(identity, begun.former, request.query_params.get("language", ""))
        request.state.session = session
        # A page, not a redirect: a browser that comes from another site sends no strict cookie along a chain of
        # redirects.
        answer = self._with_cookie(templates.page(request, "logged_in.html", then=begun.then), session)
        self._drop(answer, self._cookie_of_log_in)
        return answer

    def log_out(self, request: Request) -> Response:
        """End the session."""
        self._door.leave(request.state.session)
        request.state.session = None
        answer = templates.page(
            request,
            "refusal.html",
            title=_("You are logged out"),
            sentence=_("You can close this window."),
            log_in="" if self._provider is None else LOG_IN,
        )
        self._drop(answer, self._place.cookie)
        return answer

    @property
    def _cookie_of_log_in(self) -> str:
        return f"{self._place.cookie}-log-in"

    def _drop(self, answer: Response, cookie: str) -> None:
        # Without Secure a browser does not take in what is said of a `__Host-` cookie, not even its end.
        answer.delete_cookie(cookie, path="/", secure=self._place.is_secure, httponly=True, samesite="strict")

    def _with_cookie(self, answer: Response, session: Session) -> Response:
        answer.set_cookie(
            self._place.cookie,
            session.id,
            httponly=True,
            samesite="strict",
            secure=self._place.is_secure,
            path="/",
        )
        return answer


def _asked_again(request: Request, key: str, said: str, wrong: tuple[Mistake, ...]) -> Response:
    return templates.page(request, "log_in.html", 422, key=key, mistakes=wrong, said=said)


def _not_logged_in(request: Request, error: FilryddError) -> Response:
    return templates.page(
        request,
        "refusal.html",
        403,
        title=_("You were not logged in"),
        sentence=error.message,
        next=error.next,
        log_in=LOG_IN,
    )


def _too_late(request: Request) -> Response:
    return templates.page(
        request,
        "refusal.html",
        403,
        title=_("The link does not work any more"),
        sentence=_("A link works once, for 60 seconds. If it was not you who used it, stop filrydd now."),
    )


REDIRECT = LOG_IN_BACK
"""Where the provider sends the browser back to, below the pages' address."""
