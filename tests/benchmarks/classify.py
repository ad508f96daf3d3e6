"""Classifying generated catalogs: `python -m tests.benchmarks.classify [--files N] [--small N] [--repeat N]`.

Rows: everything, beside the same rules as a tight Python loop, once over a list of compiled rules and once unrolled to one
generated function (each in a process of its own, in turn, on a fresh copy of the same catalog); what a regular expression
costs on top; growth from the small to the large catalog; memory; how long somebody who reads and writes a page waits
meanwhile; and looking at all names (versions, what SharePoint has no place for).

What favours us: the names are drawn from a few dozen words, so few patterns are tried on each. What does not: the machine's
two cores are all there is, for both processes, and everything has a first ruling to be written.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from filrydd.catalog.connection import open_catalog
from filrydd.model.finding import Found
from filrydd.model.rule import Fate, Like, Rule, Texts
from tests.benchmarks.filled import DAY, fill
from tests.benchmarks.forty import RULES

# Expressions that an office could write; the first finds something in many names, the others look at all for little.
EXPRESSIONS = (
    r"^(faktura|kreditnota) \d+\.pdf$",
    r"(19|20)\d\d-(0[1-9]|1[0-2])",
    r"høring.*(svar|uttal)",
    r"v\d+ (endelig|utkast)",
)


def main() -> None:
    """Measure and print one line for each row."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--files", type=int, default=2_000_000)
    asked.add_argument("--small", type=int, default=200_000)
    asked.add_argument("--repeat", type=int, default=3)
    asked.add_argument("--place", type=Path, default=None, help="a folder for the catalogs (about 700 MB)")
    asked.add_argument("--child", default="")
    wishes = asked.parse_args()
    if wishes.child:
        print(json.dumps(_child(wishes.child, wishes.place)))
        return
    with tempfile.TemporaryDirectory(dir=wishes.place) as place:
        _measure(Path(place), wishes)


def _measure(place: Path, wishes: argparse.Namespace) -> None:
    large, small = place / "large.db", place / "small.db"
    fill(large, wishes.files)
    fill(small, wishes.small)
    rules, cores = len(RULES), os.cpu_count()
    print(
        f"{wishes.files:,} files, {wishes.files // 10:,} folders, {rules} rules; median of {wishes.repeat}, {cores} cores"
    )
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "loop": [], "unrolled": [], "expression": [], "small": []}
    for _ in range(wishes.repeat):
        for kind in runs:
            runs[kind].append(_run(small if kind == "small" else large, "ours" if kind == "small" else kind, place))
    seconds = {kind: statistics.median(one["seconds"] for one in made) for kind, made in runs.items()}
    assert all(one["counts"] == runs["ours"][0]["counts"] for one in runs["ours"] + runs["loop"] + runs["unrolled"]), (
        "they disagree"
    )
    grown = seconds["ours"] / seconds["small"] / (wishes.files / wishes.small)
    print(f"everything            {seconds['ours']:6.1f} s   {[round(one['seconds'], 1) for one in runs['ours']]}")
    for kind, words in (("loop", "a loop over the rules"), ("unrolled", "one generated if")):
        print(f"{words:21} {seconds[kind]:6.1f} s   {seconds[kind] / seconds['ours']:.1f} x ours")
    print(f"each expression       {(seconds['expression'] - seconds['ours']) / len(EXPRESSIONS):6.1f} s more")
    print(f"growth                {grown:6.2f} x linear   ({wishes.small:,} files: {seconds['small']:.2f} s)")
    for kind in ("ours", "small"):
        print(f"peak memory, {kind:8} {max(one['peak'] for one in runs[kind]) / 1e6:6.0f} MB")
    again = _run(large, "again", place)
    print(f"again, nothing new    {again['seconds']:6.1f} s")
    waited = _run(large, "pages", place)
    print(
        f"a page's longest wait {waited['reads']:6.2f} s to read, {waited['writes']:.2f} s to write ({waited['times']} times)"
    )
    names = _run(large, "names", place)
    print(f"looking at all names  {names['seconds']:6.1f} s, {names['peak'] / 1e6:.0f} MB, {names['found']:,} findings")


