"""Areas for tests: a workspace with one policy, and works on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filrydd.catalog.acceptances import Says
from filrydd.catalog.connection import Catalog
from filrydd.catalog.signoffs import Signature
from filrydd.model.by import By
from filrydd.stages import accept, classify, propose, review, scan
from filrydd.stages.work import Work, system_clock

POLICY = """
department: regnskap
name: {nb: Regnskap, en: Accounting}
site: https://contoso.sharepoint.com/sites/regnskap
library: Dokumenter
owner: {name: Berit Bakken}
contacts: [{name: Kari Nordmann}]
areas:
  felles:
    folder: Felles
    parts: [{name: bilag, path: Bilag, contact: {name: Ola Lunde}}]
rules:
  - rule: junk
    when: {name: [Thumbs.db, "~$*"]}
    fate: destroy
    noark: Kasseres
    basis: arkivlova § 13
    reason: {nb: Maskinen lagde filen., en: The computer made the file.}
    decided: {by: Arkivar, on: 2026-01-02}
    confirmed: {by: Arkivar, on: 2026-01-02}
    junk: true
  - rule: old vouchers
    when: {path: Bilag, extension: [pdf]}
    after: 5y after end of year
    fate: destroy
    noark: Kasseres
    basis: bokføringsloven § 13
    reason: {nb: Fristen er ute., en: The period is over.}
    decided: {by: Arkivar, on: 2026-01-02}
    confirmed: {by: Arkivar, on: 2026-01-02}
  - rule: homes
    when: {path: Hjem}
    fate: hold
    reason: {nb: Noens eget område., en: Somebody's own area.}
  - rule: the rest
    when: everything
    fate: move
    reason: {nb: I bruk., en: In use.}
limits:
  stop_above: 100%
  sign_destroy: one person
  decided: {by: Berit Bakken, on: 2026-01-02}
  command_line: signs
grace: 0d
"""


@dataclass(frozen=True)
class Area:
    """A workspace with the area `felles`, whose files lie in `top`."""

    workspace: Path
    top: Path

    def work(self, clock: Callable[[], datetime] = system_clock) -> Work:
        return Work(self.workspace, "felles", "tester", clock)

    def catalog(self) -> Catalog:
        return self.work().catalog()

    def policy(self, text: str = POLICY) -> None:
        (self.workspace / "policies" / "regnskap.yaml").write_text(text, encoding="utf-8")

    def scan(self) -> scan.Scanned:
        return scan.run(self.work(), str(self.top))

    def until_proposed(self) -> propose.Proposed:
        self.scan()
        classify.run(self.work())
        return propose.run(self.work())

    def sign(
        self, *parts: str, destroys: bool = True, follow_until: int | None = None
    ) -> tuple[review.SignedPart, ...]:
        signature = Signature("Kari Nordmann", "contact", "test", destroys=destroys, follow_until=follow_until)
        return review.sign(self.work(), signature, parts)

    def accept(self, clock: Callable[[], datetime] = system_clock) -> None:
        """Confirm the new place of all that has arrived; nothing where nothing has."""
        with self.catalog() as catalog:
            waiting = accept.missing(self.work(clock), catalog)
        if waiting:
            accept.answer(self.work(clock), Says.YES, By("Kari Nordmann", "test", "test"), "contact", "", waiting)


def new_area(folder: Path) -> Area:
    """A workspace in a folder, without files yet."""
    for name in ("workspace/policies", "workspace/scans", "backup"):
        (folder / name).mkdir(parents=True)
    area = Area(folder / "workspace", folder / "area")
    area.policy()
    return area


def days_ago(days: float) -> float:
    """A Unix time that many days before now."""
    return datetime.now(UTC).timestamp() - days * 86_400
