"""A crash at each commit and act of setting aside, bringing back and emptying the quarantine, before and after it:
`python -m tests.torture.retire_crashes`. The suite takes a sample of these."""

import os
import subprocess
import sys
from pathlib import Path

_TEST = "tests/stages/test_quarantine.py::test_a_crash_anywhere_loses_nothing_and_the_next_run_ends_it"


def main() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", _TEST]
    here = Path(__file__).parent.parent.parent
    return subprocess.run(command, cwd=here, env={**os.environ, "FILRYDD_CRASH_EVERY": "1"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
