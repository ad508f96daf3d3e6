"""How much memory an upload takes, whatever the size of a file and the number of files."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from filrydd.catalog.connection import open_catalog
from filrydd.stages import classify, propose
from filrydd.stages.work import Work
from tests.areas import Area, new_area
from tests.benchmarks import filled, upload_stand
from tests.benchmarks.measure import children, peak_of
from tests.benchmarks.rows import Found
from tests.benchmarks.tenant import Tenant
from tests.benchmarks.upload_options import Options
from tests.benchmarks.upload_stand import Stand, command, environment, here

HUGE = 5 * 10**9
MANY = 1_000_000
_MB = 10**6
_LINKS = 50_000
"""Names that one file may have, a good deal fewer than ext4 allows."""
_SIZE = 1_000


def sparse(found: Found, options: Options) -> None:
    """One file of 5 GB."""
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="filrydd-upload-") as place:
        os.environ["FILRYDD_KEY"] = str(Path(place) / "ledger.key")
        area = new_area(Path(place) / "made")
        area.policy(upload_stand.UNDIVIDED)
        upload_stand.sparse(area.top / "stor.dat", HUGE)
        area.until_proposed()
        area.sign()
        one = Stand(area, Path(place), 1, HUGE)
        with one.tenant("--no-rewrite") as tenant:
            ran, told = one.ours(tenant, watch=True)
            assert told["uploaded"] == 1, told
    found.at_most("peak memory, a file of 5 GB, with all child processes", ran.peak / _MB, 250, "MB")
    found.remarks.append(f"5 GB of zeros: {HUGE / ran.seconds / _MB:.0f} MB/s")


def million(found: Found, options: Options) -> None:
    """An upload with a million files in its queue, stopped after some minutes."""
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="filrydd-upload-") as place:
        os.environ["FILRYDD_KEY"] = str(Path(place) / "ledger.key")
        area = _many(Path(place))
        one = Stand(area, Path(place), MANY, MANY * _SIZE)
        with one.tenant("--no-rewrite") as tenant:
            peak, seconds, sent = _stopped(one, tenant, options.minutes * 60)
    found.at_most(f"peak memory, {MANY:,} placements, with all child processes", peak / _MB, 250, "MB")
    found.remarks.append(f"the million: stopped after {seconds:.0f} s, {sent:,} files were there")


def _many(place: Path) -> Area:
    """A signed area of a million files, whose catalog was made without a scan. The files are there: names of a few."""
    area = new_area(place / "made")
    area.policy(upload_stand.UNDIVIDED)
    filled.FILES_A_FOLDER, usual = 500, filled.FILES_A_FOLDER
    try:
        filled.fill(area.workspace / "scans" / "felles.db", MANY)
    finally:
        filled.FILES_A_FOLDER = usual
    originals = place / "originals"
    originals.mkdir()
    with open_catalog(area.workspace / "scans" / "felles.db") as catalog:
        paths = _folders(catalog, area.top)
        source: Path | None = None
        for number, row in enumerate(catalog.rows("SELECT folder, name FROM file")):
            if not number % _LINKS:
                source = originals / str(number)
                source.write_bytes(os.urandom(_SIZE))
                os.utime(source, (1_700_000_000, 1_700_000_000))
            assert source is not None
            os.link(source, paths[row["folder"]] / row["name"])
        seen = (area.top.stat().st_ctime_ns // 100) + 116_444_736_000_000_000
        with catalog.writing():
            catalog.run("UPDATE area SET source = ?", (str(area.top),))
            # As the scan would have left them.
            catalog.run_many(
                "INSERT INTO figure (stage, name, value) VALUES ('scan', ?, ?)",
                [("folders", len(paths)), ("files", MANY), ("bytes", MANY * _SIZE), ("unreadable", 0)],
            )
            catalog.run(
                "UPDATE file SET size = ?, modified = ?, created = ?",
                (_SIZE, 1_700_000_000 * 10**7 + 116_444_736_000_000_000, seen),
            )
    work = Work(area.workspace, "felles", "benchmark")
    classify.run(work)
    propose.run(work)
    with open_catalog(area.workspace / "scans" / "felles.db") as catalog, catalog.writing():
        # Nobody may sign for a library that no computer can synchronise; here it is about the uploader.
        catalog.run("DELETE FROM problem")
    area.sign()
    return area


def _folders(catalog, top: Path) -> dict[int, Path]:  # type: ignore[no-untyped-def]
    paths: dict[int, Path] = {}
    for row in list(catalog.rows("SELECT id, parent, name FROM folder ORDER BY lo")):
        paths[row["id"]] = top if row["parent"] is None else paths[row["parent"]] / row["name"]
        paths[row["id"]].mkdir(parents=True, exist_ok=True)
    return paths


def _stopped(one: Stand, tenant: Tenant, seconds: float) -> tuple[int, float, int]:
    """Peak bytes, seconds, and the files that were there, of an upload that is interrupted as by Ctrl+C."""
    workspace = one.folder / "workspace"
    shutil.copytree(one.area.workspace, workspace)
    begun = time.monotonic()
    process = subprocess.Popen(
        command(workspace, tenant),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment(one.folder)},
        cwd=here(),
    )
    peaks: dict[int, int] = {}
    while process.poll() is None and time.monotonic() - begun < seconds:
        for pid in (process.pid, *children(process.pid)):
            peaks[pid] = max(peaks.get(pid, 0), peak_of(pid))
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    code = process.wait(120)
    assert code in (0, 130), code
    with open_catalog(workspace / "scans" / "felles.db") as catalog:
        return sum(peaks.values()), time.monotonic() - begun, int(catalog.value("SELECT COUNT(*) FROM receipt"))
