"""The contract of a tenant: where files go.

Async: one event loop, many calls in flight. Ids are opaque. Throttling and passing faults are waited out inside; what
comes back is a result, an `ItemTrouble` for one item, or a `TenantError` for the tenant as a whole.

`terms` has what the calls take and give; it is had from here too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from filrydd.model.item import Drive, Item, Site
from filrydd.targets.terms import (
    NAME_TAKEN,
    Channel,
    ColumnDefinition,
    Content,
    DefaultLabels,
    Grant,
    Hashed,
    ItemTrouble,
    Labelled,
    Meter,
    NameTaken,
    Permissions,
    Quota,
    Record,
    Rights,
    Sending,
    StillOpen,
    Version,
)

__all__ = [
    "NAME_TAKEN",
    "Channel",
    "ColumnDefinition",
    "Content",
    "DefaultLabels",
    "Grant",
    "Hashed",
    "ItemTrouble",
    "Labelled",
    "Meter",
    "NameTaken",
    "Permissions",
    "Quota",
    "Record",
    "Rights",
    "Sending",
    "StillOpen",
    "Tenant",
    "Version",
]


class Tenant(Protocol):
    address: str
    """The root of its API, without credentials."""
    rehearsal: bool
    """Whether this is the rehearsal tenant."""
    meter: Meter

    async def now(self) -> int:
        """The tenant's clock in ticks. Raises TenantGone, TenantRefused, as all of these do."""

    async def site(self, url: str) -> Site:
        """The site at that web address. Raises TenantLacks."""

    async def drive(self, site: Site, library: str) -> Drive:
        """The library of that name. Raises TenantLacks."""

    async def make_library(self, site: Site, library: str) -> Drive:
        """Make the library, or return it if it is there."""

    async def make_folder(self, drive: str, parent: str, name: str) -> Item:
        """Make the folder, or return the one that is there, with its `children`. Raises ItemTrouble."""

    async def send(self, sending: Sending, opened: Callable[[str], Awaitable[None]]) -> Item:
        """Upload one file with its times as one version; never replaces anything but the item version that it names.

        `opened(uploadUrl)` is awaited, and must have made it durable, before the first fragment goes. Raises NameTaken
        when something is there already, StillOpen when a session holds the name whose address nobody has, ItemTrouble for
        another refusal, and lets what `content.read` and `opened` raise through. After an ItemTrouble no session of it is
        open; after what reading raises, TenantGone or an interruption it is, and the next attempt goes on with it.
        """

    async def set_times(self, drive: str, id: str, created: int, modified: int) -> Item:
        """Give an item its times, as a new version of it. Raises ItemTrouble."""

    async def set_fields(
        self,
        drive: str,
        id: str,
        fields: Mapping[str, str | int],
        *,
        created: int | None = None,
        modified: int | None = None,
    ) -> Item:
        """Fill columns of an item, as a new version of it, and return it as it is then.

        Its times stay what they were, or become the given ones: whoever knows them says them, since an interruption may
        come after SharePoint has moved them. Raises ItemTrouble, also for a column that is not there.
        """

    async def restrict(self, drive: str, id: str, grants: Sequence[Grant]) -> None:
        """Afterwards exactly these can open the item, and nobody by the folder above; applications keep what they have.

        Safe to run again, also after an interruption in the middle, in which more or fewer can open it: nothing may lie in
        the item before this has returned. Works for a drive's root too. Raises ItemTrouble for what the tenant refuses, for
        no grants at all, and when the tenant afterwards lists somebody else, or not everybody.
        """

    async def permissions(self, drive: str, id: str) -> Permissions:
        """Who can open the item. Raises ItemTrouble."""

    async def make_columns(
        self, site: Site, drive: str, columns: Sequence[ColumnDefinition], *, ours: str = ""
    ) -> frozenset[str]:
        """Make the columns of a library that are not there; returns the names of those whose default is there as wanted.

        A column gets a default only as it is made, and only in a library in which nothing lies yet but perhaps the folder of
        our own records, named `ours`. Raises ItemTrouble, also where one is there with another kind, and TenantRefused where we
        may only write.
        """

    async def fields(self, drive: str, id: str) -> Mapping[str, object]:
        """What the library's columns say of an item. Raises ItemTrouble."""

    async def labelled(self, drive: str, id: str) -> Labelled:
        """An item with its retention label. Raises ItemTrouble."""

    def labels_below(self, drive: str, folder: str) -> AsyncIterator[Labelled]:
        """What lies directly in a folder, with its retention labels. Raises ItemTrouble."""

    async def set_label(self, drive: str, id: str, label: str) -> None:
        """Put a retention label on an item, in place of whatever was there; an empty one takes it off. A folder's label comes
        to all that lies in it and arrives there, not at once.

        Raises ItemTrouble: 400 for a label that the tenant does not know, 403 for a record's without Sites.FullControl.All.
        """

    async def columns(self, site: Site, drive: str) -> frozenset[str]:
        """The names of a library's columns. Raises ItemTrouble."""

    async def cancel(self, session: str) -> None:
        """End an interrupted attempt's session; one that is gone already is fine."""

    async def item(self, drive: str, id: str, *, just_made: bool = False) -> Item:
        """One item; `just_made`: one that the tenant may not know yet is waited for. Raises ItemTrouble (`itemNotFound`)."""

    async def child(self, drive: str, parent: str, name: str) -> Item | None:
        """The item of that name in a folder, if there is one."""

    def listing(self, drive: str) -> AsyncIterator[Item]:
        """Everything in the drive by its own delta listing, in any order, the root included. An item may come again: the last
        one counts. `shared` marks where permissions begin, the root among them; where it does not mark the root, the
        tenant did not tell us of any, and nothing follows from an item without it. Raises ItemTrouble.
        """

    def content(self, drive: str, id: str) -> AsyncIterator[bytes]:
        """An item's bytes in pieces of at most 1 MiB. Raises ItemTrouble."""

    async def versions(self, drive: str, id: str) -> list[Version]:
        """The versions of a file, the newest first. Raises ItemTrouble."""

    def version_content(self, drive: str, id: str, version: str) -> AsyncIterator[bytes]:
        """A version's bytes in pieces of at most 1 MiB. Raises ItemTrouble, also when the newest changes meanwhile."""

    async def versions_kept(self, site: Site, drive: str) -> int | None:
        """How many versions of a file the library keeps, however old they are; 0 where it trims them by age.

        None where the tenant does not say.
        """

    async def channel(self, team: str, channel: str) -> Channel:
        """Where the files of a team's channel lie, by both their names. Raises TenantLacks."""

    async def deposit(self, drive: str, folder: str, name: str, data: bytes) -> Item:
        """Put a small record (at most 4 MiB) into a folder of the drive's root, as a new version when it is there."""

    async def deposited(self, drive: str, folder: str, name: str) -> bytes | None:
        """What was last put there, or None."""

    async def record(self, drive: str, folder: str, name: str) -> Record | None:
        """The item that lies there with its content, or None. Raises ItemTrouble."""

    async def claim(self, drive: str, folder: str, name: str, data: bytes, etag: str = "") -> Item:
        """Put a small record (at most 4 MiB) where nothing is, or on top of the version with that eTag: of several who do so at
        once, one gets through. The item's times are the tenant's.

        Raises NameTaken, and ItemTrouble: 412 where another version is there now, 404 or 412 where nothing is.
        """

    async def give_up(self, drive: str, id: str, etag: str) -> None:
        """Delete a record as long as its eTag is that; one that is gone is fine. Raises ItemTrouble (412)."""

    async def quota(self, site: Site, drive: str = "") -> Quota | None:
        """The room that a library of the site has (that of all of them together, in SharePoint); None where it does not say."""

    async def try_writing(self, drive: str) -> None:
        """See that the application may send a file into a library, without making one. Raises ItemTrouble where it may not."""

    async def rights(self, site: Site) -> Rights:
        """What the application may do at a site beside that; nothing is tried."""

    async def default_labels(self, site: Site, drive: Drive) -> DefaultLabels:
        """The labels that a library puts on what arrives."""

    async def close(self) -> None:
        """End connections. Safe to call twice."""
