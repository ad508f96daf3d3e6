"""An area at the end of its journey, nearly: some of it is retired, one file still has a proof and lies there.

It has something of most that the ledger vouches for: two people's signatures, a withdrawn one, a freeze that was lifted, a
hand-over, a private folder's owner who was told, receipts, comparisons, a seal, an acceptance, retirements of both kinds.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from filrydd.catalog import freezes, handovers, paths, private_notices
from filrydd.catalog.signoffs import OPENID, Signature
from filrydd.stages import backup, retire, review, seal, upload, verify
from tests.areas import POLICY, new_area
from tests.conftest import lay_out
from tests.stages.moving import Moving
from tests.tenants import Visitor

NUMBER = "01010750160"  # checks out, and is nobody's
TREE = {
    "Bilag": {"gammel.pdf": "old voucher", f"=gammel {NUMBER}.pdf": "old voucher of somebody", "ny.pdf": "new voucher"},
    "Notat": {"a.txt": "alpha", "b.txt": "beta"},
    "Hjem": {"privat.txt": "mine"},
    "Thumbs.db": "junk",
}
KARI = Signature("Kari Nordmann", "contact", OPENID, destroys=True, who="i|t|kari")
BERIT = Signature("Berit Bakken", "manager", OPENID, who="i|t|berit", as_manager=True)
LEFT = "Notat/b.txt"
"""The file that has a proof and is still there."""


@contextmanager
def key_and_state(folder: Path) -> Iterator[None]:
    """As every test's own, for what is made once for several of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FILRYDD_KEY", str(folder / "ledger.key"))
        patch.setenv("FILRYDD_STATE", str(folder / "state-finished"))
        yield


def signed(folder: Path, tenant: Visitor) -> Moving:
    """The area with everything signed that is to move or to be destroyed, and something of what people do on the way."""
    area = new_area(folder)
    lay_out(area.top, TREE)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    for path in area.top.glob("Bilag/*gammel*"):
        os.utime(path, (then, then))
    moving = Moving(area, tenant, folder / "backup")
    moving.set_policy(POLICY.replace("one person", "two people"))
    moving.scan()
    moving.propose()
    work = moving.area.work()
    with area.catalog() as catalog:
        freezes.add(catalog, "Notat", "2026/17", "Kari Nordmann", "innsyn", work.now())
        freezes.lift(catalog, "Notat", "2026/17", "Kari Nordmann", "avgjort", work.now())
        held = paths.find_file(catalog, "Hjem/privat.txt")
        handing = handovers.Handing("personalsystem", "2026/99", "Kari Nordmann", "")
        handovers.hand_over(catalog, "Hjem/privat.txt", handing, work.now(), folder=None, file=held)
        private_notices.tell(catalog, "Hjem", "Per", "Kari Nordmann", "", date(2030, 1, 1), work.now())
    review.sign(work, KARI, ["felles"])
    review.withdraw(work, "felles", "Kari Nordmann", "forhastet")
    for part in review.sign(work, KARI):
        with area.catalog() as catalog:
            number = catalog.value("SELECT MAX(id) FROM signoff WHERE part = ?", (part.part,))
            digest = catalog.value("SELECT digest FROM signoff WHERE id = ?", (number,))
        if part.part == "bilag":
            review.cosign(work, BERIT, part.part, digest, number)
    return moving


def finished(folder: Path, tenant: Visitor) -> Moving:
    """The same, moved, sealed and retired but for one file."""
    moving = signed(folder, tenant)
    assert moving.act(upload.apply).failed == 0
    assert moving.act(verify.run).findings == {}
    moving.area.accept()
    backup.run(moving.area.work(), moving.backups, same_machine=True)
    moving.act(seal.apply)
    with moving.area.catalog() as catalog:
        freezes.add(catalog, LEFT, "2026/18", "Kari Nordmann", "", moving.area.work().now())
    moving.act(retire.apply)
    with moving.area.catalog() as catalog:
        freezes.lift(catalog, LEFT, "2026/18", "Kari Nordmann", "", moving.area.work().now())
    assert {str(path.relative_to(moving.area.top)) for path in moving.area.top.rglob("*") if path.is_file()} >= {LEFT}
    return moving
