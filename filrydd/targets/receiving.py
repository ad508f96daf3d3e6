"""What the tenant has: its own listing of a library, and the bytes of an item."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from filrydd.model.item import Item
from filrydd.targets.connect import Connection
from filrydd.targets.decode import item_of, object_of, understood
from filrydd.targets.refusals import item_trouble
from filrydd.targets.tenant import ItemTrouble
from filrydd.targets.traffic import REPEATS, gone

PIECE = 1 << 20
"""Bytes: the largest piece that content comes in."""
_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
_PREFER = "deltashowremovedasdeleted, deltatraversepermissiongaps, hierarchicalsharing"


async def listing(connection: Connection, drive: str) -> AsyncIterator[Item]:
    """As `Tenant.listing` promises. When the tenant asks for it (410) the listing starts again, once: items then come a
    second time, as an item that changes meanwhile does anyway; the last one said counts. Graph leaves out `ctag` here.

    `hierarchicalsharing` lets permissions be told where they begin, and deltas go past folders that we may not read
    ("driveItem: delta", "Scanning permissions hierarchies"). It is for applications with full control: one that is refused for
    it (our inference: 400 or 403) lists without.

    Raises ItemTrouble, and TenantError for an answer that does not say that the listing is whole.
    """
    delta = connection.api.drives.by_drive_id(drive).items.by_drive_item_id("root").delta
    call = delta.to_get_request_information()
    started_again, prefer = False, _PREFER
    while True:
        if prefer:
            call.headers.add("Prefer", prefer)
        response = await connection.ask(call)
        if response.status_code == 410 and not started_again:
            started_again = True
            place = response.headers.get("location", "")
            call = (delta.with_url(place) if place else delta).to_get_request_information()
            continue
        if response.status_code in (400, 403) and prefer:
            prefer = ""
            call.headers.remove("Prefer")
            continue
        if not response.is_success:
            raise item_trouble(response)
        page = object_of(response.content)
        with understood("listing"):
            values, following = page["value"], page.get("@odata.nextLink")
            if not following:
                # Only this says that the listing is whole.
                page["@odata.deltaLink"]
        for value in values:
            yield item_of(value)
        if not following:
            return
        call = delta.with_url(following).to_get_request_information()


async def content(connection: Connection, drive: str, address: str, *, version: str = "") -> AsyncIterator[bytes]:
    """The bytes of the item with that id or address (`root:/PATH:`), or of its older `version`, in pieces of at most `PIECE`.

    A broken download goes on where it stopped, from a new download address. Raises ItemTrouble, also where the content is
    another one by then, TenantGone, and TenantError for a range that was not asked for.
    """
    offset = failures = 0
    known: _Extent | None = None
    while True:
        response = await _download(connection, drive, address, version, offset)
        try:
            extent = _extent(response)
            if known and not known.fits(extent):
                raise ItemTrouble("resourceModified", 409, "changed while it was fetched")
            known = extent
            # Not every host serves ranges: what comes from before where we were is skipped.
            skip = offset - extent.first
            with understood("range"):
                if skip < 0:
                    raise ValueError(f"{extent.first} instead of {offset}")
            async for piece in response.aiter_bytes(PIECE):
                fresh = piece[skip:]
                skip -= len(piece) - len(fresh)
                if fresh:
                    offset += len(fresh)
                    failures = 0
                    yield fresh
            return
        except httpx.TransportError as error:
            if known and offset == known.size:
                # Nothing but the end was missing.
                return
            failures += 1
            if failures > REPEATS:
                raise gone(response.request.url.host, str(error) or type(error).__name__) from error
        finally:
            await response.aclose()
        await connection.governor.back_off(failures)


@dataclass(frozen=True, slots=True)
class _Extent:
    """What an answer brings: from byte `first` on, of a content of `size` bytes (None where it does not say) and that eTag."""

    first: int
    size: int | None
    etag: str

    def fits(self, later: "_Extent") -> bool:
        """Whether a later answer is about the same content, as far as both say."""
        same_size = None in (self.size, later.size) or self.size == later.size
        return same_size and ("" in (self.etag, later.etag) or self.etag == later.etag)


def _extent(response: httpx.Response) -> _Extent:
    etag = response.headers.get("etag", "")
    if response.status_code == 206:
        with understood("range"):
            found = _RANGE.fullmatch(response.headers.get("content-range", ""))
            if not found:
                raise ValueError("Content-Range")
            return _Extent(int(found[1]), int(found[2]) if found[2] != "*" else None, etag)
    length = response.headers.get("content-length", "")
    encoded = response.headers.get("content-encoding", "identity") != "identity"
    return _Extent(0, int(length) if length.isdecimal() and not encoded else None, etag)


async def _download(connection: Connection, drive: str, address: str, version: str, offset: int) -> httpx.Response:
    """An open answer with the item's bytes from `offset` on, or from the start."""
    headers = {"Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    item = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(address)
    if version:
        call = item.versions.by_drive_item_version_id(version).content.to_get_request_information()
    else:
        call = item.content.to_get_request_information()
    for name, value in headers.items():
        call.headers.add(name, value)
    response = await connection.ask(call, streamed=True)
    if response.is_redirect:
        # The address carries its own token; ours stays here.
        place = str(response.url.join(response.headers["location"]))
        response = await connection.exchange("GET", place, headers=headers, streamed=True)
    if not response.is_success:
        await response.aclose()
        raise item_trouble(response)
    return response
