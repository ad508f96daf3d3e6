"""A child process of the benchmark that does filrydd's own work and prints what it took as JSON.

`python -m tests.benchmarks.ours scan ADDRESS WORKSPACE [--connections N]` walks as the stage does, from before the first
connection until the catalog is published; the totals for people come after that, and are in `filrydd scan` as typed.
`... owners ADDRESS FILE` asks the owners of the files whose paths FILE lists.
The clocks start when everything is imported; `filrydd scan` as typed is measured beside it, from outside.
"""

import argparse
import importlib
import json
import resource
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from filrydd.sources import LocalAddress, open_source, parse
from filrydd.stages import scan
from filrydd.stages.work import Silent, Work

AREA = "felles"
USER = "kari"


class Noting(Silent):
    """Keeps what a person would have been told, such as that a slower way was taken."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("what", choices=("scan", "owners"))
    words.add_argument("address")
    words.add_argument("place", type=Path)
    words.add_argument("--connections", type=int, default=0)
    asked = words.parse_args()
    _import_the_source(asked.address)
    if asked.connections:
        limit(asked.connections)
    print(json.dumps((_scan if asked.what == "scan" else _owners)(asked.address, asked.place)))


def limit(connections: int) -> None:
    """Let a walk over SMB list on at most that many connections. Whether it does is for the caller to see at the server."""
    flight = importlib.import_module("filrydd.sources.smb.flight")
    if not hasattr(flight, "LANES"):
        raise RuntimeError("smb.flight has no LANES: the walk cannot be limited to some connections")
    flight.LANES = connections


def _import_the_source(address: str) -> None:
    local = isinstance(parse(address), LocalAddress)
    for name in ("local.posix",) if local else ("credentials", "smb.source"):
        importlib.import_module(f"filrydd.sources.{name}")


def _scan(address: str, workspace: Path) -> dict[str, object]:
    progress = Noting()
    work = Work(workspace=workspace, area=AREA, actor=USER, progress=progress)
    used, begun = _cpu(), time.perf_counter()
    with closing(open_source(address)) as source, work.catalog(create=True) as opened:
        done = scan.walk(work, opened, source)
    seconds, used = time.perf_counter() - begun, _cpu() - used
    catalog = work.scans / f"{AREA}.db"
    with closing(sqlite3.connect(catalog)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {
        "seconds": seconds,
        "cpu": used,
        "files": done.files,
        "folders": done.folders - 1,  # the top is no entry of any listing
        "unreadable": done.unreadable,
        "walk": done.seconds,
        "catalog": catalog.stat().st_size,
        "said": progress.said,
    }


def _owners(address: str, place: Path) -> dict[str, object]:
    paths = place.read_text(encoding="utf-8").splitlines()
    used, begun = _cpu(), time.perf_counter()
    with closing(open_source(address)) as source:
        source.top()
        told = [owner for _number, owner in source.owners(enumerate(paths)) if owner.startswith("S-1-")]
        said = source.remarks
    return {"seconds": time.perf_counter() - begun, "cpu": _cpu() - used, "owners": len(told), "said": said}


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


if __name__ == "__main__":
    main()
