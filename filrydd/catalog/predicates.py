"""Predicates as SQL over `f`, a row of `Rendering.files`: true, 0, or NULL where nobody can know.

What is asked of folders is answered before the files are touched (`catalog.places`), and the files come as a stream in
which the name is folded once: SQLite's LIKE, NOCASE and lower() know ASCII only, so a name with other letters goes through
`model.names.fold`. SQL's own three values are those that `model.rule` states.
"""

import itertools
import re

from filrydd.catalog.connection import Catalog
from filrydd.catalog.likes import Likes
from filrydd.catalog.places import Places
from filrydd.model import names
from filrydd.model.finding import BY_READING, Found, Outcome
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
from filrydd.policy.expressions import compiled

_TIMES = {"modified": "f.modified", "created": "f.created", "latest": "max(f.modified, f.created)"}
# As many bytes as letters: nothing but ASCII. Norwegian letters are folded by SQLite too; the rest goes to Python, which two
# connections at work would have to wait for.
_FOLDED = (
    "CASE WHEN length(f.name) = length(CAST(f.name AS BLOB)) THEN lower(f.name)"
    " WHEN f.name NOT GLOB '*[^ -~æøåÆØÅ]*' THEN replace(replace(replace(lower(f.name), 'Æ', 'æ'), 'Ø', 'ø'), 'Å', 'å')"
    " ELSE fold(f.name) END"
)
_PLAIN = ("folder", "extension", "size", "modified", "created", "owner", "attributes")
COLUMN = re.compile(r"\bf\.(\w+)")
"""A column of `f` in rendered SQL."""
_SHARES_SIZE = "SELECT size FROM file WHERE gone IS NULL AND size > 0 GROUP BY size HAVING COUNT(*) > 1"
# Whether contents would show a copy: nobody has the same size, or it was read and compared.
_COMPARED = f"(f.size = 0 OR f.size NOT IN ({_SHARES_SIZE}) OR f.id IN (SELECT file FROM content))"


def is_certain(predicate: Predicate) -> bool:
    """Whether the answer is known for every file, whatever was or was not read."""
    match predicate:
        case All(of) | Either(of):
            return all(is_certain(inner) for inner in of)
        case Not(of):
            return is_certain(of)
        case Under() | Named() | HasExtension() | Before() | SizeBetween() | Has(_, True):
            return True
        case _:
            return False


def _cost(predicate: Predicate) -> int:
    match predicate:
        case All(of) | Either(of):
            return max(map(_cost, of), default=0)
        case Not(of):
            return _cost(of)
        case Under() | Before() | SizeBetween():
            return 0
        case HasExtension():
            return 1
        case Named():
            return 2
        case Like():
            return 4
        case _:
            return 3


