"""Who owns files of a POSIX file system."""

import os
from collections.abc import Callable, Generator, Iterable

from filrydd.model.entry import Kind, Reason
from filrydd.sources.local.descriptor import user_sid
from filrydd.sources.local.facts import kind_of, reason_for, reason_of
from filrydd.sources.local.way import Way
from filrydd.sources.place import segments
from filrydd.sources.source import EntryTrouble


def owners(
    top: int, files: Iterable[tuple[int, str]], see_top: Callable[[], None]
) -> Generator[tuple[int, str | Reason], None, None]:
    """`Source.owners` below the folder of the descriptor `top`, in the order asked: the fewer steps between one folder and
    the next, the faster. `see_top` is asked to raise if the top is no longer there."""
    with Way(top) as way:
        for number, path in files:
            try:
                names = segments(path)
                found = os.stat(names[-1], dir_fd=way.above(names), follow_symlinks=False) if names else os.fstat(top)
            except EntryTrouble as trouble:
                yield number, trouble.reason
            except OSError as error:
                reason = reason_of(error)
                if reason in (Reason.VANISHED, Reason.FAULT):
                    see_top()
                yield number, reason
            else:
                kind = kind_of(found)
                yield number, user_sid(found.st_uid) if kind in (Kind.FILE, Kind.FOLDER) else reason_for(kind)
