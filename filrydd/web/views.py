"""What is read from the catalog for a page.

The digest of a part is always read before what is shown of it: when a new proposal comes in between, the digest is the
older one, and a signature on it is refused. Figures are those that were counted last (`catalog.standings`): a page
never counts.
"""

from dataclasses import dataclass

from filrydd.catalog import overview, proposals, standings
from filrydd.catalog.overview import Answer, Totals
from filrydd.catalog.rulings import Total
from filrydd.catalog.signoffs import State
from filrydd.catalog.standings import Lists
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages import review
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as its contact sees it. `changed` files differ from what was signed; `undecided` documents are to be
    deleted and the sign-off in force does not cover them."""

    seen: review.SeenPart

    @property
    def state(self) -> review.PartState:
        return self.seen.state

    @property
    def totals(self) -> Totals:
        return self.seen.totals

    @property
    def answer(self) -> Answer | None:
        return self.seen.answer

    @property
    def name(self) -> str:
        return self.state.name

    @property
    def signed(self) -> Answer | None:
        """The sign-off in force."""
        return None if self.answer is None or self.answer.withdrawn else self.answer

    @property
    def undecided(self) -> int:
        if self.signed is None or self.signed.destroys:
            return 0
        return self.state.files.get(Fate.DESTROY, {}).get(State.UNSIGNED, 0)

    @property
    def awaits(self) -> int:
        """Documents whose deletion one person has signed, and a second has not."""
        return self.state.awaits

    @property
    def changed(self) -> int:
        return self.state.waiting - self.undecided if self.signed else 0

    @property
    def asks(self) -> int:
        """Files that a signature could be about."""
        return self.totals.move.files + self.totals.junk.files + self.totals.documents.files

    def total(self, fate: Fate) -> Total:
        """Its files with a fate, junk and documents together."""
        if fate == Fate.DESTROY:
            junk, documents = self.totals.junk, self.totals.documents
            return Total(junk.files + documents.files, junk.bytes + documents.bytes)
        return self.totals.move if fate == Fate.MOVE else self.totals.hold

    @property
    def word(self) -> str:
        """Its state as one word of the style sheet."""
        if self.state.problems:
            return "stopped"
        if self.signed is None:
            return "open" if self.asks else "done"
        return "again" if self.changed else "half" if self.awaits else "done"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an area. `is_current`: their figures are of this moment; `is_as_proposed`: what is shown could be
    signed."""

    parts: tuple[PartView, ...]
    is_current: bool
    is_as_proposed: bool

    def named(self, name: str) -> PartView | None:
        """The part of that name; None for one that the present proposal does not have."""
        return next((view for view in self.parts if view.name == name), None)


def parts(work: Work) -> Parts:
    """Every part of the area. Raises NoSuchArea, NotApproved when nothing is proposed."""
    seen = review.seen(work)
    return Parts(tuple(PartView(part) for part in seen.parts), seen.is_current, seen.is_as_proposed)


def part(work: Work, name: str) -> PartView | None:
    """The part of that name; None for one that the present proposal does not have."""
    return parts(work).named(name)


def lists(work: Work, name: str) -> Lists:
    """Names that change, what could not be read, and what is not as it was signed: the first of each."""
    with work.catalog() as catalog:
        return standings.lists(catalog, name)


def destination(work: Work) -> proposals.Destination | None:
    """Where the area goes."""
    with work.catalog() as catalog:
        return proposals.destination(catalog)


def signed_totals(work: Work, answer: Answer) -> Totals:
    """What a sign-off covers."""
    with work.catalog() as catalog:
        return overview.signed_totals(catalog, answer.id)


def fate_title(fate: Fate | str) -> str:
    """What happens, as a heading."""
    return {
        Fate.MOVE: _("Moves to SharePoint"),
        Fate.DESTROY: _("Is deleted"),
        Fate.HOLD: _("Stays for now"),
    }[Fate(fate)]
