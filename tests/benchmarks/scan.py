"""The benchmark of scanning: `python -m tests.benchmarks.scan [--files N] [--only smb,local] [--repeat N] [--acl]
[--place DIR]`.

Makes the tree, starts Samba, runs the other tools and filrydd in turn in one run, and prints a table. Exit code 1 when a
goal is missed or could not be measured. Only the ratios of one run count: absolute figures drift from machine to machine
and from hour to hour. At 200,000 files it takes tens of minutes and, for the memory, 2,200,000
inodes.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.benchmarks.rows import GROUPS, NEED_SMB, Found, Row
from tests.benchmarks.stand import Stand, missing
from tests.benchmarks.tree import make
from tests.samba import program


def main() -> int:
    asked = _asked()
    if reasons := missing(smb=bool(NEED_SMB & set(asked.only))):
        print("; ".join(reasons), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="filrydd-benchmark-", dir=asked.place) as name:
        place = Path(name)
        place.chmod(0o755)  # the share's user is another one
        begun = time.monotonic()
        tree = make(place / "tree", asked.files)
        print(
            _setting(tree.files, tree.folders, tree.biggest, tree.name_bytes, time.monotonic() - begun, asked.acl),
            flush=True,
        )
        stand = Stand(place, tree, asked.acl)
        try:
            found = {group: _measured(group, stand, asked.repeat) for group in asked.only}
        finally:
            stand.stop()
        print(_table([row for one in found.values() for row in one.rows]))
        print("\n".join(f"- {remark}" for one in found.values() for remark in one.remarks))
        print("".join(f"- filrydd said: {sentence}\n" for sentence in sorted(stand.said)), end="")
    return int(any(row.met is False for one in found.values() for row in one.rows))


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(description="The benchmark of scanning.")
    words.add_argument("--files", type=int, default=200_000, help="files in the tree (default 200,000)")
    words.add_argument("--repeat", type=int, default=3, help="runs of each, after one to warm up (default 3)")
    words.add_argument("--only", default=",".join(GROUPS), help=f"groups of rows, of: {','.join(GROUPS)}")
    words.add_argument("--acl", action="store_true", help="an ordinary user, and a share with access lists of its own")
    words.add_argument("--place", type=Path, help="where the tree is made and removed again (default: the system's)")
    asked = words.parse_args()
    asked.only = asked.only.split(",")
    if unknown := set(asked.only) - set(GROUPS):
        words.error(f"there is no group {', '.join(sorted(unknown))}")
    if asked.files < 1_000 or asked.repeat < 1:
        words.error("take at least 1,000 files and one repetition")
    return asked


def _measured(group: str, stand: Stand, repeat: int) -> Found:
    begun = time.monotonic()
    try:
        found = GROUPS[group](stand, repeat)
    except Exception as error:
        # The other groups are still worth having; this one counts as missed.
        traceback.print_exc()
        why = (str(error).strip() or repr(error)).splitlines()[-1]
        found = Found([Row(f"group {group}", f"not measured: {why}", "", False)])
    print(f"{group}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return found


def _setting(files: int, folders: int, biggest: int, name_bytes: float, seconds: float, acl: bool) -> str:
    smbd = program("smbd")
    samba = (
        subprocess.run([smbd, "--version"], capture_output=True, text=True, check=True).stdout if smbd else "no Samba"
    )
    return (
        f"{files:,} files in {folders:,} folders, one with {biggest:,}; names of {name_bytes:.0f} bytes;"
        f" made in {seconds:.0f} s.\n{os.cpu_count()} cores, Python {platform.python_version()},"
        f" Samba: {samba.strip()}, {'access lists, an ordinary user' if acl else 'as it comes, root'}."
        " Server and clients share the cores.\n"
    )


def _table(rows: list[Row]) -> str:
    verdict = {True: "ok", False: "below", None: ""}
    lines = ["| Measure | Measured | Goal | |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.measure} | {row.measured} | {row.goal} | {verdict[row.met]} |" for row in rows]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
