"""Every fault that an upload can meet, at every request: `python -m tests.torture.upload_faults [SECONDS] [FAULT...]`.

For n to 50 the n-th request that a fault can strike is struck by it, and then every n-th; each time the end must be that of an
undisturbed upload: every file once, right content, no version too many, no open session, an empty journal. What is lost or
spoilt behind a confirmed answer must be found by a verification. The suite takes a sample of these; this takes all, until the
time is over (default 3,600 s).
"""

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from filrydd.rehearsal.faults.rule import Fault
from tests.torture.upload_weather import MEETS, each_nth, journey, make, the_nth

LAST = 50
_OFTENEST = 4
"""A fault that strikes more than every so many-th request may leave nothing that gets through."""


def main(seconds: float, faults: tuple[Fault, ...]) -> int:
    until, tried, struck, wrong, needless = time.monotonic() + seconds, 0, 0, 0, 0
    again: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="filrydd-torture-") as place:
        here = Path(place)
        os.environ["FILRYDD_KEY"] = str(here / "ledger.key")
        made = make(here)
        for nth in range(1, LAST + 1):
            for fault in faults:
                for name, weather in (("the", the_nth(fault, nth)), ("every", each_nth(fault, nth))):
                    if time.monotonic() > until:
                        break
                    if name == "every" and nth < _OFTENEST:
                        continue
                    folder = here / f"{fault}-{name}-{nth}"
                    begun = time.monotonic()
                    outcome = journey(made, folder, weather)
                    shutil.rmtree(folder)
                    tried, struck = tried + 1, struck + bool(outcome.struck)
                    wrong, needless = wrong + bool(outcome.wrong), needless + bool(outcome.needless)
                    again[fault] += bool(outcome.again)
                    for what in ("wrong", "needless", "again"):
                        for line in getattr(outcome, what):
                            print(f"{fault}, {name} {nth}: {what}: {line}", flush=True)
                    if (took := time.monotonic() - begun) > 20:
                        print(f"{fault}, {name} {nth}: it took {took:.0f} s", flush=True)
    print(
        f"{tried} journeys, {struck} of them struck: {wrong} ended otherwise than an undisturbed one,"
        f" {needless} with versions that nobody needs; run again by hand: {dict(+again)}"
    )
    return int(bool(wrong or needless))


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = tuple(Fault(word) for word in words[1:]) or MEETS
    sys.exit(main(float(words[0]) if words else 3600.0, chosen))
