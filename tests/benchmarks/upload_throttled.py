"""Small files under a throttle whose costs and budget change in mid-run, which nobody is told."""

from pathlib import Path

from tests.benchmarks.rows import Found, Row
from tests.benchmarks.upload_options import Options
from tests.benchmarks.upload_stand import small_sizes, stand
from tests.benchmarks.upload_watch import Minute, Watched, watched

_SESSION = 2
"""Units of a new session; the fragment's change."""
_FRAGMENTS = (2, 3, 2, 2)
_BUDGETS = (1.0, 1.0, 0.6, 1.3)
"""What a fragment costs, and how large the minute is beside the first one, from change to change."""


def untold(found: Found, options: Options) -> None:
    """The same where a refusal does not say how long to wait, as SharePoint's sometimes do not."""
    throttled(found, options, "missing")


def throttled(found: Found, options: Options, form: str = "told") -> None:
    """Share of the allowed units that became files, answers that told to wait, and files a second beside rclone."""
    with stand(options.folder, small_sizes(options.files)) as one:
        faults = one.folder / "faults.yaml"
        faults.write_text(_faults(options, form))
        costs = [(number * options.every, _SESSION + units) for number, units in enumerate(_FRAGMENTS)]
        runs: dict[str, tuple[float, Watched]] = {}
        for name in ["filrydd", *(f"rclone, {transfers} transfers" for transfers in options.transfers)]:
            with one.tenant("--no-rewrite", "--faults", str(faults)) as tenant:
                folder = Path(tenant.process.args[tenant.process.args.index("--folder") + 1])  # type: ignore[union-attr,index,arg-type]
                with watched(tenant, folder) as seen:
                    if name == "filrydd":
                        ran, told = one.ours(tenant)
                        found.remarks.append(f"filrydd says: {told}")
                        assert told["uploaded"] == one.files and not told["failed"], told
                    else:
                        ran = one.rclone(tenant, int(name.split()[1]))
            runs[name] = ran.seconds, seen
            print(f"{name}: {ran.seconds:.0f} s, {ran.cpu:.0f} s of processor", flush=True)
        seconds, ours = runs.pop("filrydd")
        minutes = ours.minutes(costs)
        found.at_least(
            f"{one.files:,} files of 1-200 KB, a throttle that changes (Retry-After {form}): share of the allowed units that"
            " became files",
            100 * _share(minutes), 93, "%",
        )  # fmt: skip
        through = 100 * sum(one.needed for one in minutes) / max(1, sum(one.open for one in minutes))
        found.rows.append(Row("  share of what the tenant's windows let through", f"{through:.1f} %", "reported", None))
        found.at_most("  told to wait, of 1,000 requests", ours.throttled, 3, "")
        best = min(runs, key=lambda name: runs[name][0]) if runs else None
        if best:
            found.at_least(f"  files a second beside {best}", runs[best][0] / seconds, 1.3, "x")
        _tell(found, "filrydd", one.files, seconds, ours, minutes)
        for name, (took, seen) in runs.items():
            _tell(found, name, one.files, took, seen, seen.minutes(costs))


def _share(minutes: list[Minute]) -> float:
    return sum(one.needed for one in minutes) / max(1.0, sum(one.allowed for one in minutes))


def _tell(found: Found, name: str, files: int, seconds: float, seen: Watched, minutes: list[Minute]) -> None:
    each = "; ".join(
        f"{one.seconds:.0f} s: {one.allowed:,.0f} allowed ({one.open:,} let through), {one.used:,} counted,"
        f" {one.needed:,.0f} for {one.files:,} files"
        for one in minutes
    )
    last = seen.samples[-1]
    found.remarks.append(
        f"{name}: {files / seconds:.1f} files/s ({seconds:.0f} s), {last.requests:,} requests, {last.throttled:,} told to"
        f" wait ({seen.throttled:.1f} of 1,000), {100 * _share(minutes):.1f} % of the allowed units. Windows: {each}"
    )


def _faults(options: Options, form: str) -> str:
    lines = ["seed: 1", "throttle:", f"  minute: {options.minute}", f"  retry_after: {form}", "  then:"]
    for fragment, budget in list(zip(_FRAGMENTS, _BUDGETS, strict=True))[1:]:
        what = f"minute: {round(options.minute * budget)}, costs: {{fragment: {fragment}}}"
        lines.append(f"    - {{after_seconds: {options.every}, {what}}}")
    return "\n".join(lines) + "\n"
