"""What is read for the page that shows a part's old and new structure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from filrydd.catalog import edits, remarks, signoffs, structure_access, structure_lines
from filrydd.catalog.connection import Catalog
from filrydd.catalog.edits import Stored
from filrydd.catalog.people import counterparts
from filrydd.catalog.people.counterparts import Counterpart
from filrydd.catalog.remarks import QuestionRow, ShiftRow
from filrydd.catalog.structure_access import Grant, Obstacle, Opened
from filrydd.catalog.structure_lines import Line, Listed
from filrydd.catalog.structures import Trees
from filrydd.layout.programme.shape import Objective
from filrydd.model import names
from filrydd.stages.work import Work
from filrydd.web.structure import words
from filrydd.web.structure.treemap import COLOURS, Treemap, first_level, treemap

# Folders of one folder that a page shows at a time, and how many levels above the one that is open.
_AT_ONCE, _LEVELS = 100, 40
_LONG, _PEOPLE = 50, 200


@dataclass(frozen=True, slots=True)
class Place:
    """What is open on the page: a folder on either side, and from which of its subfolders on it is listed."""

    base: str
    old: int | None = None
    new: int | None = None
    old_first: int | None = None
    new_first: int | None = None

    def old_at(self, folder: int, first: int | None = None) -> str:
        """The address with this old folder open."""
        return self._address(f"o-{folder}", folder, first, self.new, self.new_first)

    def new_at(self, target: int, first: int | None = None) -> str:
        """The address with this new folder open."""
        return self._address(f"n-{target}", self.old, self.old_first, target, first)

    def change_at(self, folder: int) -> str:
        """The page that changes what becomes of an old folder."""
        return f"{self.base}/change?folder={folder}"

    def _address(self, anchor: str, *values: int | None) -> str:
        names = ("old", "old_first", "new", "new_first")
        said = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        return f"{self.base}?{urlencode(said)}#{anchor}"


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder in a tree as a page shows it. `listed` is None for one that is closed; `hidden`: levels above it that are
    not shown."""

    line: Line
    here: bool = False
    listed: Listed | None = None
    below: "tuple[Branch, ...]" = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything on the page."""

    summary: str
    old: tuple[Branch, ...]
    new: tuple[Branch, ...]
    old_map: Treemap
    new_map: Treemap
    obstacle_count: int
    obstacles: tuple[Obstacle, ...]
    top: tuple[Grant, ...]
    opened_count: int
    opened: tuple[Opened, ...]
    costs: dict[str, tuple[float, float]]
    edits: tuple[Stored, ...]
    whole_area: bool
    shift_count: int
    shifts: tuple[ShiftRow, ...]
    question_count: int
    questions: tuple[QuestionRow, ...]
    counterpart_count: int
    counterparts: tuple[Counterpart, ...]
    long_count: int
    long_paths: tuple[tuple[int, str, int], ...]


def seen(catalog: Catalog, trees: Trees, place: Place, stands_for: Mapping[str, str]) -> Seen:
    """What the page shows. `stands_for`: for whom the policy names an Entra object, by identifier."""
    return seen_with(
        catalog,
        trees,
        _branches(catalog, trees, place.old, place.old_first, old=True),
        _branches(catalog, trees, place.new, place.new_first, old=False),
        stands_for,
    )


def seen_with(
    catalog: Catalog, trees: Trees, old: tuple[Branch, ...], new: tuple[Branch, ...], stands_for: Mapping[str, str]
) -> Seen:
    """What is shown with these branches of the two trees."""
    obstacle_count, obstacles = structure_access.obstacles(catalog, trees)
    opened_count, opened = structure_access.opened(catalog, trees, stands_for)
    told = structure_access.costs(catalog)
    costs = {name: told[name] for name in (*Objective.__slots__, "points") if name in told}
    whole = structure_access.part_count(catalog) == 1
    before = costs.get("scopes") if whole else None
    old_map, new_map = maps(catalog, trees)
    shift_count, shifts = remarks.shifts(catalog, trees.part.id)
    question_count, questions = remarks.questions(catalog, trees.part.id)
    found = counterparts.counterparts(catalog, stands_for)
    long = [one for one in remarks.long_paths(catalog) if trees.new.place(one[0]) is not None]
    return Seen(
        summary=words.summary(trees, opened_count, None if before is None else int(before[0])),
        old=old,
        new=new,
        old_map=old_map,
        new_map=new_map,
        obstacle_count=obstacle_count,
        obstacles=obstacles,
        top=_top_open_to(catalog, trees, stands_for),
        opened_count=opened_count,
        opened=opened,
        costs=costs,
        edits=tuple(edits.said(catalog)),
        whole_area=whole,
        shift_count=shift_count,
        shifts=shifts,
        question_count=question_count,
        questions=questions,
        counterpart_count=len(found),
        counterparts=tuple(found[:_PEOPLE]),
        long_count=sum(files for _target, files in long),
        long_paths=tuple(
            (target, names.join(*structure_lines.address(catalog, target)), files) for target, files in long[:_LONG]
        ),
    )


def _top_open_to(catalog: Catalog, trees: Trees, stands_for: Mapping[str, str]) -> tuple[Grant, ...]:
    """Who can open the part's own folder; nobody where that is as the library, or not known."""
    top = next(iter(trees.new.tops()), None)
    return () if top is None else structure_access.holding(catalog, int(trees.new.ids[top]), stands_for)


