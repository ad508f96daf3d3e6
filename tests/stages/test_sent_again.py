"""The same signature or confirmation sent again, after a crash that swallowed the answer to the first, is counted once."""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filrydd.catalog import audit, cosigns, ledger, signoffs
from filrydd.catalog.signoffs import OPENID, Signature
from filrydd.errors import ClockMoved
from filrydd.model.by import By
from filrydd.stages import confirm, freeze, review
from filrydd.stages.work import Work
from tests import reviewing
from tests.areas import POLICY, Area

KARI = Signature("Kari Nordmann", "contact", OPENID, destroys=True, who="https://login.example|t1|kari")
BERIT = Signature("Berit Bakken", "manager", OPENID, who="https://login.example|t1|berit", as_manager=True)
ADA = By("Ada Arkivar", "https://login.example|t1|ada", OPENID)


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area({"Bilag": {"gammel.pdf": "1", "ny.docx": "1", "Thumbs.db": "1"}})
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(made.top / "Bilag" / "gammel.pdf", (then, then))
    made.policy(POLICY.replace("one person", "two people"))
    made.until_proposed()
    return made


def sign(area: Area, signature: Signature = KARI) -> tuple[str, int]:
    """Returns the digest that was signed and the number of the sign-off in force."""
    (signed,) = review.sign(area.work(), signature, ["bilag"])
    with area.catalog() as catalog:
        stored = signoffs.in_force(catalog, "bilag")
        head = ledger.head(catalog)
        assert audit.broken(catalog) == [] and stored is not None and head is not None
    assert signed.head == head.hash
    return signed.digest, stored.id


def test_the_same_signature_again_is_one_and_the_second_persons_stays(area: Area) -> None:
    digest, number = sign(area)
    review.cosign(area.work(), BERIT, "bilag", digest, number)
    assert sign(area) == (digest, number)
    (again,) = review.sign(area.work(), KARI, ["bilag"], digest=digest)
    assert (again.left, again.awaits, again.files) == (0, 0, 3)
    with area.catalog() as catalog:
        assert cosigns.of(catalog, number) is not None
        assert [row.kind for row in ledger.rows(catalog)] == ["sign-off", "co-sign"]


@pytest.mark.parametrize(
    "other",
    [
        replace(KARI, note="med merknad"),
        replace(KARI, destroys=False),
        replace(KARI, who="https://login.example|t1|ola"),
        replace(KARI, follow_until=10**18),
        replace(KARI, role="manager", as_manager=True),
    ],
)
def test_another_word_of_it_is_another_signature(area: Area, other: Signature) -> None:
    _digest, number = sign(area)
    assert sign(area, other)[1] == number + 1


def test_the_same_signature_after_a_withdrawal_is_given_anew(area: Area) -> None:
    _digest, number = sign(area)
    review.withdraw(area.work(), "bilag", "Kari Nordmann")
    assert sign(area)[1] == number + 1


def test_the_same_signature_is_stored_again_where_the_first_no_longer_holds_for_every_file(area: Area) -> None:
    _digest, number = sign(area)
    with sqlite3.connect(area.workspace / "scans" / "felles.db") as lost:
        lost.execute("DELETE FROM signed WHERE file = (SELECT id FROM file WHERE name = 'ny.docx')")
    lost.close()
    assert review.sign(area.work(), KARI, ["bilag"])[0].files == 3
    with area.catalog() as catalog:
        stored = signoffs.in_force(catalog, "bilag")
    assert stored is not None and stored.id == number + 1


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Two areas with files under a rule that no archivist has confirmed."""
    reviewing.template(tmp_path)
    return tmp_path / "workspace"


def confirmed(workspace: Path, day: datetime = reviewing.MONDAY) -> None:
    work = Work(workspace, "felles", "tester")
    waits = confirm.waiting(workspace, work.department(), "drafts", reviewing.AREAS)
    assert waits is not None and [area for area, _total in waits.caught] == ["andre", "felles"]
    confirm.confirm(workspace, "regnskap", waits, ADA, reviewing.AREAS, lambda: day)


def confirmations(workspace: Path) -> list[int]:
    """How many rows the ledger of each area has."""
    found = []
    for area in reviewing.AREAS:
        with Work(workspace, area, "tester").catalog() as catalog:
            assert audit.broken(catalog) == []
            found.append(sum(row.kind == confirm.KIND for row in ledger.rows(catalog)))
    return found


def test_a_confirmation_that_one_ledger_refuses_is_in_none_and_in_no_file(workspace: Path) -> None:
    before = (workspace / "policies" / "regnskap.yaml").read_bytes()
    later = Work(workspace, "felles", "tester", lambda: reviewing.MONDAY + timedelta(days=2))
    freeze.freeze(later, "Tvil", "2027/12", patience=0)
    with pytest.raises(ClockMoved):
        confirmed(workspace)
    assert (workspace / "policies" / "regnskap.yaml").read_bytes() == before
    assert confirmations(workspace) == [0, 0]


def test_a_confirmation_whose_file_was_put_back_is_entered_once_a_day(workspace: Path) -> None:
    """What a crash right before the file's replacement leaves: the rows, and the file as it was."""
    policy = workspace / "policies" / "regnskap.yaml"
    before = policy.read_bytes()
    confirmed(workspace)
    policy.write_bytes(before)
    confirmed(workspace)
    assert confirmations(workspace) == [1, 1] and b"Ada Arkivar" in policy.read_bytes()
    policy.write_bytes(before)
    confirmed(workspace, reviewing.MONDAY + timedelta(days=1))
    assert confirmations(workspace) == [2, 2]
    assert b"on: 2027-03-02" in policy.read_bytes()
