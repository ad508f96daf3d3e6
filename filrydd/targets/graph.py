"""A tenant through Microsoft Graph; `tenant.Tenant` has the contract of every method."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from msgraph.generated.models.drive_item import DriveItem
from msgraph.generated.models.folder import Folder
from msgraph.generated.models.list_ import List_
from msgraph.generated.models.list_info import ListInfo

from filrydd.errors import BadUsage, TenantError, TenantLacks
from filrydd.lang import _
from filrydd.model.item import Drive, Item, Site
from filrydd.model.names import fold
from filrydd.model.times import TICKS_A_SECOND
from filrydd.targets import history, labels, looking, permissions, receiving, records, teams
from filrydd.targets.columns import Habits, fields_of, make_columns, set_fields
from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, drive_of, item_of, object_of, site_of, understood
from filrydd.targets.governor import http_date
from filrydd.targets.items import child, item_by_id, set_times
from filrydd.targets.patience import TRIES, asked
from filrydd.targets.refusals import NAME_TAKEN, check_site, item_trouble
from filrydd.targets.sending import Sender
from filrydd.targets.sessions import cancel
from filrydd.targets.tenant import (
    Channel,
    ColumnDefinition,
    DefaultLabels,
    Grant,
    Labelled,
    NameTaken,
    Permissions,
    Quota,
    Record,
    Rights,
    Sending,
    Version,
)


class GraphTenant:
    """The real tenant and the rehearsal tenant alike: only the connection differs."""

    def __init__(self, connection: Connection) -> None:
        self.address = connection.hosts.address
        self.rehearsal = connection.rehearsal
        self.meter = connection.meter
        self._connection = connection
        self._api = connection.api
        self._habits = Habits()
        self._sender = Sender(connection)

    async def now(self) -> int:
        # Any answer to somebody who is signed in has the time, also a 403 or 404.
        response = await self._connection.ask(self._api.sites.by_site_id("root").to_get_request_information())
        seconds = http_date(response.headers.get("date", ""))
        if seconds is None:
            raise TenantError(
                _("The tenant's answer does not say what time it is there."),
                next=_("Ask whoever runs the network whether answers are altered on the way."),
            )
        return int(seconds) * TICKS_A_SECOND

    async def site(self, url: str) -> Site:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadUsage(
                _("{address} is not the address of a site.").format(address=url or "''"),
                next=_("Give an address like https://NAME.sharepoint.com/sites/SITE."),
            )
        path = unquote(parts.path).rstrip("/")
        call = self._api.sites.by_site_id(f"{parts.netloc}:{path}" if path else parts.netloc)
        response = await self._connection.ask(call.to_get_request_information())
        return site_of(object_of(check_site(response, url).content))

    async def drive(self, site: Site, library: str) -> Drive:
        names = []
        async for value in self._drives(site):
            if fold(str(value.get("name", ""))) == fold(library):
                return await self._drive(value)
            names.append(str(value.get("name", "")))
        raise TenantLacks(
            _("The site {site} has no library {library}.").format(site=site.url, library=library),
            next=_("Have the library made, or choose one that is there."),
            details=tuple(names),
        )

    async def make_library(self, site: Site, library: str) -> Drive:
        try:
            return await self.drive(site, library)
        except TenantLacks:
            lists = self._api.sites.by_site_id(site.id).lists
            body = List_(display_name=library, list_=ListInfo(template="documentLibrary"))
            response = await asked(self._connection, lists.to_post_request_information(body))
        trouble = None if response.is_success else item_trouble(response)
        if trouble and trouble.code == NAME_TAKEN:
            return await self._drive_just_made(site, library)
        made = object_of(check_site(response, library, role="manage").content)
        with understood("list"):
            call = lists.by_list_id(str(made["id"])).drive.to_get_request_information()
        response = check_site(await asked(self._connection, call, just_made=True), library)
        return await self._drive(object_of(response.content))

    async def _drive_just_made(self, site: Site, library: str) -> Drive:
        """A library that somebody has just made, or we, though the answer was lost: it may not be listed at once."""
        for attempt in range(1, TRIES):
            with contextlib.suppress(TenantLacks):
                return await self.drive(site, library)
            await self._connection.governor.back_off(attempt)
        return await self.drive(site, library)

    async def make_folder(self, drive: str, parent: str, name: str) -> Item:
        children = self._api.drives.by_drive_id(drive).items.by_drive_item_id(parent).children
        body = DriveItem(name=name, folder=Folder(), additional_data={"@microsoft.graph.conflictBehavior": "fail"})
        # The folder above may have been made a moment ago; so may this one, where the answer was lost.
        response = await asked(self._connection, children.to_post_request_information(body), just_made=True)
        if response.is_success:
            return item_of(object_of(response.content))
        trouble, there = item_trouble(response), None
        if trouble.code == NAME_TAKEN:
            there = await child(self._connection, drive, parent, name, just_made=True)
        if there is None:
            raise trouble
        if not there.folder:
            raise NameTaken(there)
        return there

    async def send(self, sending: Sending, opened: Callable[[str], Awaitable[None]]) -> Item:
        return await self._sender.send(sending, opened)

    async def set_times(self, drive: str, id: str, created: int, modified: int) -> Item:
        return await set_times(self._connection, drive, id, created, modified)

    async def set_fields(
        self,
        drive: str,
        id: str,
        fields: Mapping[str, str | int],
        *,
        created: int | None = None,
        modified: int | None = None,
    ) -> Item:
        return await set_fields(self._connection, self._habits, drive, id, fields, created, modified)

    async def restrict(self, drive: str, id: str, grants: Sequence[Grant]) -> None:
        await permissions.restrict(self._connection, drive, id, grants)

    async def permissions(self, drive: str, id: str) -> Permissions:
        return await permissions.permissions(self._connection, drive, id)

    async def make_columns(
        self, site: Site, drive: str, columns: Sequence[ColumnDefinition], *, ours: str = ""
    ) -> frozenset[str]:
        return await make_columns(self._connection, site, drive, columns, ours)

    async def fields(self, drive: str, id: str) -> Mapping[str, object]:
        return await fields_of(self._connection, drive, id)

    async def labelled(self, drive: str, id: str) -> Labelled:
        return await labels.labelled(self._connection, drive, id)

    def labels_below(self, drive: str, folder: str) -> AsyncIterator[Labelled]:
        return labels.labels_below(self._connection, drive, folder)

    async def set_label(self, drive: str, id: str, label: str) -> None:
        await labels.set_label(self._connection, drive, id, label)

    async def columns(self, site: Site, drive: str) -> frozenset[str]:
        return await looking.columns(self._connection, site, drive)

    async def cancel(self, session: str) -> None:
        await cancel(self._connection, session)

    async def item(self, drive: str, id: str, *, just_made: bool = False) -> Item:
        return await item_by_id(self._connection, drive, id, just_made=just_made)

    async def child(self, drive: str, parent: str, name: str) -> Item | None:
        return await child(self._connection, drive, parent, name)

    def listing(self, drive: str) -> AsyncIterator[Item]:
        return receiving.listing(self._connection, drive)

    def content(self, drive: str, id: str) -> AsyncIterator[bytes]:
        return receiving.content(self._connection, drive, id)

    async def versions(self, drive: str, id: str) -> list[Version]:
        return await history.versions(self._connection, drive, id)

    def version_content(self, drive: str, id: str, version: str) -> AsyncIterator[bytes]:
        return history.version_content(self._connection, drive, id, version)

    async def versions_kept(self, site: Site, drive: str) -> int | None:
        return await history.versions_kept(self._connection, site, drive)

    async def channel(self, team: str, channel: str) -> Channel:
        drive_id, folder_id = await teams.files_folder(self._connection, team, channel)
        call = self._api.drives.by_drive_id(drive_id).to_get_request_information()
        response = check_site(await self._connection.ask(call), channel)
        drive = await self._drive(object_of(response.content))
        # A team's library lies directly in its site.
        site = await self.site(drive.url.rpartition("/")[0])
        return Channel(site, drive, await self.item(drive_id, folder_id))

    async def deposit(self, drive: str, folder: str, name: str, data: bytes) -> Item:
        return await records.deposit(self._connection, records.Place(drive, folder, name), data)

    async def deposited(self, drive: str, folder: str, name: str) -> bytes | None:
        return await records.deposited(self._connection, records.Place(drive, folder, name))

    async def record(self, drive: str, folder: str, name: str) -> Record | None:
        return await records.record(self._connection, records.Place(drive, folder, name))

    async def claim(self, drive: str, folder: str, name: str, data: bytes, etag: str = "") -> Item:
        return await records.claim(self._connection, records.Place(drive, folder, name), data, etag)

    async def give_up(self, drive: str, id: str, etag: str) -> None:
        await records.give_up(self._connection, drive, id, etag)

    async def quota(self, site: Site, drive: str = "") -> Quota | None:
        return await looking.quota(self._connection, site, drive)

    async def try_writing(self, drive: str) -> None:
        await looking.try_writing(self._connection, drive)

    async def rights(self, site: Site) -> Rights:
        return await looking.rights(self._connection, site)

    async def default_labels(self, site: Site, drive: Drive) -> DefaultLabels:
        return await looking.default_labels(self._connection, site, drive)

    async def close(self) -> None:
        self._sender.close()
        await self._connection.close()

    async def _drives(self, site: Site) -> AsyncIterator[Object]:
        drives = self._api.sites.by_site_id(site.id).drives
        call = drives.to_get_request_information()
        while True:
            response = check_site(await self._connection.ask(call), site.url)
            page = object_of(response.content)
            with understood("drives"):
                values, following = page["value"], page.get("@odata.nextLink")
            for value in values:
                yield value
            if not following:
                return
            call = drives.with_url(following).to_get_request_information()

    async def _drive(self, value: Object) -> Drive:
        with understood("drive"):
            id = str(value["id"])
        call = self._api.drives.by_drive_id(id).root.to_get_request_information()
        response = check_site(await asked(self._connection, call, just_made=True), str(value.get("name", "")))
        return drive_of(value, item_of(object_of(response.content)).id)
