"""Regular expressions: what they find in folded names, and what is refused before it can do harm."""

import time
import unicodedata

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.names import fold
from filrydd.policy.expressions import compiled


@pytest.mark.parametrize(
    ("expression", "name", "expected"),
    [
        (r"\d{6}", "sak 201234.doc", True),
        (r"\d{6}", "sak 20123.doc", False),
        ("HEMMELIG", "Rapport hemmelig.pdf", True),
        ("hemmelig", "RAPPORT HEMMELIG.PDF", True),
        ("ÅRS(PLAN|MELDING)", "årsmelding.docx", True),
        (unicodedata.normalize("NFD", "årsplan"), unicodedata.normalize("NFD", "Årsplan 2019"), True),
        (r"^\W+$", "~$", True),
        (r"^\W+$", "a", False),
        (r"^\D+$", "ab", True),
        (r"^\D+$", "a1", False),
        (r"[^A-Z]", "abc", False),
        (r"\p{Greek}", "Σ.txt", True),
        (r"^a.c$", "AÆC", True),
        (r"\.pdf$", "x.pdf.bak", False),
        ("æøå", "ÆØÅ", True),
        ("sınav", "SINAV.doc", True),
        ("[À-Ý]", "ø", True),
    ],
)
def test_an_expression_is_found_anywhere_without_regard_to_case(expression: str, name: str, expected: bool) -> None:
    assert compiled(expression)(fold(name)) is expected


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_literal_is_found_in_its_own_folded_name(text: str) -> None:
    expression = re2.escape(text)
    if len(expression) <= 300:
        assert compiled(expression)(fold(f"a{text}b")) or fold(f"a{text}b") != f"a{fold(text)}b"


REFUSED = [
    ("a{1000}{1000}", "repeats too much"),
    ("a{1001}", "repeats too much"),
    ("a**", "twice over"),
    ("((a{100}){100})", "repeats too much"),
    (r"(\pL{20}){20}", "too large"),
    (r"(\w|\d|ø){500}", "too large"),
    ("(" * 200, "never closed"),
    ("a)", "never opened"),
    ("[a", "bracket"),
    ("*.pdf", "nothing to repeat"),
    ("(?=a)b", "look ahead"),
    (r"(a)\1", "means nothing"),
    ("[z-a]", "no range"),
    (r"\p{Klingon}", "no range or class"),
    ("a\\", "ends with a backslash"),
    (".*", "found in every name"),
    ("x*", "found in every name"),
    ("(?-i)A", "no capitals"),
    ("(?s-i:A)", "no capitals"),
    ("a" * 301, "at most 300"),
    ("a" * 100_000, "at most 300"),
    ("\ud800", "no letter or sign"),
]


@pytest.mark.parametrize(("expression", "words"), REFUSED)
def test_a_wrong_or_hostile_expression_is_refused_in_plain_words(expression: str, words: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ValueError, match=words) as refused:
        compiled(expression)
    assert time.perf_counter() - began < 1
    assert len(str(refused.value)) < 400
    assert all(len(sentence.split()) <= 15 for sentence in str(refused.value).split(". "))


@pytest.mark.parametrize(
    "expression", [r"\(?-i", r"^$", r"[(]\?-x", r"(a+)+$", r"(x+x+)+y", "((a*)*)*b", r"(.*)" * 60 + "x"]
)
def test_what_looks_dangerous_but_is_not_is_let_through(expression: str) -> None:
    test = compiled(expression)
    began = time.perf_counter()
    for length in (50, 255, 32_000):
        test("a" * length + "!")
    assert time.perf_counter() - began < 2


def test_a_lone_surrogate_in_a_name_is_no_crash() -> None:
    assert compiled("b$")("\ud800b")


@given(st.text(st.characters(), max_size=40))
def test_any_text_is_compiled_or_refused(text: str) -> None:
    try:
        test = compiled(text)
    except ValueError as refused:
        assert str(refused).endswith(".")
        return
    assert test("abc") in (True, False)
