"""What the readers of the benchmark of the pages ask for: every line of the table of pages, at addresses that are there.

`address` knows each page; a page in the table that it does not know raises KeyError, so that nobody forgets to measure it.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from filrydd.model.department import Role
from filrydd.web.access import ANYBODY, OPEN, Page
from tests.benchmarks import mazes
from tests.benchmarks.pages_area import DEPARTMENT, World

ROLES = {
    "kari": {Role.CONTACT},
    "berit": {Role.MANAGER},
    "siri": {Role.SUPERUSER},
    "ada": {Role.ARCHIVIST},
    "pia": {Role.PRIVACY_OFFICER},
    "nora": set[Role](),
}
ELSEWHERE = ("/log-in/begin", "/log-in/back")
"""What waits for a log-in's provider is no page of ours."""
_PART = "/part/{name}"
_LISTS = ("private", "open", "wider", "absent", "numbers", "named")
_ASKED = ("budsjett", "rapport 2", "docx", "bu", "vedtak pdf", "klage kopi av")


@dataclass(frozen=True)
class Click:
    """A page of the table and an address of it; `more` is what the benchmark calls this kind of address."""

    page: str
    address: str


class Clicks:
    """Addresses, drawn by chance from what there is."""

    def __init__(self, world: World, job: str, table: Iterable[Page], seed: int) -> None:
        self._world, self._job = world, job
        self._chance = random.Random(seed)
        self._get = [page for page in table if page.method == "GET" and page.path not in ELSEWHERE]
        self._left: dict[str, list[Page]] = {}

    def next(self, who: str) -> Click:
        """The next page for somebody: each that they may open, by turns, in an order of chance."""
        left = self._left.get(who) or []
        if not left:
            left = [page for page in self._get if _may(page, who)]
            self._chance.shuffle(left)
        page = left.pop()
        self._left[who] = left
        return Click(page.path, self.address(page.path))

    def address(self, path: str) -> str:
        """An address of a page. Raises KeyError for one that is not known."""
        name = self._chance.choice(self._world.parts)
        if path.startswith("/area/{area}"):
            found = self._of_area(path.removeprefix("/area/{area}"), name)
        elif path.startswith("/department/{department}"):
            below = path.removeprefix("/department/{department}")
            found = f"/department/{DEPARTMENT}{_OF_DEPARTMENT[below]}".replace("JOB", self._job)
        else:
            found = {**_PLAIN, "/job/{id}": f"/job/{self._job}", "/search": f"/search?q={quote(self._words())}"}[path]
        return found

    def _words(self) -> str:
        return self._chance.choice((*_ASKED, self._chance.choice(self._world.paths)))

    def _of_area(self, below: str, name: str) -> str:
        area = f"/area/{mazes.AREA}"
        some = self._chance.choice
        if not below.startswith(_PART):
            return (
                area
                + {
                    "/asked/{answer}": f"/asked/{some(self._world.asked)}",
                    "/archive": "/archive",
                    "/archive/freeze": "/archive/freeze",
                    "/archive/lift": f"/archive/lift?freeze={some(self._world.freezes)}",
                    "/archive/hand-over": "/archive/hand-over",
                    "/archive/disposals.csv": "/archive/disposals.csv",
                    "/privacy": "/privacy",
                    "/privacy/{list}": f"/privacy/{some(_LISTS)}",
                }[below]
            )
        below = below.removeprefix(_PART)
        if below in ("/receipt", "/withdraw"):
            name = self._world.signed
        part = f"{area}/part/{quote(name, safe='')}"
        number, keys = some([one for one in self._world.groups[name] if one[1]])
        folder = some(self._world.folders[name])
        opened = f"?old={folder}" if self._chance.random() < 0.5 else ""
        with_problems = [one for one in self._world.parts if self._world.problems[one]]
        accepted = some(with_problems)
        return {
            "": part,
            "/portion/{number}": f"{part}/portion/{number}",
            "/portion/{number}/group/{key}": f"{part}/portion/{number}/group/{quote(some(keys), safe='')}",
            "/names": f"{part}/names",
            "/why": f"{part}/why?file={some(self._world.files[name])}",
            "/file/{file}": f"{part}/file/{some(self._world.files[name])}",
            "/structure": f"{part}/structure{opened}",
            "/structure/change": f"{part}/structure/change?folder={folder}",
            "/structure/accept": f"{area}/part/{quote(accepted, safe='')}/structure/accept?problem="
            f"{some(self._world.problems[accepted])}",
            "/structure/take-back": f"{part}/structure/take-back?edit={some(self._world.edits)}",
            "/sign": f"{part}/sign",
            "/second": f"{part}/second",
            "/receipt": f"{part}/receipt",
            "/withdraw": f"{part}/withdraw",
            "/withdrawn": f"{part}/withdrawn",
        }[below]


_PLAIN = {
    path: path
    for path in (
        "/style.css",
        "/pages.js",
        "/icon.svg",
        "/log-in",
        "/",
        "/practice",
        "/policy-problems",
        "/new-department",
        "/new-department/questions",
        "/totals",
        "/metrics",
    )
} | {"/new-department/written": f"/new-department/written?department={DEPARTMENT}"}
_OF_DEPARTMENT = {
    "": "",
    "/scan": f"/scan?area={mazes.AREA}",
    "/begin": f"/begin?area={mazes.AREA}",
    "/rules": "/rules",
    "/folders": "/folders?job=JOB",
    "/rules/take-up": "/rules/take-up?rule=system",
    "/archive": "/archive",
    "/archive/rule/{rule}": "/archive/rule/old%20pictures",
    "/privacy": "/privacy",
}


def _may(page: Page, who: str) -> bool:
    """Whether somebody can open a page; what is open to all is left to one of them, a tab of whose browser asks for it."""
    if page.path.endswith("/asked/{answer}"):
        return who == "nora"
    if page.path == "/job/{id}":
        return who == "siri"
    if page.may is OPEN or page.path in ("/practice", "/policy-problems"):
        return who == "nora"
    return page.may == ANYBODY or not ROLES[who].isdisjoint(page.may)


def known(table: Iterable[Page], clicks: Clicks) -> list[str]:
    """The pages that readers ask for; raises KeyError for one without an address."""
    found = [page.path for page in table if page.method == "GET" and page.path not in ELSEWHERE]
    for path in found:
        clicks.address(path)
    return found
