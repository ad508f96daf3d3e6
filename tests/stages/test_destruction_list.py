"""The list of what is destroyed says what Noark 5 asks for, as a workbook and as a document whose signature holds."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from filrydd.catalog import keys
from filrydd.errors import BadUsage, LedgerBroken
from filrydd.stages import destruction_list
from filrydd.stages.destruction_list import document
from filrydd.stages.sheet import book_of_tables as book
from tests.areas import Area
from tests.commands import filrydd
from tests.stages.finished import NUMBER, signed
from tests.stages.ledger_reader import list_is_signed
from tests.stages.moving import Moving
from tests.tenants import Visitor

pytestmark = pytest.mark.xdist_group("finished")


@pytest.fixture
def planned(tmp_path: Path, tenant: Visitor) -> Moving:
    return signed(tmp_path, tenant)


def rows(path: Path, sheet: str = "Files") -> list[dict[str, Any]]:
    table = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def public(area: Area) -> str:
    return keys.public_of(keys.signing_key(outside=area.workspace))


def test_before_the_deletion_the_list_is_a_plan_that_says_who_decided_what_and_by_which_right(
    planned: Moving, tmp_path: Path
) -> None:
    done = destruction_list.write(planned.area.work(), "regnskap", tmp_path / "liste.xlsx")
    assert done.plan and {state.value: total.files for state, total in done.states.items()} == {"signed": 3}
    found = rows(done.path)
    assert {row["Name"] for row in found} == {"Thumbs.db", "gammel.pdf", "=gammel ***********.pdf"}
    (old,) = [row for row in found if row["Path"] == "Bilag/gammel.pdf"]
    asked = ("Department", "Area", "Part", "Rule", "Why", "Period", "Legal basis", "Noark code", "Decided by")
    assert [old[title] for title in asked] == [
        "Accounting",
        "felles",
        "bilag",
        "old vouchers",
        "The period is over.",
        "5 years after the end of the year in which it was last changed",
        "bokføringsloven § 13",
        "Kasseres",
        "Arkivar",
    ]
    people = ("Confirmed by", "Confirmed on", "Signed by", "Second signature", "State", "Deleted on", "Proof")
    assert [old[title] for title in people] == [
        "Arkivar",
        "2026-01-02",
        "Kari Nordmann",
        "Berit Bakken",
        "signed, not deleted yet",
        None,
        None,
    ]
    assert (old["Size in bytes"], old["Changed (UTC)"]) == (len("old voucher"), "2010-05-05T00:00:00Z")
    about = {row["What"]: row["Value"] for row in rows(done.path, "About this list")}
    assert about["This list"] == "is a plan: not all of it is deleted yet"
    assert about["SHA-256 of the signed document"] == done.digest


def test_the_document_is_signed_and_any_change_of_it_is_found(planned: Moving, tmp_path: Path) -> None:
    work = planned.area.work()
    path = destruction_list.write(work, "regnskap", tmp_path / "liste.xlsx").document
    assert path.stat().st_mode & 0o077 == 0
    assert list_is_signed(path, public(planned.area))
    assert destruction_list.check_with_key(work, path) == (document.check(path), True)
    whole = path.read_bytes()
    inside = json.loads(whole)["document"]
    assert (inside["plan"], inside["by"], inside["areas"][0]["entries"]) == (True, "tester", 9)
    assert [one["rule"] for one in inside["rules"]] == ["junk", "old vouchers"]
    assert inside["rules"][1]["period"] == "5y after end of year"
    assert {one["second_by"] for one in inside["signatures"]} == {"", "Berit Bakken"}
    assert NUMBER.encode() not in whole
    # Every byte counts: one letter of a name, a file left out, the digest, the signature, the end.
    for changed in (
        whole.replace(b"Arkivar", b"arkivar", 1),
        whole.replace(b'"plan":true', b'"plan":false'),
        whole.replace(b'"sha256":"', b'"sha256":"0', 1),
        whole[:-4] + b"0" + whole[-3:] if whole[-4:-3] != b"0" else whole[:-4] + b"1" + whole[-3:],
        whole[:-1],
        whole + b" ",
        b"",
        b"{}",
    ):
        path.write_bytes(changed)
        assert not destruction_list.check(path).whole


def test_a_document_that_another_key_signed_is_told_apart(
    planned: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = planned.area.work()
    path = destruction_list.write(work, "regnskap", tmp_path / "liste.xlsx").document
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path / "other.key"))
    with pytest.raises(LedgerBroken, match="is not there"):
        destruction_list.check_with_key(work, path)
    keys.signing_key(outside=planned.area.workspace)
    checked, ours = destruction_list.check_with_key(work, path)
    assert checked.whole and not ours


def test_no_cell_is_a_formula_and_a_full_sheet_goes_on_in_another(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with book.Book(most=2) as written, path.open("wb") as file:
        written.begin("Files", (("=Name", 10),))
        for name in ("=1+1", "@cmd", f"+{NUMBER}", "plain"):
            written.row((name,))
        written.save(file)
    loaded = openpyxl.load_workbook(path)
    assert loaded.sheetnames == ["Files", "Files 2"]
    cells = [cell for sheet in loaded for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == ["=Name", "=1+1", "@cmd", "=Name", "+***********", "plain"]


def test_nothing_is_written_over_and_nothing_half(planned: Moving, tmp_path: Path) -> None:
    work = planned.area.work()
    with pytest.raises(BadUsage, match="no department nobody"):
        destruction_list.write(work, "nobody", tmp_path / "liste.xlsx")
    with pytest.raises(BadUsage, match=r"does not end with \.xlsx"):
        destruction_list.write(work, "regnskap", tmp_path / "liste.csv")
    (tmp_path / "liste.json").write_text("mine")
    with pytest.raises(BadUsage, match="is there already"):
        destruction_list.write(work, "regnskap", tmp_path / "liste.xlsx")
    with planned.area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE rule SET confirmed_by = 'Nobody' WHERE name = 'old vouchers'")
    with pytest.raises(LedgerBroken) as refused:
        destruction_list.write(work, "regnskap", tmp_path / "liste.xlsx", force=True)
    assert refused.value.details == ("The rule old vouchers is not what it was when it was signed for.",)
    assert (tmp_path / "liste.json").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.glob("liste*")) == ["liste.json"]


def test_the_plan_is_put_into_the_tenant_in_signed_pieces(
    planned: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destruction_list, "_FULL", 1_000)
    with planned.area.catalog() as catalog:
        pieces = list(destruction_list.planned(planned.area.work(), catalog))
    assert [number for number, _content in pieces] == [1, 2, 3]
    names = []
    for _number, content in pieces:
        (tmp_path / "piece.json").write_bytes(content)
        assert list_is_signed(tmp_path / "piece.json", public(planned.area))
        names += [one["name"] for one in json.loads(content)["document"]["files"]]
    assert sorted(names) == ["=gammel ***********.pdf", "Thumbs.db", "gammel.pdf"]


def test_after_the_deletion_the_list_says_when_by_whom_and_by_which_proof(nearly_done: Moving, tmp_path: Path) -> None:
    done = destruction_list.write(nearly_done.area.work(), "regnskap", tmp_path / "liste.xlsx")
    assert not done.plan
    files = json.loads(done.document.read_bytes())["document"]["files"]
    assert [(one["state"], one["deleted_by"], bool(one["deleted"]), bool(one["hash"])) for one in files] == [
        ("deleted", "tester", True, True)
    ] * 3
    with nearly_done.area.catalog() as catalog:
        proofs = {row["id"]: row["path"] for row in catalog.rows("SELECT id, path FROM retirement")}
    assert all(proofs[one["proof"]].endswith(one["name"].replace("***********", NUMBER)) for one in files)
    assert [row["Files that moved and left the old area"] for row in rows(done.path, "Moved")] == [2]


def test_the_command_writes_checks_and_says_so(planned: Moving, tmp_path: Path) -> None:
    workspace = planned.area.workspace
    done = filrydd("destroyed", "regnskap", str(tmp_path / "liste.xlsx"), "--json", workspace=workspace)
    assert (done.code, done.json["plan"], done.json["files"]["signed"]) == (0, True, 3)
    checked = filrydd("destroyed", "--check", str(tmp_path / "liste.json"), workspace=workspace)
    assert checked.code == 0 and "signed with this machine's key" in checked.err
    (tmp_path / "liste.json").write_bytes((tmp_path / "liste.json").read_bytes().replace(b"Arkivar", b"arkivar"))
    checked = filrydd("destroyed", "--check", str(tmp_path / "liste.json"), workspace=workspace)
    assert checked.code == 1 and "NOT what was signed" in checked.err
    assert filrydd("destroyed", "regnskap", workspace=workspace).code == 2
