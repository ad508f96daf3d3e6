"""What a seal would do, and what there must be before it."""

from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, findings, seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import Blocked, NotApproved, NotVerified
from filrydd.lang import _, n_
from filrydd.lang.words import said
from filrydd.sources import Source, open_source
from filrydd.stages import accept, deposits, upload
from filrydd.stages.seal.usage import Used, look
from filrydd.stages.work import Work

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What a seal would do. `state` is that of a seal that was begun before, else empty. `used`: what the old area shows
    of writers and of names outside of it; None when it was not asked."""

    area: str
    source: str
    folders: int
    files: int
    state: str
    used: Used | None = None


def plan(work: Work, *, look_at: str | None = None) -> Plan:
    """What sealing would do; `look_at` is where the area is to be looked at, its stored address when empty, None: nowhere.

    Raises NotVerified while something has not arrived or a finding is open, NotApproved while a contact has not confirmed
    the new place.
    """
    with work.catalog() as catalog:
        check(work, catalog)
        used = None
        if look_at is not None:
            with closing(open_source(look_at or figures.source_of(catalog))) as source:
                source.top()
                used = look(work, catalog, source)
        state = seals.latest(catalog)
        shown = figures.figures(catalog)["scan"]
        return Plan(
            work.area,
            figures.source_of(catalog),
            int(shown["folders"]),
            int(shown["files"]),
            state.state if state else "",
            used,
        )


def check(work: Work, catalog: Catalog) -> None:
    """Raises NotVerified, NotApproved, TenantLacks."""
    deposits.drive_of(work, catalog)
    open_now = findings.counted(catalog, "verify")
    if open_now:
        raise NotVerified(
            _("{area} has open findings: {findings}.").format(
                area=work.area, findings=", ".join(f"{said(kind)} {count}" for kind, count in open_now.items())
            ),
            next=f"filrydd verify {work.area}",
        )
    planned = upload.plan(work)
    if planned.files:
        raise NotVerified(
            _("{count} files that are signed for have not been uploaded.").format(count=planned.files),
            next=f"filrydd upload {work.area} --execute",
        )
    if findings.compared(catalog, None) < findings.arrived(catalog):
        raise NotVerified(_("Not everything that arrived has been verified."), next=f"filrydd verify {work.area}")
    missing = accept.missing(work, catalog)
    if missing:
        raise NotApproved(
            n_(
                "The contact has not confirmed the new place of this part: {parts}.",
                "The contacts have not confirmed the new place of these parts: {parts}.",
                len(missing),
            ).format(parts=", ".join(missing)),
            next=_("Ask them to open their page: filrydd review {area}").format(area=work.area),
            details=accept.told_missing(catalog),
        )


def check_source(work: Work, source: Source, way: seals.Way) -> None:
    """Raises Blocked when a share is to be sealed that is not the area and nothing more."""
    if way is seals.Way.SHARE and not source.is_whole_share():
        raise Blocked(
            _("{address} is not a whole share, so others would lose the right to write too.").format(
                address=source.address
            ),
            next=f"filrydd seal {work.area} --execute",
        )
