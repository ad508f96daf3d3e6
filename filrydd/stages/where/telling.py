"""An answer in sentences of the language of the moment."""

from collections.abc import Iterator

from filrydd.catalog.whereabouts import State
from filrydd.lang import _, days, figures, n_
from filrydd.lang.words import role
from filrydd.model import times
from filrydd.stages.where.answer import Others, Where


def sentences(found: Where) -> Iterator[str]:
    """What became of it, a sentence or a line of a list at a time."""
    if found.is_folder:
        yield from _of_folder(found)
        return
    if found.became:
        yield _("{path} was moved within the old area, to {other}.").format(path=found.old, other=found.became)
    yield _of_file(found)
    if found.aside_until is not None:
        yield _("The old file can be brought back until {day}.").format(day=_last_day(found.aside_until))
    if found.state in (State.DESTROYED, State.SET_ASIDE):
        yield from _decision(found)
    if found.handed_to:
        yield _("It was handed over to {place}. The receipt: {receipt}").format(
            place=found.handed_to, receipt=found.receipt
        )


def _of_file(found: Where) -> str:
    path = found.became or found.old
    match found.state:
        case State.MOVED:
            return _("{path} is now at {url}").format(path=path, url=found.url)
        case State.PLANNED:
            return _("{path} is to move: {reason}").format(path=path, reason=found.reason)
        case State.DESTROYED | State.SET_ASIDE:
            assert found.at is not None, "it is known by the time of its deletion"
            text = {
                State.DESTROYED: _("{path} was deleted on {day}: {reason}"),
                State.SET_ASIDE: _("{path} was set aside on {day}, to be deleted: {reason}"),
            }[found.state]
            return text.format(path=path, day=_day(found.at), reason=found.reason)
        case State.TO_BE_DESTROYED:
            return _("{path} is to be deleted: {reason}").format(path=path, reason=found.reason)
        case State.HELD:
            return _("{path} stays for now: {reason}").format(path=path, reason=found.reason)
        case State.VANISHED:
            return _("{path} was gone before it was moved.").format(path=path)
        case _:
            return _("Nothing is decided for {path} yet.").format(path=path)


def _day(ticks: int) -> str:
    return days.day(times.to_datetime(ticks).date())


def _last_day(ticks: int) -> str:
    return _day(ticks - 1)


def _decision(found: Where) -> Iterator[str]:
    if found.basis:
        yield _("Legal basis: {basis}").format(basis=found.basis)
    if found.role and found.signed_by:
        yield _("Signed by {name} ({role}).").format(name=found.signed_by, role=role(found.role))


def _of_folder(found: Where) -> Iterator[str]:
    path = found.old or "/"
    if not found.counts:
        yield _("{path}: no files are known in this folder.").format(path=path)
        return
    moved = found.counts.get(State.MOVED, 0)
    if moved and found.url:
        yield n_(
            "{path}: {count} file is now in {url}", "{path}: {count} files are now in or under {url}", moved
        ).format(path=path, count=figures.number(moved), url=found.url)
    elif moved:
        yield n_(
            "{path}: {count} file went to SharePoint.", "{path}: {count} files went to several places.", moved
        ).format(path=path, count=figures.number(moved))
    else:
        yield _("{path}: none of its files have moved.").format(path=path)
    if [place.url for place in found.places] != [found.url]:
        yield from (f"  {figures.number(place.files)}  {place.url}" for place in found.places)
        left = found.all_places - len(found.places)
        if left:
            yield "  " + n_("and {count} more folder", "and {count} more folders", left).format(
                count=figures.number(left)
            )
    yield from (f"  {others(one)}" for one in found.others)


def others(of: Others) -> str:
    """What becomes of files of a folder that did not move."""
    count = of.files
    text = {
        State.PLANNED: n_("{count} file is to move: {reason}", "{count} files are to move: {reason}", count),
        State.DESTROYED: n_("{count} file was deleted: {reason}", "{count} files were deleted: {reason}", count),
        State.SET_ASIDE: n_(
            "{count} file was set aside, to be deleted: {reason}",
            "{count} files were set aside, to be deleted: {reason}",
            count,
        ),
        State.TO_BE_DESTROYED: n_(
            "{count} file is to be deleted: {reason}", "{count} files are to be deleted: {reason}", count
        ),
        State.HELD: n_("{count} file stays for now: {reason}", "{count} files stay for now: {reason}", count),
        State.VANISHED: n_(
            "{count} file was gone before it was moved.", "{count} files were gone before they were moved.", count
        ),
    }.get(of.state, n_("Nothing is decided for {count} file yet.", "Nothing is decided for {count} files yet.", count))
    said = text.format(count=figures.number(count), reason=of.reason)
    return said + (" " + _("Legal basis: {basis}").format(basis=of.basis) if of.basis else "")
