"""Where that which a document points to has arrived: in the same area, or in another one of the workspace."""

from functools import lru_cache

from filrydd.catalog import paths
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import mendable, mended
from filrydd.catalog.contents.mendable import Document
from filrydd.catalog.contents.mended import There
from filrydd.errors import FilryddError
from filrydd.findings import targets
from filrydd.findings.targets import Known
from filrydd.stages.links.neighbours import Neighbours

_KEPT = 50_000


class Resolver:
    """Resolves the targets of an area's documents; `address` is the root of the tenant's API that they lie in, and what lies in
    another tenant counts as not arrived."""

    def __init__(self, catalog: Catalog, own: Known, neighbours: Neighbours, address: str) -> None:
        self._catalog, self._own, self._neighbours, self._address = catalog, own, neighbours, address
        self._find = lru_cache(maxsize=_KEPT)(self._found)

    def there(self, target: str, folder: str) -> There | None:
        """Where the file lies that a document in that folder points to; None for what is no file or has not arrived."""
        place = targets.resolve(target, folder, self._own)
        if place.kind == "inside":
            return self._find("", place.path)
        if place.kind != "outside":
            return None
        other = self._neighbours.others.resolve(target, folder, self._own)
        return None if other is None else self._find(*other)

    def leading(self, document: Document) -> tuple[frozenset[str], tuple[str, ...]]:
        """The targets that a document was given new addresses for before, and all those that lead to what has arrived, as
        reading the document told them."""
        before = mended.of_item(self._catalog, document.drive, document.item).done.keys()
        targets = mendable.targets_of(self._catalog, document.file)
        return frozenset(before), tuple(each for each in targets if self.there(each, document.folder) is not None)

    def _found(self, area: str, path: str) -> There | None:
        try:
            catalog = self._neighbours.catalog(area) if area else self._catalog
        except FilryddError:
            self._neighbours.unread.append(area)
            return None
        file = paths.find_file(catalog, path)
        there = None if file is None else mended.there(catalog, file)
        return there if there is not None and there.address == self._address else None
