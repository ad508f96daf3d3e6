"""Expressions over names, tried in Python before the pass: called from within SQL, each would cost as much as the pass itself.

Each `Like` becomes two TEMP tables of files: those in whose name one of its expressions is found, and those of which an
expression could not say, which are unknown and never "no match".
"""

from collections.abc import Callable, Sequence
from itertools import islice

from filrydd.catalog.connection import Catalog

Test = Callable[[str], bool]
_BATCH = 20_000


class Likes:
    """Collects expressions, then tries them all in one round over the names."""

    def __init__(self) -> None:
        self._tests: list[Sequence[Test]] = []

    def add(self, tests: Sequence[Test]) -> str:
        """SQL that is 1, 0 or NULL for a file `f`: whether one of the tests finds something in its folded name."""
        self._tests.append(tests)
        found, unknown = _tables(len(self._tests) - 1)
        return f"(CASE WHEN f.id IN temp.{found} THEN 1 WHEN f.id IN temp.{unknown} THEN NULL ELSE 0 END)"

    @property
    def tables(self) -> tuple[str, ...]:
        """The TEMP tables that the SQL reads."""
        return tuple(table for number in range(len(self._tests)) for table in _tables(number))

    def fill(self, catalog: Catalog, names: str) -> None:
        """Try everything on the names that a query gives: (file, folded name)."""
        for table in self.tables:
            catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
            catalog.run(f"CREATE TEMP TABLE {table} (file INTEGER PRIMARY KEY)")
        rows = catalog.rows(names) if self._tests else iter(())
        while batch := [(row[0], row[1]) for row in islice(rows, _BATCH)]:
            with catalog.aside():
                for number, tests in enumerate(self._tests):
                    found, unknown = _tables(number)
                    yes, unsaid = _try(tests, batch)
                    catalog.run_many(f"INSERT INTO temp.{found} VALUES (?)", yes)
                    catalog.run_many(f"INSERT INTO temp.{unknown} VALUES (?)", unsaid)


def _tables(number: int) -> tuple[str, str]:
    return f"like{number}", f"like{number}_unknown"


def _try(tests: Sequence[Test], batch: Sequence[tuple[int, str]]) -> tuple[list[tuple[int]], list[tuple[int]]]:
    """The files in whose name a test finds something, and those that a test failed on."""
    try:
        if len(tests) == 1:
            test = tests[0]
            return [(file,) for file, name in batch if test(name)], []
        return [(file,) for file, name in batch if any(test(name) for test in tests)], []
    except Exception:  # noqa: BLE001 - whatever an expression does to its engine is an answer: not known
        if len(batch) == 1:
            return [], [(batch[0][0],)]
        parts = [_try(tests, [one]) for one in batch]
        return [file for yes, _unsaid in parts for file in yes], [file for _yes, unsaid in parts for file in unsaid]
