"""Numbers tell apart names that are the same to SharePoint."""

import unicodedata

from filrydd.layout.unique import Taken, key


def test_the_first_free_number_is_taken() -> None:
    taken = Taken(["A.txt", "a (2).TXT", "a (4).txt"])
    assert [taken.take("a.txt", 99, folder=False) for _ in range(3)] == ["a (3).txt", "a (5).txt", "a (6).txt"]
    assert "A (6).txt" in taken


def test_a_name_is_claimed_once_however_it_is_written() -> None:
    taken = Taken()
    assert [taken.claim(name) for name in ("Å", "a\u030a", "å", "a")] == [True, False, False, True]


def test_letters_that_stand_for_two_are_the_two() -> None:
    taken = Taken()
    names = ("straße", "STRASSE", "\ufb01l", "fil", "ı", "I", "STRAẞE")
    assert [taken.claim(name) for name in names] == [True, False, True, False, True, False, False]


def test_what_is_the_same_by_unicodes_own_folding_has_one_key() -> None:
    keys: dict[str, str] = {}
    for point in [*range(0xD800), *range(0xE000, 0x20000)]:
        letter = unicodedata.normalize("NFC", chr(point))
        folded = unicodedata.normalize("NFC", letter.casefold())
        assert keys.setdefault(folded, key(letter)) == key(letter), hex(point)


def test_names_that_differ_only_where_a_number_is_put_count_on_together() -> None:
    taken = Taken("x" * 37 + end for end in ("aaa", "bbb"))
    names = [taken.take("x" * 37 + end, 40, folder=True) for end in ("aaa", "bbb") * 6]
    assert names == [f"{'x' * 36} ({n})" for n in range(2, 10)] + [f"{'x' * 35} ({n})" for n in range(10, 14)]
