"""Single files that ask to be looked at, so that nobody signs blind: one to three a portion.

They are chosen by a digest, so that the same proposal always asks for the same; the riskiest groups come first, no two files
are of one group unless there is only one, and nothing is asked of what is somebody's own.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from filrydd.model.rule import Fate
from filrydd.portions.forming import Group
from filrydd.portions.given import Given
from filrydd.portions.order import Placed

MOST = 3
# A coarse group lies in many folders; one of its fullest is chosen.
_FULLEST = 50


class Look(NamedTuple):
    """A file to be found in the catalog: one of `group` in `folder` under `rule`, or the member `file` itself."""

    portion: int
    group: Group
    folder: int
    rule: int
    file: int | None = None


def lot(*words: str) -> bytes:
    """What decides between alike ones: a digest of what they are called, never their numbers."""
    return hashlib.blake2b("\0".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def to_look_at(given: Given, placed: Sequence[Placed], kept: Sequence[int] = ()) -> Iterator[Look]:
    """The files of each portion but those in `kept`, which have theirs from before."""
    for portion in sorted({one.portion for one in placed} - {0} - set(kept)):
        inside = [one.group for one in placed if one.portion == portion]
        wanted = min(MOST, 1 + len(inside) // 3)
        found = 0
        for group in sorted(inside, key=lambda one: _first(given, one)):
            look = _choose(given, portion, group)
            if look is not None:
                yield look
                found += 1
            if found == wanted:
                break


def _first(given: Given, group: Group) -> tuple[object, ...]:
    junk = all(given.sayings[rule].junk for rule in group.rules)
    return -group.risk, junk, group.fate != "destroy", -group.sums.files, group.path, group.wording, group.key


def _choose(given: Given, portion: int, group: Group) -> Look | None:
    if group.members:
        # The file that goes is the one to look at; its set's own lot says which when there are several.
        member = min(
            group.members,
            key=lambda one: (
                given.sayings[one.rule].fate is not Fate.DESTROY,
                lot(given.path(one.folder), str(one.size), str(one.modified)),
                one.file,
            ),
        )
        return Look(portion, group, member.folder, member.rule, member.file)
    open_cells = [cell for cell in group.cells if not cell.private]
    if not open_cells:
        return None
    fullest = sorted(open_cells, key=lambda cell: -cell.sums.files)[:_FULLEST]
    least = fullest[-1].sums.files
    # Those that are as full as the last one are all let in, or their order would decide.
    some = [cell for cell in open_cells if cell.sums.files >= least][: _FULLEST * 20]
    cell = min(some, key=lambda one: lot(given.path(one.folder), given.sayings[one.rule].wording))
    return Look(portion, group, cell.folder, cell.rule)
