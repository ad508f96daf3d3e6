"""Folders that are whole copies of each other, as places to begin need them: which could go, and what then stays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.model.names import fold

# Contents are known as of some scan; a later one may have seen other files.
_IS_KNOWN = (
    "SELECT (SELECT value FROM figure WHERE stage = 'content' AND name = 'scan')"
    " IS (SELECT MAX(id) FROM scan WHERE state = 'done')"
)
# What people and programs call the copy rather than what was copied.
_CALLED_A_COPY = re.compile(r"\b(kopi|kopier|copy|copies|backup|sikkerhetskopi|gammel|gammelt|old|bak)\b|\(\d+\)$")


@dataclass(frozen=True, slots=True)
class Member:
    """A folder (row) with its range in preorder, among those with the same content."""

    folder: int
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Copy:
    """Folders with the same content; the one to stay comes first."""

    members: tuple[Member, ...]

    def others(self, folder: int) -> Iterator[Member]:
        """All but one, in the order in which they should stay."""
        return (member for member in self.members if member.folder != folder)


class Copies:
    """The copies that an area is known to hold; none when nobody read it since its last scan."""

    def __init__(self, catalog: Catalog) -> None:
        self._groups: dict[bytes, Copy] = {}
        self._spare: dict[int, bytes] = {}
        if not catalog.value(_IS_KNOWN):
            return
        rows = catalog.rows(
            "SELECT c.digest, d.id, d.lo, d.hi, d.name, above.folder IS NOT NULL AS within FROM folder_copy c"
            " JOIN folder d ON d.id = c.folder LEFT JOIN folder_copy above ON above.folder = d.parent"
            " WHERE d.gone IS NULL"
        )
        found: dict[bytes, list[tuple[bool, int, Member, bool]]] = {}
        for digest, folder, lo, hi, name, within in rows:
            called = _CALLED_A_COPY.search(fold(name)) is not None
            found.setdefault(digest, []).append((called, lo, Member(folder, lo, hi), bool(within)))
        for digest, members in found.items():
            if len(members) > 1:
                members.sort(key=lambda one: one[:2])
                self._groups[digest] = Copy(tuple(member for _called, _lo, member, _within in members))
                # What lies in a copied folder goes or stays with that one.
                self._spare |= {member.folder: digest for _called, _lo, member, within in members[1:] if not within}

    def spare(self, folder: int) -> Copy | None:
        """The group of a folder that could go since another one stays."""
        digest = self._spare.get(folder)
        return None if digest is None else self._groups[digest]
