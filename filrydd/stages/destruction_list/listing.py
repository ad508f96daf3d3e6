"""What stands on the list, as the document and the sheets show it.

Each rule and each signature stands once; a file names them by their place in the order in which they came up, from 0.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog
from filrydd.catalog.disposals import Disposal, State
from filrydd.model import names, times
from filrydd.model.rule import Texts
from filrydd.policy import Department
from filrydd.policy.periods import Period, Start

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """A rule as it stood when it was signed for; `period` as a policy writes it, empty where the policy of today has no such
    rule. `on` and the like are days, `YYYY-MM-DD`."""

    rule: str
    reason: Texts
    basis: str
    noark: str
    period: str
    decided_by: str
    decided_on: str
    confirmed_by: str
    confirmed_on: str
    junk: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed for a part, and the second person; times in ISO 8601, empty where there is none."""

    area: str
    signoff: int | None
    part: str
    by: str
    at: str
    how: str
    second_by: str
    second_at: str
    second_how: str


@dataclass(slots=True)
class Sum:
    """Files and bytes."""

    files: int = 0
    bytes: int = 0

    def add(self, size: int) -> None:
        """One file more."""
        self.files += 1
        self.bytes += size


@dataclass(frozen=True, slots=True)
class Line:
    """A file on the list with its rule and its signature, and their places in the order."""

    area: str
    file: Disposal
    decision: Decision
    rule: int
    signed: Signed
    signature: int
    deleted_by: str

    def as_entry(self) -> dict[str, Any]:
        """Its entry in the document."""
        one = self.file
        return {
            "area": self.area,
            "bytes": one.bytes,
            "created": times.to_iso(one.created),
            "deleted": "" if one.deleted is None else times.to_iso(one.deleted),
            "deleted_by": self.deleted_by,
            "file": one.file,
            "hash": one.hash,
            "modified": times.to_iso(one.modified),
            "name": names.split(one.path)[1],
            "owner": one.owner,
            "part": one.part,
            "path": one.path,
            "proof": one.proof,
            "rule": self.rule,
            "signature": self.signature,
            "state": one.state.value,
        }


@dataclass(slots=True)
class Listing:
    """Puts lines together, and adds up what they come to."""

    department: Department
    decisions: dict[Decision, int] = field(default_factory=dict)
    signatures: dict[Signed, int] = field(default_factory=dict)
    totals: dict[tuple[str, str, int, State], Sum] = field(default_factory=dict)
    moved: dict[str, Sum] = field(default_factory=dict)
    states: dict[State, Sum] = field(default_factory=dict)
    _periods: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._periods = {
            dated.written.name: written(dated.period) for dated in self.department.dated_rules if dated.period
        }

    def line(self, area: str, one: Disposal, deleted_by: str) -> Line:
        """The next file of the list."""
        decision = Decision(
            rule=one.rule,
            reason=Texts(one.reason_nb, one.reason_en),
            basis=one.basis,
            noark=one.noark,
            period=self._periods.get(one.rule, ""),
            decided_by=one.decided_by,
            decided_on=one.decided_on,
            confirmed_by=one.confirmed_by,
            confirmed_on=one.confirmed_on,
            junk=one.junk,
        )
        signed = Signed(
            area=area,
            signoff=one.signoff,
            part=one.part,
            by=one.signed_by,
            at="" if one.signed_at is None else times.to_iso(one.signed_at),
            how=one.signed_how,
            second_by=one.second_by,
            second_at="" if one.second_at is None else times.to_iso(one.second_at),
            second_how=one.second_how,
        )
        rule = self.decisions.setdefault(decision, len(self.decisions))
        signature = self.signatures.setdefault(signed, len(self.signatures))
        self.totals.setdefault((area, one.part, rule, one.state), Sum()).add(one.bytes)
        self.states.setdefault(one.state, Sum()).add(one.bytes)
        return Line(area, one, decision, rule, signed, signature, deleted_by)

    @property
    def size(self) -> int:
        """About how many bytes rules, signatures and sums will take in the document, at most."""
        return 16_000 * len(self.decisions) + 4_000 * (len(self.signatures) + len(self.totals))

    @property
    def is_plan(self) -> bool:
        """Whether something on the list is not deleted yet."""
        return bool(set(self.states) - {State.DELETED})

    def last(self) -> dict[str, Any]:
        """What the document says after its files."""
        return {
            "list": FORMAT,
            "moved": [{"area": area, **asdict(total)} for area, total in self.moved.items()],
            "plan": self.is_plan,
            "rules": [asdict(decision) for decision in self.decisions],
            "signatures": [asdict(signed) for signed in self.signatures],
            "totals": [
                {"area": area, "part": part, "rule": rule, "state": state.value, **asdict(total)}
                for (area, part, rule, state), total in self.totals.items()
            ],
        }


def first(department: Department, areas: dict[str, Catalog], unscanned: list[str], by: str, now: int) -> dict[str, Any]:
    """What the document says before its files: whose it is, and the heads of the ledgers that it is based on."""
    heads = []
    for area, catalog in areas.items():
        head = ledger.head(catalog)
        heads.append(
            {
                "area": area,
                "entries": head.id if head else 0,
                "head": head.hash if head else "",
                "signature": head.signature if head else "",
            }
        )
    return {
        "areas": heads,
        "areas_not_scanned": unscanned,
        "at": times.to_iso(now),
        "by": by,
        "department": {"id": department.id, "name": asdict(department.name), "owner": department.owner.name},
    }


def written(period: Period) -> str:
    """A period as a policy writes it."""
    if period.start is Start.NEVER_OVER:
        return "for ever"
    if period.start is Start.FIXED:
        return f"until {period.last_day}"
    years, months = divmod(period.months, 12)
    length = "".join(f"{count}{unit}" for count, unit in ((years, "y"), (months, "m"), (period.days, "d")) if count)
    return f"{length or '0d'} after {period.start.value}"
