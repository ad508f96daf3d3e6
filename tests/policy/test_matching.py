"""What predicates mean, checked against a slow and obvious reading of the contract."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.names import fold
from filrydd.model.rule import All, Before, Either, HasExtension, Named, Not, Predicate, SizeBetween, Under
from filrydd.policy.matching import Facts, PathGlobs, matches, named_like


def asked(predicate: Predicate, path: str = "A/B/fil.txt") -> bool | None:
    folder, _, name = path.rpartition("/")
    return matches(predicate, Facts(folder, name, size=100, modified=10, created=20))


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("Bilag", "Bilag/x.pdf", True),
        ("Bilag", "Bilag/2010/jan/x.pdf", True),
        ("bilag", "BILAG/x.pdf", True),
        ("Bilag", "Gamle/Bilag/x.pdf", False),
        ("Bilag", "Bilagsarkiv/x.pdf", False),
        ("Bilag", "Bilag", False),  # a file of that name is not under a folder of that name
        ("*/Bilag", "Gamle/Bilag/x.pdf", True),
        ("*/Bilag", "Bilag/x.pdf", False),
        ("*/Bilag", "A/B/Bilag/x.pdf", False),
        ("**/Bilag", "Bilag/x.pdf", True),
        ("**/Bilag", "A/B/Bilag/x.pdf", True),
        ("A/**/Bilag", "A/Bilag/x.pdf", True),
        ("A/**/Bilag", "A/B/C/Bilag/D/x.pdf", True),
        ("A/**/Bilag", "B/A/Bilag/x.pdf", False),
        ("A/**", "A/x.pdf", True),
        ("A/**", "x.pdf", False),
        ("**", "x.pdf", True),
        ("20??", "2010/x.pdf", True),
        ("20??", "201/x.pdf", False),
        ("[ab]", "a/x.pdf", False),
        ("[ab]", "[ab]/x.pdf", True),
        ("A\\B", "A/B/x.pdf", True),
        ("/A/B/", "A/B/x.pdf", True),
        ("Å*", unicodedata.normalize("NFD", "Årsregnskap") + "/x.pdf", True),
        (unicodedata.normalize("NFD", "Årsregnskap"), "ÅRSREGNSKAP/x.pdf", True),
    ],
)
def test_a_path_glob_asks_the_folder_and_those_above_it(pattern: str, path: str, expected: bool) -> None:
    assert asked(Under((pattern,)), path) is expected


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("~$*", "~$rapport.docx", True),
        ("*.TMP", "a.tmp", True),
        ("Thumbs.db", "thumbs.DB", True),
        ("Thumbs.db", "Thumbs.db.bak", False),
        ("*", "", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("[a]", "a", False),
        ("*søknad*", unicodedata.normalize("NFD", "Ny SØKNAD.doc"), True),
        ("a*", "a\nb", True),
    ],
)
def test_a_name_glob_asks_the_whole_name(pattern: str, name: str, expected: bool) -> None:
    assert matches(Named((pattern,)), Facts("", name, 1, 0, 0)) is expected


def test_times_sizes_and_extensions_have_these_edges() -> None:
    assert asked(Before("modified", 11))
    assert not asked(Before("modified", 10))
    assert not asked(Before("created", 20))
    assert asked(SizeBetween(100, 100))
    assert not asked(SizeBetween(101, None))
    assert not asked(SizeBetween(None, 99))
    assert asked(SizeBetween())
    assert asked(HasExtension(("txt",)), "a.TXT")
    assert not asked(HasExtension(("txt",)), "txt")
    assert not asked(HasExtension(("gitignore",)), ".gitignore")


def test_nothing_listed_means_always_for_all_and_never_for_either() -> None:
    assert asked(All(()))
    assert not asked(Either(()))
    assert asked(Not(Either(())))
    assert not asked(Under(()))
    assert not asked(Named(()))


SEGMENT = st.text("ab*?", min_size=1, max_size=4).filter(lambda text: "**" not in text)
PATTERN = st.lists(st.one_of(st.just("**"), SEGMENT), min_size=1, max_size=5).map("/".join)
FOLDER = st.lists(st.text("abå", min_size=1, max_size=3), max_size=6).map("/".join)


def glob_by_the_book(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(glob_by_the_book(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and glob_by_the_book(pattern[1:], text[1:])


def path_by_the_book(pattern: list[str], path: list[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(path_by_the_book(pattern[1:], path[cut:]) for cut in range(len(path) + 1))
    return bool(path) and glob_by_the_book(pattern[0], path[0]) and path_by_the_book(pattern[1:], path[1:])


@given(patterns=st.lists(PATTERN, max_size=3), folder=FOLDER)
def test_path_globs_mean_what_the_contract_says(patterns: list[str], folder: str) -> None:
    names = folder.split("/") if folder else []
    expected = any(
        path_by_the_book(pattern.split("/"), names[:depth]) for pattern in patterns for depth in range(len(names) + 1)
    )
    assert PathGlobs(tuple(patterns)).match(folder) is expected


@given(pattern=st.text("ab*?[", max_size=7), name=st.text("abB[", max_size=7))
def test_name_globs_mean_what_the_contract_says(pattern: str, name: str) -> None:
    assert named_like(pattern)(fold(name)) is glob_by_the_book(fold(pattern), fold(name))


@given(patterns=st.lists(PATTERN, max_size=3), folder=FOLDER.filter(bool))
def test_a_folder_inherits_what_holds_above_it(patterns: list[str], folder: str) -> None:
    globs = PathGlobs(tuple(patterns))
    if globs.match(folder.rpartition("/")[0]):
        assert globs.match(folder)


def test_a_hostile_glob_takes_no_time() -> None:
    began = time.perf_counter()
    assert not named_like("*a" * 60 + "*c")("a" * 250 + "b")
    assert time.perf_counter() - began < 1