def maps(catalog: Catalog, trees: Trees) -> tuple[Treemap, Treemap]:
    """Both maps. What is new has the colour of the old folder that most of it comes from."""
    before = first_level(trees.old)

    def by_size(_place: int, number: int) -> int:
        return order[number]

    def by_origin(place: int, number: int) -> int:
        origin = trees.new.most_from(place, trees.old, before)
        return order[number % len(order)] if origin is None else order[origin]

    ranked = sorted(range(len(before)), key=lambda number: -trees.old.total(before[number]).bytes)
    order = {number: rank % COLOURS for rank, number in enumerate(ranked)}
    return (
        treemap(catalog, trees.old, "folder", by_size),
        treemap(catalog, trees.new, "target", by_origin),
    )


def _branches(
    catalog: Catalog, trees: Trees, folder: int | None, first: int | None, *, old: bool
) -> tuple[Branch, ...]:
    tree = trees.old if old else trees.new
    tops = structure_lines.tops(catalog, trees, tree)
    way = structure_lines.way(tree, folder) or [line.id for line in tops[:1]]
    hidden = max(0, len(way) - _LEVELS)
    if hidden:
        tops = structure_lines.lines(catalog, trees, tree, [way[hidden]])
    # From the innermost folder that is open outward.
    inner: Branch | None = None
    for step in range(len(way) - 1, hidden - 1, -1):
        innermost = step == len(way) - 1
        listed = structure_lines.children(
            catalog,
            trees,
            tree,
            way[step],
            first=first or 0,
            most=_AT_ONCE,
            around=None if innermost else way[step + 1],
        )
        known = tops if step == hidden else structure_lines.lines(catalog, trees, tree, [way[step]])
        line = next(line for line in known if line.id == way[step])
        below = tuple(inner if inner is not None and inner.line.id == one.id else Branch(one) for one in listed.lines)
        inner = Branch(line, innermost and folder is not None, listed, below, hidden if step == hidden else 0)
    return tuple(inner if inner is not None and inner.line.id == line.id else Branch(line) for line in tops)


def is_signed(catalog: Catalog, name: str) -> bool:
    """Whether somebody's sign-off of the part is in force."""
    return signoffs.in_force(catalog, name) is not None


def stood_for(work: Work) -> Mapping[str, str]:
    """For whom the department's policy names an Entra object, by security identifier. Raises NoSuchArea, PolicyInvalid."""
    return work.department().wishes(work.area).stands_for
