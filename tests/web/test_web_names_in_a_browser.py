"""Names and words that attack, on every page that shows them, in a browser that may run scripts: nothing runs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from filrydd.model.by import By
from filrydd.stages import freeze, portions
from filrydd.web.identity import LINK, Identity, by_link
from tests.web import municipality as town_of
from tests.web.municipality import Town
from tests.web.municipality_files import ACCOUNTING, MARKER, MARKUP
from tests.web.municipality_listening import listening
from tests.web.offices import HOW, NUMBER

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]

SAID = f"<img src=x onerror=alert(2)>\"'><script>alert(3)</script> {MARKER} \u202egnp"
_WATCH = """
window.violated = [];
document.addEventListener("securitypolicyviolation", event =>
    window.violated.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
_MADE = """() => {
    const made = "img, script:not([src='/pages.js']), iframe, object, embed, base, [style], foreignObject, use, animate";
    const acts = it => it.getAttributeNames().some(name => name.startsWith("on"));
    return document.querySelectorAll(made).length + [...document.querySelectorAll("*")].filter(acts).length;
}"""
"""How many elements no page of ours has."""
_PARTS = ("felles", "bilag", "lag%2F%C3%A5r")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The municipality, listening, with words of people that attack too."""
    with pytest.MonkeyPatch.context() as patch:
        base = tmp_path_factory.mktemp("municipality")
        patch.setenv("FILRYDD_KEY", str(tmp_path_factory.getbasetemp() / "ledger.key"))
        workspace = town_of.make(base / "workspace")
        work = Town(workspace).work()
        group = town_of.group_of(work, "felles")
        person = By(SAID, "https://log.in||kari", HOW)
        said = portions.Answer.ELSEWHERE
        portions.answer(work, person, "felles", group.key, group.content, said, detail=SAID, note=SAID)
        town_of.passed_on(work, "bilag", "nora")
        freeze.freeze(work, "Inn", SAID, SAID, SAID)
        quoted = SAID.replace('"', '\\"').replace("\u202e", "\\u202e")
        policy = ACCOUNTING.replace("name: Ola Lunde", f'name: "{quoted}"')
        (workspace / "policies" / "regnskap.yaml").write_text(policy, "utf-8")
        town_of.counted(work)
        with listening(workspace) as (town, _port):
            yield town


class Watcher:
    """A browser's page, and everything that should not have happened on it."""

    def __init__(self, page: Page, here: str) -> None:
        self.page, self.here = page, here
        self.seen: list[str] = []
        page.add_init_script(_WATCH)
        page.on("dialog", self._dialog)
        page.on("console", lambda message: self.seen.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.seen.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(here) else self.seen.append(request.url))

    def _dialog(self, dialog: Any) -> None:
        self.seen.append(dialog.message)
        dialog.dismiss()

    def look(self, address: str, *statuses: int) -> str:
        """The text of a page on which nothing happened that should not."""
        self.seen.clear()
        answer = self.page.goto(f"{self.here}{address}")
        assert answer is not None and answer.status in (statuses or (200,)), (address, answer and answer.status)
        if answer.status >= 400:
            # Chromium says of each such page that it is one.
            self.seen[:] = [one for one in self.seen if "Failed to load resource" not in one]
        made = self.page.evaluate(_MADE)
        assert (made, self.seen, self.page.evaluate("() => window.violated")) == (0, [], []), address
        text = self.page.content()
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", text), f"what turns or hides the reading: {address}"
        assert NUMBER not in text, address
        return self.page.inner_text("main")


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="en-GB")
    yield context
    context.close()


def _at(context: BrowserContext, town: Town, who: str, name: str = "") -> Watcher:
    visitor = town.visit(who)
    if name:
        visitor = town.log_in(by_link(name) if who == LINK else Identity(name, f"https://log.in||{who}", HOW, who))
    assert visitor.session is not None
    here = town.place.addresses[0]
    context.add_cookies([{"name": town.place.cookie, "value": visitor.session.id, "url": here}])
    return Watcher(context.new_page(), here)


def _all_of(town: Town, part: str, word: str) -> list[str]:
    """Every page of a part that is about a portion, a group, a file or a folder."""
    base = f"/area/felles/part/{word}"
    found = [base, f"{base}/structure", f"{base}/names", f"{base}/sign", f"{base}/portion/0"]
    with town.catalog() as catalog:
        for one in portions.overview(catalog, part).portions:
            shown = portions.portion(catalog, part, one.number)
            assert shown is not None
            found.append(f"{base}/portion/{one.number}")
            for key in (group.key for group in shown.groups):
                found.append(f"{base}/portion/{one.number}/group/{key}")
                group = portions.group(catalog, part, key, most=50)
                assert group is not None
                attack = re.compile("[<'\u202e\u2066\r{]|dyp")
                files = [example.file for example in group.examples if attack.search(example.path)]
                found += [f"{base}/why?file={file}" for file in files]
                found += [f"{base}/file/{file}" for file in files[:3:2]]
        found += [
            f"{base}/structure/change?folder={row['id']}"
            for row in catalog.rows("SELECT id FROM folder WHERE parent = 1 OR id = 1")
        ]
    return found


