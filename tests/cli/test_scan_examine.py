"""`filrydd scan --examine` and `filrydd links` with real documents and the real reader behind its fence."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.areas import POLICY, Area, new_area
from tests.commands import filrydd
from tests.conftest import lay_out
from tests.reading import findings_in, links_in, number
from tests.samba import Samba

MakeArea = Callable[..., Area]
NUMBER = number()
KNOWN = POLICY.replace("    folder: Felles\n", "    folder: Felles\n    drives: {F: ''}\n").replace(
    "  - rule: the rest",
    "  - rule: persons\n    when: {finding: [identity number]}\n    fate: hold\n"
    "    reason: {nb: Fødselsnumre i teksten., en: Identity numbers in the text.}\n  - rule: the rest",
)
RELATION = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"'
    ' Target="file:///F:\\Tall\\sum.xlsx" TargetMode="External"/></Relationships>'
)


def workbook(path: Path, *, linked: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.active.append(["Fødselsnummer", "Navn"])  # type: ignore[union-attr]
    book.active.append(["ukjent", "Kari"])  # type: ignore[union-attr]
    book.save(path)
    if linked:
        with zipfile.ZipFile(path, "a") as package:
            package.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", RELATION)


def documents(top: Path) -> None:
    """Documents with an identity number, with links, private, and damaged."""
    lay_out(
        top,
        {
            "Bilag": {"søker.txt": f"Navn: Kari\nFødselsnummer: {NUMBER}\n"},
            "Hjem": {"brev.txt": f"fnr {NUMBER}"},
            "hent.bat": b"copy F:\\Tall\\sum.xlsx C:\\temp\r\n",
            "ødelagt.docx": b"PK\x03\x04 no more",
            "notat.txt": "Ingenting her.\n",
        },
    )
    workbook(top / "Tall" / "sum.xlsx")
    workbook(top / "bok.xlsx", linked=True)


def check(area: Area) -> None:
    kinds = {(path, kind) for path, kind, _detail in findings_in(area)}
    assert kinds == {
        ("Bilag/søker.txt", "identity number"),
        ("hent.bat", "links"),
        ("bok.xlsx", "links"),
        ("Tall/sum.xlsx", "linked"),
    }
    inside = {(path, to) for path, _target, place, to in links_in(area) if place == "inside"}
    assert inside == {("hent.bat", "Tall/sum.xlsx"), ("bok.xlsx", "Tall/sum.xlsx")}
    for file in (area.workspace / "scans").rglob("*"):
        assert not file.is_file() or NUMBER.encode() not in file.read_bytes(), f"the number is stored in {file.name}"


@pytest.fixture
def area(make_area: MakeArea) -> Area:
    made = make_area({})
    made.policy(KNOWN)
    documents(made.top)
    return made


def test_documents_are_read_ruled_and_their_links_told(area: Area) -> None:
    said = filrydd(
        "scan", "felles", str(area.top), "--examine", "--max-read", "100MB/s", "--json", workspace=area.workspace
    )
    assert said.json["examined"] == {"damaged": 1, "read": 5}
    assert said.json["found"] == {"identity number": 1, "linked": 1, "links": 2}
    assert said.json["not_examined"]["private"] == 1
    assert "an identity number in the text: 1 file" in said.err and "damaged" in said.err
    assert NUMBER not in said.out + said.err
    check(area)
    filrydd("classify", "felles", workspace=area.workspace)
    for path, rule in (("Bilag/søker.txt", "persons"), ("notat.txt", "the rest"), ("ødelagt.docx", "persons: unknown")):
        assert filrydd("explain", "felles", path, "--json", workspace=area.workspace).json["rule"] == rule
    again = filrydd("scan", "felles", "--examine", "--json", workspace=area.workspace)
    assert again.json["examined"] == {"damaged": 1, "read": 5}


def test_links_tells_what_breaks_and_needs_a_person_for_it(area: Area) -> None:
    before = filrydd("scan", "felles", str(area.top), workspace=area.workspace)
    assert before.code == 0
    unread = filrydd("links", "felles", workspace=area.workspace)
    assert unread.code == 3 and "--examine" in unread.err
    filrydd("scan", "felles", "--examine", workspace=area.workspace)
    said = filrydd("links", "felles", workspace=area.workspace)
    assert said.code == 3
    assert "bok.xlsx -> Tall/sum.xlsx" in said.out and "hent.bat -> Tall/sum.xlsx" in said.out
    told = filrydd("links", "felles", "--json", workspace=area.workspace).json
    assert (told["pointing"], told["pointed"], told["breaks"]) == (2, 1, 2)
    assert {(one["kind"], one["place"], one["breaks"]) for one in told["groups"] if one["breaks"]} == {
        ("workbook", "inside", 1),
        ("script", "inside", 1),
    }
    assert told["most_linked"] == [{"path": "Tall/sum.xlsx", "files": 2}]
    (area.top / "bok.xlsx").unlink()
    (area.top / "hent.bat").unlink()
    filrydd("scan", "felles", workspace=area.workspace)
    assert filrydd("links", "felles", workspace=area.workspace).code == 0


def test_a_speed_without_reading_is_refused(area: Area) -> None:
    said = filrydd("scan", "felles", str(area.top), "--max-read", "5MB/s", workspace=area.workspace)
    assert said.code == 2 and "--examine" in said.err


def test_an_area_that_was_never_scanned_has_no_links(area: Area) -> None:
    assert filrydd("links", "felles", workspace=area.workspace).code == 1


@pytest.mark.samba
def test_documents_on_a_share_are_read_through_smb(
    samba: Samba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = new_area(tmp_path)
    area.policy(KNOWN)
    documents(samba.folder.parent / "shares" / "felles" / "dokumenter")
    monkeypatch.setenv("FILRYDD_SMB_USER", "root")
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", samba.users["root"])
    said = filrydd("scan", "felles", samba.url("felles", "dokumenter"), "--examine", "--json", workspace=area.workspace)
    assert said.json["examined"] == {"damaged": 1, "read": 5}
    check(area)
