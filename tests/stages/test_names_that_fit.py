"""Every proposed address fits into SharePoint's limits, whatever the area holds."""

from collections.abc import Callable

from filrydd.catalog import proposals, remarks
from filrydd.layout.names import length
from filrydd.web.structure.report import report
from tests.areas import Area


def addresses(area: Area) -> dict[str, str]:
    """The whole decoded, server-relative address of every placement, by the old name."""
    with area.catalog() as catalog:
        where = proposals.destination(catalog)
        assert where is not None
        return {
            row["name"]: f"sites/regnskap/{where.library}/{row['path']}/{row['new_name'] or row['name']}"
            for row in catalog.rows(
                "SELECT f.name, t.path, c.name AS new_name FROM placement c JOIN file f ON f.id = c.file"
                " JOIN target t ON t.id = c.target"
            )
        }


def test_paths_of_every_length_around_the_limit_come_out_within_it(make_area: Callable[..., Area]) -> None:
    tree: dict[str, object] = {"Bilag": {}}
    for depth in range(1, 7):
        inner = tree
        for level in range(depth):
            name = f"{level} " + "nivå" * 14
            inner = inner.setdefault(name, {})  # type: ignore[assignment]
        for extra in range(0, 60, 7):
            inner[f"{depth}-{extra}-" + "x" * extra + ".txt"] = "1"
        inner[f"{depth}-😀" + "😀" * 40 + ".txt"] = "1"
    area = make_area(tree)
    done = area.until_proposed()
    found = addresses(area)
    assert len(found) == done.placements == 60
    assert max(length(address) for address in found.values()) <= 400
    assert len({address.casefold() for address in found.values()}) == 60


def test_paths_that_are_long_on_a_pc_are_told_with_their_folder(make_area: Callable[..., Area]) -> None:
    inner = {"kort.txt": "1", "l" * 120 + ".txt": "1", "m" * 121: "1"}
    area = make_area({"Bilag": {}, "Notat": {"a.txt": "1", "n" * 80: inner}})
    assert area.until_proposed().long_when_synced == 2
    with area.catalog() as catalog:
        ((target, files),) = remarks.long_paths(catalog)
        path = str(catalog.value("SELECT path FROM target WHERE id = ?", (target,)))
    assert files == 2 and path.endswith("n" * 80)
    page = report(area.work())
    assert "Paths that are long on a PC" in page and "2 files in all." in page


def test_what_fits_stays_as_it_was(make_area: Callable[..., Area]) -> None:
    area = make_area({"Bilag": {}, "Notat": {"Møte 3. mai.txt": "1"}})
    assert area.until_proposed().mended == 0
    assert addresses(area) == {"Møte 3. mai.txt": "sites/regnskap/Dokumenter/Felles/Notat/Møte 3. mai.txt"}
