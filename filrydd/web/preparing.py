"""The side files of areas, by which names are searched, filled beside the pages: one area at a time, in a process of its own."""

import multiprocessing
import os
import threading
from pathlib import Path

from filrydd.errors import FilryddError
from filrydd.stages import search
from filrydd.stages.work import Work


class Preparing:
    """Has areas prepared for searching. May be asked from several threads."""

    def __init__(self) -> None:
        self._waiting: dict[str, Work] = {}
        self._is_running = False
        self._lock = threading.Lock()

    def ask(self, work: Work) -> None:
        """Have an area prepared, unless it waits for that already."""
        with self._lock:
            self._waiting.setdefault(work.area, work)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run_all, daemon=True).start()

    def _run_all(self) -> None:
        try:
            while (work := self._next()) is not None:
                process = multiprocessing.get_context("spawn").Process(
                    target=_prepare, args=(str(work.workspace), work.area), daemon=True
                )
                process.start()
                process.join()
                with self._lock:
                    self._waiting.pop(work.area, None)
        except BaseException:
            # Whoever searches next asks again.
            with self._lock:
                self._waiting.clear()
                self._is_running = False
            raise

    def _next(self) -> Work | None:
        with self._lock:
            found = next(iter(self._waiting.values()), None)
            self._is_running = found is not None
            return found


def _prepare(workspace: str, area: str) -> None:
    """What the process does: as quietly as the system lets it, since people wait for pages meanwhile."""
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        search.prepare(Work(Path(workspace), area, ""))
    except FilryddError as error:
        # The page goes on saying that it is being prepared; why it is not stands in the window of the server.
        raise SystemExit(f"{error.message} {error.next}") from None
