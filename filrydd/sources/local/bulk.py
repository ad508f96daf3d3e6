"""Permissions and usage of many entries of a POSIX file system.

A plain loop: an entry costs a few calls into the kernel and what Python does around them, 20 to 60 us. Two and four threads
were measured to be no faster.
"""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources.local import lease
from filrydd.sources.local.facts import kind_of, reason_for, reason_of
from filrydd.sources.local.permission import of_stat
from filrydd.sources.local.walk import open_to_read
from filrydd.sources.local.way import Way
from filrydd.sources.place import segments
from filrydd.sources.source import EntryTrouble, Usage
from filrydd.sources.told import told

TroubleOf = Callable[[str], AbstractContextManager[None]]
"""Turns an OSError with the entry at a path into its EntryTrouble, or into SourceGone when the top is no longer there."""


def permissions(
    top: int, entries: Iterable[tuple[int, str, Kind]], trouble_of: TroubleOf
) -> Generator[tuple[int, bytes | Trouble], None, None]:
    """`Source.permissions` below the folder of the descriptor `top`, in the order asked: the fewer steps between one folder
    and the next, the faster."""
    with Way(top) as way:

        def ask(path: str, kind: Kind) -> bytes:
            with trouble_of(path):
                names = segments(path)
                found = os.stat(names[-1], dir_fd=way.above(names), follow_symlinks=False) if names else os.fstat(top)
                if kind_of(found) is not kind:
                    raise EntryTrouble(path, reason_for(kind_of(found)), f"now a {kind_of(found)}")
                return of_stat(found.st_mode, found.st_uid, found.st_gid).packed()

        for number, path, kind in entries:
            yield number, told(path, kind, ask, path, kind)


def usage(
    top: int, files: Iterable[tuple[int, str]], trouble_of: TroubleOf
) -> Generator[tuple[int, Usage | Trouble], None, None]:
    """`Source.usage` below the folder of the descriptor `top`, in the order asked."""
    with Way(top) as way:

        def ask(path: str) -> Usage:
            names = segments(path)
            with trouble_of(path):
                return used(way.above(names), names[-1], path) if names else used(top, ".", path)

        for number, path in files:
            yield number, told(path, Kind.FILE, ask, path)


def used(folder: int, name: str, path: str) -> Usage:
    """How the file of that name in the folder of the descriptor is held. Raises EntryTrouble, OSError."""
    try:
        with _opened(folder, name) as fd:
            found = os.fstat(fd)
            kind = kind_of(found)
            if kind is not Kind.FILE:
                raise EntryTrouble(path, reason_for(kind), f"not a file but a {kind}")
            with lease.reading(fd) as held:
                return Usage(held is lease.Lease.DENIED, found.st_nlink)
    except OSError as error:
        if reason_of(error) is not Reason.IN_USE:
            raise
        # Somebody holds a lease of his own on the file.
        return Usage(True, os.stat(name, dir_fd=folder, follow_symlinks=False).st_nlink)


@contextmanager
def _opened(folder: int, name: str) -> Iterator[int]:
    fd = open_to_read(folder, name)
    try:
        yield fd
    finally:
        os.close(fd)
