"""The new structure: what may become of an old folder, what a person changes about it, and what a department wishes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NOT_KNOWN = -1
"""The access class of a folder of which nobody knows who can read it."""

TEAM = "team:"
"""Before the name of a team, where else the address of a site stands."""


class Choice(StrEnum):
    """What becomes of one old folder. The word is stored, written in structure files, and worded in `lang`."""

    KEEP = "keep"  # a folder of its own, in the new folder of the one above it
    LIFT = "lift"  # no folder of its own: what is in it lies in the new folder above
    MERGE = "merge"  # one new folder for several old ones
    SPLIT = "split by year"  # its files lie in a folder a year, below its own
    LIBRARY = "own library"
    RESTRICT = "restrict"  # kept, with permissions of its own
    GATHER = "gather"  # lies with others that the same people can open, under one folder with permissions


class What(StrEnum):
    """What a person's edit says of the old folder at its path (of a principal, for the last two)."""

    KEEP = "keep"
    LIFT = "lift"
    SPLIT = "split by year"
    LIBRARY = "own library"  # value: the library's name, empty for the folder's own
    RESTRICT = "restrict"  # has permissions of its own where it lies
    RENAME = "rename"  # value: the new name
    MOVE = "move"  # value: the old path of the folder in whose new folder it is to lie
    MERGE = "merge"  # value: the old path of the folder whose new folder it shares
    OPEN = "open"  # value: the old path whose readers and writers it gets instead of its own; accepted by name
    STANDS_FOR = "stands for"  # path: a security identifier; value: the Entra object that takes its place
    LEAVE_OUT = "leave out"  # path: a security identifier that gets no access in the new place; accepted by name


@dataclass(frozen=True, slots=True)
class Edit:
    """One change by a person. `path` and paths in `value` are stored paths of the area; `name` is who said so."""

    what: What
    path: str
    value: str = ""
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """A library that a department wants. `paths`: the folders (globs) that go there; empty for all that go nowhere else.

    `folder` is the folder in it under which they go. Of a team, `team` is its name and `channel` the channel's: a private
    or shared channel has a site of its own, which `site` then is.
    """

    site: str
    name: str
    folder: str = ""
    paths: tuple[str, ...] = ()
    team: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each shortcoming of a structure costs, in points. Points of one kind compare with those of another.

    `scope` each place whose permissions differ from the folder's above; `level` each level beyond `levels` that a folder with
    files lies at (the second beyond costs twice, the third three times, and so on); `length` each ten characters of path of a
    folder with files; `step` a folder with nothing in it but one folder; `noise` a folder that says only a year or a person;
    `full` each 5,000 files, or part of them, that one folder has beyond 5,000; `known` each folder with files whose way there
    loses a step that people know; `clash` each file that needs a number because another one has its name.
    """

    scope: int = 200
    level: int = 12
    length: int = 2
    step: int = 30
    noise: int = 40
    full: int = 300
    known: int = 20
    clash: int = 25
    levels: int = 4


class Column(StrEnum):
    """A column of a library that an upload fills."""

    DEPARTMENT = "department"
    ORIGINAL_PATH = "original path"
    ORIGINAL_OWNER = "original owner"
    CREATED = "created"
    CLASS = "document class"
    LABEL = "retention label"
    CASE = "case number"
    YEAR = "year"  # the year that a lifted folder said


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a department's policy says about the new structure.

    `words`: words in folder names and those to write instead. `labels`: the archive's code of decision (Noark) -> the
    tenant's retention label that a file so decided gets. `stands_for`: security identifier -> the Entra object (id) that
    takes its place. `history`: chains of versions become one file, if the library keeps at least `versions` of them.
    `one_copy`: of equal files one goes, and the others' old paths lead to it. `synced_root`: characters of the folder under
    which a synchronised copy lies on a PC. `advised`: items that a library should not exceed.
    """

    libraries: tuple[Library, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    weights: Weights = Weights()
    columns: tuple[Column, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    stands_for: Mapping[str, str] = field(default_factory=dict, hash=False)
    history: bool = False
    versions: int = 100
    one_copy: bool = False
    synced_root: int = 60
    advised: int = 300_000
