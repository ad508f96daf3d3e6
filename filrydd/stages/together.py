"""Acts of one kind, several at a time: as many as the tenant bears."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
FEWEST, MOST = 4, 64


async def together(things: Iterable[T], act: Callable[[T], Awaitable[None]], at_once: Callable[[], int]) -> None:
    """Act on each thing; the next is taken only when there is room for it. `at_once` says how many calls may be on their way.

    The first error stops the others before it is raised.
    """
    under_way: set[asyncio.Future[None]] = set()
    waiting = iter(things)
    ended = False
    try:
        while not ended or under_way:
            while not ended and len(under_way) < max(FEWEST, min(MOST, at_once())):
                try:
                    thing = next(waiting)
                except StopIteration:
                    ended = True
                    break
                under_way.add(asyncio.ensure_future(act(thing)))
            if under_way:
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                # All are looked at, so that none is said to have failed unseen.
                failed = [error for task in done if (error := task.exception()) is not None]
                if failed:
                    raise failed[0]
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
