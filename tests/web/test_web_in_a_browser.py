"""A contact at a real browser, without JavaScript."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Request

from filrydd.catalog import overview, signoffs
from tests.areas import Area
from tests.web.conftest import Served

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]

PAGES = ("/", "/part/felles", "/part/bilag", "/part/bilag/sign", "/part/felles/sign")


def _log_in(page: Page, served: Served) -> None:
    page.goto(served.link)
    page.get_by_role("button", name="Log in").click()


def _focused(page: Page) -> str:
    return str(
        page.evaluate(
            "() => { const it = document.activeElement; const label = it.labels && it.labels[0];"
            " return (label ? label.innerText : it.innerText || '').trim() }"
        )
    )


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until what has these words is in focus."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if _focused(page) == words:
            return
    raise AssertionError(f"{words} cannot be reached with the keyboard")


def _signoffs(area: Area) -> list[signoffs.Signoff]:
    with area.catalog() as catalog:
        return signoffs.history(catalog)


def test_a_contact_opens_the_link_reads_signs_with_the_keyboard_alone_and_withdraws(page: Page, served: Served) -> None:
    asked: list[Request] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.goto(served.link)
    _tab_to(page, "Log in")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.address}/")
    _tab_to(page, "bilag")
    page.keyboard.press("Enter")
    page.wait_for_url("**/part/bilag")
    assert "Bilag/2010/faktura.pdf" in page.inner_text("main")
    _tab_to(page, "Go on to sign bilag")
    page.keyboard.press("Enter")
    page.wait_for_url("**/part/bilag/sign?seen=*")

    # Too soon: what is missing is said above, and the way there is one press.
    _tab_to(page, "Sign for bilag")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errors")
    assert page.title().startswith("Error: ")
    assert "Something is missing" in _focused(page), "the summary takes the focus"
    _tab_to(page, "Write your name.")
    page.keyboard.press("Enter")
    page.keyboard.type("Ola Lunde")
    assert page.input_value("#name") == "Ola Lunde"
    _tab_to(page, "Your role")
    page.keyboard.type("kontakt")
    _tab_to(page, "I sign only for the rest; the documents stay.")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("#destroys-yes")
    _tab_to(page, "I have looked at what is proposed, and I answer for it.")
    page.keyboard.press("Space")
    _tab_to(page, "Sign for bilag")
    page.keyboard.press("Enter")
    page.wait_for_url("**/part/bilag/receipt")
    receipt = page.inner_text("main")
    with served.area.catalog() as catalog:
        answer = overview.answer(catalog, "bilag")
    assert answer is not None and answer.act.name == "Ola Lunde" and answer.destroys
    assert answer.digest in receipt and answer.act.ledger in receipt and "Ola Lunde, kontakt" in receipt

    page.go_back()
    page.go_forward()
    page.reload()
    assert len(_signoffs(served.area)) == 1

    _tab_to(page, "Withdraw the signature")
    page.keyboard.press("Enter")
    page.wait_for_url("**/withdraw")
    _tab_to(page, "Withdraw the signature for 3 files")
    page.keyboard.press("Enter")
    page.wait_for_url("**/withdrawn")
    assert _signoffs(served.area)[0].withdrawn
    assert not told, "no script ran, nothing was refused"
    assert all(request.url.startswith(served.address) for request in asked)


def test_the_link_opens_no_second_browser(page: Page, served: Served) -> None:
    _log_in(page, served)
    other = page.context.browser
    assert other is not None
    stranger = other.new_context(locale="en-GB").new_page()
    stranger.goto(served.link)
    assert "The link does not work any more" in stranger.inner_text("main")
    stranger.goto(f"{served.address}/part/bilag")
    assert "You are not logged in" in stranger.inner_text("main")
    stranger.context.close()


def test_every_page_fits_a_narrow_screen(page: Page, served: Served) -> None:
    deep = served.area.top.joinpath("Brev", *["enlangmappeutenmellomrom" * 4] * 4)
    deep.mkdir(parents=True)
    (deep / f"{'x' * 200}.txt").write_bytes(b"x")
    served.area.until_proposed()
    _log_in(page, served)
    served.area.sign("bilag")
    page.set_viewport_size({"width": 320, "height": 600})
    for address in (*PAGES, "/part/bilag/receipt", "/part/bilag/withdraw"):
        page.goto(served.address + address)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, address


def test_a_double_click_signs_once(page: Page, served: Served) -> None:
    _log_in(page, served)
    page.goto(f"{served.address}/part/felles/sign")
    page.fill("#name", "Kari Nordmann")
    page.fill("#role", "kontakt")
    page.fill("#follow", (datetime.now(UTC) + timedelta(days=5)).date().isoformat())
    page.check("#agree")
    page.get_by_role("button", name="Sign for felles").dblclick()
    page.wait_for_url("**/receipt")
    assert len(_signoffs(served.area)) == 1


def test_hostile_names_stay_text_where_scripts_may_run(page: Page, served: Served) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(locale="en-GB")
    scripted = context.new_page()
    told: list[str] = []
    scripted.on("dialog", lambda dialog: told.append(dialog.message))
    _log_in(scripted, served)
    for address in PAGES:
        scripted.goto(served.address + address)
        assert scripted.locator("img").count() == 0
    scripted.goto(f"{served.address}/part/felles")
    assert "<img src=x onerror=alert(1)>.docx" in scripted.inner_text("main")
    assert "regningU+202Efdp.exe" in scripted.inner_text("main")
    assert not told
    context.close()
