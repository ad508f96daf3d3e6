"""confirm: an archivist says that a rule may destroy. It is written into the ledger of each area in which the rule has
files, when the policy file's new version has been tried and lies on the disk, and then that takes the old one's place.

A crash in between leaves a ledger that says what somebody did, and a rule that deletes nothing yet; never a rule that
deletes and no word of who allowed it. The same form sent again finds its rows and finishes the file.
"""

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filrydd.catalog import ledger, tallies
from filrydd.catalog.connection import open_catalog
from filrydd.catalog.rulings import Total
from filrydd.errors import Guard
from filrydd.lang import _
from filrydd.model import times
from filrydd.model.by import By
from filrydd.model.rule import Fate
from filrydd.policy import Department, confirming, load
from filrydd.policy.files import COMMON, common_content
from filrydd.stages import policy_file

KIND = "confirmation"
"""The kind of the ledger's row."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rule that no archivist has confirmed: the file that has it (`stem`), what `confirm` wants to know was seen of
    that file, and what it catches, by area."""

    rule: str
    stem: str
    seen: str
    caught: tuple[tuple[str, Total], ...]

    @property
    def total(self) -> Total:
        """What it catches in all these areas."""
        return sum((total for _area, total in self.caught), Total())


def waiting(workspace: Path, department: Department, rule: str, areas: Sequence[str]) -> Waiting | None:
    """A rule of a department that destroys and is not confirmed, with what it catches in those areas as last
    classified; None when there is none of that name. Raises PolicyInvalid."""
    one = next((one.written for one in department.dated_rules if one.written.name == rule), None)
    if one is None or one.fate is not Fate.DESTROY or one.confirmed_on is not None:
        return None
    policies = workspace / "policies"
    stem = confirming.written(policies, department.id).stem(rule, department.id)
    if not stem:
        return None
    caught = []
    for area in areas:
        with open_catalog(workspace / "scans" / f"{area}.db") as catalog:
            total = sum((one.total for one in tallies.catches(catalog, rule) if one.awaits), Total())
        if total.files:
            caught.append((area, total))
    seen = department.digest if stem != COMMON else hashlib.sha256(common_content(policies) or b"").hexdigest()
    return Waiting(rule, stem, seen, tuple(caught))


def confirm(
    workspace: Path, department: str, of: Waiting, by: By, areas: Sequence[str], clock: Callable[[], datetime]
) -> None:
    """Confirm a rule as it was seen, from today on.

    `of` is what `waiting` gave and the person saw; `areas` those in whose ledgers it may have to stand. Raises
    ProposalChanged when the file, and Guard when what the rule catches, is another one by now; PolicyInvalid,
    ClockMoved, LedgerBroken.
    """
    policies = workspace / "policies"
    now = waiting(workspace, load(policies, department), of.rule, areas)
    if now is None or now.caught != of.caught:
        raise Guard(
            _("What the rule {rule} is about has changed since the page was made. Nothing was confirmed.").format(
                rule=of.rule
            ),
            next=_("Look at it again."),
        )
    at, day = times.from_datetime(clock()), clock().date()
    with contextlib.ExitStack() as stack:
        for area, total in now.caught:
            catalog = stack.enter_context(open_catalog(workspace / "scans" / f"{area}.db"))
            stack.enter_context(catalog.writing(durable=True))
            body = {
                "rule": of.rule,
                "department": department,
                "file": of.stem,
                "seen": of.seen,
                "on": day.isoformat(),
                "who": by.who,
                "how": by.how,
                "files": total.files,
                "bytes": total.bytes,
            }
            if not ledger.stands(catalog, KIND, by.name, body):
                ledger.append(catalog, KIND, by.name, body, "", at)

        def keep() -> None:
            stack.pop_all().close()

        def change(data: bytes) -> bytes:
            return confirming.confirmed(data, of.rule, by.name, day)

        if of.stem == COMMON:
            policy_file.replace_common(policies, change, was=of.seen, first=keep)
        else:
            policy_file.replace(policies, department, change, was=of.seen, first=keep)