def _run(catalog: Path, kind: str, place: Path) -> dict[str, Any]:
    """A child's answer, on a copy of the catalog."""
    folder = place / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(catalog, folder / "a.db")
    words = [sys.executable, "-m", "tests.benchmarks.classify", "--child", kind, "--place", str(folder / "a.db")]
    said = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def _child(kind: str, path: Path) -> dict[str, Any]:
    rules = [Rule(f"e{n}", Fate.HOLD, Like((text,)), Texts("e")) for n, text in enumerate(EXPRESSIONS)] + RULES
    match kind:
        case "loop" | "unrolled":
            return _loop(path, unrolled=kind == "unrolled")
        case "expression":
            return _ours(path, rules)
        case "again":
            _ours(path, RULES)
            return _ours(path, RULES)
        case "pages":
            return _pages(path)
        case "names":
            return _names(path)
        case _:
            return _ours(path, RULES)


def _ours(path: Path, rules: list[Rule]) -> dict[str, Any]:
    from filrydd.catalog import judging, rulings

    with open_catalog(path) as catalog:
        begun = time.perf_counter()
        outcome = judging.judge(catalog, rules, [], DAY)
        rulings.publish(catalog, outcome, "x", 1)
        seconds = time.perf_counter() - begun
        counts = {outcome.verdict(code).rule.name: total.files for code, total in outcome.totals.items()}
    return {"seconds": seconds, "peak": _peak(), "counts": dict(sorted(counts.items()))}


def _loop(path: Path, *, unrolled: bool) -> dict[str, Any]:
    from tests.benchmarks.loop import classify

    with open_catalog(path) as catalog:
        begun = time.perf_counter()
        found = classify(catalog, RULES, unrolled=unrolled)
        seconds = time.perf_counter() - begun
    counts = {RULES[number].name: files for number, files in found.items() if files}
    return {"seconds": seconds, "peak": _peak(), "counts": dict(sorted(counts.items()))}


def _pages(path: Path) -> dict[str, Any]:
    """Classify twice, the second time with another policy, while somebody reads a total and stores an answer all the time."""
    waits: dict[str, list[float]] = {"reads": [], "writes": []}
    over = threading.Event()

    def page() -> None:
        with open_catalog(path) as catalog:
            while not over.is_set():
                begun = time.perf_counter()
                list(catalog.rows("SELECT rule, COUNT(*) FROM (SELECT rule FROM ruling LIMIT 1000) GROUP BY 1"))
                read = time.perf_counter()
                with catalog.writing(durable=True):
                    catalog.run(
                        "INSERT OR REPLACE INTO answer (file, fate, name, note, at) VALUES (-1, 'hold', 'a', '', 1)"
                    )
                waits["reads"].append(read - begun)
                waits["writes"].append(time.perf_counter() - read)
                time.sleep(0.02)

    reader = threading.Thread(target=page)
    reader.start()
    try:
        _ours(path, RULES)
        _ours(path, [replace(rule, name=f"{rule.name} again") for rule in RULES])
    finally:
        over.set()
        reader.join()
    return {"reads": max(waits["reads"]), "writes": max(waits["writes"]), "times": len(waits["reads"])}


def _names(path: Path) -> dict[str, Any]:
    from filrydd.catalog.contents import noticing
    from filrydd.model import times
    from filrydd.stages.classify.noticing import of_folder

    with open_catalog(path) as catalog:
        begun = time.perf_counter()
        noticing.begin(catalog)
        found: list[noticing.Noticed] = []
        count = 0
        for folder in noticing.folders(catalog):
            found += of_folder(folder, times.from_day(DAY))
            if len(found) > 20_000:
                count += len(found)
                noticing.note(catalog, found)
                found = []
        noticing.note(catalog, found)
        noticing.publish(catalog, set(Found), 1)
        return {"seconds": time.perf_counter() - begun, "peak": _peak(), "found": count + len(found)}


def _peak() -> int:
    import resource

    # What the other process of the pass takes counts too.
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(who).ru_maxrss for who in both) * 1024


if __name__ == "__main__":
    main()
