"""What must be on the disk before the next act: the files that are under way share the wait for it.

A commit that waits for the disk takes milliseconds, and a file needs three of them: its intent, the address of its session,
its receipt. Whoever comes while one commit waits is in the next one.
"""

import asyncio
from collections.abc import Callable

from filrydd.catalog.connection import Catalog

_GATHER_SECONDS = 0.002


class Journal:
    """Writes to the catalog, many in one durable transaction. Used on one event loop."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._waiting: list[tuple[Callable[[], None], asyncio.Future[None]]] = []

    async def keep(self, write: Callable[[], None]) -> None:
        """Return when what `write` writes is on the disk. It runs inside a transaction. Raises what the catalog raises."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[None] = loop.create_future()
        if not self._waiting:
            loop.call_later(_GATHER_SECONDS, self._commit)
        self._waiting.append((write, kept))
        await kept

    def _commit(self) -> None:
        together, self._waiting = self._waiting, []
        try:
            with self._catalog.writing(durable=True):
                for write, _kept in together:
                    write()
        except BaseException as error:
            for _write, kept in together:
                if not kept.done():
                    kept.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for _write, kept in together:
                if not kept.done():
                    kept.set_result(None)
