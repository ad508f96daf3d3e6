"""Entries whose names, or the folders above, fit what somebody wrote.

The index says which may fit, the catalog decides: what is given back exists, fits, and may be seen. Bounded by a number and by
a moment; the best of what was found until then comes first.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from filrydd.catalog.connection import Catalog
from filrydd.catalog.searching import words
from filrydd.catalog.searching.index import Index
from filrydd.catalog.searching.sight import Sight
from filrydd.model.names import fold, stored

# So many are looked at to choose the best of.
_LOOKED_AT = 400
_AT_ONCE = 200


@dataclass(slots=True)
class Fitting:
    """Numbers of entries, the best first. `more`: there are others, or time was up before all were looked at."""

    ids: list[int] = field(default_factory=list)
    more: bool = False


def find(catalog: Catalog, index: Index, sight: Sight, table: str, text: str, deadline: float, most: int) -> Fitting:
    """The files or folders (`table`) for a line of words, until a moment of `time.monotonic`.

    First those whose whole name it is, then those with all words in the name, then those with some in the folders above.
    """
    wanted = words.words(stored(text))[: words.MOST_WORDS]
    questions = [f'"{words.whole(stored(text))}"']
    if wanted:
        questions.append(words.all_in_name(wanted))
    if len(wanted) > 1:
        questions.append(words.in_name_or_above(wanted))
    tops = sight.tops(index)
    if tops is not None:
        questions = [words.inside(question, tops) for question in questions]
    looking = _Looking(catalog, sight, table, fold(stored(text)), wanted)
    late = False
    with index.until(deadline):
        late = True
        for question in questions:
            # Whoever writes a whole name looks for just that one.
            if len(looking.found) > most or looking.has_whole or time.monotonic() > deadline:
                break
            looking.look(_numbers(index, table, question), deadline)
        late = False
    best = sorted(looking.found.items(), key=lambda one: one[1])
    return Fitting([number for number, _rank in best[:most]], late or looking.is_late or len(best) > most)


def _numbers(index: Index, table: str, question: str) -> Iterator[int]:
    for row in index.rows(f"SELECT rowid FROM {table}_words WHERE {table}_words MATCH ?", (question,)):
        yield row[0]


_Rank = tuple[int, bool, int, int]


class _Looking:
    """Candidates looked at one after another; each that fits and may be seen is found, with its rank."""

    def __init__(self, catalog: Catalog, sight: Sight, table: str, text: str, wanted: Sequence[str]) -> None:
        self._catalog, self._sight, self._table = catalog, sight, table
        self._text, self._wanted = text, wanted
        self._seen: set[int] = set()
        self._words: dict[int, frozenset[str]] = {}
        self.found: dict[int, _Rank] = {}
        self.is_late = False

    @property
    def has_whole(self) -> bool:
        """Whether something has just that name, extension and all."""
        return "." in self._text and any(rank[0] == 0 for rank in self.found.values())

    def look(self, numbers: Iterator[int], deadline: float) -> None:
        """Look at these until enough are found, or it is time."""
        column = "folder" if self._table == "file" else "parent"
        while some := list(islice(numbers, _AT_ONCE)):
            new = [number for number in some if number not in self._seen]
            self._seen.update(new)
            marks = ", ".join("?" * len(new))
            for row in self._catalog.rows(
                f"SELECT id, {column} AS above, name, modified, gone IS NOT NULL AS gone FROM {self._table}"
                f" WHERE id IN ({marks})",
                new,
            ):
                place = row["id"] if self._table == "folder" else row["above"]
                if row["above"] is None or not self._sight.sees(place):
                    continue
                rank = self._rank(row["above"], row["name"])
                if rank is not None:
                    self.found[row["id"]] = (rank, bool(row["gone"]), -row["modified"], row["id"])
            if len(self.found) >= _LOOKED_AT or time.monotonic() > deadline:
                self.is_late = True
                return

    def _rank(self, above: int, name: str) -> int | None:
        """How well it fits, the best 0; None when it does not."""
        folded = fold(name)
        if folded == self._text:
            return 0
        if not self._wanted:
            return None
        known = words.words(name)
        in_name = [word for word in self._wanted if words.fits(word, known)]
        if len(in_name) == len(self._wanted):
            return 1 if folded.startswith(self._text) else 2
        # Where all stands above, the folder is what was looked for.
        if not in_name or not all(words.fits(word, self._above(above)) for word in self._wanted if word not in in_name):
            return None
        return 3

    def _above(self, folder: int) -> frozenset[str]:
        if folder not in self._words:
            self._words[folder] = frozenset(words.words(self._sight.path(folder)))
        return self._words[folder]
