"""A scan under a seal sees that nobody may write; who could get at what before stays what was signed for."""

from filrydd.catalog import former_access, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.seals import Permission, Way
from filrydd.model.entry import Kind
from tests.areas import Area

FORMER, SEALED, OTHER = b"everybody writes", b"everybody reads", b"set by somebody else since"


def seen(catalog: Catalog, **folders: bytes) -> None:
    """The permissions that a scan saw, by name."""
    with catalog.writing():
        for name, content in folders.items():
            catalog.run("UPDATE folder SET descriptor = ? WHERE name = ?", (descriptor_id(catalog, content), name))


def told(catalog: Catalog) -> dict[str, bytes]:
    rows = catalog.rows("SELECT f.name, d.content FROM folder f JOIN descriptor d ON d.id = f.descriptor")
    return {row["name"]: row["content"] for row in rows if row["name"] in ("Bilag", "Notat")}


def test_what_the_seal_made_of_a_folder_is_not_taken_for_its_permissions(make_area) -> None:
    area: Area = make_area({"Bilag": {"a.txt": "a"}, "Notat": {"b.txt": "b"}})
    area.scan()
    with area.catalog() as catalog:
        seal = seals.begin(catalog, 1)
        seals.save(catalog, seal.id, [Permission(name, Kind.FOLDER, FORMER, SEALED) for name in ("Bilag", "Notat")])
        seen(catalog, Bilag=SEALED, Notat=OTHER)
        former_access.keep(catalog, lambda stored: stored)
        assert told(catalog) == {"Bilag": FORMER, "Notat": OTHER}


def test_without_a_seal_what_was_seen_holds(make_area) -> None:
    area: Area = make_area({"Bilag": {"a.txt": "a"}, "Notat": {"b.txt": "b"}})
    area.scan()
    with area.catalog() as catalog:
        seen(catalog, Bilag=SEALED, Notat=SEALED)
        former_access.keep(catalog, lambda stored: stored)
        assert told(catalog) == {"Bilag": SEALED, "Notat": SEALED}


def test_the_share_is_what_it_was_before_it_was_sealed(make_area) -> None:
    area: Area = make_area({"Bilag": {"a.txt": "a"}})
    area.scan()
    with area.catalog() as catalog:
        assert former_access.of_share(catalog, SEALED) == SEALED
        seal = seals.begin(catalog, 1, Way.SHARE)
        seals.keep_share(catalog, seal.id, FORMER, SEALED)
        assert former_access.of_share(catalog, SEALED) == FORMER
        assert former_access.of_share(catalog, OTHER) == OTHER
