"""The nouns of a computed structure: old folders as the programme sees them, new ones, and what both cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from filrydd.model.structure import Choice, Weights


@dataclass(frozen=True, slots=True)
class Old:
    """An old folder that has something to move, in it or below. `name` in stored form; a part's top has parent None.

    `files` and `bytes` move directly out of it; `longest`: UTF-16 code units of the longest mended name among them. `access`:
    the class of those who can read and write (`NOT_KNOWN`: nobody knows). `clashes`: files whose name a file directly in the
    folder above or beside it (in another folder of the same parent) has too. `years`: (year, files) by last change, told for
    folders with more files than a folder should have. `person`: it is named after somebody.
    """

    id: int
    parent: int | None
    name: str
    files: int
    bytes: int
    longest: int
    access: int
    clashes: int = 0
    years: tuple[tuple[int, int], ...] = ()
    person: bool = False


@dataclass(frozen=True, slots=True)
class Forced:
    """What a person said of one old folder (numbers of old folders of the same part), or the policy did.

    `below`: it lies in that folder's new folder; `into`: it shares that folder's new folder; `library`: the library (number)
    whose top it becomes.
    """

    choice: Choice | None = None
    name: str = ""
    below: int | None = None
    into: int | None = None
    library: int | None = None
    by_policy: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A new folder. `parent` is a node's number; None: the part's top in that library, which has the empty name.

    `name` is what it wants to be called, before anything is mended; `files` and `longest` as in `Old`, of what lies directly
    in it. `folder` is the old folder that it stands for (0: none, as a year or the folder of those who share access).
    """

    parent: int | None
    name: str
    library: int
    access: int
    folder: int
    files: int
    longest: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an old folder, the word for why (`layout.reasons`), and the node in which its own files lie.

    `node` is None when they lie in a folder a year; `years` then says in which node which year's files lie.
    """

    folder: int
    choice: Choice
    why: str
    node: int | None
    years: Mapping[int, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Objective:
    """What a structure costs: each shortcoming counted as `Weights` says; `points` weighs them."""

    scopes: int = 0
    levels: int = 0
    length: int = 0  # characters
    steps: int = 0
    noise: int = 0
    full: int = 0
    known: int = 0  # in hundredths of a step that people know
    clashes: int = 0

    def points(self, weights: Weights) -> float:
        """The sum, each count with its weight."""
        return (
            self.scopes * weights.scope
            + self.levels * weights.level
            + self.length * weights.length / 10
            + self.steps * weights.step
            + self.noise * weights.noise
            + self.full * weights.full
            + self.known * weights.known / 100
            + self.clashes * weights.clash
        )

    def __add__(self, other: "Objective") -> "Objective":
        return Objective(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person must solve before the part can be signed: the word, the old folder, and what is at stake."""

    kind: str
    folder: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Structure:
    """One part's new structure: nodes with parents before children, a decision for every old folder given.

    `before` is the cost of copying the tree as it is, `after` that of this structure, `additive` the programme's own sum in
    points before repairs, `repaired` how often each repair acted.
    """

    nodes: tuple[Node, ...]
    decisions: tuple[Decision, ...]
    before: Objective
    after: Objective
    additive: float
    repaired: Mapping[str, int] = field(default_factory=dict, hash=False)
    problems: tuple[Problem, ...] = ()
