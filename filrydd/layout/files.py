"""The new names of files: where a name must change, and why.

Most folders hold nothing but names that may stay. They are told by a few looks at all their names at once, joined by
slashes, which no name has; only where something is in doubt is each name looked at alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from filrydd.layout import rules
from filrydd.layout.names import LEAST_ROOM, LONGEST_NAME, Mask, fit, holds_digits, length, mend
from filrydd.layout.unique import Taken, key

# Every character of these is legal, composed, one code unit, no space but the plain one, and has its lower form as key.
_ORDINARY = re.compile(r"[ !#-)+-9;=@-\[\]-{}~\xc0-\xde\xe0-\xff]*+")
# Of lowered names, a slash before and behind each: the edges and words that `layout.names` changes in a file's name.
_SUSPECT = re.compile(r"/(?:[/ ]|~\$|(?:con|prn|aux|nul|com[0-9]|lpt[0-9]) *[./]|forms/|\.lock/|desktop\.ini/)")
_SUSPECT_WITHIN = ("./", " /", "_vti_")

File = tuple[int, int, str]
"""The target that a file goes to, the file, and its stored name."""


def place(
    files: Iterable[File],
    *,
    taken: Callable[[int], Collection[str]],
    room: Callable[[int], int],
    at_root: Callable[[int], bool],
    mask: Mask | None = None,
    seniority: Callable[[int], tuple[int, ...]] = lambda file: (file,),
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """The files whose name must change, with the new name and the words (`layout.rules`) for what was changed.

    `files` come a whole target at a time, in any order within it. Of a target, `taken` tells the names of its subfolders,
    `room` the code units that a name can have (never over 255), `at_root` whether it is a library's root. `mask` hides
    identity numbers (`names.Mask`). `seniority` is asked of files with the same stored name in one target: it must say the
    same whenever the same area is scanned afresh, which a number of a row does not.

    Afterwards all names in a target are legal, fit, and differ folded from each other and from `taken`. A name that can stay
    stays; of several that fold alike the one first by stored name, then by seniority. The others get numbers. Raises ValueError
    when a target comes a second time, or has less room than LEAST_ROOM.
    """
    seen: set[int] = set()
    for target, group in groupby(files, key=itemgetter(0)):
        if target in seen:
            raise ValueError(f"the files of target {target} do not come together")
        seen.add(target)
        most = min(room(target), LONGEST_NAME)
        if most < LEAST_ROOM:
            raise ValueError(f"{most} characters are no room for file names; {LEAST_ROOM} are the least")
        folders = taken(target)
        members = list(group)
        if not _all_stay([name for _target, _file, name in members], folders, most, mask):
            yield from _settle(members, Taken(folders), most, at_root(target), mask, seniority)


def _all_stay(names: Sequence[str], folders: Collection[str], most: int, mask: Mask | None) -> bool:
    """Whether it is sure at a few looks that no name must change. In doubt False."""
    joined = f"/{'/'.join(names)}/"
    if not _ORDINARY.fullmatch(joined) or len(max(names, key=len)) > most:
        return False
    lowered = joined.lower()
    if _SUSPECT.search(lowered) or any(mark in lowered for mark in _SUSPECT_WITHIN):
        return False
    if mask is not None and holds_digits(joined) and mask(joined) != joined:
        return False
    used = set(lowered[1:-1].split("/"))
    return len(used) == len(names) and (not folders or used.isdisjoint(map(key, folders)))


def _settle(
    files: Sequence[File],
    used: Taken,
    most: int,
    top: bool,
    mask: Mask | None,
    seniority: Callable[[int], tuple[int, ...]],
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """What `place` yields of one target, in the order in which names are given."""
    count = Counter(old for _target, _file, old in files)
    in_order = sorted(files, key=lambda one: (one[2], seniority(one[1]) if count[one[2]] > 1 else ()))
    able, others = list[tuple[str, int]](), list[tuple[str, int, str, tuple[str, ...]]]()
    for _target, file, old in in_order:
        mended = mend(old, folder=False, top=top, mask=mask)
        name, applied = mended.name, mended.rules
        if length(name) > most:
            name, applied = fit(name, most, folder=False, top=top, mask=mask), (*applied, rules.SHORTENED)
        if applied:
            others.append((old, file, name, applied))
        else:
            able.append((old, file))
    doubles = [(old, file, old, ()) for old, file in able if not used.claim(old)]
    for _old, file, name, applied in (*doubles, *others):
        free = used.take(name, most, folder=False, top=top, mask=mask)
        yield file, free, applied if free == name else (*applied, rules.SAME_NAME)
