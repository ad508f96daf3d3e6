"""The former permissions: read, stored and vouched for before the first of them is changed."""

from collections.abc import Iterator

from filrydd.catalog import seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import SourceError
from filrydd.lang import _
from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources import EntryTrouble, Source
from filrydd.stages.seal.moved import with_their_formers
from filrydd.stages.work import Work

_BATCH = 1000


def save(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> int:
    """Store the permissions of everything that has none stored, durably; returns how many that were. Raises SourceError."""
    if seal.way is seals.Way.SHARE:
        return _save_share(catalog, source, seal)
    saved = 0
    batch: list[seals.Permission] = []
    asked: dict[int, tuple[str, Kind]] = {}

    def entries() -> Iterator[tuple[int, str, Kind]]:
        for number, (path, kind) in enumerate(seals.unsaved(catalog, seal.id)):
            asked[number] = path, kind
            yield number, path, kind

    count = seals.count_present(catalog)
    with work.telling(_("Reading permissions of {area}").format(area=work.area), count, _("entries")) as progress:
        for number, former in source.permissions(entries()):
            progress.advance(1)
            path, kind = asked.pop(number)
            if isinstance(former, Trouble):
                if former.reason is Reason.VANISHED:
                    continue
                raise SourceError(
                    _("The permissions of {path} cannot be read: {why}").format(path=path or "/", why=former.detail),
                    next=_("Seal with an account that may change permissions on all of the area."),
                )
            try:
                sealed = source.sealed(former, kind)
            except EntryTrouble as trouble:
                raise SourceError(
                    _("{path} cannot be made read-only: {why}").format(path=path or "/", why=trouble.detail),
                    next=_("Give it simpler permissions, or take it out of the area."),
                ) from trouble
            batch.append(seals.Permission(path, kind, former, sealed))
            saved += 1
            if len(batch) >= _BATCH:
                seals.save(catalog, seal.id, with_their_formers(catalog, seal, batch))
                batch.clear()
        seals.save(catalog, seal.id, with_their_formers(catalog, seal, batch))
    return saved


def _save_share(catalog: Catalog, source: Source, seal: seals.Seal) -> int:
    if seals.share(catalog, seal.id) is not None:
        return 0
    former = source.share_descriptor()
    if not former:
        raise SourceError(
            _("The server does not tell the permissions of the share {address}.").format(address=source.address),
            next=_("Seal with an account that runs the server, or leave out --share."),
        )
    seals.keep_share(catalog, seal.id, former, source.share_sealed(former))
    return 1
