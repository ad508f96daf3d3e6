"""The page that answers for old folders and addresses, and tells nobody what is not theirs to know."""

import json
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.paths import find_file
from filrydd.model import times
from filrydd.stages import search as stage
from filrydd.stages.work import Work
from filrydd.web import search as search_page
from tests.areas import Area
from tests.catalogs import KARI, OLA, PEOPLE, READ, judge, packed, share, tell
from tests.web.offices import OFFICES, TREE, Offices, Visitor, made, words
from tests.web.reader import Clock

SITE = "https://x.sharepoint.com/sites/r"
SERVER = "\\\\filer.oslo.no\\avd$\\felles"
FOLDERS = {**TREE, "Bilag": {**TREE["Bilag"], "Hemmelig": {"plan.docx": b"secret", "lønn.docx": b"more"}}}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    area = made(make_area(FOLDERS))
    area.policy(OFFICES.replace("    folder: Felles\n", f"    folder: Felles\n    addresses: ['{SERVER}']\n"))
    return area


@pytest.fixture
def offices(area: Area) -> Offices:
    return Offices(area.workspace, Clock())


def arrive(area: Area, urls: dict[str, str]) -> None:
    with area.catalog() as catalog, catalog.writing():
        for path, url in urls.items():
            catalog.run(
                "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
                " source_modified, source_hash, at) VALUES (1, ?, 1, 'd', 'i', ?, 'n', ?, 1, '', '', '', 1, 1, '', 1)",
                (find_file(catalog, path), url.rpartition("/")[0], url),
            )


