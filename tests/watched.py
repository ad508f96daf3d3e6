"""A local folder as a source that notes what is opened and read of it, and can be told to refuse."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

from filrydd.catalog import figures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import known
from filrydd.catalog.contents.readings import ENDS
from filrydd.model.entry import Kind, Listing, Reason, Seen
from filrydd.model.listed import Below, Listed, Passed, Snag, ToList
from filrydd.model.names import join, split
from filrydd.model.rule import Predicate
from filrydd.sources import open_source
from filrydd.sources.source import EntryTrouble, Reader
from filrydd.stages import scan
from filrydd.stages.scan import contents
from filrydd.stages.scan.contents import ContentRead
from tests.areas import Area
from tests.listings import Made

BIG = 5 * ENDS


def big(middle: bytes, *, end: bytes = b"e") -> bytes:
    """A file with ends of their own and something in its middle."""
    return b"b" * ENDS + middle.ljust(BIG - 2 * ENDS, b"m") + end * ENDS


class Watched:
    """The real local source of an area. `refusing` maps paths to why they cannot be opened, `attributes` to attributes that
    they are listed with, `beside` to the names of their other streams (or why those cannot be asked for), `opening` and
    `reading` are called with the path before each open and each read."""

    def __init__(
        self,
        area: Area,
        *,
        refusing: Mapping[str, Reason] | None = None,
        attributes: Mapping[str, int] | None = None,
        beside: Mapping[str, tuple[str, ...] | Reason] | None = None,
        never: Iterable[str] = (),
        opening: Callable[[str], None] = lambda path: None,
        reading: Callable[[str], None] = lambda path: None,
    ) -> None:
        self._source = open_source(str(area.top))
        self._refusing = refusing or {}
        self._attributes = attributes or {}
        self._beside = beside or {}
        self._never = tuple(never)
        self.opening = opening
        self.reading = reading
        self.opened: list[str] = []
        self.asked_for_streams: list[str] = []
        self.bytes: dict[str, int] = {}
        self.via = ""
        self.remarks: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = 64) -> Generator[Listed, None, None]:
        """Folder by folder, by `list`."""
        left = list(todo)
        while left:
            folder = left.pop()
            listing: Listing = self._source.list(folder.path)
            made = Made(folder.key)
            for seen in listing.entries:
                if seen.kind is Kind.FOLDER:
                    made.folders.append(
                        Below(next_key, seen.name, seen.modified, seen.created, seen.attributes, seen.file_id)
                    )
                    passed = Passed(seen.file_id, seen.created, folder.passed)
                    left.append(ToList(next_key, join(folder.path, seen.name), passed))
                    next_key += 1
                elif seen.kind is Kind.FILE:
                    attributes = seen.attributes | self._attributes.get(join(folder.path, seen.name), 0)
                    facts = (seen.size, seen.modified, seen.created, attributes, seen.file_id)
                    made.held = {**made.held, seen.name: facts}
            for trouble in listing.troubles:
                made.snags.append(Snag(split(trouble.path)[1], trouble.kind, trouble.reason, trouble.detail))
            yield made

    def streams(self, path: str) -> tuple[str, ...]:
        self.asked_for_streams.append(path)
        told = self._beside.get(path, ())
        if isinstance(told, Reason):
            raise EntryTrouble(path, told, "as the test says")
        return told or self._source.streams(path)

    def open(self, path: str) -> "WatchedReader":
        assert not any(path == one or path.startswith(one + "/") for one in self._never), f"{path} was opened"
        self.opened.append(path)
        self.opening(path)
        if path in self._refusing:
            raise EntryTrouble(path, self._refusing[path], "as the test says")
        return WatchedReader(self, path, self._source.open(path))


class WatchedReader:
    """The real reader, counted."""

    def __init__(self, source: Watched, path: str, reader: Reader) -> None:
        self._source = source
        self._path = path
        self._reader = reader
        self.seen = reader.seen

    def read(self, size: int) -> bytes:
        self._source.reading(self._path)
        piece = self._reader.read(size)
        self._source.bytes[self._path] = self._source.bytes.get(self._path, 0) + len(piece)
        return piece

    def seek(self, offset: int) -> None:
        self._reader.seek(offset)

    def look(self) -> Seen:
        return self._reader.look()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.__exit__(kind, error, trace)


def scan_watched(area: Area, source: Watched, catalog: Catalog) -> None:
    """Scan an area through the watched source."""
    scan.walk(area.work(), catalog, source)  # type: ignore[arg-type]


def read_contents(
    area: Area,
    source: Watched,
    *,
    private: Sequence[Predicate] | None = (),
    first_scan: bool = True,
    before_batch: Callable[[], None] = lambda: None,
) -> ContentRead:
    """Scan the area (unless it is not to be) and read what may be copies, everything unless `private` says otherwise."""
    with area.work().catalog(create=True) as catalog:
        if first_scan:
            scan_watched(area, source, catalog)
        return contents.read(
            area.work(),
            catalog,
            source,  # type: ignore[arg-type]
            bytes_per_second=None,
            private=private,
            before_batch=before_batch,
        )


def groups_of(area: Area) -> set[frozenset[str]]:
    """The groups of copies as the catalog tells them, file by file."""
    with area.catalog() as catalog:
        rows = list(catalog.rows("SELECT id FROM file WHERE gone IS NULL"))
        found = {row["id"]: known.copies_of(catalog, row["id"]) for row in rows}
        whole = {other for others in found.values() for other in others}
        assert sum(1 for others in found.values() if others) == len(whole)
        return {frozenset(group.paths) for group in known.largest_groups(catalog, 1000)}


def unreadable_in(area: Area) -> list[tuple[str, str]]:
    """What cannot be read, with the reason."""
    with area.catalog() as catalog:
        return figures.unreadable(catalog)
