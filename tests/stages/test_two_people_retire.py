"""What two people must sign for is deleted when both have, and the proof names them."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import signoffs
from filrydd.catalog.signoffs import OPENID, Signature
from filrydd.errors import NotApproved
from filrydd.stages import backup, classify, record, retire, review, seal, signposts, upload, verify
from tests.areas import POLICY, Area
from tests.stages.moving import Moving
from tests.tenants import Visitor

KARI = Signature("Kari Nordmann", "contact", OPENID, destroys=True, who="i|t|kari")
BERIT = Signature("Berit Bakken", "manager", OPENID, who="i|t|berit", as_manager=True)
TWO = POLICY.replace("one person", "two people")


@pytest.fixture
def moving(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moving:
    area = make_area({"Bilag": {"gammel.pdf": "old voucher", "ny.pdf": "new voucher"}, "Thumbs.db": "junk"})
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    made = Moving(area, tenant, tmp_path / "backup")
    made.set_policy(TWO)
    made.scan()
    made.propose()
    return made


def sealed(moving: Moving) -> None:
    assert moving.act(upload.apply).failed == 0
    assert moving.act(verify.run).findings == {}
    moving.area.accept()
    backup.run(moving.area.work(), moving.backups, same_machine=True)
    moving.act(seal.apply)


def left(moving: Moving) -> set[str]:
    names = {path.name for path in moving.area.top.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith(signposts.NAME)}


def proofs(moving: Moving) -> dict[str, dict[str, Any]]:
    with moving.area.catalog() as catalog:
        return {row["path"]: json.loads(row["proof"]) for row in catalog.rows("SELECT path, proof FROM retirement")}


def test_a_document_stays_until_the_second_person_has_signed_and_the_proof_names_both(moving: Moving) -> None:
    review.sign(moving.area.work(), KARI)
    sealed(moving)
    assert retire.plan(moving.area.work()).destroyed == 1  # what is no document
    moving.act(retire.apply)
    assert left(moving) == {"gammel.pdf"}
    moving.scan()
    moving.propose()
    review.sign(moving.area.work(), KARI, ["bilag"])
    with moving.area.catalog() as catalog:
        first = signoffs.in_force(catalog, "bilag")
    assert first is not None
    review.cosign(moving.area.work(), BERIT, "bilag", first.digest, first.id)
    moving.act(retire.apply)
    assert left(moving) == set()
    proof = proofs(moving)["Bilag/gammel.pdf"]
    assert (proof["signoff"], proof["signed_by"], proof["cosigned_by"]) == (first.id, "Kari Nordmann", "Berit Bakken")
    assert (proof["cosign"], proof["basis"]) == (1, "bokføringsloven § 13")
    assert record.verify(moving.area.work()).wrong == ()


def test_what_one_person_signed_is_not_deleted_when_the_policy_asks_for_two_by_then(moving: Moving) -> None:
    moving.set_policy(POLICY)
    moving.scan()
    moving.propose()
    moving.area.sign()
    sealed(moving)
    moving.set_policy(TWO)
    classify.run(moving.area.work())
    with pytest.raises(NotApproved, match="1 document is deleted, and the policy asks for two") as refused:
        moving.act(retire.apply)
    assert "review felles" in refused.value.next
    assert left(moving) == {"gammel.pdf", "ny.pdf", "Thumbs.db"}
    moving.set_policy(POLICY)
    classify.run(moving.area.work())
    moving.act(retire.apply)
    assert proofs(moving)["Bilag/gammel.pdf"]["signed_by"] == "Kari Nordmann"
    assert "cosign" not in proofs(moving)["Bilag/gammel.pdf"]