class Rendering:
    """Renders predicates for one pass: over all files, or over the file `only`. Values are bound, never written into SQL.

    First everything is rendered, then `fill` answers what is asked of folders, then the SQL may run.
    """

    def __init__(self, catalog: Catalog, *, only: int | None = None) -> None:
        # All files, unless a share of them is asked for.
        self.values: dict[str, object] = {"first": 0, "last": 1 << 62}
        self._catalog = catalog
        self._only = only
        self._places = Places()
        self._numbers = itertools.count()
        self._needs_all = only is None
        self._likes = Likes()
        catalog.define("fold", names.fold)

    @property
    def files(self) -> str:
        """What predicates are rendered over: the present files, streamed in the order of their numbers."""
        return self.files_for(None)

    def files_for(self, *sql: str | None) -> str:
        """The same with only those columns that the SQL asks of `f`: each one more is copied for every file. None: all."""
        asked = set() if None in sql else set(COLUMN.findall(" ".join(text or "" for text in sql)))
        every = {"name": _FOLDED, **{word: f"f.{word}" for word in _PLAIN}}
        every |= {column: f"b.{column}" for column in self._places.columns}
        columns = "".join(f", {made} AS {word}" for word, made in every.items() if word in asked or None in sql)
        one = " AND f.id BETWEEN :first AND :last" if self._only is None else f" AND f.id = {self._only:d}"
        # The limit keeps SQLite from folding this query into the one around it, which would fold names at each use.
        return (
            f"(SELECT f.id{columns} FROM file f CROSS JOIN temp.place_bits b ON b.folder = f.folder"
            f" WHERE f.gone IS NULL{one} LIMIT -1)"
        )

    def fill(self) -> None:
        """Answer what is asked of folders. After the last `render`, before the SQL."""
        only = None
        if not self._needs_all:
            only = self._catalog.value("SELECT folder FROM file WHERE id = ?", (self._only,))
        self._places.fill(self._catalog, only)
        one = "" if self._only is None else f" AND f.id = {self._only:d}"
        self._likes.fill(self._catalog, f"SELECT f.id, {_FOLDED} FROM file f WHERE f.gone IS NULL{one}")

    def folders(self, listed: str) -> str:
        """SQL that is not zero for a file whose folder a query lists."""
        return self._places.among(listed).sql

    def render(self, predicate: Predicate) -> str:
        """SQL that is true where the predicate matches the file `f`, 0 where it does not, NULL where nobody can know."""
        match predicate:
            case All(of):
                return self._joined(of, " AND ", "1")
            case Either(of):
                return self._joined(of, " OR ", "0")
            case Not(of):
                return f"(NOT {self.render(of)})"
            case Under(patterns):
                return self._places.under(patterns).sql
            case Named(patterns):
                return self._named(patterns)
            case HasExtension(extensions):
                bound = ", ".join(self._bind(names.fold(extension)) for extension in extensions)
                return f"(f.extension IN ({bound}))"
            case Before(time, ticks):
                return f"({_TIMES[time]} < {self._bind(ticks)})"
            case SizeBetween(least, most):
                bounds = [
                    f"f.size {sign} {self._bind(size)}"
                    for sign, size in ((">=", least), ("<=", most))
                    if size is not None
                ]
                return "(" + (" AND ".join(bounds) or "1") + ")"
            case Like(expressions, of_what):
                return self._like(expressions, of_what)
            case OwnedBy(owners):
                owned = f"f.owner IN ({self._principals(owners)})"
                return f"(CASE WHEN f.owner IS NULL THEN NULL ELSE {owned} END)"
            case OwnerIs(states):
                return self._owner_is(states)
            case OpenTo(principals, right):
                return self._open_to(principals, {"read": "reads", "write": "writes"}[right])
            case CopyOf(patterns):
                return self._copy_of(patterns)
            case Has(kinds, True):
                return f"({' OR '.join(self._found(kind) for kind in sorted(kinds)) or '0'})"
            case Has(kinds):
                return "(" + (" OR ".join(self._has(kind) for kind in sorted(kinds)) or "0") + ")"

    def _joined(self, of: tuple[Predicate, ...], word: str, empty: str) -> str:
        """The cheapest question first; the answer is the same in any order."""
        return "(" + (word.join(self.render(predicate) for predicate in sorted(of, key=_cost)) or empty) + ")"

    def _bind(self, value: object) -> str:
        name = f"v{next(self._numbers)}"
        self.values[name] = value
        return f":{name}"

    def _named(self, patterns: tuple[str, ...]) -> str:
        folded = sorted({names.fold(pattern) for pattern in patterns})
        whole = [pattern for pattern in folded if not set(pattern) & set("*?")]
        tests = [self._named_like(pattern) for pattern in folded if pattern not in whole]
        if whole:
            tests.append(f"f.name IN ({', '.join(self._bind(pattern) for pattern in whole)})")
        return "(" + (" OR ".join(tests) or "0") + ")"

    def _named_like(self, pattern: str) -> str:
        """The cheapest test that means the same as the folded glob: a range, an ending, a search, or GLOB itself."""
        inner = pattern.strip("*")
        plain = inner and not set(inner) & set("*?")
        begins, ends = pattern.startswith("*"), pattern.endswith("*")
        last = ord(inner[-1]) + 1 if inner else 0
        if plain and begins and ends:
            return f"instr(f.name, {self._bind(inner)}) > 0"
        if plain and begins:
            return f"substr(f.name, {-len(inner)}) = {self._bind(inner)}"
        if plain and not 0xD800 <= last < 0xE000 and last < 0x110000:
            after = inner[:-1] + chr(last)
            return f"(f.name >= {self._bind(inner)} AND f.name < {self._bind(after)})"
        return f"f.name GLOB {self._bind(pattern.replace('[', '[[]'))}"

    def _like(self, expressions: tuple[str, ...], of_what: str) -> str:
        tests = [compiled(expression) for expression in expressions]
        if of_what == "path":
            return self._places.like(lambda path: any(test(path) for test in tests)).sql
        return self._likes.add(tests)

    @property
    def tables(self) -> tuple[str, ...]:
        """The TEMP tables that the SQL reads."""
        return ("place_bits", *self._likes.tables)

    def _principals(self, wanted: tuple[str, ...]) -> str:
        """The numbers of the principals with one of these names or SIDs, as a list of SQL."""
        folded = {names.fold(name) for name in wanted}
        found = [
            row["id"]
            for row in self._catalog.rows("SELECT id, sid, name FROM principal")
            if names.fold(row["name"]) in folded or names.fold(row["sid"]) in folded
        ]
        return ", ".join(f"{number:d}" for number in found)

    def _owner_is(self, states: tuple[str, ...]) -> str:
        wanted = ", ".join(self._bind(state) for state in states)
        # A group or a well-known account has no state to ask for; it is neither disabled nor gone.
        unknown = "SELECT id FROM principal WHERE state = '' AND kind NOT IN ('group', 'well-known')"
        known = f"f.owner IN (SELECT id FROM principal WHERE state IN ({wanted}))"
        return f"(CASE WHEN f.owner IS NULL OR f.owner IN ({unknown}) THEN NULL ELSE {known} END)"

    def _open_to(self, principals: tuple[str, ...], column: str) -> str:
        them = self._principals(principals)
        opened = self._places.among(
            f"SELECT d.id FROM folder d JOIN access a ON a.descriptor = d.descriptor WHERE a.{column} AND a.principal IN"
            f" (SELECT id FROM principal WHERE id IN ({them}) UNION SELECT owning FROM member WHERE member IN ({them}))"
        )
        unknown = self._places.among("SELECT id FROM folder WHERE descriptor IS NULL")
        return f"(CASE WHEN {opened.sql} THEN 1 WHEN {unknown.sql} THEN NULL ELSE 0 END)"

    def _copy_of(self, patterns: tuple[str, ...]) -> str:
        self._needs_all = True  # the other file may lie anywhere
        there = self._places.under(patterns).sql.replace("f.b", "p.b")
        copies = (
            "SELECT c.file FROM content c JOIN content o ON o.whole = c.whole AND o.file <> c.file"
            " JOIN main.file x ON x.id = o.file AND x.gone IS NULL"
            f" JOIN temp.place_bits p ON p.folder = x.folder WHERE {there}"
        )
        return f"(CASE WHEN f.id IN ({copies}) THEN 1 WHEN {_COMPARED} THEN 0 ELSE NULL END)"

    def _found(self, kind: Found) -> str:
        return f"f.id IN (SELECT file FROM finding WHERE closed IS NULL AND kind = {self._bind(kind.value)})"

    def _has(self, kind: Found) -> str:
        found = self._found(kind)
        if kind is Found.DUPLICATE:
            known = _COMPARED
        elif kind is Found.LINKED:
            known = "EXISTS (SELECT 1 FROM examination)"
        elif kind in BY_READING:
            ends = (Outcome.READ, Outcome.PROTECTED) if kind is Found.PROTECTED else (Outcome.READ,)
            told = ", ".join(self._bind(outcome.value) for outcome in ends)
            known = f"f.id IN (SELECT file FROM examination WHERE outcome IN ({told}))"
        else:
            known = "EXISTS (SELECT 1 FROM noticed)"
        return f"(CASE WHEN {found} THEN 1 WHEN {known} THEN 0 ELSE NULL END)"
