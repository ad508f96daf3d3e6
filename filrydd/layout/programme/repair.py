"""What the sums over single folders cannot see: folders that lifting and merging made overfull."""

from collections.abc import Sequence

from filrydd.layout.programme.branches import Branch
from filrydd.layout.programme.choosing import Choices, Way
from filrydd.layout.programme.drafting import Draft, draft
from filrydd.layout.programme.homes import Homes
from filrydd.layout.programme.objective import FULL
from filrydd.model.structure import Choice

MERGED = "merged"
SPLIT = "split by year"
KEPT_AGAIN = "kept again"
COPIED = "copied"
"""The words by which repairs are counted; the last: everything was undone, since a copy costs no more."""

# One round undoes all lifts into a folder; what merging does to those that came back takes another one or two.
_MOST_ROUNDS = 5


def repaired(
    branches: Sequence[Branch], choices: Choices, homes: Homes
) -> tuple[Draft, Choices, dict[str, int], set[int]]:
    """The draft with its repairs, the choices that it shows, how often each repair acted, and the branches kept again."""
    now = Choices(list(choices.ways), set(choices.divided))
    again: set[int] = set()
    split = 0
    for _round in range(_MOST_ROUNDS):
        made = draft(branches, now, homes)
        divided, back = _overfull(branches, now, made)
        if not divided and not back:
            break
        now.divided |= divided
        split += len(divided)
        again |= back
        for number in back:
            now.ways[number] = int(Way.KEEP)
    counts = {MERGED: len(made.joined), SPLIT: split, KEPT_AGAIN: len(again)}
    return made, now, {word: count for word, count in counts.items() if count}, again


def _overfull(branches: Sequence[Branch], choices: Choices, made: Draft) -> tuple[set[int], set[int]]:
    """Of overfull folders in which files of several branches lie: branches to divide by year, and lifted ones to keep again."""
    overfull = {number for number, node in enumerate(made.nodes) if node.files > FULL and node.weight > 1}
    if not overfull:
        return set(), set()
    inside: dict[int, list[int]] = {}
    for number, branch in enumerate(branches):
        if branch.files and number not in made.years and made.lies[number] in overfull:
            inside.setdefault(made.lies[number], []).append(number)
    divided, back = set(), set()
    for node, numbers in inside.items():
        lifted = [one for one in numbers if choices.ways[one] == Way.LIFT and one not in made.refused]
        owner = made.nodes[node].branch
        years = {year for one in numbers for year, _files in branches[one].years}
        known = len(years) > 1 and all(branches[one].years for one in numbers)
        if owner is not None and known and branches[owner].choice not in (Choice.KEEP, Choice.RESTRICT):
            divided.add(owner)
        else:
            back |= {one for one in lifted if not branches[one].goes}
    return divided - choices.divided, back
