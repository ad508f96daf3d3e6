"""The benchmark of proposals: `python -m tests.benchmarks.propose [--only ROW ...] [--quick] [--tree DIR] [--files N --folders N]
[--place DIR]`.

Makes areas whose truth is known, lets filrydd propose for each, and has a judge that shares no code with filrydd count what is
wrong, who gained or lost access, and how many places need permissions of their own. Prints a table; exit code 1 when a goal is
missed or could not be measured. As it is it takes about ten minutes and 2 GB of disk.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.propose_bench import Bench
from tests.benchmarks.propose_rows import areas, large, same, tried
from tests.benchmarks.propose_trees import edits, real
from tests.benchmarks.rows import Found, Row

ROWS: dict[str, Callable[[Bench], Found]] = {
    "areas": areas,
    "same": same,
    "real": real,
    "large": large,
    "edits": edits,
    "tried": tried,
}


def main() -> int:
    asked = _asked()
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}{', quick sizes' if asked.quick else ''}\n",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="filrydd-benchmark-", dir=asked.place) as place:
        bench = Bench(Path(place), asked.tree, asked.files, asked.folders, asked.quick)
        found = [_measured(name, bench) for name in asked.only]
    verdict = {True: "ok", False: "below", None: ""}
    print("| Measure | Measured | Goal | |\n| --- | --- | --- | --- |")
    for row in (row for one in found for row in one.rows):
        print(f"| {row.measure} | {row.measured} | {row.goal} | {verdict[row.met]} |")
    print("".join(f"\n- {remark}" for one in found for remark in one.remarks))
    return int(any(row.met is False for one in found for row in one.rows))


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(description="The benchmark of proposals.")
    words.add_argument(
        "--only", nargs="+", choices=tuple(ROWS), default=list(ROWS), metavar="ROW", help=", ".join(ROWS)
    )
    words.add_argument("--quick", action="store_true", help="small sizes, for a look")
    words.add_argument("--tree", type=Path, default=Path("/usr/share"), help="a real folder tree (default /usr/share)")
    words.add_argument("--files", type=int, help="files in the large area (default 2,000,000)")
    words.add_argument("--folders", type=int, help="folders in it (default a tenth of that)")
    words.add_argument("--place", type=Path, help="where all is made and removed again (default: the system's)")
    asked = words.parse_args()
    asked.files = asked.files or (50_000 if asked.quick else 2_000_000)
    asked.folders = asked.folders or asked.files // 10
    if asked.files < 10_000 or asked.folders < 1_000:
        words.error("take at least 10,000 files and 1,000 folders")
    if not asked.tree.is_dir():
        words.error(f"{asked.tree} is no folder")
    asked.tree = asked.tree.resolve()
    return asked


def _measured(name: str, bench: Bench) -> Found:
    begun = time.monotonic()
    try:
        found = ROWS[name](bench)
    except Exception as error:
        # The other rows are still worth having; this one counts as missed.
        traceback.print_exc()
        why = (str(error).strip() or repr(error)).splitlines()[-1]
        found = Found([Row(f"group {name}", f"not measured: {why}", "", False)])
    print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
