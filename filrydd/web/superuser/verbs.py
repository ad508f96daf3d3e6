"""What the superuser's buttons run, each in a process of its own; every verb returns sentences about what came of
it."""

from filrydd.lang import _, figures, n_
from filrydd.model.rule import Fate
from filrydd.stages import classify as classifying
from filrydd.stages import propose as proposing
from filrydd.stages import scan as scanning
from filrydd.stages import suggest as suggesting
from filrydd.stages.work import Work

Told = tuple[str, ...]


def scan(work: Work, address: str, allow_many: bool) -> Told:
    """Scan the area from an address; from where it was scanned before when that is empty."""
    found = scanning.run(work, address, scanning.Wishes(allow_many=allow_many))
    told = [
        n_("{count} file was seen, {size} in all.", "{count} files were seen, {size} in all.", found.files).format(
            count=figures.number(found.files), size=figures.size(found.bytes)
        )
    ]
    if found.appeared != found.files:
        told.append(
            _("Since last time: {appeared} new, {changed} changed, {moved} moved, {vanished} gone.").format(
                appeared=figures.number(found.appeared),
                changed=figures.number(found.changed),
                moved=figures.number(found.moved),
                vanished=figures.number(found.vanished),
            )
        )
    if found.unreadable:
        told.append(
            n_("{count} could not be read.", "{count} could not be read.", found.unreadable).format(
                count=figures.number(found.unreadable)
            )
        )
    return tuple(told)


def classify(work: Work, allow_many: bool) -> Told:
    """Let the rules decide about every file."""
    done = classifying.run(work, allow_many=allow_many)
    told = [
        _("To move: {move}. To delete: {destroy}. To keep for now: {hold}.").format(
            move=_files(done.fates[Fate.MOVE].files),
            destroy=_files(done.fates[Fate.DESTROY].files),
            hold=_files(done.fates[Fate.HOLD].files),
        )
    ]
    waiting = sum(files for _name, files in done.awaiting)
    if waiting:
        told.append(
            n_(
                "{count} file waits until the archivist has confirmed its rule.",
                "{count} files wait until the archivist has confirmed their rules.",
                waiting,
            ).format(count=figures.number(waiting))
        )
    return tuple(told)


def propose(work: Work) -> Told:
    """Compute the new structure."""
    done = proposing.run(work)
    told = [
        _("{files} get a place in {folders}.").format(
            files=_files(done.placements),
            folders=n_("{count} folder", "{count} folders", done.folders).format(count=figures.number(done.folders)),
        )
    ]
    if done.problems:
        count = len(done.problems)
        told.append(
            n_(
                "{count} problem must be solved before its part can be signed.",
                "{count} problems must be solved before their parts can be signed.",
                count,
            ).format(count=figures.number(count))
        )
    return tuple(told)


def suggest(work: Work) -> Told:
    """Try the rules that the department lacks."""
    count = suggesting.look(work)
    if not count:
        return (_("No other rule would decide anything here."),)
    return (
        n_("{count} suggestion would decide something.", "{count} suggestions would decide something.", count).format(
            count=figures.number(count)
        ),
    )


def _files(count: int) -> str:
    return n_("{count} file", "{count} files", count).format(count=figures.number(count))
