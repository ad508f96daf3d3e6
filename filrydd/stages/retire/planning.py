"""What may go at this moment, and what forbids that anything does."""

from dataclasses import dataclass

from filrydd.catalog import figures, freezes, proofs, quarantine, retirements, runs, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.proofs import Going
from filrydd.catalog.quarantine import NOTHING_HELD, Held
from filrydd.errors import GraceNotOver, NotApproved, NotConfirmed, NotVerified, ProposalChanged
from filrydd.lang import _, n_
from filrydd.stages import grace
from filrydd.stages.retire import brake
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Plan:
    """What may go: files that moved, files whose destruction was signed; what stays, and how much of that is frozen.

    `held` is what is set aside, of which `due` files (`due_bytes`) have lain there their time. `stops`: why so much goes only
    when somebody says the number; empty when it does not stop.
    """

    area: str
    moved: int
    destroyed: int
    kept: int
    bytes: int
    frozen: int = 0
    held: Held = NOTHING_HELD
    due: int = 0
    due_bytes: int = 0
    stops: str = ""


def plan(work: Work) -> Plan:
    """What would be deleted. Raises NotVerified, GraceNotOver, ProposalChanged, NotConfirmed, NotApproved."""
    with work.catalog() as catalog:
        going = may_go(work, catalog)
        due, due_bytes = quarantine.due_totals(catalog, work.now())
        return Plan(
            work.area,
            moved=going.moved,
            destroyed=going.destroyed,
            kept=retirements.remaining(catalog) - going.files,
            bytes=going.bytes,
            frozen=freezes.list_frozen(catalog),
            held=quarantine.held(catalog),
            due=due,
            due_bytes=due_bytes,
            stops=brake.why(work, catalog, going),
        )


def may_go(work: Work, catalog: Catalog) -> Going:
    """Lists what may go (`proofs.list_provable`). Raises what `plan` raises."""
    seal = seals.latest(catalog)
    if seal is None or seal.state != "sealed" or seal.sealed is None:
        raise NotVerified(
            _("{area} is not sealed, so nothing in it is proved.").format(area=work.area),
            next=f"filrydd seal {work.area} --execute",
        )
    for stage in ("upload", "verify"):
        if runs.interrupted(catalog, stage):
            # What it wrote is in no ledger row yet, so nothing vouches for it.
            raise NotVerified(
                _("The last {stage} of {area} was interrupted.").format(stage=stage, area=work.area),
                next=f"filrydd verify {work.area}" if stage == "verify" else f"filrydd upload {work.area} --execute",
            )
    if work.clock() < grace.ends(work, catalog, seal):
        raise GraceNotOver(
            _("{area} can be read until {day}; nothing is deleted before.").format(
                area=work.area, day=grace.last_day(work, catalog, seal).isoformat()
            ),
            next=_("Run the same command after that day."),
        )
    department = work.department()
    if figures.figures(catalog).get("classify", {}).get("policy") != department.digest:
        raise ProposalChanged(
            _("The policy of {area} has changed since its files were classified.").format(area=work.area),
            next=f"filrydd classify {work.area}",
        )
    going = proofs.list_provable(catalog, seal.id, work.now())
    unconfirmed = {rule.name for rule in department.rules(work.day()) if rule.awaits_confirmation}
    waiting = sorted(unconfirmed.intersection(going.rules))
    if waiting:
        raise NotConfirmed(
            _("No archivist has confirmed these rules: {rules}.").format(rules=", ".join(waiting)),
            next=_("Let the archivist confirm them in the policy, by name and date."),
        )
    if going.alone and department.sign_destroy != 1:
        # The policy asked for less when it was signed; what holds is what it asks for when something is deleted.
        raise NotApproved(
            n_(
                "One person has signed that {count} document is deleted, and the policy asks for two.",
                "One person has signed that {count} documents are deleted, and the policy asks for two.",
                going.alone,
            ).format(count=going.alone),
            next=_("Let the contact sign again and the manager too: filrydd review {area}").format(area=work.area),
        )
    return going
