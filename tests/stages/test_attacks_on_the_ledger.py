"""Whoever can write a catalog, or the library, gains nothing: `ledger verify` finds it, and `retire` does not begin."""

import json
import shutil
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog import audit, keys, ledger
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.errors import FilryddError, LedgerBroken
from filrydd.stages import deposits, record, retire, verify
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from tests.stages.finished import LEFT
from tests.stages.moving import Moving

pytestmark = pytest.mark.xdist_group("finished")

# What is under a root, or said in the ledger itself; and the columns of it that nothing rests on.
UNDER_ROOTS = {
    "ledger": set[str](),
    "receipt": set(),
    "comparison": set(),
    "signoff": {"files"},  # a sum for people; what was signed is counted in signed_total
    "signed_bundle": set(),
    "signed_target": set(),
    "signed_total": set(),
    "signed_rule": set(),
    "cosign": set(),
    "withdrawal": {"at"},  # the entry of the ledger has its own time
    "freeze": set(),
    "handed_over": set(),
    "private_notice": set(),
    "acceptance": set(),
    # What it becomes under the seal is worked out from what it was.
    "former_permission": {"sealed"},
    "retirement": {"file_id", "aside_until", "purge", "purged", "restore"},
    "seal": {"begun", "way", "share_former", "share_sealed", "opened"},
}


@pytest.fixture
def left(nearly_done: Moving) -> Iterator[Moving]:
    """The area of which one file is left, with its catalog as it was before the test."""
    place = nearly_done.area.work().scans / "felles.db"
    copy = place.with_name("kept")
    with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    yield nearly_done
    for path in place.parent.glob("felles.db*"):
        path.unlink()
    shutil.move(copy, place)


@contextmanager
def intruding(moving: Moving) -> Iterator[sqlite3.Connection]:
    """Somebody with a SQLite shell and the right to write the catalog."""
    with closing(sqlite3.connect(moving.area.work().scans / "felles.db")) as intruder:
        yield intruder
        intruder.commit()


def refused(moving: Moving) -> tuple[str, ...]:
    """What `ledger verify` finds; `retire` must have refused for it, and have touched nothing."""
    checked = moving.act(record.verify_with)
    with pytest.raises(LedgerBroken) as error:
        moving.act(retire.apply)
    assert (moving.area.top / LEFT).is_file()
    assert error.value.details and set(error.value.details) <= set(checked.wrong)
    return checked.wrong


def deposit_of(moving: Moving) -> dict[str, Any]:
    async def last(work: Work, tenant: Tenant) -> dict[str, Any] | None:
        with work.catalog() as catalog:
            return await deposits.deposited(work, catalog, tenant)

    found = moving.act(last)
    assert found is not None
    return found


class _Undone(Exception):
    pass


def found_when(catalog: Catalog, deposit: dict[str, Any], statement: str, values: tuple[Any, ...] = ()) -> list[str]:
    """What is wrong after a statement, which is taken back. What SQLite itself refuses cannot be done."""
    wrong: list[str] = []
    try:
        with catalog.writing():
            assert catalog.change(statement, values), statement
            wrong = audit.broken(catalog, [deposit])
            raise _Undone
    except _Undone:
        return wrong
    except sqlite3.IntegrityError:
        return ["refused"]


def other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case None:
            return 7
        case int() | float():
            return value + 1_000
        case bytes():
            return value + b"x"
        case _:
            return f"{value}x"


def cells(catalog: Catalog) -> list[tuple[str, str, str, tuple[Any, ...], Any]]:
    """Every cell under a root: table, column, condition that picks the row, its values, and the cell's own."""
    found = []
    for table, spared in UNDER_ROOTS.items():
        columns = [
            (row["name"], row["pk"]) for row in catalog.rows(f"SELECT name, pk FROM pragma_table_info('{table}')")
        ]
        key = [name for name, place in columns if place]
        for row in list(catalog.rows(f"SELECT * FROM {table}")):
            where = " AND ".join(f"{name} IS ?" for name in key)
            values = tuple(row[name] for name in key)
            found += [(table, name, where, values, row[name]) for name, _place in columns if name not in spared]
    return found


def test_what_is_untouched_is_whole_and_goes_on(left: Moving) -> None:
    assert left.act(record.verify_with).wrong == ()
    assert {table for table, *_rest in cells_of(left)} == set(UNDER_ROOTS)
    plan = retire.plan(left.area.work())
    assert plan.moved == 1


def cells_of(moving: Moving) -> list[tuple[str, str, str, tuple[Any, ...], Any]]:
    with moving.area.catalog() as catalog:
        return cells(catalog)


