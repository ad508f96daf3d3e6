"""What is asked again because SharePoint is not there yet: busy with an item, or unaware of what it just made."""

from collections.abc import Awaitable, Callable

import httpx

from filrydd.targets.connect import Connection
from filrydd.targets.decode import error_of
from filrydd.targets.refusals import NAME_TAKEN

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


def is_busy(response: httpx.Response) -> bool:
    """Whether SharePoint says that it, or somebody, works on the item (423, 409 `resourceModified` and the like).

    A name that is taken is a 409 too, and stays taken.
    """
    if response.status_code == 409:
        return error_of(response.content)[0] != NAME_TAKEN
    return response.status_code == LOCKED
