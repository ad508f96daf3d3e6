"""A crash before every single commit and act of a review: `python -m tests.torture.crash_review [SECONDS] [FIRST]`.

The suite takes a sample of these; this takes all, one after the other, until the time is over (default 3,600 s).
"""

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import reviewing
from tests.crashing import crasher
from tests.reviewed import compare, crash_and_go_on, end_state, refused, told


def main(seconds: float, first: int) -> int:
    with tempfile.TemporaryDirectory(prefix="filrydd-torture-") as place:
        here = Path(place)
        os.environ["FILRYDD_KEY"] = str(here / "ledger.key")
        made, whole = here / "made", here / "undisturbed"
        reviewing.template(made)
        with crasher("", "review") as crashing:
            whole.mkdir()
            reviewing.begin(made, whole)
            code, events = crashing.go(whole)
            assert code == 0, (whole / "error").read_text()
            expected = end_state(whole)
            begun, tried, wrong, unsure = time.monotonic(), 0, 0, 0
            again: Counter[str] = Counter()
            for crash_at in range(first, len(events) + 1):
                if time.monotonic() - begun > seconds:
                    break
                folder = here / str(crash_at)
                try:
                    found = crash_and_go_on(crashing, made, folder, crash_at)
                    differs = compare(folder, expected, found, whole)
                    again.update(refused(folder))
                    unsure += told(folder)[2]
                except AssertionError as failed:
                    differs = [str(failed)]
                tried += 1
                if differs:
                    wrong += 1
                    print(f"before event {crash_at} ({events[crash_at - 1]}):", *differs, sep="\n  ", flush=True)
                shutil.rmtree(folder)
            print(f"events: {dict(Counter(events))}")
            print(f"sent again though done, and refused in words: {dict(again)}; messages that may have left: {unsure}")
            print(f"{tried} of {len(events)} events, {wrong} that did not end as an undisturbed review")
            print(f"{time.monotonic() - begun:.0f} s")
            return int(bool(wrong))


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(float(words[0]) if words else 3600.0, int(words[1]) if len(words) > 1 else 1))