def test_every_cell_that_something_rests_on_is_vouched_for(left: Moving) -> None:
    deposit = deposit_of(left)
    with left.area.catalog() as catalog:
        # The last row of each table here; any of them below.
        last = {(table, column): (where, values, value) for table, column, where, values, value in cells(catalog)}
        unseen = [
            (table, column, values)
            for (table, column), (where, values, value) in last.items()
            if not found_when(
                catalog, deposit, f"UPDATE {table} SET {column} = ? WHERE {where}", (other(value), *values)
            )
        ]
    assert unseen == []


def test_every_row_that_something_rests_on_is_missed(left: Moving) -> None:
    deposit = deposit_of(left)
    with left.area.catalog() as catalog:
        rows = {(table, where, values) for table, _column, where, values, _value in cells(catalog)}
        unseen = [
            (table, values)
            for table, where, values in sorted(rows)
            if not found_when(catalog, deposit, f"DELETE FROM {table} WHERE {where}", values)
        ]
    # A sign-off's totals and places are missed with it; whose sum is none had no row.
    assert unseen == []


@pytest.mark.parametrize("table", ["ledger", "receipt", "comparison", "signoff", "retirement", "freeze"])
def test_rows_in_another_order_are_found(left: Moving, table: str) -> None:
    with intruding(left) as intruder:
        first, second = (row[0] for row in intruder.execute(f"SELECT id FROM {table} ORDER BY id LIMIT 2"))
        for old, new in ((first, -1), (second, first), (-1, second)):
            intruder.execute(f"UPDATE {table} SET id = ? WHERE id = ?", (new, old))
    assert refused(left)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        # The tables that are worked with, and that no root is over.
        (["UPDATE rule SET junk = 1 WHERE name = 'old vouchers'"], "The rule old vouchers"),
        (["UPDATE rule SET basis = 'annen lov' WHERE name = 'old vouchers'"], "The rule old vouchers"),
        (["UPDATE rule SET confirmed_by = 'Ola' WHERE name = 'old vouchers'"], "The rule old vouchers"),
        (["UPDATE signed SET fate = 'destroy' WHERE fate = 'move'"], "counts as signed for"),
        (["UPDATE signed SET signoff = signoff + 1"], "counts as signed for"),
        (
            ["UPDATE signed SET rule = (SELECT id FROM rule WHERE name = 'junk') WHERE fate = 'destroy'"],
            "counts as signed",
        ),
        # One file, or a folder of them, in place of another: a bundle holds names alone.
        (["UPDATE file SET name = 'Thumbs.dbx' WHERE name = 'Thumbs.db'"], "counts as signed for"),
        (["UPDATE folder SET name = 'Annet' WHERE name = 'Bilag'"], "counts as signed for"),
        # Sealed since long ago, so that the grace period is over; or sealed although it is open again.
        (["UPDATE seal SET sealed = sealed - 864000000000"], "about seal 1"),
        (["INSERT INTO seal (state, begun, sealed) VALUES ('sealed', 1, 2)"], "about seal 2"),
        # A run that never was, and what it is to have written.
        (
            ["UPDATE receipt SET id = 99, run = 99 WHERE id = 1"],
            "upload 99",
        ),
        (["INSERT INTO withdrawal VALUES (2, 'Ola', '', 1)"], "withdrawn signatures"),
        # What is held, as if somebody had signed that it is destroyed.
        (
            [
                "UPDATE ruling SET rule = (SELECT id FROM rule WHERE name = 'old vouchers')",
                "INSERT INTO signed SELECT id, 2, 'destroy', 2, NULL, name, size, modified FROM file WHERE name = 'privat.txt'",
            ],
            "Hjem/privat.txt counts as signed for",
        ),
        # Another tenant, which would say that all is there.
        (["UPDATE destination SET tenant = 'graph'"], "uploaded to where"),
        # Queries that answer something else than the tables hold.
        (["DROP VIEW current_receipt", "CREATE VIEW current_receipt AS SELECT * FROM receipt"], "current_receipt"),
        (["CREATE TRIGGER t AFTER INSERT ON run BEGIN UPDATE freeze SET lifted = 1; END"], "The catalog's t "),
        (["PRAGMA writable_schema = 1", "DELETE FROM sqlite_master WHERE name = 'freeze'"], "The catalog's freeze"),
    ],
)
def test_what_no_root_is_over_gains_nothing_either(left: Moving, statements: list[str], says: str) -> None:
    with intruding(left) as intruder:
        for statement in statements:
            intruder.execute(statement)
    if "sqlite_master" in statements[-1]:
        with pytest.raises((FilryddError, sqlite3.OperationalError)):
            left.act(retire.apply)
        assert (left.area.top / LEFT).is_file()
        return
    assert [sentence for sentence in refused(left) if says in sentence]


