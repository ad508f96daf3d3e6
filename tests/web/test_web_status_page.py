"""Where everything stands, as one file."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from filrydd.catalog.contents.folder_copies import FolderCopy
from filrydd.catalog.insight.beginnings import Kind, Place
from filrydd.catalog.insight.refused import Names
from filrydd.catalog.insight.standouts import FolderTotal
from filrydd.catalog.insight.stored import AgeClass, Duplicates, Empty, Family, Insight, SizeClass, Unread
from filrydd.catalog.rulings import Total
from filrydd.lang import speaking
from filrydd.model.rule import Fate
from filrydd.stages import status
from filrydd.stages.insight import Named
from filrydd.stages.status import AreaStatus
from filrydd.web.status_page import render
from tests.areas import Area
from tests.web.reader import reading

MADE = datetime(2026, 3, 3, 12, tzinfo=UTC)
AREA = AreaStatus(
    area="regnskap-felles",
    stage="verify",
    files=1000,
    bytes=5_000_000,
    folders=10,
    unreadable=2,
    fates={Fate.MOVE: Total(600, 3_000_000), Fate.DESTROY: Total(100, 500_000), Fate.HOLD: Total(300, 1_500_000)},
    signed=650,
    uploaded=599,
    failed=1,
    verified=599,
    findings={"missing": 3, "mismatch": 4},
    sealed=False,
    deleted=0,
    source="//server/hemmelig",
    unread=(("Personal/oppsigelse av Kari.docx", "no permission"),),
)
DONE = replace(
    AREA, area="ferdig", stage="retire", verified=600, uploaded=600, failed=0, unreadable=0, findings={}, sealed=True, deleted=700
)  # fmt: skip


def _page(*areas: AreaStatus, language: str = "en") -> str:
    with speaking(language):
        return render(areas, MADE)


def test_the_page_says_how_far_it_is_and_shows_every_figure() -> None:
    page = _page(AREA, DONE)
    text = reading(page)
    assert "99 % of the files that move are in SharePoint and checked: 1,199 of 1,200." in text
    assert "2 areas with 2,000 files, 10.0 MB." in text
    assert "7 findings, 1 failed, 2 that could not be read." in text
    row = reading(page.partition("regnskap-felles")[2].partition("</tr>")[0])
    for figure in ("verified", "1,000", "600", "100", "300", "650", "599", "1 failed", "7", "2 not read", "no"):
        assert figure in row, figure


def test_everything_is_said_to_be_done_only_when_it_is() -> None:
    almost = replace(DONE, fates={**DONE.fates, Fate.MOVE: Total(100_000, 1)}, verified=99_999)
    assert "99 % of the files" in reading(_page(almost))
    assert "100 % of the files" in reading(_page(DONE)) and "Nothing waits for somebody" in reading(_page(DONE))


def test_the_bars_begin_at_zero_and_are_as_long_as_the_shares() -> None:
    page = _page(AREA)
    bars = re.findall(r'<rect class="(\w+)" x="([\d.]+)" width="([\d.]+)"', page)
    assert bars == [("move", "0.0", "60.0"), ("destroy", "60.0", "10.0"), ("hold", "70.0", "30.0")]
    assert '<rect class="checked" width="99.83"' in page


def test_the_page_stands_alone_and_names_no_file() -> None:
    page = _page(AREA, DONE)
    assert not re.search(r"<script|<link|<img|src=|href=|@import|url\(|https?:", page)
    assert "oppsigelse" not in page and "hemmelig" not in page


def test_a_hostile_area_name_is_harmless() -> None:
    assert "<b>" not in _page(replace(AREA, area="<b>x"))


@pytest.mark.parametrize("areas", [(), (replace(AREA, files=0, fates=dict.fromkeys(Fate, Total()), stage=""),)])
def test_nothing_yet_is_shown_as_nothing(areas: tuple[AreaStatus, ...]) -> None:
    assert "Nothing is to move yet." in reading(_page(*areas))


def test_an_area_as_its_stages_left_it_is_shown(proposed: Area) -> None:
    text = reading(_page(status.of(proposed.work())))
    assert "0 % of the files that move are in SharePoint and checked: 0 of 6." in text and "proposed" in text


TOTALS = Insight(
    day=date(2026, 3, 3),
    sizes=(SizeClass(0, 5, 0), SizeClass(None, 15, 4_000_000_000)),
    ages=(
        AgeClass(None, None, 0, 0),
        AgeClass(0, 1, 10, 1_000_000_000),
        AgeClass(5, 7, 6, 1_000_000_000),
        AgeClass(15, None, 4, 2_000_000_000),
    ),
    families=(Family("mail", 5, 3_000_000_000), Family("documents", 15, 1_000_000_000)),
    junk=(),
    biggest=(FolderTotal(7, 20, 4_000_000_000, 0),),
    oldest=(FolderTotal(8, 20, 4_000_000_000, 0),),
    duplicates=Duplicates(1, 2, 3, 4),
    copies=(FolderCopy(("Personal/kopi",), 2, 3, 4),),
    unread=(Unread("in use", 1, (3,)),),
    owners=(),
    empty=Empty(0, 0),
    names=Names(0, 0, 0, 0),
    places=(Place(Kind.COPY, 7, 2, 3, other=8),),
)
SCANNED = replace(
    AREA, insight=Named(TOTALS, {7: "Personal/sykefravær", 8: "Personal/varsel"}, {3: "Personal/advarsel.docx"})
)


def test_the_page_shows_what_all_areas_hold_together_in_bars_from_zero() -> None:
    page = _page(SCANNED, replace(SCANNED, area="to"), DONE)
    text = reading(page)
    assert "75 % of the space holds files that nobody has changed for 5 years." in text
    assert "Added up so far: 2 areas of 3." in text
    kinds = page.partition('id="kinds"')[2].partition("</table>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th>', kinds) == ["mail", "documents"]
    assert re.findall(r'<rect class="share" width="([\d.]+)"', kinds) == ["75.0", "25.0"]
    assert "6.0 GB" in reading(kinds) and "30" in reading(kinds)


def test_the_page_names_no_folder_and_no_file_of_what_the_areas_hold() -> None:
    page = _page(SCANNED)
    assert "What the areas hold" in page
    assert "Personal" not in page and "sykefravær" not in page and "varsel" not in page


def test_areas_that_were_not_added_up_leave_the_charts_out() -> None:
    assert "What the areas hold" not in _page(AREA)


@pytest.mark.chromium
@pytest.mark.xdist_group("chromium")
def test_a_browser_opens_the_file_with_its_style_and_asks_for_nothing_else(page: Page, tmp_path: Path) -> None:
    place = tmp_path / "status.html"
    place.write_text(_page(SCANNED, DONE, language="nb"), encoding="utf-8")
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(place.as_uri())
    assert asked == [place.as_uri()] and not told
    assert page.evaluate("() => getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
