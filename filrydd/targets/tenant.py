"""The contract of a tenant: where files go.

Async: one event loop, many calls in flight. Ids are opaque. Throttling and passing faults are waited out inside; what
comes back is a result, an `ItemTrouble` for one item, or a `TenantError` for the tenant as a whole.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from filrydd.model.item import Drive, Item, Site


class ItemTrouble(Exception):
    """The tenant refused or lost one item. `code` is Graph's error code, `status` the HTTP status."""

    def __init__(self, code: str, status: int, detail: str = "") -> None:
        super().__init__(f"{status} {code} {detail}".strip())
        self.code = code
        self.status = status
        self.detail = detail


class NameTaken(ItemTrouble):
    """Something with that name is there already; nothing was changed. `item` is what is there."""

    def __init__(self, item: Item) -> None:
        super().__init__("nameAlreadyExists", 409)
        self.item = item


class Content(Protocol):
    """Bytes to send: `read(offset, size)` returns exactly `size` bytes, or raises what the source raises."""

    size: int

    def read(self, offset: int, size: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Sending:
    """One file to send. `session` is the uploadUrl of an earlier, interrupted attempt (empty: none). `created` and
    `modified` in ticks. `replaces` is the id of the item whose content this becomes a new version of, as long as its eTag
    is still `etag`; empty for a new item."""

    drive: str
    parent: str
    name: str
    content: Content
    created: int
    modified: int
    session: str = ""
    replaces: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one Entra user or group, by its object id, may do with an item and all in it."""

    entra_id: str
    role: Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Permissions:
    """Who can open an item, as the tenant lists it; applications are left out.

    `inherited`: at least one of them by the folder above, as far as the tenant marks that. `others`: those that are no plain
    grant, in the tenant's words: SharePoint's own groups, links, owners.
    """

    inherited: bool
    grants: tuple[Grant, ...]
    others: tuple[str, ...] = ()


class ColumnDefinition(Protocol):
    """A column of a library. `name` is what `set_fields` is keyed by and never changes; people read `display`.

    Kinds: one line of at most 255 characters, several lines, a number, a date with a time.
    """

    @property
    def name(self) -> str: ...

    @property
    def display(self) -> str: ...

    @property
    def kind(self) -> Literal["text", "note", "number", "dateTime"]: ...


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file; `size` in bytes, `modified` in ticks."""

    id: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Channel:
    """Where the files of a Teams channel lie. A private or shared channel has a site of its own."""

    site: Site
    drive: Drive
    folder: Item


@dataclass(slots=True)
class Meter:
    """What the calls cost so far, and what they may cost.

    `waited`: seconds in which at least one call stood waiting. `units`: resource units used, as far as they are known.
    `minute_limit` and `day_limit`: units that the application has, None while nobody knows. `at_once`: calls that may be on
    their way now. `closed_for`: seconds that all calls wait from the moment when it was last set.
    """

    requests: int = 0
    throttled: int = 0
    waited: float = 0.0
    units: float = 0.0
    minute_limit: int | None = None
    day_limit: int | None = None
    at_once: int = 0
    closed_for: float = 0.0


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
        """Make the folder, or return the one that is there. Raises ItemTrouble."""

    async def send(self, sending: Sending, opened: Callable[[str], Awaitable[None]]) -> Item:
        """Upload one file with its times as one version; never replaces anything but the item version that it names.

        `opened(uploadUrl)` is awaited, and must have made it durable, before the first fragment goes. Raises NameTaken
        when something is there already, ItemTrouble for a refusal, and lets what `content.read` raises through.
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

    async def make_columns(self, site: Site, drive: str, columns: Sequence[ColumnDefinition]) -> None:
        """Make the columns of a library that are not there.

        Raises ItemTrouble, also where one is there with another kind, and TenantRefused where we may only write.
        """

    async def cancel(self, session: str) -> None:
        """End an interrupted attempt's session; one that is gone already is fine."""

    async def item(self, drive: str, id: str) -> Item:
        """One item. Raises ItemTrouble (`itemNotFound`)."""

    async def child(self, drive: str, parent: str, name: str) -> Item | None:
        """The item of that name in a folder, if there is one."""

    def listing(self, drive: str) -> AsyncIterator[Item]:
        """Everything in the drive by its own delta listing, parents before children, the root included."""

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

    async def close(self) -> None:
        """End connections. Safe to call twice."""
