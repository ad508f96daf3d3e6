"""How long a search takes in a large area, and what the side file that it needs costs.

`python -m tests.benchmarks.search WORKSPACE [FOLDERS FILES [SEED]]`

Makes a generated area in WORKSPACE unless one is there, gives most of its files names of their own (the generated ones have a
few words only), prepares it for searching, and asks twenty questions as somebody who sees everything, as somebody who could
read some of the old folders, and as the page that a browser gets. Prints JSON.
"""

import json
import random
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file
from filrydd.catalog.searching.index import path_of
from filrydd.policy import department_of
from filrydd.stages import search
from filrydd.stages.search import Viewer
from filrydd.stages.work import Work, system_clock
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.service import Service
from tests.benchmarks import mazes, propose_child

_ROUNDS = 5
_SECONDS = 0.12
_SYLLABLES = (
    "bar", "ne", "sko", "le", "ve", "gar", "din", "ått", "øre", "år", "kom", "mu", "nal", "pro", "sjekt", "møt", "ref",
    "erat", "lån", "hus", "skjema", "vann", "av", "løp", "til", "syn", "per", "son", "al", "inn", "kjøp", "ord", "re", "fak",
)  # fmt: skip
_QUESTIONS = (
    "budsjett", "bu", "docx", "rapport 2", "barne pdf", "skolevegar", "budsjett docx", "brev 2019", "lønn budsjett",
    "vedlikehold", "zzz", "Budsjett.docx", "klage kopi av", "2019 referat utkast",
)  # fmt: skip


def main(workspace: str, folders: str = "100000", files: str = "1000000", seed: str = "2") -> None:
    work = Work(Path(workspace), mazes.AREA, "tester")
    if not (work.scans / f"{mazes.AREA}.db").exists():
        propose_child.make("aged", seed, folders, files, workspace)
        with work.catalog() as catalog:
            _rename(catalog)
    told: dict[str, Any] = {"prepare": _prepared(work)}
    with work.catalog() as catalog:
        last = int(catalog.value("SELECT MAX(id) FROM file"))
        paths = [path_of_file(catalog, last * tenth // 10) for tenth in range(1, 7)]
        told["files"] = last
        reader = catalog.value(
            "SELECT entra_id FROM principal WHERE entra_id <> '' AND kind = 'user' AND state IN ('', 'active')"
            " ORDER BY id LIMIT 1 OFFSET 30"
        )
    names = [path.rpartition("/")[2] for path in paths]
    asked = [*_QUESTIONS, paths[0], paths[1].replace("/", "\\").upper(), f"X:\\{paths[2]}", *names[3:6]]
    department = department_of(work.policies, work.area)
    parts = search.viewer_parts(department, work.area)
    viewers = {
        "sees everything": Viewer(True, lambda _name: True, "", parts),
        "could read some of it": Viewer(False, lambda _name: False, str(reader or ""), parts),
    }
    for who, viewer in viewers.items():

        def ask(text: str, viewer: Viewer = viewer) -> None:
            search.find(work, department, viewer, search.understood(text), _SECONDS)

        told[who] = _timed(asked, ask)
    told["page"] = _timed(asked, _page(work))
    told["page, four readers at once"] = _together(asked, [_page(work) for _reader in range(4)])
    print(json.dumps(told, indent=1, ensure_ascii=False))


def _rename(catalog: Catalog) -> None:
    """Give seven of ten files two more words out of 40,000, some much more frequent than others, and every third a number."""
    chance = random.Random(1)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _word in range(40_000)]
    picked = chance.choices(words, [1 / (place + 3) for place in range(len(words))], k=200_000)

    def renamed() -> Any:
        for number, name in list(catalog.rows("SELECT id, name FROM file WHERE id % 10 >= 3")):
            stem, _dot, extension = str(name).rpartition(".")
            two = f"{picked[2 * number % 200_000]}_{picked[(7 * number + 1) % 200_000]}"
            yield f"{stem} {two}{f' {number % 99_991}' if number % 3 == 0 else ''}.{extension}", number

    with catalog.writing():
        # The generated rules have a word that no policy has.
        catalog.run("UPDATE rule SET noark = 'Vurderes senere' WHERE noark = ''")
        catalog.run_many("UPDATE file SET name = ? WHERE id = ?", renamed())


def _prepared(work: Work) -> dict[str, float]:
    with work.catalog() as catalog:
        side = path_of(catalog)
        for end in ("", "-wal", "-shm"):
            side.with_name(side.name + end).unlink(missing_ok=True)
        catalog_bytes = catalog.path.stat().st_size
    begun, used = time.perf_counter(), _cpu()
    assert search.prepare(work)
    return {
        "seconds": round(time.perf_counter() - begun, 1),
        "cpu": round(_cpu() - used, 1),
        "MB": round(side.stat().st_size / 1e6, 1),
        "catalog MB": round(catalog_bytes / 1e6, 1),
    }


def _page(work: Work) -> Callable[[str], None]:
    door, place = Door(system_clock), Place.here(8765)
    pages = application(Service(work.workspace), door, place)
    client = TestClient(pages, base_url="http://127.0.0.1:8765", headers={"accept-language": "nb"})
    session = door.let_in(door.new_link(), "Kari")
    assert session is not None
    client.cookies.set(place.cookie, session.id)

    def ask(text: str) -> None:
        answer = client.get("/search", params={"q": text})
        assert answer.status_code == 200, answer.text

    return ask


def _timed(asked: list[str], ask: Callable[[str], None]) -> dict[str, float]:
    spent: list[float] = []
    slowest: dict[str, float] = {}
    for _round in range(_ROUNDS):
        for text in asked:
            begun = time.perf_counter()
            ask(text)
            spent.append(1000 * (time.perf_counter() - begun))
            slowest[text] = max(slowest.get(text, 0), spent[-1])
    return _summed(spent) | {"slowest: " + max(slowest, key=lambda text: slowest[text])[-60:]: round(max(spent))}


def _together(asked: list[str], askers: list[Callable[[str], None]]) -> dict[str, float]:
    spent: list[float] = []

    def read(ask: Callable[[str], None], first: int) -> None:
        for text in asked[first:] + asked[:first]:
            begun = time.perf_counter()
            ask(text)
            spent.append(1000 * (time.perf_counter() - begun))

    readers = [threading.Thread(target=read, args=(ask, 5 * number)) for number, ask in enumerate(askers)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return _summed(spent)


def _summed(spent: list[float]) -> dict[str, float]:
    parts = statistics.quantiles(spent, n=20)
    return {"p50 ms": round(parts[9]), "p95 ms": round(parts[18])}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
