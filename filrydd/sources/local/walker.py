"""The walk of a local folder on POSIX: by this process while there is little to do, by a few processes from then on."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from time import monotonic

from filrydd.lang import _
from filrydd.model.entry import Kind, Reason
from filrydd.model.listed import Below, Snag, ToList
from filrydd.model.names import join, split
from filrydd.sources.local.crew import Crew, NoCrew
from filrydd.sources.local.descent import FolderAnswer, list_some
from filrydd.sources.local.descriptor import descriptor_of
from filrydd.sources.local.packed import LocalListed
from filrydd.sources.local.way import Way

# A small tree is listed before a process would be there to help.
ALONE_FOLDERS = 500
ALONE_SECONDS = 0.05
MOST_WORKERS = 4
"""What one process can store is listed by fewer."""
# What one task is: short enough that all have work and a caller who stops is obeyed, long enough that passing it on costs
# little. Alone, a caller waits for the whole task.
_ENTRIES, _SECONDS = 4_000, 0.05
_ENTRIES_ALONE = 500
_FOLDERS = 32
_LETTERS = 2_500

_Task = list[tuple[int, str]]  # key and path


def walk(
    top: int,
    todo: Sequence[ToList],
    next_key: int,
    most: int,
    see_top: Callable[[Snag | None], None],
    remarks: list[str],
) -> Generator[LocalListed, None, None]:
    """`Source.walk` below the folder of the descriptor `top`. `see_top` is asked to raise if the top is no longer there;
    when the top itself could not be listed it gets the snag, and always raises. At most `most` processes list."""
    pending = _Pending(todo, next_key)
    workers = min(most, MOST_WORKERS, _processors())
    alone_until, spent, helped = ALONE_FOLDERS, 0.0, workers < 2
    ended_early = 0
    with Way(top) as way, Crew[_Task](top) as crew:
        while pending or crew.busy:
            while pending and crew.wants():
                task = pending.take(2 * workers)
                if not crew.give(task, [path for _key, path in task], _ENTRIES, _SECONDS):
                    pending.put_back(task)
                    break
            if not crew.busy:
                task = pending.take(1)
                begun = monotonic()
                paths = [path for _key, path in task]
                answers = list_some(way, paths, _ENTRIES_ALONE, _SECONDS, ask_access=os.geteuid() != 0)
                spent += monotonic() - begun
                alone_until -= len(answers)
                yield from _settled(pending, task, answers, see_top)
                if pending and not helped and (alone_until <= 0 or spent >= ALONE_SECONDS):
                    # Once only: what ended one worker after the other is not given to more of them.
                    helped = True
                    try:
                        crew.start(workers)
                    except NoCrew as error:
                        remarks.append(_("One process lists the folders, not several: {detail}.").format(detail=error))
            heard = crew.hear(wait=crew.busy)
            if crew.ended_early > ended_early:
                ended_early = crew.ended_early
                remarks.append(_("A process that listed folders ended early. What it had not told is listed again."))
            for task, answered in heard:
                if answered is None:
                    pending.put_back(task)
                else:
                    yield from _settled(pending, task, answered, see_top)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Pending:
    """Folders that are yet to be listed, the last found first."""

    def __init__(self, todo: Sequence[ToList], next_key: int) -> None:
        self.next_key = next_key
        self._stack = [(folder.key, *split(folder.path)) for folder in todo]

    def __bool__(self) -> bool:
        return bool(self._stack)

    def add(self, key: int, above: str, name: str) -> None:
        self._stack.append((key, above, name))

    def take(self, shares: int) -> _Task:
        """Some folders for one task, the next of them last, so that `shares` tasks could be made of all."""
        task: _Task = []
        letters = 0
        for _number in range(max(1, min(_FOLDERS, len(self._stack) // shares))):
            key, above, name = self._stack[-1]
            letters += len(above) + len(name)
            if task and letters > _LETTERS:
                break
            self._stack.pop()
            task.append((key, join(above, name)))
        task.reverse()
        return task

    def put_back(self, task: _Task) -> None:
        self._stack += [(key, *split(path)) for key, path in task]


def _settled(
    pending: _Pending,
    task: _Task,
    answers: Sequence[tuple[object, ...]],
    see_top: Callable[[Snag | None], None],
) -> Iterator[LocalListed]:
    """What was listed, keys given to what was found; what was not yet listed is put on the stack."""
    paths: list[str] = []
    found: list[LocalListed] = []
    done: set[tuple[int, int]] = set()
    for plain in answers:
        answer = FolderAnswer._make(plain)
        done.add((answer.above, answer.number))
        if answer.above < 0:
            key, path = task[answer.number]
        else:
            below = found[answer.above].folders[answer.number]
            key, path = below.key, join(paths[answer.above], below.name)
        first = pending.next_key
        pending.next_key += len(answer.folders)
        folders = [Below(first + index, *facts) for index, facts in enumerate(answer.folders)]
        snags = [Snag(name, Kind(kind), Reason(reason), detail) for name, kind, reason, detail in answer.snags]
        failed = snags[0] if snags and snags[0].name is None else None
        if not path:
            see_top(failed)
        elif failed and failed.reason in (Reason.VANISHED, Reason.FAULT):
            see_top(None)
        descriptor = descriptor_of(*answer.rights) if answer.rights else b""
        paths.append(path)
        found.append(LocalListed(key, answer.digest, answer.entries, folders, snags, answer.chunks, descriptor))
    for index, (key, path) in enumerate(task):
        if (-1, index) not in done:
            pending.add(key, *split(path))
    for place, listed in enumerate(found):
        for index, below in enumerate(listed.folders):
            if (place, index) not in done:
                pending.add(below.key, paths[place], below.name)
    yield from found
