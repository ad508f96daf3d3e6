"""Every page for everybody: axe-core in both languages, light and dark, narrow, spaced out, by keyboard, on paper.

`FILRYDD_SCREENSHOTS=FOLDER` writes pictures of each page into FOLDER: in both languages, light, dark, and 320 px wide.
"""

import io
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from filrydd.catalog import overview
from filrydd.lang import speaking
from filrydd.stages import status
from filrydd.web.application import pages
from filrydd.web.status_page import render
from filrydd.web.structure.report import report
from tests.web import looking
from tests.web.every_page import NO_PAGES, VIEWS, View
from tests.web.every_state import World, world
from tests.web.provider import RealProvider, real_provider

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]
WIDE = {"width": 1280, "height": 1024}
NARROW = {"width": 320, "height": 256}
"""What is left of 1280 x 1024 at 400 %, and as narrow as the narrowest screen (WCAG 2.1, 1.4.10)."""
LANGUAGES = ("nb", "en")
ERROR = {"nb": "Feil:", "en": "Error:"}


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with real_provider() as made:
        made.knows("ola", name="Ola Lunde")
        yield made


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory, provider: RealProvider) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("every-page")
        patch.setenv("FILRYDD_KEY", str(folder / "key"))
        with world(folder, provider.issuer) as made:
            yield made


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser in which axe-core may run beside the pages' own rules about scripts."""
    made = chromium.new_context(bypass_csp=True, reduced_motion="reduce", viewport=WIDE)  # type: ignore[arg-type]
    made.add_init_script(looking.SCRIPT)
    yield made
    made.close()


@pytest.fixture(scope="module")
def window(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="module")
def titles() -> dict[tuple[str, str], set[str]]:
    """By language and title the addresses that have it."""
    return defaultdict(set)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = os.environ.get("FILRYDD_SCREENSHOTS", "")
    made = Path(folder) if folder else tmp_path_factory.mktemp("screenshots")
    made.mkdir(parents=True, exist_ok=True)
    return made


def show(window: Page, everything: World, view: View, language: str) -> int:
    """Go to a page as somebody who has just logged in; returns the answer's status."""
    address, visitor = view.open(everything)
    context = window.context
    context.clear_cookies()
    if visitor.session is not None:
        cookie = everything.at(view.site).place.cookie
        context.add_cookies([{"name": cookie, "value": visitor.session.id, "url": address.partition("?")[0]}])
    context.set_extra_http_headers({"accept-language": language})
    window.set_viewport_size(WIDE)  # type: ignore[arg-type]
    window.emulate_media(media="screen", color_scheme="light")
    answer = window.goto(address)
    if view.press:
        with window.expect_navigation() as pressed:
            window.click(view.press)
        answer = pressed.value
    assert answer is not None
    return answer.status


def test_every_page_is_looked_at(everything: World) -> None:
    town = everything.town
    there = {page.path for page in pages(town.service, town.door, town.place) if page.method == "GET"}
    assert {view.page for view in VIEWS if view.page} == there - set(NO_PAGES), "a page has no line in every_page.py"
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    for path in NO_PAGES:
        address = path.replace("{area}", "felles")
        answer = town.visit("ada").client.get(address)
        assert answer.status_code != 200 or "text/html" not in answer.headers["content-type"], address


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_is_accessible(
    everything: World, window: Page, view: View, titles: dict[tuple[str, str], set[str]], pictures: Path
) -> None:
    for language in LANGUAGES:
        assert show(window, everything, view, language) == view.status
        seen = looking.measured(window)
        assert seen["language"] == language
        title, _dash, name = seen["title"].rpartition(" – ")
        assert title.strip() and name == "filrydd"
        assert title.startswith(ERROR[language]) == (view.name.endswith("-error")), title
        if view.status == 200:
            titles[language, seen["title"]].add(view.page)
        assert seen["headings"].count(1) == 1, "one title"
        # The summary of what is missing stands before the title, so that it is heard first.
        assert not _jumps(seen["headings"]), seen["headings"]
        for what in ("unlabelled", "small", "twice", "nowhere"):
            nothing(seen[what], what)
        assert seen["moving"] == 0
        nothing(looking.too_wide(window), "too wide")
        _picture(window, pictures, f"{view.name}-{language}-light")
        window.emulate_media(color_scheme="dark")
        _picture(window, pictures, f"{view.name}-{language}-dark")
        if language == "nb":
            # The other language is what axe-core sees at 400 %: it has other words and the same form and colours.
            nothing(looking.violations(window, colours_alone=True), "axe-core in the dark")
            window.emulate_media(color_scheme="light")
            nothing(looking.violations(window), "axe-core")
    _narrow(window, view, pictures)


def nothing(found: list[str], what: str) -> None:
    assert not found, "\n".join([what, *found])


def _jumps(headings: list[int]) -> list[tuple[int, int]]:
    """Where a heading follows that is more than one level deeper."""
    return [(one, next_one) for one, next_one in pairwise(headings) if next_one > one + 1]


def _narrow(window: Page, view: View, pictures: Path) -> None:
    """The page as it is shown, at 400 %, then with its text spaced out, then by keyboard."""
    window.emulate_media(color_scheme="light")
    window.set_viewport_size(NARROW)  # type: ignore[arg-type]
    nothing(looking.too_wide(window), "too wide at 400 %")
    nothing(looking.violations(window, but_colours=True), "axe-core at 400 %")
    nothing(looking.small_targets(window), "too small for a finger")
    _picture(window, pictures, f"{view.name}-en-320")
    looking.space_out(window)
    nothing(looking.too_wide(window), "too wide when spaced out")
    nothing(looking.cut_off(window), "cut off when spaced out")
    nothing(looking.without_focus_ring(window), "in focus without a ring")


