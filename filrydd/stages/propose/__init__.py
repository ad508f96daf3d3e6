"""propose: compute a structure that a department would have wanted, and where in it everything that moves is to lie.

computing   the order of the work
parts       the area divided into parts, and the libraries that it goes to
wanted      what persons and the policy have said, as the programme takes it
targets     new folders with addresses that last
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from filrydd.catalog import kept_trees, proposals, standings
from filrydd.catalog.connection import Catalog
from filrydd.lang import _
from filrydd.layout.programme.shape import Objective
from filrydd.stages.obstacles import told
from filrydd.stages.portions import preparing
from filrydd.stages.propose import computing
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Proposed:
    """The outcome: `problems` hold up the sign-off of their part; `mended` names were changed to be legal.

    `before` is what copying the tree as it is would cost, `after` what this structure does, each with its `points`;
    `repaired` says how often each repair acted. `changes` says in sentences what differs from the proposal before, empty for
    the first. `copies` and `versions` are files that share another one's item; `long_when_synced` have paths that old Windows
    programs cannot open in a synchronised copy. `shifted` are changes of access that somebody accepted by name, `asked`
    folders of which the owner is asked whether more people should read them. `people_lacking`: permissions are known, but
    of nobody in them who that is in Entra.
    """

    area: str
    digest: str
    libraries: int
    folders: int
    placements: int
    problems: tuple[str, ...]
    mended: int
    parts: tuple[tuple[str, str], ...]
    before: Objective = field(default_factory=Objective)
    after: Objective = field(default_factory=Objective)
    points: tuple[float, float] = (0, 0)
    repaired: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    copies: int = 0
    versions: int = 0
    long_when_synced: int = 0
    access_told: bool = False
    shifted: int = 0
    asked: int = 0
    people_lacking: bool = False


def run(work: Work) -> Proposed:
    """Compute the proposal. Raises ProposalChanged when files have no ruling yet, PolicyInvalid, NoSuchArea, Busy."""
    doing = _("Proposing for {area}").format(area=work.area)
    with work.holding("propose"), work.catalog() as catalog, work.telling(doing, None, _("files")):
        return compute(work, catalog)


def compute(work: Work, catalog: Catalog) -> Proposed:
    """The proposal itself, for a stage that holds the area already."""
    made = computing.compute(work, catalog)
    kept_trees.keep(catalog)
    preparing.prepare(work, catalog)
    standings.refresh(catalog, work.now())
    return Proposed(
        area=work.area,
        digest=made.digest,
        libraries=made.libraries,
        folders=made.folders,
        placements=proposals.count_placements(catalog),
        problems=told(catalog, proposals.problems(catalog)),
        mended=proposals.count_mended(catalog),
        parts=tuple((part.name, part.digest) for part in proposals.parts(catalog)),
        before=made.before,
        after=made.after,
        points=made.points,
        repaired=made.repaired,
        changes=made.changes,
        copies=made.copies,
        versions=made.versions,
        long_when_synced=made.long_when_synced,
        access_told=made.access_told,
        shifted=made.shifted,
        asked=made.asked,
        people_lacking=made.people_lacking,
    )
