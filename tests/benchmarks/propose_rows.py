"""The rows of the benchmark of proposals on generated areas, by group: what is measured, against which goal.

A group takes a bench and gives rows and remarks.
"""

import statistics
from collections.abc import Iterable, Sequence

from tests.benchmarks import mazes
from tests.benchmarks.propose_bench import Bench, Told
from tests.benchmarks.rows import Found, Row

_MB = 1e6
# Folders a part. In smaller ones each audience has so few folders that the audiences alone come near a third of the breaks.
_LARGE_ENOUGH = 1_000
_OF_PLACES = frozenset({
    "a file without a place", "a place for a file that stays", "a place that is not there", "a file joined to nothing",
    "two of one name",
})  # fmt: skip


def _generated(bench: Bench) -> list[tuple[str, int, int, int]]:
    """(kind, seed, folders, files) of the departments."""
    sizes = [(300, 4), (1_000, 2)] if bench.quick else [(300, 8), (1_000, 8), (3_000, 4), (10_000, 2), (30_000, 2)]
    return [("aged", seed, size, size * 10) for size, seeds in sizes for seed in range(1, seeds + 1)]


def _others(bench: Bench) -> list[tuple[str, int, int, int]]:
    """The cruel trees, and the real one with made access."""
    small = (60, 25, 300, 6_000, 120)
    large = (400, 60, 10_000, 200_000, 300)
    sizes = dict(zip(mazes.CRUEL, small if bench.quick else large, strict=True))
    return [
        *((kind, 1, size, 0) for kind, size in sizes.items()),
        (str(bench.tree), 1, 3_000 if bench.quick else 50_000, 0),
    ]


def areas(bench: Bench) -> Found:
    """Generated departments, cruel trees, and the real tree with made access, all judged."""
    found = Found()
    aged, others = (
        [bench.told("area", *map(str, one), bench.workspace()) for one in kind]
        for kind in (_generated(bench), _others(bench))
    )
    every = [*aged, *others]
    of_all = f"{len(every)} areas, {sum(one['files'] for one in every):,} files"
    _access(found, every, of_all)
    large = [_ratio(one) for one in aged if one["old_folders"] >= _LARGE_ENOUGH * one["parts"]]
    small = [_ratio(one) for one in aged if one["old_folders"] < _LARGE_ENOUGH * one["parts"]]
    found.rows.append(
        Row(
            f"unique scopes against copying, {len(large)} departments of {_LARGE_ENOUGH:,} folders a part or more",
            f"worst {max(large):.3f}, median {statistics.median(large):.3f}",
            "<= 1/3",
            max(large) <= 1 / 3,
        )
    )
    worst = max(map(_ratio, every))
    found.rows.append(Row(f"the same, on any of the {len(every)} areas", f"worst {worst:.3f}", "<= 1", worst <= 1))
    found.remarks.append(_smaller(aged, small))
    _faults(found, every)
    found.remarks.append(_repairs(aged))
    return found


def _access(found: Found, told: Sequence[Told], of_all: str) -> None:
    gained, lost = (sum(one[what] for one in told) for what in ("gained", "lost"))
    held, accepted = (sum(one[what] for one in told) for what in ("held", "accepted"))
    found.rows.append(
        Row(
            f"people and files with wider or narrower access that nobody accepted, {of_all}",
            f"{gained:,} wider, {lost:,} narrower",
            "0",
            not gained + lost,
        )
    )
    found.remarks.append(
        f"files whose old readers nobody knows or SharePoint cannot say, so that their part cannot be signed: {held:,}"
        + (f"; with changes accepted by name: {accepted:,}" if accepted else "")
    )


def _faults(found: Found, told: Sequence[Told]) -> None:
    faults: dict[str, int] = {}
    for one in told:
        for kind, (count, examples) in one["faults"].items():
            faults[kind] = faults.get(kind, 0) + count
            found.remarks.append(f"{kind}: {count}, as {examples[0]}")

    def said(kinds: Iterable[str]) -> str:
        return ", ".join(f"{kind} {faults[kind]:,}" for kind in sorted(kinds)) or "0"

    found.rows.append(Row("hard rules broken", said(faults), "0", not faults))
    misplaced = _OF_PLACES & set(faults)
    placed, moving = (sum(one[what] for one in told) for what in ("placed", "moving"))
    what = f"not placed just once, or two on one name, of {moving:,} that move"
    found.rows.append(Row(what, f"{said(misplaced)}; {placed:,} placed", "0", not misplaced and placed == moving))


def _smaller(aged: Sequence[Told], small: Sequence[float]) -> str:
    least = [one["scopes"] / one["needed"] for one in aged]
    return (
        f"unique scopes against copying, {len(small)} smaller departments: worst {max(small):.3f}, median"
        f" {statistics.median(small):.3f}. Every structure needs a scope for each audience in each part: of that all"
        f" {len(aged)} departments have {statistics.median(least):.2f} x, worst {max(least):.2f} x"
    )


def _ratio(told: Told) -> float:
    return float(told["scopes"] / max(told["copied"], 1))


