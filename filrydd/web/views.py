"""What is read from the catalog for a page.

The digest of a part is always read before what is shown of it: when a new proposal comes in between, the digest is the
older one, and a signature on it is refused.
"""

import hashlib
import secrets
from dataclasses import dataclass

from filrydd.catalog import overview, proposals, signoffs
from filrydd.catalog.overview import Answer, Groups, Some, Totals
from filrydd.catalog.rulings import Total
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages import review
from filrydd.stages.masking import shown
from filrydd.stages.work import Work

# Words for parts are good as long as these pages are served. Without a key anybody could try all numbers.
_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as its contact sees it. `changed` files differ from what was signed; `undecided` documents are to be deleted
    and the sign-off in force does not cover them."""

    state: review.PartState
    totals: Totals
    answer: Answer | None

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
        return self.state.files.get(Fate.DESTROY, {}).get(signoffs.State.UNSIGNED, 0)

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
        return "again" if self.changed else "done"


@dataclass(frozen=True, slots=True)
class PartDetails:
    """A part with what is proposed for it; `to_look_at` lists what changed since it was signed."""

    view: PartView
    groups: Groups
    mended: Some
    unread: Some
    to_look_at: Some


def parts(work: Work) -> list[PartView]:
    """Every part of the area. Raises NoSuchArea, NotApproved when nothing is proposed."""
    states = review.state(work)
    with work.catalog() as catalog:
        totals = overview.totals(catalog)
        return [
            PartView(state, totals.get(state.name, Totals()), overview.answer(catalog, state.name)) for state in states
        ]


def part(work: Work, word: str) -> PartView | None:
    """The part of a `word_of`; None for one that the present proposal does not have."""
    return next((view for view in parts(work) if word_of(view.name) == word), None)


def word_of(name: str) -> str:
    """The word for a part in addresses: its name, or for one with an identity number in it a word that tells nothing."""
    if shown(name) == name:
        return name
    return hashlib.blake2b(
        name.encode(), key=_KEY, digest_size=32
    ).hexdigest()  # as long as a digest that stays as it is


def details(work: Work, view: PartView) -> PartDetails:
    """What is proposed for a part."""
    with work.catalog() as catalog:
        row = next(row for row in proposals.parts(catalog) if row.name == view.name)
        nothing = Some(0, ())
        return PartDetails(
            view=view,
            groups=overview.groups(catalog, row),
            mended=overview.mended(catalog, row.id),
            unread=overview.unread(catalog, row.id),
            to_look_at=nothing
            if view.signed is None or not view.changed
            else overview.to_look_at(catalog, row.id, work.now(), destroys=view.signed.destroys),
        )


def destination(work: Work) -> proposals.Destination | None:
    """Where the area goes."""
    with work.catalog() as catalog:
        return proposals.destination(catalog)


def is_as_proposed(work: Work) -> bool:
    """Whether the area is still what was proposed; a signature is refused when it is not."""
    with work.catalog() as catalog:
        return overview.is_as_proposed(catalog)


def signed_totals(work: Work, answer: Answer) -> Totals:
    """What a sign-off covers."""
    with work.catalog() as catalog:
        return overview.signed_totals(catalog, answer.id)


def fate_title(fate: Fate) -> str:
    """What happens, as a heading."""
    return {
        Fate.MOVE: _("Moves to SharePoint"),
        Fate.DESTROY: _("Is deleted"),
        Fate.HOLD: _("Stays for now"),
    }[fate]
