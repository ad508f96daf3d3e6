"""The report of an upload: every file that moves with its outcome, why, and what to do; safe to open in a spreadsheet."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from filrydd.catalog import uploads
from filrydd.errors import BadUsage, DiskFull, NotApproved
from filrydd.lang import speaking
from filrydd.lang.remedies import remedy
from filrydd.lang.words import said
from filrydd.model.entry import Reason
from filrydd.stages import report, upload
from filrydd.stages.upload import joined, sending
from tests.areas import POLICY, Area
from tests.commands import filrydd
from tests.reading import number
from tests.stages.moving import Moving
from tests.stages.test_shared_items import STRUCTURE, TREE, dated
from tests.tenants import Visitor

NUMBER = number()
VIRUS = "X5O!P%@AP[4" + "\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*"
MORE = {
    "=1+1.txt": "a formula",
    "@sum;x.txt": "a formula and a semicolon",
    f"søknad {NUMBER}.txt": "somebody's",
    "virus.txt": VIRUS,
    "borte.txt": "gone before it goes",
    "frosset.txt": "a case holds it",
    "tom.txt": "",
}
CODES = (
    "quotaLimitReached",
    "accessDenied",
    "itemNotFound",
    "invalidRequest",
    "pathIsTooLong",
    "nameAlreadyExists",
    "malwareDetected",
    "notAllowed",
    "resourceLocked",
    "resourceModified",
    "requestTooLarge",
    "uploadSessionNotFound",
    "invalidRange",
    "generalException",
    "serviceNotAvailable",
)


@pytest.fixture
def moving(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moving:
    area = make_area(TREE)
    dated(area)
    for name, content in MORE.items():
        (area.top / "Møte" / name).write_text(content, encoding="utf-8")
    moving = Moving(area, tenant, tmp_path / "backup")
    moving.set_policy(POLICY + STRUCTURE)
    moving.scan(copies=True)
    moving.propose()
    area.sign()
    return moving


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def by_name(path: Path) -> dict[str, dict[str, str]]:
    titles, *lines = rows(path)
    return {line[0].rpartition("/")[2]: dict(zip(titles, line, strict=True)) for line in lines}


def test_every_file_has_its_outcome_and_every_failure_what_to_do(moving: Moving, tmp_path: Path) -> None:
    place = tmp_path / "before.csv"
    before = report.write(moving.area.work(), place)
    assert before.outcomes == {"waits": before.files}
    (moving.area.top / "Møte" / "borte.txt").unlink()
    (moving.area.top / "Notat" / "Ny.txt").write_text("nobody has seen it")
    moving.scan()
    moving.propose()
    (moving.area.top / "Møte" / "tom.txt").unlink()
    assert (
        filrydd(
            "freeze", "felles", "Møte/frosset.txt", "--case", "1", "--as", "A", workspace=moving.area.workspace
        ).code
        == 0
    )
    sent = moving.act(upload.apply)
    assert {reason for _path, reason, _detail in sent.failures} >= {"malwareDetected", "vanished"}
    after = report.write(moving.area.work(), tmp_path / "after.csv")
    found = by_name(tmp_path / "after.csv")
    assert after.files == len(found) == sum(after.outcomes.values())
    latest = found["rapport_v3 endelig.txt"]
    assert (latest["Outcome"], latest["Versions"], latest["What to do"]) == ("sent", "3", "")
    assert latest["New address"].startswith("http")
    assert latest["Item"] == moving.item("rapport_v3 endelig.txt")["id"]
    assert latest["Sent (UTC)"].endswith("Z")
    assert latest["Hash (quickXorHash)"]
    first = found["rapport_v1.txt"]
    assert first["Outcome"].startswith("there as an earlier version ")
    assert first["Shares the item of"].endswith("rapport_v3 endelig.txt")
    assert (first["Item"], first["Versions"]) == (latest["Item"], "")
    copies = [found[name] for name in ("Kopi.txt", "Referat.txt")]
    assert {one["Outcome"] for one in copies} == {"sent", "there as the file that it is a copy of"}
    assert len({one["Item"] for one in copies}) == 1
    virus = found["virus.txt"]
    assert virus["Outcome"] == "not sent"
    assert virus["Why"].startswith("SharePoint's virus scanner refuses it")
    assert "security" in virus["What to do"]
    assert "Dokumenter" in virus["New address"] and virus["Item"] == ""
    assert found["tom.txt"]["Outcome"] == "not sent"
    assert found["tom.txt"]["Why"].startswith("it is gone")
    assert found["frosset.txt"]["Outcome"] == "held fast by a case"
    assert found["Ny.txt"]["Outcome"] == "nobody has signed for it"
    assert "sign" in found["Ny.txt"]["What to do"]
    # It was gone before the last scan, and nobody can send it.
    assert "borte.txt" not in found
    # Worked on after it was sent: the next upload sends it again.
    (moving.area.top / "Notat" / "Referat.txt").write_text("what was said, and more")
    moving.scan()
    report.write(moving.area.work(), place)
    assert by_name(place)["Referat.txt"]["Outcome"] in ("changed after it was sent", "not sent yet")


def test_no_cell_is_a_formula_or_shows_an_identity_number(moving: Moving, tmp_path: Path) -> None:
    report.write(moving.area.work(), tmp_path / "r.csv")
    text = (tmp_path / "r.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert NUMBER.encode() not in text
    found = by_name(tmp_path / "r.csv")
    assert "søknad ***********.txt" in found
    for line in rows(tmp_path / "r.csv"):
        assert not any(cell[:1] in "=+-@|%" for cell in line if cell)
    report.write(moving.area.work(), tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    for cells in book.worksheets[0].iter_rows():
        assert all(cell.data_type != "f" for cell in cells)


def test_excel_gets_the_same_rows_on_as_many_sheets_as_it_takes(
    moving: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST_ROWS", 4)
    moving.act(upload.apply)
    report.write(moving.area.work(), tmp_path / "r.csv")
    written = report.write(moving.area.work(), tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx", read_only=True)
    titles, *lines = rows(tmp_path / "r.csv")
    assert len(book.worksheets) == -(-written.files // 4) > 1
    shown = [[["" if cell is None else str(cell) for cell in row] for row in sheet.values] for sheet in book.worksheets]
    assert all(sheet[0] == titles for sheet in shown)
    assert [row for sheet in shown for row in sheet[1:]] == [
        [cell.removeprefix("'") for cell in line] for line in lines
    ]


def test_a_report_is_there_whole_or_not_at_all(moving: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "reports"
    place.mkdir()
    (place / "r.xlsx").write_bytes(b"the one before")
    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: 7)
        patched.setattr(report, "remedy", lambda _reason: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(DiskFull):
            report.write(moving.area.work(), place / "r.xlsx")
    assert [path.name for path in place.iterdir()] == ["r.xlsx"]
    assert (place / "r.xlsx").read_bytes() == b"the one before"


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    for name in ("r.txt", "r", "there.csv", "no such folder/r.csv"):
        with pytest.raises(BadUsage):
            report.check_path(tmp_path / name, force=False)
    report.check_path(tmp_path / "there.csv", force=True)
    report.check_path(tmp_path / "new.XLSX", force=False)


def test_nothing_is_reported_of_an_area_that_nobody_proposed(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = make_area({"Bilag": {}, "a.txt": "a"})
    area.scan()
    with pytest.raises(NotApproved):
        report.write(area.work(), tmp_path / "r.csv")
    assert list(tmp_path.glob("r.csv*")) == []


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_reason_is_said_in_words_with_something_to_do(language: str) -> None:
    stored = [reason.value for reason in Reason]
    for module in (joined, sending, uploads):
        stored += [
            value
            for name, value in vars(module).items()
            if name.isupper() and isinstance(value, str) and value.replace(" ", "").isalpha()
        ]
    assert "name taken" in stored and len(stored) > 15
    with speaking(language):
        unknown = remedy("noSuchCode")
        for reason in (*stored, *CODES):
            assert remedy(reason) not in ("", unknown), reason
            assert said(reason) and (said(reason) != reason or " " in reason), reason
        assert remedy("status502") == remedy("serviceNotAvailable")
