"""An open tenant with a library to send to, and time that need not be waited for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from filrydd.quickxor import QuickXor
from filrydd.targets import open_rehearsal
from filrydd.targets.governor import Timing
from filrydd.targets.tenant import Sending, Tenant

Opened = Callable[[str], Awaitable[None]]
Journey = Callable[..., None]
"""A fixture that runs steps with a place."""
SMALL = 320 * 1024
"""Bytes: the smallest fragment that SharePoint takes; tests of faults send these."""
PERSONS = tuple(f"00000000-0000-0000-0000-{number:012}" for number in range(60))
"""Entra objects; the last ten are groups."""
PEOPLE = "sid,name,kind,entra_id\n" + "".join(
    f"S-1-5-21-1-2-3-{1000 + number},Navn {number},{'user' if number < 50 else 'group'},{id}\n"
    for number, id in enumerate(PERSONS)
)
TEAMS = """team,channel,kind,files
Plan og bygg,Generelt,standard,
Plan og bygg,Byggesak,standard,
Plan og bygg,Ledelse,private,
Plan og bygg,Med kommunen,shared,
Plan og bygg,Ny,standard,no
Kari's team,Generelt,standard,
Tvilling,Generelt,standard,
Tvilling#2,Generelt,standard,
"""
LARGE = bytes(range(256)) * (2 * SMALL // 256) + b"the end"


class Time:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def timing(self) -> Timing:
        return Timing(clock=lambda: self.now, wall=lambda: 1_700_000_000 + self.now, sleep=self.sleep, chance=lambda: 1)


@dataclass
class Bytes:
    """Content in memory; `reads` has what was asked for."""

    data: bytes
    reads: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        self.reads.append((offset, size))
        return self.data[offset : offset + size]

    def hash(self) -> str:
        return hash_of(self.data)


@dataclass
class Place:
    """An open tenant with a library to send to."""

    tenant: Tenant
    time: Time
    drive: str
    root: str

    def sending(self, name: str, data: bytes, **more: object) -> Sending:
        facts = {"created": 12_345_678_901_234_567, "modified": 12_345_679_991_234_567} | more
        return Sending(self.drive, str(facts.pop("parent", self.root)), name, Bytes(data), **facts)


@contextlib.asynccontextmanager
async def opened(address: str, *, library: str = "") -> AsyncIterator[Place]:
    time = Time()
    tenant = open_rehearsal(address, timing=time.timing())
    try:
        if not library:
            yield Place(tenant, time, "", "")
            return
        site = await tenant.site("https://kommune.sharepoint.com/sites/arkiv")
        drive = await tenant.make_library(site, library)
        yield Place(tenant, time, drive.id, drive.root)
    finally:
        await tenant.close()


async def nothing(session: str) -> None:
    """For sendings whose session does not matter."""


def kept_in(sessions: list[str]) -> Opened:
    """For sendings whose sessions are looked at afterwards."""

    async def keep(session: str) -> None:
        sessions.append(session)

    return keep


def never(why: str) -> Opened:
    """For sendings that need no session."""

    async def refuse(session: str) -> None:
        pytest.fail(why)

    return refuse


def hash_of(data: bytes) -> str:
    hasher = QuickXor()
    hasher.update(data)
    return hasher.base64() if data else ""


async def whole(place: Place, id: str) -> bytes:
    return b"".join([piece async for piece in place.tenant.content(place.drive, id)])


async def arrives(place: Place, data: bytes = LARGE, **more: object) -> list[str]:
    """Send, and see that the file is there whole; returns the sessions that were opened."""
    sessions: list[str] = []
    sending = place.sending("rapport.bin", data, **more)
    item = await place.tenant.send(sending, kept_in(sessions))
    assert b"".join([piece async for piece in place.tenant.content(place.drive, item.id)]) == data
    assert item.modified // 10_000_000 == sending.modified // 10_000_000
    return sessions
