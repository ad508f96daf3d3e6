"""Counts for the archive's and the privacy officer's pages, made beside them, one area after the other."""

import threading
from queue import Empty, SimpleQueue

from filrydd.catalog import tallies, tallying
from filrydd.catalog.connection import Catalog
from filrydd.catalog.tallies import Counted
from filrydd.policy import Department
from filrydd.stages.scan.closed import closed_by
from filrydd.stages.work import Work


class Tallying:
    """Has areas counted when their counts are outdated. May be asked from several threads."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[tuple[Work, Department]] = SimpleQueue()
        self._waiting: set[str] = set()
        self._is_counting = False
        self._lock = threading.Lock()

    def look(self, work: Work, department: Department, catalog: Catalog) -> Counted:
        """How old the counts of an area are; outdated ones are being counted anew from now on."""
        found = tallies.counted(catalog, department.digest)
        if not found.is_current:
            self._ask(work, department)
        return found

    def _ask(self, work: Work, department: Department) -> None:
        with self._lock:
            if work.area in self._waiting:
                return
            self._waiting.add(work.area)
            self._asked.put((work, department))
            if not self._is_counting:
                self._is_counting = True
                threading.Thread(target=self._count_all, daemon=True).start()

    def _count_all(self) -> None:
        try:
            while (next_one := self._take()) is not None:
                work, department = next_one
                try:
                    count(work, department)
                finally:
                    with self._lock:
                        self._waiting.discard(work.area)
        except BaseException:
            # What is still asked for is counted when somebody asks again.
            with self._lock:
                self._is_counting = False
            raise

    def _take(self) -> tuple[Work, Department] | None:
        with self._lock:
            try:
                return self._asked.get_nowait()
            except Empty:
                self._is_counting = False
                return None


def count(work: Work, department: Department) -> None:
    """Count an area anew, by its department's policy. Raises NoSuchArea."""
    with work.catalog() as catalog:
        tallying.refresh(catalog, department.digest, closed_by(department, work.day()).private, work.now())
