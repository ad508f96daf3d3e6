"""Freezes, what was handed over, and the list of what is destroyed."""

import csv
import io
from collections.abc import Callable

import pytest

from filrydd.catalog import audit, disposals, freezes, ledger, proofs, retirements
from filrydd.catalog.signoffs import Signature
from filrydd.stages import review
from filrydd.stages.retire import proving
from tests.areas import Area
from tests.web.offices import NUMBER, OFFICES, TREE, Offices, counted, made, words
from tests.web.reader import Clock, review_part

OF_AREA = "/area/felles/archive"


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    return made(make_area(TREE))


@pytest.fixture
def offices(area: Area) -> Offices:
    return Offices(area.workspace, Clock())


def ended(offices: Offices, led: str) -> str:
    """Where a form led to once its job is over, however busy this machine is; or why the job failed."""
    job = offices.service.jobs.find(led.rpartition("/")[2])
    if job is None:
        return led
    assert job.over.wait(60)
    return job.then if job.state == "done" else job.why


def test_a_folder_is_held_fast_for_a_case_and_lifted_again(offices: Offices, area: Area) -> None:
    ada = offices.visit("ada", "Ada Arkivar")
    led = ada.send(
        f"{OF_AREA}/freeze", ada.form(f"{OF_AREA}/freeze", path="Bilag", case="Innsyn 7", note="Til over jul")
    )
    text = words(ada.read(led))
    assert "The folder is held fast from now on" in text and "Bilag Til over jul Innsyn 7 Ada Arkivar" in text
    counted(area)
    assert "Innsyn 7 Ada Arkivar" in (text := words(ada.read(OF_AREA)))
    assert " 3 " in text.partition("Innsyn 7")[2][:80]
    lift = f"{OF_AREA}/lift?freeze=1"
    assert "Lift it for 3 files" in words(ada.read(lift))
    ada.send(f"{OF_AREA}/lift", ada.form(lift, note="Ferdig"))
    with area.catalog() as catalog:
        assert freezes.in_force(catalog) == []
        assert [row.kind for row in ledger.rows(catalog)][-2:] == ["freeze", "unfreeze"]
        assert audit.broken(catalog) == []
    text = words(ada.read(OF_AREA))
    assert "No case holds anything fast" in text and "Innsyn 7: set by Ada Arkivar" in text
    assert "That is not here any more" in ada.read(lift, 404)


def test_a_form_with_something_missing_says_so_at_the_field_and_keeps_what_was_written(offices: Offices) -> None:
    ada = offices.visit("ada")
    led = ada.send(f"{OF_AREA}/freeze", ada.form(f"{OF_AREA}/freeze", path="Bilag/2010"))
    page = ada.read(led)
    assert "<title>Error: Hold a folder fast for a case" in page and 'href="#case"' in page
    assert 'value="Bilag/2010"' in page and 'aria-describedby="case-hint case-wrong"' in page
    # What the stage says stands at the field, too.
    led = ada.send(f"{OF_AREA}/freeze", ada.form(f"{OF_AREA}/freeze", path="../x", case="7"))
    assert "leads upwards with two dots" in ada.read(led)


def test_two_clicks_freeze_once(offices: Offices, area: Area) -> None:
    ada = offices.visit("ada")
    form = ada.form(f"{OF_AREA}/freeze", path="Bilag", case="7")
    ada.send(f"{OF_AREA}/freeze", form)
    ada.send(f"{OF_AREA}/freeze", form)
    with area.catalog() as catalog:
        assert len(freezes.history(catalog)) == 1


def test_what_was_handed_over_is_noted_with_its_receipt(offices: Offices, area: Area) -> None:
    ada = offices.visit("ada", "Ada Arkivar")
    address = f"{OF_AREA}/hand-over"
    before = words(ada.read(OF_AREA))
    assert "persons Fagsystemet for barnevern 2" in before
    led = ada.send(address, ada.form(address, path="Personal", place="Fagsystemet", receipt="K-77", note=""))
    assert ended(offices, led) == f"{OF_AREA}?done=handed"
    text = words(ada.read(OF_AREA))
    assert "Personal Fagsystemet K-77 Ada Arkivar" in text
    counted(area)
    assert "Noted so far: Fagsystemet: 2 files" in words(ada.read(OF_AREA))
    # What is not held cannot be handed over; the form says why.
    led = ada.send(address, ada.form(address, path="møtereferat.docx", place="X", receipt="1"))
    said = ended(offices, led)
    said = words(ada.read(said)) if said.startswith("/") else said
    assert "is kept for now, so nothing there can be handed over" in said


def signed(area: Area) -> None:
    """Both parts signed, with the documents in them."""
    area.policy(
        OFFICES.replace("  - rule: old drafts", "  - rule: old drafts\n    confirmed: {by: Ada, on: 2026-02-03}")
    )
    area.until_proposed()
    for part in ("bilag", "felles"):
        review_part(area, part)
    area.sign("bilag", "felles")
    counted(area)


