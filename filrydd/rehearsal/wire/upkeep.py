"""What a running tenant sees to beside the calls: a fault file that changed, and the day's units that a restart must know."""

import asyncio
import contextlib
import json
import sqlite3
import sys
import threading
import time
from pathlib import Path

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.rehearsal.faults.file import read
from filrydd.rehearsal.store.database import remember, setting
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.rehearsal.ways import Ways

_TICK = 0.05
_LOOK = 0.2
_KEEP = 10.0
_DAYS = "days of apps"


def recall_days(tenancy: Tenancy) -> None:
    """Let the throttle go on where a former run ended."""
    days = json.loads(setting(tenancy.store.read, _DAYS) or "{}")
    tenancy.throttle.recall({app: (float(began), int(used)) for app, (began, used) in days.items()})


async def see_to(tenancy: Tenancy, usual: Ways, stop: threading.Event) -> None:
    """Look after a tenant until told to stop. `usual`: its ways without a fault file."""
    seen, kept, keep_at = _mark(usual.faults), tenancy.throttle.days(), time.monotonic() + _KEEP
    look_at = time.monotonic()
    while not stop.is_set():
        await asyncio.sleep(_TICK)
        if time.monotonic() < look_at:
            continue
        look_at = time.monotonic() + _LOOK
        if (mark := _mark(usual.faults)) != seen:
            seen = mark
            _read_again(tenancy, usual)
        if time.monotonic() >= keep_at:
            keep_at = time.monotonic() + _KEEP
            kept = await _keep_days(tenancy, kept)
    await _keep_days(tenancy, kept)


def _mark(file: Path | None) -> tuple[int, int, int] | None:
    """What tells that a file was written anew; None for none."""
    if file is None:
        return None
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read_again(tenancy: Tenancy, usual: Ways) -> None:
    if usual.faults is None:
        return
    try:
        bad = read(usual.faults)
    except FilryddError as trouble:
        said = (trouble.message, _("The one that was read before stays."), *trouble.details)
        sys.stderr.write("\n".join(said) + "\n")
        sys.stderr.flush()
        return
    tenancy.heed(bad, usual)


async def _keep_days(tenancy: Tenancy, kept: dict[str, tuple[float, int]]) -> dict[str, tuple[float, int]]:
    days = tenancy.throttle.days()
    if days != kept:
        # A full disk must not end a tenant that can still be read; the next time tells.
        with contextlib.suppress(sqlite3.Error):
            await tenancy.store.write(lambda con: remember(con, _DAYS, json.dumps(days)))
    return days
