"""What a person must solve about access before a part can be signed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people.circles import Principal
from filrydd.layout.access import Sid
from filrydd.layout.problems import ACCESS_NOT_KNOWN, NO_COUNTERPART, NOT_TOLD


class Trouble(NamedTuple):
    """What a person must solve. `kind` and `subject`: "no counterpart" and a security identifier; "not expressible" and
    "access not known" with the path of the first folder. `detail`: the principal's name; why, with the principal after a
    colon; why. `folders`: how many folders, of those with something to move in them or below."""

    kind: str
    subject: str
    detail: str
    folders: int


class Place(NamedTuple):
    """A present folder."""

    id: int
    lo: int
    hi: int
    descriptor: int | None


def with_moves(folders: Sequence[Place], moving: Mapping[int, int]) -> list[Place]:
    """The folders with something to move in them or below. `folders` in preorder."""
    found: list[Place] = []
    least = None
    for folder in reversed(folders):
        # Whatever comes later in preorder and within `hi` lies below; the nearest with moves was met last.
        if moving.get(folder.id) or (least is not None and least <= folder.hi):
            found.append(folder)
            least = folder.lo
    return found[::-1]


def problems(
    catalog: Catalog,
    folders: Sequence[Place],
    granted: Mapping[int, Sequence[tuple[int, str]]],
    troubles: Mapping[int, Sequence[tuple[str, str]]],
    by_id: Mapping[int, tuple[Sid, Principal]],
    stands_for: Mapping[str, str],
) -> list[Trouble]:
    """The troubles of these folders: `granted` and `troubles` by list, the troubles as (kind, detail)."""
    lacking: Counter[int] = Counter()
    places: dict[tuple[str, str], list[int]] = {}
    for folder in folders:
        if folder.descriptor is None:
            places.setdefault((ACCESS_NOT_KNOWN, NOT_TOLD), []).append(folder.id)
            continue
        lacking.update(number for number, _role in granted.get(folder.descriptor, ()))
        for trouble in troubles.get(folder.descriptor, ()):
            places.setdefault(trouble, []).append(folder.id)
    found = [
        Trouble(NO_COUNTERPART, one.sid, one.name, count)
        for number, count in lacking.items()
        if not stands_for.get((one := by_id[number][1]).sid, one.entra_id)
    ]
    found += [
        Trouble(kind, path_of_folder(catalog, inside[0]), detail, len(inside))
        for (kind, detail), inside in places.items()
    ]
    return sorted(found)
