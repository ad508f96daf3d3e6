"""Downloads: a content, or a range of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.store.blobs import Place

_PIECE = 1 << 20
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def download(request: Request, place: Place, name: str) -> Response:
    """The bytes of a content. Raises Refused (416) for a range that it does not have.

    One range is heeded; several at once are answered with the whole, as HTTP allows.
    """
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=0",
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}",
        # A document must not run as a page of this origin.
        "Content-Security-Policy": "sandbox",
    }
    first, last, status = 0, place.size - 1, 200
    if wish := _RANGE.fullmatch(request.headers.get("range", "").replace(" ", "")):
        first, last = _span(wish[1], wish[2], place.size)
        headers["Content-Range"] = f"bytes {first}-{last}/{place.size}"
        status = 206
    headers["Content-Length"] = str(last + 1 - first)
    if request.method == "HEAD":
        return Response(None, status, headers, "application/octet-stream")
    pieces = _pieces(place, first, last + 1 - first)
    return StreamingResponse(pieces, status, headers, "application/octet-stream")


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    begin = int(first) if first else max(0, size - int(last or 0))
    end = min(int(last), size - 1) if first and last else size - 1
    if begin > end:
        headers = {"Content-Range": f"bytes */{size}"}
        raise Refused(416, "invalidRange", "The range is not there.", headers=headers)
    return begin, end


async def _pieces(place: Place, first: int, length: int) -> AsyncIterator[bytes]:
    with place.file.open("rb") as file:
        file.seek(place.start + first)
        while length:
            piece = await asyncio.to_thread(file.read, min(_PIECE, length))
            if not piece:
                raise OSError(f"{place.file} is shorter than it was.")
            length -= len(piece)
            yield piece
