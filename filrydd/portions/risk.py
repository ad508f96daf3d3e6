"""What makes a group risky: words for people, points for the order. No points: nothing risky.

Whoever confirms the group must look where a mistake cannot be mended: what is destroyed first, and there what is young, used
by others or there is much of; then what opens to more people, what holds identity numbers, and what nobody has judged.
"""

from collections.abc import Iterable, Sequence

from filrydd.model import times
from filrydd.model.rule import Fate
from filrydd.portions.given import Saying
from filrydd.portions.sums import Sums

DESTROYS, YOUNG, USED, NUMBERS, AWAITS, MUCH, ACCESS, UNEXAMINED, UNRULED = (
    "destroys",  # documents, beyond junk
    "young",  # some of it was changed in the last two years, and it is destroyed
    "used",  # files of another part point to it
    "numbers",  # identity numbers were found
    "awaits",  # no archivist has confirmed the rule
    "much",  # a tenth of the part, or a thousand files, is destroyed at once
    "access",  # more people can read or write it in the new place
    "unexamined",  # nobody has read what must be read to know whether a rule applies
    "unruled",  # no rule applies
)
_POINTS = {
    DESTROYS: 40, ACCESS: 25, YOUNG: 20, USED: 20, NUMBERS: 15, AWAITS: 15, MUCH: 10, UNEXAMINED: 10, UNRULED: 10,
}  # fmt: skip
_USED_AND_KEPT = 5
_YOUNG_TICKS = 2 * 366 * 86_400 * times.TICKS_A_SECOND
_MUCH_FILES, _MUCH_SHARE = 1_000, 0.1


def destroys_documents(sayings: Iterable[Saying]) -> bool:
    """Whether one of the rules destroys what is a document."""
    return any(saying.fate is Fate.DESTROY and not saying.junk for saying in sayings)


def weigh(sums: Sums, sayings: Sequence[Saying], *, widened: bool, files: int, now: int) -> tuple[int, tuple[str, ...]]:
    """The points and words of a group: what it adds up to, its rules, whether access is widened in it, the files of the whole
    part, and the moment (ticks)."""
    documents = destroys_documents(sayings)
    words = {
        DESTROYS: documents,
        YOUNG: documents and sums.newest > now - _YOUNG_TICKS,
        USED: sums.used > 0,
        NUMBERS: sums.numbers > 0,
        AWAITS: any(saying.awaits for saying in sayings),
        MUCH: documents and sums.files >= min(_MUCH_FILES, max(20, _MUCH_SHARE * files)),
        ACCESS: widened,
        UNEXAMINED: any(saying.unexamined for saying in sayings),
        UNRULED: any(saying.unruled for saying in sayings),
    }
    found = tuple(word for word, holds in words.items() if holds)
    points = sum(_POINTS[word] for word in found)
    if USED in found and not any(saying.fate is Fate.DESTROY for saying in sayings):
        points += _USED_AND_KEPT - _POINTS[USED]
    return points, found
