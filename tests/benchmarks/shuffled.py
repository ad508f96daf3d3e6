"""The same area once more in another catalog: as one scan and one classification would have left it, in another order.

Numbers of folders, files, lists, people, rules and rulings become others, and what is gone is left out: nothing of that may
show in a proposal.
"""

import random
from collections.abc import Sequence
from typing import Any

from filrydd.catalog import preorder
from filrydd.catalog.connection import Catalog
from tests.catalogs import judge

_FILE = "name, extension, size, modified, created, attributes, file_id"


def shuffle(catalog: Catalog, other: Catalog, seed: int) -> None:
    """Fill the empty `other`."""
    chance = random.Random(seed)
    with other.writing():
        lists = _copied(catalog, other, chance, "descriptor", "content")
        people = _copied(catalog, other, chance, "principal", "sid, name, kind, state, entra_id, mail")
        for pair in _mixed(catalog, chance, "SELECT owning, member FROM member"):
            other.run("INSERT INTO member (owning, member) VALUES (?, ?)", tuple(people[one] for one in pair))
        name, source, share = catalog.row("SELECT name, source, descriptor FROM area") or ("", "", None)
        other.run(
            "INSERT INTO area (one, name, source, descriptor) VALUES (1, ?, ?, ?)", (name, source, lists.get(share))
        )
        other.run("INSERT INTO scan (id, source, state, begun, ended) VALUES (1, ?, 'done', 1, 2)", (source,))
        folders = _folders(catalog, other, lists, chance)
        rules = _copied(catalog, other, chance, "rule", _columns(catalog, "rule"))
        for number, folder, *facts in _mixed(
            catalog, chance, f"SELECT id, folder, {_FILE} FROM file WHERE gone IS NULL"
        ):
            values = (folders[folder], *facts)
            new = other.run(
                f"INSERT INTO file (folder, {_FILE}, first_scan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)", values
            )
            rule = catalog.value("SELECT rule FROM ruling WHERE file = ?", (number,))
            other.run("INSERT INTO ruling (file, rule) VALUES (?, ?)", (new, rules[rule]))
        preorder.number(other)
    judge(other)


def _folders(catalog: Catalog, other: Catalog, lists: dict[Any, int], chance: random.Random) -> dict[int, int]:
    """Parents first, siblings in no order."""
    below: dict[int | None, list[Sequence[Any]]] = {}
    for row in _mixed(catalog, chance, "SELECT parent, id, name, descriptor, file_id FROM folder WHERE gone IS NULL"):
        below.setdefault(row[0], []).append(row)
    made: dict[int, int] = {}
    waiting = below[None]
    while waiting:
        parent, number, name, descriptor, file_id = waiting.pop(chance.randrange(len(waiting)))
        made[number] = other.run(
            "INSERT INTO folder (parent, name, modified, created, attributes, file_id, descriptor)"
            " VALUES (?, ?, 0, 0, 16, ?, ?)",
            (made.get(parent), name, file_id, lists.get(descriptor)),
        )
        waiting += below.get(number, ())
    return made


def _copied(catalog: Catalog, other: Catalog, chance: random.Random, table: str, columns: str) -> dict[Any, int]:
    """A table's rows under other numbers: {old: new}."""
    places = ", ".join("?" for _column in columns.split(","))
    return {
        number: other.run(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)
        for number, *values in _mixed(catalog, chance, f"SELECT id, {columns} FROM {table}")
    }


def _columns(catalog: Catalog, table: str) -> str:
    return ", ".join(row["name"] for row in catalog.rows(f"PRAGMA table_info({table})") if row["name"] != "id")


def _mixed(catalog: Catalog, chance: random.Random, sql: str) -> list[Sequence[Any]]:
    rows = [tuple(row) for row in catalog.rows(sql)]
    chance.shuffle(rows)
    return rows
