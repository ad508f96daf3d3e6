"""The page that shows a part's old and new structure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from filrydd.layout.programme.shape import Objective
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.service import Service
from filrydd.web.structure.report import report
from tests.areas import Area, new_area
from tests.catalog.made_structure import GONE, KARI, STAFF, Became, lay_out
from tests.web.reader import HERE, PORT, Clock, Reader, reading

NUMBER = "13097248022"
FOLDERS = {
    "": Became("Felles", 1, choice="keep", why="top"),
    "Anlegg": Became("Felles/Anlegg", 2, 3000),
    "Anlegg/2019": Became("Felles/Anlegg", 3, choice="lift", why="says-a-year"),
    "Anlegg/Bilder": Became("Felles/Bilder", 4, 9000, why="own-access"),
    "Anlegg/Tomt": Became(None),
    f"Klient {NUMBER}": Became("Felles/Klient", 1),
    "<b>fet": Became("Felles/fet", 1),
    "Ledelse": Became("Felles/Lukket/Ledelse", 5, choice="gather", why="shares-access"),
    "Ledelse/Notater": Became("Felles/Lukket/Ledelse/Notater", 6, why="a-new-reason"),
}
SCOPES = {"Felles/Lukket": ((KARI, "write"), (GONE, "read")), "Felles/Bilder": ((STAFF, "write"),)}
PROBLEMS = (
    ("Ledelse", "no counterpart", f"{GONE}"),
    ("Anlegg", "path-too-long", ""),
    ("Anlegg/Bilder", "access not known", ""),
)


@dataclass(frozen=True)
class Made:
    """Somebody at the pages of an area whose structure is made by hand, and the numbers of its old folders."""

    reader: Reader
    area: Area
    ids: dict[str, int]


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> Iterator[Made]:
    area = new_area(tmp_path)
    figures = {f"{side}_{name}": 0 for side in ("before", "after") for name in Objective.__slots__}
    with area.work().catalog(create=True) as catalog:
        ids = lay_out(
            catalog,
            FOLDERS,
            scopes=SCOPES,
            problems=PROBLEMS,
            figures=figures | {"before_scopes": 41, "after_scopes": 2, "before_points": 8200.5, "after_points": 400},
        )
    door = Door(clock)
    client = TestClient(
        application(Service(area.workspace, only="felles", clock=clock), door, Place.here(PORT)),
        base_url=HERE,
        follow_redirects=False,
        headers={"accept-language": "en"},
    )
    yield Made(Reader(area, door, clock, client).log_in(), area, ids)


PAGE = "/area/felles/part/felles/structure"


def test_the_first_sentence_says_it_in_numbers(made: Made) -> None:
    text = reading(made.reader.read(PAGE))
    assert "7 folders become 7. At most 3 levels deep instead of 2." in text
    assert "2 places have permissions of their own instead of 41." in text


def test_the_area_is_open_at_first_and_the_rest_is_closed(made: Made) -> None:
    page = made.reader.read(PAGE)
    text = reading(page)
    assert "Anlegg" in text and "Dokumenter/Felles" in text
    assert "Notater" not in text.partition("Changes that people made")[0], "two levels down"
    assert page.count("<details open>") == 2


def test_a_branch_opens_by_its_address_and_says_why_and_where_to(made: Made) -> None:
    page = made.reader.read(f"{PAGE}?old={made.ids['Anlegg']}")
    text = reading(page)
    assert "2019 3 files, 300" in text
    assert "The name says only a year; what was in it lies in the folder above." in text
    assert "Goes to: Dokumenter/Felles/Anlegg, Dokumenter/Felles/Bilder" in text
    assert "Nothing moves out of 1 more folder." in text
    assert f'<li id="o-{made.ids["Anlegg"]}" class="here" aria-current="true">' in page


def test_a_way_to_opens_the_other_side_and_keeps_this_one(made: Made) -> None:
    page = made.reader.read(f"{PAGE}?old={made.ids['Ledelse']}")
    (link,) = set(re.findall(rf'href="({PAGE}\?old={made.ids["Ledelse"]}&amp;new=\d+#n-\d+)"><bdi>[^"]*Notater', page))
    other = made.reader.read(link.replace("&amp;", "&").partition("#")[0])
    new = reading(other.partition('id="new-tree"')[2])
    assert "Comes from: Ledelse/Notater" in new.replace("<wbr>", "") and "Has permissions of its own." in new
    assert "a-new-reason" in reading(other), "a reason without a sentence is told as it is"


def test_numbers_of_persons_are_masked_and_names_are_harmless(made: Made) -> None:
    for address in (PAGE, f"{PAGE}?old={made.ids['Anlegg']}", f"{PAGE}/change?folder={made.ids[f'Klient {NUMBER}']}"):
        page = made.reader.read(address)
        assert NUMBER not in page and "<b>fet" not in page
    assert "Klient ***********" in reading(made.reader.read(PAGE))


def test_anything_may_stand_in_the_address(made: Made) -> None:
    plain = made.reader.read(PAGE)
    for query in ("old=99999", "old=x", "new=-1", "old=1&old_first=99999", f"old={'9' * 30}", "new=1000", "said=x"):
        assert reading(made.reader.read(f"{PAGE}?{query}")).count("As it becomes") == reading(plain).count(
            "As it becomes"
        )


def test_nobody_sees_it_without_logging_in(made: Made) -> None:
    made.reader.client.cookies.clear()
    for address in (PAGE, f"{PAGE}/change?folder=2", f"{PAGE}/accept?problem=1", f"{PAGE}/take-back?edit=1"):
        assert "You are not logged in" in made.reader.read(address, 403)


def test_a_part_or_folder_that_is_not_there_is_said_to_be_missing(made: Made) -> None:
    assert "There is no such part" in made.reader.read("/area/felles/part/nothing/structure", 404)
    for address in ("change?folder=99", "change?folder=x", "accept?problem=99", "accept?problem=2", "take-back?edit=9"):
        assert "That is not here any more" in made.reader.read(f"{PAGE}/{address}", 404)


def test_problems_lead_to_where_they_are_solved(made: Made) -> None:
    page = made.reader.read(PAGE)
    assert f'href="{PAGE}/accept?problem=1"' in page and f'href="{PAGE}/accept?problem=3"' in page
    assert f'href="{PAGE}/change?folder={made.ids["Anlegg"]}"' in page
    assert "Somebody who has access here is not found in Entra." in reading(page)


def test_who_can_open_what_is_a_table(made: Made) -> None:
    text = reading(made.reader.read(PAGE))
    assert "2 places with permissions of their own" in text
    assert f"Dokumenter/Felles/LukketKari Nordmann{GONE} (not found in Entra)" in text
    assert "Dokumenter/Felles/BilderRegnskapnobody" in text
    assert "The part's own folder can be opened by" not in text, "nobody has said who can open the library"
    with made.area.catalog() as catalog, catalog.writing():
        scope = catalog.value("SELECT scope FROM target WHERE path = 'Felles/Bilder'")
        catalog.run("UPDATE target SET scope = ? WHERE path = 'Felles'", (scope,))
        catalog.run("UPDATE proposal SET run = run + 1")
    assert "The part&#39;s own folder can be opened by: Regnskap" in reading(made.reader.read(PAGE)).replace("\n", " ")


def test_who_takes_whose_place_is_told_with_how_it_is_known(made: Made) -> None:
    text = reading(made.reader.read(PAGE))
    assert "3 persons and groups" in text and "Kari Nordmannthe same one, by the identifier11" in text
    assert f"{GONE}not found" in text
    with made.area.catalog() as catalog, catalog.writing():
        gone = catalog.value("SELECT id FROM principal WHERE sid = ?", (GONE,))
        catalog.run("INSERT INTO suggestion VALUES (?, 'e9', 'Ola H', 'ola@x.no')", (gone,))
    assert "perhaps, by the address; nobody has said so yet: Ola H ola@x.no" in reading(made.reader.read(PAGE))


def test_whose_access_changes_is_a_table_and_the_owner_is_asked(made: Made) -> None:
    assert "everybody can open the same as before" in reading(made.reader.read(PAGE))
    with made.area.catalog() as catalog, catalog.writing():
        part = catalog.value("SELECT id FROM part")
        catalog.run(
            "INSERT INTO access_shift (part, folder, folders, files, before, after, accepted, people, names)"
            " VALUES (?, ?, 3, 40, 'read', '', 'leave out', 7, ?)",
            (part, made.ids["Anlegg"], f"Ola\nPer {NUMBER}"),
        )
        question = catalog.run(
            "INSERT INTO question (part, folder, readers, files) VALUES (?, ?, 'Kari', 20)", (part, made.ids["Ledelse"])
        )
    page = made.reader.read(PAGE)
    text = reading(page)
    assert "Anlegg and 2 more foldersOla, Per *********** and 5 more" in text.replace("\n", "")
    assert "can readno accessleft out by name40" in text and NUMBER not in page
    assert "Should more people be able to read this?" in text and "Can be read today by: Kari." in text
    assert f'href="{PAGE}/accept?question={question}"' in page
    assert "Let more people read Ledelse" in reading(made.reader.read(f"{PAGE}/accept?question={question}"))
    made.reader.read(f"{PAGE}/accept?question={question + 1}", status=404)
    assert "Should more people" in reading(report(made.area.work()))


def test_both_maps_say_in_a_sentence_and_a_table_what_they_show(made: Made) -> None:
    page = made.reader.read(PAGE)
    text = reading(page)
    assert "4 folders. The largest, Anlegg, has 97 % of the space." in text
    assert "5 folders. The largest, Bilder, has 82 % of the space." in text
    assert page.count("<svg") == 2 and page.count("The same in numbers") == 2
    assert "<title>Bilder: 4 files, 36.0\xa0kB</title>" in page


def test_the_whole_areas_costs_are_there_as_far_as_they_are_told(made: Made) -> None:
    text = reading(made.reader.read(PAGE))
    assert "All together, in points8,200400" in text and "Places with permissions of their own412" in text
    assert "Folders that are too full" not in text, "nothing to tell"


def test_the_report_stands_alone_and_leads_only_within_itself(made: Made) -> None:
    text = report(made.area.work())
    assert not re.findall(r'(?:src|href)="(?!#)', text) and "url(" not in text
    assert "default-src 'none'; style-src 'sha256-" in text and "<script" not in text and "<form" not in text
    anchors = set(re.findall(r'href="#([on]-\d+|part-\d+)"', text))
    assert anchors and anchors <= set(re.findall(r'id="([^"]+)"', text))
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    read = reading(text)
    assert "Notater" in read and "The name says only a year" in read and NUMBER not in text and "<b>fet" not in text
    assert "2 places with permissions of their own" in read


def test_a_large_report_counts_what_it_leaves_out(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filrydd.web.structure.report._LINES", 4)
    text = reading(report(made.area.work()))
    assert "Notater" not in text.partition("Where the space is")[0]
    assert "1 to 3 of 4 folders." in text and "2 folders below it are not listed here." in text
