"""What the pages say of a part."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

import filrydd.lang
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.service import Service
from tests.areas import POLICY, Area, days_ago
from tests.web.reader import HERE, MARKUP, PORT, TWO_PEOPLE, Clock, Reader, group_pages, reading, review_part

NORWEGIAN = pytest.mark.skipif(
    not (Path(filrydd.lang.__file__).parent / "nb.mo").exists(), reason="the Norwegian texts are not compiled"
)


def test_the_list_says_for_each_part_who_it_asks_and_how_much_it_is_about(reader: Reader) -> None:
    text = reading(reader.log_in().read("/"))
    assert "2 of 2 parts wait for you." in text
    bilag, felles = text.partition("bilag felles")[2].split("felles")[:2]
    assert "Ola Lunde" in bilag and "Not begun" in bilag and "0 of 1 portion is done." in bilag
    assert "To move1 file, 3" in bilag and "To delete2 files, 8" in bilag
    assert "Kari Nordmann" in felles and "To delete1 file, 5" in felles and "To keep for now1 file, 7" in felles


def test_a_part_says_what_there_is_to_do_and_how_much_of_what_it_is(reader: Reader) -> None:
    text = reading(reader.log_in().read("/area/felles/part/bilag"))
    assert "Not begun Portion 1 0 of 2 groups answered, 3 files, 11 byte" in text
    assert "Practice portion" in text and "See old and new folders side by side" in text and "Sign when all" in text
    assert "Moves to SharePoint13 byte" in text and "Is deleted28 byte" in text


def test_names_that_change_are_listed_with_the_reason(reader: Reader) -> None:
    text = reading(reader.log_in().read("/area/felles/part/felles/names"))
    assert "Brev/a:b.txt New name:a-b.txt SharePoint does not allow a character" in text


def test_hostile_names_are_harmless_and_visible(reader: Reader) -> None:
    reader.log_in()
    text = "".join(group_pages(reader, "felles"))
    assert "<img" not in text and "&lt;img src=x onerror=alert(1)&gt;" in text.replace("<wbr>", "")
    assert MARKUP not in text
    assert "\u202e" not in text and '<span class="unseen">U+202E</span>' in text


def test_a_very_long_name_is_folded_and_can_be_seen_whole(
    make_area: Callable[..., Area], reader: Reader, tmp_path: Path
) -> None:
    deep = reader.area.top.joinpath("Brev", *["mappe" * 40] * 15)
    deep.mkdir(parents=True)
    (deep / "sist.txt").write_bytes(b"x")
    for name in ("svar.docx", "a:b.txt", MARKUP):
        (reader.area.top / "Brev" / name).unlink()
    reader.area.until_proposed()
    reader.log_in()
    text = "".join(group_pages(reader, "felles"))
    assert "characters; show all)" in text
    assert f"Brev/{'/'.join(['mappe' * 40] * 15)}/sist.txt" in text.replace("<wbr>", "")


def test_what_could_not_be_read_is_listed(reader: Reader) -> None:
    (reader.area.top / "Brev" / "snarvei").symlink_to("/")
    reader.area.until_proposed()
    text = reading(reader.log_in().read("/area/felles/part/felles/names"))
    assert "Brev/snarvei: it is a link to another place" in text


def test_a_part_that_is_signed_says_by_whom_and_what_changed_since(reader: Reader) -> None:
    reader.area.sign("bilag")
    reader.log_in()
    assert "Signed by Kari Nordmann on" in reading(reader.read("/"))
    assert "See the receipt" in reader.read("/area/felles/part/bilag")
    (reader.area.top / "Bilag" / "2026" / "nyere.docx").write_bytes(b"newer")
    worked_on = reader.area.top / "Bilag" / "2010" / "faktura.pdf"
    worked_on.write_bytes(b"worked on")
    os.utime(worked_on, (days_ago(8000), days_ago(8000)))
    reader.area.until_proposed()
    assert "2 files need a new look" in reading(reader.read("/"))
    text = reading(reader.read("/area/felles/part/bilag"))
    assert "Bilag/2026/nyere.docx: new in the folder" in text
    assert "Bilag/2010/faktura.pdf: somebody has worked on it" in text
    assert "ny.docx:" not in text
    assert "Sign when all" in text


def test_documents_that_a_signature_does_not_cover_are_not_called_changed(reader: Reader) -> None:
    reader.area.sign("bilag", destroys=False)
    text = reading(reader.log_in().read("/"))
    assert "The deletion of 2 files is not signed." in text
    assert "Signed by Kari Nordmann" in text and "new look" not in text
    (reader.area.top / "Bilag" / "2026" / "nyere.docx").write_bytes(b"newer")
    reader.area.until_proposed()
    changed = (
        reading(reader.read("/area/felles/part/bilag"))
        .partition("Changed since it was signed")[2]
        .partition("What there is to do")[0]
    )
    assert "nyere.docx: new in the folder" in changed and ".pdf" not in changed


def test_documents_that_are_to_be_deleted_since_a_signature_on_deletion_need_a_new_look(reader: Reader) -> None:
    reader.area.sign("felles", destroys=True)
    decided = "{by: Arkivar, on: 2026-01-02}"
    destroy = f"destroy\n    basis: arkivlova § 13\n    decided: {decided}\n    confirmed: {decided}"
    reader.area.policy(
        POLICY.replace("when: {path: Hjem}\n    fate: hold", f"when: {{path: Hjem}}\n    fate: {destroy}")
    )
    reader.area.until_proposed()
    text = reading(reader.log_in().read("/"))
    assert "1 file needs a new look" in text and "is not signed" not in text
    assert "Hjem/kari/privat.txt: was not among what was signed" in reading(reader.read("/area/felles/part/felles"))


def test_a_part_with_nothing_to_sign_says_so(make_area: Callable[..., Area], clock: Clock) -> None:
    area = make_area({"Hjem": {"a.txt": b"a"}, "Bilag": {"b.txt": b"b"}})
    area.until_proposed()
    reader = _reader(area, clock).log_in()
    assert "Nothing to sign: everything stays for now." in reading(reader.read("/"))
    assert "Sign when all" not in reading(reader.read("/area/felles/part/felles"))


def test_a_part_that_is_not_there_is_said_to_be_missing(reader: Reader) -> None:
    reader.log_in()
    for below in ("", "/sign", "/receipt", "/withdraw", "/withdrawn"):
        assert "There is no such part" in reader.read(f"/area/felles/part/nothing{below}", 404)


@pytest.mark.parametrize("name", ["a/sign", "æ ø?å#&", "<b>fet</b>", "100%", "a%2Fb", "x\u202ey"])
def test_a_part_may_have_any_name(make_area: Callable[..., Area], clock: Clock, name: str) -> None:
    area = make_area({"Bilag": {"b.txt": b"b"}})
    escaped = name.replace("\u202e", "\\u202e")
    area.policy(POLICY.replace("{name: bilag,", f'{{name: "{escaped}",'))
    area.until_proposed()
    reader = _reader(area, clock).log_in()
    address = f"/area/felles/part/{quote(name, safe='')}"
    assert f'href="{address}"' in reader.read("/")
    review_part(area, name)
    form = reader.form(f"{address}/sign", role="kontakt", agree="yes")
    answer = reader.client.post(f"{address}/sign", data=form, headers=reader.headers)
    assert answer.headers["location"] == f"{address}/receipt"
    text = reader.read(answer.headers["location"])
    assert "<b>" not in text and "\u202e" not in text


def test_what_keeps_a_page_from_being_shown_is_told_in_words(reader: Reader) -> None:
    reader.log_in()
    shutil.rmtree(reader.area.work().scans)
    text = reading(reader.read("/"))
    assert "The area felles has not been scanned." in text and "filrydd scan felles SOURCE" in text


def test_a_fault_of_the_program_is_not_shown_to_the_reader(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("filrydd.web.views.parts", broken)
    text = reader.log_in().read("/", 500)
    assert "This is a fault in filrydd" in text and "secret" not in text


def test_the_language_is_the_browsers_until_the_reader_chooses(reader: Reader) -> None:
    reader.log_in()
    assert '<html lang="en">' in reader.read("/")
    assert 'href="/?language=nb"' in reader.read("/")


@NORWEGIAN
def test_the_choice_of_language_lasts(reader: Reader) -> None:
    reader.log_in()
    assert '<html lang="nb">' in reader.read("/?language=nb")
    assert '<html lang="nb">' in reader.read("/area/felles/part/felles")
    assert '<html lang="en">' in reader.read("/?language=en")


@NORWEGIAN
@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("de,en;q=0.3,no;q=0.5", "nb"),
        ("nn", "nb"),
        ("en-GB,nb;q=0.5", "en"),
        ("en;q=x,nb;q=0.1", "nb"),
        ("", "en"),
        ("de", "en"),
    ],
)
def test_the_browser_is_asked_for_its_language(reader: Reader, wish: str, language: str) -> None:
    answer = reader.client.get("/", headers={"accept-language": wish})
    assert f'<html lang="{language}">' in answer.text


def test_two_people_are_needed_where_the_policy_says_so(reader: Reader) -> None:
    reader.area.policy(TWO_PEOPLE)
    text = reading(reader.log_in().reviewed("bilag").read("/area/felles/part/bilag/sign"))
    assert "Two people must sign that 2 documents are deleted, each logged in with their own account." in text
    assert "Also sign" not in text


def _reader(area: Area, clock: Clock) -> Reader:
    door = Door(clock)
    client = TestClient(
        application(Service(area.workspace, only="felles", clock=clock), door, Place.here(PORT)),
        base_url=HERE,
        follow_redirects=False,
        headers={"accept-language": "en"},
    )
    return Reader(area, door, clock, client)
