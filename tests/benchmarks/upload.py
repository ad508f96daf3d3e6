"""Uploads beside rclone and a bare socket, on this machine: `python -m tests.benchmarks.upload [ROW...] [--OPTION VALUE...]`.

Rows: throttled, untold, free, large, units, sparse, million; all of them if none is named. Options, with what they are if
not named: --files 20000 (small files), --minute 20000 (units a minute at first), --every 120 (seconds until the throttle
changes), --megabytes 3000 (large files), --rounds 3, --transfers 4,8,16 (what rclone may try), --minutes 4 (of the
million), --folder (where it works; the usual place for temporary files).

The tenant is a process of its own on the same cores; nothing is rewritten. What is compared ran in turn in this very run.
Prints a table.
"""

import sys
from collections.abc import Callable

from tests.benchmarks import upload_memory, upload_rates, upload_throttled
from tests.benchmarks.rows import Found
from tests.benchmarks.upload_options import Options

ROWS: dict[str, Callable[[Found, Options], None]] = {
    "throttled": upload_throttled.throttled,
    "untold": upload_throttled.untold,
    "free": upload_rates.free,
    "large": upload_rates.large,
    "units": upload_rates.units,
    "sparse": upload_memory.sparse,
    "million": upload_memory.million,
}


def main(words: list[str]) -> int:
    options, chosen = Options.of(words)
    found = Found()
    for name in chosen or list(ROWS):
        ROWS[name](found, options)
    print("| Measure | Measured | Goal | |\n| --- | --- | --- | --- |")
    for row in found.rows:
        print(
            f"| {row.measure} | {row.measured} | {row.goal} | {'' if row.met is None else 'ok' if row.met else 'below'} |"
        )
    print("\n".join(found.remarks))
    return int(any(row.met is False for row in found.rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
