"""Names made harmless and visible; numbers, sizes and days in two languages."""

import html
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.lang import days, figures, speaking
from filrydd.model import times
from filrydd.web import wording

NAMES = st.text(max_size=400) | st.text(alphabet="<>&\"'/_.\\ \u202e\u2066\0\n%{}ab", max_size=400)
TAGS = {"bdi", "/bdi", "wbr", 'span class="unseen"', "/span", "details", "/details", "summary", "/summary"}


def _text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@given(NAMES)
def test_a_name_never_becomes_markup_and_none_of_it_is_lost(text: str) -> None:
    with speaking("en"):
        shown = str(wording.name(text))
    assert set(re.findall(r"<([^>]*)>", shown)) <= TAGS
    assert "<" not in re.sub(r"<[^>]*>", "", shown)
    assert not wording._UNSEEN.search(shown)
    whole = shown.rpartition("<bdi>")[2]
    assert _text(whole) == wording._UNSEEN.sub(lambda found: f"U+{ord(found[0]):04X}", text)


@given(NAMES)
def test_a_name_in_a_sentence_has_nothing_that_nobody_sees(text: str) -> None:
    shown = wording.plain(text)
    assert not wording._UNSEEN.search(shown)
    assert wording._UNSEEN.search(text) or shown == text


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
def test_every_mark_that_turns_the_reading_around_is_shown(mark: str) -> None:
    assert f">U+{ord(mark):04X}</span>" in wording.label(f"a{mark}b")


def test_a_name_of_ten_thousand_characters_is_folded_with_all_of_it_inside() -> None:
    text = "æ<" * 5000
    with speaking("en"):
        shown = str(wording.name(text))
    assert shown.startswith("<details><summary>") and "(10,000 characters; show all)" in shown
    beginning, whole = shown.split("</summary>")
    assert len(_text(beginning)) < 200 and _text(whole) == text


def test_a_name_breaks_after_its_separators_only() -> None:
    assert str(wording.label("a/b_c.d e")) == "<bdi>a/<wbr>b_<wbr>c.<wbr>d e</bdi>"


def test_numbers_sizes_and_days_are_in_the_readers_way() -> None:
    ticks = times.from_day(date(2026, 3, 4))
    with speaking("nb"):
        assert figures.number(1204) == "1\u202f204"
        assert figures.size(1_234_567_890) == "1,2\u00a0GB"
        assert days.day(date(2026, 3, 3)) == "3. mars 2026"
        assert wording.last_day(ticks) == "3. mars 2026"
    with speaking("en"):
        assert figures.number(1204) == "1,204"
        assert figures.size(1_234_567_890) == "1.2\u00a0GB"
        assert days.day(date(2026, 3, 3)) == "3 March 2026"
