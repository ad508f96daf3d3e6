"""The new names of the files of one folder."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from filrydd.layout import rules
from filrydd.layout.names import LEAST_ROOM, LONGEST_NAME, fit, length, mend
from filrydd.layout.unique import Taken


@dataclass(frozen=True, slots=True)
class NamedFile:
    """One file's new name and the words (`layout.rules`) for what was changed."""

    id: int
    name: str
    rules: tuple[str, ...] = ()


def name_files(
    files: Iterable[tuple[int, str]], *, taken: Collection[str], room: int, top: bool = False
) -> list[NamedFile]:
    """Names for the files (id, stored name) of one new folder, sorted by new name.

    They are legal, at most `room` code units (and 255), and differ folded from each other and from `taken`, the names of
    the subfolders. A name that can stay as it is wins over one that was mended into it; else the one first by old name,
    then id, keeps it and the others get numbers. The order of `files` does not matter. `top`: the folder is a library's
    root. Raises ValueError when `room` is under LEAST_ROOM.
    """
    if room < LEAST_ROOM:
        raise ValueError(f"{room} characters are no room for file names; {LEAST_ROOM} are the least")
    most = min(room, LONGEST_NAME)
    wishes = []
    for id, old in files:
        mended = mend(old, folder=False, top=top)
        name, applied = mended.name, mended.rules
        if length(name) > most:
            name, applied = fit(name, most, folder=False, top=top), (*applied, rules.SHORTENED)
        wishes.append((bool(applied), old, id, name, applied))
    wishes.sort()
    used = Taken(taken)
    named = []
    for _changed, _old, id, name, applied in wishes:
        free = used.take(name, most, folder=False, top=top)
        named.append(NamedFile(id, free, applied if free == name else (*applied, rules.SAME_NAME)))
    return sorted(named, key=lambda file: file.name)
