"""What is asked of folders, answered once for each folder in Python and kept as bits, so that a pass over files looks one
number up.

The TEMP table `place_bits` has a row for each present folder and the columns b0, b1, ... with 60 bits each. One walk in preorder
answers every pattern set at once: for a folder's name only the segment patterns that begin like it are tried, and the same
step from the same state is taken from memory. Only the folders from the top down to the current one are held.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.model import names
from filrydd.policy.matching import glob_expression

BITS = 60
"""Bits of one column: SQLite's integers have 64, signed."""

_MOST_REMEMBERED = 100_000
State = frozenset[tuple[int, int]]
Segment = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Bit:
    """Where an answer stands; `sql` is not zero where it is yes."""

    number: int

    @property
    def sql(self) -> str:
        return f"(f.b{self.number // BITS} & {1 << self.number % BITS})"


class Places:
    """Collects what is asked of folders, then answers it for all of them, or for those down to one folder."""

    def __init__(self) -> None:
        self._globs: list[tuple[tuple[int, ...], int]] = []  # the segments of a glob, and its bit
        self._segments: list[Segment] = []
        self._numbers: dict[str, int] = {}
        self._by_first: dict[str, list[int]] = {}
        self._anywhere: list[int] = []
        self._under: dict[tuple[str, ...], Bit] = {}
        self._like: list[tuple[Bit, Callable[[str], bool]]] = []
        self._sets: list[tuple[Bit, str, str]] = []
        self._count = 0

    @property
    def columns(self) -> list[str]:
        """The names of the columns with bits."""
        return [f"b{number}" for number in range(-(-self._count // BITS))]

    def under(self, patterns: tuple[str, ...]) -> Bit:
        """Yes for the folders that lie at or under one that matches."""
        if patterns not in self._under:
            bit = self._under[patterns] = self._take()
            for pattern in patterns:
                parts = [part for part in names.tidy_path(pattern).split("/") if part]
                self._globs.append((tuple(self._segment(part) for part in parts), bit.number))
        return self._under[patterns]

    def like(self, found: Callable[[str], bool]) -> Bit:
        """Yes for the folders whose folded path the function finds."""
        bit = self._take()
        self._like.append((bit, found))
        return bit

    def among(self, folders: str, key: str = "") -> Bit:
        """Yes for the folders that a query lists; asked anew at each filling. `key` is one value that the query binds."""
        for bit, asked, bound in self._sets:
            if (asked, bound) == (folders, key):
                return bit
        bit = self._take()
        self._sets.append((bit, folders, key))
        return bit

    def fill(self, catalog: Catalog, folder: int | None = None) -> None:
        """Make the TEMP table `place_bits`: for all present folders, or for one only (and then in no time)."""
        columns = self.columns
        catalog.run("DROP TABLE IF EXISTS temp.place_bits")
        catalog.run(
            "CREATE TEMP TABLE place_bits (folder INTEGER PRIMARY KEY"
            + "".join(f", {column} INTEGER NOT NULL DEFAULT 0" for column in columns)
            + ")"
        )
        marks = ", ".join("?" * (1 + len(columns)))
        if columns:
            with catalog.aside():
                catalog.run_many(f"INSERT INTO temp.place_bits VALUES ({marks})", self._rows(catalog, folder))
        else:
            one = "" if folder is None else f" AND id = {folder:d}"
            catalog.run(f"INSERT INTO temp.place_bits SELECT id FROM folder WHERE gone IS NULL{one}")
        for bit, folders, key in self._sets:
            column = f"b{bit.number // BITS}"
            catalog.run(
                f"UPDATE temp.place_bits SET {column} = {column} | {1 << bit.number % BITS} WHERE folder IN ({folders})",
                (key,) if key else (),
            )

    def _take(self) -> Bit:
        self._count += 1
        return Bit(self._count - 1)

    def _segment(self, part: str) -> int:
        """The number of a segment pattern; -1 stands for `**`."""
        if part == "**":
            return -1
        folded = names.fold(part)
        if folded not in self._numbers:
            number = self._numbers[folded] = len(self._segments)
            self._segments.append(glob_expression(part).match)
            if folded[0] in "*?":
                self._anywhere.append(number)
            else:
                self._by_first.setdefault(folded[0], []).append(number)
        return self._numbers[folded]

    def _hits(self, folded: str) -> tuple[int, ...]:
        """The segment patterns that a folded name matches."""
        tried = self._by_first.get(folded[:1], ())
        if not tried and not self._anywhere:
            return ()
        segments = self._segments
        return tuple([number for number in (*tried, *self._anywhere) if segments[number](folded)])

    def _rows(self, catalog: Catalog, only: int | None) -> Iterator[Sequence[int]]:
        """(folder, bits ...) for every folder, parents first."""
        width = len(self.columns)
        states: list[State] = []
        numbers: dict[State, int] = {}

        def number_of(state: State) -> int:
            if state not in numbers:
                numbers[state] = len(states)
                states.append(state)
            return numbers[state]

        steps: dict[tuple[int, tuple[int, ...]], tuple[int, int]] = {}
        way: list[tuple[int, int, int, str]] = []  # hi, number of the state, bits from patterns, folded path
        down_to = "" if only is None else f" AND (SELECT lo FROM folder WHERE id = {only:d}) BETWEEN lo AND hi"
        for folder, parent, name, lo, hi in catalog.rows(
            f"SELECT id, parent, name, lo, hi FROM folder WHERE gone IS NULL{down_to} ORDER BY lo"
        ):
            while way and way[-1][0] < lo:
                way.pop()
            if parent is None or not way:
                top, bits = self._reach(frozenset((number, 0) for number in range(len(self._globs))))
                state, path = number_of(top), ""
            else:
                _hi, above, inherited, way_path = way[-1]
                folded = name.lower() if name.isascii() else names.fold(name)
                hits = self._hits(folded)
                known = steps.get((above, hits))
                if known is None:
                    if len(steps) > _MOST_REMEMBERED:
                        steps.clear()
                    moved, more = self._into(states[above], set(hits))
                    known = steps[above, hits] = number_of(moved), more
                state, bits = known[0], known[1] | inherited
                path = names.join(way_path, folded) if self._like else ""
            way.append((hi, state, bits, path))
            if only is not None and folder != only:
                continue
            for bit, found in self._like:
                if found(path):
                    bits |= 1 << bit.number
            if width == 1:
                yield folder, bits
            else:
                yield (folder, *(bits >> BITS * column & (1 << BITS) - 1 for column in range(width)))

    def _into(self, state: State, hits: set[int]) -> tuple[State, int]:
        """The state of a folder in one of that state, and the bits that it has beyond those of the one above."""
        reached = set()
        for glob, at in state:
            part = self._globs[glob][0][at]
            if part == -1:
                reached.add((glob, at))
            elif part in hits:
                reached.add((glob, at + 1))
        return self._reach(frozenset(reached))

    def _reach(self, found: State) -> tuple[State, int]:
        """With each place those behind the `**` that follow, since `**` may stand for no segment; and the bits of the globs
        that came to their end, which need no further steps: what lies below has them by inheritance."""
        reached, bits = set(), 0
        for glob, at in found:
            parts, bit = self._globs[glob]
            while at < len(parts) and parts[at] == -1:
                reached.add((glob, at))
                at += 1
            if at == len(parts):
                bits |= 1 << bit
            else:
                reached.add((glob, at))
        return frozenset(reached), bits
