"""review: what a part's contact is asked, and the sign-off."""

from collections.abc import Sequence
from dataclasses import dataclass

from filrydd.catalog import bundles, ledger, proposals, signoffs
from filrydd.catalog.connection import Catalog
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.lang import _, n_
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
        """Files that the sign-off in force does not cover: new, changed or never signed."""
        return sum(
            count
            for fate, states in self.files.items()
            if fate != Fate.HOLD
            for state, count in states.items()
            if state != signoffs.State.APPROVED
        )


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A sign-off that was just stored; `left` are files that are to be destroyed and that it does not cover."""

    part: str
    digest: str
    files: int
    left: int
    head: str


def state(work: Work) -> tuple[PartState, ...]:
    """Every part of the area, by name. Raises NotApproved when nothing is proposed yet."""
    with work.catalog() as catalog:
        return _states(work, catalog)


def _states(work: Work, catalog: Catalog) -> tuple[PartState, ...]:
    parts = proposals.parts(catalog)
    if not parts:
        raise NotApproved(
            _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
        )
    standing = signoffs.standing(catalog, work.now())
    found = []
    for part in parts:
        signoff = signoffs.in_force(catalog, part.name)
        found.append(
            PartState(
                name=part.name,
                contact=part.contact,
                owner=part.owner,
                digest=part.digest,
                files=standing.get(part.name, {}),
                signed_by=signoff.name if signoff else "",
                signed_at=signoff.at if signoff else 0,
                signed_digest=signoff.digest if signoff else "",
                problems=told(catalog, proposals.problems(catalog, part.id)),
            )
        )
    return tuple(found)


def sign(
    work: Work, signature: signoffs.Signature, part_names: Sequence[str] = (), *, digest: str = ""
) -> tuple[SignedPart, ...]:
    """Sign off parts (all when none is named) as they are proposed now.

    `digest` is what the signer saw of the one part named; another one now raises ProposalChanged. Raises NotApproved for
    an unknown part, open problems, or a destruction that the policy does not let one person answer for.
    """
    with work.holding("review"), work.catalog() as catalog:
        parts = {part.name: part for part in proposals.parts(catalog)}
        chosen = list(part_names) or list(parts)
        if not chosen:
            raise NotApproved(
                _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
            )
        for name in chosen:
            _check(work, catalog, parts, name, signature, digest)
        signed = []
        for name in chosen:
            with catalog.writing(durable=True):
                number = signoffs.sign(catalog, parts[name], signature, work.now())
                row = ledger.append(
                    catalog,
                    "sign-off",
                    signature.name,
                    {
                        "of": number,
                        "part": name,
                        "digest": parts[name].digest,
                        "how": signature.how,
                        "role": signature.role,
                        "destroys": signature.destroys,
                    },
                    ledger.root_of(catalog, "sign-off", number),
                    work.now(),
                )
            files = signoffs.in_force(catalog, name)
            left = signoffs.standing(catalog, work.now()).get(name, {}).get(Fate.DESTROY, {})
            signed.append(
                SignedPart(
                    part=name,
                    digest=parts[name].digest,
                    files=files.files if files else 0,
                    left=sum(count for word, count in left.items() if word != signoffs.State.APPROVED),
                    head=row.hash,
                )
            )
        return tuple(signed)


def _check(
    work: Work,
    catalog: Catalog,
    parts: dict[str, proposals.PartRow],
    name: str,
    signature: signoffs.Signature,
    digest: str,
) -> None:
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
        raise ProposalChanged(
            _("The proposal for {part} has changed since you looked at it.").format(part=name),
            next=_("Look at it again, then sign."),
        )
    # The tables may have moved on since the proposal was computed; what is signed must be what the digest says.
    if bundles.as_it_is(catalog)[part.id] != part.digest:
        raise ProposalChanged(
            _("The area {area} has changed since it was proposed.").format(area=work.area),
            next=f"filrydd propose {work.area}",
        )
    if signature.destroys and work.department().sign_destroy != 1:
        raise NotApproved(
            _("The policy asks for two people where documents are destroyed, so one signature is not enough."),
            next=_("Sign for what moves; the destruction waits for the pages where two people sign."),
        )


def withdraw(work: Work, part: str, name: str, note: str = "") -> str:
    """Take the sign-off in force of a part back; returns the ledger's head. Raises NotApproved when there is none."""
    with work.holding("review"), work.catalog() as catalog:
        signoff = signoffs.in_force(catalog, part)
        if signoff is None:
            raise NotApproved(
                _("The part {part} is not signed, so there is nothing to withdraw.").format(part=part),
                next=f"filrydd status {work.area}",
            )
        with catalog.writing(durable=True):
            signoffs.withdraw(catalog, signoff.id, name, note, work.now())
            row = ledger.append(
                catalog, "withdrawal", name, {"signoff": signoff.id, "part": part, "note": note}, "", work.now()
            )
        return row.hash
