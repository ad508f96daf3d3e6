"""The texts in bokmål: taken from the code into `filrydd/lang/nb.po`, compiled to `nb.mo`.

    python -m tests.texts

When a text in the code is new or worded anew: run this, write the Norwegian where `nb.po` has an empty `msgstr`, run it
again. A second run changes nothing. The exit code is 1 while a text is missing.
"""

import io
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CODE = ROOT / "filrydd"
PO, MO = CODE / "lang" / "nb.po", CODE / "lang" / "nb.mo"
KEYWORDS = {"_": None, "n_": (1, 2)}
# By default Babel passes over a template that it cannot parse.
_JINJA = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}

Id = str | tuple[str, str]


class Texts(Catalog):
    """A catalogue whose header says nothing of when or by what it was made: the same texts are the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "nb"),
            ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            # A PO header ends every line, the last too.
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def in_code() -> dict[Id, list[str]]:
    """Every text in the code, a plural one as a pair, with the files that have it, from the checkout's root."""
    found: dict[Id, set[str]] = {}
    for name, _line, message, _comments, _context in extract_from_dir(
        CODE, [("**.py", "python"), ("**.html", "jinja2")], {"**.html": _JINJA}, KEYWORDS
    ):
        file = (CODE / name).relative_to(ROOT).as_posix()
        found.setdefault(message, set()).add(file)
    return {message: sorted(files) for message, files in found.items()}


def in_file() -> Catalog:
    """The texts as `nb.po` has them."""
    with PO.open("rb") as file:
        return read_po(file, locale="nb", charset="UTF-8", abort_invalid=True)


def updated(code: dict[Id, list[str]], known: Iterable[Message]) -> Texts:
    """The texts of the code, by file, with the Norwegian that is known already; a doubtful one counts as unknown."""
    norwegian = {message.id: message for message in known if message.id and not message.fuzzy}
    texts = Texts(locale="nb", charset="UTF-8", header_comment="# filrydd in bokmål. See tests/texts.py.", fuzzy=False)
    for id, files in sorted(
        code.items(), key=lambda item: (item[1], item[0] if isinstance(item[0], str) else item[0][0])
    ):
        was = norwegian.get(id)
        message = texts.add(
            id,
            was.string if was else "",
            [(file, 0) for file in files],
            user_comments=was.user_comments if was else (),
        )
        # Babel guesses from a percent sign that a text is filled with `%`; here it never is.
        message.flags.clear()
    return texts


def written(texts: Catalog) -> bytes:
    """The texts as a PO file."""
    file = io.BytesIO()
    write_po(file, texts, width=0, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def compiled(texts: Catalog) -> bytes:
    """The texts as an MO file, without those that have no Norwegian."""
    file = io.BytesIO()
    write_mo(file, texts)
    return file.getvalue()


def missing(texts: Iterable[Message]) -> list[Message]:
    """The texts without Norwegian, or without one of its plural forms."""
    return [
        message
        for message in texts
        if message.id and not all([message.string] if isinstance(message.string, str) else message.string)
    ]


def main() -> int:
    """Update both files and say what is missing, and what the code no longer has (its Norwegian may fit a new wording)."""
    known = in_file() if PO.exists() else Texts(locale="nb")
    code = in_code()
    texts = updated(code, known)
    PO.write_bytes(written(texts))
    MO.write_bytes(compiled(texts))
    for message in known:
        if message.id and message.id not in code:
            print(f"gone: {message.id!r}: {message.string!r}")
    lacking = missing(texts)
    for message in lacking:
        print(f"missing: {message.id!r} ({', '.join(file for file, _line in message.locations)})")
    print(f"{len(texts)} texts, {len(lacking)} without Norwegian.")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
