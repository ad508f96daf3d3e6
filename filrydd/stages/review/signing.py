"""Signing a part off, signing it as the second person, and taking it back.

What is stored and the ledger's row that vouches for it are one durable transaction. Where the policy asks for two people,
documents are destroyed only when two identities, established by OpenID Connect, have signed the same sign-off, and one of
them is the person who answers for the part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from filrydd.catalog import bundles, cosigns, ledger, proposals, signing, signoffs, standings
from filrydd.catalog.connection import Catalog
from filrydd.catalog.signoffs import Signature, State
from filrydd.errors import NotApproved
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages.review import checks
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A sign-off that was just stored, or signed by a second person; `left` are files that are to be destroyed and that are
    not approved by it, of which `awaits` lack only the second signature. `head` is the ledger's."""

    part: str
    digest: str
    files: int
    left: int
    head: str
    awaits: int = 0


def sign(
    work: Work, signature: Signature, part_names: Sequence[str] = (), *, digest: str = ""
) -> tuple[SignedPart, ...]:
    """Sign off parts (all when none is named) as they are proposed now.

    `digest` is what the signer saw of the one part named; another one now raises ProposalChanged. What the signer has said
    already, word for word, and what holds for every file, is not stored again: a second person's signature stays. Raises
    NotApproved for an unknown part, open problems, or a destruction for which the signer's identity is not established
    well enough.
    """
    with work.holding("review"), work.catalog() as catalog:
        parts = {part.name: part for part in proposals.parts(catalog)}
        chosen = list(dict.fromkeys(part_names)) or list(parts)
        if not chosen:
            raise NotApproved(
                _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
            )
        signers = checks.signers(work, signature)
        for name in chosen:
            checks.check(work, catalog, parts, name, digest)
        # The tables may have moved on since the proposal was computed; what is signed must be what the digest says.
        facts = standings.facts(catalog)
        present = bundles.as_it_is(catalog, signing.set_aside(catalog, [parts[name] for name in chosen]))
        if any(present.get(parts[name].id) != parts[name].digest for name in chosen):
            raise checks.left_behind(work)
        heads = {name: _sign(catalog, work, parts[name], signature, signers, facts) for name in chosen}
        counted = standings.refresh(catalog, work.now())
        return tuple(_signed(catalog, counted, parts[name], heads[name]) for name in chosen)


def _sign(catalog: Catalog, work: Work, part: proposals.PartRow, signature: Signature, signers: int, facts: str) -> str:
    if signoffs.is_said(catalog, part.id, part.digest, signature, signers, work.now()):
        last = ledger.head(catalog)
        return last.hash if last else ""
    with catalog.writing(durable=True):
        if standings.facts(catalog) != facts:
            # A scan or a classification has published something since the digests were compared.
            raise checks.left_behind(work)
        number = signing.sign(catalog, part, signature, work.now(), signers=signers)
        body = {
            "of": number,
            "part": part.name,
            "digest": part.digest,
            "how": signature.how,
            "role": signature.role,
            "who": signature.who,
            "manager": signature.as_manager,
            "destroys": signature.destroys,
            "signers": signers,
        }
        root = ledger.root_of(catalog, "sign-off", number)
        return ledger.append(catalog, "sign-off", signature.name, body, root, work.now()).hash


def cosign(work: Work, signature: Signature, part: str, digest: str, signoff: int) -> SignedPart:
    """Sign, as the second person, for the destruction of the documents in the sign-off of that number.

    `digest` is what this person saw of the part. Raises ProposalChanged when it is not the sign-off's and the present one, or
    another sign-off has come in its place; NotApproved when none is in force, it waits for nobody, or this person is not
    another one than the signer, or neither of them answers for the part, or is known by other means than OpenID Connect.
    """
    with work.holding("review"), work.catalog() as catalog:
        parts = {row.name: row for row in proposals.parts(catalog)}
        first = signoffs.in_force(catalog, part) if part in parts else None
        if first is not None:
            checks.check_second(catalog, parts[part], first, signature, digest, signoff)
        checks.check(work, catalog, parts, part, digest)
        if first is None:
            raise checks.unsigned(work, part)
        if bundles.as_it_is(catalog).get(parts[part].id) != digest:
            raise checks.left_behind(work)
        with catalog.writing(durable=True):
            number = cosigns.store(catalog, first.id, digest, signature, work.now())
            body = {
                "of": number,
                "signoff": first.id,
                "part": part,
                "digest": digest,
                "how": signature.how,
                "role": signature.role,
                "who": signature.who,
                "manager": signature.as_manager,
            }
            root = ledger.root_of(catalog, "co-sign", number)
            row = ledger.append(catalog, "co-sign", signature.name, body, root, work.now())
        return _signed(catalog, standings.refresh(catalog, work.now()), parts[part], row.hash)


def withdraw(work: Work, part: str, name: str, note: str = "", *, who: str = "", how: str = "") -> str:
    """Take the sign-off in force of a part back, with both people's signatures; returns the ledger's head.

    `who` and `how` are the identity of whoever does it, and how it was established. Raises NotApproved when there is none.
    """
    with work.holding("review"), work.catalog() as catalog:
        signoff = signoffs.in_force(catalog, part)
        if signoff is None:
            raise NotApproved(
                _("The part {part} is not signed, so there is nothing to withdraw.").format(part=part),
                next=f"filrydd status {work.area}",
            )
        with catalog.writing(durable=True):
            signoffs.withdraw(catalog, signoff.id, name, note, work.now())
            body = {"signoff": signoff.id, "part": part, "note": note}
            body |= {"who": who, "how": how} if who or how else {}
            row = ledger.append(catalog, "withdrawal", name, body, "", work.now())
        standings.refresh(catalog, work.now())
        return row.hash


def _signed(catalog: Catalog, counted: standings.Standings, part: proposals.PartRow, head: str) -> SignedPart:
    stored = signoffs.in_force(catalog, part.name)
    states = counted.parts[part.name].files.get(Fate.DESTROY, {})
    return SignedPart(
        part=part.name,
        digest=part.digest,
        files=stored.files if stored else 0,
        left=sum(count for word, count in states.items() if word != State.APPROVED),
        head=head,
        awaits=states.get(State.AWAITS, 0),
    )