def _repairs(aged: Sequence[Told]) -> str:
    shares = [one["repairs"] / one["additive"] for one in aged]
    return (
        f"the repair pass adds, on the departments: median {statistics.median(shares):+.2%}, worst {max(shares):+.2%} of the"
        f" points; they go from {sum(one['points'][0] for one in aged):,.0f} to {sum(one['points'][1] for one in aged):,.0f}"
    )


def same(bench: Bench) -> Found:
    """The same area in another order, another language, another history."""
    found = Found()
    chosen = [one for one in _generated(bench) if one[2] < 10_000 and one[1] < 3] + _others(bench)
    checks, unequal = 0, dict[str, list[str]]()
    for one in chosen:
        for what, first, second in _pairs(bench, *map(str, one)):
            checks += 1
            if (first["digest"], first["places"]) != (second["digest"], second["places"]):
                unequal.setdefault(what, []).append(f"{one[0]} {one[1]} of {one[2]:,}")
    found.remarks += [f"not the same, {what}: {', '.join(where)}" for what, where in unequal.items()]
    said = ", ".join(f"{len(where)} {what}" for what, where in unequal.items()) or "none"
    what = f"same input, other digest or places, {checks} comparisons in {len(chosen)} areas"
    found.rows.append(Row(what, said, "none", not unequal))
    return found


def _pairs(bench: Bench, *maze: str) -> list[tuple[str, Told, Told]]:
    """(what is compared, one, the other) of an area."""
    workspace, other, last = (bench.workspace() for _time in range(3))
    first = bench.told("area", *maze, workspace)
    bench.told("shuffled", workspace, other)
    second = bench.told("propose", other, language="nb")
    again = bench.told("propose", workspace)
    bench.told("detour", workspace)
    back = bench.told("propose", workspace)
    bench.told("change", workspace, "scattered")
    changed = bench.told("propose", workspace)
    bench.told("shuffled", workspace, last)
    afresh = bench.told("propose", last)
    return [
        ("scanned in another order", first, second),
        ("proposed again", first, again),
        ("after edits that were taken back", first, back),
        ("changed, against the same scanned afresh", changed, afresh),
    ]


def large(bench: Bench) -> Found:
    """An area as large as they come: wall, memory, and once more after 1 % changed."""
    found, workspace = Found(), bench.workspace()
    bench.told("make", "aged", "2", str(bench.folders), str(bench.files), workspace)
    first = bench.told("propose", workspace)
    at = f"{bench.files:,} files in {bench.folders:,} folders"
    found.at_most(f"proposal of {at}", first["seconds"], 60, "s")
    found.at_most("highest memory meanwhile", first["peak"] / _MB, 1_500, "MB")
    for how, words in (("few", "in folders all over"), ("scattered", "each in another folder")):
        changed = bench.told("change", workspace, how)
        again = bench.told("propose", workspace)
        what = f"{changed['changed']:,} files in {changed['folders']:,} folders"
        row = f"digest after 1 % changed {words} ({what})"
        if how == "few":
            found.at_most(row, again["digesting"], 1, "s")
        else:
            found.rows.append(Row(row, f"{again['digesting']:.2f} s", "", None))
        found.remarks.append(
            f"proposing again after {what} changed: {again['seconds']:.1f} s, {again['peak'] / _MB:,.0f} MB; the first digest"
            f" took {first['digesting']:.1f} s"
        )
    told = bench.told("judge", workspace)
    found.rows.append(
        Row("unique scopes of it, against copying", f"{_ratio(told):.3f}", "<= 1/3", _ratio(told) <= 1 / 3)
    )
    faults = sum(count for count, _examples in told["faults"].values())
    found.rows.append(Row("hard rules broken in it, changes of access among them", f"{faults:,}", "0", not faults))
    found.remarks.append(
        f"{at}: {first['points'][0]:,.0f} points to {first['points'][1]:,.0f}, {told['old_folders']:,} folders to"
        f" {told['targets']:,}, deepest {told['deepest'][0]} to {told['deepest'][1]}, {first['cpu']:.1f} s of processor"
    )
    return found


def tried(bench: Bench) -> Found:
    """Small trees against trying everything."""
    found = Found()
    told = bench.told("300" if bench.quick else "5000", module="tried")
    trees, added = told["trees"], told["added"]
    found.rows.append(
        Row(
            "the sum equal to the best of all, small trees",
            f"{told['equal']:,} of {trees:,}",
            "all",
            told["equal"] == trees,
        )
    )
    found.remarks.append(
        f"the repair pass on those adds {statistics.fmean(added or [0]):+.1f} points where it acts ({len(added):,} trees),"
        f" {sum(added) / trees:+.1f} on all, {max(added, default=0):+.1f} at worst, {min(added, default=0):+.1f} at best"
    )
    found.remarks.append(
        f"homes, which are closed one by one and not tried out: as good as the best set of them on {told['homes_best']:,} of"
        f" {told['with_homes']:,} trees that may have any, {told['beyond']:.0f} points beyond at worst (weights at random)"
    )
    return found
