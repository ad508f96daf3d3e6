"""How many names SharePoint would refuse, and how many paths are too long for it as they stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight.tallies import Subtree
from filrydd.layout import names as legal
from filrydd.layout import rules
from filrydd.model import names

LONGEST_PATH = 400
"""UTF-16 units of a path that SharePoint takes, the site's and library's own part not counted ("Restrictions and
limitations in OneDrive and SharePoint")."""

# A name that this does not find in a folder's names, joined by slashes, is legal as it stands (`layout.names`); the rule
# about the letters' form is left out, since SharePoint takes both.
_SUSPECT = re.compile(
    r'["*:<>?\\|\x00-\x1f\x7f-\x9f]|_vti_|[\s.](?:/|$)|(?:^|/)(?:\s|~\$|forms(?:/|$)|\.lock(?:/|$)|desktop\.ini(?:/|$)'
    r"|(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:[./]|$))",
    re.IGNORECASE,
)
# Each character may be two units.
_SURELY_SHORT = legal.LONGEST_NAME // 2


@dataclass(frozen=True, slots=True)
class Names:
    """Files and folders with a name that SharePoint refuses, and with a path that is too long within the area alone."""

    refused_files: int
    refused_folders: int
    long_files: int
    long_folders: int


def is_refused(name: str, *, folder: bool, top: bool = False) -> bool:
    """Whether SharePoint refuses a stored name; `top`: it lies directly in the area's top."""
    changed = legal.mend(name, folder=folder, top=top).rules
    return any(rule != rules.NOT_COMPOSED for rule in changed)


class FolderNames:
    """Judges folders' names and paths while `tallies.subtrees` closes one after the other."""

    def __init__(self) -> None:
        self.refused = 0
        self.too_long = 0
        self.deep: dict[int, int] = {}

    def close(self, one: Subtree) -> None:
        """A folder is closed."""
        if one.depth and is_refused(one.name, folder=True, top=one.depth == 1):
            self.refused += 1
        if one.path_length > LONGEST_PATH:
            self.too_long += 1
        if one.path_length + 1 + 2 * one.longest > LONGEST_PATH:
            self.deep[one.id] = one.path_length + (1 if one.depth else 0)


def judge(catalog: Catalog, folders: FolderNames) -> Names:
    """Judge the files too; their names come a whole folder at a time."""
    refused, too_long = _files(catalog, folders.deep)
    return Names(refused, folders.refused, too_long, folders.too_long)


def _files(catalog: Catalog, deep: Mapping[int, int]) -> tuple[int, int]:
    refused = too_long = 0
    rows = catalog.rows(
        "SELECT folder, group_concat(name, '/') AS names, MAX(length(name)) AS longest FROM file WHERE gone IS NULL"
        " GROUP BY folder"
    )
    for folder, joined, longest in rows:
        if longest > _SURELY_SHORT or _SUSPECT.search(joined):
            refused += sum(is_refused(name, folder=False, top=folder == 1) for name in joined.split("/"))
        above = deep.get(folder)
        if above is not None:
            room = LONGEST_PATH - above
            too_long += sum(legal.length(names.raw(name)) > room for name in joined.split("/"))
    return refused, too_long
