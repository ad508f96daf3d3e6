"""Who still writes, and which files have another name outside the area."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from filrydd.catalog import linked, paths
from filrydd.catalog.connection import Catalog
from filrydd.errors import Blocked, StillInUse
from filrydd.lang import _, n_
from filrydd.model.entry import Reason
from filrydd.sources import Source
from filrydd.sources.source import EntryTrouble, OpenFile, Usage
from filrydd.stages.seal.wishes import Wishes
from filrydd.stages.work import Work

SHOWN = 20
_AGAIN = 5.0  # seconds between two looks at who still writes
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Used:
    """`written` files may be written to by somebody now, the first of them with who has them open where the server tells it;
    `outside` files have a name outside the area, the first of them by path."""

    written: int
    writers: tuple[str, ...]
    outside: int
    linked: tuple[str, ...]


def look(work: Work, catalog: Catalog, source: Source) -> Used:
    """Ask the source about every present file. Raises SourceGone, SourceRefused."""
    written = list(_written(work, catalog, source))
    outside, links = linked.outside(catalog, SHOWN)
    return Used(len(written), tuple(_named(source, written)[:SHOWN]), outside, tuple(links))


def refuse_linked(work: Work, catalog: Catalog, wishes: Wishes) -> None:
    """Raises Blocked when the last look found names outside the area, unless they are wished to be sealed too."""
    count, links = linked.outside(catalog, SHOWN)
    if count and not wishes.linked:
        raise Blocked(
            n_(
                "{count} file in {area} is also a file elsewhere (a hard link). It would become read-only there too.",
                "{count} files in {area} are also files elsewhere (hard links). They would become read-only there too.",
                count,
            ).format(count=count, area=work.area),
            next=_("If that is right: filrydd seal {area} --linked --execute").format(area=work.area),
            details=tuple(links),
        )


def wait_out(work: Work, catalog: Catalog, source: Source, wishes: Wishes) -> None:
    """Come back when nobody holds a file open for writing. Raises StillInUse when somebody does after the wished time."""
    began = time.monotonic()
    told = ""
    written = list(_written(work, catalog, source))
    while written and time.monotonic() - began < wishes.wait:
        named = _named(source, written)
        if told != (now := "; ".join(named[:SHOWN])):
            told = now
            work.progress.say(_("Waiting until these files are closed: {files}").format(files=told))
        wishes.sleep(min(_AGAIN, wishes.wait))
        written = [path for path in written if _is_written(source, path)] or list(_written(work, catalog, source))
    if written and wishes.close_open:
        _close(work, source, written)
        written = list(_written(work, catalog, source))
    if written:
        raise StillInUse(
            n_(
                "{count} file in {area} is open for writing.",
                "{count} files in {area} are open for writing.",
                len(written),
            ).format(count=len(written), area=work.area),
            next=_("Ask those who have them open to close them, then run the same command again."),
            details=tuple(_named(source, written)[:SHOWN]),
        )


def _written(work: Work, catalog: Catalog, source: Source) -> Iterator[str]:
    """The paths of files that somebody may write to now; on the way, what tells of other names is stored."""
    linked.begin(catalog)
    links: list[tuple[int, int]] = []
    held: dict[int, str] = {}

    def files() -> Iterator[tuple[int, str]]:
        for file in paths.files_by_folder(catalog):
            held[file.id] = file.path
            yield file.id, file.path

    with work.telling(_("Looking who uses {area}").format(area=work.area), None, _("files")) as progress:
        for number, answer in source.usage(files()):
            progress.advance(1)
            path = held.pop(number)
            if isinstance(answer, Usage):
                if answer.links > 1:
                    links.append((number, answer.links))
                if answer.written:
                    yield path
            elif answer.reason is Reason.IN_USE:
                # What vanished or cannot be read has no writer that matters; the scan under the seal names it.
                yield path
            if len(links) >= _BATCH:
                linked.add(catalog, links)
                links.clear()
    linked.add(catalog, links)


def _is_written(source: Source, path: str) -> bool:
    try:
        return source.in_use(path)
    except EntryTrouble as trouble:
        return trouble.reason is Reason.IN_USE


def _named(source: Source, written: list[str]) -> list[str]:
    """Each path with who has it open, where the server tells."""
    users: dict[str, list[str]] = {}
    for one in _told(source, lambda file: file.writing):
        users.setdefault(one.path, []).append(one.user)
    return [f"{path} ({', '.join(users[path])})" if users.get(path) else path for path in written]


def _told(source: Source, wanted: Callable[[OpenFile], bool]) -> list[OpenFile]:
    return [one for one in source.open_files() or () if wanted(one)]


def _close(work: Work, source: Source, written: list[str]) -> None:
    wanted = set(written)
    for one in _told(source, lambda file: file.path in wanted):
        try:
            source.close_open(one.number)
        except EntryTrouble as trouble:
            work.progress.say(
                _("The server does not close {path}: {why}").format(path=one.path, why=trouble.detail or trouble.reason)
            )
        else:
            work.progress.say(
                _("The server closed {path}, which {user} had open.").format(path=one.path, user=one.user)
            )
