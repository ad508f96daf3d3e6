"""What the groups are made from. Numbers are rows of the catalog; what decides never goes by them, since another scan of the
same area numbers in another order, but by paths and wordings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from filrydd.model.rule import Fate
from filrydd.portions.sums import Sums


class Folder(NamedTuple):
    """A folder: the one above it (None for the area's top), its name, and its bounds in preorder."""

    parent: int | None
    name: str
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Saying:
    """What one of the policy's own rules says. `wording` tells rules apart in every catalog; `stays`: no answer changes it
    (a block, or nothing could be read); `unruled`: no rule was found; `unexamined`: nobody knows whether a rule applies."""

    number: int
    wording: str
    fate: Fate
    junk: bool = False
    stays: bool = False
    awaits: bool = False
    unruled: bool = False
    unexamined: bool = False


class Cell(NamedTuple):
    """The files of one folder under one rule; `first` is one of them. `private`: the folder is somebody's own."""

    folder: int
    rule: int
    first: int
    sums: Sums
    private: bool = False


class Member(NamedTuple):
    """A file of a chain or of copies."""

    file: int
    folder: int
    rule: int
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Together:
    """Files of one part that are told together: versions of a document, or copies. `key` names the set."""

    kind: Literal["chain", "copies"]
    key: str
    members: tuple[Member, ...]


class Earlier(NamedTuple):
    """Where a group stood in the preparation before: its portion and its place in it."""

    portion: int
    place: int


@dataclass(frozen=True, slots=True)
class Given:
    """A part. `folders` are all folders of the area; `top` is the part's own; `cells` its files; `together` the sets, the
    largest first; `widened` folders to which more people get access; `now` in ticks.

    `earlier` are the groups of the preparation before, once somebody has answered one: they stay as they are.
    """

    top: int
    folders: Mapping[int, Folder]
    sayings: Mapping[int, Saying]
    cells: Sequence[Cell]
    together: Sequence[Together] = ()
    widened: frozenset[int] = frozenset()
    now: int = 0
    earlier: Mapping[str, Earlier] = field(default_factory=dict)

    def path(self, folder: int) -> str:
        """A folder's path in the area; "" for the area's top."""
        names: list[str] = []
        at = self.folders[folder]
        while at.parent is not None:
            names.append(at.name)
            at = self.folders[at.parent]
        return "/".join(reversed(names))