def test_an_ended_run_that_counts_as_open_again_vouches_for_nothing_more(left: Moving) -> None:
    with intruding(left) as intruder:
        intruder.execute("UPDATE comparison SET source_hash = 'forged'")
        intruder.execute("UPDATE run SET ended = NULL WHERE stage = 'verify'")
    assert [sentence for sentence in left.act(record.verify_with).wrong if "vouches for was changed" in sentence]
    # A new run would close it, and enter what stands in it by now.
    with pytest.raises(LedgerBroken, match="counts as open again"):
        left.act(verify.run)


def chained_anew(catalog: Catalog, sign: Callable[[str], str], actor: str = "Somebody Else") -> None:
    """The whole ledger forged, with everything in it that needs no secret."""
    forged, previous = [], ledger.BEGINNING
    for row in ledger.rows(catalog):
        root = row.root and ledger.root_of(catalog, *ledger.vouched(row))
        hashed = ledger.row_hash(row.id, row.at, row.kind, actor, row.body, root, previous)
        forged.append((actor, root, previous, hashed, sign(hashed), row.id))
        previous = hashed
    with catalog.writing():
        catalog.run_many(
            "UPDATE ledger SET actor = ?, root = ?, previous = ?, hash = ?, signature = ? WHERE id = ?", forged
        )


def test_a_ledger_forged_whole_is_found_whoever_signs_it(
    left: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = keys.place()
    signatures: dict[str, str] = {}
    with left.area.catalog() as catalog:
        signatures = {row.hash: row.signature for row in ledger.rows(catalog)}
        last = next(reversed(signatures.values()))
        chained_anew(catalog, lambda _hash: last)
    assert len([one for one in refused(left) if "not signed with this machine's key" in one]) == len(signatures)
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path / "forger.key"))
    other_key = keys.signing_key(outside=left.area.workspace)
    with left.area.catalog() as catalog:
        chained_anew(catalog, lambda hashed: keys.sign(other_key, hashed))
    monkeypatch.setenv("FILRYDD_KEY", str(genuine))
    assert len([one for one in refused(left) if "not signed with this machine's key" in one]) == len(signatures)
    # The key in its place too: all is well on this machine, and the library still holds what was.
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path / "forger.key"))
    with left.area.catalog() as catalog:
        assert [one for one in audit.broken(catalog) if "signed" in one or "changed" in one] == []
    assert any("copy that was deposited" in one for one in refused(left))


def test_a_tail_cut_off_with_all_that_it_vouched_for_is_found_by_the_deposit(left: Moving) -> None:
    with intruding(left) as intruder:
        run = intruder.execute("SELECT MAX(run) FROM retirement").fetchone()[0]
        last = intruder.execute("SELECT MIN(id) FROM ledger WHERE kind = 'retire'").fetchone()[0]
        intruder.execute("DELETE FROM retirement WHERE run = ?", (run,))
        intruder.execute("DELETE FROM run WHERE id = ?", (run,))
        lifted = intruder.execute("SELECT body FROM ledger WHERE id >= ? AND kind = 'unfreeze'", (last,)).fetchall()
        for (body,) in lifted:
            intruder.execute(
                "UPDATE freeze SET lifted = NULL, lifted_by = '', lifted_note = '' WHERE id = ?",
                (json.loads(body)["of"],),
            )
        intruder.execute("DELETE FROM ledger WHERE id >= ?", (last,))
        intruder.execute("DELETE FROM deposit")
    with left.area.catalog() as catalog:
        assert audit.broken(catalog) == []
    assert all("deposited" in one for one in refused(left))


