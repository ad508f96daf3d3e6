"""How long a move list takes to Excel and back, and in how much memory: `python -m tests.benchmarks.sheet FILES FOLDER`.

Makes an area of so many files, proposes it, exports it, lets LibreOffice type 500 answers into the list where that is
installed, and imports what it saved. Each step of ours is a process of its own, so that its peak is its own.
"""

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from filrydd.model.rule import Fate
from filrydd.stages import propose
from filrydd.stages.sheet import answers, export, form
from filrydd.stages.work import Work
from tests.benchmarks import mazes
from tests.sheet.libreoffice import SOFFICE, saved

_ANSWERS = 500


def _step(what: str, folder: Path, file: Path) -> None:
    work, begun = Work(folder / "workspace", mazes.AREA, "tester"), time.perf_counter()
    rows = 0
    if what == "export":
        done = export.run(work, file, force=True)
        rows = done.files + done.groups
    else:
        rows = answers.apply(work, file, "Kari").plan.new
    seconds, peak = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps({"step": what, "rows": rows, "seconds": round(seconds, 1), "peak MB": peak}), flush=True)


def _measure(what: str, folder: Path, file: Path) -> None:
    subprocess.run([sys.executable, "-m", __spec__.name, what, str(folder), str(file)], check=True)


def main(files: int, folder: Path) -> None:
    """Everything, one line of JSON a step."""
    work = mazes.workspace(folder / "workspace", mazes.aged(2, files // 10, files), seed=2)
    with work.catalog() as catalog, catalog.writing():
        # The maze's own rule has no Noark code, which a rule of a policy always has.
        catalog.run("UPDATE rule SET noark = 'Vurderes senere' WHERE noark = ''")
    propose.run(work)
    path = folder / "liste.xlsx"
    _measure("export", folder, path)
    if SOFFICE is not None:
        word, sheet = form.words()[Fate.HOLD], form.sheet_name("files", 1)
        chosen = random.Random(_ANSWERS).sample(range(2, min(files, form.MOST_ROWS)), _ANSWERS)
        begun = time.perf_counter()
        path = saved(path, folder / "saved", [(sheet, f"I{row}", word) for row in chosen])
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        told = {"step": "LibreOffice", "seconds": round(time.perf_counter() - begun, 1), "peak MB": peak}
        print(json.dumps(told), flush=True)
    _measure("import", folder, path)
    if SOFFICE is not None:
        with work.catalog() as catalog:
            arrived = {row["file"] for row in catalog.rows("SELECT file FROM answer")}
        assert len(arrived) == _ANSWERS, f"{len(arrived)} of {_ANSWERS} answers arrived"


if __name__ == "__main__":
    if sys.argv[1].isdecimal():
        main(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        _step(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
