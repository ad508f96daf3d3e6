"""The form of the key `structure`: what a department, an area or all departments wish for the new structure."""

from typing import Literal

from pydantic import Field

from filrydd.policy.form import MOST, DecisionForm, Form
from filrydd.policy.structure_values import (
    Characters,
    Columns,
    EntraId,
    Items,
    LabelName,
    Levels,
    LibraryName,
    NoarkCode,
    PartOfAName,
    Points,
    Sid,
    Versions,
    YesOrNo,
)
from filrydd.policy.values import Folder, PathGlobs, Site, Word

MOST_LIBRARIES = 200
"""Libraries in one list: each is compared with those of every area."""


class LibraryForm(Form):
    """A library of a site, or the files of a team's channel."""

    library: LibraryName | None = None
    site: Site | None = None
    team: Word | None = None
    channel: Word | None = None
    folder: Folder | None = None
    paths: PathGlobs = Field(default=[])


class WeightsForm(Form):
    """Points for each shortcoming; what is left out keeps what is said elsewhere."""

    scope: Points | None = None
    level: Points | None = None
    length: Points | None = None
    step: Points | None = None
    noise: Points | None = None
    full: Points | None = None
    known: Points | None = None
    clash: Points | None = None
    levels: Levels | None = None


class VersionsForm(Form):
    as_history: YesOrNo | None = Field(default=None, alias="as history")
    kept: Versions | None = None


class AccessForm(Form):
    """Who takes whose place, and by whose decision: it gives people access, so somebody answers for it."""

    stands_for: dict[Sid, EntraId] = Field(alias="stands for", min_length=1, max_length=MOST)
    decided: DecisionForm


class SharedStructureForm(Form):
    """What all departments can share. An empty list of columns says: none; so does an empty label."""

    words: dict[Word, PartOfAName] = Field(default={}, max_length=MOST)
    weights: WeightsForm = WeightsForm()
    columns: Columns | None = None
    labels: dict[NoarkCode, LabelName] = Field(default={})
    versions: VersionsForm = VersionsForm()


class StructureForm(SharedStructureForm):
    """What a department or an area wishes. An empty list of libraries says: none but the area's own."""

    libraries: list[LibraryForm] | None = Field(default=None, max_length=MOST_LIBRARIES)
    duplicates: Literal["one copy", "every copy"] | None = None
    synced_root: Characters | None = Field(default=None, alias="synced root")
    largest_library: Items | None = Field(default=None, alias="largest library")
    access: AccessForm | None = None
