"""Every page of the rehearsal tenant for everybody: axe-core in both languages, light and dark, narrow, by keyboard, on paper.

`FILRYDD_SCREENSHOTS=FOLDER` writes pictures of each page into FOLDER.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.rehearsal.looked_at import Looked, looked_at
from tests.web import looking

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]
WIDE = {"width": 1280, "height": 1024}
NARROW = {"width": 320, "height": 256}
"""What is left of 1280 x 1024 at 400 %, and as narrow as the narrowest screen (WCAG 2.1, 1.4.10)."""
PAGES = (
    "sites",
    "site",
    "library",
    "folder",
    "folder-own-permissions",
    "folder-empty",
    "channel",
    "notebook",
    "file",
    "file-hostile",
    "file-long",
    "list",
    "found",
    "found-nothing",
    "missing",
    "admin",
)
MARK = {"nb": "Øvelse", "en": "Rehearsal"}


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    with looked_at(tmp_path_factory.mktemp("looked-at")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("install chromium")
    quiet = ["background-networking", "component-update", "gpu", "quic", "sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(bypass_csp=True, reduced_motion="reduce", viewport=WIDE)  # type: ignore[arg-type]
    context.add_init_script(looking.SCRIPT)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def plain(chromium: Browser) -> Iterator[Page]:
    """A window without scripts, under the pages' own policy."""
    context = chromium.new_context(java_script_enabled=False, locale="en-GB", viewport=WIDE)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def test_every_page_is_looked_at(looked: Looked) -> None:
    assert set(looked.pages) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(looked: Looked, window: Page, name: str) -> None:
    for language in ("nb", "en"):
        _show(window, looked, name, language)
        seen = looking.measured(window)
        assert seen["language"] == language
        assert seen["title"].endswith(f" – {MARK[language]}") and len(seen["title"]) > len(f" – {MARK[language]}")
        assert seen["headings"][0] == 1 and seen["headings"].count(1) == 1
        assert [pair for pair in pairwise(seen["headings"]) if pair[1] > pair[0] + 1] == []
        for what in ("unlabelled", "small", "twice", "nowhere"):
            _nothing(seen[what], what)
        assert seen["moving"] == 0
        _nothing(looking.violations(window), "axe-core")
        _nothing(looking.too_wide(window), "too wide")
        _picture(window, f"{name}-{language}-light")
        window.emulate_media(color_scheme="dark")
        _nothing(looking.violations(window, colours_alone=True), "axe-core in the dark")
        _picture(window, f"{name}-{language}-dark")
    _narrow(window, name)


def _narrow(window: Page, name: str) -> None:
    window.emulate_media(color_scheme="light")
    window.set_viewport_size(NARROW)  # type: ignore[arg-type]
    _nothing(looking.too_wide(window), "too wide at 400 %")
    assert window.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    # Rows are cards: not even a table is read by scrolling sideways.
    scrolling = (
        "() => [...document.querySelectorAll('.wide')].filter((it) => it.scrollWidth > it.clientWidth + 1).length"
    )
    assert window.evaluate(scrolling) == 0
    _nothing(looking.violations(window), "axe-core at 400 %")
    _nothing(looking.small_targets(window), "too small for a finger")
    _picture(window, f"{name}-en-320")
    looking.space_out(window)
    _nothing(looking.too_wide(window), "too wide when spaced out")
    _nothing([cut for cut in looking.cut_off(window) if not cut.startswith("<thead")], "cut off when spaced out")
    _nothing(looking.without_focus_ring(window), "in focus without a ring")


@pytest.mark.parametrize("name", ["folder", "admin"])
def test_cards_on_a_narrow_screen_are_still_a_table_for_a_screen_reader(
    looked: Looked, window: Page, name: str
) -> None:
    _show(window, looked, name, "en")
    wide = window.locator("main").aria_snapshot()
    window.set_viewport_size(NARROW)  # type: ignore[arg-type]
    narrow = window.locator("main").aria_snapshot()
    assert wide.count("- row ") > 3
    for role in ("table", "row", "columnheader", "rowheader"):
        assert narrow.count(f"- {role} ") == wide.count(f"- {role} "), role


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_a_page_is_black_on_white(looked: Looked, window: Page, scheme: str) -> None:
    _show(window, looked, "library", "nb")
    window.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    for hidden in ("header nav", ".skip", "form", "footer .links"):
        assert not window.locator(hidden).is_visible(), hidden
    assert window.locator(".mark").is_visible(), "what is printed says too that it is a rehearsal"
    for words in ("body", "h1", "main dd", "main td"):
        text, paper = window.eval_on_selector(
            words, "(it) => [getComputedStyle(it).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert (text, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)"), words


def test_a_contact_finds_a_document_and_who_can_open_it_by_keyboard(looked: Looked, plain: Page) -> None:
    plain.goto(f"{looked.ready.web}/?lang=en")
    plain.keyboard.press("Tab")
    assert plain.evaluate("document.activeElement.className") == "skip"
    plain.keyboard.press("Enter")
    plain.keyboard.press("Tab")
    # The region of the table takes the focus, since it may have to be scrolled; then its first link.
    plain.keyboard.press("Tab")
    plain.keyboard.press("Tab")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**/sites/rehearsal?lang=en")
    plain.get_by_role("link", name="Documents", exact=True).press("Enter")
    plain.get_by_label("Find a folder or file").fill("ÅRSREGN 2024")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**q=*")
    assert "lang=en" in plain.url
    assert plain.locator("main h1").inner_text() == "Find in Documents"
    plain.get_by_role("link", name="Årsregnskap 2024.docx").press("Enter")
    text = plain.inner_text("main")
    for words in (
        "Word document",
        "2024/1207",
        "rehearsal Members",
        "Download 1.0",
        "sites/rehearsal/Shared Documents",
    ):
        assert words in text.replace("\u200b", ""), words
    plain.get_by_role("link", name="Bokmål").press("Enter")
    plain.wait_for_url("**lang=nb")
    assert plain.locator("h1").inner_text() == "Årsregnskap 2024.docx"


def test_the_admin_page_is_loaded_anew_only_where_that_is_asked(looked: Looked, plain: Page) -> None:
    address = looked.pages["admin"]
    plain.goto(f"{address}?every=1&lang=en")
    # The second answer is a page that stays: Chromium may wait without end to close one that is loaded anew meanwhile.
    plain.route("**/*every=1*", lambda route: route.fulfill(body="asked for again", content_type="text/plain"))
    plain.get_by_text("asked for again").wait_for(timeout=10_000)
    plain.unroute_all()
    plain.goto(f"{address}?every=30&lang=en")
    plain.get_by_role("link", name="Stop loading this page anew").press("Enter")
    plain.wait_for_url(lambda url: "every" not in url)
    # What belongs to this page may still be on its way.
    plain.wait_for_load_state("networkidle")
    asked: list[str] = []
    plain.on("request", lambda request: asked.append(request.url))
    plain.wait_for_timeout(1500)
    assert asked == []


def _show(window: Page, looked: Looked, name: str, language: str) -> None:
    window.set_viewport_size(WIDE)  # type: ignore[arg-type]
    window.emulate_media(media="screen", color_scheme="light")
    address = looked.pages[name]
    answer = window.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert answer is not None and answer.status == (404 if name == "missing" else 200)


def _nothing(found: list[str], what: str) -> None:
    assert found == [], f"{what}:\n" + "\n".join(found)


def _picture(window: Page, name: str) -> None:
    if folder := os.environ.get("FILRYDD_SCREENSHOTS"):
        window.screenshot(path=Path(folder) / f"{name}.png", full_page=True, animations="disabled")
