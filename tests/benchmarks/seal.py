"""The benchmark of sealing: `python -m tests.benchmarks.seal [--entries N] [--sample N] [--goal N] [--place DIR]`.

Makes a tree with access lists on a Samba of its own, behind a line with a round trip of 4.4 ms, and asks and changes the
permissions of every entry: many at once, and a sample one at a time, before and after, in the same run. Only such ratios
count: server and client share the cores, and absolute figures drift. Exit code 1 when a goal is missed, or when anything is
not exactly as it was at the end. Needs root, Samba and gcc.

At 100,000 entries it takes some minutes; `--entries 10000` gives the same ratios.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Trouble
from filrydd.sources import Change, SmbAddress, Usage
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.source import SmbSource
from tests.benchmarks import measure
from tests.benchmarks.delay import delayed
from tests.benchmarks.seal_area import Entry, everyday, made
from tests.benchmarks.stand import ROUND_TRIP
from tests.samba import Samba, program, start_samba, why_not

# Accounts that every Debian has; the passwords are in Samba's own file only. Samba lets root past every check, so it lays
# out, and who seals is another.
_LAYS_OUT, _SEALS = "root", "daemon"
_PASSWORDS = {_LAYS_OUT: "Rot-passord-1", _SEALS: "Drift-passord-1"}
_MIB = 1 << 20

Descriptors = dict[int, bytes]
T = TypeVar("T")


@dataclass
class Rate:
    """How fast something went: entries, seconds, processor seconds of this process and of the server's."""

    entries: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    server: float = 0.0

    @property
    def each(self) -> float:
        """Seconds an entry."""
        return self.seconds / self.entries

    def row(self, name: str) -> str:
        """As a line of the table."""
        cpu, server = (f"{used / self.entries * 1e6:,.0f}" for used in (self.cpu, self.server))
        return f"| {name} | {1 / self.each:,.0f} | {cpu} + {server} "


