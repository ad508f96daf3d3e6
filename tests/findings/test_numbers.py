"""Identity numbers: which check out, what is masked, and that a number never comes out again."""

import random
import re
import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.findings.numbers import in_name, in_text, masked, with_context


def number(birth: str = "010190", individual: int = 0, *, remainder: int = 0) -> str:
    """The first number from this individual number on whose check digits exist, by the published weights."""
    for each in range(individual, 1000):
        digits = [int(letter) for letter in f"{birth}{each:03d}"]
        first = (remainder - sum(w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits, strict=True))) % 11
        second = -sum(w * d for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), [*digits, first], strict=True)) % 11
        if first < 10 and second < 10:
            return "".join(map(str, [*digits, first, second]))
    raise AssertionError("no such number")


@pytest.mark.parametrize("birth", ["010190", "290292", "410190", "710190", "014190", "415290", "311299"])
def test_a_number_a_d_number_and_an_h_number_check_out(birth: str) -> None:
    assert in_name(f"vedtak {number(birth)}.pdf")


@pytest.mark.parametrize("birth", ["000190", "320190", "300290", "290291", "011390", "010090", "018190", "810190"])
def test_what_has_no_birth_date_does_not_check_out(birth: str) -> None:
    assert not in_name(number(birth))


def test_one_wrong_digit_anywhere_is_no_number() -> None:
    right = number("150677", 123)
    wrong = [
        right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
        for place, more in product(range(11), range(1, 10))
    ]
    assert sum(map(in_name, wrong)) == 0


@pytest.mark.parametrize("remainder", [1, 2, 3])
def test_remainders_of_the_first_check_are_accepted_from_2032_only(remainder: int) -> None:
    assert in_name(number("010132", 500, remainder=remainder))
    assert not in_name(number("010131", 500, remainder=remainder))
    assert not in_name(number("010132", 0, remainder=remainder)), "born in 1932"
    assert not in_name(number("010132", 500, remainder=4))


@pytest.mark.parametrize("between", ["", " ", "-", ".", "\u00a0", "\u2013"])
def test_every_digit_becomes_a_star_and_all_else_stays(between: str) -> None:
    found = number()
    written = found[:6] + between + found[6:]
    assert masked(f"Felles/{written}_søknad 12.docx") == f"Felles/******{between}*****_søknad 12.docx"
    assert in_name(f"søknad {written}")


def test_two_numbers_beside_each_other_are_both_masked() -> None:
    assert masked(f"{number()} {number(individual=50)}") == "*********** ***********"


@pytest.mark.parametrize("around", ["1{}", "{}1", "0{}99", "12345{}"])
def test_a_piece_of_a_longer_row_of_digits_is_no_number(around: str) -> None:
    name = around.format(number())
    assert masked(name) == name
    assert not in_name(name)


@given(st.text(alphabet="0123456789 -.ab\u0660\t\n", max_size=60))
def test_masking_changes_digits_alone_and_leaves_no_number(text: str) -> None:
    hidden = masked(text)
    assert len(hidden) == len(text)
    assert all(new == old or (new == "*" and old.isdigit()) for new, old in zip(hidden, text, strict=True))
    assert masked(hidden) == hidden
    assert not in_name(hidden)
    assert in_name(text) == (hidden != text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_digit_of_a_text_comes_back(before: str, after: str) -> None:
    told = in_text(f"{before} fnr {number()} {after}")
    assert re.search(r"\d", "".join(word for word, _count in told).replace("11 siff", "")) is None
    assert number() not in repr(told)


def test_names_by_the_hundred_thousand_are_masked_in_a_second_or_so() -> None:
    names = [
        f"felles/avdeling {i % 40}/Saker 2019/Vedtak om bostøtte {i} v{i % 7} endelig.docx" for i in range(100_000)
    ]
    began = time.process_time()
    assert all(masked(name) is name for name in names)
    assert time.process_time() - began < 3


def test_many_numbers_in_one_line_take_time_by_their_count_not_its_square() -> None:
    def seconds(count: int) -> float:
        text = f"fnr {number()} og " * count
        began = time.process_time()
        assert with_context(in_text(text)) == count
        return time.process_time() - began

    assert seconds(4_000) < 8 * seconds(1_000) + 0.2


def test_a_number_without_a_word_is_counted_under_none() -> None:
    assert in_text(f"Det er {number()}") == (("", 1),)
    assert with_context((("", 3), ("fnr", 2), ("født", 1))) == 3
    assert in_text("ingen tall her 12345 2019") == ()


def test_a_heading_governs_its_column_until_an_empty_line() -> None:
    one, two = number(), number(individual=70)
    table = f"Navn\tFødselsnummer\tKontonr\nOla\t{one}\t{two}\nKari\t{two}\t{one}\n"
    assert in_text(table) == (("fødselsnummer", 2),)
    assert in_text(table.replace("\t", ";")) == (("fødselsnummer", 2),)
    assert in_text(f"{table}\nAnnet\tTall\nx\t{one}\n") == (("", 1), ("fødselsnummer", 2))


def test_a_number_that_lost_its_zero_counts_under_a_heading_alone() -> None:
    short = number("010190")[1:]
    assert in_text(f"Navn\tFnr\nOla\t{short}\n") == (("fnr", 1),)
    assert in_text(f"fnr {short}") == ()


def test_date_and_rest_in_two_columns_are_one_number() -> None:
    found = number()
    assert in_text(f"Fødselsdato\tPersonnr\n{found[:6]}\t{found[6:]}\n") == (("født", 1),)


def test_random_digits_rarely_check_out() -> None:
    draw = random.Random(5)
    share = sum(in_name(f"{draw.randrange(10**11):011d}") for _ in range(60_000)) / 60_000
    assert 0.0001 < share < 0.0015
