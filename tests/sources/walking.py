"""A walk run to its end and put together by path, and the same seen by a second enumerator."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filrydd.model.entry import Kind, Reason
from filrydd.model.listed import Below, FileFacts, Listed, Passed, ToList
from filrydd.model.names import join, stored
from filrydd.sources import Source


@dataclass
class Walked:
    """What a walk told. Paths are relative to the area's top, stored form."""

    folders: dict[str, Below] = field(default_factory=dict)
    files: dict[str, FileFacts] = field(default_factory=dict)
    snags: dict[str, list[tuple[Kind, Reason]]] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    descriptors: dict[str, bytes] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    keys: list[int] = field(default_factory=list)
    """Of the folders that were found, in the order in which they were found."""

    @property
    def paths(self) -> set[str]:
        return set(self.folders) | set(self.files)


def top_of(source: Source) -> ToList:
    top = source.top()
    return ToList(1, "", Passed(top.file_id, top.created, None))


def put_together(listings: Iterable[Listed], todo: Iterable[ToList]) -> Walked:
    """Take every listing as it comes; a key that was not told before, or comes twice, is an error."""
    walked = Walked()
    waiting = {one.key: one.path for one in todo}
    for listed in listings:
        path = waiting.pop(listed.key)
        walked.digests[path] = listed.digest
        walked.descriptors[path] = listed.descriptor
        walked.entries[path] = listed.entries
        for below in listed.folders:
            inside = join(path, below.name)
            assert inside not in walked.folders
            walked.folders[inside] = below
            walked.keys.append(below.key)
            waiting[below.key] = inside
        for facts in listed.files():
            assert facts[0] == listed.key
            inside = join(path, facts[1])
            assert inside not in walked.files and inside not in walked.folders
            walked.files[inside] = facts
        for snag in listed.snags:
            where = path if snag.name is None else join(path, snag.name)
            walked.snags.setdefault(where, []).append((snag.kind, snag.reason))
    assert not waiting
    return walked


def walked(source: Source, most: int = 64) -> Walked:
    """The whole area."""
    todo = [top_of(source)]
    return put_together(source.walk(todo, 2, most), todo)


def on_disk(top: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every folder and file below `top` with its facts, links and special files left out."""
    for folder, folders, files in os.walk(top):
        inside = os.path.relpath(folder, top)
        for name in (*folders, *files):
            found = os.lstat(os.path.join(folder, name))
            if stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode):
                parts = [] if inside == "." else inside.split(os.sep)
                yield "/".join(map(stored, [*parts, name])), found


def same_as_on_disk(told: Walked, top: Path) -> int:
    """Compare every path, size, time and id; returns how many entries there are."""
    disk = dict(on_disk(top))
    assert told.paths == set(disk)
    for path, found in disk.items():
        if path in told.files:
            _, _, _, size, modified, _, _, file_id = told.files[path]
            assert (size, modified, file_id) == (found.st_size, found.st_mtime_ns // 100, found.st_ino)
        else:
            assert (told.folders[path].modified, told.folders[path].file_id) == (found.st_mtime_ns // 100, found.st_ino)
    return len(disk)
