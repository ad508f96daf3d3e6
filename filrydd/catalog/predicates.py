"""Predicates as SQL over `f` (a row of `Rendering.files`).

Path patterns are answered per folder, in Python, before the files are touched: every pattern set becomes one TEMP table of
folder ids, so that the pass over the files only looks an integer up. SQLite's LIKE, NOCASE and lower() know ASCII only;
names are therefore matched by GLOB with a class per letter (`[åÅ]`). Names that are not in NFC, of which there are few,
are matched by their NFC form, which lies in a TEMP table beside them.
"""

import re
import unicodedata
from functools import cache

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.rule import (
    All,
    Before,
    Either,
    HasExtension,
    Named,
    Not,
    Predicate,
    SizeBetween,
    Under,
)


class Rendering:
    """Renders predicates for one pass. Values are bound, never written into the SQL."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._folded: list[tuple[int, int | None, str]] | None = None
        self._sets: dict[tuple[str, ...], str] = {}
        self.values: dict[str, object] = {}
        self._compose()

    # What predicates are rendered over: the present files, with names in NFC.
    files = (
        "(SELECT f.id, f.folder, COALESCE(o.name, f.name) AS name, f.extension, f.size, f.modified, f.created FROM file f"
        " LEFT JOIN temp.composed o ON o.file = f.id WHERE f.gone IS NULL)"
    )

    def _compose(self) -> None:
        self._catalog.run("DROP TABLE IF EXISTS temp.composed")
        self._catalog.run("CREATE TEMP TABLE composed (file INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        odd = self._catalog.rows("SELECT id, name FROM file WHERE gone IS NULL AND name GLOB '*[^ -~]*'")
        self._catalog.run_many(
            "INSERT INTO temp.composed VALUES (?, ?)",
            [
                (row["id"], unicodedata.normalize("NFC", row["name"]))
                for row in odd
                if not unicodedata.is_normalized("NFC", row["name"])
            ],
        )

    def render(self, predicate: Predicate) -> str:
        """SQL that is 1 where the predicate matches the file `f`, else 0; never NULL."""
        match predicate:
            case All(of):
                return self._joined(of, " AND ", "1")
            case Either(of):
                return self._joined(of, " OR ", "0")
            case Not(of):
                return f"(NOT {self.render(of)})"
            case Under(patterns):
                return f"(f.folder IN temp.{self._folders(patterns)})"
            case Named(patterns):
                globs = sorted({any_case(pattern) for pattern in patterns})
                return "(" + (" OR ".join(f"f.name GLOB {self._bind(glob)}" for glob in globs) or "0") + ")"
            case HasExtension(extensions):
                bound = ", ".join(self._bind(names.fold(extension)) for extension in extensions)
                return f"(f.extension IN ({bound}))"
            case Before(time, ticks):
                column = {"modified": "f.modified", "created": "f.created"}[time]
                return f"({column} < {self._bind(ticks)})"
            case SizeBetween(least, most):
                bounds = []
                if least is not None:
                    bounds.append(f"f.size >= {self._bind(least)}")
                if most is not None:
                    bounds.append(f"f.size <= {self._bind(most)}")
                return "(" + (" AND ".join(bounds) or "1") + ")"

    def _joined(self, of: tuple[Predicate, ...], word: str, empty: str) -> str:
        return "(" + (word.join(self.render(predicate) for predicate in of) or empty) + ")"

    def _bind(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def _folders(self, patterns: tuple[str, ...]) -> str:
        """The TEMP table with the folders that lie at or under one that matches."""
        if patterns in self._sets:
            return self._sets[patterns]
        table = f"under_{len(self._sets)}"
        self._sets[patterns] = table
        expressions = [path_expression(pattern) for pattern in patterns]
        inside: set[int] = set()
        for folder, parent, path in self._tree():
            if parent in inside or any(expression.fullmatch(path) for expression in expressions):
                inside.add(folder)
        self._catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
        self._catalog.run(f"CREATE TEMP TABLE {table} (folder INTEGER PRIMARY KEY)")
        self._catalog.run_many(f"INSERT INTO temp.{table} VALUES (?)", [(folder,) for folder in sorted(inside)])
        return table

    def _tree(self) -> list[tuple[int, int | None, str]]:
        """Every folder with its parent and folded path, parents first."""
        if self._folded is None:
            paths = folder_paths(self._catalog)
            rows = self._catalog.rows("SELECT id, parent FROM folder WHERE gone IS NULL ORDER BY lo")
            self._folded = [(row["id"], row["parent"], names.fold(paths[row["id"]])) for row in rows]
        return self._folded


@cache
def path_expression(pattern: str) -> re.Pattern[str]:
    """The expression for a path glob over folded folder paths: `*` and `?` within a segment, `**` any number of them."""
    segments = names.fold(pattern.strip("/")).split("/")
    written = ""
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "**":
            written += "(?:[^/]+(?:/[^/]+)*)?" if last else "(?:[^/]+/)*"
        else:
            inner = "".join("[^/]*" if c == "*" else "[^/]" if c == "?" else re.escape(c) for c in segment)
            written += inner + ("" if last else "/")
    return re.compile(written)


@cache
def any_case(pattern: str) -> str:
    """A name glob as a SQLite GLOB over NFC names that ignores case."""
    return "".join(_any_case(letter) for letter in unicodedata.normalize("NFC", pattern))


def _any_case(letter: str) -> str:
    if letter in "*?":
        return letter
    cases = _letters_by_fold().get(names.fold_letter(letter), (letter,))
    if len(cases) == 1 and letter not in "[]":
        return letter
    return "[" + "".join(cases) + "]"


@cache
def _letters_by_fold() -> dict[str, tuple[str, ...]]:
    """For each folded letter of the basic plane that has several forms, or is a bracket, all its forms."""
    forms: dict[str, list[str]] = {}
    for point in range(0x20, 0xD800):
        letter = chr(point)
        forms.setdefault(names.fold_letter(letter), []).append(letter)
    return {folded: tuple(letters) for folded, letters in forms.items() if len(letters) > 1}
