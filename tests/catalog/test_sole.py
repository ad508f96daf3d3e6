"""Folders that only one person can reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.people import sole
from filrydd.catalog.people.principals import Told
from tests.catalogs import (
    ADMINS,
    BOARD,
    CHANGE,
    DOMAIN,
    EVERYONE,
    FULL,
    KARI,
    LEADERS,
    OLA,
    PEOPLE,
    PER,
    READ,
    STAFF,
    SYSTEM,
    Short,
    judge,
    lay_out,
    tell,
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with open_catalog(tmp_path / "felles.db", create=True) as catalog:
        with catalog.writing():
            catalog.run("INSERT INTO area (one, name, source) VALUES (1, 'felles', '/x')")
        yield catalog


def test_folders_that_one_person_reaches_are_told_by_their_tops(catalog: Catalog) -> None:
    others: Short = [(STAFF, CHANGE), (ADMINS, FULL)]
    his: Short = [(OLA, FULL), (ADMINS, FULL), (SYSTEM, FULL), (f"{DOMAIN}-512", FULL)]
    lay_out(
        catalog,
        {
            "": others,
            "Ola": his,
            "Ola/alt": his,
            "Ola/delt": others,
            "Ola/delt/igjen": his,
            "Åse": [(LEADERS, READ)],
            "ukjent": [("S-1-5-21-7-7-7-4711", READ)],
            "borte": [(f"{DOMAIN}-4711", READ)],
            "ingen": [(OLA, -FULL), (KARI, -READ)],
        },
    )
    judge(catalog)
    tell(catalog, PEOPLE, {STAFF: [KARI, OLA], LEADERS: [PER]})
    judge(catalog)
    found = sole.sole_folders(catalog)
    assert [(one.path, one.name, one.state, one.folders, one.files, one.bytes) for one in found] == [
        ("Ola", "Ola", "disabled", 3, 3, 300),
        ("Ola/delt/igjen", "Ola", "disabled", 1, 1, 100),
        ("Åse", "Åse", "active", 1, 1, 100),
        ("borte", f"{DOMAIN}-4711", "vanished", 1, 1, 100),
    ]
    assert [one.path for one in sole.sole_folders(catalog, most=1)] == ["Ola"]


def test_a_folder_is_one_persons_only_when_that_is_certain(catalog: Catalog) -> None:
    lay_out(
        catalog,
        {
            "": [(KARI, FULL), (EVERYONE, READ)],
            "unknown members": [(KARI, FULL), (STAFF, READ)],
            "two": [(KARI, FULL), (OLA, READ)],
            "one is kept out": [(OLA, -FULL), (KARI, FULL), (LEADERS, READ)],
            "by a group": [(LEADERS, -FULL), (KARI, FULL)],
            "by a group of nobody knows whom": [(STAFF, -FULL), (KARI, FULL)],
            "in a group that is kept out": [(LEADERS, -FULL), (BOARD, FULL)],
        },
    )
    judge(catalog)
    tell(catalog, [*PEOPLE, Told(BOARD, "Styret", "group", False)], {LEADERS: [OLA], BOARD: [OLA]})
    judge(catalog)
    assert {one.path for one in sole.sole_folders(catalog)} == {"one is kept out", "by a group"}