def test_nothing_of_a_name_runs_on_any_page_of_a_contact(context: BrowserContext, town: Town) -> None:
    watcher = _at(context, town, "dag", SAID)
    whole = ""
    for part, word in zip(("felles", "bilag"), _PARTS[:2], strict=True):
        for address in _all_of(town, part, word):
            whole += watcher.look(address, 200, 404)
    assert MARKUP in whole and "U+202E" in whole and "{{ 7*7 }}" in whole and "onmouseover=alert(1)" in whole
    assert "<img src=x onerror=alert(2)>" in whole, "what people wrote is shown as they wrote it"


def test_nothing_of_a_name_runs_on_the_pages_of_offices(context: BrowserContext, town: Town) -> None:
    query = "%3Cimg%20src%3Dx%20onerror%3Dalert(4)%3E%22%27%3E%3Cscript%3Ealert(5)%3C/script%3E"
    watcher, whole = _at(context, town, LINK, SAID), ""
    department, area, part = "/department/regnskap", "/area/felles", "/area/felles/part/felles"
    addresses = [
        "/", "/totals", "/search?q=merke", "/search?q=img", f"/search?q={query}", "/practice", f"/practice?group={query}",
        department, f"{department}/begin?area=felles", f"{department}/rules", f"{department}/scan?area=felles",
        f"{department}/archive", f"{department}/archive/rule/drafts", f"{department}/privacy",
        f"{area}/archive", f"{area}/archive/freeze?path={query}", f"{area}/archive/lift?freeze=1",
        f"{area}/archive/hand-over", f"{area}/privacy", *(f"{area}/privacy/{one}" for one in ("open", "named", "private")),
        f"{part}?language={query}", f"{part}/why?file={query}", f"{part}/structure?said={query}", f"{part}/sign?seen={query}",
        f"/nowhere/{query}", "/policy-problems", "/new-department",
    ]  # fmt: skip
    for address in addresses:
        whole += watcher.look(address, 200, 404, 409)
    assert MARKUP in whole and "<img src=x onerror=alert(2)>" in whole


def test_nothing_runs_where_somebody_was_asked_or_is_refused(context: BrowserContext, town: Town) -> None:
    with town.catalog() as catalog:
        (passed,) = portions.passed_to(catalog, "nora")
    watcher = _at(context, town, "nora", SAID)
    assert MARKER in watcher.look("/") + watcher.look(f"/area/felles/asked/{passed.said.id}")
    watcher.look("/area/felles/part/%3Cimg%20src%3Dx%20onerror%3Dalert(6)%3E", 403)


def test_what_a_form_said_comes_back_as_text(context: BrowserContext, town: Town) -> None:
    watcher = _at(context, town, "kari")
    group = town_of.group_of(town.work(), "felles")
    watcher.look(f"/area/felles/part/felles/portion/{group.portion}/group/{group.key}")
    page = watcher.page
    page.check("input[name=answer][value='passed on']")
    page.check("input[name=to][value=other]")
    page.fill("#note", SAID)
    page.fill("#to_name", "")
    page.fill("#to_name", SAID * 20)
    page.get_by_role("button", name="Save this answer").click()
    page.wait_for_selector(".errors")
    assert (watcher.seen, page.evaluate("() => window.violated")) == ([], [])
    assert page.input_value("#note").startswith("<img src=x onerror=alert(2)>")
    assert page.evaluate("() => document.querySelectorAll('img').length") == 0


def test_the_watch_sees_what_it_is_there_for(context: BrowserContext, town: Town) -> None:
    """Without this, a watch that sees nothing would look like pages on which nothing happens."""
    watcher = _at(context, town, "kari")
    watcher.look("/")
    watcher.page.evaluate(
        "() => { const it = document.createElement('img'); it.src = 'https://evil.example/x'; document.body.append(it); }"
    )
    watcher.page.wait_for_function("() => window.violated.length > 0")
    assert "img-src https://evil.example/x" in watcher.page.evaluate("() => window.violated")[0]
    for attack in (
        "document.body.innerHTML = '<img src=x onerror=alert(1)>'",
        "const it = document.createElement('script'); it.text = 'alert(1)'; document.body.append(it)",
        "document.body.setAttribute('onclick', 'alert(1)')",
    ):
        watcher.page.evaluate(
            f"() => {{ try {{ {attack} }} catch (refused) {{ window.violated.push(String(refused)) }} }}"
        )
    assert not [one for one in watcher.seen if one in ("1", "2")], "no dialog opened"
    assert len(watcher.page.evaluate("() => window.violated")) >= 3
