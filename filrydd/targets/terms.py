"""The terms of a tenant's contract: what its calls take and give, and what trouble with one item is."""

from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from filrydd.model.item import Drive, Item, Site

NAME_TAKEN = "nameAlreadyExists"
"""Graph's code for a name that something has, or that an upload on its way will have."""


class ItemTrouble(Exception):
    """The tenant refused or lost one item. `code` is Graph's error code, `status` the HTTP status."""

    def __init__(self, code: str, status: int, detail: str = "") -> None:
        super().__init__(f"{status} {code} {detail}".strip())
        self.code = code
        self.status = status
        self.detail = detail


class NameTaken(ItemTrouble):
    """Something with that name is there already; nothing was changed. `item` is what is there.

    `perhaps_ours`: an answer was lost, and what is there has our times, but SharePoint rewrites such files or tells no hash:
    only who compares the content in full can say whether it is what was sent (also a new version, then).
    """

    def __init__(self, item: Item, *, perhaps_ours: bool = False) -> None:
        super().__init__(NAME_TAKEN, 409)
        self.item = item
        self.perhaps_ours = perhaps_ours


class StillOpen(ItemTrouble):
    """The tenant still waits for an upload of that name whose address nobody has: an answer was lost. It ends by itself,
    15 minutes after it was opened or last went on; nothing can be done but to try again then."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(NAME_TAKEN, 409, detail)


class Content(Protocol):
    """Bytes to send: `read(offset, size)` returns exactly `size` bytes, or raises what the source raises.

    It is called in a thread beside the event loop, one call at a time.
    """

    size: int

    def read(self, offset: int, size: int) -> bytes: ...


@runtime_checkable
class Hashed(Protocol):
    """A content that also tells its quickXorHash as Graph writes it, "" for no bytes; called as `read` is.

    By it a file of ours whose confirmation was lost is known again; without it nothing is, but by whoever compares.
    """

    def hash(self) -> str: ...


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

    Kinds: one line of at most 255 characters, several lines, a number, a date with a time. `default`: what it says of a new
    file, in one line of text; empty for nothing.
    """

    @property
    def name(self) -> str: ...

    @property
    def display(self) -> str: ...

    @property
    def kind(self) -> Literal["text", "note", "number", "dateTime"]: ...

    @property
    def default(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item with its retention label, empty for none. `explicit`: put on the item itself, not come from its folder.
    `children`: how many items lie in a folder."""

    id: str
    etag: str
    ctag: str
    label: str
    explicit: bool
    children: int = 0


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


@dataclass(frozen=True, slots=True)
class Record:
    """A small record as it lies in a library; `data` is empty for what is none (a folder, something large)."""

    item: Item
    data: bytes


@dataclass(frozen=True, slots=True)
class Quota:
    """Room in bytes, earlier versions and the recycle bin counted, and Graph's word for it (`normal`, `exceeded`, ...)."""

    total: int
    used: int
    remaining: int
    state: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What the application may do at a site, as far as that can be inferred; None where it cannot.

    `see_sharing`: it is told where permissions begin (`Tenant.listing`).
    """

    make_libraries: bool | None
    make_columns: bool | None
    restrict: bool | None
    see_sharing: bool | None


@dataclass(frozen=True, slots=True)
class DefaultLabels:
    """Labels that a library puts on what arrives: a retention label's name, a sensitivity label's id; empty for none, None where
    the tenant does not say. `blocks`: under the retention label nothing can be changed any more."""

    retention: str | None
    sensitivity: str | None
    blocks: bool


@dataclass(slots=True)
class Meter:
    """What the calls cost so far, and what they may cost.

    `waited`: seconds in which at least one call stood waiting. `units`: resource units used, as far as they are known.
    `minute_limit` and `day_limit`: units that the application has, None while nobody knows. `at_once`: calls that may be on
    their way now. `closed_for`: seconds that all calls wait from the moment when it was last set. `remarks`: for people.
    """

    requests: int = 0
    throttled: int = 0
    waited: float = 0.0
    units: float = 0.0
    minute_limit: int | None = None
    day_limit: int | None = None
    at_once: int = 0
    closed_for: float = 0.0
    remarks: list[str] = field(default_factory=list)
