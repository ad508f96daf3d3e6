"""The Norwegian texts: all there, true to the English ones, plain, and what `nb.mo` says."""

import ast
import gettext
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog, Message

from filrydd.lang import speaking
from filrydd.web.templates import environment
from tests import texts

# Babel reads all of the code once for these tests, so one worker has them.
pytestmark = pytest.mark.xdist_group("texts")

# Words of the machine: they stand in both languages alike.
SYSTEM = re.compile(
    r"--[a-z-]+|`[^`]+`|\b[A-Z]+_[A-Z_]+\b|https?://\S+[^\s.]|smb://|\b[A-Z]+\.(?:xlsx|db)|\.[a-z]{2,4}\b"
    r"|\bfilrydd (?:scan|classify|propose|review|export|import|upload|backup|status|tenant serve|policy test)\b"
    r"|\b(?:AREA|SOURCE|FOLDER|PATH|DIR|NAME)\b|Ctrl\+C|whoami /user|Sites\.Selected|Kasseres"
)


@cache
def code() -> dict[texts.Id, list[str]]:
    return texts.in_code()


@cache
def po() -> Catalog:
    return texts.in_file()


def messages() -> list[Message]:
    return [message for message in po() if message.id]


def both(message: Message) -> list[tuple[str, str]]:
    """The English and the Norwegian, form by form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


def norwegian(message: Message) -> list[str]:
    return [text for _english, text in both(message)]


def fields(text: str) -> set[tuple[str, str, str]]:
    return {
        (name, spec or "", how or "") for _text, name, spec, how in string.Formatter().parse(text) if name is not None
    }


def test_every_text_of_the_code_is_in_the_file_and_no_other() -> None:
    assert {message.id for message in messages()} == set(code()), "run: python -m tests.texts"
    assert len(messages()) > 700


def test_every_text_is_translated() -> None:
    assert [message.id for message in texts.missing(po())] == []


def test_a_text_without_one_of_its_plural_forms_counts_as_missing() -> None:
    one = Message(("{count} file", "{count} files"), ("{count} fil", ""))
    assert texts.missing([one, Message("a", "b"), Message("c", "")]) == [one, Message("c", "")]


def test_no_text_is_doubtful_or_left_over() -> None:
    assert [message.id for message in messages() if message.fuzzy] == []
    assert list(po().obsolete) == []


def test_updating_the_files_again_changes_nothing() -> None:
    again = texts.updated(code(), po())
    assert texts.PO.read_bytes() == texts.written(again), "run: python -m tests.texts"


def test_the_compiled_file_is_what_the_texts_compile_to() -> None:
    again = texts.compiled(texts.updated(code(), po()))
    assert texts.MO.read_bytes() == again, "run: python -m tests.texts"


def test_python_reads_from_the_compiled_file_what_the_texts_say() -> None:
    with texts.MO.open("rb") as file:
        read = gettext.GNUTranslations(file)
    for message in messages():
        for count, (_english, text) in zip((1, 2), both(message), strict=False):
            found = read.gettext(message.id) if isinstance(message.id, str) else read.ngettext(*message.id, count)
            assert found == text
    assert read.ngettext("{count} file, {size}", "{count} files, {size}", 0) == "{count} filer, {size}"


def test_a_new_text_is_added_and_a_text_that_is_gone_is_dropped() -> None:
    known = texts.updated({"old": ["a.py"], "kept": ["a.py"]}, [Message("old", "gammel"), Message("kept", "beholdt")])
    later = texts.updated({"kept": ["b.py"], "new": ["a.py"]}, known)
    assert [(message.id, message.string) for message in later if message.id] == [("new", ""), ("kept", "beholdt")]


@pytest.mark.parametrize("what", ["placeholders", "words of the machine", "edges"])
def test_both_languages_have_the_same(what: str) -> None:
    def of(text: str) -> object:
        match what:
            case "placeholders":
                return fields(text)
            case "words of the machine":
                return set(SYSTEM.findall(text))
        end = text[-1:] if text.endswith((".", "?", ":")) else ""
        return len(text) - len(text.lstrip()), text.count("\n"), end

    for message in messages():
        for english, text in both(message):
            assert of(text) == of(english), (english, text)


def test_no_text_shouts_and_no_sentence_is_long() -> None:
    for message in messages():
        for text in norwegian(message):
            assert "!" not in text.replace("(!)", ""), text
            for sentence in re.split(r"(?<=[.?:;])\s+", text):
                assert len(sentence.split()) <= 20, sentence


def computed_in_python(tree: ast.AST) -> Iterator[int]:
    """Lines where `_` or `n_` gets something that extraction cannot see."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "n_"):
            said = node.args[: 1 if node.func.id == "_" else 2]
            if not all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in said):
                yield node.lineno


def computed_in_template(source: str) -> Iterator[int]:
    for call in environment().parse(source).find_all(jinja2.nodes.Call):
        if isinstance(call.node, jinja2.nodes.Name) and call.node.name in ("_", "n_"):
            said = call.args[: 1 if call.node.name == "_" else 2]
            if not all(isinstance(one, jinja2.nodes.Const) for one in said):
                yield call.lineno


def test_every_text_stands_in_the_code_as_it_is_so_that_it_can_be_found() -> None:
    hidden = [
        f"{path}:{line}"
        for path in texts.CODE.rglob("*.py")
        for line in computed_in_python(ast.parse(path.read_bytes()))
    ]
    hidden += [
        f"{path}:{line}"
        for path in texts.CODE.rglob("*.html")
        for line in computed_in_template(path.read_text("utf-8"))
    ]
    assert hidden == []
    assert list(computed_in_python(ast.parse("_(f'{a} b')\nn_('a', b, 2)\n_('a')"))) == [1, 2]
    assert list(computed_in_template("{{ _('a') }}\n{{ _(b) }}")) == [2]


def test_no_text_of_a_page_stands_outside_the_translations() -> None:
    """What is left of a template without its tags and expressions are signs, not words."""
    for path in texts.CODE.rglob("*.html"):
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        words = re.findall(r"[^\W\d_]{2,}", re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", bare))
        assert set(words) <= {"filrydd"}, (path.name, words)


def test_the_answers_in_a_move_list_are_three_words_in_both_languages() -> None:
    from filrydd.stages.sheet import form

    for language in ("nb", "en"):
        with speaking(language):
            assert len({word.casefold() for word in form.words().values()}) == 3
            for kind in form.KINDS:
                assert len(set(form.titles(kind))) == form.COLUMNS
            assert form.sheet_name("groups", 1) != form.sheet_name("files", 1)


def test_help_is_in_bokmal_where_the_language_says_so(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "filrydd", "--help"],
        env={**os.environ, "FILRYDD_LANG": "nb", "PYTHONIOENCODING": "utf-8"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert "Rydder gamle filområder" in said.stdout
    assert "Kommandoer:" in said.stdout
    assert "gjør det gamle filområdet skrivebeskyttet" in said.stdout
