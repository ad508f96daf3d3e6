"""What whoever seals wishes of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from filrydd.catalog.seals import Way


@dataclass(frozen=True, slots=True)
class Wishes:
    """`way`: make every entry read-only, or the share. `wait`: seconds to wait for people to close files, and to disconnect
    from a share; `close_open`: after that the server closes them, and disconnects who is still there. `linked`: also files
    that have another name outside the area, which becomes read-only too. `compare_later`: the comparison in full comes with
    `filrydd verify`, during the grace period; `bytes_per_second`: the old area is read no faster (None: no limit)."""

    way: Way = Way.ENTRIES
    wait: float = 0.0
    close_open: bool = False
    linked: bool = False
    compare_later: bool = False
    bytes_per_second: float | None = None
    sleep: Callable[[float], None] = time.sleep
