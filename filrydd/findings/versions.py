"""Chains of versions: files of one folder whose names differ only in version marks.

A date, a plain number, initials or a number in parentheses alone make a series, not a chain: minutes of two days, cases 1
and 2, two persons' reviews, ten pictures. They count as marks where something else says version. Names with different
extensions are different documents.

What is latest, strongest first:

1. one called signed is last, one called old is first;
2. numbers: v3 comes after v2 whatever the times say, and names without a number stand where their time puts them;
3. time: the date in the name where the chain's names have different dates, else the last change, to which a word of a stage
   adds (`words.STAGES`): "endelig" beats what was changed up to two weeks later, a draft loses to what is a week older;
4. a copy ("kopi av") comes before what it copies, unless it was changed more than a day after that;
5. the number behind a word or in parentheses, then the name.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from filrydd.findings.glance import worth_reading
from filrydd.findings.likeness import distance
from filrydd.findings.marks import Marks, read_marks
from filrydd.findings.words import NO_NAME, PICTURES, SERIES
from filrydd.model.names import fold
from filrydd.model.times import TICKS_A_SECOND

CLOSE = 6
"""Bits of 64 up to which neighbours' texts confirm a chain: about one word in fifty changed."""
FAR = 24
"""Bits of 64 above which neighbours' texts contradict it: unrelated texts lie about 32 apart."""

_DAY = 86_400 * TICKS_A_SECOND


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file of the folder: `name` in its stored form, `size` in bytes, `modified` in ticks, `likeness` of its text."""

    id: int
    name: str
    size: int
    modified: int
    likeness: int | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Ids from the oldest to the latest, at least two; `why` is the folded stem that their names have in common.

    `confirmed`: texts of neighbours were compared, and each compared pair was close (`CLOSE`). False says nothing against
    the chain; it only was not read, or was revised a good deal.
    """

    members: tuple[int, ...]
    why: str
    confirmed: bool


_Member = tuple[Candidate, Marks]


def chains(files: Sequence[Candidate]) -> list[Chain]:
    """The chains of versions among the files of one folder, each file in at most one; the order of `files` is nothing."""
    groups: dict[tuple[str, str], list[_Member]] = {}
    for place in worth_reading([file.name for file in files]) if len(files) > 1 else ():
        file = files[place]
        marks = read_marks(file.name, file.modified)
        if marks.stem:
            groups.setdefault((marks.stem, marks.extension), []).append((file, marks))
    found = [
        chain
        for (stem, _), members in groups.items()
        if len(members) > 1
        for part in _parts(stem, members)
        for chain in _confirmed(stem, _in_order(part))
    ]
    return sorted(found, key=lambda chain: (chain.why, chain.members))


def _parts(stem: str, members: list[_Member]) -> Iterable[list[_Member]]:
    """The members of one stem, apart where their dates mean different documents; only those that hold a chain."""
    by_date: dict[tuple[int, ...], list[_Member]] = {}
    for member in members:
        by_date.setdefault(member[1].dates, []).append(member)
    together = len(by_date) == 1 or _dates_are_marks(stem, by_date)
    for part in [members] if together else by_date.values():
        kept = _without_series(stem, part)
        if len(kept) > 1 and any(_tells(marks) for _, marks in kept):
            yield kept


def _dates_are_marks(stem: str, by_date: dict[tuple[int, ...], list[_Member]]) -> bool:
    """Whether dates tell versions: no two names have the same one, at most one has nothing else, and the rest varies."""
    if SERIES.search(stem):
        return False
    dated = [part for dates, part in by_date.items() if dates]
    if any(len(part) > 1 for part in dated):
        return False
    said = [marks for part in by_date.values() for _, marks in part]
    only_dated = sum(1 for part in dated if not (part[0][1].sure or part[0][1].initials))
    if only_dated > 1 or not any(marks.sure for marks in said):
        return False
    return len({(marks.version, marks.said, marks.initials, marks.number) for marks in said}) > 1


def _without_series(stem: str, part: list[_Member]) -> list[_Member]:
    """Without those whose only mark, a number in parentheses, initials or a season, is none here."""
    whole = any(not marks.parenthesis for _, marks in part)
    nameless = part[0][1].extension in PICTURES or NO_NAME.issuperset(
        word for word in stem.split() if word not in ("skannet", "nytt")
    )
    if nameless or not whole:
        part = [member for member in part if not member[1].parenthesis]
    if all(marks.version and 10 <= marks.version[0] < 100 and len(marks.version) == 1 for _, marks in part):
        return []  # V18 and V19: springs, not versions
    if not any(marks.sure or not marks.initials for _, marks in part):
        return []  # each is somebody's own
    return part


def _tells(marks: Marks) -> bool:
    return marks.sure or bool(marks.parenthesis or marks.initials)


def _in_order(part: list[_Member]) -> list[_Member]:
    """Oldest to latest, by the rules above."""
    by_name = len({marks.dates or marks.revised_on for _, marks in part if marks.dates or marks.revised_on}) > 1
    times = {file.id: _time(file, marks, by_name) for file, marks in part}
    numbered = sorted((times[file.id], marks.version) for file, marks in part if marks.version)
    highest: list[tuple[int, ...]] = []
    for _, version in numbered:
        highest.append(max(version, highest[-1]) if highest else version)
    moments = [time for time, _ in numbered]

    def place(member: _Member) -> tuple[object, ...]:
        file, marks = member
        time = times[file.id]
        before = bisect_left(moments, time)
        version = marks.version or (highest[before - 1] if before else ())
        return (marks.rank, version, time, marks.number, marks.parenthesis, fold(file.name), file.name, file.id)

    return sorted(part, key=place)


def _time(file: Candidate, marks: Marks, by_name: bool) -> int:
    named = max(marks.dates, default=None) if marks.dates else marks.revised_on
    time = named if by_name and named is not None else file.modified
    return time + (marks.days - marks.copies) * _DAY + min(marks.number, 50) * (_DAY // 24)


def _confirmed(stem: str, members: list[_Member]) -> Iterable[Chain]:
    """The chain, cut where a text is far from the last one that is known before it; nothing is left of a single file."""
    piece: list[int] = []
    steps: list[int] = []
    known: int | None = None
    for file, _ in members:
        if file.likeness is not None:
            step = None if known is None else distance(known, file.likeness)
            if step is not None and step > FAR:
                if len(piece) > 1:
                    yield Chain(tuple(piece), stem, _all_close(steps))
                piece, steps = [], []
            elif step is not None:
                steps.append(step)
            known = file.likeness
        piece.append(file.id)
    if len(piece) > 1:
        yield Chain(tuple(piece), stem, _all_close(steps))


def _all_close(steps: list[int]) -> bool:
    return bool(steps) and max(steps) <= CLOSE
