"""Who asks: applications, and what Graph's application permissions let them do.

The table follows the permission tables of Microsoft's Graph documentation, call by call. `Sites.Selected` alone opens nothing:
it counts at the sites where the app was given a role (Microsoft, "Overview of Selected permissions").
"""

from dataclasses import dataclass
from enum import Enum

SELECTED = "Sites.Selected"
FULL_CONTROL = "Sites.FullControl.All"

ROLES = {"read": 1, "write": 2, "manage": 3, "owner": 4, "fullcontrol": 4}
"""What an app can be at a site, by what it may do there; `owner` and `fullcontrol` are the same."""

_READ_SITES = frozenset({"Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", FULL_CONTROL})
_CHANGE_SITES = _READ_SITES - {"Sites.Read.All"}
_READ_GROUPS = frozenset(
    {
        "Group.Read.All",
        "Group.ReadWrite.All",
        "GroupMember.Read.All",
        "GroupMember.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    }
)


class Need(Enum):
    """A kind of call: the permissions of which one suffices, and the role that does at a selected site (0: none does)."""

    SITE = (_READ_SITES, 1)
    """Read a site, its lists, columns and list items."""
    FILES = (_READ_SITES | {"Files.Read.All", "Files.ReadWrite.All"}, 1)
    """Read drives and items, their contents, versions and permissions; delta, search."""
    FILES_CHANGE = (_CHANGE_SITES | {"Files.ReadWrite.All"}, 2)
    """Make, send, change, move, copy, label and delete items."""
    SHARE = (_CHANGE_SITES | {"Files.ReadWrite.All"}, 4)
    """Change who can open an item. That `write` is not enough at a selected site is our inference: SharePoint has the right
    to manage permissions in Full Control alone."""
    FIELDS = (_CHANGE_SITES, 2)
    """Change list items and their fields ("Update listItem")."""
    LIBRARY = (_CHANGE_SITES, 3)
    """Make a list. A selected site wants more than `write`, as people found out; which role is our inference."""
    COLUMNS = (frozenset({"Sites.Manage.All", FULL_CONTROL}), 3)
    """Make a column of a list."""
    SITE_GRANTS = (frozenset({FULL_CONTROL}), 0)
    """Read and change what apps are at a site."""
    MAKE_SITE = (frozenset({"Sites.Create.All", FULL_CONTROL}), 0)
    USERS = (
        frozenset({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}),
        0,
    )
    GROUPS = (_READ_GROUPS, 0)
    """Read groups and who is in them."""
    TEAMS = (frozenset({"Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All"}), 0)
    CHANNELS = (
        frozenset(
            {
                "Channel.ReadBasic.All",
                "ChannelSettings.Read.All",
                "ChannelSettings.ReadWrite.All",
                "Directory.Read.All",
                "Directory.ReadWrite.All",
                "Group.Read.All",
                "Group.ReadWrite.All",
            }
        ),
        0,
    )
    CHANNEL_FILES = (
        frozenset(
            {
                "Files.Read.All",
                "Files.ReadWrite.All",
                "Group.Read.All",
                "Group.ReadWrite.All",
                "Sites.Read.All",
                "Sites.ReadWrite.All",
                FULL_CONTROL,
            }
        ),
        0,
    )
    """The folder of a channel."""

    @property
    def permissions(self) -> frozenset[str]:
        return self.value[0]

    @property
    def role(self) -> int:
        return self.value[1]


KNOWN = frozenset({SELECTED}).union(*(need.permissions for need in Need))
"""The permissions that mean something here."""

EVERYTHING = frozenset(
    {
        FULL_CONTROL,
        "Sites.Manage.All",
        "Sites.ReadWrite.All",
        "Files.ReadWrite.All",
        "User.Read.All",
        "GroupMember.Read.All",
        "Team.ReadBasic.All",
        "Channel.ReadBasic.All",
    }
)
"""Enough for every call."""


@dataclass(frozen=True, slots=True)
class App:
    """An application in the tenant. `permissions` are names of Graph's application permissions.

    `certified`: it signed in with a certificate, which SharePoint's own API asks for.
    """

    id: str
    name: str
    permissions: frozenset[str]
    certified: bool = True


ANYBODY = App("00000000-0000-0000-0000-000000000000", "Rehearsal", EVERYTHING)
"""Who asks without a token, where the tenant lets that pass."""


def may(app: App, permission: str) -> bool:
    """Whether an app has a permission, as record retention labels need Sites.FullControl.All."""
    return permission in app.permissions


def suffices(app: App, need: Need) -> bool:
    """Whether an app may make a kind of call in the whole tenant."""
    return not need.permissions.isdisjoint(app.permissions)


def role_suffices(app: App, need: Need, role: str) -> bool:
    """Whether an app may make a kind of call at a site where it has a role (empty: none)."""
    return SELECTED in app.permissions and 0 < need.role <= ROLES.get(role, 0)
