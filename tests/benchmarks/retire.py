"""The benchmark of deleting: `python -m tests.benchmarks.retire [--files N] [--place DIR]`.

Deletes files of a Samba of its own, and sets some aside, each proved on its handle, behind a line with a round trip of 4.4 ms:
one at a time, and over several connections (`filrydd.stages.retire.lanes`). Only ratios count: server and client share the
cores. Needs root, Samba and gcc.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filrydd.quickxor import QuickXor
from filrydd.sources import Source
from filrydd.sources.address import SmbAddress, parse
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.source import SmbSource
from filrydd.stages.retire.lanes import Lanes
from tests.benchmarks.delay import delayed
from tests.benchmarks.stand import ROUND_TRIP
from tests.samba import start_samba, why_not

_PASSWORD = "Rot-passord-1"
_CONTENT = b"x" * 8_000
_HASH = QuickXor(_CONTENT).base64()
_ASIDE = ".filrydd-quarantine"
Act = Callable[[Source], None]


def main() -> int:
    words = argparse.ArgumentParser(description="The benchmark of deleting.")
    words.add_argument("--files", type=int, default=600, help="files for each measurement (default 600)")
    words.add_argument("--place", type=Path, help="where the files are made (default: the system's)")
    asked = words.parse_args()
    if reason := why_not():
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="filrydd-benchmark-", dir=asked.place) as name:
        place = Path(name)
        place.chmod(0o755)
        top = place / "felles"
        top.mkdir()
        samba = start_samba(place / "samba", {"felles": top}, {"root": _PASSWORD})
        try:
            with delayed(samba.port, ROUND_TRIP, place) as line:
                address = parse(f"smb://root@127.0.0.1:{line.port}/felles")
                assert isinstance(address, SmbAddress)
                print(f"{asked.files} files of {len(_CONTENT):,} bytes, round trip {line.round_trip * 1e3:.1f} ms")
                print("| connections | deleted, /s | set aside, /s |\n| --- | --- | --- |")
                with SmbSource(address, Credentials("root", _PASSWORD)) as source:
                    source.make_private(_ASIDE)
                    for lanes in (1, 2, 4, 8, 16):
                        few = asked.files if lanes > 2 else asked.files // 4
                        rates = [_rate(source, lanes, list(_acts(top, source, few, aside))) for aside in (False, True)]
                        print(f"| {lanes} | {rates[0]:,.0f} | {rates[1]:,.0f} |", flush=True)
        finally:
            samba.stop()
    return 0


def _acts(top: Path, source: Source, files: int, aside: bool) -> Iterator[Act]:
    folder = top / f"{time.monotonic_ns()}"
    folder.mkdir(mode=0o777)
    for number in range(files):
        (folder / f"{number}.txt").write_bytes(_CONTENT)
    for entry in source.list(folder.name).entries:
        yield _act(f"{folder.name}/{entry.name}", entry.file_id, aside)


def _act(path: str, number: int, aside: bool) -> Act:
    def act(source: Source) -> None:
        if aside:
            place = f"{_ASIDE}/{path.replace('/', '-')}"
            source.set_aside(path, place, size=len(_CONTENT), hash=_HASH, file_id=number)
        else:
            source.retire(path, size=len(_CONTENT), hash=_HASH, file_id=number)

    return act


def _rate(source: Source, lanes: int, acts: list[Act]) -> float:
    with Lanes(source, lanes) as several:
        several.run([lambda one: one.list("") and None] * lanes * 2)  # connections are made once a run
        begun = time.perf_counter()
        for start in range(0, len(acts), lanes * 4):
            several.run(acts[start : start + lanes * 4])
        return len(acts) / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main())
