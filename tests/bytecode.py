"""What was compiled once is kept, for the other workers, for children, and for the next run.

Each worker of a run imports some 700 modules and rewrites the assertions of 350 files, and tests start hundreds of children.
Where PYTHONDONTWRITEBYTECODE is set, as it often is in containers, all of them compile everything anew: every tenth second of
the whole run. What such a wish is for, folders of sources that stay clean, is kept: everything goes below `.pytest_cache`.
"""

import importlib
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

_TOP = Path(__file__).parent.parent
_KEPT = _TOP / ".pytest_cache" / "bytecode"


def keep_bytecode() -> None:
    """Let this process and its children keep bytecode; where they do already, nothing is changed."""
    if not sys.dont_write_bytecode:
        return
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(_KEPT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(_KEPT)


def compile_a_share(config: pytest.Config) -> None:
    """Import what a worker is to collect, beginning at a share of its own, so that no two compile the same file.

    A file that cannot be imported is left to the collection, which says why.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if not worker:
        return
    given = [config.invocation_params.dir / name for name in config.args]
    files = sorted({file for place in given if place.is_dir() for file in place.resolve().rglob("test_*.py")})
    first = len(files) * int(worker) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for file in (*files[first:], *files[:first]):
        folders = file.relative_to(_TOP).with_suffix("").parts
        if not {"benchmarks", "torture"} & set(folders):
            with suppress(Exception, pytest.skip.Exception):
                importlib.import_module(".".join(folders))
