"""Calls that read folders and files."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import expanding, expands, shapes
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.calls.expands import Expand
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules import malware
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, listing
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

PAGE = 200
MOST = 1000


def locate(tenancy: Tenancy, drive: Drive, where: ItemAddress) -> Row:
    """The item of an address. Raises Refused (404)."""
    con = tenancy.store.read
    return folders.at(con, folders.by_id(con, drive, where.id), list(where.names))


def show(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET` an item."""
    tenancy.throttle.spend(Cost.GET, call.app.id)
    options = call.options("select", "expand")
    expand = expands.parsed(options.get("expand"), *expanding.OF_ONE)
    return whole(tenancy, call, drive, locate(tenancy, drive, where), wish=options.get("select"), expand=expand)


def whole(
    tenancy: Tenancy,
    call: Call,
    drive: Drive,
    row: Row,
    *,
    status: int = 200,
    wish: str | None = None,
    expand: Mapping[str, Expand] | None = None,
) -> Answer:
    """An item by itself as an answer; `wish` is what was selected, `expand` what was expanded."""
    annotations = {
        **shapes.context(tenancy, call.root, f"drives('{shapes.quoted(drive.id)}')/items/$entity"),
        "@odata.etag": row.etag,
    }
    body = expanding.Wanted(tenancy, drive, call.root, wish, expand or {}).shape(row)
    return Answer(status, {**annotations, **body}, {"ETag": row.etag})


def children(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET children`, page by page, by name.

    Of the options that the documents list, `$orderby` works with the name alone (microsoftgraph/microsoft-graph-docs#3165),
    and `$skip` not at all (microsoftgraph/msgraph-sdk-php#218). `$filter` is in no document of this call; that it is refused
    is our inference.
    """
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    if "$skip" in call.query or "skip" in call.query:
        raise bad("$skip is not supported on this API. Only URLs returned by the API can be used to page.")
    options = call.options("select", "expand", "orderby", "count", "top", "skiptoken")
    falling, counted = _falling(options.get("orderby")), _switch(options.get("count", "false"))
    row = locate(tenancy, drive, where)
    count, after = call.top(PAGE, MOST), _unpacked(options.get("skiptoken", ""))
    expand = expands.parsed(options.get("expand"), *expanding.OF_MANY)
    wanted = expanding.Wanted(tenancy, drive, call.root, options.get("select"), expand)
    found = listing.children(tenancy.store.read, row.id, after, count + 1, falling=falling)
    body: dict[str, Any] = {
        **shapes.context(tenancy, call.root, f"drives('{quote(drive.id)}')/items('{row.id}')/children"),
        **({"@odata.count": row.children} if counted else {}),
        "value": [wanted.shape(child) for _, child in found[:count]],
    }
    if len(found) > count:
        more = {**options, "top": str(count), "skiptoken": expanding.packed(found[count - 1][0])}
        query = "&".join(f"${name}={quote(value, safe='')}" for name, value in more.items())
        body["@odata.nextLink"] = f"{tenancy.web}{call.root}/drives/{drive.id}/items/{row.id}/children?{query}"
    return Answer(body=body)


def _falling(order: str | None) -> bool:
    """Whether an `$orderby` turns the order round. Raises Refused (400) for another property than the name."""
    by, _, way = (order if order is not None else "name").strip().partition(" ")
    if by != "name":
        raise bad(f"Sorting on '{by}' isn't supported.")
    if way.strip() not in ("", "asc", "desc"):
        raise bad("Invalid orderby clause")
    return way.strip() == "desc"


def _switch(text: str) -> bool:
    if text not in ("true", "false"):
        raise bad(f"Invalid value '{text}' for $count.")
    return text == "true"


def _unpacked(token: str) -> str:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise bad("The $skiptoken is not valid.") from None


def content(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET content`: 302 to an address on the other port that needs no token, and takes ranges. Nothing is converted here."""
    tenancy.throttle.spend(Cost.DOWNLOAD, call.app.id)
    if call.options("format"):
        raise Refused(406, "notSupported", "The file cannot be converted to the requested format.")
    row = _file(tenancy, drive, where)
    if row.malware:
        raise malware.refused(arriving=False)
    return Answer(302, None, {"Location": shapes.download_url(tenancy, row.blob, row.name)})


def _file(tenancy: Tenancy, drive: Drive, where: ItemAddress) -> Row:
    row = locate(tenancy, drive, where)
    if row.package:
        # Seen of a notebook by wisecom-oy/atlas#72: it has no content.
        raise not_found()
    if row.folder:
        raise bad("This is asked of a folder; only files have it.")
    return row
