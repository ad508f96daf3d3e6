"""The rows of the benchmark of proposals on folder trees that lie on a disk and are scanned."""

from collections import Counter
from pathlib import Path

from tests.benchmarks import mazes
from tests.benchmarks.propose_bench import Bench
from tests.benchmarks.rows import Found, Row

_FEW_FOLDERS = 300


def real(bench: Bench) -> Found:
    """A real folder tree: scanned, classified and proposed by the commands that people type, then judged."""
    found, workspace = Found(), bench.workspace()
    mazes.empty(Path(workspace))
    scan, scanned = bench.typed(workspace, "scan", str(bench.tree))
    classify, _classified = bench.typed(workspace, "classify")
    propose, proposed = bench.typed(workspace, "propose")
    told = bench.told("judge", workspace)
    at = f"{bench.tree.name}, {scanned['files']:,} files in {told['old_folders']:,} folders"
    if told["old_folders"] < _FEW_FOLDERS:
        found.remarks.append(f"{bench.tree} has few folders for this; choose another one with --tree")
    before, after = (proposed[side]["points"] for side in ("before", "after"))
    fewer = told["scopes"] <= told["copied"]
    faults = sum(count for count, _examples in told["faults"].values())
    changed, fewest = told["gained"] + told["lost"], f"{told['copied']} copied, {told['scopes']} proposed"
    deepest = "{} before, {} after".format(*told["deepest"])
    found.rows += [
        Row(f"real tree ({at}): unique scopes", fewest, "never more", fewer),
        Row("its points", f"{before:,.0f} before, {after:,.0f} after", "fewer", after <= before),
        Row("its folders", f"{told['old_folders']:,} before, {told['targets']:,} after", "", None),
        Row("its deepest folder", deepest, "", None),
        Row("hard rules broken in it, changes of access among them", f"{faults + changed:,}", "0", not faults + changed),
        Row("files of it that move, and are placed", f"{told['moving']:,} and {told['placed']:,}", "equal",
            told["moving"] == told["placed"]),
    ]  # fmt: skip
    found.remarks.append(
        f"as typed: scan {scan.seconds:.1f} s, classify {classify.seconds:.1f} s, propose {propose.seconds:.1f} s; problems"
        f" for a person {proposed['problems']:,}, what could not be read (as links) {scanned['unreadable']:,}"
    )
    sides = [
        (name, proposed["before"][name], proposed["after"][name]) for name in proposed["before"] if name != "points"
    ]
    found.remarks.append("what it costs: " + ", ".join(f"{name} {old:,} to {new:,}" for name, old, new in sides))
    return found


def edits(bench: Bench) -> Found:
    """People's edits of departments on disk, over a rescan that changes 5 % of them."""
    found, seeds, sizes = Found(), (1, 2, 3), ("3000", "30000")
    if bench.quick:
        seeds, sizes = (1,), ("1500", "20000")
    every = [bench.told(bench.workspace(), str(seed), *sizes, module="kept_edits") for seed in seeds]

    def total(when: str, what: str) -> int:
        return sum(one[when][what] for one in every)

    said, entries = (sum(one[what] for one in every) for what in ("said", "entries"))
    changes = Counter[str]()
    for one in every:
        changes.update(one["changes"])
    there, kept, gone = (total("after", what) for what in ("there", "kept", "gone"))
    told, same = sum(one["told_gone"] for one in every), all(one["same"] for one in every)
    share = f"{changes.total() / entries:.1%}"
    what = f"edits in force after a rescan that changed {share} ({said} edits, {there} with their folders)"
    found.rows += [
        Row(what, f"{kept} of {there} ({kept / there:.1%})", "100 %", kept == there),
        Row("edits whose folders are gone, and that are told as such", f"{gone} and {told}", "equal", gone == told),
        Row("the same proposal from a fresh scan with the same edits", "yes" if same else "no", "yes", same),
    ]
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(changes.items()))
    found.remarks.append(f"{len(every)} departments of {entries:,} entries in all; changed: {counts}")
    found.remarks.append(f"edits in force before the rescan: {total('before', 'kept')} of {said}")
    found.remarks += [
        f"not in force {when} the rescan: {what} of {path}: {why}"
        for one in every
        for when in ("before", "after")
        for what, path, why in one[when]["lost"]
    ]
    return found
