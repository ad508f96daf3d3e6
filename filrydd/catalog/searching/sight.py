"""Which folders somebody may see: those of parts where they have a role that sees names, and those that they could read in the
old area by its own access lists.

What nobody knows is not seen: a list that was not told or not understood, somebody of whom no directory told who they are.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import find_folder
from filrydd.catalog.searching.index import Index
from filrydd.layout.access import AUTHENTICATED_USERS, EVERYONE, NETWORK, READING, Sid, allowed
from filrydd.model import descriptor as security
from filrydd.model import wellknown
from filrydd.model.descriptor import BadDescriptor, Descriptor, sid_from_text
from filrydd.model.names import fold

# With more places than these it is quicker to look at what was found.
_MOST_TOPS = 200
_MOST_LISTS = 2_000


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `sees_all`: every part of the area is theirs to see; `sees_part` says it of one part by its name; `object_id` is
    theirs in Entra, empty for none. `parts` are the policy's parts with their paths."""

    sees_all: bool
    sees_part: Callable[[str], bool]
    object_id: str
    parts: tuple[tuple[str, str], ...] = ()


class Sight:
    """What a viewer may see of an area; asked folder by folder."""

    def __init__(self, catalog: Catalog, viewer: Viewer) -> None:
        self._catalog, self._viewer = catalog, viewer
        self._parts: dict[str, bool] = {}
        self._folders: dict[int, bool] = {}
        self._lists: dict[int, bool] = {}
        self._above: dict[int, tuple[int | None, str, int | None, str | None]] = {}
        self._tops = {fold(path): name for name, path in viewer.parts}
        self._persons: list[frozenset[Sid]] = []
        self._share: Descriptor | None = None
        self._found_tops: tuple[Sequence[int] | None] | None = None
        if not viewer.sees_all and viewer.object_id:
            self._meet(viewer.object_id)

    @property
    def nothing(self) -> bool:
        """Whether it is certain that there is nothing to see."""
        return not (self._viewer.sees_all or self._persons or any(map(self.sees_part, self._names())))

    def sees_part(self, name: str) -> bool:
        """Whether they have a role at the part that sees names."""
        if self._viewer.sees_all:
            return True
        if name not in self._parts:
            self._parts[name] = bool(name) and self._viewer.sees_part(name)
        return self._parts[name]

    def sees(self, folder: int) -> bool:
        """Whether they may see a folder by its number, and the files right in it."""
        if self._viewer.sees_all:
            return True
        if folder not in self._folders:
            self._folders[folder] = self.sees_part(self.part_of(folder)) or self._reads(self._row(folder)[2])
        return self._folders[folder]

    def part_of(self, folder: int) -> str:
        """The part that a folder belongs to: as the proposal says, else by the policy's paths; empty when nobody knows."""
        part = self._row(folder)[3]
        return part if part is not None else self._by_path(folder)

    def path(self, folder: int) -> str:
        """The path of a folder."""
        way = []
        step: int | None = folder
        while step is not None:
            step, name, _descriptor, _part = self._row(step)
            if step is not None:
                way.append(name)
        return "/".join(reversed(way))

    def tops(self, index: Index) -> Sequence[int] | None:
        """Folders in and under which all lies that they may see; None when that is everywhere, or nobody can say so briefly."""
        if self._found_tops is None:
            self._found_tops = (None if self._viewer.sees_all else self._find_tops(index),)
        return self._found_tops[0]

    def _find_tops(self, index: Index) -> Sequence[int] | None:
        found: set[int] = set()
        for name, path in self._places():
            if self.sees_part(name):
                folder = path if isinstance(path, int) else find_folder(self._catalog, path)
                if folder is None:
                    return None
                found.add(folder)
        borders = list(index.rows("SELECT folder, descriptor, above FROM border")) if self._persons else []
        if len({border[1] for border in borders}) > _MOST_LISTS:
            return None
        for folder, descriptor, above in borders:
            if self._reads(descriptor) and not self._reads(above):
                found.add(folder)
                if len(found) > _MOST_TOPS:
                    return None
        return None if any(self._row(folder)[0] is None for folder in found) else sorted(found)

    def _names(self) -> Iterable[str]:
        return dict.fromkeys(name for name, _path in self._places())

    def _places(self) -> Iterable[tuple[str, int | str]]:
        yield from self._viewer.parts
        for row in self._catalog.rows("SELECT name, folder FROM part"):
            yield row["name"], row["folder"]

    def _by_path(self, folder: int) -> str:
        path = fold(self.path(folder))
        while path:
            if path in self._tops:
                return self._tops[path]
            path = path.rpartition("/")[0]
        return self._tops.get("", "")

    def _row(self, folder: int) -> tuple[int | None, str, int | None, str | None]:
        """Its parent, name, list and part."""
        known = self._above.get(folder)
        if known is None:
            row = self._catalog.row(
                "SELECT d.parent, d.name, d.descriptor, p.name FROM folder d LEFT JOIN folder_part x ON x.folder = d.id"
                " LEFT JOIN part p ON p.id = x.part WHERE d.id = ?",
                (folder,),
            )
            known = self._above[folder] = (None, "", None, None) if row is None else tuple(row)
        return known

    def _meet(self, object_id: str) -> None:
        """Whom the area knows as that person, each with all their groups."""
        try:
            content = self._catalog.value("SELECT d.content FROM area a JOIN descriptor d ON d.id = a.descriptor")
            # Who owns the share's list has no right to files by that.
            self._share = None if content is None else replace(security.parse(content), owner=b"")
        except BadDescriptor:
            return
        for number, sid in list(
            self._catalog.rows(
                "SELECT id, sid FROM principal WHERE entra_id = ? AND kind = 'user' AND state IN ('', 'active')",
                (object_id,),
            )
        ):
            groups = [
                row[0]
                for row in self._catalog.rows(
                    "SELECT g.sid FROM member m JOIN principal g ON g.id = m.owning WHERE m.member = ?", (number,)
                )
            ]
            self._persons.append(_token((sid, *groups)))

    def _reads(self, descriptor: int | None) -> bool:
        if descriptor is None or not self._persons:
            return False
        if descriptor not in self._lists:
            content = self._catalog.value("SELECT content FROM descriptor WHERE id = ?", (descriptor,))
            self._lists[descriptor] = content is not None and self._can_read(content)
        return self._lists[descriptor]

    def _can_read(self, content: bytes) -> bool:
        try:
            found = security.parse(content)
        except BadDescriptor:
            return False
        return any(
            allowed(found, person) & READING and (self._share is None or allowed(self._share, person) & READING)
            for person in self._persons
        )


def _token(sids: Collection[str]) -> frozenset[Sid]:
    """All that somebody counts as at the old server. Everybody comes over the network; a guest is no authenticated user."""
    own = frozenset(map(sid_from_text, sids)) | {EVERYONE, NETWORK}
    return own if any(map(wellknown.is_guest, sids)) else own | {AUTHENTICATED_USERS}
