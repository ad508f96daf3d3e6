"""accept: a part's contact says whether everything is where they expect it in the new place, before the area is sealed.

A yes holds for the places that it was given for; a no keeps the area from being sealed until there is a yes. Either can be
said again until the seal stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog import acceptances, arrivals, seals
from filrydd.catalog.acceptances import Acceptance, Says
from filrydd.catalog.arrivals import Arrival
from filrydd.catalog.connection import Catalog
from filrydd.errors import BadUsage, NotApproved, NotVerified, ProposalChanged
from filrydd.lang import _
from filrydd.model import times
from filrydd.model.by import By
from filrydd.stages.typed import free
from filrydd.stages.work import Work

LONGEST_NOTE = 4000


class State(StrEnum):
    """How a part stands to the question."""

    EARLY = "early"  # not everything that was sent is compared yet
    ASKED = "asked"  # nobody has answered
    ELSEWHERE = "elsewhere"  # a yes for other places than those where files have arrived
    NO = "no"
    YES = "yes"

    @property
    def waits(self) -> bool:
        """Whether somebody is asked now."""
        return self in (State.ASKED, State.ELSEWHERE, State.NO)


@dataclass(frozen=True, slots=True)
class Question:
    """A part of which something has arrived. `said` is the latest answer; `closed`: the area is read-only or on its way
    there, so the answer stands as it is."""

    arrival: Arrival
    state: State
    said: Acceptance | None
    closed: bool

    @property
    def part(self) -> str:
        """The part's name."""
        return self.arrival.part


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was just stored; `files` had arrived, `head` is the ledger's."""

    part: str
    says: Says
    files: int
    places: tuple[str, ...]
    head: str


def questions(catalog: Catalog, *, count: bool = True) -> dict[str, Question]:
    """Every part of which something has arrived, by name. Without `count` as it was counted last, which reads some rows."""
    found = arrivals.current(catalog) if count else arrivals.read(catalog)
    said, compared, closed = acceptances.in_force(catalog), arrivals.are_compared(catalog), _is_closed(catalog)
    return {part: _question(one, said.get(part), compared, closed=closed) for part, one in found.items()}


def missing(work: Work, catalog: Catalog) -> tuple[str, ...]:
    """Parts with arrived files whose contact has not confirmed the new place: what keeps the area from being sealed."""
    return tuple(part for part, one in questions(catalog).items() if one.state is not State.YES)


def standing(work: Work) -> tuple[Question, ...]:
    """How every part of which something has arrived stands to the question. Raises NoSuchArea."""
    with work.catalog() as catalog:
        return tuple(questions(catalog).values())


def told_missing(catalog: Catalog) -> tuple[str, ...]:
    """The same in sentences, with what people miss: for whoever wants to seal the area."""
    return tuple(told(one) for one in questions(catalog).values() if one.state is not State.YES)


def told(one: Question) -> str:
    """How a part stands to the question, in one sentence."""
    part, said = one.part, one.said
    if said is None:
        return _("{part}: nobody has confirmed the new place").format(part=part)
    words = {"part": part, "name": said.by.name, "day": times.to_iso(said.at)[:10], "note": said.note}
    if said.says is Says.NO:
        return _("{part}: {name} said on {day} that something is missing: {note}").format(**words)
    if not said.holds_for(one.arrival.places):
        return _("{part}: {name} confirmed another place on {day}").format(**words)
    return _("{part}: confirmed by {name} on {day}").format(**words)


def answer(
    work: Work, says: Says, by: By, role: str, note: str = "", part_names: Sequence[str] = (), *, seen: str = ""
) -> tuple[Answered, ...]:
    """Answer for parts (all of which something has arrived when none is named); what is said already is not stored again.

    `seen` is the digest of the places that whoever answers saw of the one part named; another one now raises
    ProposalChanged. Raises BadUsage for a no without a note, NotApproved for a part of which nothing has arrived and once the
    area is read-only, NotVerified before everything is compared, Busy while the area is sealed.
    """
    note = free(note)
    if says is Says.NO and not note:
        raise BadUsage(
            _("Nobody has said what is missing."), next=_("Write what you did not find, so that somebody can help.")
        )
    if len(note) > LONGEST_NOTE:
        raise BadUsage(_("Use at most {count} characters.").format(count=LONGEST_NOTE))
    with work.holding("review"), work.catalog() as catalog:
        asked = questions(catalog)
        chosen = list(dict.fromkeys(part_names)) or list(asked)
        _check(work, asked, chosen)
        if seen and any(asked[part].arrival.digest != seen for part in chosen):
            raise ProposalChanged(
                _("The new place of {part} has changed since you looked at it.").format(part=chosen[0]),
                next=_("Look at it again, then answer."),
            )
        return tuple(_answered(work, catalog, asked[part], says, by, role, note) for part in chosen)


def _answered(work: Work, catalog: Catalog, asked: Question, says: Says, by: By, role: str, note: str) -> Answered:
    arrival, said = asked.arrival, asked.said
    same = (
        said is not None
        and (said.says, said.by, said.role, said.note) == (says, by, role, note)
        and (said.places, said.files) == (arrival.places, arrival.files)
    )
    head = "" if same else acceptances.store(catalog, arrival, says, by, role, note, work.now()).hash
    return Answered(arrival.part, says, arrival.files, arrival.places, head)


def _check(work: Work, asked: dict[str, Question], chosen: list[str]) -> None:
    strange = [part for part in chosen if part not in asked]
    if strange or not chosen:
        names = ", ".join(strange) or work.area
        raise NotApproved(
            _("Nothing of {part} has arrived in the new place, so there is nothing to confirm.").format(part=names),
            next=f"filrydd upload {work.area}",
        )
    if any(asked[part].closed for part in chosen):
        raise NotApproved(
            _("{area} is read-only, so its contacts are not asked any more.").format(area=work.area),
            next=f"filrydd unseal {work.area}",
        )
    if any(asked[part].state is State.EARLY for part in chosen):
        raise NotVerified(
            _("What was sent of {area} is not compared yet.").format(area=work.area), next=f"filrydd verify {work.area}"
        )


def _question(arrival: Arrival, said: Acceptance | None, compared: bool, *, closed: bool) -> Question:
    if said is not None and said.says is Says.YES and said.holds_for(arrival.places):
        # What was confirmed stays so while more is sent to the same places.
        state = State.YES
    elif not compared:
        state = State.EARLY
    elif said is None:
        state = State.ASKED
    else:
        state = State.NO if said.says is Says.NO else State.ELSEWHERE
    return Question(arrival, state, said, closed)


def _is_closed(catalog: Catalog) -> bool:
    """Whether a seal stands or is being laid; one that only read permissions when it ended has changed nothing."""
    seal = seals.latest(catalog)
    return seal is not None and seal.state != "saving"
