"""A file without content: a session for no bytes is refused, so it takes a PUT, and a PATCH for its times.

Graph documents no single call for both: content has no place for times, and an item made by `children` has no content.
"""

import time

import httpx

from filrydd.model.item import Item
from filrydd.model.times import TICKS_A_SECOND
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, object_of
from filrydd.targets.governor import http_date
from filrydd.targets.items import put_content, set_times
from filrydd.targets.patience import patiently
from filrydd.targets.recognising import in_the_way
from filrydd.targets.refusals import item_trouble
from filrydd.targets.sessions import address_of, conflict_of
from filrydd.targets.tenant import NameTaken, Sending

CLOCKS = 2
"""Seconds by which a time that SharePoint gives may lie before the moment that its answers tell: both are whole seconds."""


async def send_empty(connection: Connection, sending: Sending) -> Item:
    """As `Tenant.send` promises, for a content of no bytes."""
    begun = time.monotonic()

    async def put() -> httpx.Response:
        call = put_content(connection, sending.drive, address_of(sending), b"", conflict=conflict_of(sending))
        if sending.replaces:
            call.headers.add("If-Match", sending.etag)
        return await connection.ask(call)

    response = await patiently(connection, put, just_made=True)
    if response.is_success:
        item = item_of(object_of(response.content))
    else:
        item = await _made_meanwhile(connection, sending, response, time.monotonic() - begun)
    return await set_times(connection, sending.drive, item.id, sending.created, sending.modified, etag=item.etag)


async def _made_meanwhile(connection: Connection, sending: Sending, response: httpx.Response, seconds: float) -> Item:
    """The empty file that came to be while ours was on its way, in the last so many `seconds` by the tenant's own clock.

    The answer to our first PUT was lost, then, and the call repeated. Somebody else's would be as empty: nothing is lost by
    taking it for ours. Raises what is to be said about the refusal otherwise.
    """
    trouble = item_trouble(response)
    there = await in_the_way(connection, sending, trouble)
    if there is None:
        raise trouble
    now = http_date(response.headers.get("date", ""))
    earliest = (now - seconds - CLOCKS) * TICKS_A_SECOND if now is not None else float("inf")
    followed = not sending.replaces or there.etag != sending.etag
    if followed and not there.folder and not there.size and there.modified >= earliest:
        return there
    if sending.replaces:
        raise trouble
    raise NameTaken(there) from trouble
