"""The ledger finds what was altered, removed, reordered, cut off or forged."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.catalog import audit, keys, ledger
from filrydd.errors import ClockMoved, LedgerBroken
from filrydd.model import times
from filrydd.stages import record, review
from tests.areas import Area


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area({"Notat": {"a.txt": "1"}, "Bilag": {"b.txt": "1"}})
    made.until_proposed()
    made.sign("felles")
    made.sign("bilag")
    review.withdraw(made.work(), "bilag", "Kari Nordmann")
    made.sign("bilag")
    return made


def wrong_after(area: Area, *statements: str) -> tuple[str, ...]:
    with sqlite3.connect(area.workspace / "scans" / "felles.db") as intruder:
        for statement in statements:
            intruder.execute(statement)
    intruder.close()
    return record.verify(area.work()).wrong


def test_an_untouched_ledger_is_whole(area: Area) -> None:
    checked = record.verify(area.work())
    assert (checked.entries, checked.wrong) == (4, ())


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE ledger SET actor = 'Ola' WHERE id = 2", "Entry 2 was changed"),
        ("UPDATE ledger SET at = at + 1 WHERE id = 1", "Entry 1 was changed"),
        ("DELETE FROM ledger WHERE id = 2", "Entry 2 of the ledger is missing"),
        ("UPDATE ledger SET signature = '' WHERE id = 4", "Entry 4 is not signed"),
        ("UPDATE signoff SET name = 'Ola' WHERE id = 1", "What entry 1"),
        ("UPDATE signed_bundle SET content = X'00' WHERE signoff = 2", "What entry 2"),
        ("DELETE FROM signed_target WHERE signoff = 1", "What entry 1"),
        (
            "INSERT INTO signoff SELECT 99, part, digest, name, role, how, note, at, 1, NULL, 9, '', 0, 1 FROM signoff LIMIT 1",
            "99",
        ),
        ("DELETE FROM ledger WHERE id = 4", "is not in the ledger"),
        ("DELETE FROM withdrawal", "withdrawn signatures"),
        ("UPDATE signed SET fate = 'destroy' WHERE signoff = 1", "Notat/a.txt counts as signed for"),
        ("UPDATE signed SET name = 'b.txt' WHERE signoff = 1", "Notat/a.txt counts as signed for"),
        ("UPDATE signed SET signoff = 2 WHERE signoff = 1", "Notat/a.txt counts as signed for"),
        ("INSERT INTO answer VALUES (1, 'move', 'Ola', '', 5)", "answers 0 is not in the ledger"),
    ],
)
def test_what_was_altered_is_found(area: Area, statement: str, says: str) -> None:
    assert any(says in sentence for sentence in wrong_after(area, statement))


def test_rows_put_in_another_order_are_found(area: Area) -> None:
    assert wrong_after(
        area,
        "UPDATE ledger SET id = 90 WHERE id = 1",
        "UPDATE ledger SET id = 1 WHERE id = 2",
        "UPDATE ledger SET id = 2 WHERE id = 90",
    )


def test_a_ledger_forged_and_chained_anew_lacks_the_key(area: Area) -> None:
    with area.catalog() as catalog:
        forged, previous = [], ledger.BEGINNING
        for row in ledger.rows(catalog):
            actor = "Somebody Else"
            hashed = ledger.row_hash(row.id, row.at, row.kind, actor, row.body, row.root, previous)
            forged.append((actor, previous, hashed, row.signature, row.id))
            previous = hashed
        with catalog.writing():
            catalog.run_many("UPDATE ledger SET actor = ?, previous = ?, hash = ?, signature = ? WHERE id = ?", forged)
    wrong = record.verify(area.work()).wrong
    assert len([sentence for sentence in wrong if "not signed with this machine's key" in sentence]) == 4


def test_a_ledger_that_does_not_reach_its_deposit_is_found(area: Area) -> None:
    with area.catalog() as catalog:
        head = ledger.head(catalog)
        assert head is not None
        deposit = {"ledger": head.id, "hash": head.hash, "public": head.signature.partition(":")[0]}
        assert audit.broken(catalog, [deposit]) == []
        assert audit.broken(catalog, [deposit | {"ledger": head.id + 1}])
        assert audit.broken(catalog, [deposit | {"hash": "0" * 64}])


def test_a_key_in_the_workspace_is_refused(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILRYDD_KEY", str(area.workspace / "ledger.key"))
    with pytest.raises(LedgerBroken, match="workspace"):
        area.sign("felles", destroys=False)
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM signoff") == 3


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path / "deep" / "key"))
    first = keys.public_of(keys.signing_key(outside=tmp_path / "workspace"))
    assert keys.public_of(keys.signing_key(outside=tmp_path / "workspace")) == first
    assert (tmp_path / "deep" / "key").stat().st_mode & 0o077 == 0


def test_a_clock_that_went_back_is_refused(area: Area) -> None:
    from datetime import timedelta

    from filrydd.stages.work import system_clock

    yesterday = area.work(lambda: system_clock() - timedelta(days=1))
    with pytest.raises(ClockMoved, match=times.to_iso(yesterday.now())[:10]):
        review.withdraw(yesterday, "felles", "Kari Nordmann")
    assert record.verify(area.work()).entries == 4
