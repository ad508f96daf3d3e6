"""What the child says about one document's content, as it comes through the fence: checked, since a document may speak by it."""

from filrydd.documents import relinking
from filrydd.documents.comparison import Why
from filrydd.model.finding import Examination, Link, Outcome

MOST_LINKS = 200
LONGEST_LINK = 1_000
LONGEST_DETAIL = 200
_LONGEST_WORD = 50
_MOST_WORDS = 50
_OUTCOMES = {Why.TOO_SLOW: Outcome.TOO_SLOW, Why.NO_MEMORY: Outcome.TOO_LARGE}


def examination(said: dict[str, object]) -> Examination:
    """The examination that an answer tells. Raises ValueError, KeyError, TypeError when it is none."""
    numbers, links, likeness = said["numbers"], said["links"], said["likeness"]
    if not isinstance(numbers, list) or not isinstance(links, list):
        raise TypeError("no lists")
    if likeness is not None and (not isinstance(likeness, int) or not -(1 << 63) <= likeness < 1 << 63):
        raise ValueError("no likeness")
    return Examination(
        Outcome(str(said["outcome"])),
        clean(said["detail"], LONGEST_DETAIL),
        tuple((clean(word, _LONGEST_WORD), int(count)) for word, count in numbers[:_MOST_WORDS]),
        tuple(
            Link(clean(each["kind"], _LONGEST_WORD), clean(each["target"], LONGEST_LINK)) for each in links[:MOST_LINKS]
        ),
        likeness,
    )


def pointing(said: dict[str, object]) -> relinking.Pointing:
    """What a package points to, as an answer tells it. Raises ValueError, KeyError, TypeError when it is none."""
    targets, bar = said["targets"], str(said["bar"])
    if not isinstance(targets, list) or len(targets) > relinking.MOST_TARGETS:
        raise TypeError("no targets")
    if not all(isinstance(each, str) and len(each) <= relinking.LONGEST_TARGET for each in targets):
        raise ValueError("no target")
    if bar and bar not in {*relinking.Bar, *Why}:
        raise ValueError("no reason")
    return relinking.Pointing(tuple(targets), bar, clean(said["detail"], LONGEST_DETAIL))


def without(why: Why, detail: str) -> Examination:
    """The examination of a document whose reader gave no answer."""
    return Examination(_OUTCOMES.get(why, Outcome.REFUSED), clean(detail, LONGEST_DETAIL))


def clean(text: object, most: int) -> str:
    """Words that came through the fence, fit for a message: parts are named by whoever made the document."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))[:most]