def readers(area: Area, lists: dict[str, list[tuple[str, int]]]) -> None:
    """Give the area's folders these access lists by their names; nobody is in any other one."""
    with area.catalog() as catalog:
        with catalog.writing():
            catalog.run("UPDATE folder SET descriptor = ?", (descriptor_id(catalog, packed([])),))
            for name, entries in lists.items():
                number = descriptor_id(catalog, packed(entries))
                catalog.run("UPDATE folder SET descriptor = ? WHERE name = ?", (number, name))
        judge(catalog)
        tell(catalog, [replace(one, disabled=False, entra_id=f"entra-{one.name}") for one in PEOPLE], {})
        share(catalog, [(KARI, READ), (OLA, READ)])


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is answered does not depend on what else the machine does; when time is up is asked by one test of its own."""
    monkeypatch.setattr(search_page, "SECONDS", 60.0)
    monkeypatch.setattr(search_page, "_WHOLE_SECONDS", 120.0)


def add_hidden_area(area: Area, name: str) -> None:
    """A copy of the area with the address `\\\\annen\\disk$\\x`, in which Kari may see nothing."""
    with area.catalog() as catalog:
        catalog.copy_to(area.workspace / "scans" / f"{name}.db")
    policy = (area.workspace / "policies" / "regnskap.yaml").read_text(encoding="utf-8")
    other = f"areas:\n  {name}: {{folder: {name.capitalize()}, addresses: ['\\\\annen\\disk$\\x']}}\n"
    area.policy(policy.replace("areas:\n", other))
    readers(area, {"2026": [(KARI, READ)]})


def look(visitor: Visitor, asked: str) -> str:
    answer = visitor.client.get("/search", params={"q": asked})
    assert answer.status_code == 200
    return answer.text


def told(visitor: Visitor, asked: str) -> str:
    """The answer as it is read, without what was asked."""
    return words(look(visitor, asked).rpartition("</form>")[2])


def test_a_folder_tells_where_its_files_are_and_why_others_are_not(offices: Offices, area: Area) -> None:
    arrive(area, {"Bilag/2026/ny.docx": f"{SITE}/Dok/Bilag/2026/ny.docx"})
    page = look(offices.visit("ola"), f"{SERVER}\\bilag")
    text = words(page)
    assert "1 file is in SharePoint." in text and f'href="{SITE}/Dok/Bilag/2026"' in page
    assert "2 files are to be deleted: The period is over." in text and "2 files are to move: In use." in text
    assert "Most of its files go to" not in text
    arrive(area, {"Bilag/Hemmelig/plan.docx": f"{SITE}/Dok/Bilag/Hemmelig/plan.docx"})
    page = look(offices.visit("ola"), "Bilag")
    links = re.findall(r'<a href="(https://[^"]+)" rel="noopener noreferrer">', page)
    assert links == [f"{SITE}/Dok/Bilag", f"{SITE}/Dok/Bilag/2026", f"{SITE}/Dok/Bilag/Hemmelig"]


def test_of_a_folder_only_what_somebody_could_read_is_counted_and_named(offices: Offices, area: Area) -> None:
    arrive(area, {"Bilag/2026/ny.docx": f"{SITE}/ny.docx", "Bilag/Hemmelig/plan.docx": f"{SITE}/Hemmelig/plan.docx"})
    readers(area, {"Bilag": [(KARI, READ)], "2026": [(KARI, READ)]})
    page = look(offices.visit("entra-Kari"), "Bilag")
    assert "1 file is in SharePoint." in words(page) and f'href="{SITE}"' in page
    assert "Hemmelig" not in page and "2010" not in words(page) and "deleted" not in words(page)
    assert "1 file" in told(offices.visit("entra-Kari"), "Bilag/2026/ny.docx")
    assert "Ola Lunde" not in page


@pytest.mark.parametrize("who", ["nobody", "entra-Kari", "siri"])
def test_what_is_hidden_and_what_is_not_there_have_the_same_answer(offices: Offices, area: Area, who: str) -> None:
    arrive(area, {"Bilag/Hemmelig/plan.docx": f"{SITE}/plan.docx"})
    readers(area, {"2026": [(KARI, READ)]})
    visitor = offices.visit(who)
    for hidden, missing in (
        ("Bilag/Hemmelig/plan.docx", "Bilag/Hemmelig/plen.docx"),
        (f"{SERVER}\\Bilag\\Hemmelig\\plan.docx", f"{SERVER}\\Bilag\\Hemmelig\\plen.docx"),
        (f"{SERVER}\\Bilag\\Hemmelig\\plan.docx", "\\\\ukjent\\disk$\\Bilag\\Hemmelig\\plan.docx"),
        (f"{SERVER}\\Bilag\\Hemmelig", f"{SERVER}\\Bilag\\Hemmelige"),
        (f"{SERVER}", "\\\\ukjent\\disk$\\felles"),
        ("Hemmelig", "Hemmelige"),
        ("plan.docx", "plen.docx"),
        (f"{SITE}/plan.docx", f"{SITE}/plen.docx"),
    ):
        assert told(visitor, hidden) == told(visitor, missing), hidden
        assert "SharePoint" not in told(visitor, hidden)


def test_nobody_learns_that_an_address_is_of_an_area_that_they_could_not_read(offices: Offices, area: Area) -> None:
    add_hidden_area(area, "annet")
    kari = offices.visit("entra-Kari")
    for path in ("Bilag\\Hemmelig\\plan.docx", "Bilag\\2026\\ny.docx", "plan.docx"):
        assert told(kari, f"\\\\annen\\disk$\\x\\{path}") == told(kari, f"\\\\ukjent\\disk$\\x\\{path}"), path
    assert "We did not find the file" in told(kari, "\\\\annen\\disk$\\x\\Bilag\\Hemmelig\\plan.docx")


@pytest.mark.parametrize("slow", ["sist", "felles"])
def test_a_slow_area_tells_nobody_that_an_address_is_known(
    offices: Offices, area: Area, slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By its name it comes last; by its address it is asked first.
    add_hidden_area(area, "sist")
    monkeypatch.setattr(search_page, "SECONDS", 0.5)
    kari = offices.visit("entra-Kari")
    find = stage.find

    def slowly(work: Work, *given: Any) -> stage.Found:
        if work.area == slow:
            time.sleep(0.75)
        return find(work, *given)

    monkeypatch.setattr(stage, "find", slowly)
    path = "Bilag\\Hemmelig\\plan.docx"
    assert told(kari, f"\\\\annen\\disk$\\x\\{path}") == told(kari, f"\\\\ukjent\\disk$\\x\\{path}")


def test_how_long_it_takes_tells_nobody_what_lies_in_a_large_folder(offices: Offices, area: Area) -> None:
    with area.catalog() as catalog, catalog.writing():
        folder = catalog.value("SELECT id FROM folder WHERE name = 'Hemmelig'")
        catalog.run_many(
            "INSERT INTO file (folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
            " VALUES (?, ?, '', 1, 1, 1, 0, ?, 1)",
            [(folder, f"fil {number}.docx", number + 1_000) for number in range(30_000)],
        )
    readers(area, {"2026": [(KARI, READ)]})
    kari = offices.visit("entra-Kari")
    took: dict[str, list[float]] = {"Hemmelig": [], "Hemmelige": []}
    for _round in range(9):
        for name, times_taken in took.items():
            begun = time.process_time()
            look(kari, f"{SERVER}\\Bilag\\{name}")
            times_taken.append(time.process_time() - begun)
    hidden, missing = (statistics.median(one) for one in took.values())
    # Whoever may see it waits for 30,000 files to be looked at, which are many times as long.
    assert hidden < missing + 0.02, took


def test_what_was_deleted_tells_by_which_law_and_only_its_own_people_who_signed(offices: Offices, area: Area) -> None:
    area.sign("bilag")
    with area.catalog() as catalog, catalog.writing():
        file = find_file(catalog, "Bilag/2010/kvittering.pdf")
        proof = json.dumps({"signoff": catalog.value("SELECT MAX(id) FROM signoff"), "basis": "bokføringsloven § 13"})
        catalog.run("UPDATE file SET gone = 1 WHERE id = ?", (file,))
        catalog.run("DELETE FROM ruling WHERE file = ?", (file,))
        catalog.run(
            "INSERT INTO retirement (run, file, path, size, hash, proof, begun, done) VALUES (1, ?, 'x', 1, '', ?, 1, ?)",
            (file, proof, times.from_day(Clock()().date())),
        )
    readers(area, {"2010": [(KARI, READ)]})
    for who, signed in (("ola", "Signed by Kari Nordmann (contact)."), ("entra-Kari", "Signed by: contact.")):
        text = told(offices.visit(who), "kvittering.pdf")
        assert "It was deleted, as signed. It was deleted on" in text
        assert f"Legal basis: bokføringsloven § 13 {signed}" in text
    assert "Kari Nordmann" not in told(offices.visit("entra-Kari"), "kvittering.pdf")


def test_an_address_of_nobody_s_is_answered_as_a_guess(offices: Offices) -> None:
    ola = offices.visit("ola")
    sentence = "We do not know that address. This lies at the same path."
    assert sentence in told(ola, "\\\\gammel\\disk\\Bilag\\2026\\ny.docx")
    assert sentence not in told(ola, f"{SERVER}\\Bilag\\2026\\ny.docx") and sentence not in told(
        ola, "Bilag/2026/ny.docx"
    )


def test_only_a_web_address_of_the_new_place_is_a_link(offices: Offices, area: Area) -> None:
    ola = offices.visit("ola")
    for url in (
        "javascript:alert(1)",
        "http://x.sharepoint.com/a",
        "https://u:p@x.sharepoint.com/a",
        "https:///a",
        "//x/a",
    ):
        arrive(area, {"Bilag/2026/ny.docx": url})
        page = look(ola, "Bilag/2026/ny.docx") + look(ola, "Bilag/2026")
        assert "It is in SharePoint." in page and url not in {
            unescape(one) for one in re.findall(r'href="([^"]*)"', page)
        }
        assert "javascript:" not in page and "u:p@" not in page
