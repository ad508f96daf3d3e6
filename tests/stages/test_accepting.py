"""A part's contact confirms the new place, or says what is missing there; without a yes nothing is sealed."""

import sqlite3
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from filrydd.catalog import acceptances, arrivals, audit, ledger, seals
from filrydd.catalog.acceptances import Says
from filrydd.errors import BadUsage, NotApproved, NotVerified, ProposalChanged
from filrydd.model.by import By
from filrydd.notices.post import FolderPost
from filrydd.notices.state import Kind
from filrydd.stages import accept, classify, propose, remind, upload, verify
from filrydd.stages.accept import State
from tests.areas import POLICY, Area
from tests.commands import filrydd
from tests.stages.moving import Moving
from tests.stages.test_remind import KARI as KARI_AT
from tests.stages.test_remind import MONDAY, WISHES, WITH_ADDRESSES, on, written
from tests.tenants import Visitor

TREE = {
    "Bilag": {"ny.pdf": b"new voucher", "2026": {"en.pdf": b"one", "to.pdf": b"two"}},
    "Notat": {"a.txt": b"alpha", "Under": {"b.txt": b"beta"}},
    "Hjem": {"privat.txt": b"mine"},
}
KARI = By("Kari Nordmann", "https://log.in||kari", "OpenID Connect, https://log.in")
OLA = By("Ola Lunde", "https://log.in||ola", "OpenID Connect, https://log.in")


