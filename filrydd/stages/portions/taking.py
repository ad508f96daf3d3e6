"""Answers about groups taken into the proposal: made answers about their files, and everything ruled and proposed anew."""

from dataclasses import dataclass

from filrydd.catalog import ledger, movelist
from filrydd.catalog.portions import taking, waiting
from filrydd.model.rule import Fate
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was taken in: files that got an answer, by fate, and files that lost one. `left_out` are groups (part, key) whose
    files have changed since they were proposed: they are asked about again. `head` is the ledger's, "" when no file's
    answer changed."""

    given: dict[Fate, int]
    removed: int
    left_out: tuple[tuple[str, str], ...]
    head: str
    digest: str


def take_in(work: Work, *, allow_many: bool = False) -> TakenIn:
    """Make the answers in force about groups answers about their files, then classify and propose anew where one changed.

    Interrupted, it is safe to run again. Raises TooManyAffected (unless `allow_many`), Busy, NoSuchArea, PolicyInvalid,
    ProposalChanged, ClockMoved, LedgerBroken, DiskFull.
    """
    # Propose makes the portions at its end, so it is above this room when modules load, and below it here.
    from filrydd.stages import classify, propose

    with work.holding("review"), work.catalog() as catalog:
        # Also what a run that was interrupted has stored, and not ruled by.
        waits = waiting.not_taken_in(catalog) > 0
        staged = taking.stage(catalog)
        head = ""
        if staged.changed:
            root = taking.root(catalog)
            with catalog.writing(durable=True):
                taking.keep(catalog)
                body = {
                    "taken in from": "portions",
                    "proposal": movelist.proposal_digest(catalog),
                    "answers": {fate.value: count for fate, count in staged.given.items()},
                    "taken back": staged.removed,
                }
                head = ledger.append(catalog, "answers", work.actor, body, root, work.now()).hash
        digest = movelist.proposal_digest(catalog)
    if staged.changed or staged.left_out or waits:
        classify.run(work, allow_many=allow_many)
        digest = propose.run(work).digest
    with work.catalog() as catalog, catalog.writing():
        taking.remember(catalog, staged)
    return TakenIn(staged.given, staged.removed, staged.left_out, head, digest)
