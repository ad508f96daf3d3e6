"""Somebody who reads the pages of an area, and what the area holds."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from starlette.testclient import TestClient

from filrydd.model.by import By
from filrydd.stages import portions
from filrydd.web.door import Door
from filrydd.web.identity import HOW_LINK
from tests.areas import POLICY, Area

PORT = 8765
HERE = f"http://127.0.0.1:{PORT}"
TWO_PEOPLE = POLICY.replace("one person", "two people")
NAME = "Kari Nordmann"
MARKUP = "<img src=x onerror=alert(1)>.docx"
REVERSED = "regning\u202efdp.exe"
TREE = {
    "Thumbs.db": b"thumb",
    "møtereferat.docx": b"minutes",
    "Brev": {MARKUP: b"markup", "a:b.txt": b"mended", "svar.docx": b"letter"},
    "Inn": {REVERSED: b"reversed"},
    "Hjem": {"kari": {"privat.txt": b"private"}},
    "Bilag": {"2010": {"faktura.pdf": b"old", "kvittering.pdf": b"older"}, "2026": {"ny.docx": b"new"}},
}


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class _Forms(HTMLParser):
    """The fields of a page's forms as a browser would send them, by the address that each is sent to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self.found.setdefault(values["action"], {})
        if tag == "input" and values["type"] not in ("radio", "checkbox"):
            self._open[values["name"]] = values.get("value", "")


def forms(page: str) -> dict[str, dict[str, str]]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


def reading(page: str) -> str:
    """A page's text as it is read, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.replace("<wbr>", "")))


KARI = By(NAME, "link", HOW_LINK)


def review_part(area: Area, part: str, by: By = KARI) -> None:
    """Answer all that a part asks as suggested, and look at the files that ask for it."""
    with area.catalog() as catalog:
        shown = [portions.portion(catalog, part, one.number) for one in portions.overview(catalog, part).portions]
    for one in shown:
        assert one is not None
        for group in one.groups:
            if not group.holds:
                portions.answer(area.work(), by, part, group.key, group.content, portions.Answer.AS_SUGGESTED)
        for look in one.looks:
            if look.open:
                portions.look(area.work(), by, part, look.file, portions.Looked.FINE)


def group_pages(reader: "Reader", part: str) -> list[str]:
    """The page of every group of a part."""
    found = []
    with reader.area.catalog() as catalog:
        for one in portions.overview(catalog, part).portions:
            shown = portions.portion(catalog, part, one.number)
            assert shown is not None
            base = f"/area/felles/part/{part}/portion/{one.number}"
            found += [reader.read(base), *(reader.read(f"{base}/group/{group.key}") for group in shown.groups)]
    return found


@dataclass
class Reader:
    """Somebody at a browser."""

    area: Area
    door: Door
    clock: Clock
    client: TestClient
    headers: dict[str, str] = field(default_factory=lambda: {"origin": HERE})

    def log_in(self) -> "Reader":
        answer = self.client.post("/log-in", data={"key": self.door.new_link(), "name": NAME}, headers=self.headers)
        assert answer.status_code == 303, answer.text
        return self

    def read(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text

    def form(self, address: str, **filled: str) -> dict[str, str]:
        """The form of a page that is sent to that very page, with these fields filled in."""
        return {**forms(self.read(address))[address.partition("?")[0]], **filled}

    def reviewed(self, part: str = "felles") -> "Reader":
        """Everything of a part answered as suggested, and looked at, so that it can be signed."""
        review_part(self.area, part)
        return self

    def signed(self, part: str = "felles", **filled: str) -> dict[str, str]:
        """A sign form, filled in as it should be, of a part in which nothing is open."""
        self.reviewed(part)
        said = {"role": "kontakt", "agree": "yes", **filled}
        return self.form(f"/area/felles/part/{part}/sign", **said)