@pytest.fixture
def moving(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moving:
    return Moving(make_area(TREE), tenant, tmp_path / "backup")


def missing(area: Area) -> tuple[str, ...]:
    with area.catalog() as catalog:
        return accept.missing(area.work(), catalog)


def asked(area: Area) -> dict[str, accept.Question]:
    with area.catalog() as catalog:
        return accept.questions(catalog)


def wrong(area: Area) -> list[str]:
    with area.catalog() as catalog:
        return audit.broken(catalog)


def test_from_the_first_file_until_a_yes_that_another_place_ends(moving: Moving) -> None:
    area = moving.area
    area.scan()
    assert missing(area) == ()
    moving.until_uploaded()
    assert missing(area) == ("bilag", "felles")
    assert {one.state for one in asked(area).values()} == {State.EARLY}
    with pytest.raises(NotVerified) as early:
        accept.answer(area.work(), Says.YES, KARI, "contact")
    assert early.value.next == "filrydd verify felles"
    moving.act(verify.run)

    found = asked(area)
    assert {part: (one.state, one.arrival.files) for part, one in found.items()} == {
        "bilag": (State.ASKED, 3),
        "felles": (State.ASKED, 2),
    }
    assert [place.rpartition("/Dokumenter/")[2] for place in found["bilag"].arrival.places] == ["Felles/Bilag"]
    assert [place.rpartition("/Dokumenter/")[2] for place in found["felles"].arrival.places] == ["Felles/Notat"]

    (yes,) = accept.answer(area.work(), Says.YES, OLA, "contact", "Alt er der.", ["bilag"])
    assert (yes.part, yes.says, yes.files, len(yes.head)) == ("bilag", Says.YES, 3, 64)
    assert missing(area) == ("felles",)
    (no,) = accept.answer(area.work(), Says.NO, KARI, "contact", "Jeg finner ikke Under.", ["felles"])
    assert missing(area) == ("felles",)
    assert asked(area)["felles"].state is State.NO
    accept.answer(area.work(), Says.YES, KARI, "contact", "", ["felles"])
    assert missing(area) == ()
    accept.answer(area.work(), Says.NO, OLA, "contact", "Nå mangler noe.", ["bilag"])
    assert missing(area) == ("bilag",), "a yes is taken back by a no"
    accept.answer(area.work(), Says.YES, OLA, "contact", "", ["bilag"])
    assert wrong(area) == []
    with area.catalog() as catalog:
        said = acceptances.history(catalog, "bilag")
        kinds = [row.kind for row in ledger.rows(catalog) if row.kind == "acceptance"]
    assert [(one.says, one.by, one.role, one.note, one.files) for one in said] == [
        (Says.YES, OLA, "contact", "", 3),
        (Says.NO, OLA, "contact", "Nå mangler noe.", 3),
        (Says.YES, OLA, "contact", "Alt er der.", 3),
    ]
    assert (len(kinds), no.head != yes.head) == (5, True)

    # More in the same place, also in a new folder there, asks nobody again; another place does.
    (area.top / "Bilag" / "2027").mkdir()
    (area.top / "Bilag" / "2027" / "ny.pdf").write_bytes(b"next year")
    (area.top / "rot.txt").write_bytes(b"at the top")
    area.until_proposed()
    area.sign()
    assert moving.act(upload.apply).uploaded == 2
    assert missing(area) == ("felles",)
    assert (asked(area)["bilag"].state, asked(area)["felles"].state) == (State.YES, State.EARLY)
    moving.act(verify.run)
    assert asked(area)["felles"].state is State.ELSEWHERE
    assert [place.rpartition("/")[2] for place in asked(area)["felles"].arrival.places] == ["Felles"]
    accept.answer(area.work(), Says.YES, KARI, "contact")
    assert missing(area) == ()

    # What the ledger vouches for cannot be altered or made up.
    base = area.workspace / "scans" / "felles.db"
    columns = "part, 'yes', places, digest, files, 0, name, role, who, how, '', at"
    for forged, told in (
        ("UPDATE acceptance SET says = 'yes' WHERE id = 2", "changed after it was written"),
        (f"INSERT INTO acceptance SELECT 99, {columns} FROM acceptance WHERE id = 1", "99 is not in the ledger"),
        ("DELETE FROM acceptance WHERE id = 4", "changed after it was written"),
    ):
        kept = base.with_suffix(".kept")
        with sqlite3.connect(base) as catalog, sqlite3.connect(kept) as copy:
            catalog.backup(copy)
            catalog.execute(forged)
        catalog.close()
        copy.close()
        assert any(told in sentence for sentence in wrong(area)), forged
        with sqlite3.connect(kept) as copy, sqlite3.connect(base) as catalog:
            copy.backup(catalog)
        catalog.close()
        copy.close()
    assert wrong(area) == []


def test_what_cannot_be_answered_is_refused_and_stores_nothing(moving: Moving) -> None:
    area = moving.area
    area.scan()
    with pytest.raises(NotApproved, match="Nothing of felles has arrived"):
        accept.answer(area.work(), Says.YES, KARI, "contact")
    moving.until_uploaded()
    moving.act(verify.run)
    seen = asked(area)["bilag"].arrival.digest
    for raised, told, given in (
        (BadUsage, "what is missing", {"says": Says.NO, "note": "  \n "}),
        (BadUsage, "at most 4,?000", {"note": "x" * 4001}),
        (NotApproved, "Nothing of finnes ikke", {"part_names": ["finnes ikke"]}),
        (ProposalChanged, "has changed since you looked", {"part_names": ["bilag"], "seen": "0" * 64}),
        (ProposalChanged, "has changed since you looked", {"part_names": ["bilag"], "seen": "-"}),
    ):
        with pytest.raises(raised, match=told):
            accept.answer(area.work(), **{"says": Says.YES, "by": KARI, "role": "contact", **given})  # type: ignore[arg-type]
    with area.catalog() as catalog:
        assert acceptances.in_force(catalog) == {}

    first = accept.answer(area.work(), Says.YES, KARI, "contact", "", ["bilag"], seen=seen)
    again = accept.answer(area.work(), Says.YES, KARI, "contact", "", ["bilag", "bilag"], seen=seen)
    assert (bool(first[0].head), again[0].head) == (True, ""), "the same again is not stored again"
    with area.catalog() as catalog:
        assert len(acceptances.history(catalog, "bilag")) == 1
        seal = seals.begin(catalog, area.work().now())
        assert not accept.questions(catalog)["bilag"].closed, "a seal that only reads permissions has changed nothing"
        seals.turn(catalog, seal.id, "sealed", "tester", area.work().now())
    with pytest.raises(NotApproved, match="read-only") as late:
        accept.answer(area.work(), Says.NO, KARI, "contact", "Noe mangler.", ["bilag"])
    assert late.value.next == "filrydd unseal felles"


def test_what_is_open_stands_beside_the_question_and_contacts_are_asked_by_mail(moving: Moving, tmp_path: Path) -> None:
    moving.set_policy(WITH_ADDRESSES)
    moving.until_uploaded()
    (path,) = [path for path in moving.files() if path.endswith("en.pdf")]
    url = f"{moving.tenant.graph}/drives/{moving.drive}/root:/{urllib.parse.quote(path)}:"
    urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=30).close()
    assert moving.act(verify.run).findings == {"missing": 1}
    found = asked(moving.area)
    assert (found["bilag"].arrival.findings, found["felles"].arrival.findings) == ({"missing": 1}, {})
    accept.answer(moving.area.work(), Says.YES, OLA, "contact", part_names=["bilag"])
    with moving.area.catalog() as catalog:
        assert acceptances.in_force(catalog)["bilag"].findings == 1

    plan = remind.plan(on(moving.area, MONDAY))
    assert [(one.address, [(due.standing.part.name, due.kind) for due in one.dues]) for one in plan.letters] == [
        (KARI_AT, [("felles", Kind.CONFIRM)])
    ]
    with FolderPost(tmp_path / "post") as post:
        remind.apply(on(moving.area, MONDAY), WISHES, post)
    (message,) = written(tmp_path / "post")
    text = " ".join(message.get_body().get_content().split())  # type: ignore[union-attr]
    assert "is everything in felles where you expect it?" in " ".join(str(message["Subject"]).split())
    assert "answer yes or no" in text and "https://filrydd.example.no" in text and "signed" not in text
    assert remind.plan(on(moving.area, MONDAY)).letters == ()
    no = on(moving.area, MONDAY + timedelta(days=1))
    accept.answer(no, Says.NO, KARI, "contact", "Under mangler.", ["felles"])
    assert remind.plan(on(moving.area, MONDAY + timedelta(days=7))).letters == (), "others have a week to look for it"
    assert len(remind.plan(on(moving.area, MONDAY + timedelta(days=8))).letters) == 1