def _picture(window: Page, pictures: Path, name: str) -> None:
    if "FILRYDD_SCREENSHOTS" in os.environ:
        window.screenshot(path=pictures / f"{name}.png", full_page=True, animations="disabled")


def test_titles_tell_pages_apart(titles: dict[tuple[str, str], set[str]]) -> None:
    """After the pages above."""
    assert {title: pages for title, pages in titles.items() if len(pages) > 1} == {}


def test_the_page_on_the_way_back_from_the_provider_is_accessible(everything: World, window: Page) -> None:
    home = f"{everything.town.place.addresses[0]}/"
    log_in = next(view for view in VIEWS if view.name == "log-in-openid")
    for language in LANGUAGES:
        show(window, everything, log_in, language)
        window.goto(f"{home}log-in?then=/")
        window.click("main a")
        window.fill("input[name=sub]", "ola")
        # It leads on at once; without that it can be looked at.
        window.route(home, lambda route: route.abort("aborted"))
        window.keyboard.press("Enter")
        window.wait_for_url("**/log-in/back?**")
        assert "Ola Lunde" in window.inner_text("main")
        assert looking.measured(window)["language"] == language
        nothing(looking.violations(window), "axe-core")
        window.unroute(home)


PAPER = tuple(
    view for view in VIEWS if view.name in ("receipt", "receipt-awaits", "part-changed", "totals", "withdrawn")
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", PAPER, ids=lambda view: view.name)
def test_on_paper_a_page_is_black_on_white_and_has_no_buttons(
    everything: World, window: Page, view: View, scheme: str
) -> None:
    show(window, everything, view, "nb")
    window.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    for hidden in ("header nav", ".skip", ".actions", "button"):
        for one in window.locator(hidden).all():
            assert not one.is_visible(), hidden
    for words in ("body", "h1", "main p", "main dd, main td"):
        text, paper = window.eval_on_selector(
            words, "(it) => [getComputedStyle(it).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert (text, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)"), words
    nothing(looking.violations(window, colours_alone=True), "axe-core on paper")


def test_a_receipt_on_paper_has_the_head_of_the_ledger(everything: World, window: Page) -> None:
    with everything.town.catalog() as catalog:
        signed = overview.answer(catalog, "møter")
    assert signed is not None and signed.second is not None
    show(window, everything, next(view for view in VIEWS if view.name == "receipt"), "nb")
    window.emulate_media(media="print")
    paper = pypdf.PdfReader(io.BytesIO(window.pdf(format="A4")))
    text = "".join(page.extract_text() for page in paper.pages)
    together = re.sub(r"\s+", "", text)
    for words in (signed.act.ledger, signed.second.act.ledger, signed.digest, "Ola Lunde", "Berit Bakken"):
        assert words.replace(" ", "") in together
    assert "Mine deler" not in text and "Trekk tilbake" not in text and len(paper.pages) <= 2


def test_nothing_moves_and_every_key_press_is_seen(everything: World, window: Page) -> None:
    """By real key presses on the page where a mistake costs most: where the focus goes, the order is that of the page."""
    show(window, everything, next(view for view in VIEWS if view.name == "sign-error"), "nb")
    assert window.evaluate("document.activeElement.className") == "errors", "the summary takes the focus"
    order = []
    for _press in range(60):
        window.keyboard.press("Tab")
        place, outline = window.evaluate(
            "() => { const it = document.activeElement; const all = [...document.querySelectorAll('*')];"
            " return [all.indexOf(it), it === document.body ? 'none' : getComputedStyle(it).outlineStyle] }"
        )
        if outline == "none":
            break
        order.append(place)
    assert len(order) > 10 and order == sorted(order)
    assert window.evaluate("document.getAnimations().length") == 0
    moving = window.evaluate(
        "() => [...document.querySelectorAll('*')].filter((it) => parseFloat(getComputedStyle(it).transitionDuration) > 0"
        " || getComputedStyle(it).scrollBehavior === 'smooth').length"
    )
    assert moving == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["status", "structure"])
def test_a_page_that_is_sent_as_a_file_is_accessible(
    everything: World, window: Page, pictures: Path, what: str, language: str
) -> None:
    work = everything.town.work()
    with speaking(language):
        text = render([status.of(work)], everything.town.clock()) if what == "status" else report(work)
    window.context.clear_cookies()
    window.set_viewport_size(WIDE)  # type: ignore[arg-type]
    window.emulate_media(media="screen", color_scheme="light")
    file = pictures / f"{what}.html"
    file.write_text(text, encoding="utf-8")
    window.goto(file.as_uri())
    seen = looking.measured(window)
    assert seen["language"] == language and seen["headings"].count(1) == 1 and not _jumps(seen["headings"])
    nothing(seen["twice"] + seen["nowhere"], "twice or nowhere")
    nothing(looking.violations(window), "axe-core")
    _picture(window, pictures, f"file-{what}-{language}-light")
    window.emulate_media(color_scheme="dark")
    nothing(looking.violations(window, colours_alone=True), "axe-core in the dark")
    window.emulate_media(color_scheme="light")
    window.set_viewport_size(NARROW)  # type: ignore[arg-type]
    nothing(looking.too_wide(window), "too wide at 400 %")
    nothing(looking.violations(window), "axe-core at 400 %")
