"""How many files a sample takes, and what it allows to be said of all."""

import math
from fractions import Fraction

import pytest

from filrydd.errors import BadUsage
from filrydd.stages.verify.sampling import Wish, bound, size, wish


def at_most(files: int, bad: int, drawn: int, found: int) -> Fraction:
    """The exact probability that at most `found` of `bad` files are among those drawn."""
    ways = sum(math.comb(bad, one) * math.comb(files - bad, drawn - one) for one in range(found + 1) if one <= drawn)
    return Fraction(ways, math.comb(files, drawn))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("99%/0.1%", (0.99, 0.001)), (" 95 % / 1 % ", (0.95, 0.01)), ("99,5%/0,05%", (0.995, 0.0005))],
)
def test_a_wish_is_read_as_people_write_it(text: str, expected: tuple[float, float]) -> None:
    read = wish(text, 7)
    assert (pytest.approx(read.confidence), pytest.approx(read.share), read.seed) == (*expected, 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "99",
        "99/0.1",
        "100%/1%",
        "0%/1%",
        "49%/1%",
        "99%/0%",
        "99%/100%",
        "99%/-1%",
        "nan%/1%",
        "1e2%/1%",
        "99%/1%/1%",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadUsage) as refused:
        wish(text, 1)
    assert "--sample 99%/0.1%" in refused.value.next


@pytest.mark.parametrize("files", [1, 2, 10, 57, 400])
@pytest.mark.parametrize(("confidence", "share"), [(0.99, 0.001), (0.95, 0.05), (0.8, 0.3)])
def test_the_size_is_the_smallest_that_would_show_too_many(files: int, confidence: float, share: float) -> None:
    drawn = size(files, Wish(confidence, share, 1))
    too_many = math.floor(share * files) + 1
    if too_many > files:
        assert drawn == 0
        return
    unseen = Fraction(str(1 - confidence)).limit_denominator(1000)
    assert at_most(files, too_many, drawn, 0) <= unseen
    assert drawn == 0 or at_most(files, too_many, drawn - 1, 0) > unseen


def test_of_very_many_files_it_is_the_known_formula() -> None:
    asked = Wish(0.99, 0.001, 1)
    formula = math.log(1 - 0.99) / math.log(1 - 0.001)
    assert size(10_000_000, asked) == pytest.approx(formula, rel=0.002)
    assert size(4000, asked) < formula


@pytest.mark.parametrize(
    ("files", "drawn", "different"), [(60, 20, 0), (60, 20, 3), (60, 60, 5), (60, 20, 20), (1, 1, 0)]
)
def test_the_bound_is_the_most_that_fits_what_was_seen(files: int, drawn: int, different: int) -> None:
    most = round(bound(files, drawn, different, 0.99) * files)
    assert different <= most <= files - (drawn - different)
    assert most == different or at_most(files, most, drawn, different) > Fraction(1, 100)
    if most < files - (drawn - different):
        assert at_most(files, most + 1, drawn, different) <= Fraction(1, 100)


def test_a_sample_without_differences_says_at_most_what_was_asked_for() -> None:
    for files in (10, 999, 50_000):
        asked = Wish(0.99, 0.01, 1)
        assert bound(files, size(files, asked), 0, asked.confidence) <= asked.share
