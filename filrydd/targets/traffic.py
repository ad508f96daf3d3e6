"""The one place that every request passes: it waits its turn, counts, and repeats what may be repeated.

A transport under both the Graph SDK's client and ours, so no call of either can go round it.
"""

import httpx

from filrydd.errors import TenantGone
from filrydd.lang import _
from filrydd.targets.governor import Governor

ONCE = "filrydd.once"
"""Request extension: a dropped connection and a 500, 502 or 504 go to the caller, which finds out first what arrived."""
STREAMED = "filrydd.streamed"
"""Request extension: the caller reads the body as it comes, and answers for a drop in the middle of it."""

THROTTLED = frozenset({429, 503})
PASSING = frozenset({500, 502, 504})
REPEATS = 5
"""How often a dropped connection or a passing fault is repeated."""
UNEXPLAINED = 10
"""How often in a row one call takes a 503 without Retry-After: some five minutes. A 429 is waited out without end."""


class Traffic(httpx.AsyncBaseTransport):
    """Sends requests when the governor allows. Raises TenantGone when no answer comes."""

    def __init__(self, inner: httpx.AsyncBaseTransport, governor: Governor) -> None:
        self._inner = inner
        self._governor = governor

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        throttled = unexplained = failed = 0
        once = request.extensions.get(ONCE, False)
        while True:
            await self._governor.turn()
            self._governor.meter.requests += 1
            try:
                response = await self._inner.handle_async_request(request)
                if not request.extensions.get(STREAMED) or not response.is_success:
                    await response.aread()
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
                self._governor.throttled(response.headers, throttled)
                continue
            self._governor.heed(response.headers)
            if response.status_code in PASSING and not once and failed < REPEATS:
                failed += 1
                await self._governor.back_off(failed)
                continue
            return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def gone(host: str, detail: str) -> TenantGone:
    """The exception for a host that does not answer."""
    return TenantGone(
        _("No answer from {host}: {detail}.").format(host=host, detail=detail),
        next=_("Check the network, then run the same command again. What is sent stays sent."),
    )


def _without_reason(response: httpx.Response) -> bool:
    return response.status_code == 503 and "retry-after" not in response.headers
