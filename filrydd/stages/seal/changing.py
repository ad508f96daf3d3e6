"""Making entries read-only, and giving them back: each change is from what is stored to what is stored."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from filrydd.catalog import seal_moves, seal_trials, seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import SourceError
from filrydd.lang import _
from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources import Source
from filrydd.sources.source import Change
from filrydd.stages.work import Work

_TRIED = 50  # entries of the folder on which a seal is tried out
_REMEMBERED = 1000
_TOGETHER = 10_000  # entries given back before those that refused are looked at


@dataclass(frozen=True, slots=True)
class Closed:
    """Entries whose permissions were changed now, and those to which somebody else has given other ones meanwhile."""

    changed: int
    overtaken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """Entries that have their former permissions, those that vanished, and those left alone since somebody else has given
    them other ones (the first thousand by path). `strayed`: some of what vanished may be elsewhere in the area."""

    entries: int
    vanished: int
    left: int
    left_paths: tuple[str, ...]
    strayed: bool = False


def close(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> Closed:
    """Make everything read-only whose former permissions are stored. Raises SourceError."""
    if seal.way is seals.Way.SHARE:
        return _close_share(catalog, source, seal)
    changed = 0
    overtaken: list[str] = []
    count = seals.saved(catalog, seal.id)
    with work.telling(_("Making {area} read-only").format(area=work.area), count, _("entries")) as progress:
        # Folders first and from the top down, so that little new can appear where content is being sealed.
        for kind in (Kind.FOLDER, Kind.FILE):
            paths: dict[int, str] = {}
            stored = seals.permissions(catalog, seal.id, kind)
            with closing(stored), closing(source.change(_closing(stored, paths))) as answers:
                for number, answer in answers:
                    progress.advance(1)
                    path = paths.pop(number)
                    if answer is True:
                        changed += 1
                    elif isinstance(answer, Trouble):
                        if answer.reason is Reason.CHANGED:
                            overtaken.append(path)
                        elif answer.reason is not Reason.VANISHED:
                            raise _not_closed(path, answer.detail)
    return Closed(changed, tuple(overtaken))


def _closing(permissions: Iterator[seals.Permission], paths: dict[int, str]) -> Iterator[Change]:
    for number, entry in enumerate(permissions):
        paths[number] = entry.path
        yield Change(number, entry.path, entry.kind, entry.sealed, (entry.former,))


def _close_share(catalog: Catalog, source: Source, seal: seals.Seal) -> Closed:
    stored = seals.share(catalog, seal.id)
    assert stored is not None, "saved before"
    former, sealed = stored
    now = source.share_descriptor()
    if now == sealed:
        return Closed(0, ())
    if now != former:
        raise SourceError(
            _("Somebody has changed the permissions of the share {address} meanwhile.").format(address=source.address),
            next=_("Find out who and why, then run the same command again."),
        )
    source.share_permit(sealed)
    return Closed(1, ())


def open_again(work: Work, catalog: Catalog, source: Source, seal: seals.Seal, *, overwrite: bool = False) -> Opened:
    """Put the former permissions back, from the bottom up; with `overwrite` also where somebody else has changed them.

    Raises SourceError when one could not be put back, once all the others were; running it again goes on.
    """
    if seal.way is seals.Way.SHARE:
        return _open_share(work, catalog, source, seal)
    entries = vanished = left = 0
    first: list[str] = []
    refused: tuple[str, str] | None = None
    strayed = False
    count = seals.saved(catalog, seal.id)
    with work.telling(_("Giving back permissions in {area}").format(area=work.area), count, _("entries")) as progress:
        for kind in (Kind.FILE, Kind.FOLDER):
            with closing(seals.permissions(catalog, seal.id, kind, bottom_up=True)) as stored:
                while chunk := list(islice(stored, _TOGETHER)):
                    unlike: list[tuple[seals.Permission, Trouble]] = []
                    with closing(source.change(_opening(chunk, overwrite))) as answers:
                        for number, answer in answers:
                            progress.advance(1)
                            if isinstance(answer, Trouble):
                                unlike.append((chunk[number], answer))
                            else:
                                entries += 1
                    failed = [one for one in unlike if one[1].reason not in (Reason.VANISHED, Reason.CHANGED)]
                    never = _never_changed(source, [entry for entry, _trouble in failed])
                    entries += len(never)
                    for entry, trouble in unlike:
                        if trouble.reason is Reason.VANISHED:
                            vanished += 1
                            strayed = strayed or seal_moves.is_present(catalog, entry.path, entry.kind)
                        elif trouble.reason is Reason.CHANGED:
                            left += 1
                            if len(first) < _REMEMBERED:
                                first.append(entry.path)
                        elif entry.path not in never:
                            refused = refused or (entry.path, trouble.detail)
    if refused is not None:
        path, why = refused
        raise SourceError(
            _("The former permissions of {path} could not be put back: {why}").format(path=path or "/", why=why),
            next=f"filrydd unseal {work.area} --execute",
        )
    strayed = strayed or bool(vanished and seal_moves.is_any_unsaved(catalog, seal.id))
    return Opened(entries, vanished, left, tuple(first), strayed)


def _opening(chunk: Sequence[seals.Permission], overwrite: bool) -> Iterator[Change]:
    for number, entry in enumerate(chunk):
        yield Change(number, entry.path, entry.kind, entry.former, () if overwrite else (entry.sealed,))


def _never_changed(source: Source, refused: Sequence[seals.Permission]) -> set[str]:
    """Those of them that have their former permissions: whoever may not change an entry's cannot give them back, and could
    not take them either."""
    asked = ((number, entry.path, entry.kind) for number, entry in enumerate(refused))
    return {refused[number].path for number, now in source.permissions(asked) if now == refused[number].former}


def _open_share(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> Opened:
    stored = seals.share(catalog, seal.id)
    if stored is None:
        return Opened(0, 0, 0, ())
    if source.share_descriptor() != stored[0]:
        source.share_permit(stored[0])
    return Opened(1, 0, 0, ())


def try_out(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> None:
    """Seal one folder and give it back, before all of the area is sealed. Raises SourceError when that does not work, with
    the former permissions back."""
    if seal.way is seals.Way.SHARE:
        return
    folder = seal_trials.folder_to_try(catalog, seal.id)
    entries = seal_trials.in_folder(catalog, seal.id, folder, _TRIED)
    for wanted, known in (("sealed", "former"), ("former", "sealed")):
        # The folder is the first to be closed and the last to be opened: else somebody could give a file another name while
        # it is read-only, and its former permissions would be lost with its old one.
        tried = entries if wanted == "sealed" else entries[::-1]
        changes = [
            Change(number, one.path, one.kind, getattr(one, wanted), (getattr(one, known),))
            for number, one in enumerate(tried)
        ]
        failed = [
            (tried[number], answer)
            for number, answer in source.change(changes)
            if isinstance(answer, Trouble) and answer.reason not in (Reason.VANISHED, Reason.CHANGED)
        ]
        if failed:
            entry, trouble = failed[0]
            if wanted == "sealed":
                # What has changed of it is given back at once; what did not change stays as it was.
                opened = [Change(n, e.path, e.kind, e.former, (e.sealed,)) for n, e in enumerate(entries[::-1])]
                list(source.change(opened))
            raise _not_closed(entry.path, trouble.detail)


def _not_closed(path: str, why: str) -> SourceError:
    return SourceError(
        _("{path} cannot be made read-only: {why}").format(path=path or "/", why=why),
        next=_("Seal with an account that may change permissions; the former ones are back."),
    )
