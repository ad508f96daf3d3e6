"""A contact looks at the structure and changes it in a real browser, without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from filrydd.catalog import edits
from filrydd.web.structure.report import report
from tests.web.conftest import Served

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]

PAGE = "/area/felles/part/felles/structure"
_CONTRAST = """() => {
  const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map((v) => {
    const part = v / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ratio = (one, other) => { const [low, high] = [light(one), light(other)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05); };
  const ground = getComputedStyle(document.body).backgroundColor;
  const words = [...document.querySelectorAll('.fact, .fact .to, .tree a, .amount, h2, td')];
  const labels = [...document.querySelectorAll('.treemap g:has(text)')].map((group) => ratio(
    getComputedStyle(group.querySelector('text')).fill, getComputedStyle(group.querySelector('rect')).fill));
  return [Math.min(...words.map((one) => ratio(getComputedStyle(one).color, ground))), Math.min(21, ...labels)];
}"""


def _log_in(page: Page, served: Served) -> None:
    page.goto(served.link)
    page.fill("#name", "Ola Lunde")
    page.get_by_role("button", name="Log in").click()


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until what has these words is in focus."""
    for _press in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const it = document.activeElement; const label = it.labels && it.labels[0];"
            " return (label ? label.innerText : it.innerText || '').replace(/\\s+/g, ' ').trim() }"
        )
        if focused == words or focused.startswith(f"{words} "):
            return
    raise AssertionError(f"{words} cannot be reached with the keyboard")


def test_with_the_keyboard_alone_a_folder_is_found_changed_and_changed_back(page: Page, served: Served) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    _log_in(page, served)
    page.goto(f"{served.address}/area/felles/part/felles")
    _tab_to(page, "See old and new folders side by side, and change them")
    page.keyboard.press("Enter")
    page.wait_for_url("**/structure")
    _tab_to(page, "Change Brev")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change?folder=*")

    # Too soon: the summary has the focus, and leads to the field.
    _tab_to(page, "Change Brev")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errors")
    assert page.title().startswith("Error: ")
    assert "Something is missing" in page.evaluate("() => document.activeElement.innerText")
    _tab_to(page, "New name (optional)")
    page.keyboard.type("Korrespondanse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/structure?old=*")
    text = page.inner_text("main")
    assert "Your change is taken in" in text and "Brev is called Korrespondanse." in text
    assert "Dokumenter/Felles/Korrespondanse" in text

    page.reload()
    page.go_back()
    page.go_forward()
    with served.area.catalog() as catalog:
        (stored,) = edits.said(catalog)
    assert (stored.edit.path, stored.edit.value, stored.edit.name) == ("Brev", "Korrespondanse", "Ola Lunde")

    _tab_to(page, "Take back")
    page.keyboard.press("Enter")
    page.wait_for_url("**/take-back?edit=*")
    assert "It is kept under your name: Ola Lunde." in page.inner_text("main")
    _tab_to(page, "Take the change back")
    page.keyboard.press("Enter")
    page.wait_for_url("**/structure?said=*")
    assert "Korrespondanse" not in page.locator(".beside").first.inner_text()
    assert not told, "nothing was refused by the page's own rules"


def test_branches_open_on_either_side_and_stay_open(page: Page, served: Served) -> None:
    deep = served.area.top / "Brev" / "Ut" / "Svar"
    deep.mkdir(parents=True)
    (deep / "svar.txt").write_bytes(b"x")
    (deep.parent / "annet.txt").write_bytes(b"x")
    served.area.until_proposed()
    _log_in(page, served)
    page.goto(served.address + PAGE)
    old, new = page.locator("section[aria-labelledby=old-tree]"), page.locator("section[aria-labelledby=new-tree]")
    assert "Svar" not in old.inner_text()
    old.locator("a.closed", has_text="Brev").click()
    old.locator("a.closed", has_text="Ut").click()
    assert "Svar" in old.inner_text() and old.locator("[aria-current]").count() == 1
    old.locator("[aria-current] a", has_text="Felles/Brev/Ut").first.click()
    assert "Comes from: Brev/Ut" in new.locator("[aria-current]").inner_text()
    assert "Svar" in old.inner_text(), "the old side stays as it was"
    # A branch that is open closes without asking the server.
    address = page.url
    old.locator("summary", has_text="Brev").click()
    assert not old.get_by_text("Svar").first.is_visible() and page.url == address


def test_the_pages_fit_a_narrow_screen_and_are_legible_in_light_and_dark(page: Page, served: Served) -> None:
    long = served.area.top.joinpath("Brev", *["enlangmappeutenmellomrom" * 4] * 2)
    long.mkdir(parents=True)
    (long / f"{'x' * 120}.txt").write_bytes(b"x" * 5000)
    served.area.until_proposed()
    _log_in(page, served)
    page.goto(served.address + PAGE)
    change = page.locator("a", has_text="Change Brev").get_attribute("href")
    opened = page.locator("a.closed", has_text="Brev").first.get_attribute("href")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 1400):
            page.set_viewport_size({"width": width, "height": 700})
            for address in (PAGE, opened, change):
                page.goto(f"{served.address}{address}")
                assert page.evaluate("() => document.documentElement.scrollWidth") <= width, (address, scheme)
        page.goto(f"{served.address}{opened}")
        words, labels = page.evaluate(_CONTRAST)
        assert words >= 4.5 and labels >= 4.5, scheme


def test_the_report_shows_itself_without_asking_anybody(page: Page, served: Served, tmp_path: Path) -> None:
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    file = tmp_path / "struktur.html"
    file.write_text(report(served.area.work()), encoding="utf-8")
    page.goto(file.as_uri())
    assert asked == [file.as_uri()] and not told
    assert "As it becomes" in page.inner_text("main") and page.locator(".treemap").count() == 4, "two parts"
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
