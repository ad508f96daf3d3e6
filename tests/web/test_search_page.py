"""The page that says where files went, and the one that tells what happened to a file."""

import re
import time
from collections.abc import Callable
from html import escape

import pytest

from filrydd.catalog.paths import find_file
from filrydd.stages import search
from tests.areas import Area
from tests.web.offices import NUMBER, OFFICES, TREE, Offices, made, words
from tests.web.reader import MARKUP, REVERSED, Clock

HOSTILE = {**TREE, "Brev": {MARKUP: b"markup", REVERSED: b"reversed", "x" * 240 + ".txt": b"long"}}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    return made(make_area(HOSTILE))


@pytest.fixture
def offices(area: Area) -> Offices:
    return Offices(area.workspace, Clock())


def number_of(area: Area, path: str) -> int:
    with area.catalog() as catalog:
        found = find_file(catalog, path)
        assert found is not None
        return found


def test_before_anything_is_asked_there_is_one_field_and_one_button(offices: Offices) -> None:
    page = offices.visit("ola").read("/search")
    assert page.count("<h1>") == 1 and 'name="q"' in page and "We did not find" not in page


def test_a_contact_finds_what_lies_in_their_part_and_no_more(offices: Offices, area: Area) -> None:
    ola = offices.visit("ola")
    text = words(ola.read("/search?q=ny.docx"))
    assert "1 file Bilag/2026/ny.docx It is to move to SharePoint." in text
    assert "New place, as proposed:" in text and "Why: In use. (the rule the rest)" in text
    assert "We did not find the file" in words(ola.read("/search?q=møtereferat"))
    assert "møtereferat.docx" not in ola.read("/search?q=docx").partition("<main")[2]


@pytest.mark.parametrize("who", ["siri", "adam", "nobody"])
def test_whoever_may_not_see_names_is_shown_none(offices: Offices, who: str) -> None:
    for asked in ("ny.docx", "Bilag/2026/ny.docx", "Bilag", "docx"):
        page = offices.visit(who).read(f"/search?q={asked}")
        body = words(page.partition("<main")[2])
        assert "There are no files here that you could see before" in body
        assert "It is to move" not in body and "1 file" not in body


@pytest.mark.parametrize("who", ["", "ada", "pia"])
def test_archivist_privacy_officer_and_who_sits_at_the_computer_find_everything(offices: Offices, who: str) -> None:
    text = words(offices.visit(who).read("/search?q=Hjem/kari/privat.txt"))
    assert "Hjem/kari/privat.txt It stays where it is for now." in text


def test_nobody_sees_it_without_a_log_in(offices: Offices, area: Area) -> None:
    assert offices.client().get("/search?q=docx").status_code == 403
    number = number_of(area, "Bilag/2026/ny.docx")
    assert offices.client().get(f"/area/felles/part/bilag/file/{number}").status_code == 403


def test_a_file_leads_to_what_happened_to_it_and_why(offices: Offices, area: Area) -> None:
    ola = offices.visit("ola")
    page = ola.read("/search?q=Bilag\\2026\\NY.docx")
    for word, told in (
        ("file", "It was there when the area was looked through"),
        ("why", "The questions that led here"),
    ):
        address = re.search(rf'href="(/area/felles/part/bilag/{word}[^"]*)"', page)
        assert address is not None
        assert told in words(ola.read(address[1].replace("&amp;", "&")))


def test_the_page_of_a_file_is_for_its_own_part_only(offices: Offices, area: Area) -> None:
    inside, outside = number_of(area, "Bilag/2026/ny.docx"), number_of(area, "møtereferat.docx")
    ola = offices.visit("ola")
    assert "Bilag/2026/ny.docx" in words(ola.read(f"/area/felles/part/bilag/file/{inside}"))
    for number in (str(outside), "0", "-1", "abc", "٣", "9" * 30, "1%20OR%201"):
        assert "There is no such file" in ola.read(f"/area/felles/part/bilag/file/{number}", 404), number
    assert ola.client.get(f"/area/felles/part/felles/file/{outside}").status_code == 403
    assert offices.visit("siri").client.get(f"/area/felles/part/bilag/file/{inside}").status_code == 403


