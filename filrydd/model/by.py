"""Who answers on a page, as the ledger will name them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class By:
    """Somebody who acts: `name` is shown to people; `who` is the identity that is compared (`issuer|tenant|object id`, or
    `link` for the one person of a PC); `how` says in words how it was established."""

    name: str
    who: str
    how: str
