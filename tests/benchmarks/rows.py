"""The rows of the benchmark, by group: what is measured, against which goal.

A group takes a stand and how often to repeat, and gives rows and remarks. What a row compares ran in turn in this very run.
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.benchmarks import measure
from tests.benchmarks.delay import delayed
from tests.benchmarks.measure import Ran, side_by_side
from tests.benchmarks.stand import ROUND_TRIP, Stand, told_by
from tests.benchmarks.tree import make

_ASKED_OURS, _ASKED_ONE_BY_ONE = 10_000, 300
_BIG_TIMES, _FILES_PER_FOLDER = 10, 10
_MIB = 1 << 20


@dataclass(frozen=True)
class Row:
    """`measured` and `goal` as people read them. `met` is None for what has no goal."""

    measure: str
    measured: str
    goal: str
    met: bool | None


@dataclass
class Found:
    """What a group gives."""

    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def at_least(self, what: str, value: float, goal: float, unit: str, aim: str = "") -> None:
        """A row that is met from `goal` upwards."""
        self.rows.append(Row(what, _said(value, unit), f">= {_said(goal, unit)}{aim}", value >= goal))

    def at_most(self, what: str, value: float, goal: float, unit: str) -> None:
        """A row that is met up to `goal`."""
        self.rows.append(Row(what, _said(value, unit), f"<= {_said(goal, unit)}", value <= goal))

    def rates(self, runs: dict[str, list[Ran]], entries: dict[str, int]) -> None:
        """A remark for each contestant: entries a second, median and range, and processor an entry."""
        for name, ran in runs.items():
            rates = sorted(entries[name] / one.seconds for one in ran)
            spread = f"{rates[0]:,.0f} to {rates[-1]:,.0f}"
            per_entry = measure.cpu(ran) / entries[name] * 1e6
            self.remarks.append(
                f"{name}: {statistics.median(rates):,.0f}/s ({spread}), {per_entry:.1f} us of processor each"
            )


def smb(stand: Stand, repeat: int) -> Found:
    """Straight to the server: rclone, smbprotocol, the processor, the catalog's size."""
    port, found, part, sizes = stand.share(), Found(), [0], [0]

    def ours() -> Ran:
        ran = stand.ours(stand.address(port))
        sizes.append(told_by(ran)["catalog"])
        return ran

    def scandir() -> Ran:
        ran, part[0] = stand.scandir(port)
        return ran

    runs = side_by_side(
        {
            "filrydd, direct": ours,
            "rclone lsjson -R, 8 checkers, direct": lambda: stand.rclone(port, 8),
            "smbprotocol scandir, direct": scandir,
            "filrydd scan as typed, direct": lambda: stand.typed(stand.address(port)),
        },
        repeat,
    )
    entries = dict.fromkeys(runs, stand.tree.entries) | {"smbprotocol scandir, direct": part[0]}
    found.rates(runs, entries)
    mine, rclone, library, _typed = runs.values()
    found.at_least("SMB, direct, against rclone lsjson -R", _ratio(rclone, mine), 1.8, "x", ", aim 2.2 x")
    library_rate = part[0] / measure.seconds(library)
    rate = stand.tree.entries / measure.seconds(mine)
    found.at_least("SMB, direct, against smbprotocol's scandir", rate / library_rate, 12, "x")
    found.at_most("client processor an entry, into SQLite", measure.cpu(mine) / stand.tree.entries * 1e6, 6, "us")
    found.at_most("catalog with its keys, an entry", sizes[-1] / stand.tree.entries, 165, "bytes")
    return found


def delay(stand: Stand, repeat: int) -> Found:
    """The same over a line with a round trip of 4.4 ms."""
    found = Found()
    with delayed(stand.share(), ROUND_TRIP, stand.place) as line:
        runs = side_by_side(
            {
                "filrydd, 4.4 ms": lambda: stand.ours(stand.address(line.port)),
                "rclone lsjson -R, 8 checkers, 4.4 ms": lambda: stand.rclone(line.port, 8),
                "rclone lsjson -R, 64 checkers, 4.4 ms": lambda: stand.rclone(line.port, 64),
            },
            repeat,
        )
    found.remarks.append(f"the line's round trip, measured: {line.round_trip * 1e3:.2f} ms")
    found.rates(runs, dict.fromkeys(runs, stand.tree.entries))
    mine, few, many = runs.values()
    found.at_least("SMB at 4.4 ms, against rclone with 8 checkers", _ratio(few, mine), 10, "x")
    found.at_least("SMB at 4.4 ms, against rclone with 64 checkers", _ratio(many, mine), 3.5, "x")
    return found


