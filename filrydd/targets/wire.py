"""How requests travel: httpx makes and reads them, aiohttp carries them.

A transport under `Traffic`, so nothing of it goes round the governor. httpx's own costs 3 to 5 ms of a processor a file where
this costs 1 to 2, and copies each body once more: the sources are read, and the tenant is waited for, with what is saved.

One connection a request at a time; nothing is repeated, followed, decoded or remembered here. Used on one event loop.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path

import aiohttp
import httpx
from yarl import URL

PIECE = 256 * 1024
"""Bytes of a body that are handed to the socket at a time; as many of an answer wait to be read."""
LONGEST_LINE = 64 * 1024
"""Bytes: how long a header of an answer may be. Download addresses carry their own token, some are long."""
_OWN_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Wire(httpx.AsyncBaseTransport):
    """Sends a request and returns the answer when its headers are there. Raises httpx.TransportError for anything else.

    `proxy` is the address of an HTTP proxy. Certificates are checked as httpx does: by certifi, or by what SSL_CERT_FILE or
    SSL_CERT_DIR names.
    """

    def __init__(self, *, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = request.stream
        data = body.data if isinstance(body, Body) else await request.aread()
        timeout = request.extensions.get("timeout", {})
        try:
            async with asyncio.timeout(None) as limit:
                patience = _Patience(limit, timeout.get("write"))
                try:
                    answer = await self._opened().request(
                        request.method,
                        _address(request.url),
                        headers=_headers(request),
                        data=_pieces(data, patience) if len(data) > PIECE else data or None,
                        allow_redirects=False,
                        proxy=self._proxy,
                        timeout=aiohttp.ClientTimeout(
                            total=None, sock_connect=timeout.get("connect"), sock_read=timeout.get("read")
                        ),
                    )
                finally:
                    # What is left of the body may be let go later, when there is no limit any more.
                    patience.over = True
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _broken(error) from None
        return httpx.Response(
            answer.status,
            headers=list(answer.raw_headers),
            stream=_Answer(answer),
            extensions={"reason_phrase": (answer.reason or "").encode("latin-1", "replace")},
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # How many requests are on their way is the governor's matter.
            connector = aiohttp.TCPConnector(limit=0, ssl=_trusted(*_vouching()))
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=_OWN_HEADERS,
                read_bufsize=PIECE,
                max_line_size=LONGEST_LINE,
                max_field_size=LONGEST_LINE,
                middlewares=(_once,),
            )
        return self._session


def _vouching() -> tuple[str, str, int]:
    """Which file or folder vouches for hosts, if not certifi's, and when the file was written last."""
    file, folder = (os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    return file, folder, Path(file).stat().st_mtime_ns if file and Path(file).is_file() else 0


@lru_cache(4)
def _trusted(_file: str, _folder: str, _written: int) -> ssl.SSLContext:
    # Reading all that certifi vouches for takes longer than many a run of a few files.
    return httpx.create_ssl_context()


class Body(httpx.AsyncByteStream):
    """A body that can be let go: an httpx request is held by its answer, and that by itself, until Python looks for such
    rings. Some hundred MB of fragments would wait for that."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.data

    def release(self) -> None:
        """It is not sent again."""
        self.data = b""


class _Answer(httpx.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._answer.content.iter_any():
                yield piece
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _broken(error) from None

    async def aclose(self) -> None:
        # A connection whose answer was not read to its end is not used again.
        self._answer.release()


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a PUT or DELETE by itself on a connection that broke: whoever asked decides that."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _broken(error) from None


class _Patience:
    """How long a piece of a body may take to go, in seconds; None: as long as it takes. For the answer, reading has its own."""

    def __init__(self, limit: asyncio.Timeout, seconds: float | None) -> None:
        self._limit = limit
        self._seconds = seconds
        self.over = False

    def begin(self) -> None:
        """A piece is handed over now."""
        if not self.over and self._seconds is not None:
            self._limit.reschedule(asyncio.get_running_loop().time() + self._seconds)

    def end(self) -> None:
        """There is no further piece. Not for an answer that came before the body had gone: the limit is no more then."""
        if not self.over:
            self._limit.reschedule(None)


async def _pieces(data: bytes, patience: _Patience) -> AsyncIterator[memoryview]:
    view = memoryview(data)
    try:
        for at in range(0, len(view), PIECE):
            patience.begin()
            yield view[at : at + PIECE]
    finally:
        patience.end()


def _address(url: httpx.URL) -> URL:
    """The address as httpx read it, since the check of hosts has read it so: two parsers may disagree on where a host ends."""
    path, _mark, query = url.raw_path.decode("ascii").partition("?")
    return URL.build(
        scheme=url.scheme, authority=url.netloc.decode("ascii"), path=path, query_string=query, encoded=True
    )


def _headers(request: httpx.Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.headers.multi_items() if name not in ("host", "connection")]


def _broken(error: Exception) -> httpx.TransportError:
    """httpx's form of what went wrong. Never in aiohttp's words: those tell the address, and an uploadUrl is a secret."""
    if isinstance(error, TimeoutError):
        return httpx.ReadTimeout("no answer in time")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return httpx.ConnectError(str(error.certificate_error))
    if isinstance(error, aiohttp.ClientConnectorError):
        return httpx.ConnectError(error.os_error.strerror or type(error.os_error).__name__)
    if isinstance(error, OSError) and error.errno:
        return httpx.ReadError(os.strerror(error.errno))
    return httpx.ReadError(type(error).__name__)
