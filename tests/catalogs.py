"""Catalogs that tests fill by hand: folders with access lists, and what somebody tells of the people in them."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.people import principals, reach
from filrydd.catalog.people.principals import Told
from filrydd.model import descriptor as security
from filrydd.model.descriptor import Ace, Descriptor, sid_from_text

DOMAIN = "S-1-5-21-1-2-3"
KARI, OLA, PER, STAFF, LEADERS, BOARD = (f"{DOMAIN}-{number}" for number in (1001, 1002, 1003, 1101, 1102, 1103))
ADMINS, SYSTEM, EVERYONE = "S-1-5-32-544", "S-1-5-18", "S-1-1-0"
FULL, CHANGE, READ = 0x1F01FF, 0x1301BF, 0x1200A9
PEOPLE = [
    Told(KARI, "Kari", "user", False, "11"),
    Told(OLA, "Ola", "user", True),
    Told(PER, "Åse", "user", False),
    Told(STAFF, "Regnskap", "group", False),
    Told(LEADERS, "Ledere", "group", False),
]


def fresh_catalog(path: Path) -> Catalog:
    """A new catalog, as a copy of an empty one: for tests that need hundreds, one after the other."""
    path.write_bytes(_empty())
    return open_catalog(path)


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "made.db"
        with open_catalog(made, create=True) as catalog:
            catalog.copy_to(Path(place) / "empty.db")
        return (Path(place) / "empty.db").read_bytes()


# A list in short: who may what, in order; a leading minus denies.
Short = list[tuple[str, int]]


def packed(entries: Short, owner: str = ADMINS) -> bytes:
    aces = tuple(Ace(1 if mask < 0 else 0, 0, abs(mask), sid_from_text(sid)) for sid, mask in entries)
    return security.build(Descriptor(0x8004, sid_from_text(owner), b"", aces))


def lay_out(catalog: Catalog, folders: Mapping[str, Short | bytes | None]) -> dict[str, int]:
    """Folders by their paths in preorder, the top ("") first; each with a file of 100 bytes. Returns their ids."""
    ids: dict[str, int] = {}
    with catalog.writing():
        for table in ("folder", "file"):
            catalog.run(f"DELETE FROM {table}")
        for number, (path, entries) in enumerate(folders.items()):
            content = packed(entries) if isinstance(entries, list) else entries
            above, _slash, name = path.rpartition("/")
            inside = [other for other in folders if other.startswith(f"{path}/" if path else "")]
            ids[path] = catalog.run(
                "INSERT INTO folder (id, parent, name, lo, hi, modified, created, attributes, file_id, descriptor)"
                " VALUES (?, ?, ?, ?, ?, 0, 0, 16, 0, ?)",
                (
                    number + 1,
                    ids[above] if path else None,
                    name,
                    number,
                    number + len([other for other in inside if other != path]),
                    None if content is None else descriptor_id(catalog, content),
                ),
            )
            catalog.run(
                "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
                " VALUES (?, 'a.txt', 'txt', 100, 0, 0, 32, 0, 1)",
                (number + 1,),
            )
    return ids


def judge(catalog: Catalog) -> reach.Judged:
    judged = reach.judge(catalog)
    with catalog.writing():
        reach.publish(catalog)
    return judged


def tell(catalog: Catalog, people: list[Told], members: Mapping[str, list[str]] | None = None) -> principals.Tally:
    principals.begin(catalog)
    principals.hear(catalog, people)
    for group, inside in (members or {}).items():
        principals.hear_members(catalog, group, inside)
    with catalog.writing():
        return principals.take_over(catalog)


def share(catalog: Catalog, entries: Short | None) -> None:
    with catalog.writing():
        number = None if entries is None else descriptor_id(catalog, packed(entries))
        catalog.run("UPDATE area SET descriptor = ?", (number,))
