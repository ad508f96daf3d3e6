"""An area that is proposed, and somebody at its pages."""

import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.testclient import TestClient

from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.server import review
from filrydd.web.service import Service
from tests.areas import Area, days_ago
from tests.web.reader import HERE, PORT, TREE, Clock, Reader


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def proposed(make_area: Callable[..., Area]) -> Area:
    """The area `felles` with its parts `bilag` and `felles`, proposed; the vouchers are old enough to be deleted."""
    area = make_area(TREE)
    for path in (area.top / "Bilag" / "2010").iterdir():
        os.utime(path, (days_ago(9000), days_ago(9000)))
    area.until_proposed()
    return area


@pytest.fixture
def reader(proposed: Area, clock: Clock) -> Reader:
    """Somebody who is not logged in yet, at the pages of `proposed`."""
    door = Door(clock)
    pages = application(Service(proposed.workspace, only="felles", clock=clock), door, Place.here(PORT))
    client = TestClient(
        pages, base_url=HERE, follow_redirects=False, headers={"accept-language": "en"}, raise_server_exceptions=False
    )
    return Reader(proposed, door, clock, client)


@dataclass(frozen=True)
class Served:
    """The pages of an area, listening, and the link that they gave."""

    area: Area
    link: str

    @property
    def address(self) -> str:
        return self.link.partition("/log-in")[0]


@pytest.fixture
def served(proposed: Area) -> Iterator[Served]:
    """The pages of `proposed` on a free port of this computer."""
    stop, links = threading.Event(), queue.SimpleQueue[str]()
    thread = threading.Thread(
        target=review, args=(proposed.work(),), kwargs={"ready": links.put, "stop": stop}, daemon=True
    )
    thread.start()
    try:
        yield Served(proposed, links.get(timeout=20))
    finally:
        stop.set()
        thread.join(20)


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


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser that runs no scripts, in English."""
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def overview_area(make_area: Callable[..., Area]) -> Area:
    """An area with two parts, junk, and something that stays."""
    area = make_area(
        {
            "rot.txt": b"1",
            "A": {"a.txt": b"22", "under": {"b.txt": b"333", "Thumbs.db": b"4444"}},
            "B": {f"{number}.txt": b"55555" for number in range(5)},
            "Hjem": {"c.txt": b"666666"},
            "Bilag": {"ny.pdf": b"7777777", "2010": {"gammel.txt": b"88888888"}},
        }
    )
    area.until_proposed()
    return area
