"""Catalogs that tests fill by themselves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from filrydd.catalog import preorder
from filrydd.catalog.connection import Catalog
from filrydd.model import names, times
from filrydd.model.descriptor import Descriptor, build, sid_from_text
from tests.catalogs import fresh_catalog

DAY = date(2026, 11, 23)
KARI = "S-1-5-21-1-2-3-1001"


@contextmanager
def catalog_of(folders: Sequence[tuple[int, str]], files: Sequence[tuple[int, str, int, float]]) -> Iterator[Catalog]:
    """A catalog: folders are (number of the folder above, name) after the top, which is 0; files are (number of the folder,
    name, bytes, years since the last change)."""
    now = times.from_day(DAY)
    with TemporaryDirectory() as place, fresh_catalog(_scans(place) / "a.db") as catalog:
        with catalog.writing():
            catalog.run("INSERT INTO scan (id, source, state, begun) VALUES (1, '/x', 'done', 1)")
            for number, (above, name) in enumerate([(-1, ""), *folders], 1):
                catalog.run(
                    "INSERT INTO folder (id, parent, name, modified, created, attributes, file_id)"
                    " VALUES (?, ?, ?, 0, 0, 16, ?)",
                    (number, None if above < 0 else above + 1, name, number),
                )
            catalog.run_many(
                "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
                " VALUES (?, ?, ?, ?, ?, 0, 32, 0, 1)",
                [
                    (folder + 1, name, names.extension(name), size, now - int(years * 366 * 86_400) * 10_000_000)
                    for folder, name, size, years in files
                ],
            )
            preorder.number(catalog)
        yield catalog


def _scans(place: str) -> Path:
    """A workspace's folder of catalogs: the ledger's key may not lie in the workspace."""
    scans = Path(place) / "workspace" / "scans"
    scans.mkdir(parents=True)
    return scans


def add_owner(catalog: Catalog, state: str, *, of_folder: int | None = None) -> None:
    """Kari, in that state, owns every file, or a folder by its access list."""
    with catalog.writing():
        catalog.run(
            "INSERT INTO principal (id, sid, name, kind, state) VALUES (5, ?, 'kari', 'user', ?)", (KARI, state)
        )
        if of_folder is None:
            catalog.run("UPDATE file SET owner = 5")
            return
        content = build(Descriptor(0x8004, sid_from_text(KARI), b"", None))
        catalog.run("INSERT INTO descriptor (id, content) VALUES (7, ?)", (content,))
        catalog.run("UPDATE folder SET descriptor = 7 WHERE id = ?", (of_folder,))
