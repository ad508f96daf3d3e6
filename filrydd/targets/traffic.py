"""The one place that every request passes: it waits its turn, is signed and counted, and repeated where it may be.

A transport under both the Graph SDK's client and ours, so no call of either can go round it.
"""

from collections.abc import Awaitable, Callable

import httpx

from filrydd.errors import TenantGone
from filrydd.lang import _
from filrydd.targets.governor import Governor
from filrydd.targets.governor.costs import kind_of

ONCE = "filrydd.once"
"""Request extension: a dropped connection and a 500, 502 or 504 go to the caller, which finds out first what arrived."""
STREAMED = "filrydd.streamed"
"""Request extension: the caller reads the body as it comes, and answers for a drop in the middle of it."""
SIGN = "filrydd.sign"
"""Request extension: a `Signing` that is awaited when the call's turn has come, so that no token grows old in a queue."""
Signing = Callable[[httpx.Request], Awaitable[None]]

THROTTLED = frozenset({429, 503})
PASSING = frozenset({500, 502, 504})
REPEATS = 5
"""How often a dropped connection or a passing fault is repeated."""
UNEXPLAINED = 10
"""How often in a row one call takes a 503 without Retry-After: some five minutes. A 429 is waited out without end."""


class Traffic(httpx.AsyncBaseTransport):
    """Sends requests when the governor allows. `api` is the root of the API. Raises TenantGone when no answer comes."""

    def __init__(self, inner: httpx.AsyncBaseTransport, governor: Governor, api: str) -> None:
        self._inner = inner
        self._governor = governor
        self._api = httpx.URL(api)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        throttled = unexplained = failed = 0
        once = request.extensions.get(ONCE, False)
        while True:
            try:
                response = await self._send(request)
            except httpx.TransportError as error:
                if once:
                    raise
                failed += 1
                if failed > REPEATS:
                    raise gone(request.url.host, str(error) or type(error).__name__) from error
                await self._governor.back_off(failed)
                continue
            if response.status_code in THROTTLED:
                throttled += 1
                unexplained = unexplained + 1 if _without_reason(response) else 0
                if unexplained > UNEXPLAINED:
                    raise gone(request.url.host, str(response.status_code))
                await self._governor.throttled(response.headers, throttled, response.status_code)
                continue
            if response.status_code in PASSING and not once and failed < REPEATS:
                failed += 1
                await self._governor.back_off(failed, response.headers)
                continue
            return response

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """One try, in its turn."""
        api = self._at_api(request.url)
        kind = kind_of(request.method, request.url.path, request.url.query.decode("ascii", "replace"), api=api)
        call = await self._governor.turn(kind, _size(request))
        try:
            sign: Signing | None = request.extensions.get(SIGN)
            if sign is not None:
                await sign(request)
            self._governor.goes(call)
            response = await self._inner.handle_async_request(request)
            self._governor.answered(call, response.status_code, response.headers, speaks=api and _counted(request))
            if not request.extensions.get(STREAMED) or not response.is_success:
                await _read(response)
            return response
        finally:
            self._governor.ended(call)

    def _at_api(self, url: httpx.URL) -> bool:
        same = (url.scheme, url.host, url.port) == (self._api.scheme, self._api.host, self._api.port)
        return same and url.path.startswith(self._api.path)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def _read(response: httpx.Response) -> None:
    try:
        await response.aread()
    except BaseException:
        # httpx lets go of the connection only of what it has read to its end.
        await response.aclose()
        raise


def gone(host: str, detail: str) -> TenantGone:
    """The exception for a host that does not answer."""
    return TenantGone(
        _("No answer from {host}: {detail}.").format(host=host, detail=detail),
        next=_("Check the network, then run the same command again. What is sent stays sent."),
    )


def _without_reason(response: httpx.Response) -> bool:
    return response.status_code == 503 and "retry-after" not in response.headers


def _size(request: httpx.Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _counted(request: httpx.Request) -> bool:
    """Whether SharePoint answers this call: people and teams are another service's, which tells nothing of its units."""
    return any(word in request.url.path for word in ("/drives/", "/sites/"))
