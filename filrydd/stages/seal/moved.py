"""Entries that somebody moved after they had been made read-only, through a handle from before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from filrydd.catalog import seal_moves, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.seals import Permission
from filrydd.errors import SourceError
from filrydd.lang import _
from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources import EntryTrouble, Source
from filrydd.sources.source import Change
from filrydd.stages import scan
from filrydd.stages.work import Work

_BATCH = 1000
# Whoever holds a folder may move it again while it is looked for; more often than this, it is told.
_ROUNDS = 4


def with_their_formers(catalog: Catalog, seal: seals.Seal, batch: Sequence[Permission]) -> list[Permission]:
    """The same, where what an entry has now is what this seal made of it under another path: with what it had before that.

    Read-only as it is, its present permissions must not be stored as the former ones: nobody could give it back.
    """
    if not seals.has_changed(catalog, seal.id):
        # What looks sealed has been read-only for other reasons.
        return list(batch)
    moved = seal_moves.formers(catalog, seal.id, [one for one in batch if one.former == one.sealed])
    return [replace(one, former=moved.get(one.path, one.former)) for one in batch]


def open_moved(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> int:
    """Give those their former permissions back that are not where they were sealed; returns how many were found.

    Raises SourceError when one could not be given back; running it again goes on.
    """
    opened = 0
    quiet = False
    for _round in range(_ROUNDS):
        scan.walk(work, catalog, source, scan.Wishes(allow_many=True))
        again, before = False, opened
        entries = seals.unsaved(catalog, seal.id)
        while batch := list(islice(entries, _BATCH)):
            for path, answer in _give_back(catalog, source, seal, batch):
                if not isinstance(answer, Trouble):
                    opened += answer
                elif answer.reason is Reason.VANISHED:
                    again = True
                elif answer.reason is not Reason.CHANGED:
                    raise SourceError(
                        _("The former permissions of {path} could not be put back: {why}").format(
                            path=path or "/", why=answer.detail
                        ),
                        next=f"filrydd unseal {work.area} --execute",
                    )
        # People work again, so something always vanishes: nothing of ours was found twice is all that can be known.
        if opened == before and (quiet or not again):
            return opened
        quiet = opened == before
    raise SourceError(
        _("Somebody keeps moving what was made read-only in {area}, so not all of it has its permissions back.").format(
            area=work.area
        ),
        next=f"filrydd unseal {work.area} --execute",
    )


def _give_back(
    catalog: Catalog, source: Source, seal: seals.Seal, batch: Sequence[tuple[str, Kind]]
) -> Iterator[tuple[str, bool | Trouble]]:
    found: list[Permission] = []
    for number, now in source.permissions((number, path, kind) for number, (path, kind) in enumerate(batch)):
        path, kind = batch[number]
        if isinstance(now, Trouble):
            if now.reason is Reason.VANISHED:
                yield path, now
        elif _is_sealed(source, now, kind):
            found.append(Permission(path, kind, now, now))
    former = seal_moves.formers(catalog, seal.id, found)
    changes = [
        Change(number, one.path, one.kind, former[one.path], (one.sealed,))
        for number, one in enumerate(found)
        if one.path in former
    ]
    for number, answer in source.change(changes):
        yield found[number].path, answer


def _is_sealed(source: Source, now: bytes, kind: Kind) -> bool:
    try:
        return source.sealed(now, kind) == now
    except EntryTrouble:
        # Nobody's seal made permissions that nobody understands.
        return False
