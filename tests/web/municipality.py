"""A municipality of two departments, each with people of its own, at the pages of one service.

`regnskap` owns the area `felles` with the parts `felles`, `bilag` and `lag/år`, `plan` owns `teknisk`. What is in
`felles` has names that attack: markup, marks that turn the reading round, 10,000 characters of folders, formulas,
identity numbers.
"""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from filrydd.catalog import standings
from filrydd.catalog.connection import Catalog
from filrydd.model.by import By
from filrydd.stages import classify, portions, propose, scan
from filrydd.stages.work import Work
from filrydd.web.application import application
from filrydd.web.door import Door, Session
from filrydd.web.guard import Place
from filrydd.web.identity import LINK, Identity, by_link
from filrydd.web.openid import Provider
from filrydd.web.service import Service
from filrydd.web.tallying import count
from tests.areas import days_ago
from tests.conftest import lay_out
from tests.web.municipality_files import ACCOUNTING, COMMON, DEEP, FELLES, MARKER, NAMES, PLANNING, TEKNISK
from tests.web.offices import HOW
from tests.web.reader import HERE, PORT, Clock, forms


def make(folder: Path) -> Path:
    """The workspace, both areas proposed and counted; returns its folder."""
    for name in ("policies", "scans"):
        (folder / name).mkdir(parents=True)
    for stem, text in (("common", COMMON), ("regnskap", ACCOUNTING), ("plan", PLANNING)):
        (folder / "policies" / f"{stem}.yaml").write_text(text, "utf-8")
    for area, tree in (("felles", FELLES), ("teknisk", TEKNISK)):
        top = lay_out(folder.parent / area, tree)
        if area == "felles":
            for path in (top / "Bilag" / "2010").iterdir():
                os.utime(path, (days_ago(9000), days_ago(9000)))
            _dig(top)
        work = Work(folder, area, "tester")
        scan.run(work, str(top))
        classify.run(work)
        propose.run(work)
        counted(work)
    return folder


def counted(work: Work) -> None:
    """Count now what pages have counted beside them."""
    count(work, work.department())
    with work.catalog() as catalog:
        standings.refresh(catalog, work.now())


def _dig(top: Path) -> None:
    """A path of 10,000 characters, longer than the system opens in one piece."""
    here = os.open(top, os.O_RDONLY)
    try:
        for name in DEEP:
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        with open(os.open(f"{MARKER} bunn.docx", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
            file.write(b"bottom")
    finally:
        os.close(here)


def who(key: str, **more: Any) -> Identity:
    """Whoever the provider knows by that object id."""
    name = NAMES.get(key, key.capitalize())
    return Identity(name=name, who=f"https://log.in||{key}", how=HOW, object_id=key, **more)


@dataclass
class Visitor:
    """Somebody at a browser; `key` is empty while they are not logged in."""

    client: TestClient
    session: Session | None = None

    @property
    def key(self) -> str:
        return "" if self.session is None else self.session.form_key

    def ask(self, method: str, address: str, sent: dict[str, str] | None = None) -> Any:
        """What the service answers; a POST is sent as a form of their own."""
        if method == "GET":
            return self.client.get(address)
        return self.client.post(address, data={**(sent or {}), "form_key": self.key}, headers={"origin": HERE})

    def read(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        return str(answer.text)

    def send(self, address: str, sent: dict[str, str], status: int = 303) -> str:
        """Send a form; returns where it leads to, or the page where it leads nowhere."""
        answer = self.ask("POST", address, sent)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        return str(answer.headers.get("location", answer.text))

    def form(self, address: str, to: str = "", **filled: str) -> dict[str, str]:
        """The form of a page, with these fields filled in."""
        return {**forms(self.read(address))[to or address.partition("?")[0]], **filled}


@dataclass
class Town:
    """The pages of a workspace; `only` one area as on one PC."""

    workspace: Path
    only: str = ""
    token: str = ""
    clock: Clock = field(default_factory=Clock)
    place: Place = field(default_factory=lambda: Place.here(PORT))
    provider: Provider | None = None

    def __post_init__(self) -> None:
        self.door = Door(self.clock)
        self.service = Service(self.workspace, only=self.only, clock=self.clock, metrics_token=self.token)
        self.pages = application(self.service, self.door, self.place, self.provider)

    def client(self) -> TestClient:
        """A browser that is not logged in."""
        return TestClient(
            self.pages,
            base_url=self.place.addresses[0],
            follow_redirects=False,
            headers={"accept-language": "en"},
            raise_server_exceptions=False,
        )

    def log_in(self, identity: Identity) -> Visitor:
        """Somebody whom the provider vouched for, or by the link of this computer."""
        client = self.client()
        session = self.door.welcome(identity, former="")
        client.cookies.set(self.place.cookie, session.id)
        return Visitor(client, session)

    def visit(self, key: str) -> Visitor:
        """`link`, `nobody`, or an object id."""
        if key == "nobody":
            return Visitor(self.client())
        return self.log_in(by_link("Kari") if key == LINK else who(key))

    def work(self, area: str = "felles") -> Work:
        return Work(self.workspace, area, "tester", self.clock)

    def catalog(self, area: str = "felles") -> Catalog:
        return self.work(area).catalog()

    def policy(self, text: str, stem: str = "regnskap") -> None:
        (self.workspace / "policies" / f"{stem}.yaml").write_text(text, "utf-8")


def copied(made: Path, folder: Path) -> Path:
    """A workspace of one's own, to change."""
    return Path(shutil.copytree(made, folder / "workspace"))


def passed_on(work: Work, part: str, to: str) -> int:
    """Pass the first open group of a part on to whoever has that object id; returns the answer's number."""
    group = group_of(work, part)
    said = portions.answer(
        work,
        By("Ola Lunde", "https://log.in||ola", HOW),
        part,
        group.key,
        group.content,
        portions.Answer.PASSED_ON,
        to=(to.capitalize(), to),
    )
    return said.id


def answered(work: Work, part: str) -> int:
    """The first group of a part kept for now by Kari; returns the answer's number."""
    group = group_of(work, part)
    kari = By("Kari Nordmann", "https://log.in||kari", HOW)
    return portions.answer(work, kari, part, group.key, group.content, portions.Answer.HOLD).id


def group_of(work: Work, part: str, place: int = 0) -> portions.GroupShown:
    """One of the groups of a part's first portion."""
    with work.catalog() as catalog:
        shown = portions.portion(catalog, part, portions.overview(catalog, part).portions[0].number)
        assert shown is not None
        found = portions.group(catalog, part, shown.groups[place].key, most=5)
    assert found is not None
    return found


def digest(workspace: Path) -> str:
    """What both catalogs and all policy files hold."""
    said = hashlib.sha256()
    for path in sorted((workspace / "policies").iterdir()):
        said.update(path.name.encode() + path.read_bytes())
    for path in sorted((workspace / "scans").glob("*.db")):
        for row in rows(path):
            said.update(row.encode("utf-8", "surrogatepass"))
    return said.hexdigest()


def rows(path: Path) -> Iterator[str]:
    """Every row of a catalog."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield f"{table}{row!r}"