def test_what_arrived_of_several_folders_is_told_by_the_folder_that_holds_all(moving: Moving) -> None:
    moving.set_policy(POLICY.replace("folder: Felles", 'folder: ""'))
    (moving.area.top / "Brev").mkdir()
    (moving.area.top / "Brev" / "c.txt").write_bytes(b"letter")
    moving.until_uploaded()
    with moving.area.catalog() as catalog:
        found = arrivals.current(catalog)
        assert arrivals.is_current(catalog) and arrivals.read(catalog) == found
    assert [place.rpartition("/")[2] for place in found["felles"].places] == ["Brev", "Notat"]
    assert [place.rpartition("/")[2] for place in found["bilag"].places] == ["Bilag"]


def test_a_yes_is_about_a_place_and_not_about_one_that_begins_alike() -> None:
    said = acceptances.Acceptance(1, "a", Says.YES, ("https://x/s/Dok/Felles",), 1, 0, KARI, "contact", "", 1)
    assert said.holds_for(["https://x/s/Dok/Felles", "https://x/s/Dok/Felles/Notat"])
    assert not said.holds_for(["https://x/s/Dok/Felles2"])
    assert not said.holds_for(["https://x/s/Dok"])
    assert not said.holds_for(["https://x/s/Dok/Felles", "https://y/s/Dok/Felles"])


def test_the_command_confirms_where_the_policy_lets_it(moving: Moving) -> None:
    moving.until_uploaded()
    moving.act(verify.run)
    workspace = moving.area.workspace
    done = filrydd("accept", "felles", "bilag", "--as", "Ola Lunde", "--json", workspace=workspace)
    assert done.code == 0, done.err
    (one,) = done.json["answered"]
    assert (one["part"], one["says"], one["files"], len(one["ledger"])) == ("bilag", "yes", 3, 64)
    assert one["places"][0] in done.err
    no = filrydd("accept", "felles", "--as", "Ola Lunde", "--no", workspace=workspace)
    assert (no.code, "Nobody has said what is missing" in no.err) == (2, True)
    no = filrydd("accept", "felles", "--as", "Ola", "--no", "--note", "Under mangler", workspace=workspace)
    assert (no.code, no.out) == (3, "")
    assert missing(moving.area) == ("bilag", "felles")
    listed = filrydd("accept", "felles", "--json", workspace=workspace)
    assert (listed.code, [one["state"] for one in listed.json["parts"]]) == (3, ["no", "no"])
    assert "felles: Ola said on" in listed.err and "that something is missing: Under mangler" in listed.err
    assert filrydd("accept", "felles", "bilag", workspace=workspace).code == 2
    moving.set_policy(POLICY.replace("  command_line: signs\n", ""))
    refused = filrydd("accept", "felles", "--as", "Ola Lunde", workspace=workspace)
    assert (refused.code, "does not let anybody sign" in refused.err) == (1, True)
    assert missing(moving.area) == ("bilag", "felles")


def test_parts_that_were_divided_anew_are_asked_anew(moving: Moving) -> None:
    moving.until_uploaded()
    moving.act(verify.run)
    accept.answer(moving.area.work(), Says.YES, KARI, "contact")
    part = "parts: [{name: bilag, path: Bilag, contact: {name: Ola Lunde}}]"
    moving.set_policy(POLICY.replace(part, "parts: [{name: notater, path: Notat}]"))
    classify.run(moving.area.work())
    propose.run(moving.area.work())
    assert missing(moving.area) == ("felles", "notater")
