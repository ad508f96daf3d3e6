"""What is asked again because it passes by itself: SharePoint is busy with an item, or unaware of what it just made.

And what must not be done twice though its answer is lost, since each time makes a version: that is looked at first.
"""

from collections.abc import Awaitable, Callable

import httpx
from kiota_abstractions.request_information import RequestInformation

from filrydd.targets.connect import Connection
from filrydd.targets.decode import error_of
from filrydd.targets.refusals import NAME_TAKEN
from filrydd.targets.traffic import PASSING, REPEATS, gone

TRIES = 4
"""How often in all: with the waits of `Governor.back_off` between them some five seconds. Our inference; nobody says how long
SharePoint takes."""
LOCKED = 423
"""Somebody has the file open, or has checked it out: the first passes, the second does not."""


async def patiently(
    connection: Connection, ask: Callable[[], Awaitable[httpx.Response]], *, just_made: bool = False
) -> httpx.Response:
    """The answer, once it is neither busy nor, for what was `just_made`, not found; the last one after `TRIES`."""
    for attempt in range(1, TRIES):
        response = await ask()
        if not is_busy(response) and not (just_made and response.status_code == 404):
            return response
        await connection.governor.back_off(attempt)
    return await ask()


async def asked(connection: Connection, call: RequestInformation, *, just_made: bool = False) -> httpx.Response:
    """The answer to a call, `patiently`."""
    return await patiently(connection, lambda: connection.ask(call), just_made=just_made)


async def looked_before_again(
    connection: Connection,
    call: RequestInformation,
    is_done: Callable[[], Awaitable[bool]],
    *,
    just_made: bool = False,
) -> httpx.Response | None:
    """The answer to a call that must not be done twice, `patiently`; None when it was lost, and `is_done` found it done.

    A 500, 502 or 504 is an answer that was lost too. Raises TenantGone when answers are lost again and again.
    """
    failed = 0
    while True:
        failed += 1
        try:
            response = await patiently(connection, lambda: connection.ask(call, once=True), just_made=just_made)
        except httpx.TransportError as error:
            if failed > REPEATS:
                raise gone(httpx.URL(call.url).host, str(error) or type(error).__name__) from error
        else:
            if response.status_code not in PASSING or failed > REPEATS:
                return response
        await connection.governor.back_off(failed)
        if await is_done():
            return None


def is_busy(response: httpx.Response) -> bool:
    """Whether SharePoint says that it, or somebody, works on the item (423, 409 `resourceModified` and the like).

    A name that is taken is a 409 too, and stays taken.
    """
    if response.status_code == 409:
        return error_of(response.content)[0] != NAME_TAKEN
    return response.status_code == LOCKED
