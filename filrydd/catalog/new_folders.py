"""New folders by their web addresses, as files that arrived in them tell.

A receipt has the id of the folder and the file's own address. That of an Office document opens it and tells no place
(`/_layouts/15/Doc.aspx?sourcedoc=...`), so the folder's address is put together from where it was made.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from filrydd.catalog.connection import Catalog


@dataclass(frozen=True, slots=True)
class NewFolder:
    """A folder of a library. `origin` is scheme and host, `library` the library's path on the host, `way` the names below."""

    origin: str
    library: tuple[str, ...]
    way: tuple[str, ...]

    @property
    def url(self) -> str:
        """Its web address."""
        return f"{self.origin}/{'/'.join(quote(name, safe='') for name in (*self.library, *self.way))}"


class Known:
    """The folders of an area's libraries that files were put into, looked up as they are asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._libraries: dict[str, tuple[str, ...]] = {}
        self._made: dict[str, tuple[str, ...] | None] = {}
        for row in catalog.rows("SELECT drive, root, path FROM landing"):
            self._libraries[row["drive"]] = _names(row["path"])
            self._made[row["root"]] = ()

    def of(self, drive: str, folder: str, url: str) -> NewFolder:
        """The folder with that id in that drive, in which a file with that address lies; of one that nobody made here, what
        the address tells."""
        parts = urlsplit(url)
        library = self._libraries.get(drive, ())
        way = self._way(folder)
        if way is None:
            names = tuple(unquote(name) for name in parts.path.split("/") if name)[:-1]
            way = names[len(library) :] if names[: len(library)] == library else ()
        return NewFolder(f"{parts.scheme}://{parts.netloc}", library, way)

    def _way(self, folder: str) -> tuple[str, ...] | None:
        if folder not in self._made:
            path = self._catalog.value("SELECT path FROM made_folder WHERE item = ?", (folder,))
            if path is None:
                # Somebody has deleted it since; what was put into it is in its place.
                path = self._catalog.value(
                    "SELECT t.path FROM former_folder m JOIN target t ON t.id = m.target WHERE m.item = ?", (folder,)
                )
            self._made[folder] = None if path is None else _names(path)
        return self._made[folder]


def common(folders: Collection[NewFolder]) -> NewFolder | None:
    """The deepest folder in or under which all of these lie; None when they are of several libraries, or there are none."""
    if not folders:
        return None
    first = min(folders, key=lambda one: len(one.way))
    if any((one.origin, one.library) != (first.origin, first.library) for one in folders):
        return None
    way = first.way
    for one in folders:
        same = next(
            (place for place, (name, other) in enumerate(zip(way, one.way, strict=False)) if name != other), None
        )
        way = way if same is None else way[:same]
    return NewFolder(first.origin, first.library, way)


def _names(path: str) -> tuple[str, ...]:
    return tuple(name for name in path.split("/") if name)
