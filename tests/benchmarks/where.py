"""How long it takes to say where an old path is now, in a large area, and to write the list of them all.

`python -m tests.benchmarks.where WORKSPACE [FOLDERS FILES MOVED]`

Makes a generated area in WORKSPACE unless one is there, says of the first MOVED files that they arrived, asks for paths that are
written in other letters than they are stored in, for folders and for names, and writes the list in each form. Prints JSON.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths, path_of_file
from filrydd.stages import search, where
from filrydd.stages.where import export
from filrydd.stages.work import Work
from tests.benchmarks import mazes, propose_child

_SITE = "https://x.sharepoint.com/sites/a/Delte%20dokumenter"


def main(workspace: str, folders: str = "200000", files: str = "2000000", moved: str = "100000") -> None:
    work = Work(Path(workspace), mazes.AREA, "tester")
    if not (work.scans / f"{mazes.AREA}.db").exists():
        propose_child.make("aged", "2", folders, files, workspace)
        with work.catalog() as catalog:
            _arrive(catalog, int(moved))
    told: dict[str, Any] = {}
    with work.catalog() as catalog:
        last = int(catalog.value("SELECT MAX(id) FROM file"))
        told["files"], told["moved"] = last, catalog.value("SELECT COUNT(*) FROM receipt")
        paths = [path_of_file(catalog, last * tenth // 10) for tenth in range(1, 9)]
        full = catalog.row("SELECT folder, COUNT(*) AS files FROM file GROUP BY folder ORDER BY files DESC LIMIT 1")
        name = catalog.value("SELECT name FROM file WHERE folder = ? ORDER BY name DESC LIMIT 1", (full["folder"],))
        fullest = f"{folder_paths(catalog)[full['folder']]}/{name}"
        told["files in the fullest folder"] = full["files"]
    where.find(work.workspace, paths[0])  # what loads once
    told["before the search is prepared"] = _timed([*paths, *map(str.upper, paths)], _ask(work))
    begun = time.perf_counter()
    search.prepare(work)
    told["preparing, seconds"] = round(time.perf_counter() - begun, 1)
    told["a path"] = _timed([*paths, *map(str.upper, paths), fullest.upper()], _ask(work))
    told["a folder"] = _timed([path.rpartition("/")[0] for path in paths], _ask(work))
    told["a name"] = _timed([path.rpartition("/")[2] for path in paths], _ask(work))
    told["the whole area"] = _timed([paths[0].partition("/")[0]], _ask(work))
    for form in export.FORMS:
        place = Path(workspace) / f"list.{form}"
        begun, used = time.perf_counter(), time.process_time()
        done = export.run([work], place, form, force=True)
        told[f"list, {form}"] = {
            "seconds": round(time.perf_counter() - begun, 2),
            "processor seconds": round(time.process_time() - used, 2),
            "lines": done.lines,
            "MB": round(place.stat().st_size / 1e6, 1),
            "left out": sum(done.left_out.values()),
        }
    told["peak MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(told, indent=1, ensure_ascii=False))


def _arrive(catalog: Catalog, files: int) -> None:
    """Say that the first files arrived, each folder's in a folder of its own."""
    with catalog.writing():
        catalog.run("UPDATE rule SET noark = 'Vurderes senere' WHERE noark = ''")
        catalog.run("UPDATE area SET source = 'smb://filer.oslo.no/avd$/felles'")
        catalog.run(
            "INSERT OR REPLACE INTO landing (library, drive, root, path) VALUES (1, 'd', 'r', 'sites/a/Delte dokumenter')"
        )
        catalog.run(
            "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
            " source_modified, source_hash, at) SELECT 1, id, 1, 'd', 'i' || id, 'p' || folder, name,"
            f" '{_SITE}/' || folder || '/' || id || '.docx', 1, '', '', '', size, modified, '', 1 FROM file LIMIT ?",
            (files,),
        )


def _ask(work: Work) -> Callable[[str], None]:
    def ask(text: str) -> None:
        assert where.find(work.workspace, text).found

    return ask


def _timed(asked: list[str], ask: Callable[[str], None]) -> dict[str, float]:
    took: list[tuple[float, float]] = []
    for text in asked:
        begun, used = time.perf_counter(), time.process_time()
        ask(text)
        took.append((1000 * (time.process_time() - used), 1000 * (time.perf_counter() - begun)))
    cpu, wall = ([one[place] for one in took] for place in (0, 1))
    return {
        "processor, median ms": round(statistics.median(cpu), 1),
        "processor, longest ms": round(max(cpu), 1),
        "longest ms": round(max(wall), 1),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
