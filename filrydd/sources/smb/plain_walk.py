"""The walk that needs nothing but single listings: slower, for when the library's insides are not as they are known."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from filrydd.model import descriptor as security
from filrydd.model.entry import SNAPSHOT_FOLDERS, Kind, Listing, Reason, Seen
from filrydd.model.listed import Below, FileFacts, Passed, Snag, ToList
from filrydd.model.names import extension, fold, join
from filrydd.sources.source import EntryTrouble


class PlainFolder:
    """The contract's Listed, from a Listing; it has no digest."""

    digest = b""

    def __init__(self, key: int, entries: Sequence[Seen], snags: list[Snag], descriptor: bytes) -> None:
        self.key = key
        self.entries = len(entries)
        self.folders: Sequence[Below] = ()
        self.snags = snags
        self.descriptor = descriptor
        self._files = [entry for entry in entries if entry.kind is Kind.FILE]

    def files(self) -> Iterator[FileFacts]:
        for entry in self._files:
            name = entry.name
            times = entry.modified, entry.created
            yield self.key, name, extension(name), entry.size, *times, entry.attributes, entry.file_id


def plain_walk(
    todo: Sequence[ToList],
    next_key: int,
    list_folder: Callable[[str], Listing],
    descriptor_of: Callable[[str], bytes],
) -> Generator[PlainFolder, None, None]:
    """The contract's walk by `list_folder(path)`, which finds loops itself, and `descriptor_of(path)`; what the latter
    cannot read (EntryTrouble) is not known. Raises what they raise."""
    stack = list(todo)
    while stack:
        key, path, passed = stack.pop()
        listing = list_folder(path)
        snags = [
            _snag(path, trouble.path, trouble.kind, trouble.reason, trouble.detail) for trouble in listing.troubles
        ]
        if any(snag.name is None for snag in snags):
            yield PlainFolder(key, (), snags, b"")
            continue
        left_out = {snag.name for snag in snags if snag.reason is Reason.BAD_NAME and snag.kind is Kind.FOLDER}
        below = []
        for entry in listing.entries:
            if entry.kind is not Kind.FOLDER:
                continue
            if fold(entry.name) in SNAPSHOT_FOLDERS:
                snags.append(Snag(entry.name, Kind.FOLDER, Reason.SNAPSHOT, ""))
                continue
            below.append(Below(next_key, entry.name, entry.modified, entry.created, entry.attributes, entry.file_id))
            above = Passed(entry.file_id, entry.created, passed)
            stack.append(ToList(next_key, join(path, entry.name), above))
            next_key += 1
        # A folder with a bad name says so when its own turn comes.
        snags = [snag for snag in snags if snag.name not in left_out]
        folder = PlainFolder(key, listing.entries, snags, _descriptor(descriptor_of, path))
        folder.folders = below
        yield folder


def plain_owners(
    files: Iterable[tuple[int, str]], descriptor_of: Callable[[str], bytes]
) -> Generator[tuple[int, str | Reason], None, None]:
    """The contract's owners, one at a time by `descriptor_of(path)`. Raises what it raises, but EntryTrouble."""
    for number, path in files:
        try:
            owner = security.parse(descriptor_of(path)).owner
        except EntryTrouble as trouble:
            yield number, trouble.reason
        else:
            yield number, security.sid_to_text(owner) if owner else Reason.FAULT


def _snag(folder: str, path: str, kind: Kind, reason: Reason, detail: str) -> Snag:
    if path == folder:
        return Snag(None, Kind.FOLDER, reason, detail)
    return Snag(path[len(folder) + 1 :] if folder else path, kind, reason, detail)


def _descriptor(descriptor_of: Callable[[str], bytes], path: str) -> bytes:
    try:
        return descriptor_of(path)
    except EntryTrouble:
        return b""
