"""Signing and withdrawing, as a browser asks for it."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from filrydd.catalog import ledger, overview, signoffs
from filrydd.model import times
from filrydd.model.by import By
from filrydd.stages import portions, record
from tests.areas import days_ago
from tests.web.reader import TWO_PEOPLE, Reader, forms, reading


def _signoffs(reader: Reader) -> list[signoffs.Signoff]:
    with reader.area.catalog() as catalog:
        return signoffs.history(catalog)


def _post(reader: Reader, part: str, form: dict[str, str], page: str = "sign", status: int = 303) -> str:
    answer = reader.client.post(f"/area/felles/part/{part}/{page}", data=form, headers=reader.headers)
    assert answer.status_code == status, answer.text
    return answer.headers["location"] if status == 303 else answer.text


def test_a_signature_is_stored_as_it_was_given_and_receipted(reader: Reader) -> None:
    reader.log_in()
    until = datetime.now(UTC).date() + timedelta(days=30)
    form = reader.signed(
        "bilag", destroys="yes", role="leder", note="Sett på.\r\nLes <dette>.", follow=until.isoformat()
    )
    receipt = reader.read(_post(reader, "bilag", form))
    with reader.area.catalog() as catalog:
        answer = overview.answer(catalog, "bilag")
        head = ledger.head(catalog)
    assert answer is not None and head is not None
    assert (answer.act.name, answer.role, answer.how) == ("Kari Nordmann", "leder", "one-time link on this computer")
    assert answer.act.note == "Sett på.\nLes <dette>." and answer.destroys
    assert answer.follow_until == times.from_day(until + timedelta(days=1))
    assert answer.digest == form["seen"]
    text = reading(receipt)
    for shown in ("Kari Nordmann", "leder", answer.digest, head.hash, "3 files", f"{until.day} ", "Dokumenter"):
        assert shown in text, shown
    assert "Les &lt;dette&gt;." in receipt
    assert record.verify(reader.area.work()).wrong == ()


def test_a_second_click_signs_once(reader: Reader) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="no")
    with ThreadPoolExecutor(4) as clicks:
        places = set(clicks.map(lambda _click: _post(reader, "bilag", form), range(4)))
    assert places == {"/area/felles/part/bilag/receipt"}
    assert len(_signoffs(reader)) == 1
    assert _post(reader, "bilag", form) == "/area/felles/part/bilag/receipt", (
        "the back button and a reload do not sign again"
    )
    assert len(_signoffs(reader)) == 1


def test_each_form_has_a_token_of_its_own(reader: Reader) -> None:
    reader.log_in()
    first, second = reader.signed("bilag", destroys="no"), reader.signed("bilag", destroys="no", note="Igjen")
    assert first["once"] != second["once"]
    _post(reader, "bilag", first)
    _post(reader, "bilag", second)
    assert len(_signoffs(reader)) == 2


def test_a_proposal_that_changed_since_it_was_looked_at_is_not_signed(reader: Reader) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="yes")
    (reader.area.top / "Bilag" / "2026" / "enda en.docx").write_bytes(b"another")
    reader.area.until_proposed()
    text = reading(_post(reader, "bilag", form, status=409))
    assert "The proposal for bilag has changed since you looked at it." in text
    assert "Look at it again, then sign." in text and "Look at it again" in text
    assert not _signoffs(reader)
    _post(reader, "bilag", reader.signed("bilag", destroys="yes"))
    assert len(_signoffs(reader)) == 1


@pytest.mark.parametrize("seen", ["", "-", "0" * 64])
def test_a_form_that_does_not_say_what_was_seen_signs_nothing(reader: Reader, seen: str) -> None:
    reader.log_in()
    _post(reader, "bilag", {**reader.signed("bilag", destroys="no"), "seen": seen}, status=409)
    assert not _signoffs(reader)


def test_the_way_to_the_form_carries_what_was_seen(reader: Reader) -> None:
    reader.log_in()
    address = re.search(
        r'href="(/area/felles/part/bilag/sign\?seen=[0-9a-f]{64})"', reader.read("/area/felles/part/bilag")
    )
    assert address is not None
    reader.read(address[1])
    (reader.area.top / "Bilag" / "2026" / "enda en.docx").write_bytes(b"another")
    reader.area.until_proposed()
    assert "has changed since you looked at it" in reading(reader.read(address[1], 409))


def test_nobody_is_asked_to_sign_an_area_that_changed_since_it_was_proposed(reader: Reader) -> None:
    reader.log_in()
    (reader.area.top / "Bilag" / "2026" / "enda en.docx").write_bytes(b"another")
    reader.area.scan()
    page = reader.read("/area/felles/part/bilag/sign")
    assert "The files have changed since this was proposed, or are being counted." in reading(page)
    assert "/area/felles/part/bilag/sign" not in forms(page)


@pytest.mark.parametrize(
    ("off", "message"),
    [
        ({"role": ""}, "Write your role, for example contact."),
        ({"agree": ""}, "Tick the box to say that you have looked at it and answer for it."),
        ({"destroys": ""}, "Choose whether you also sign that documents are deleted."),
        ({"destroys": "maybe"}, "Choose whether you also sign that documents are deleted."),
        ({"follow": "soon"}, "Write the day like 2026-12-31."),
        ({"follow": "2026-02-30"}, "Write the day like 2026-12-31."),
        ({"follow": "2020-01-01"}, "That day is over. Choose a later one, or leave the field empty."),
        ({"role": "x" * 201}, "Use at most 200 characters."),
        ({"note": "x" * 4001}, "Use at most 4000 characters."),
    ],
)
def test_a_mistake_is_told_above_and_at_its_field_and_nothing_is_lost(
    reader: Reader, off: dict[str, str], message: str
) -> None:
    reader.log_in()
    page = reader.read(_post(reader, "bilag", reader.signed("bilag", **{"destroys": "no", "note": "Mitt ord", **off})))
    assert "<title>Error: " in page
    (field,) = off
    assert f'<li><a href="#{field}">{message}</a></li>' in page, "the summary leads to the field"
    assert page.count(message) == 2 and f'id="{field}-wrong"' in page and f'id="{field}"' in page
    assert re.search(rf'aria-describedby="[^"]*{field}-wrong"', page)
    assert "autofocus" in page.partition("<h1>")[0]
    if field != "note":
        assert "Mitt ord</textarea>" in page
    assert not _signoffs(reader)


def test_a_form_that_was_put_right_signs(reader: Reader) -> None:
    reader.log_in()
    again = _post(reader, "bilag", reader.signed("bilag", destroys="no", agree=""))
    form = forms(reader.read(again))["/area/felles/part/bilag/sign"]
    assert form["role"] == "kontakt"
    assert _post(reader, "bilag", {**form, "agree": "yes", "destroys": "no"}) == "/area/felles/part/bilag/receipt"
    assert len(_signoffs(reader)) == 1


def test_a_form_is_kept_when_the_language_is_changed_and_from_others(reader: Reader) -> None:
    reader.log_in()
    again = _post(reader, "bilag", reader.signed("bilag", destroys="no", agree="", note="Mitt ord"))
    assert "Mitt ord" in reader.read(f"{again}&language=en")
    reader.client.cookies.clear()
    assert "Mitt ord" not in reader.log_in().read(again)


def test_a_day_as_norwegians_write_it_is_understood(reader: Reader) -> None:
    reader.log_in()
    until = datetime.now(UTC).date() + timedelta(days=3)
    _post(reader, "bilag", reader.signed("bilag", destroys="no", follow=until.strftime("%d.%m.%Y")))
    with reader.area.catalog() as catalog:
        answer = overview.answer(catalog, "bilag")
    assert answer is not None and answer.follow_until == times.from_day(until + timedelta(days=1))


def test_the_deletion_of_documents_is_signed_only_by_choice(reader: Reader) -> None:
    reader.log_in()
    _post(reader, "bilag", reader.signed("bilag", destroys="no"))
    assert [signoff.files for signoff in _signoffs(reader)] == [1]
    assert "2 documents were to be deleted. They stay" in reading(reader.read("/area/felles/part/bilag/receipt"))
    _post(reader, "bilag", reader.signed("bilag", destroys="yes"))
    assert [signoff.files for signoff in _signoffs(reader)] == [3, 1]


def test_one_person_cannot_sign_for_documents_where_the_policy_asks_for_two(reader: Reader) -> None:
    reader.area.policy(TWO_PEOPLE)
    reader.log_in()
    _post(reader, "bilag", {**reader.signed("bilag"), "destroys": "yes"})
    assert [signoff.files for signoff in _signoffs(reader)] == [1]


def test_a_policy_that_turned_strict_while_the_form_was_open_is_obeyed(reader: Reader) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="yes")
    reader.area.policy(TWO_PEOPLE)
    _post(reader, "bilag", form)
    with reader.area.catalog() as catalog:
        answer = overview.answer(catalog, "bilag")
    assert answer is not None and not answer.destroys


def test_a_part_with_problems_cannot_be_signed(reader: Reader) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="no")
    with reader.area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT INTO problem (part, folder, kind, detail) SELECT id, folder, 'path-too-long', '<b>Bilag</b>' FROM part"
            " WHERE name = 'bilag'"
        )
    assert "1 problem must be solved" in reading(reader.read("/"))
    page = reader.read("/area/felles/part/bilag")
    assert "(&lt;b&gt;Bilag&lt;/b&gt;)" in page.replace("<wbr>", "") and "Go on to sign" not in page
    assert "has 1 open problem," in reading(_post(reader, "bilag", form, status=409))
    assert not _signoffs(reader)


def test_an_area_that_another_run_holds_is_said_to_be_busy(reader: Reader) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="no")
    with reader.area.work().holding("propose"):
        text = reading(_post(reader, "bilag", form, status=409))
    assert "The area is being worked on right now" in text
    _post(reader, "bilag", form)
    assert len(_signoffs(reader)) == 1, "a form that was refused can be sent again"


def test_a_signature_is_withdrawn_after_one_more_question(reader: Reader) -> None:
    reader.log_in()
    _post(reader, "bilag", reader.signed("bilag", destroys="yes"))
    page = reader.read("/area/felles/part/bilag/withdraw")
    assert "Kari Nordmann signed for 3 files on" in reading(page) and "Withdraw the signature for 3 files" in page
    assert "It is kept under your name: Kari Nordmann." in reading(page)
    form = reader.form("/area/felles/part/bilag/withdraw", name="Ola Lunde", note="Feil mappe")
    place = _post(reader, "bilag", form, "withdraw")
    text = reading(reader.read(place))
    with reader.area.catalog() as catalog:
        head = ledger.head(catalog)
    assert head is not None and head.kind == "withdrawal"
    for shown in ("Feil mappe", "Kari Nordmann", head.hash):
        assert shown in text
    assert "Ola Lunde" not in text, "a name in a form counts for nothing"
    assert _post(reader, "bilag", form, "withdraw") == place, "a second click sees what the first led to"
    assert "Not signed: Kari Nordmann withdrew the signature on" in reading(reader.read("/"))
    assert reader.client.get("/area/felles/part/bilag/receipt").status_code == 303
    assert reader.client.get("/area/felles/part/bilag/withdraw").status_code == 303


def test_a_withdrawal_with_too_long_a_note_is_not_taken(reader: Reader) -> None:
    reader.log_in()
    _post(reader, "bilag", reader.signed("bilag", destroys="yes"))
    form = reader.form("/area/felles/part/bilag/withdraw", note="x" * 4001)
    page = reader.read(_post(reader, "bilag", form, "withdraw"))
    assert "<title>Error: " in page and page.count("Use at most 4000 characters.") == 2
    assert not _signoffs(reader)[0].withdrawn


def test_nobody_signs_blind(reader: Reader) -> None:
    reader.log_in()
    page = reader.read("/area/felles/part/bilag/sign")
    assert "2 groups have no answer." in reading(page) and "1 file asks to be looked at." in reading(page)
    assert "/area/felles/part/bilag/sign" not in forms(page), "there is no form to sign with"
    form = reader.signed("bilag", destroys="no")
    with reader.area.catalog() as catalog:
        key = catalog.value("SELECT key FROM group_answer ORDER BY id LIMIT 1")
    portions.undo(reader.area.work(), By("Ola", "link", "link"), "bilag", key)
    assert "Something is still open in bilag" in reading(_post(reader, "bilag", form, status=409))
    assert not _signoffs(reader)


def test_what_was_signed_is_still_receipted_when_it_changed_since(reader: Reader) -> None:
    reader.log_in()
    _post(reader, "bilag", reader.signed("bilag", destroys="yes"))
    path = reader.area.top / "Bilag" / "2010" / "faktura.pdf"
    path.write_bytes(b"worked on")
    os.utime(path, (days_ago(8000), days_ago(8000)))
    reader.area.until_proposed()
    text = reading(reader.read("/area/felles/part/bilag/receipt"))
    assert "1 file needs a new look" in text and "covers: 3 files" in text
