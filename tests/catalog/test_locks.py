"""Who may work on an area at the same time."""

import subprocess
import sys
from pathlib import Path

import pytest

from filrydd.catalog.locks import APART, STAGES, working
from filrydd.errors import Busy


def test_a_stage_cannot_run_twice_on_one_area_and_the_refusal_says_who_holds_it(tmp_path: Path) -> None:
    with working(tmp_path, "felles", "scan", since="2026-11-23 18:30"):
        holder = r"scan, process \d+ on .*since 2026-11-23 18:30"
        with pytest.raises(Busy, match=holder), working(tmp_path, "felles", "scan", since="later"):
            pass
        with working(tmp_path, "another", "scan", since="now"):
            pass
    with working(tmp_path, "felles", "scan", since="now"):
        pass


def test_deciding_goes_on_beside_an_upload_but_seal_and_retire_are_alone(tmp_path: Path) -> None:
    with working(tmp_path, "felles", "upload", since="now"):
        for stage in ("classify", "propose", "review"):
            with working(tmp_path, "felles", stage, since="now"):
                pass
        for stage in ("seal", "retire", "scan"):
            with pytest.raises(Busy), working(tmp_path, "felles", stage, since="now"):
                pass


def test_the_table_is_symmetric() -> None:
    assert {(a, b) for a in STAGES for b in APART[a]} == {(b, a) for a in STAGES for b in APART[a]}


def test_a_lock_of_a_process_that_died_holds_nobody_up(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from filrydd.catalog.locks import working\n"
        "context = working(Path(sys.argv[1]), 'felles', 'scan', since='x'); context.__enter__(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 9
    with working(tmp_path, "felles", "scan", since="now"):
        pass