@dataclass
class Stand:
    """A share with everything laid out; `source` is who seals. `few` and `few_files` are for what goes one at a time."""

    samba: Samba
    source: SmbSource
    entries: list[Entry]
    sample: int

    def __post_init__(self) -> None:
        self.files = [(number, path) for number, path, kind in self.entries if kind is Kind.FILE]
        # Far apart, so that they are no warmer than the rest.
        self.few = self.entries[:: len(self.entries) // self.sample][: self.sample]
        self.few_files = self.files[:: len(self.files) // self.sample][: self.sample]

    def timed(self, rate: Rate, entries: int, act: Callable[[], T]) -> T:
        """What `act` returns, its time added to the rate."""
        with measure.new_children(self.samba.process.pid) as used:
            cpu, begun = time.process_time(), time.perf_counter()
            told = act()
            rate.seconds += time.perf_counter() - begun
            rate.cpu += time.process_time() - cpu
            time.sleep(0.1)  # the server's processes are looked at now and then
        rate.entries += entries
        rate.server += sum(used.values())
        return told

    def permissions(self) -> dict[int, bytes | Trouble]:
        """Of everything."""
        return dict(self.source.permissions(self.entries))

    def change(self, wanted: Descriptors, known: Descriptors) -> set[bool]:
        """Change everything; which answers came."""
        asked = (Change(number, path, kind, wanted[number], (known[number],)) for number, path, kind in self.entries)
        return answers_of(self.source.change(asked))

    def change_few(self, wanted: Descriptors) -> None:
        """What a seal without `change` does with each: look at what there is, set, and read back."""
        for number, path, kind in self.few:
            if self.source.permission(path, kind) != wanted[number]:
                self.source.permit(path, kind, wanted[number])


def answers_of(answers: Iterable[tuple[int, T | Trouble]]) -> set[T]:
    """What was answered, without numbers. Raises RuntimeError for trouble."""
    told = set()
    for _number, answer in answers:
        if isinstance(answer, Trouble):
            raise RuntimeError(f"trouble: {answer}")
        told.add(answer)
    return told


def main() -> int:
    asked = _asked()
    if reason := why_not():
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="filrydd-benchmark-", dir=asked.place) as name:
        place = Path(name)
        place.chmod(0o755)  # the share's users are others
        top = place / "felles"
        entries = list(made(top, asked.entries))
        samba = start_samba(place / "samba", {"felles": top}, _PASSWORDS)
        try:
            with delayed(samba.port, ROUND_TRIP, place) as line:
                print(_setting(len(entries), line.round_trip), flush=True)
                with _source(samba.port, _LAYS_OUT) as lays_out, _source(line.port, _SEALS) as source:
                    _lay_out(lays_out, source, entries)
                    return _measured(Stand(samba, source, entries, asked.sample), asked.goal)
        finally:
            samba.stop()


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(description="The benchmark of sealing.")
    words.add_argument("--entries", type=int, default=100_000, help="folders and files (default 100,000)")
    words.add_argument("--sample", type=int, default=150, help="entries for each turn of one at a time (default 150)")
    words.add_argument("--goal", type=float, default=20.0, help="times as fast as one at a time (default 20)")
    words.add_argument("--place", type=Path, help="where the tree is made and removed again (default: the system's)")
    asked = words.parse_args()
    if asked.entries < 5_000 or not 10 <= asked.sample <= 1_000:
        words.error("take at least 5,000 entries and a sample of 10 to 1,000")
    return asked


def _measured(stand: Stand, goal: float) -> int:
    source, few = stand.source, len(stand.few)
    alone, together = ({name: Rate() for name in ("permissions", "usage", "change", "back")} for _ in range(2))
    again = Rate()

    def one_by_one(name: str, act: Callable[[], object]) -> None:
        stand.timed(alone[name], few, act)

    def some_permissions() -> None:
        for _number, path, kind in stand.few:
            source.permission(path, kind)

    def some_usage() -> None:
        for _number, path in stand.few_files:
            source.in_use(path)

    one_by_one("permissions", some_permissions)
    told = stand.timed(together["permissions"], len(stand.entries), stand.permissions)
    one_by_one("permissions", some_permissions)
    former = {number: answer for number, answer in told.items() if isinstance(answer, bytes)}
    _expect(len(former) == len(stand.entries), "not every entry told its permissions")

    one_by_one("usage", some_usage)
    used = stand.timed(together["usage"], len(stand.files), lambda: answers_of(source.usage(stand.files)))
    one_by_one("usage", some_usage)
    _expect(used == {Usage(False, 1)}, "somebody writes, or a file has other names")

    kinds = {number: kind for number, _path, kind in stand.entries}
    sealed = {number: source.sealed(was, kinds[number]) for number, was in former.items()}
    for name, wanted, known in (("change", sealed, former), ("back", former, sealed)):
        one_by_one(name, partial(stand.change_few, wanted))
        stand.change_few(known)
        changed = stand.timed(together[name], len(stand.entries), partial(stand.change, wanted, known))
        _expect(changed == {True}, f"{name}: not everything was changed")
        _expect(stand.permissions() == wanted, f"{name}: not everything is as it should be")
        stand.change_few(known)
        one_by_one(name, partial(stand.change_few, wanted))
    changed = stand.timed(again, len(stand.entries), partial(stand.change, former, sealed))
    _expect(changed == {False}, "what is as it should be was changed again")
    return _printed(stand, alone, together, again, goal)


def _printed(stand: Stand, alone: dict[str, Rate], together: dict[str, Rate], again: Rate, goal: float) -> int:
    print("| | many at once, /s | processor each, us: ours + server's | one at a time, /s | ratio | goal | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    parts = {"permissions": "permissions", "usage": "usage", "change": "change to sealed", "back": "unseal"}
    ratios = {name: alone[name].each / together[name].each for name in parts}
    for name, said in parts.items():
        verdict = _verdict(ratios[name], goal) if name == "back" else " | "
        print(together[name].row(said) + f"| {1 / alone[name].each:,.1f} | {ratios[name]:,.0f} x | {verdict} |")
    # The way of a seal: what every entry is, which files are held, and every entry changed.
    whole, one = (
        rates["permissions"].each + rates["change"].each + rates["usage"].each * len(stand.files) / len(stand.entries)
        for rates in (together, alone)
    )
    print(
        f"| seal, all three | {1 / whole:,.0f} | | {1 / one:,.1f} | {one / whole:,.0f} x | {_verdict(one / whole, goal)} |"
    )
    print(again.row("sealed already") + "| | | | |")
    print(
        f"\n- memory at the highest: {measure.peak_of(os.getpid()) / _MIB:,.0f} MiB; the benchmark keeps all descriptors"
    )
    print("".join(f"- filrydd said: {remark}\n" for remark in stand.source.remarks), end="")
    return int(min(one / whole, ratios["back"]) < goal)


def _verdict(ratio: float, goal: float) -> str:
    return f">= {goal:g} x | {'ok' if ratio >= goal else 'below'}"


def _lay_out(lays_out: SmbSource, seals: SmbSource, entries: list[Entry]) -> None:
    operator = security.parse(seals.sealed(seals.permission("", Kind.FOLDER), Kind.FOLDER)).dacl
    assert operator
    begun = time.perf_counter()
    answers_of(lays_out.change(everyday(entries, operator[0].rest)))
    print(f"laid out in {time.perf_counter() - begun:.0f} s\n", flush=True)


def _expect(so: bool, otherwise: str) -> None:
    if not so:
        raise RuntimeError(otherwise)


def _source(port: int, user: str) -> SmbSource:
    return SmbSource(SmbAddress("127.0.0.1", "felles", "", "", port), Credentials(user, _PASSWORDS[user]))


def _setting(entries: int, round_trip: float) -> str:
    version = subprocess.run([program("smbd"), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return (
        f"{entries:,} entries, {round_trip * 1e3:.1f} ms round trip, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, Samba: {version}, acl_xattr. Server and clients share the cores."
    )


if __name__ == "__main__":
    sys.exit(main())
