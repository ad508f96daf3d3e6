"""What holds for every request: who may ask, from where, in which language, and the headers that come back."""

import secrets
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrydd.lang import LANGUAGES, _, speaking
from filrydd.lang import language as language_here
from filrydd.web import templates
from filrydd.web.door import Door, Session

LOG_IN = "/log-in"
STYLE = "/style.css"
ICON = "/icon.svg"
# What is answered without a session. A key, not a session, decides at the log-in.
OPEN = frozenset({LOG_IN, STYLE, ICON})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; img-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A form has a name, a role and a note; nothing of that is longer.
LARGEST_FORM = 64 * 1024
_FORM = "application/x-www-form-urlencoded"


class _Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Guard:
    """An ASGI application around the pages.

    The pages find the session in `request.state.session`, and of a POST the fields in `request.state.form`: read, bounded,
    and sent from one of this session's own forms. `request.path_params` hold addresses percent-encoded, so that a slash in
    a part's name is no slash in the address.
    """

    def __init__(self, pages: ASGIApp, door: Door, port: int) -> None:
        self._pages = pages
        self._door = door
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        # Cookies know no ports: areas that are reviewed side by side must not log each other out.
        self.cookie = f"filrydd_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        state: dict[str, object] = {"session": None, "cookie": self.cookie}
        raw = scope.get("raw_path") or scope["path"].encode()
        scope = {**scope, "path": raw.partition(b"?")[0].decode("latin-1"), "state": state}
        request = Request(scope, receive)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                pairs = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *pairs]}
            await send(message)

        if not self._comes_from_here(request.method, request.headers):
            refusal: Response = PlainTextResponse("These pages answer on this computer only.", 400)
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
                    request, "refusal.html", refused.status, title=title, sentence=refused.sentence
                )
                await refusal(scope, receive, send_with_headers)
                return
            except ClientDisconnect:
                # Nobody is left to answer, and nothing was done.
                return
            await self._pages(scope, receive, send_with_headers)

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
        return origin == f"http://{host}" or (origin == "null" and headers.get("sec-fetch-site") == "same-origin")


async def _form(request: Request, session: Session | None) -> dict[str, str]:
    """The fields of a form that this session was given. Raises _Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise _Refused(400, _("This is not one of the forms on these pages."))
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise _Refused(413, _("The form is too long. Shorten the note and send it again."))
    fields = dict(parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=50))
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
