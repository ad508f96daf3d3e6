"""The tenant as a process of its own: `python -m filrydd.rehearsal --folder DIR`.

Prints `Ready` as one line of JSON on standard output when it listens.
"""

import argparse
import dataclasses
import json
import os
import sys
import threading
from pathlib import Path

from filrydd.errors import FilryddError
from filrydd.rehearsal.rules.throttle import TIERS
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import serve


def main(words: list[str] | None = None) -> int:
    """Run until stopped; returns the exit code."""
    usual = Ways()
    parser = argparse.ArgumentParser(prog="python -m filrydd.rehearsal", description="The rehearsal tenant.")
    parser.add_argument("--folder", type=Path, required=True, help="where its database and contents lie")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0: the last one, or a free one")
    parser.add_argument("--site", action="append", default=[], help="a site that exists from the start: sites/NAME")
    parser.add_argument("--only-these-sites", action="store_true", help="make no site because somebody asks for it")
    parser.add_argument("--no-rewrite", action="store_true", help="keep Office files byte for byte")
    parser.add_argument("--no-anonymous", action="store_true", help="ask for the token on every call")
    parser.add_argument("--token-seconds", type=int, default=usual.token_seconds, help="how long an access token lasts")
    parser.add_argument("--units-per-minute", type=int, default=0, help="resource units a minute; 0: no throttling")
    parser.add_argument("--tier", choices=sorted(TIERS), default="", help="licences of the tenant; its limits follow")
    parser.add_argument("--faults", type=Path, default=None, help="a file that says what goes wrong")
    parser.add_argument("--clock-offset", type=float, default=0.0, help="seconds that its clock is ahead")
    parser.add_argument(
        "--session-seconds", type=float, default=usual.session_seconds, help="how long an idle upload session lives"
    )
    parser.add_argument(
        "--versions-kept", type=int, default=usual.versions_kept, help="versions of a file that a library keeps"
    )
    parser.add_argument(
        "--label-seconds",
        type=float,
        default=usual.label_seconds,
        help="until a folder's label reaches what lies in it",
    )
    parser.add_argument("--seed", type=int, default=usual.seed, help="decides what varies")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    given = parser.parse_args(words)
    ways = Ways(
        sites=tuple(given.site) or usual.sites,
        any_site=not given.only_these_sites,
        rewrite=not given.no_rewrite,
        anonymous=not given.no_anonymous,
        token_seconds=given.token_seconds,
        tier=given.tier,
        units_per_minute=given.units_per_minute,
        faults=given.faults,
        clock_offset=given.clock_offset,
        session_seconds=given.session_seconds,
        versions_kept=given.versions_kept,
        label_seconds=given.label_seconds,
        seed=given.seed,
    )
    stop = threading.Event()
    if given.with_parent:
        threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
    try:
        serve(given.folder, port=given.port, ways=ways, ready=_say, stop=stop)
    except FilryddError as trouble:
        sys.stderr.write("\n".join((f"{trouble.message} {trouble.next}", *trouble.details)) + "\n")
        return trouble.exit_code
    return 0


def _say(ready: Ready) -> None:
    sys.stdout.write(json.dumps(dataclasses.asdict(ready)) + "\n")
    sys.stdout.flush()


def _wait_for_parent(stop: threading.Event) -> None:
    # The pipe closes when the parent ends, whichever way it ends.
    # Not through sys.stdin: a thread that waits there would abort the interpreter at its end.
    while os.read(0, 4096):
        continue
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
