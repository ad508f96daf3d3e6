"""Files and bytes a second without a throttle, and units a file."""

import statistics

from tests.benchmarks.rows import Found, Row
from tests.benchmarks.upload_options import Options
from tests.benchmarks.upload_stand import LABEL, UNDIVIDED, large_sizes, small_sizes, stand, units_of

HIGHEST = 6_250 / 60 / 4
"""Files a second that the highest tier allows at four units a file."""
_LINES = (2, 4)
MOST = 4.25
"""Units a file: four, and what folders, libraries and filrydd's own records cost for a thousand of them."""
_UNITS = {"post": 2, "fragment": 2, "put": 2, "patch": 2, "read": 1, "session": 1, "delete": 2, "download": 1}
"""Units by the kinds that the tenant's figures tell."""
COLUMNS = "\nstructure:\n  columns: [department]\n"
LABELLED = f"{COLUMNS}  labels: {{Bevares: {LABEL}}}\n"
KEPT = ("    reason: {nb: I bruk.", "    noark: Bevares\n    reason: {nb: I bruk.")
"""In the policy: everything that moves is for the archive."""


def free(found: Found, options: Options) -> None:
    """Small files, nobody slowed down."""
    with stand(options.folder, small_sizes(min(options.files, 6_000))) as one:
        rates: dict[str, list[float]] = {}
        for _round in range(options.rounds):
            for transfers in options.transfers:
                with one.tenant("--no-rewrite") as tenant:
                    ran = one.rclone(tenant, transfers)
                rates.setdefault(f"rclone, {transfers} transfers", []).append(one.files / ran.seconds)
            with one.tenant("--no-rewrite") as tenant:
                ran, told = one.ours(tenant)
                assert told["uploaded"] == one.files and not told["failed"], told
            rates.setdefault("filrydd", []).append(one.files / ran.seconds)
            print({name: round(each[-1], 1) for name, each in rates.items()}, flush=True)
        ours = statistics.median(rates.pop("filrydd"))
        best = max(rates, key=lambda name: statistics.median(rates[name]))
        found.at_least(
            f"{one.files:,} small files, no throttle", ours, 4 * HIGHEST, "files/s", " (4 x the highest tier)"
        )
        theirs = statistics.median(rates[best])
        found.rows.append(Row(f"  {best}", f"{theirs:.1f} files/s, {ours / theirs:.2f} x", "reported", None))


def large(found: Found, options: Options) -> None:
    """Large files beside rclone and a bare copy, in turn; medians."""
    with stand(options.folder, large_sizes(options.megabytes)) as one:
        rates: dict[str, list[float]] = {}

        def note(name: str, seconds: float) -> None:
            rates.setdefault(name, []).append(one.bytes / seconds / 1e6)
            print(f"{name}: {rates[name][-1]:.0f} MB/s", flush=True)

        for _round in range(options.rounds):
            for lines in _LINES:
                with one.tenant("--no-rewrite") as tenant:
                    note(f"bare, {lines} connections", one.bare(tenant, lines))
            with one.tenant("--no-rewrite") as tenant:
                ran, told = one.ours(tenant)
                assert told["uploaded"] == one.files and not told["failed"], told
                note("filrydd", ran.seconds)
                rates.setdefault("filrydd, from its first request to its last", []).append(
                    one.bytes / told["seconds"] / 1e6
                )
            for transfers in options.transfers:
                with one.tenant("--no-rewrite") as tenant:
                    note(f"rclone, {transfers} transfers", one.rclone(tenant, transfers).seconds)
        middle = {name: statistics.median(each) for name, each in rates.items()}
        theirs = max((name for name in middle if name.startswith("rclone")), key=middle.__getitem__)
        bare = max((name for name in middle if name.startswith("bare")), key=middle.__getitem__)
        found.at_least(
            f"{one.bytes / 1e6:,.0f} MB in large files, beside {theirs}", middle["filrydd"] / middle[theirs], 1, "x"
        )
        found.at_least(f"  beside a copy through a bare socket ({bare})", middle["filrydd"] / middle[bare], 0.7, "x")
        found.remarks += [f"{name}: {', '.join(f'{rate:,.0f}' for rate in each)} MB/s" for name, each in rates.items()]


def units(found: Found, options: Options) -> None:
    """Units that a file costs in the end: all calls of an upload, by the tenant's own count."""
    policy = UNDIVIDED.replace(*KEPT)
    for name, structure in (
        ("content with times", ""),
        ("with a column", COLUMNS),
        ("with a column, and a label from the folder", LABELLED),
    ):
        with (
            stand(options.folder, small_sizes(1_000), policy + structure) as one,
            one.tenant("--no-rewrite") as tenant,
        ):
            before = units_of(tenant)["kinds"]
            _ran, told = one.ours(tenant)
            assert told["uploaded"] == one.files and not told["failed"], told
            kinds = units_of(tenant)["kinds"]
        used = sum(_UNITS[kind] * (count - before.get(kind, 0)) for kind, count in kinds.items())
        found.at_most(f"units a file, all calls counted: {name}", used / one.files, MOST, "")
        found.remarks.append(f"calls for {one.files} files, {name}: {kinds}")
