"""Calls that read folders and files."""

import base64
import binascii
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import shapes
from filrydd.rehearsal.calls.address import ItemAddress, unknown
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.refusal import bad, not_found
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders
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
    wish = call.options("select").get("select")
    return whole(tenancy, call, drive, locate(tenancy, drive, where), wish=wish)


def whole(
    tenancy: Tenancy, call: Call, drive: Drive, row: Row, *, status: int = 200, wish: str | None = None
) -> Answer:
    """An item by itself as an answer."""
    annotations = {
        **shapes.context(tenancy, call.root, f"drives('{quote(drive.id)}')/items/$entity"),
        "@odata.etag": row.etag,
    }
    shape = shapes.Items(tenancy, drive).shape(row)
    return Answer(status, {**annotations, **shapes.selected(shape, wish, shapes.ITEM)}, {"ETag": row.etag})


def children(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET children`, page by page, by name."""
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    options = call.options("select", "top", "skiptoken")
    row = locate(tenancy, drive, where)
    count = call.top(PAGE, MOST)
    found = folders.children(tenancy.store.read, row.id, _unpacked(options.get("skiptoken", "")), count + 1)
    items = shapes.Items(tenancy, drive)
    wish = options.get("select")
    shapes.check_selection(wish, shapes.ITEM)
    body: dict[str, Any] = {
        **shapes.context(tenancy, call.root, f"drives('{quote(drive.id)}')/items('{row.id}')/children"),
        "value": [shapes.selected(items.shape(child), wish, shapes.ITEM) for _, child in found[:count]],
    }
    if len(found) > count:
        more = {**options, "top": str(count), "skiptoken": _packed(found[count - 1][0])}
        query = "&".join(f"${name}={quote(value, safe='')}" for name, value in more.items())
        body["@odata.nextLink"] = f"{tenancy.web}{call.root}/drives/{drive.id}/items/{row.id}/children?{query}"
    return Answer(body=body)


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpacked(token: str) -> str:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise bad("The $skiptoken is not valid.") from None


def content(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET content`: 302 to an address on the other port that needs no token."""
    tenancy.throttle.spend(Cost.DOWNLOAD, call.app.id)
    row = _file(tenancy, drive, where)
    return Answer(302, None, {"Location": shapes.download_url(tenancy, row.blob, row.name)})


def versions(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, which: list[str]) -> Answer:
    """`GET versions`, one version, or one version's content."""
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    call.options()
    row = _file(tenancy, drive, where)
    found = folders.versions(tenancy.store.read, row)
    if not which:
        listed = [shapes.version_json(row, version) for version in found]
        said = shapes.context(tenancy, call.root, f"drives('{quote(drive.id)}')/items('{row.id}')/versions")
        return Answer(body={**said, "value": listed})
    one = next((version for version in found if which[0] in (f"{version.number}.0", "current")), None)
    if one is None:
        raise not_found()
    if which[1:] == ["content"]:
        if one is found[0]:
            raise bad("You cannot get the content of the current version.")
        return Answer(302, None, {"Location": shapes.download_url(tenancy, one.blob, row.name)})
    if which[1:]:
        raise unknown(which[1])
    return Answer(body=shapes.version_json(row, one))


def _file(tenancy: Tenancy, drive: Drive, where: ItemAddress) -> Row:
    row = locate(tenancy, drive, where)
    if row.folder:
        raise bad("This is asked of a folder; only files have it.")
    return row
