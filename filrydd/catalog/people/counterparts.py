"""Who in Entra ID takes the place of each principal that is granted something.

Exact is who carries the old identifier there; decided is what the policy or a person said. Who merely has the same user
principal name or mail address is a suggestion and takes nobody's place by itself. Display names say nothing: two people may
have one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people.principals import shown_name
from filrydd.model.names import fold
from filrydd.model.structure import What


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody in Entra who has the principal's address; `mail` is that address."""

    entra_id: str
    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A granted principal and its place in Entra. `state` "disabled": the account stays granted, since it may come back.
    `folders`: how many folders grant it something."""

    sid: str
    name: str
    kind: str
    state: str
    mail: str
    entra_id: str
    how: Literal["exact", "decided", "suggested", "none"]
    suggestions: tuple[Suggestion, ...]
    folders: int


def counterparts(
    catalog: Catalog, stands_for: Mapping[str, str], granting: Mapping[int, int] | None = None
) -> list[Counterpart]:
    """Everybody who is granted something, those without a counterpart first, then by name.

    `stands_for`: security identifier -> Entra object, as the policy says; open edits are read here. `granting`: principal ->
    folders that grant it something; those of the present proposal when it is not given. `entra_id` is empty where nothing is
    exact or decided.
    """
    if granting is None:
        rows = catalog.rows(
            "SELECT g.principal, COUNT(*) FROM target t JOIN scope_grant g ON g.scope = t.scope WHERE t.present"
            " GROUP BY g.principal"
        )
        granting = {row[0]: row[1] for row in rows}
    said = catalog.rows(
        "SELECT path, value FROM edit WHERE undone IS NULL AND what = ? ORDER BY id", (What.STANDS_FOR,)
    )
    stands_for = {**stands_for, **{row["path"]: row["value"] for row in said}}
    suggested: dict[int, list[Suggestion]] = {}
    for row in catalog.rows("SELECT principal, entra_id, name, mail FROM suggestion ORDER BY principal, entra_id"):
        suggested.setdefault(row["principal"], []).append(Suggestion(*row[1:]))
    found = []
    for row in catalog.rows("SELECT id, sid, name, kind, state, mail, entra_id FROM principal"):
        if row["id"] not in granting:
            continue
        decided, other = stands_for.get(row["sid"], ""), tuple(suggested.get(row["id"], ()))
        how: Literal["exact", "decided", "suggested", "none"] = "suggested" if other else "none"
        if row["entra_id"]:
            how = "exact"
        if decided:
            how = "decided"
        name = shown_name(row["sid"], row["name"], row["kind"])
        entra_id = decided or row["entra_id"]
        told = (
            row["kind"],
            row["state"],
            row["mail"],
            entra_id,
            how,
            other if not entra_id else (),
            granting[row["id"]],
        )
        found.append(Counterpart(row["sid"], name, *told))
    return sorted(found, key=lambda one: (bool(one.entra_id), fold(one.name), one.sid))


def unmatched(catalog: Catalog) -> list[str]:
    """The addresses of those whom the directory that is being heard does not know by their identifier."""
    rows = catalog.rows(
        "SELECT DISTINCT mail FROM principal WHERE mail <> '' AND entra_id = '' AND sid NOT IN (SELECT sid FROM temp.told)"
        " ORDER BY mail"
    )
    return [row["mail"] for row in rows]


def hear(catalog: Catalog, namesakes: Iterable[tuple[str, str, str]]) -> None:
    """Hear who in the directory has which address: (address as asked, Entra object, name)."""
    catalog.run("DROP TABLE IF EXISTS temp.told_namesake")
    catalog.run("CREATE TEMP TABLE told_namesake (mail TEXT, entra_id TEXT, name TEXT)")
    catalog.run_many("INSERT INTO temp.told_namesake VALUES (?, ?, ?)", list(namesakes))


def take_over(catalog: Catalog) -> None:
    """Store what was heard as suggestions, in place of all earlier ones. Only inside `writing`."""
    # Somebody who has got his exact counterpart meanwhile needs none.
    catalog.run("DELETE FROM suggestion WHERE principal IN (SELECT id FROM principal WHERE entra_id <> '')")
    if catalog.value("SELECT 1 FROM temp.sqlite_master WHERE name = 'told_namesake'") is None:
        return
    catalog.run("DELETE FROM suggestion")
    addresses: dict[str, list[int]] = {}
    for row in catalog.rows("SELECT id, mail FROM principal WHERE mail <> '' AND entra_id = ''"):
        addresses.setdefault(fold(row["mail"]), []).append(row["id"])
    rows = list(catalog.rows("SELECT mail, entra_id, name FROM temp.told_namesake"))
    catalog.run_many(
        "INSERT OR REPLACE INTO suggestion (principal, entra_id, name, mail) VALUES (?, ?, ?, ?)",
        [
            (number, row["entra_id"], row["name"], row["mail"])
            for row in rows
            for number in addresses.get(fold(row["mail"]), ())
        ],
    )
    catalog.run("DROP TABLE temp.told_namesake")
