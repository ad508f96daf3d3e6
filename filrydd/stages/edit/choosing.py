"""Which folders stand in a structure file: all of a small area, and of a large one those that there is something to say of."""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from filrydd.catalog.edits import Subject
from filrydd.model.structure import Choice

# A folder with more subfolders than this is shown with the first of them and those that are not simply kept.
_WIDE = 200
_FIRST = 50


@dataclass(slots=True)
class Tree:
    """The folders of a proposal as the file sees them: those of a part in each other. `files` counts below too."""

    subjects: dict[int, Subject]
    inside: dict[int, list[int]] = field(default_factory=dict)
    files: dict[int, int] = field(default_factory=dict)

    def parent(self, folder: int) -> int | None:
        """The folder above it in the same part; None for the part's top."""
        subject = self.subjects[folder]
        above = self.subjects.get(subject.parent or 0)
        return above.folder if above is not None and above.part == subject.part else None


def tree(found: Iterable[Subject]) -> Tree:
    """Subjects in preorder, put into each other."""
    made = Tree({subject.folder: subject for subject in found})
    for folder in made.subjects:
        if (parent := made.parent(folder)) is not None:
            made.inside.setdefault(parent, []).append(folder)
    for folder, subject in reversed(made.subjects.items()):
        made.files[folder] = subject.files + sum(made.files[inner] for inner in made.inside.get(folder, ()))
    return made


def chosen(of: Tree, tops: Sequence[int], said: Collection[int], most: int) -> set[int]:
    """At most `most` folders: the tops, those of which somebody said something, and then level by level; with each folder the
    one above it."""
    found = {top for top in tops if top in of.subjects}
    for folder in sorted(said):
        step = folder if folder in of.subjects else None
        way = set()
        while step is not None and step not in found:
            way.add(step)
            step = of.parent(step)
        if len(found) + len(way) <= most:
            found |= way
    queue = deque(top for top in tops if top in found)
    while queue:
        inside = of.inside.get(queue.popleft(), [])
        shown = inside[:_FIRST] if len(inside) > _WIDE else inside
        # Those in `said` are in already, with all above them.
        for folder in (*shown, *(one for one in inside[len(shown) :] if _is_changed(of, one) or one in found)):
            if folder not in found and len(found) >= most:
                continue
            found.add(folder)
            queue.append(folder)
    return found


def _is_changed(of: Tree, folder: int) -> bool:
    return of.subjects[folder].choice != Choice.KEEP
