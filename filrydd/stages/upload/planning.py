"""What an upload would send now, and why it may not."""

from dataclasses import dataclass

from filrydd.catalog import proposals, queue, signoffs
from filrydd.catalog.connection import Catalog
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upload would do: files and bytes to send, files that are there already, moves that nobody signed for, and
    those that are signed and that a case has frozen."""

    area: str
    site: str
    library: str
    files: int
    bytes: int
    there: int
    unsigned: int
    frozen: int = 0


def plan(work: Work, *, mend: bool = False) -> Plan:
    """What would be sent now; with `mend` also what verification missed or found different.

    Raises NotApproved when nothing is signed, or what was signed has changed its place; ProposalChanged when something was
    sent to another place before.
    """
    with work.catalog() as catalog:
        return planned(work, catalog, mend=mend)


def planned(work: Work, catalog: Catalog, *, mend: bool = False) -> Plan:
    """The same for whoever has the catalog open; the queue (`catalog.queue`) is then filled."""
    where = proposals.destination(catalog)
    if where is None:
        raise NotApproved(
            _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
        )
    signed = [signoff for part in proposals.parts(catalog) if (signoff := signoffs.in_force(catalog, part.name))]
    if not signed:
        raise NotApproved(
            _("Nobody has signed the proposal for {area}.").format(area=work.area), next=f"filrydd review {work.area}"
        )
    files, size = queue.queue_up(catalog, work.now(), mend=mend)
    frozen = queue.count_frozen(catalog)
    standing = signoffs.standing(catalog)
    moved = sum(states.get(Fate.MOVE, {}).get(signoffs.State.PLACE_CHANGED, 0) for states in standing.values())
    if moved:
        raise NotApproved(
            _("{count} files of {area} have another place than the one that was signed.").format(
                count=moved, area=work.area
            ),
            next=_("Let the contact look and sign again: filrydd review {area}").format(area=work.area),
            details=tuple(path for path, _state in signoffs.in_state(catalog, signoffs.State.PLACE_CHANGED)),
        )
    elsewhere = queue.sent_elsewhere(catalog)
    if elsewhere:
        raise ProposalChanged(
            _("{count} files of {area} were sent to another place than the one that is signed now.").format(
                count=elsewhere, area=work.area
            ),
            next=_("Put the former place back into the policy, propose and sign again."),
        )
    unsigned = sum(
        count
        for states in standing.values()
        for word, count in states.get(Fate.MOVE, {}).items()
        if word != signoffs.State.APPROVED
    )
    there = queue.already_there(catalog)
    return Plan(work.area, where.site, where.library, files, size, there, unsigned, frozen)
