"""Where tests put their files: in memory, where there is enough of it.

Every commit of a catalog waits for the disk, and an area on its way has forty of them; no test here cuts the power, which
alone would tell a disk from memory. `FILRYDD_TESTS_ON_DISK=1`, `--basetemp` or PYTEST_DEBUG_TEMPROOT say otherwise. What asks
how a real file system behaves (`tests/sources`) has the disk, and Samba's shares lie there too.
"""

import os
import shutil
import sys
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH = 6 << 30
"""Bytes that must be free. A run of the suite was seen to hold half a GB at most."""


def in_memory() -> None:
    """Let pytest make its folders in memory. Only where Linux has memory to give, and nobody wished for another place."""
    wished = os.environ.get("PYTEST_DEBUG_TEMPROOT") or os.environ.get("FILRYDD_TESTS_ON_DISK")
    if wished or not sys.platform.startswith("linux") or not os.access(_MEMORY, os.W_OK):
        return
    available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if min(available, shutil.disk_usage(_MEMORY).free) > _ENOUGH:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_MEMORY)
