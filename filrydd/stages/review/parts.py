"""How every part stands to its sign-off: counted now, or as it was counted last."""

from dataclasses import dataclass

from filrydd.catalog import overview, proposals, signoffs, standings
from filrydd.catalog.connection import Catalog
from filrydd.catalog.overview import Answer, Totals
from filrydd.catalog.signoffs import State
from filrydd.errors import NotApproved
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages.obstacles import told
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class PartState:
    """A part for its contact: how many files of each fate, how they stand to the sign-off in force, and what is open.

    `files` is {fate: {state: files}}.
    """

    name: str
    contact: str
    owner: str
    digest: str
    files: dict[str, dict[str, int]]
    signed_by: str
    signed_at: int
    signed_digest: str
    problems: tuple[str, ...]

    def count(self, fate: Fate) -> int:
        """Files with that fate."""
        return sum(self.files.get(fate, {}).values())

    @property
    def waiting(self) -> int:
        """Files that the sign-off in force does not cover: new, changed or never signed. Those of `awaits` are not here."""
        return sum(
            count
            for fate, states in self.files.items()
            if fate != Fate.HOLD
            for state, count in states.items()
            if state not in (State.APPROVED, State.AWAITS)
        )

    @property
    def awaits(self) -> int:
        """Documents that one of two people has signed for: they stay until the other one has."""
        return self.files.get(Fate.DESTROY, {}).get(State.AWAITS, 0)


@dataclass(frozen=True, slots=True)
class SeenPart:
    """A part as it was counted last, with the answer that it has now. `mended`, `unread` and `to_look_at` are how many names
    are changed, entries could not be read, and files are not as they were signed: `standings.lists` has the first ones."""

    state: PartState
    totals: Totals
    answer: Answer | None
    mended: int
    unread: int
    to_look_at: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Every part by name, without counting. `is_current`: counting now would give the same; else the area has changed since
    `counted` (ticks; 0 when it never was, and then all figures are 0). `is_as_proposed`: what is shown could be signed; as
    the figures, it is of that time."""

    parts: tuple[SeenPart, ...]
    is_current: bool
    is_as_proposed: bool
    counted: int


def state(work: Work) -> tuple[PartState, ...]:
    """Every part of the area, by name, as it stands now; counts when something has changed since it was counted.

    Raises NotApproved when nothing is proposed yet.
    """
    with work.catalog() as catalog:
        parts = _parts(work, catalog)
        files = standings.current(catalog, work.now()).parts
        nothing = standings.PartFigures()
        return tuple(_state(catalog, part, files.get(part.name, nothing)) for part in parts)


def seen(work: Work) -> Seen:
    """The same for a page, as it was counted last: reads some rows for each part, however many files there are.

    Raises NotApproved when nothing is proposed yet.
    """
    with work.catalog() as catalog:
        # Before what it speaks of: when something is published in between, the older word is the careful one.
        is_current = standings.is_current(catalog, work.now())
        parts = _parts(work, catalog)
        stored = standings.read(catalog) or standings.Standings({}, False, 0)
        nothing = standings.PartFigures()
        found = []
        for part in parts:
            figures = stored.parts.get(part.name, nothing)
            found.append(
                SeenPart(
                    state=_state(catalog, part, figures),
                    totals=figures.totals,
                    answer=overview.answer(catalog, part.name),
                    mended=figures.mended,
                    unread=figures.unread,
                    to_look_at=figures.to_look_at,
                )
            )
        return Seen(tuple(found), is_current, stored.as_proposed and is_current, stored.counted)


def _parts(work: Work, catalog: Catalog) -> list[proposals.PartRow]:
    parts = proposals.parts(catalog)
    if not parts:
        raise NotApproved(
            _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
        )
    return parts


def _state(catalog: Catalog, part: proposals.PartRow, figures: standings.PartFigures) -> PartState:
    signoff = signoffs.in_force(catalog, part.name)
    return PartState(
        name=part.name,
        contact=part.contact,
        owner=part.owner,
        digest=part.digest,
        files=figures.files,
        signed_by=signoff.name if signoff else "",
        signed_at=signoff.at if signoff else 0,
        signed_digest=signoff.digest if signoff else "",
        problems=told(catalog, proposals.problems(catalog, part.id)),
    )
