"""Whether somebody may sign a part, alone or as the second of two people; each refusal says what to do instead."""

from filrydd.catalog import cosigns, proposals, signoffs
from filrydd.catalog.connection import Catalog
from filrydd.catalog.signoffs import Signature, Signoff
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.lang import _, n_
from filrydd.stages.obstacles import told
from filrydd.stages.work import Work


def signers(work: Work, signature: Signature) -> int:
    """How many people the destruction in that sign-off takes. Raises NotApproved when this one cannot be one of them."""
    if not signature.destroys:
        return 1
    if signature.how == signoffs.COMMAND_LINE:
        raise NotApproved(
            _("From the command line nobody signs that documents are deleted."),
            next=f"filrydd review {work.area}",
        )
    if work.department().sign_destroy == 1:
        return 1
    if not signature.is_by_openid:
        raise NotApproved(
            _(
                "The policy asks for two people where documents are deleted, and both must have logged in with their own"
                " account."
            ),
            next=_("Sign for what moves here. Sign for the deletion on the shared pages."),
        )
    return 2


def check(
    work: Work,
    catalog: Catalog,
    parts: dict[str, proposals.PartRow],
    name: str,
    digest: str,
) -> None:
    """Raises unless there is that part, no problem of it is open, and its proposal is the one that was seen."""
    if name not in parts:
        raise NotApproved(
            _("{area} has no part {part}. Its parts: {parts}.").format(
                area=work.area, part=name, parts=", ".join(sorted(parts))
            ),
            next=f"filrydd sign {work.area} --part NAME",
        )
    part = parts[name]
    problems = proposals.problems(catalog, part.id)
    if problems:
        raise NotApproved(
            n_(
                "The part {part} has {count} open problem, so it cannot be signed.",
                "The part {part} has {count} open problems, so it cannot be signed.",
                len(problems),
            ).format(part=name, count=len(problems)),
            next=_("Solve them, then: filrydd propose {area}").format(area=work.area),
            details=told(catalog, problems[:20]),
        )
    if digest and digest != part.digest:
        raise changed(name)


def check_second(
    catalog: Catalog, part: proposals.PartRow, first: Signoff, signature: Signature, digest: str, signoff: int
) -> None:
    """Raises unless this person can be the second one of that sign-off."""
    if first.id != signoff:
        raise ProposalChanged(
            _("The signature of {part} has been given anew since you looked at it.").format(part=part.name),
            next=_("Look at it again, then sign."),
        )
    if digest != first.digest or digest != part.digest:
        raise changed(part.name)
    other = cosigns.of(catalog, first.id)
    if other is not None:
        raise NotApproved(
            _("{name} has already signed {part} as the second person.").format(name=other.name, part=part.name),
            next=_("Nothing more is needed."),
        )
    if not first.awaits:
        raise NotApproved(
            _("The signature of {part} needs no second person.").format(part=part.name),
            next=_("Nothing more is needed."),
        )
    if not signature.is_by_openid:
        raise NotApproved(
            _("Whoever signs as the second person must have logged in with their own account."),
            next=_("Log in on the shared pages, then sign."),
        )
    if signature.who == first.who:
        raise NotApproved(
            _("You have signed {part} yourself, so somebody else must sign as the second person.").format(
                part=part.name
            ),
            next=_("Let {name} sign it.").format(name=part.owner or _("the manager")),
        )
    if not (signature.as_manager or first.as_manager):
        raise NotApproved(
            _("One of the two who sign {part} must be the manager who answers for it.").format(part=part.name),
            next=_("Let {name} sign it.").format(name=part.owner or _("the manager")),
        )


def unsigned(work: Work, part: str) -> NotApproved:
    """Why nobody can be the second person of a part that has no first."""
    return NotApproved(
        _("Nobody has signed {part}, so there is nothing to sign as the second person.").format(part=part),
        next=f"filrydd review {work.area}",
    )


def left_behind(work: Work) -> ProposalChanged:
    """Why an area is not signed whose files or rulings are others than those that were proposed."""
    return ProposalChanged(
        _("The area {area} has changed since it was proposed.").format(area=work.area),
        next=f"filrydd propose {work.area}",
    )


def changed(part: str) -> ProposalChanged:
    """Why a part is not signed that was proposed anew since it was looked at."""
    return ProposalChanged(
        _("The proposal for {part} has changed since you looked at it.").format(part=part),
        next=_("Look at it again, then sign."),
    )
