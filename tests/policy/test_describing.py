"""Predicates in plain words, in both languages, for every kind there is."""

from datetime import date
from typing import get_args

import pytest

from filrydd.lang import speaking
from filrydd.model.finding import NOT_FOR_SHAREPOINT, Found
from filrydd.model.rule import (
    All,
    Before,
    CopyOf,
    Either,
    Has,
    HasExtension,
    Like,
    Named,
    Not,
    OpenTo,
    OwnedBy,
    OwnerIs,
    Predicate,
    SizeBetween,
    Under,
)
from filrydd.model.times import from_day
from filrydd.policy import describe, leaves

DAY = from_day(date(2021, 1, 1))
SAID = [
    (Under(("Bilag", "*/Bilag")), "it lies under Bilag or */Bilag"),
    (Named(("Thumbs.db", "desktop.ini")), "the name is like Thumbs.db or desktop.ini"),
    (HasExtension(("tmp",)), "the extension is tmp"),
    (Before("modified", DAY), "last changed before 1 January 2021"),
    (Before("created", DAY), "created before 1 January 2021"),
    (Before("latest", DAY), "created and last changed before 1 January 2021"),
    (Before("modified", DAY + 10_000_000), "last changed before 2021-01-01 00:00:01"),
    (Before("modified", from_day(date.min)), "older than any file can be"),
    (SizeBetween(10_000_001, None), "larger than 10.0 MB"),
    (SizeBetween(None, 999), "smaller than 1.0 kB"),
    (SizeBetween(1001, 1_999_999), "larger than 1.0 kB and smaller than 2.0 MB"),
    (SizeBetween(), "any size"),
    (Like(("a", "b")), "the name holds a or b"),
    (Like(("a",), "path"), "the folder's path holds a"),
    (OwnedBy(("K\\kari",)), "the owner is K\\kari"),
    (OwnerIs(("disabled", "vanished")), "the owner's account is disabled or gone from the directory"),
    (OpenTo(("Everyone",)), "Everyone may read it"),
    (OpenTo(("Everyone",), "write"), "Everyone may write it"),
    (CopyOf(("Arkiv",)), "another file with the same content lies under Arkiv"),
    (Has((Found.DATABASE,)), "found about it: a database"),
    (Has(tuple(NOT_FOR_SHAREPOINT)), "found about it: not for SharePoint"),
    (Has((*NOT_FOR_SHAREPOINT, Found.DUPLICATE)), "found about it: not for SharePoint or a copy of another file"),
    (All(()), "every file"),
    (Either(()), "no file"),
    (Not(Before("modified", DAY)), "last changed on 1 January 2021 or later"),
    (Not(Before("created", DAY)), "created on 1 January 2021 or later"),
    (Not(Before("latest", DAY)), "created or last changed on 1 January 2021 or later"),
    (Not(Under(("A",))), "not: it lies under A"),
    (All((Under(("A",)), Named(("b",)))), "it lies under A and the name is like b"),
    (
        All((Under(("A",)), Either((Named(("b",)), HasExtension(("c",)))))),
        "it lies under A and (the name is like b or the extension is c)",
    ),
    (Not(All((Under(("A",)), Under(("B",))))), "not: (it lies under A and it lies under B)"),
    (Named(tuple("abcdefghijklmn")), "the name is like a, b, c, d, e, f, g, h, i, j, k, l or 2 others"),
]


@pytest.mark.parametrize(("predicate", "words"), SAID)
def test_a_predicate_is_told_in_plain_words(predicate: Predicate, words: str) -> None:
    assert describe(predicate).replace("\u00a0", " ") == words


def test_no_kind_of_predicate_or_finding_is_left_without_words() -> None:
    assert {type(predicate) for predicate, _words in SAID} == set(get_args(Predicate))
    told = {describe(Has((kind,))) for kind in Found}
    assert len(told) == len(Found)


def test_braces_in_a_policy_stay_text() -> None:
    assert describe(All((Named(("{one}", "{x}")), Like((r"\d{11}",))))) == (
        r"the name is like {one} or {x} and the name holds \d{11}"
    )


def test_leaves_are_what_stands_inside_in_order() -> None:
    a, b, c = Under(("a",)), Named(("b",)), Before("created", 0)
    assert list(leaves(All((a, Not(Either((b, All((c,))))), a)))) == [a, b, c, a]
    assert list(leaves(All(()))) == []


def test_the_words_follow_the_language_of_the_moment() -> None:
    with speaking("nb"):
        assert describe(SizeBetween(1001, None)).endswith("1,0\u00a0kB")
