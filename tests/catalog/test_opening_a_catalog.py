"""Opening a catalog: where it may lie, which version it may have, and what SQLite's own troubles become."""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from filrydd.catalog.connection import explained, open_catalog
from filrydd.catalog.migrations import migrations
from filrydd.catalog.place import NETWORK_FILE_SYSTEMS, file_system_of
from filrydd.errors import Busy, CatalogDamaged, CatalogIsNewer, DiskFull, NoSuchArea


def test_an_area_that_was_never_scanned_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(NoSuchArea) as refused:
        open_catalog(tmp_path / "ukjent.db")
    assert refused.value.next == "filrydd scan ukjent SOURCE"
    assert list(tmp_path.iterdir()) == []


def test_a_catalog_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "felles.db"
    open_catalog(path, create=True).close()
    with sqlite3.connect(path) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('filrydd.catalog', '999', 'x')"
        )
    before = path.read_bytes()
    with pytest.raises(CatalogIsNewer):
        open_catalog(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_named_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "felles.db"
    path.write_bytes(b"this is a spreadsheet, honestly" * 100)
    with pytest.raises(CatalogDamaged, match="felles"):
        open_catalog(path)


def test_every_migration_is_applied_once_and_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "felles.db"
    open_catalog(path, create=True).close()
    first = [m.name for m in migrations.applied(Database(sqlite3.connect(path)))]
    open_catalog(path).close()
    assert [m.name for m in migrations.applied(Database(sqlite3.connect(path)))] == first
    assert first[0] == "001_areas"


def test_a_folder_on_a_network_drive_is_known_by_its_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda rw\n"
        "30 22 0:50 / /mnt/felles rw - cifs //server/felles rw\n"
        "31 22 0:51 / /mnt/med\\040mellomrom rw - nfs4 server:/x rw\n"
    )
    assert file_system_of(Path("/mnt/felles/scans"), mounts) == "cifs"
    assert file_system_of(Path("/mnt/med mellomrom/scans"), mounts) == "nfs4"
    assert file_system_of(Path("/mnt/felles2/scans"), mounts) == "ext4"
    assert {"cifs", "nfs4"} <= NETWORK_FILE_SYSTEMS


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with open_catalog(tmp_path / "felles.db", create=True) as catalog:
        with pytest.raises(ZeroDivisionError), catalog.writing():
            catalog.run("INSERT INTO run (stage, begun) VALUES ('scan', 1)")
            raise ZeroDivisionError
        assert catalog.value("SELECT COUNT(*) FROM run") == 0


def test_a_full_disk_is_named_and_the_catalog_stays_whole(tmp_path: Path) -> None:
    with open_catalog(tmp_path / "felles.db", create=True) as catalog:
        pages = catalog.value("PRAGMA page_count")
        catalog.run(f"PRAGMA max_page_count={pages + 4}")
        with pytest.raises(DiskFull) as refused, catalog.writing():
            for _round in range(10_000):
                catalog.run("INSERT INTO run (stage, begun) VALUES (?, 1)", ("x" * 500,))
        assert "nothing is lost" in refused.value.next
        assert catalog.value("SELECT COUNT(*) FROM run") == 0
        assert catalog.value("PRAGMA integrity_check") == "ok"


@pytest.mark.parametrize(
    ("words", "becomes"),
    [
        ("database or disk is full", DiskFull),
        ("disk I/O error", DiskFull),
        ("database is locked", Busy),
        ("database disk image is malformed", CatalogDamaged),
    ],
)
def test_sqlites_troubles_get_the_words_of_the_design(words: str, becomes: type[Exception]) -> None:
    assert isinstance(explained(sqlite3.OperationalError(words)), becomes)


def test_a_fault_of_the_program_is_not_dressed_up_as_trouble_with_the_disk() -> None:
    assert explained(sqlite3.OperationalError("no such column: fate")) is None
