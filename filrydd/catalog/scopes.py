"""Scopes: who is granted what in a new folder, as it is signed and as an upload says it to the tenant."""

from collections.abc import Mapping, Sequence

from filrydd.catalog.connection import Catalog
from filrydd.layout import digest
from filrydd.layout.granting import Role


def objects(catalog: Catalog, stands_for: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Every principal's identifier and Entra object (principal -> both): the one that stands for it, else the one that has
    its identifier; empty when there is none."""
    rows = catalog.rows("SELECT id, sid, entra_id FROM principal")
    return {row["id"]: (row["sid"], stands_for.get(row["sid"], row["entra_id"])) for row in rows}


def keep(catalog: Catalog, grants: Sequence[tuple[int, str]], known: Mapping[int, tuple[str, str]]) -> int:
    """The number of the scope with these grants (principal, role), made when it is new; `known` as from `objects`. Only
    inside `writing`."""
    lines = sorted((*known[number], role) for number, role in grants)
    summed = digest.bundle(digest.line(one) for one in lines).hex()
    found = catalog.value("SELECT id FROM scope WHERE digest = ?", (summed,))
    if found is not None:
        return int(found)
    scope = catalog.run("INSERT INTO scope (digest) VALUES (?)", (summed,))
    catalog.run_many(
        "INSERT INTO scope_grant (scope, principal, role, entra_id) VALUES (?, ?, ?, ?)",
        [(scope, number, role, known[number][1]) for number, role in grants],
    )
    return scope


def granted(catalog: Catalog, summed: str) -> list[tuple[str, Role]]:
    """The grants (Entra object, role) of the scope with that digest, each object once with the most that it has."""
    rows = catalog.rows(
        "SELECT g.entra_id, MAX(g.role) AS role FROM scope s JOIN scope_grant g ON g.scope = s.id WHERE s.digest = ?"
        " AND g.entra_id <> '' GROUP BY g.entra_id ORDER BY g.entra_id",
        (summed,),
    )
    # Of the two words `write` comes last.
    return [(row["entra_id"], "write" if row["role"] == "write" else "read") for row in rows]
