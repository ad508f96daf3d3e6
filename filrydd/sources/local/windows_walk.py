"""The walk of a Windows path: one folder after the other, since a listing there carries every entry's facts with it."""

import os
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from filrydd.model.entry import SNAPSHOT_FOLDERS, Kind, Reason
from filrydd.model.listed import Below, Snag, ToList
from filrydd.model.names import extension, fold, join, stored
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of, seen_of
from filrydd.sources.local.packed import NUMBERS, TOGETHER, LocalListed, digest_of, pack
from filrydd.sources.source import EntryTrouble

_FLUSH = NUMBERS * TOGETHER


def walk(
    todo: Sequence[ToList],
    next_key: int,
    place_of: Callable[[str], str],
    below: Callable[[str, str], str],
    descriptor_of: Callable[[str], bytes],
    see_top: Callable[[Snag | None], None],
) -> Generator[LocalListed, None, None]:
    """`Source.walk`. `place_of` makes a path the system's own, raising EntryTrouble or OSError when a link lies on the way;
    `below` does the same for a name in a place; `see_top` is asked to raise if the top is no longer there, and gets the
    snag when the top itself could not be listed, upon which it always raises."""
    stack: list[tuple[int, str, str | None, str]] = [(folder.key, folder.path, None, "") for folder in todo]
    while stack:
        key, path, above, name = stack.pop()
        place = ""
        try:
            place = place_of(path) if above is None else below(above, name)
            kind = kind_of(Path(place).lstat())
            # The top itself may be reached through links: a person named it.
            if path and kind is not Kind.FOLDER:
                raise EntryTrouble(path, Reason.LINK if kind is Kind.LINK else Reason.VANISHED, f"now a {kind}")
            listed = _listed(key, next_key, place, descriptor_of)
        except OSError as error:
            listed = _not_listed(key, reason_of(error), detail_of(error))
        except EntryTrouble as trouble:
            listed = _not_listed(key, trouble.reason, trouble.detail)
        failed = listed.snags[0] if listed.snags and listed.snags[0].name is None else None
        if not path:
            see_top(failed)
        elif failed and failed.reason in (Reason.VANISHED, Reason.FAULT):
            see_top(None)
        next_key += len(listed.folders)
        stack += [(folder.key, join(path, folder.name), place, folder.name) for folder in listed.folders]
        yield listed


def _not_listed(key: int, reason: Reason, detail: str) -> LocalListed:
    return LocalListed(key, b"", 0, [], [Snag(None, Kind.FOLDER, reason, detail)], [], b"")


def _listed(key: int, next_key: int, place: str, descriptor_of: Callable[[str], bytes]) -> LocalListed:
    folders: list[Below] = []
    snags: list[Snag] = []
    chunks: list[bytes] = []
    names: list[str] = []
    numbers: list[int] = []
    entries = 0

    def flush() -> None:
        chunks.append(pack(names, [extension(stored(name)) for name in names], numbers))
        names.clear()
        numbers.clear()

    with os.scandir(place) as found:
        for entry in found:
            entries += 1
            facts = entry.stat(follow_symlinks=False)
            seen = seen_of(entry.name, facts)
            if seen.kind not in (Kind.FILE, Kind.FOLDER):
                snags.append(Snag(seen.name, seen.kind, reason_for(seen.kind), ""))
            elif seen.kind is Kind.FILE:
                names.append(entry.name)
                numbers += (seen.size, seen.modified, seen.created, seen.attributes, seen.file_id, 0, 0, 0)
                if len(numbers) == _FLUSH:
                    flush()
            elif fold(entry.name) in SNAPSHOT_FOLDERS:
                snags.append(Snag(seen.name, Kind.FOLDER, Reason.SNAPSHOT, ""))
            else:
                child = next_key + len(folders)
                folders.append(Below(child, seen.name, seen.modified, seen.created, seen.attributes, seen.file_id))
    if names:
        flush()
    # Keys are the walk's own and say nothing about the folder.
    digest = digest_of(chunks, [tuple(folder[1:]) for folder in folders], [_plain(snag) for snag in snags])
    return LocalListed(key, digest, entries, folders, snags, chunks, descriptor_of(place))


def _plain(snag: Snag) -> tuple[str | None, str, str, str]:
    return snag.name, snag.kind.value, snag.reason.value, snag.detail
