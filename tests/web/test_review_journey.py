"""A contact at a real browser, logged in at a real provider: three portions, a place changed, signed by two, withdrawn."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from filrydd.catalog import overview, signoffs
from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions import reading
from tests.web.provider import RealProvider, real_provider
from tests.web.together import BERIT, KARI, OLA, Together, served, two_departments

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]
PART = "/area/felles/part/felles"


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with real_provider() as listening:
        yield listening


@pytest.fixture
def together(tmp_path: Path, provider: RealProvider) -> Iterator[Together]:
    with served(two_departments(tmp_path), provider) as listening:
        yield listening


def _focused(page: Page) -> str:
    said = page.evaluate(
        "() => { const it = document.activeElement; const label = it.labels && it.labels[0];"
        " return (label ? label.innerText : it.innerText || it.value || '').trim() }"
    )
    return re.sub(r"\s+", " ", str(said))


def _tab_to(page: Page, *words: str) -> str:
    """Press Tab until what begins with one of these words is in focus; returns its words."""
    for _press in range(150):
        page.keyboard.press("Tab")
        focused = _focused(page)
        if any(focused == one or focused.startswith(one) for one in words):
            return focused
    raise AssertionError(f"{words} cannot be reached with the keyboard at {page.url}")


def _press(page: Page, *words: str) -> None:
    """Go to a link or button with the keyboard and press it; comes back on another page."""
    _tab_to(page, *words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _log_in(browser: Browser, together: Together, sub: str, *, scripts: bool) -> Page:
    """A browser of their own for somebody, who logs in with the keyboard and is asked who they are by the provider."""
    page = browser.new_context(java_script_enabled=scripts, locale="en-GB").new_page()
    page.goto(together.address)
    assert "You are not logged in" in page.inner_text("main")
    _press(page, "Log in")
    _press(page, "Log in with your own account")
    page.fill("input[name=sub]", sub)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{together.address}/")
    return page


def _agree_to_all(page: Page) -> int:
    """Say yes to group after group of a portion with the keyboard, then look at its files; returns how many groups."""
    groups = 0
    while "/group/" in page.url:
        _press(page, "Yes, ")
        groups += 1
    while page.get_by_role("button", name=re.compile("I have looked: it is fine")).count():
        _press(page, "I have looked: it is fine")
    return groups


def _overview(catalog: Catalog) -> reading.Overview:
    return reading.overview(catalog, "felles")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_contact_finishes_three_portions_signs_with_her_manager_and_withdraws(
    chromium: Browser, together: Together, scripts: bool
) -> None:
    kari = _log_in(chromium, together, KARI, scripts=scripts)
    told: list[str] = []
    kari.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    kari.on("dialog", lambda dialog: told.append(dialog.message))
    with together.area.catalog() as catalog:
        portions = len(_overview(catalog).portions)
        asked = sum(one.groups for one in _overview(catalog).portions)
    assert 3 <= portions <= 8
    assert "1 of 1 parts waits for you." in kari.inner_text("main")

    # One portion after the other, with the keyboard alone; the last group of the second is passed on.
    answered = 0
    for number in range(1, portions + 1):
        kari.goto(f"{together.address}{PART}")
        _press(kari, f"Go on with portion {number}")
        _press(kari, "Go on")
        if number == 2:
            _tab_to(kari, "Move them to SharePoint", "Keep them for now")
            while not kari.is_checked("input[value='passed on']"):
                kari.keyboard.press("ArrowDown")
            _tab_to(kari, "Berit Bakken")
            kari.keyboard.press("Space")
            _press(kari, "Save this answer")
            answered += 1
        answered += _agree_to_all(kari)
        assert "This portion is done" in kari.inner_text("main")
    with together.area.catalog() as catalog:
        rows = [tuple(row) for row in catalog.rows("SELECT key, answer FROM group_answer ORDER BY id")]
    assert answered == asked, "\n".join(map(str, rows))

    # What somebody else must decide keeps it from being signed.
    kari.goto(f"{together.address}{PART}")
    _press(kari, "Sign")
    assert "Somebody else must decide 1 group: Berit Bakken." in kari.inner_text("main")
    assert kari.get_by_role("button", name="Sign for felles").count() == 0

    # Her manager sees what she is asked, and keeps it for now.
    berit = _log_in(chromium, together, BERIT, scripts=scripts)
    assert "What others ask you to decide" in berit.inner_text("main")
    berit.locator("h3 a").first.click()
    _tab_to(berit, "Move them to SharePoint", "Keep them for now")
    while not berit.is_checked("input[name=answer][value='hold']"):
        berit.keyboard.press("ArrowDown" if berit.locator("input[name=answer]:checked").count() else "Space")
    _press(berit, "Save this answer")
    assert "What others ask you to decide" not in berit.inner_text("main")

    # She changes a place, and takes her answers in.
    kari.goto(f"{together.address}{PART}/structure")
    _press(kari, "Change Brev")
    _tab_to(kari, "New name (optional)")
    kari.keyboard.type("Korrespondanse")
    with kari.expect_navigation():
        kari.keyboard.press("Enter")
    assert "Brev is called Korrespondanse." in kari.inner_text("main")
    kari.goto(f"{together.address}{PART}")
    if kari.get_by_role("button", name="Take the answers in").count():
        _press(kari, "Take the answers in")
        kari.wait_for_url(re.compile(r"/part/felles(/|$|\?)|/job/"), timeout=60_000)
        for _look in range(60):
            if "/job/" not in kari.url or kari.get_by_role("link", name="Go on").count():
                break
            kari.wait_for_timeout(1_000)
            kari.reload()
    kari.goto(f"{together.address}{PART}/sign")
    _tab_to(kari, "I sign only for the rest; the documents stay.")
    kari.keyboard.press("ArrowDown")
    _tab_to(kari, "I have looked at what is proposed, and I answer for it.")
    kari.keyboard.press("Space")
    _press(kari, "Sign for felles")
    receipt = kari.inner_text("main")
    assert "waits for a second person" in receipt and "Kari Nordmann, contact" in receipt
    assert "OpenID Connect" in receipt
    with together.area.catalog() as catalog:
        answer = overview.answer(catalog, "felles")
    assert answer is not None and answer.who.endswith(f"|{KARI}") and answer.awaits and answer.act.ledger in receipt

    # The other department's contact sees nothing of it.
    ola = _log_in(chromium, together, OLA, scripts=scripts)
    assert "kultur" in ola.inner_text("main") and "felles" not in ola.inner_text("main")
    ola.goto(f"{together.address}{PART}/receipt")
    assert "This page is not for you" in ola.inner_text("main") and "Kari" not in ola.inner_text("main")

    # The manager signs the deletion too; then the contact takes it all back.
    berit.goto(f"{together.address}{PART}")
    _press(berit, "Sign the deletion as the second person")
    _tab_to(berit, "I have looked at what is to be deleted, and I answer for it.")
    berit.keyboard.press("Space")
    _press(berit, "Sign that ")
    assert "Berit Bakken, manager" in berit.inner_text("main")
    with together.area.catalog() as catalog:
        answer = overview.answer(catalog, "felles")
    assert answer is not None and answer.second is not None and not answer.awaits
    kari.goto(f"{together.address}{PART}/receipt")
    _press(kari, "Withdraw the signature")
    _press(kari, "Withdraw the signature for ")
    assert "The signature for felles is withdrawn" in kari.inner_text("main")
    with together.area.catalog() as catalog:
        assert [one.withdrawn for one in signoffs.history(catalog)] == [True]
    assert not told, "no script failed, nothing was refused by the pages' own rules"
    for page in (kari, berit, ola):
        page.context.close()
