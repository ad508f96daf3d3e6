"""The trees of the parts that somebody looks at, between two pages."""

import contextlib
import multiprocessing
import threading
from pathlib import Path

from filrydd.catalog import kept_trees, proposals, structures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.structures import Trees
from filrydd.errors import Busy
from filrydd.lang import _
from filrydd.stages.work import Work

# Parts whose trees are kept in memory.
_KEPT = 4


class Shelf:
    """Trees of the parts that somebody looks at, read once a proposal. May be asked from several threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, str], Trees] = {}
        self._beside: set[str] = set()
        self._lock = threading.Lock()

    def trees(self, work: Work, catalog: Catalog, name: str) -> Trees | None:
        """The trees of a part of the area; None for a part that the proposal does not have.

        Raises Busy while those of a large part are being worked out: then they are there in a moment.
        """
        part = next((row for row in proposals.parts(catalog) if row.name == name), None)
        if part is None:
            return None
        with self._lock:
            found = self._known.pop((catalog.path, name), None)
            if found is None or found.version != structures.version(catalog):
                found = kept_trees.read(catalog, part)
            if found is None and kept_trees.is_small(catalog, part):
                found = structures.trees(catalog, part)
            if found is not None:
                self._known[catalog.path, name] = found
                if len(self._known) > _KEPT:
                    del self._known[next(iter(self._known))]
                return found
        self._keep_beside(work)
        raise Busy(
            _("The new structure of {part} has just been proposed and is being put in order.").format(part=part.name),
            next=_("Load the page again in a moment."),
        )

    def _keep_beside(self, work: Work) -> None:
        """Have the trees worked out in a process of its own, unless whoever proposes does that already."""
        with self._lock:
            if work.area in self._beside:
                return
            self._beside.add(work.area)
        threading.Thread(target=self._run_beside, args=(work,), daemon=True).start()

    def _run_beside(self, work: Work) -> None:
        try:
            process = multiprocessing.get_context("spawn").Process(
                target=_keep, args=(str(work.workspace), work.area), daemon=True
            )
            process.start()
            process.join()
        finally:
            with self._lock:
                self._beside.discard(work.area)


def _keep(workspace: str, area: str) -> None:
    work = Work(Path(workspace), area, "")
    # Whoever holds the area proposes it, and keeps the trees at the end of that.
    with contextlib.suppress(Busy), work.holding("propose"), work.catalog() as catalog:
        kept_trees.keep(catalog)