def test_the_list_of_what_is_deleted_is_in_sums_and_as_a_file(offices: Offices, area: Area) -> None:
    signed(area)
    ada = offices.visit("ada")
    page = words(ada.read(OF_AREA))
    assert (
        "old drafts arkivlova § 13 Berit Bakken, 2 January 2026 Ada, 3 February 2026 signed, not deleted yet 3" in page
    )
    assert "old vouchers bokføringsloven § 13" in page
    answer = ada.client.get(f"{OF_AREA}/disposals.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''felles-")
    assert answer.text.startswith("\ufeff") and NUMBER not in answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 5
    first = next(row for row in rows if row["File"].endswith("c.txt"))
    assert (
        first["Rule"] == "old drafts"
        and first["Legal basis"] == "arkivlova § 13"
        and first["Signed by"] == "Kari Nordmann"
    )
    assert (first["Confirmed by"], first["Decided on"], first["State"]) == (
        "Ada",
        "2026-01-02",
        "signed, not deleted yet",
    )
    assert first["Owner"] == "Berit Bakken" and first["Noark code"] == "Kasseres"


def test_no_cell_can_become_a_formula(offices: Offices, area: Area, make_area: Callable[..., Area]) -> None:
    from filrydd.web.archive.listing import cell

    for text in ("=1+2", "+1", "-1", "@x", "\t=1", "|calc", "%0", "＝1"):
        shown = str(cell(text))
        assert shown[0] in "'\\", text
    assert cell(12) == 12 and cell("12 a") == "12 a"
    signed(area)
    for row in csv.reader(io.StringIO(offices.visit("ada").client.get(f"{OF_AREA}/disposals.csv").text), delimiter=";"):
        assert not any(value[:1] in "=+@" and value for value in row)


def test_a_file_leaves_the_list_when_somebody_works_on_it_or_the_signature_is_withdrawn(area: Area) -> None:
    signed(area)
    with area.catalog() as catalog:
        assert len(list(disposals.lines(catalog))) == 5
    (area.top / "Utkast" / "c.txt").write_bytes(b"worked on")
    area.scan()
    with area.catalog() as catalog:
        assert len(list(disposals.lines(catalog))) == 4
        assert sum(one.files for one in disposals.totals(catalog)) == 4
    review.withdraw(area.work(), "bilag", "Kari", "")
    with area.catalog() as catalog:
        assert {one.part for one in disposals.lines(catalog)} == {"felles"}


def test_with_one_of_two_signatures_it_stands_there_as_that(area: Area) -> None:
    two = OFFICES.replace("sign_destroy: one person", "sign_destroy: two people")
    area.policy(two.replace("  - rule: old drafts", "  - rule: old drafts\n    confirmed: {by: Ada, on: 2026-02-03}"))
    area.until_proposed()
    review_part(area, "felles")
    signature = Signature("Kari", "contact", "OpenID Connect, x", destroys=True, who="x||kari", as_manager=True)
    review.sign(area.work(), signature, ["felles"])
    with area.catalog() as catalog:
        assert {one.state for one in disposals.lines(catalog)} == {disposals.State.AWAITS}


def test_what_was_deleted_stays_on_the_list_with_the_rule_and_whoever_signed(offices: Offices, area: Area) -> None:
    signed(area)
    work = area.work()
    with area.catalog() as catalog:
        gone = [one for one in proofs.provable(catalog, 1, work.now()) if one.rule == "old vouchers"]
        retirements.intend(catalog, 1, [(one, "hash", proving.proof(work, one, "hash")) for one in gone], work.now())
        retirements.done(catalog, [one.file for one in gone], work.now())
        found = {one.path: one for one in disposals.lines(catalog)}
        assert len(found) == 5
        assert {path for path, one in found.items() if one.state is disposals.State.DELETED} == {
            one.path for one in gone
        }
        one = found[gone[0].path]
        assert (one.basis, one.signed_by, one.decided_by) == ("bokføringsloven § 13", "Kari Nordmann", "Arkivar")
        sums = {(one.part, one.state.value): one.files for one in disposals.totals(catalog)}
        assert sums == {("felles", "signed"): 3, ("bilag", "deleted"): 2}
    # The next scan sees that they are gone, and a new signature of the part changes nothing about it.
    for path in found:
        if found[path].state is disposals.State.DELETED:
            (area.top / path).unlink()
    area.until_proposed()
    area.sign("bilag")
    counted(area)
    with area.catalog() as catalog:
        assert {(one.part, one.state.value): one.files for one in disposals.totals(catalog)} == sums
    assert "deleted 2" in words(offices.visit("ada").read(OF_AREA))
