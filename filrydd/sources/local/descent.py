"""Listing POSIX folders for a walk: some of them, and what lies below them, until enough is done."""

import errno
import os
import stat
import sys
from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from filrydd.model.entry import HIDDEN, READONLY, SNAPSHOT_FOLDERS, Kind, Reason
from filrydd.model.names import fold, folded_extensions, raw, stored
from filrydd.sources.local.facts import created_nanoseconds, detail_of, kind_of, reason_for, reason_of, ticks
from filrydd.sources.local.packed import NUMBERS, TOGETHER, digest_of, pack
from filrydd.sources.local.walk import Identity
from filrydd.sources.local.way import Way
from filrydd.sources.place import segments, signed
from filrydd.sources.source import EntryTrouble

FolderRow = tuple[str, int, int, int, int]
"""A folder in a folder: stored name, modified, created, attributes, file id."""
SnagRow = tuple[str | None, str, str, str]
"""A snag with its words as plain texts, which is what `marshal` takes."""

_BIRTH_TIMES = hasattr(os.stat_result, "st_birthtime")
_KIND, _REGULAR, _FOLDER, _WRITABLE = 0o170000, stat.S_IFREG, stat.S_IFDIR, 0o222
_SNAPSHOT_LETTERS = frozenset(name[0] for name in SNAPSHOT_FOLDERS)
_FLUSH = NUMBERS * TOGETHER
_ACCESS_LIST = "system.posix_acl_access"


class FolderAnswer(NamedTuple):
    """One folder's listing, made of what `marshal` takes.

    `above` and `number` say which it is: the folder of that number, from 0, in the answer at place `above`, or in the task
    when `above` is -1. `rights`: mode, user and group; empty when an access list says more, or nothing was listed.
    """

    above: int
    number: int
    digest: bytes
    entries: int
    folders: list[FolderRow]
    snags: list[SnagRow]
    chunks: list[bytes]
    rights: tuple[int, ...]


def list_some(
    way: Way, paths: Sequence[str], entries: int, seconds: float, *, ask_access: bool
) -> list[tuple[object, ...]]:
    """List the last of these folders, then what it holds, last in first out, until that many entries have been seen or so
    much time is over; at least one folder. Gives FolderAnswers as plain tuples, a folder's always after the one above it.
    """
    stack: list[tuple[int, int, str | None, list[str]]] = [(-1, index, path, []) for index, path in enumerate(paths)]
    answers: list[tuple[object, ...]] = []
    end = monotonic() + seconds
    while stack and (not answers or (entries > 0 and monotonic() < end)):
        above, index, path, names = stack.pop()
        place = len(answers)
        try:
            if path is not None:
                names = segments(path)
            answer = _listed(above, index, way, names, ask_access)
        except OSError as error:
            answer = _not_listed(above, index, reason_of(error), detail_of(error))
        except EntryTrouble as trouble:
            answer = _not_listed(above, index, trouble.reason, trouble.detail)
        answers.append(tuple(answer))
        entries -= answer.entries
        for below, folder in enumerate(answer.folders):
            stack.append((place, below, None, [*names, raw(folder[0])]))
    return answers


def _not_listed(above: int, index: int, reason: Reason, detail: str) -> FolderAnswer:
    return FolderAnswer(above, index, b"", 0, [], [(None, Kind.FOLDER.value, reason.value, detail)], [], ())


def _listed(above: int, index: int, way: Way, names: Sequence[str], ask_access: bool) -> FolderAnswer:
    place = way.to(names)
    passed = way.passed
    if passed.index(passed[-1]) < len(passed) - 1:
        return _not_listed(above, index, Reason.LOOP, "")
    folders: list[FolderRow] = []
    snags: list[SnagRow] = []
    chunks: list[bytes] = []
    entries = _read(place, passed, ask_access, folders, snags, chunks)
    digest = digest_of(chunks, folders, snags)
    return FolderAnswer(above, index, digest, entries, folders, snags, chunks, _rights(place, way.facts))


def _read(
    place: int,
    passed: Sequence[Identity],
    ask_access: bool,
    folders: list[FolderRow],
    snags: list[SnagRow],
    chunks: list[bytes],
) -> int:
    """Read every entry of a folder into those lists; their number. This is where a scan's time goes: it does by itself,
    and in the same words, what `facts.seen_of` does, because a call for every file costs more than all the rest."""
    names: list[str] = []
    extensions: list[str] = []
    numbers: list[int] = []
    folded = folded_extensions
    entries = 0
    with os.scandir(place) as found:
        for entry in found:
            entries += 1
            try:
                facts = entry.stat(follow_symlinks=False)
            except OSError as error:
                kind = Kind.FOLDER if entry.is_dir(follow_symlinks=False) else Kind.FILE
                snags.append((stored(entry.name), kind.value, reason_of(error).value, detail_of(error)))
                continue
            mode, file_id, _device, _links, user, group, size, _read_at, _modified, _changed = facts
            name = entry.name
            if mode & _KIND != _REGULAR:
                _note(name, facts, passed, folders, snags)
                continue
            modified = created = facts.st_mtime_ns
            if _BIRTH_TIMES:
                created = created_nanoseconds(facts, windows=False)
            elif (changed := facts.st_ctime_ns) < modified:
                created = changed
            attributes = 0 if mode & _WRITABLE else READONLY
            if name[0] == ".":
                attributes |= HIDDEN
            dot = name.rfind(".")
            extensions.append(folded[name[dot + 1 :]] if dot > 0 else "")
            names.append(name)
            numbers += (size, modified // 100, created // 100, attributes, file_id, mode, user, group)
            if ask_access and not os.access(name, os.R_OK, dir_fd=place, effective_ids=True):
                snags.append((stored(name), Kind.FILE.value, Reason.NO_PERMISSION.value, ""))
            if len(numbers) == _FLUSH:
                chunks.append(pack(names, extensions, numbers))
                names.clear()
                extensions.clear()
                numbers.clear()
    if names:
        chunks.append(pack(names, extensions, numbers))
    return entries


def _note(
    name: str, facts: os.stat_result, passed: Sequence[Identity], folders: list[FolderRow], snags: list[SnagRow]
) -> None:
    """An entry that is no file: a folder to be listed, or a snag."""
    if facts.st_mode & _KIND != _FOLDER:
        kind = kind_of(facts)
        snags.append((stored(name), kind.value, reason_for(kind).value, ""))
    elif (facts.st_dev, facts.st_ino) in passed:
        # A way back up, as a bind mount makes: recorded as a link, which nobody follows.
        snags.append((stored(name), Kind.LINK.value, Reason.LOOP.value, ""))
    elif name[0] in _SNAPSHOT_LETTERS and fold(name) in SNAPSHOT_FOLDERS:
        snags.append((stored(name), Kind.FOLDER.value, Reason.SNAPSHOT.value, ""))
    else:
        attributes = (0 if facts.st_mode & _WRITABLE else READONLY) | (HIDDEN if name[0] == "." else 0)
        created = created_nanoseconds(facts, windows=False)
        folders.append((stored(name), ticks(facts.st_mtime_ns), ticks(created), attributes, signed(facts.st_ino)))


def _rights(place: int, facts: os.stat_result) -> tuple[int, ...]:
    if sys.platform == "linux":
        try:
            if _ACCESS_LIST in os.listxattr(place):
                return ()
        except OSError as error:
            if error.errno != errno.ENOTSUP:
                return ()
    return facts.st_mode, facts.st_uid, facts.st_gid