def test_names_and_questions_are_only_ever_text(offices: Offices) -> None:
    ada = offices.visit("ada")
    page = ada.read("/search?q=Brev")
    assert "Brev" in words(page)
    for asked in (MARKUP, "src onerror", REVERSED, "regning", '"><script>alert(1)</script>', "{{ 7*7 }}", "x" * 240):
        page = ada.client.get("/search", params={"q": asked}).text
        assert "<img" not in page and "<script>" not in page
        # What was typed stands in its field as it was typed; what was found has its unseen letters shown.
        assert "\u202e" not in page.rpartition("</form>")[2] and "\u202e" not in page.partition("</title>")[0]
    assert escape(MARKUP).replace("&#x27;", "'") in ada.client.get("/search", params={"q": "onerror"}).text.replace(
        "<wbr>", ""
    )


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "?",
        "\x00",
        "\ud800",
        "../../etc/passwd",
        "a" * 5_000,
        "%",
        "%ZZ",
        "*",
        '"',
        "AND OR NOT (",
        "😀",
        "https://",
        "https://[",
        "\\\\",
        "F:",
        "0",
    ],
)
def test_whatever_is_asked_there_is_a_page(offices: Offices, asked: str) -> None:
    for who in ("", "ola", "nobody"):
        answer = offices.visit(who).client.get("/search", params={"q": asked.encode("utf-8", "replace")})
        assert answer.status_code == 200, answer.text


def test_an_identity_number_is_never_shown(offices: Offices) -> None:
    ada = offices.visit("ada")
    for asked in (NUMBER, "søknad"):
        page = ada.client.get("/search", params={"q": asked}).text
        assert NUMBER not in page and "søknad.docx" in words(page)


def test_what_is_in_sharepoint_has_its_address_and_only_web_addresses_are_links(offices: Offices, area: Area) -> None:
    sent = {"Bilag/2026/ny.docx": "https://x.sharepoint.com/sites/r/ny.docx", "møtereferat.docx": "javascript:alert(1)"}
    with area.catalog() as catalog, catalog.writing():
        for path, url in sent.items():
            catalog.run(
                "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
                " source_modified, source_hash, at) VALUES (1, ?, 1, 'd', 'i', 'p', 'n', ?, 1, '', '', '', 1, 1, '', 1)",
                (find_file(catalog, path), url),
            )
    ada = offices.visit("ada")
    assert 'href="https://x.sharepoint.com/sites/r/ny.docx"' in ada.read("/search?q=ny.docx")
    assert "Bilag/2026/ny.docx" in words(ada.read("/search?q=https://x.sharepoint.com/sites/r/ny.docx"))
    assert "javascript:" not in ada.read("/search?q=møtereferat")


def test_a_policy_with_mistakes_opens_nothing(offices: Offices, area: Area) -> None:
    area.policy(OFFICES + "nonsense: 1\n")
    assert "There are no files here that you could see before" in words(offices.visit("ola").read("/search?q=ny.docx"))


def test_a_large_area_is_prepared_beside_the_pages(
    offices: Offices, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 0)
    ada = offices.visit("ada")
    assert "The search is being prepared: 0 % is ready" in words(ada.read("/search?q=ny.docx"))
    until = time.monotonic() + 60
    while "being prepared" in (text := words(ada.read("/search?q=ny.docx"))) and time.monotonic() < until:
        time.sleep(0.2)
    assert "1 file Bilag/2026/ny.docx" in text


def test_a_folder_answers_with_where_most_of_its_files_go(offices: Offices) -> None:
    text = words(offices.visit("ola").read("/search?q=Bilag/2026"))
    assert "1 folder Bilag/2026 1 file lies right in it." in text and "Most of its files go to:" in text
