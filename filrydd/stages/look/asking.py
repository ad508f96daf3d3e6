"""What is asked at one place that files are to go to."""

from collections.abc import Sequence

from filrydd.errors import TenantError, TenantGone, TenantLacks
from filrydd.lang import _
from filrydd.lang.figures import size as shown
from filrydd.layout.columns import definitions
from filrydd.model.item import Drive, Site
from filrydd.model.structure import Column
from filrydd.stages.look.lines import Lines
from filrydd.stages.look.places import Place
from filrydd.stages.upload import making
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble, Rights


class Asking:
    """Asks a tenant about one place after the other. `missing` are the sites and channels that are not there, in words."""

    def __init__(self, work: Work, tenant: Tenant, columns: Sequence[Column], lines: Lines) -> None:
        self._work, self._tenant, self._columns, self._lines = work, tenant, columns, lines
        self._rights: dict[str, Rights] = {}
        self._room: dict[str, tuple[Site, str, int]] = {}
        self.missing: list[str] = []

    async def place(self, place: Place) -> tuple[Site, Drive | None] | None:
        """All about one place; returns its site and library, None for a site that is not there or does not let us in.

        Raises TenantGone.
        """
        try:
            site, drive = await self._open(place)
            self._lines.fine("site", _("The site {site} is there and answers.").format(site=site.url))
            await self._library(place, site, drive)
        except TenantGone:
            raise
        except TenantError as error:
            self._lines.failed("site", error)
            if isinstance(error, TenantLacks):
                self.missing.append(error.message)
            return None
        except ItemTrouble as trouble:
            self._lines.wrong(
                "library",
                _("The tenant refused to tell about the library {library}: {why}.").format(
                    library=place.library, why=trouble
                ),
                _("Run the same command again; if it stays so, ask the tenant's administrator."),
            )
            return None
        return site, drive

    async def rooms(self) -> None:
        """Whether there is room for what is still to be sent, site by site: all libraries of a site share it."""
        for site, drive, size in self._room.values():
            await self._one_room(site, drive, size)

    async def _open(self, place: Place) -> tuple[Site, Drive | None]:
        if place.team:
            channel = await self._tenant.channel(place.team, place.library)
            return channel.site, channel.drive
        site = await self._tenant.site(place.site)
        try:
            return site, await self._tenant.drive(site, place.library)
        except TenantLacks:
            return site, None

    async def _library(self, place: Place, site: Site, drive: Drive | None) -> None:
        known, _drive, size = self._room.get(site.id, (site, "", 0))
        # Filling the columns of a file makes another version of it, which takes its room too (rclone#1716).
        size += place.bytes * (1 + bool(self._columns))
        self._room[site.id] = (known, drive.id if drive else _drive, size)
        if site.id not in self._rights:
            self._rights[site.id] = await self._tenant.rights(site)
            self._seeing(site, self._rights[site.id])
        rights = self._rights[site.id]
        name = place.library
        if drive is None:
            self._lines.fine(
                "library", _("The library {library} is not there yet; the upload makes it.").format(library=name)
            )
            self._may(
                "make library",
                rights.make_libraries,
                _("Making the library {library}").format(library=name),
                "manage",
                site,
            )
        else:
            self._lines.fine("library", _("The library {library} is there.").format(library=name))
            await self._writing(name, site, drive)
        if self._columns and await self._columns_missing(site, drive):
            self._may(
                "make columns",
                rights.make_columns,
                _("Making columns in the library {library}").format(library=name),
                "manage",
                site,
            )
        if place.restricted:
            self._may(
                "restrict",
                rights.restrict,
                _("Restricting folders in the library {library}").format(library=name),
                "fullcontrol",
                site,
            )
        if drive is None and place.versions:
            self._lines.unknown(
                "versions",
                _(
                    "How many versions the library {library} keeps is known when it is there; {count} are needed."
                ).format(library=name, count=place.versions),
                _("Have it made first, or sign in with a certificate: SharePoint tells nobody else."),
            )
        if drive is not None:
            await self._versions(place, site, drive)
            await self._labels(name, site, drive)

    def _seeing(self, site: Site, rights: Rights) -> None:
        """Whether verification will see what people share. Nothing but that depends on it."""
        if rights.see_sharing:
            self._lines.fine(
                "access",
                _("Where somebody has shared a single file on the site {site}, the application is told.").format(
                    site=site.url
                ),
            )
            return
        if rights.see_sharing is None:
            detail = _(
                "Whether the application is told where somebody has shared a single file on the site {site}, the tenant"
                " does not say: that takes full control of the site."
            )
        else:
            detail = _(
                "Where somebody has shared a single file on the site {site}, verification will not see: that takes an"
                " application with full control of the site. It sees restricted folders only."
            )
        step = _("Ask for the grant Sites.Selected with the role {role} on the site {site}.").format(
            role="fullcontrol", site=site.url
        )
        self._lines.unknown("access", detail.format(site=site.url), step)

    def _may(self, what: str, may: bool | None, act: str, role: str, site: Site) -> None:
        """A line about something that is inferred, not tried."""
        grant = _("Ask for the grant Sites.Selected with the role {role} on the site {site}.").format(
            role=role, site=site.url
        )
        if may:
            self._lines.fine(what, _("{act}: the application may, by its permissions.").format(act=act))
        elif may is None:
            self._lines.unknown(
                what,
                _("{act}: whether the application may, the tenant does not tell.").format(act=act),
                _("If the upload is refused: {step}").format(step=grant),
            )
        else:
            self._lines.wrong(what, _("{act}: the application may not.").format(act=act), grant)

    async def _writing(self, name: str, site: Site, drive: Drive) -> None:
        try:
            await self._tenant.try_writing(drive.id)
        except ItemTrouble as trouble:
            if trouble.status == 507:
                detail = _("The library {library} is full.").format(library=name)
                step = _("Ask for more room on the site {site}.").format(site=site.url)
            else:
                detail = _("The application may not write into the library {library}: {why}.").format(
                    library=name, why=trouble
                )
                step = _("Ask for the grant Sites.Selected with the role {role} on the site {site}.").format(
                    role="write", site=site.url
                )
            self._lines.wrong("write", detail, step)
        else:
            self._lines.fine(
                "write", _("The application may write into the library {library}: it was tried.").format(library=name)
            )

    async def _columns_missing(self, site: Site, drive: Drive | None) -> bool:
        if drive is None:
            return True
        there = await self._tenant.columns(site, drive.id)
        return any(column.name not in there for column in definitions(self._columns))

    async def _versions(self, place: Place, site: Site, drive: Drive) -> None:
        if not place.versions:
            return
        try:
            await making.check_history(self._work, self._tenant, site, drive, place.library, place.versions)
        except TenantLacks as lacks:
            self._lines.failed("versions", lacks)
        else:
            self._lines.fine(
                "versions",
                _("The library {library} keeps the {count} versions of a file that are needed.").format(
                    library=place.library, count=place.versions
                ),
            )

    async def _labels(self, name: str, site: Site, drive: Drive) -> None:
        found = await self._tenant.default_labels(site, drive)
        if found.retention is None:
            self._lines.unknown(
                "retention label",
                _(
                    "Whether the library {library} puts a retention label on what arrives, the tenant does not tell."
                ).format(library=name),
                _("Look at the library's settings, or sign in with a certificate."),
            )
        elif not found.retention:
            self._lines.fine(
                "retention label",
                _("The library {library} puts no retention label on what arrives.").format(library=name),
            )
        elif found.blocks:
            self._lines.wrong(
                "retention label",
                _(
                    "The library {library} makes a record of what arrives ({label}): nothing can be changed after it."
                ).format(library=name, label=found.retention),
                _("Have the label taken off the library until the move is over."),
            )
        else:
            self._lines.fine(
                "retention label",
                _("The library {library} puts the retention label {label} on what arrives.").format(
                    library=name, label=found.retention
                ),
            )
        self._sensitivity(name, found.sensitivity)

    def _sensitivity(self, name: str, label: str | None) -> None:
        if label is None:
            self._lines.unknown(
                "sensitivity label",
                _(
                    "Whether the library {library} puts a sensitivity label on what arrives, the tenant does not tell."
                ).format(library=name),
                _("Look at the library's settings, or sign in with a certificate."),
            )
        elif label:
            self._lines.wrong(
                "sensitivity label",
                _(
                    "The library {library} puts the sensitivity label {label} on what arrives, which changes the files."
                ).format(library=name, label=label),
                _("Ask whether that is wanted; if not, have it taken off the library."),
            )
        else:
            self._lines.fine(
                "sensitivity label",
                _("The library {library} puts no sensitivity label on what arrives.").format(library=name),
            )

    async def _one_room(self, site: Site, drive: str, size: int) -> None:
        room = await self._tenant.quota(site, drive)
        needed = shown(size)
        if room is None:
            self._lines.unknown(
                "room",
                _("How much room the site {site} has, the tenant does not tell; {needed} are needed.").format(
                    site=site.url, needed=needed
                ),
                _("Look at the site's storage in SharePoint's admin centre."),
            )
            return
        left = shown(room.remaining)
        detail = _("The site {site} has room for {left}; {needed} are needed.").format(
            site=site.url, left=left, needed=needed
        )
        if size > room.remaining or room.state == "exceeded":
            self._lines.wrong("room", detail, _("Ask for more room on the site {site}.").format(site=site.url))
        else:
            self._lines.fine("room", detail)