def in_library(moving: Moving, method: str, body: bytes | None = None) -> bytes:
    """What somebody does to the deposit, who may write in the library."""
    url = f"{moving.tenant.graph}/drives/{moving.drive}/root:/_filrydd/felles.json:"
    request = urllib.request.Request(url + ("" if method == "DELETE" else "/content"), data=body, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: bytes = answer.read()
        return found


@pytest.fixture
def deposited(left: Moving, monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """The deposit, which is there again afterwards."""
    monkeypatch.setattr(deposits, "PATIENCE", (0.01, 0.01))
    whole = in_library(left, "GET")
    yield whole
    with left.area.catalog() as catalog:
        catalog.value("SELECT 1")
    in_library(left, "PUT", whole)


def test_a_deposit_that_was_changed_or_is_no_deposit_is_found(left: Moving, deposited: bytes) -> None:
    record_of = json.loads(deposited)
    for forged in (
        b"",
        b"[]",
        b"\xff",
        json.dumps(record_of | {"hash": "0" * 64}).encode(),
        json.dumps(record_of | {"ledger": record_of["ledger"] - 1}).encode(),
        json.dumps(record_of | {"area": "annet"}).encode(),
        json.dumps(record_of | {"signature": None}).encode(),
    ):
        in_library(left, "PUT", forged)
        with pytest.raises(LedgerBroken):
            left.act(retire.apply)
        assert (left.area.top / LEFT).is_file()


def test_a_deposit_of_another_key_is_found(left: Moving, deposited: bytes, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FILRYDD_KEY", str(tmp_path / "forger.key"))
        key = keys.signing_key(outside=left.area.workspace)
    forged = json.loads(deposited)
    forged |= {"signature": keys.sign(key, forged["hash"]), "public": keys.public_of(key)}
    in_library(left, "PUT", json.dumps(forged).encode())
    assert any("copy that was deposited" in one for one in refused(left))


def test_a_deposit_that_is_gone_is_missed_also_when_the_catalog_says_that_there_was_none(
    left: Moving, deposited: bytes
) -> None:
    in_library(left, "DELETE")
    with intruding(left) as intruder:
        intruder.execute("DELETE FROM deposit")
    assert any("is gone" in one for one in refused(left))


def test_a_deposit_that_is_not_found_at_first_is_asked_for_again(left: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(deposits, "PATIENCE", (0.01, 0.01, 0.01))

    async def seldom(work: Work, tenant: Tenant) -> list[str]:
        truly = tenant.record

        async def lagging(drive: str, folder: str, name: str) -> Any:
            asked.append(1)
            return None if len(asked) < 3 else await truly(drive, folder, name)

        monkeypatch.setattr(tenant, "record", lagging)
        with work.catalog() as catalog:
            return await deposits.compare(work, catalog, tenant)

    assert left.act(seldom) == [] and len(asked) == 3


def test_an_old_catalog_with_the_old_deposit_put_back_is_found_by_the_librarys_own_history(
    left: Moving, deposited: bytes
) -> None:
    """SharePoint keeps versions: who puts an older one on top leaves the newer one below it."""
    place = left.area.work().scans / "felles.db"
    with left.area.catalog() as catalog:
        catalog.copy_to(place.with_name("old"))

    async def one_more(work: Work, tenant: Tenant) -> None:
        with work.catalog() as catalog:
            with catalog.writing(durable=True):
                ledger.append(catalog, "look", "tester", {"why": "something happened"}, "", work.now())
            await deposits.deposit(work, catalog, tenant)

    left.act(one_more)
    for path in place.parent.glob("felles.db*"):
        path.unlink()
    shutil.move(place.with_name("old"), place)
    in_library(left, "PUT", deposited)
    assert refused(left) == (
        f"The ledger does not continue the copy that was deposited in the tenant (entry {json.loads(deposited)['ledger'] + 2}).",
    )
    in_library(left, "DELETE")  # with its history, so that others find the area as it was


def test_without_the_key_nothing_begins_and_none_is_made(
    left: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path / "gone.key"))
    for what in (retire.apply, record.verify_with):
        with pytest.raises(LedgerBroken, match="is not there") as error:
            left.act(what)  # type: ignore[arg-type]
        assert "where it is kept safe" in error.value.next
    assert not (tmp_path / "gone.key").exists() and (left.area.top / LEFT).is_file()
    monkeypatch.setenv("FILRYDD_KEY", str(left.area.workspace / "scans" / "inside.key"))
    with pytest.raises(LedgerBroken, match="lies in the workspace"):
        left.act(retire.apply)


_DEPOSIT: dict[str, Any] = {}


@settings(derandomize=True, max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    choice=st.integers(0, 1 << 30),
    value=st.one_of(st.none(), st.integers(-5, 1 << 40), st.text(max_size=9), st.binary(max_size=9)),
)
def test_whatever_is_written_into_a_cell_is_found(nearly_done: Moving, choice: int, value: Any) -> None:
    if not _DEPOSIT:
        _DEPOSIT.update(deposit_of(nearly_done))
    with open_catalog(nearly_done.area.work().scans / "felles.db") as catalog:
        every = cells(catalog)
        table, column, where, values, old = every[choice % len(every)]
        if str(old) == str(value) or (isinstance(value, str) and not value.isprintable()):
            return
        wrong = found_when(catalog, _DEPOSIT, f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *values))
    assert wrong, (table, column, old, value)
