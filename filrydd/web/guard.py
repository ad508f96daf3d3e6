"""What holds for every request: who may ask, from where, in which language, and the headers that come back."""

import asyncio
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrydd.lang import LANGUAGES, _, speaking
from filrydd.lang import language as language_here
from filrydd.web import templates
from filrydd.web.door import Door, Session

LOG_IN = "/log-in"
LOG_IN_BEGIN, LOG_IN_BACK = "/log-in/begin", "/log-in/back"
STYLE = "/style.css"
SCRIPT = "/pages.js"
ICON = "/icon.svg"
METRICS = "/metrics"
# What is answered without a session. A key, not a session, decides at the log-in; a token at the metrics.
OPEN = frozenset({LOG_IN, LOG_IN_BEGIN, LOG_IN_BACK, STYLE, SCRIPT, ICON, METRICS})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'; img-src 'self'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}

# A form has a name, a role and a note; nothing of that is longer.
LARGEST_FORM = 64 * 1024
MOST_FIELDS = 50
SLOWEST_FORM = 30
"""Seconds within which a form must be here, so that nobody keeps connections for nothing."""
_FORM = "application/x-www-form-urlencoded"


class _Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Place:
    """Under which names the pages answer. `addresses` are origins like `https://rydd.example.no`, the first the one
    to show."""

    addresses: tuple[str, ...]

    @classmethod
    def here(cls, port: int) -> "Place":
        """This computer only."""
        return cls((f"http://127.0.0.1:{port}", f"http://localhost:{port}"))

    @property
    def hosts(self) -> Collection[str]:
        """What a request's Host may be."""
        return {urlsplit(address).netloc for address in self.addresses}

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach them over TLS alone."""
        return all(address.startswith("https://") for address in self.addresses)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie. Cookies know no ports: areas that are reviewed side by side on one
        computer must not log each other out. `__Host-` binds a cookie to its host and to TLS (RFC 6265bis,
        4.1.3.2)."""
        return "__Host-filrydd" if self.is_secure else f"filrydd_{urlsplit(self.addresses[0]).port}"


class Guard:
    """An ASGI application around the pages.

    The pages find the session in `request.state.session`, and of a POST the fields in `request.state.form`: read,
    bounded, and sent from one of this session's own forms. `request.path_params` hold addresses percent-encoded, so
    that a slash in a part's name is no slash in the address.
    """

    def __init__(self, pages: ASGIApp, door: Door, place: Place, *, log_in: str = "") -> None:
        """`log_in`: where whoever is not logged in can do so; empty where only a link opens the pages."""
        self._log_in = log_in
        self._pages = pages
        self._door = door
        self._hosts, self._origins = place.hosts, {urlsplit(one).netloc: one for one in place.addresses}
        self._headers = [
            (name.lower().encode(), value.encode())
            for name, value in (HEADERS | (_HTTPS_ONLY if place.is_secure else {})).items()
        ]
        self.cookie = place.cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        state: dict[str, object] = {"session": None, "cookie": self.cookie}
        raw = scope.get("raw_path") or scope["path"].encode()
        scope = {**scope, "path": raw.partition(b"?")[0].decode("latin-1"), "state": state}
        request = Request(scope, receive)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self._headers]}
            await send(message)

        if not self._comes_from_here(request.method, request.headers):
            refusal: Response = PlainTextResponse("These pages do not answer at this address.", 400)
            await refusal(scope, receive, send_with_headers)
            return
        session = self._door.session(request.cookies.get(self.cookie, ""))
        state["session"] = session
        with speaking(_language(request, session)):
            try:
                if session is None and scope["path"] not in OPEN:
                    raise _Refused(403, _("You are not logged in, or you have been away for more than 30 minutes."))
                if request.method == "POST":
                    state["form"] = await _form(request, session)
            except _Refused as refused:
                title = _("You are not logged in") if session is None else _("The form was not received")
                refusal = templates.page(
                    request,
                    "refusal.html",
                    refused.status,
                    title=title,
                    sentence=refused.sentence,
                    log_in=self._way_in(request) if session is None else "",
                )
                await refusal(scope, receive, send_with_headers)
                return
            except ClientDisconnect:
                # Nobody is left to answer, and nothing was done.
                return
            await self._pages(scope, receive, send_with_headers)

    def _way_in(self, request: Request) -> str:
        """Where to log in, and with it the page to come back to."""
        if not self._log_in or request.method != "GET":
            return self._log_in
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return f"{self._log_in}?{urlencode({'then': there})}"

    def _comes_from_here(self, method: str, headers: Headers) -> bool:
        """Whether the request names this server and was made by one of its own pages.

        Under `no-referrer` a browser gives a form's origin as `null` (Fetch, "append a request Origin header"); then
        Sec-Fetch-Site, which no page can forge, says whose form it was.
        """
        host = headers.get("host", "")
        if host not in self._hosts:
            return False
        origin = headers.get("origin")
        if origin is None:
            return method in ("GET", "HEAD")
        return origin == self._origins[host] or (origin == "null" and headers.get("sec-fetch-site") == "same-origin")


async def _form(request: Request, session: Session | None) -> dict[str, str]:
    """The fields of a form that this session was given. Raises _Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise _Refused(400, _("This is not one of the forms on these pages."))
    body = b""
    try:
        async with asyncio.timeout(SLOWEST_FORM):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST_FORM:
                    raise _Refused(413, _("The form is too long. Shorten the note and send it again."))
    except TimeoutError as error:
        raise _Refused(408, _("The form took too long to arrive. Send it again.")) from error
    try:
        fields = dict(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise _Refused(400, _("This is not one of the forms on these pages.")) from error
    key = fields.pop("form_key", "")
    if session is not None and not secrets.compare_digest(key.encode(), session.form_key.encode()):
        raise _Refused(403, _("The form belongs to an earlier log-in. Go back, load the page again, and send it then."))
    return fields


def _language(request: Request, session: Session | None) -> str:
    """The language asked for in the address, which the session remembers; else the session's; else the browser's."""
    wish = request.query_params.get("language", "")
    if wish in LANGUAGES:
        if session is not None:
            session.language = wish
        return wish
    if session is not None and session.language:
        return session.language
    return _accepted(request.headers.get("accept-language", ""))


def _accepted(header: str) -> str:
    """The language of ours that a browser wants most (RFC 9110, 12.5.4); that of this machine when it names none."""
    wishes = []
    for place, item in enumerate(header.lower().split(",")):
        tag, _semicolon, parameter = item.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        code = {"nb": "nb", "no": "nb", "nn": "nb", "en": "en"}.get(tag.strip().partition("-")[0])
        if code and weight > 0:
            wishes.append((-weight, place, code))
    return min(wishes)[2] if wishes else language_here()
