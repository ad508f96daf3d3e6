"""rehearse: the whole journey by the stages themselves, against a rehearsal tenant.

A source that the user named is only read: the journey ends with the verification. The sample area goes the whole way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog.acceptances import Says
from filrydd.catalog.signoffs import Signature
from filrydd.errors import BadUsage
from filrydd.lang import _, figures, n_
from filrydd.model.by import By
from filrydd.model.rule import Fate
from filrydd.stages import (
    accept,
    backup,
    classify,
    propose,
    record,
    retire,
    review,
    scan,
    seal,
    standing_in,
    upload,
    verify,
)
from filrydd.stages.work import Work
from filrydd.targets import Tenant

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it. The numbers sum up: files = moved + destroyed + held at every stage; uploaded + failed + skipped =
    to move; deleted + kept = files."""

    area: str
    files: int
    bytes: int
    unreadable: int
    moved: int
    destroyed: int
    held: int
    placements: int
    mended: int
    signed: int
    uploaded: int
    failed: int
    verified: int
    findings: dict[str, int]
    sealed: int
    deleted: int
    kept: int
    ledger: int
    whole: bool


async def go(
    work: Work, tenant: Tenant, source: str, backups: Path, tell: Tell, *, only_read: bool, directory: Path
) -> Rehearsed:
    """Go the whole journey; each step is told in one sentence. `directory` is the rehearsal tenant's folder. Raises what the
    stages raise."""
    if not tenant.rehearsal:
        raise BadUsage(_("A rehearsal goes to the rehearsal tenant only."))
    scanned = scan.run(work, source)
    tell(
        _("scan: {files} files in {folders} folders, {unreadable} that could not be read").format(
            files=scanned.files, folders=scanned.folders, unreadable=scanned.unreadable
        )
    )
    classified = classify.run(work)
    fates = {fate: total.files for fate, total in classified.fates.items()}
    tell(
        _("classify: {move} to move, {destroy} to delete, {hold} to keep for now").format(
            move=fates[Fate.MOVE], destroy=fates[Fate.DESTROY], hold=fates[Fate.HOLD]
        )
    )
    proposed = propose.run(work)
    tell(
        _(
            "propose: {placements} files into {folders} folders, {mended} names changed so that SharePoint accepts them"
        ).format(placements=proposed.placements, folders=proposed.folders, mended=proposed.mended)
    )
    if proposed.problems:
        proposed, answered = standing_in.answer(work, proposed, directory)
        _tell_answers(answered, tell)
    contacts = {state.name: state.contact for state in review.state(work)}
    destroys = work.department().sign_destroy == 1
    signed = 0
    for part, contact in contacts.items():
        signature = Signature(name=contact, role="contact", how="rehearsal", destroys=destroys)
        signed += sum(one.files for one in review.sign(work, signature, [part]))
    tell(_("review: {count} files signed for by {names}").format(count=signed, names=", ".join(set(contacts.values()))))
    sent = await upload.apply(work, tenant)
    tell(
        _("upload: {files} files sent in {requests} requests, {failed} failed").format(
            files=sent.uploaded, requests=sent.requests, failed=sent.failed
        )
    )
    verified = await verify.run(work, tenant)
    tell(
        _("verify: {ok} of {checked} were compared in full and are the same").format(
            ok=verified.ok, checked=verified.checked
        )
    )
    sealed_entries = deleted = 0
    kept = scanned.files
    if not only_read:
        _accept(work, contacts)
        backup.run(work, backups, same_machine=True)
        sealed = await seal.apply(work, tenant)
        sealed_entries = sealed.entries
        tell(
            _("seal: {entries} entries read-only, {ok} files proved under the seal").format(
                entries=sealed.entries, ok=sealed.verified
            )
        )
        retired = await retire.apply(work, tenant)
        deleted, kept = retired.deleted, retired.kept
        tell(_("retire: {deleted} files deleted with a proof each, {kept} kept").format(deleted=deleted, kept=kept))
    checked = await record.verify_with(work, tenant)
    return Rehearsed(
        area=work.area,
        files=scanned.files,
        bytes=scanned.bytes,
        unreadable=scanned.unreadable,
        moved=fates[Fate.MOVE],
        destroyed=fates[Fate.DESTROY],
        held=fates[Fate.HOLD],
        placements=proposed.placements,
        mended=proposed.mended,
        signed=signed,
        uploaded=sent.uploaded,
        failed=sent.failed,
        verified=verified.ok,
        findings=verified.findings,
        sealed=sealed_entries,
        deleted=deleted,
        kept=kept,
        ledger=checked.entries,
        whole=not checked.wrong,
    )


def _accept(work: Work, contacts: Mapping[str, str]) -> None:
    """Confirm the new place, as each part's contact would."""
    with work.catalog() as catalog:
        waiting = accept.missing(work, catalog)
    for part in waiting:
        by = By(contacts.get(part) or work.actor, "rehearsal", "rehearsal")
        accept.answer(work, Says.YES, by, "contact", part_names=[part])


def _tell_answers(answered: standing_in.Answered, tell: Tell) -> None:
    if answered.invented:
        tell(
            n_(
                "  {count} person or group has an invented place in Entra here. For real, somebody says who takes it.",
                "  {count} people and groups have an invented place in Entra here. For real, somebody says who takes it.",
                answered.invented,
            ).format(count=figures.number(answered.invented))
        )
    if answered.opened:
        tell(
            n_(
                "  {count} folder can be opened here by those who can open its part. For real, somebody accepts that by name.",
                "  {count} folders can be opened here by those who can open their part. For real, somebody accepts that by name.",
                answered.opened,
            ).format(count=figures.number(answered.opened))
        )
