"""What contacts read is in plain words and short sentences, in both languages.

Which texts they read follows from where a text stands. A text that others read too is a contact's text.
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
import yaml

from tests import texts

# The same worker as the other tests that have Babel read all of the code.
pytestmark = pytest.mark.xdist_group("texts")

# Rooms whose sentences come before a contact's eyes: pages, messages, refusals and the history of a file.
FOR_CONTACTS = (
    "filrydd/web/",
    "filrydd/notices/",
    "filrydd/lang/",
    "filrydd/layout/rules.py",
    "filrydd/findings/",
    "filrydd/stages/portions/",
    "filrydd/stages/review/",
    "filrydd/stages/search/",
)
# What of these rooms no contact reads, and who does.
FOR_OTHERS = {
    "filrydd/web/archive/": "the archivist",
    "filrydd/web/templates/archive": "the archivist",
    "filrydd/web/privacy": "the privacy officer",
    "filrydd/web/templates/privacy": "the privacy officer",
    "filrydd/web/superuser/": "the superuser",
    "filrydd/web/templates/superuser": "the superuser",
    "filrydd/web/server.py": "whoever starts the pages",
    "filrydd/web/openid/settings.py": "whoever starts the pages",
    "filrydd/web/openid/provider.py": "whoever starts the pages",
    "filrydd/notices/smtp.py": "whoever sets up the reminders",
    "filrydd/notices/message.py": "whoever sets up the reminders",
    "filrydd/notices/lines.py": "whoever sets up the reminders",
}
# What the facts about the pages say to avoid, by how each word begins, and what that is called in English.
AVOIDED = {
    "nb": re.compile(
        r"\b(fileshare|server|migrer|destruer|kasser|hold\b|dataeier|ressurseier|tilgangsstyring|acl\b|målstruktur"
        r"|begrunnelse iht|iht\b|deadline|deteksjon|detekter|duplika|versjonskjede|unntakshåndter)|!",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(file ?share|server|migrat|destroy|destruct|data owner|resource owner|access control|acl\b"
        r"|target structure|pursuant|detect|duplica|version chain|exception)|!",
        re.IGNORECASE,
    ),
}
AVERAGE, LONGEST = 15, 25
LANGUAGES = ("nb", "en")
POLICIES = sorted(texts.CODE.rglob("*.yaml"))


def is_for_contacts(file: str) -> bool:
    return file.startswith(FOR_CONTACTS) and not file.startswith(tuple(FOR_OTHERS))


@cache
def shown(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every text that contacts read in a language, each plural form by itself, with the files of theirs that have it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for message in texts.in_file():
        files = tuple(file for file, _line in message.locations if is_for_contacts(file))
        if message.id and files:
            said = message.id if language == "en" else message.string or ""
            found += [(text, files) for text in ((said,) if isinstance(said, str) else said)]
    return tuple(found)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a heading or a button is one too."""
    return [piece for piece in re.split(r"(?<=[.?!])\s+", text) if piece]


def is_whole(sentence: str) -> bool:
    return sentence.endswith((".", "?"))


def length(sentence: str) -> int:
    return len(sentence.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_to_avoid_stands_in_what_contacts_read(language: str) -> None:
    assert len(shown(language)) > 500
    found = [(text, files) for text, files in shown(language) if AVOIDED[language].search(text)]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_that_contacts_read_are_short(language: str) -> None:
    said = [sentence for text, _files in shown(language) for sentence in sentences(text)]
    assert [sentence for sentence in said if length(sentence) > LONGEST] == []
    whole = [length(sentence) for sentence in said if is_whole(sentence)]
    assert len(whole) > 300
    assert sum(whole) / len(whole) <= AVERAGE


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_some_length_has_longer_sentences_on_average(language: str) -> None:
    of_file: dict[str, list[int]] = {}
    for text, files in shown(language):
        for file in files:
            of_file.setdefault(file, []).extend(length(one) for one in sentences(text) if is_whole(one))
    # Two sentences are no average.
    long = [file for file, counts in of_file.items() if len(counts) > 4 and sum(counts) / len(counts) > AVERAGE]
    assert long == []


def reasons(language: str) -> Iterator[tuple[str, str]]:
    """The reasons that come with filrydd: a contact reads them at every group of files."""
    for path in POLICIES:
        yield from _reasons(path.name, yaml.safe_load(path.read_text("utf-8")), language)


def _reasons(file: str, node: object, language: str) -> Iterator[tuple[str, str]]:
    match node:
        case {"reason": {**said}, **rest}:
            yield file, str(said[language])
            yield from _reasons(file, rest, language)
        case {**rest}:
            for value in rest.values():
                yield from _reasons(file, value, language)
        case list():
            for value in node:
                yield from _reasons(file, value, language)
        case str() if "reason:" in node:
            # Pieces of a policy that stand as text in another file: what a department takes up.
            yield from _reasons(file, yaml.safe_load(re.sub(r"\$\w+", "x", node)), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_that_come_with_filrydd_are_in_plain_words(language: str) -> None:
    said = list(reasons(language))
    assert len(said) > 40
    assert [(file, text) for file, text in said if AVOIDED[language].search(text)] == []
    counts = [length(sentence) for _file, text in said for sentence in sentences(text)]
    assert max(counts) <= LONGEST
    assert sum(counts) / len(counts) <= AVERAGE


def test_what_is_left_to_others_is_there_and_is_not_what_contacts_read() -> None:
    files = {file for found in texts.in_code().values() for file in found}
    assert [begins for begins in FOR_OTHERS if not any(file.startswith(begins) for file in files)] == []
    assert [begins for begins in FOR_CONTACTS if not any(is_for_contacts(file) for file in files)] == []
    for page in ("home", "part", "portion", "group_card", "sign", "second", "receipt", "search", "log_in"):
        assert is_for_contacts(f"filrydd/web/templates/{page}.html")


def test_the_words_to_avoid_are_found_where_they_stand() -> None:
    assert AVOIDED["nb"].search("Filene migreres fra serveren")
    assert AVOIDED["nb"].search("Kasseres etter fem år")
    assert AVOIDED["nb"].search("Ferdig!")
    assert AVOIDED["nb"].search("Beholdes foreløpig, og holdes fast av en sak.") is None
    assert AVOIDED["en"].search("Three duplicates")
    assert sentences("Se på den. Er den riktig? Ja") == ["Se på den.", "Er den riktig?", "Ja"]
