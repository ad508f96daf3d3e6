"""Reading one local folder, the same way on every system."""

import os

from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.names import join, stored
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of, seen_of


def read_folder(
    path: str, place: int | str, *, passed: frozenset[tuple[int, int]] = frozenset(), ask_access: bool = False
) -> Listing:
    """The entries at `place`, a descriptor or a path, as the folder at `path` of the area. Raises OSError.

    `passed` holds device and inode of the folders above and of this one, so that a way back up is seen; `ask_access` asks
    the system for every file whether this user may read it (`place` must be a descriptor then).
    """
    entries: list[Seen] = []
    troubles: list[Trouble] = []
    with os.scandir(place) as found:
        for entry in found:
            where = join(path, stored(entry.name))
            try:
                facts = entry.stat(follow_symlinks=False)
            except OSError as error:
                kind = Kind.FOLDER if entry.is_dir(follow_symlinks=False) else Kind.FILE
                troubles.append(Trouble(where, kind, reason_of(error), detail_of(error)))
                continue
            kind = kind_of(facts)
            reason = None if kind in (Kind.FILE, Kind.FOLDER) else reason_for(kind)
            if kind is Kind.FOLDER and passed and (facts.st_dev, facts.st_ino) in passed:
                # A way back up, as a bind mount makes: recorded as a link, which nobody follows.
                kind, reason = Kind.LINK, Reason.LOOP
            elif ask_access and kind is Kind.FILE and not _readable(entry.name, place):
                reason = Reason.NO_PERMISSION
            entries.append(seen_of(entry.name, facts, kind))
            if reason:
                troubles.append(Trouble(where, kind, reason))
    return Listing(path, tuple(entries), tuple(troubles))


def _readable(name: str, folder: int | str) -> bool:
    return isinstance(folder, int) and os.access(name, os.R_OK, dir_fd=folder, effective_ids=True)