def server(stand: Stand, repeat: int) -> Found:
    """With one connection: how much of the wall the server itself works."""
    address, found = stand.address(stand.share()), Found()
    shares, walks = [], []
    for turn in range(repeat + 1):
        ran, used = stand.served(address, connections=1)
        if turn:
            shares.append(used / ran.seconds)
            walks.append(used / told_by(ran)["walk"])
    found.at_least("the server's share of the wall, 1 connection", statistics.median(shares) * 100, 85, "%")
    found.remarks.append(f"the server's share of the walk alone, 1 connection: {statistics.median(walks):.0%}")
    return found


def local(stand: Stand, repeat: int) -> Found:
    """A local folder, against find."""
    found, address = Found(), str(stand.tree.top)
    runs = side_by_side(
        {
            "filrydd, local": lambda: stand.ours(address),
            "find -printf": stand.find,
            "filrydd scan as typed, local": lambda: stand.typed(address),
        },
        repeat,
    )
    found.rates(runs, dict.fromkeys(runs, stand.tree.entries))
    mine, find, _typed = runs.values()
    found.at_least("local, into SQLite, against find -printf", _ratio(find, mine), 0.6, "x")
    return found


def owners(stand: Stand, repeat: int) -> Found:
    """Owners of files at 4.4 ms: all in flight, against one at a time by the library."""
    found = Found()
    counts = (min(_ASKED_OURS, stand.tree.files), _ASKED_ONE_BY_ONE)
    lists = [stand.place / f"asked-{count}.txt" for count in counts]
    for count, place in zip(counts, lists, strict=True):
        place.write_text("".join(f"{path}\n" for path in stand.tree.some_files(count)), encoding="utf-8")
    with delayed(stand.share(), ROUND_TRIP, stand.place) as line:
        runs = side_by_side(
            {
                "owners, filrydd, 4.4 ms": lambda: stand.our_owners(line.port, lists[0], counts[0]),
                "owners, smbprotocol one at a time, 4.4 ms": lambda: stand.library_owners(
                    line.port, lists[1], counts[1]
                ),
            },
            repeat,
        )
    found.rates(runs, dict(zip(runs, counts, strict=True)))
    mine, library = runs.values()
    ratio = (counts[0] / measure.seconds(mine)) / (counts[1] / measure.seconds(library))
    found.at_least("owners of files at 4.4 ms, against one at a time", ratio, 100, "x")
    return found


def again(stand: Stand, repeat: int) -> Found:
    """A second scan of what has not changed, over SMB; and a third after one file changed, which must be seen."""
    found, address = Found(), stand.address(stand.share())
    firsts, seconds, written = [], [], dict[str, int]()
    for turn in range(repeat + 1):
        workspace = stand.workspace()
        first = stand.ours(address, workspace)
        second, rows = stand.written(address, workspace)
        for what, count in rows.items():
            written[what] = written.get(what, 0) + count
        if turn:
            firsts.append(first)
            seconds.append(second)
    changed = stand.tree.top / stand.tree.some_files(1)[0]
    changed.write_bytes(b"changed")
    _third, noticed = stand.written(address, workspace)
    if noticed.get("update file") != 1:
        raise RuntimeError(f"one file was changed, and the scan after it wrote {noticed or 'nothing'}")
    total = sum(written.values())
    said = "none" if not total else ", ".join(f"{what}: {count:,}" for what, count in written.items())
    found.rows.append(Row("second scan, nothing changed: rows written", said, "none", not total))
    share = measure.cpu(seconds) / measure.cpu(firsts)
    found.at_most("second scan, client processor against the first", share, 0.6, "x")
    found.remarks.append(f"second scan: {measure.seconds(seconds):.2f} s, the first {measure.seconds(firsts):.2f} s")
    return found


def memory(stand: Stand, _repeat: int) -> Found:
    """The highest memory of a local scan with all its processes, of the tree and of one ten times as large."""
    found = Found()
    small = stand.ours(str(stand.tree.top), watch=True).peak
    files = stand.tree.files * _BIG_TIMES
    tree = make(stand.place / "large", files, files // _FILES_PER_FOLDER, stand.tree.biggest)
    large = Stand(stand.place / "for-large", tree).ours(str(tree.top), watch=True).peak
    at = f"{stand.tree.files:,} and {files:,} files"
    met = large <= small * 1.2 and max(small, large) < 200 * _MIB
    said = f"{small / _MIB:.0f} and {large / _MIB:.0f} MiB"
    found.rows.append(Row(f"highest memory at {at}, local", said, "within 20 %, < 200 MiB", met))
    return found


def _ratio(theirs: list[Ran], ours: list[Ran]) -> float:
    # Of the same entries, so the rates' ratio is the times' the other way round.
    return measure.seconds(theirs) / measure.seconds(ours)


def _said(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:,.3g} {unit}"


GROUPS: dict[str, Callable[[Stand, int], Found]] = {
    "smb": smb,
    "delay": delay,
    "server": server,
    "local": local,
    "owners": owners,
    "again": again,
    "memory": memory,
}
NEED_SMB = frozenset({"smb", "delay", "server", "owners", "again"})
