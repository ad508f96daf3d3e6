"""What people accepted by name about access, as open edits say it."""

from collections.abc import Mapping

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import find_folder
from filrydd.model.structure import What


def edits(catalog: Catalog) -> dict[What, dict[str, str]]:
    """Open edits about access, by what they say: path or identifier -> value; of several the last."""
    found: dict[What, dict[str, str]] = {What.OPEN: {}, What.STANDS_FOR: {}, What.LEAVE_OUT: {}}
    for what, path, value in catalog.rows("SELECT what, path, value FROM edit WHERE undone IS NULL ORDER BY id"):
        if what in found:
            found[What(what)][path] = value
    return found


def opened(catalog: Catalog, said: Mapping[str, str], lists: Mapping[int, int]) -> dict[int, int]:
    """The folders that somebody opened, with those below that the same people can open -> whose access they get."""
    tops = []
    for path, other in said.items():
        rows = [
            catalog.row(
                "SELECT lo, hi, descriptor FROM folder WHERE id = ? AND gone IS NULL", (find_folder(catalog, one),)
            )
            for one in (path, other)
        ]
        if rows[0] and rows[1] and rows[1]["descriptor"] in lists:
            tops.append((rows[0]["lo"], rows[0]["hi"], lists.get(rows[0]["descriptor"]), lists[rows[1]["descriptor"]]))
    found: dict[int, int] = {}
    # What is opened further down goes before what is opened above.
    for lo, hi, loses, gets in sorted(tops, key=lambda top: top[0]):
        inside = catalog.rows("SELECT id, descriptor FROM folder WHERE gone IS NULL AND lo BETWEEN ? AND ?", (lo, hi))
        found |= {row["id"]: gets for row in inside if lists.get(row["descriptor"]) == loses}
    return found
