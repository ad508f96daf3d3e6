"""A new catalog is whole from the moment it has its name, and the one that the migrations build."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from filrydd.catalog.connection import open_catalog
from filrydd.catalog.migrations import migrations


def built(path: Path) -> tuple[list[tuple[object, ...]], list[object]]:
    with closing(sqlite3.connect(path)) as opened:
        schema = opened.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        rest = [
            opened.execute("SELECT name FROM _sqlite_migrations ORDER BY name").fetchall(),
            *(opened.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "page_size", "encoding")),
            *(
                opened.execute(f"PRAGMA {name}").fetchone()
                for name in ("auto_vacuum", "user_version", "integrity_check")
            ),
        ]
    return schema, rest


def test_it_is_what_the_migrations_build_step_by_step(tmp_path: Path) -> None:
    (tmp_path / "steps.db").touch()
    for name in ("steps.db", "whole.db"):
        open_catalog(tmp_path / name, create=True).close()
    assert built(tmp_path / "whole.db") == built(tmp_path / "steps.db")
    assert sorted(os.listdir(tmp_path)) == ["steps.db", "whole.db"]


def test_where_nothing_can_have_two_names_it_is_built_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_given: object, **_named: object) -> None:
        raise PermissionError("no hard links here")

    open_catalog(tmp_path / "whole.db", create=True).close()
    monkeypatch.setattr(os, "link", link)
    open_catalog(tmp_path / "steps.db", create=True).close()
    assert built(tmp_path / "whole.db") == built(tmp_path / "steps.db")
    assert sorted(os.listdir(tmp_path)) == ["steps.db", "whole.db"]


def test_what_several_make_at_the_same_moment_is_one_that_keeps_what_each_wrote(tmp_path: Path) -> None:
    def write(number: int) -> None:
        with open_catalog(tmp_path / "felles.db", create=True) as catalog, catalog.writing():
            catalog.run("INSERT INTO figure (stage, name, value) VALUES ('test', ?, 1)", (str(number),))

    with ThreadPoolExecutor(8) as crew:
        list(crew.map(write, range(24)))
    with open_catalog(tmp_path / "felles.db") as catalog:
        assert catalog.value("SELECT COUNT(*) FROM figure") == 24
    assert os.listdir(tmp_path) == ["felles.db"]


def test_an_older_catalog_that_several_open_is_brought_up_once(tmp_path: Path) -> None:
    path = tmp_path / "felles.db"
    with closing(sqlite3.connect(path)) as old:
        migrations.apply(Database(old), stop_before="017_found_folders")

    def look(_number: int) -> int:
        with open_catalog(path) as catalog:
            return int(catalog.value("SELECT COUNT(*) FROM _sqlite_migrations"))

    with ThreadPoolExecutor(8) as crew:
        assert len(set(crew.map(look, range(16)))) == 1
    open_catalog(tmp_path / "new.db", create=True).close()
    assert built(path)[1] == built(tmp_path / "new.db")[1]


def test_the_log_of_a_catalog_that_somebody_took_away_is_not_read_into_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "felles.db"
    with open_catalog(path, create=True) as before:
        with before.writing():
            before.run("INSERT INTO figure (stage, name, value) VALUES ('test', 'before', 1)")
        log = (tmp_path / "felles.db-wal").read_bytes()
    path.unlink()
    (tmp_path / "felles.db-wal").write_bytes(log)
    assert len(log) > 4096
    with open_catalog(path, create=True) as catalog:
        assert catalog.value("SELECT COUNT(*) FROM figure") == 0
    open_catalog(tmp_path / "new.db", create=True).close()
    assert built(path) == built(tmp_path / "new.db")


def test_a_draft_of_a_run_that_was_killed_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "fel[l]es.db.0a1b2c3d.new").write_bytes(b"half")
    open_catalog(tmp_path / "fel[l]es.db", create=True).close()
    assert os.listdir(tmp_path) == ["fel[l]es.db"]
