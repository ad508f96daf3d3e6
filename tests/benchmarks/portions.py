"""How long the review's portions take on a large area: made, read, answered, taken in.

`python -m tests.benchmarks.portions [FOLDERS FILES [WORKSPACE]]` makes a department that became a maze (unless told otherwise
100,000 folders with 1,000,000 files), proposes it, and prints a line a measure. A workspace that is named is kept, and used
as it is when it is there already.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

from filrydd.catalog import answers
from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions import collecting, taking
from filrydd.portions import form, ordered
from filrydd.stages import portions, propose
from filrydd.stages.portions import Answer, By, Looked
from filrydd.stages.work import Work
from tests.benchmarks import mazes, measure
from tests.benchmarks.propose_child import work_in

_TIMES = 20
_MB = 1_000_000


def say(what: str, value: str) -> None:
    print(f"{what:<64} {value}", flush=True)


def timed(what: str, function: Callable[..., Any], *words: Any, **named: Any) -> Any:
    begun, used = time.perf_counter(), time.process_time()
    found = function(*words, **named)
    say(what, f"{time.perf_counter() - begun:8.2f} s, processor {time.process_time() - used:.2f} s")
    return found


def often(what: str, function: Callable[[int], object]) -> None:
    """The middle and the 95th percentile of some runs, in milliseconds."""
    spent = []
    for number in range(_TIMES):
        begun = time.perf_counter()
        function(number)
        spent.append((time.perf_counter() - begun) * 1000)
    cuts = quantiles(spent, n=20)
    say(what, f"{cuts[9]:8.1f} ms, 95 %: {cuts[18]:.1f} ms")


def made(folders: int, files: int, place: Path) -> Work:
    if (place / "scans" / f"{mazes.AREA}.db").exists():
        return work_in(place)
    work = mazes.workspace(place, mazes.aged(1, folders, files))
    timed("propose, portions included", propose.run, work)
    return work


def largest(catalog: Catalog) -> str:
    return str(
        catalog.value(
            "SELECT q.name FROM part q JOIN folder_part x ON x.part = q.id WHERE q.present GROUP BY q.id ORDER BY COUNT(*) DESC"
        )
    )


def pure(work: Work, catalog: Catalog) -> None:
    known = answers.known_rules(catalog)
    given = timed("  what the groups are made from", lambda: list(collecting.parts(catalog, known, (), work.now())))
    groups = timed("  the groups, pure", lambda: [ordered(form(one.given), {}) for one in given])
    say("  groups", str([len(of_part) for of_part in groups]))


def main(folders: int, files: int, place: Path) -> None:
    os.environ.setdefault("FILRYDD_KEY", str(place.parent / "portions-ledger.key"))
    work = made(folders, files, place)
    by = By("Kari Nordmann", "link", "benchmark")
    with work.catalog() as catalog:
        part = largest(catalog)
        pure(work, catalog)
        timed("prepare", portions.prepare, work, catalog)
        say("highest memory of this process", f"{measure.peak_of(os.getpid()) / _MB:8.0f} MB")
        often("overview", lambda _n: portions.overview(catalog, part))
        numbers = [one.number for one in portions.overview(catalog, part).portions]
        often("portion", lambda n: portions.portion(catalog, part, numbers[n % len(numbers)]))
        groups = [group for number in numbers for group in (portions.portion(catalog, part, number) or _none()).groups]
        often("group, with 50 names", lambda n: portions.group(catalog, part, groups[n % len(groups)].key))
        often("open items", lambda _n: portions.open_items(catalog, part))
    answered = iter(groups)

    def answer(_number: int) -> None:
        group = next(answered)
        said = Answer.HOLD if group.fate == "destroy" else Answer.AS_SUGGESTED
        portions.answer(work, by, part, group.key, group.content, said)

    often("answer, the catalog opened for it", answer)
    with work.catalog() as catalog:
        looks = [look.file for number in numbers for look in (portions.portion(catalog, part, number) or _none()).looks]
    often("look at a file", lambda n: portions.look(work, by, part, looks[n % len(looks)], Looked.FINE))
    often("undo and answer again", lambda _n: _undone(work, by, part, groups[0]))
    for group in groups:
        said = Answer.HOLD if "hold" in group.allowed else Answer.AS_SUGGESTED
        portions.answer(work, by, part, group.key, group.content, said, seen_answer=None)
    with work.catalog() as catalog:
        staged = timed("taken in: every group of the part, to keep: staged", taking.stage, catalog)
        say("  files", f"{staged.changed:,}")
        timed("  root over all answers", taking.root, catalog)
        timed("  stored, in one transaction", _stored, catalog)
        timed("prepare, once answered", portions.prepare, work, catalog)
        shown = portions.overview(catalog, part)
        say("  groups that hold", f"{sum(one.answered for one in shown.portions)} of {len(groups)}")


def _stored(catalog: Catalog) -> None:
    with catalog.writing(durable=True):
        taking.keep(catalog)


def _undone(work: Work, by: By, part: str, group: portions.GroupShown) -> None:
    portions.undo(work, by, part, group.key)
    portions.answer(work, by, part, group.key, group.content, Answer.AS_SUGGESTED)


def _none() -> portions.PortionShown:
    raise LookupError("a portion has gone")


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:3]] or [100_000, 1_000_000]
    if len(sys.argv) > 3:
        main(*sizes, Path(sys.argv[3]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(*sizes, Path(folder) / "workspace")
