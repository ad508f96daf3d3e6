"""The second port: fragments of upload sessions, and downloads. Its addresses are their own authority."""

import asyncio
import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from filrydd.rehearsal.calls import arriving, settling, shapes, uploads
from filrydd.rehearsal.clock import stamp
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules import malware
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, locks, sessions, writing
from filrydd.rehearsal.store.blobs import sync_folder
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sessions import Session
from filrydd.rehearsal.store.sites import drive_by_id
from filrydd.rehearsal.store.stream import Hashes, Stream
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.rehearsal.wire.downloads import download
from filrydd.rehearsal.wire.guard import APP

GRAIN = 320 << 10
"""Every fragment but the last is a multiple of this, in bytes."""
MOST = 60 << 20
"""A fragment has fewer bytes than this."""
_PIECE = 1 << 20
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


class Transfers:
    """Answers the requests to the second port."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy
        self._turns: dict[str, asyncio.Lock] = {}
        self._hashes: dict[str, Hashes] = {}

    async def answer(self, request: Request) -> Response:
        """The response to a request. Raises Refused."""
        path = str(request.scope["path"])
        if path.startswith("/download/") and request.method in ("GET", "HEAD"):
            _, _, blob, name = (path + "/").split("/", 3)
            return self._download(blob, name.rstrip("/"), request)
        if path != "/uploadSession" or request.method not in ("GET", "PUT", "POST", "DELETE"):
            raise not_found()
        if "authorization" in request.headers:
            raise Refused(401, "unauthenticated", "Authorization is not taken here; the address is its own.")
        query = dict(request.query_params)
        app = request.scope[APP] = uploads.asker(self._tenancy, query)
        self._tenancy.throttle.spend(Cost.GET if request.method == "GET" else Cost.FRAGMENT, app)
        session = uploads.resume(self._tenancy, query)
        if request.method == "GET":
            return self._status(session, 200)
        turn = self._turns.setdefault(session.guid, asyncio.Lock())
        async with turn:
            # What an earlier request of the same session did while this one waited counts.
            session = uploads.resume(self._tenancy, query)
            if request.method == "DELETE":
                await self._tenancy.store.write(lambda con: sessions.end(con, session.guid))
                self._forget(session)
                return Response(status_code=204)
            if request.method == "POST":
                return await self._commit(session)
            return await self._fragment(session, request)

    def _download(self, blob: str, name: str, request: Request) -> Response:
        until, seal = request.query_params.get("until", ""), request.query_params.get("tempauth", "")
        if not until.isdecimal() or not self._tenancy.sealed(seal, "download", blob, name, until):
            raise Refused(401, "unauthenticated", "The address does not hold.")
        if self._tenancy.clock.now() > int(until):
            raise Refused(401, "expiredToken", "The address has expired.")
        if self._tenancy.store.read.execute("SELECT 1 FROM item WHERE blob = ? AND malware <> ''", (blob,)).fetchone():
            raise malware.refused(arriving=False)
        return download(request, self._tenancy.blobs.place(self._tenancy.store.read, blob), name)

    async def _fragment(self, session: Session, request: Request) -> Response:
        start, end, total = _checked(session, request)
        self._tenancy.throttle.take_in(end + 1 - start, session.app)
        hashes = await self._write(session, start, end + 1 - start, request.stream())
        now = self._tenancy.clock.now()
        if end + 1 == total and not session.deferred:
            return await self._finish(session, hashes)
        counted = await self._tenancy.store.write(lambda con: sessions.count(con, session, total, end + 1, now))
        self._hashes[session.guid] = hashes
        return self._status(counted, 202)

    async def _write(self, session: Session, start: int, length: int, pieces: AsyncIterator[bytes]) -> Hashes:
        """Put a fragment in its place, durably. Raises Refused (400) if it has another length than it said."""
        part = uploads.part(self._tenancy, session.guid)
        stream = Stream(part, await asyncio.to_thread(self._hashes_to, session.guid, part, start))
        came = 0
        try:
            async for piece in pieces:
                came += len(piece)
                if came > length:
                    break
                await stream.take(piece)
            if came != length:
                raise bad("The body's length does not match Content-Range.", inner="contentLengthMismatch")
            hashes = await stream.finish()
            if not start:
                # Its name has to last, too.
                await asyncio.to_thread(sync_folder, part.parent)
            return hashes
        finally:
            await stream.drop()

    def _hashes_to(self, guid: str, part: Path, start: int) -> Hashes:
        """The hashes of what came before a fragment: remembered, or read again after a restart or a failure."""
        if start and (not part.exists() or part.stat().st_size < start):
            # Somebody took the bytes away: better to begin anew than to fill a gap with zeros.
            raise not_found(sessions.MISSING)
        if part.exists() and part.stat().st_nlink > 1:
            # The file has become a content in a commit that failed: that must not change with what comes now.
            other = self._tenancy.blobs.arriving()
            shutil.copyfile(part, other)
            with other.open("r+b") as copied:
                os.fsync(copied.fileno())
            other.replace(part)
        known = self._hashes.pop(guid, None)
        if known and known.size == start:
            return known.copy()
        hashes = Hashes()
        if start:
            with part.open("rb") as file:
                while hashes.size < start:
                    hashes.update(file.read(min(_PIECE, start - hashes.size)))
        return hashes

    async def _commit(self, session: Session) -> Response:
        if not session.total or session.received != session.total:
            raise bad("The file is not complete.")
        part = uploads.part(self._tenancy, session.guid)
        return await self._finish(session, await asyncio.to_thread(self._hashes_to, session.guid, part, session.total))

    async def _finish(self, session: Session, hashes: Hashes) -> Response:
        tenancy = self._tenancy
        # A second name goes on: the session lives on after a conflict, with what came, for another try.
        part, arrived = uploads.part(tenancy, session.guid), tenancy.blobs.arriving()
        try:
            await asyncio.to_thread(_second_name, part, arrived)
            content = await asyncio.to_thread(arriving.keep, tenancy, arrived, session.name, hashes)
        finally:
            arrived.unlink(missing_ok=True)
        now = tenancy.clock.now()

        def act(con: sqlite3.Connection) -> tuple[Row, bool]:
            drive, parent = drive_by_id(con, session.drive), _target(con, session)
            tenancy.blobs.add(con, content)
            there = folders.child(con, parent.id, session.name) if session.conflict == "replace" else None
            if there:
                locks.check_holder(there, session.app)
            done = writing.put_file(con, drive, parent, session.name, content, session.conflict, session.times, now)
            settling.arrived(tenancy, con, drive, done[0])
            sessions.end(con, session.guid)
            return done

        row, new = await tenancy.store.write(act)
        self._forget(session)
        drive = drive_by_id(tenancy.store.read, session.drive)
        return JSONResponse(shapes.Items(tenancy, drive).shape(row), status_code=201 if new else 200)

    def _status(self, session: Session, status: int) -> Response:
        said = {
            "expirationDateTime": stamp(sessions.expires(session, self._tenancy.ways)),
            "nextExpectedRanges": session.ranges(),
        }
        return JSONResponse(said, status_code=status)

    def _forget(self, session: Session) -> None:
        uploads.part(self._tenancy, session.guid).unlink(missing_ok=True)
        self._turns.pop(session.guid, None)
        self._hashes.pop(session.guid, None)


def _checked(session: Session, request: Request) -> tuple[int, int, int]:
    """First byte, last byte and total of a fragment. Raises Refused (400, 413, 416)."""
    found = _RANGE.fullmatch(request.headers.get("content-range", ""))
    if not found:
        raise bad("The header Content-Range is missing or not understood.", inner="invalidContentRange")
    start, end, total = map(int, found.groups())
    length = request.headers.get("content-length", "")
    if not total or start > end or end >= total:
        raise bad("The header Content-Range makes no sense.", inner="invalidContentRange")
    if length.isdecimal() and int(length) != end + 1 - start:
        raise bad("Content-Length does not match Content-Range.", inner="contentLengthMismatch")
    if session.total and total != session.total:
        raise bad("The total size differs from that of the first fragment.", inner="totalSizeChanged")
    if end + 1 - start >= MOST:
        raise Refused(413, "requestTooLarge", "A fragment must be smaller than 60 MiB.")
    if start < session.received:
        raise Refused(416, "invalidRange", "The fragment was received already.", inner="fragmentOverlap")
    if start > session.received:
        raise Refused(416, "invalidRange", "The fragment is out of order.", inner="fragmentOutOfOrder")
    if (end + 1 - start) % GRAIN and end + 1 != total:
        raise bad("A fragment must be a multiple of 320 KiB, except the last.", inner="fragmentSize")
    return start, end, total


def _second_name(part: Path, other: Path) -> None:
    try:
        os.link(part, other)
    except OSError:
        # Not every file system has second names.
        shutil.copyfile(part, other)


def _target(con: sqlite3.Connection, session: Session) -> Row:
    """The folder that a session's file goes to. Raises Refused (404, 409)."""
    parent = folders.find(con, session.parent)
    if parent is None:
        raise not_found("The folder is gone.")
    if session.conflict == "fail" and folders.child(con, parent.id, session.name):
        message = "Another file exists with the same name as the uploaded session."
        raise Refused(409, "nameAlreadyExists", message)
    return parent
