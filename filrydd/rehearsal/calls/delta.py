"""The delta listing: everything in a drive, and later what changed.

As Microsoft documents it for SharePoint: items come in no promised order and may come twice (the last one counts), without
cTag and without their parent's path; what is gone comes with the facet `deleted` and without its name. `sharing` has what it
says of who is let in.
"""

import re
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import shapes
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.calls.items import MOST, PAGE, locate
from filrydd.rehearsal.calls.sharing import Sharing
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

_TOKEN = re.compile(r"(\d{1,18});(\d{1,18});([0-9a-f]{64})")


def answer(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, argument: str) -> Answer:
    """`GET delta`, `delta()`, `delta(token='...')`. Raises Refused (400; 410 for a token that is not this drive's)."""
    token = _token(call, argument)
    tenancy.throttle.spend(Cost.DELTA if token else Cost.LIST, call.app.id)
    options = call.options("select", "top")
    if locate(tenancy, drive, where).parent:
        raise bad("Delta is answered for the root of a drive only.")
    address = f"{tenancy.web}{call.root}/drives/{drive.id}/root/delta"
    last = folders.last_change(tenancy.store.read, drive)
    if token == "latest":
        after = since = last
        found = []
        more = False
    else:
        after, since = _place(tenancy, drive, token, last, address) if token else (0, last)
        count = call.top(PAGE, MOST)
        found = folders.changes(tenancy.store.read, drive, after, since, count + 1)
        more = len(found) > count
        found = found[:count]
        if found:
            after = found[-1].change
    shapes.check_selection(options.get("select"), shapes.ITEM)
    items, sharing = shapes.Items(tenancy, drive), Sharing(tenancy, call, drive)

    def told(row: Row) -> dict[str, Any]:
        change = items.change(row) | ({} if row.gone else sharing.facet(row))
        return shapes.selected(change, options.get("select"), shapes.ITEM)

    body: dict[str, Any] = {
        **shapes.context(tenancy, call.root, "Collection(driveItem)"),
        "value": [told(row) for row in found],
    }
    if more:
        kept = "".join(f"&${name}={quote(value, safe='')}" for name, value in options.items())
        body["@odata.nextLink"] = f"{address}?token={_written(tenancy, drive, after, since)}{kept}"
    else:
        body["@odata.deltaLink"] = f"{address}?token={_written(tenancy, drive, last, last)}"
    return Answer(body=body, headers=sharing.applied)


def _token(call: Call, argument: str) -> str:
    if argument.strip(")"):
        found = re.fullmatch(r"token='([^']*)'\)", argument)
        if not found:
            raise bad("The argument of delta is not a token.")
        return found[1]
    return call.query.get("token", call.query.get("$deltatoken", ""))


def _written(tenancy: Tenancy, drive: Drive, after: int, since: int) -> str:
    return quote(f"{after};{since};{tenancy.seal('delta', drive.id, after, since)}", safe="")


def _place(tenancy: Tenancy, drive: Drive, token: str, last: int, address: str) -> tuple[int, int]:
    found = _TOKEN.fullmatch(token)
    if found:
        after, since = int(found[1]), int(found[2])
        if tenancy.sealed(found[3], "delta", drive.id, after, since) and after <= last:
            return after, since
    # A database that was put back, or another drive's token: the client has to begin anew.
    raise Refused(
        410, "resyncRequired", "Resync required.", inner="resyncChangesApplyDifferences", headers={"Location": address}
    )
