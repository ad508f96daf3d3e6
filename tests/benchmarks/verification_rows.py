"""What verification costs beside reading files: time and memory for an area of any size.

`python -m tests.benchmarks.verification_rows [FILES]`

A catalog with FILES placements (a million if not named) that were all sent, and a listing of as many items, both made here
without a tenant or files. Says how long it takes to take the listing in, judge it, line up what is to be compared and read it in
batches, keep comparisons, publish, count and report; first with nothing compared, then with all of it, as in the next
night. At the end the peak of memory; the goal is 250 MB.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.findings import access, arrived, comparisons, listing, noted, places
from filrydd.model.item import Item
from filrydd.stages.verify.outcomes import outcomes
from filrydd.targets import open_rehearsal
from tests.benchmarks.filled import fill

GOAL = 250 << 20
T = TypeVar("T")


def send(catalog: Catalog) -> None:
    """Let every file of the catalog have a placement and a receipt; a target for each folder, below the library's root."""
    with catalog.writing():
        catalog.run("INSERT INTO library (id, site, name) VALUES (1, 's', 'Dokumenter')")
        catalog.run("INSERT INTO landing (library, drive, root, path) VALUES (1, 'd', 'root', 'sites/s/Dokumenter')")
        catalog.run(
            "INSERT INTO target (id, library, parent, name, path, present) SELECT id, 1, parent, name, id, 1 FROM folder"
        )
        catalog.run("UPDATE target SET path = '', name = '' WHERE parent IS NULL")
        catalog.run(
            "INSERT INTO made_folder (target, item, path) SELECT id, 'F' || id, path FROM target WHERE parent > 0"
        )
        catalog.run("INSERT INTO placement (file, target) SELECT id, folder FROM file")
        catalog.run(
            "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
            " source_modified, source_hash, at) SELECT 1, id, 1, 'd', '01JKCRJ6YBUIU6UWIOIBHYJTBXIBJ' || id,"
            " CASE folder WHEN 1 THEN 'root' ELSE 'F' || folder END, name, '', size, 'h' || id, 'e' || id, 'c', size,"
            " modified, 'h' || id, 1 FROM file"
        )


def told(catalog: Catalog) -> Iterator[Item]:
    """What the tenant would list."""
    yield Item("root", "root", "", True, 0, "", "r", "", 0, 0, "", shared=True)
    for row in catalog.rows("SELECT id, parent, name FROM folder WHERE parent IS NOT NULL"):
        above = "root" if row["parent"] == 1 else f"F{row['parent']}"
        yield Item(f"F{row['id']}", row["name"], above, True, 0, "", "f", "", 0, 0, "")
    for row in catalog.rows("SELECT item, parent, name, size, hash, etag FROM receipt"):
        yield Item(row["item"], row["name"], row["parent"], False, row["size"], row["hash"], row["etag"], "", 0, 0, "")


def verify(place: Path, run: int) -> None:
    """All that verification does but for asking the tenant and reading files."""
    with (
        open_catalog(place) as catalog,
        open_catalog(place) as tenant,
        listing.in_little_memory(catalog),
        listing.in_little_memory(tenant),
    ):
        noted.begin(catalog)
        timed("  listing", lambda: _list(catalog, tenant))
        timed("  places resolved", lambda: places.resolve(catalog))
        timed("  places judged", lambda: places.note_places(catalog))
        timed("  access", lambda: (access.scoped(catalog), list(access.marked(catalog))))
        count, size = timed("  lined up", lambda: comparisons.line_up(catalog, None))
        print(f"    {count:,} files, {size:,} bytes")
        timed("  batches, comparisons kept", lambda: _keep(catalog, run))
        timed("  published", lambda: noted.publish(catalog, "verify", run))
        whole = timed("  counted", lambda: comparisons.count_whole(catalog, run, None))
        print(f"    {sum(whole.values()):,} whole of {arrived(catalog):,}, findings {noted.counted(catalog, 'verify')}")
        timed("  reported", lambda: sum(1 for _line in outcomes(catalog)))


def _list(catalog: Catalog, tenant: Catalog) -> None:
    listing.begin_listing(catalog)
    items = told(tenant)
    while batch := list(islice(items, 1000)):
        listing.list_items(catalog, "d", batch)
    listing.end_listing(catalog)


def _keep(catalog: Catalog, run: int) -> None:
    for batch in comparisons.batches(catalog, 200):
        kept = [comparisons.seen_as(file, "equal", file.source_hash) for file in batch]
        comparisons.keep(catalog, run, kept, None, run)


def timed(what: str, act: Callable[[], T]) -> T:
    begun = time.perf_counter()
    result = act()
    print(f"{what}: {time.perf_counter() - begun:.1f} s, peak {peak() >> 20:,} MB", flush=True)
    return result


def peak() -> int:
    """Bytes of memory that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    # What a verification has loaded besides.
    open_rehearsal("http://127.0.0.1:9/v1.0")
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="filrydd-verification-") as folder:
        place = Path(folder) / "felles.db"
        # The catalog is made by a child, whose memory is not what is measured.
        if child := os.fork():
            os.waitpid(child, 0)
        else:
            fill(place, files)
            with open_catalog(place) as catalog:
                send(catalog)
            os._exit(0)
        for run, what in enumerate(("nothing compared yet", "all compared before"), 1):
            print(f"{what}: {files:,} files")
            verify(place, run)
    print(f"peak of memory: {peak() >> 20} MB (goal {GOAL >> 20} MB) {'' if peak() <= GOAL else 'NOT MET'}")
    sys.exit(0 if peak() <= GOAL else 1)


if __name__ == "__main__":
    main()
