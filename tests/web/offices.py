"""People of every role at the pages of an area that has something for each of them."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

from filrydd.stages import classify
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.identity import Identity
from filrydd.web.service import Service
from filrydd.web.tallying import count
from tests.areas import POLICY, Area, days_ago
from tests.web.reader import HERE, PORT, Clock, forms

HOW = "OpenID Connect, https://log.in"
PEOPLE = """
archivists: [{name: Ada Arkivar, id: ada, email: ada@example.no}]
privacy_officers: [{name: Pia Vern, id: pia, email: pia@example.no}]
superusers: [{name: Siri Super, id: siri, email: siri@example.no}]
admins: [{name: Adam Drift, id: adam}]
private: [homes]
classes:
  homes: {path: Hjem}
blocks:
  - block: persons
    when: {path: Personal}
    forbids: [destroy, move]
    instead: Fagsystemet for barnevern
    basis: barnevernsloven § 13-1
    reason: {nb: Hører til en person., en: Belongs to a person.}
"""
WAITING = """
  - rule: old drafts
    when: {path: Utkast}
    fate: destroy
    basis: arkivlova § 13
    reason: {nb: Bare utkast., en: Only drafts.}
    decided: {by: Berit Bakken, on: 2026-01-02}  # by mail
"""
OFFICES = (
    POLICY.replace("contact: {name: Ola Lunde}", "contact: {name: Ola Lunde, id: ola}").replace(
        "  - rule: homes\n", WAITING.lstrip("\n") + "  - rule: homes\n"
    )
    + PEOPLE
)
NUMBER = "13097248022"
TREE = {
    "Utkast": {"brev =1+2.docx": b"draft", f"{NUMBER} søknad.docx": b"draft of a person", "c.txt": b"12"},
    "Personal": {"sak 12.docx": b"case", "sak 13.docx": b"another"},
    "Hjem": {"kari": {"privat.txt": b"private"}},
    "Bilag": {"2010": {"=cmd.pdf": b"old", "kvittering.pdf": b"older"}, "2026": {"ny.docx": b"new"}},
    "møtereferat.docx": b"minutes",
}


def made(area: Area) -> Area:
    """The area proposed and counted."""
    area.policy(OFFICES)
    for path in (area.top / "Bilag" / "2010").iterdir():
        os.utime(path, (days_ago(9000), days_ago(9000)))
    area.until_proposed()
    counted(area)
    return area


def counted(area: Area) -> None:
    """Count now what pages have counted beside them."""
    count(area.work(), area.work().department())


def classified(area: Area) -> None:
    """Classify and count again."""
    classify.run(area.work(), allow_many=True)
    counted(area)


def words(page: str) -> str:
    """A page's text as it is read, with a blank where an element ends."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?(wbr|bdi)>", "", page)).split())


@dataclass
class Visitor:
    """Somebody who is logged in."""

    client: TestClient
    key: str

    def read(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        return answer.text

    def send(self, address: str, sent: dict[str, str], status: int = 303) -> str:
        """Send a form as one of their own; returns where it leads to, or the page where it leads nowhere."""
        answer = self.client.post(address, data={**sent, "form_key": self.key}, headers={"origin": HERE})
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        return answer.headers.get("location", answer.text)

    def form(self, address: str, to: str = "", **filled: str) -> dict[str, str]:
        """The form of a page, with these fields filled in."""
        return {**forms(self.read(address))[to or address.partition("?")[0]], **filled}


@dataclass
class Offices:
    """The pages of a workspace, to which anybody may come."""

    workspace: Path
    clock: Clock
    token: str = ""

    def __post_init__(self) -> None:
        self.door = Door(self.clock)
        self.place = Place.here(PORT)
        self.service = Service(self.workspace, clock=self.clock, metrics_token=self.token)
        self.pages = application(self.service, self.door, self.place)

    def client(self) -> TestClient:
        """A browser that is not logged in."""
        return TestClient(
            self.pages,
            base_url=HERE,
            follow_redirects=False,
            headers={"accept-language": "en"},
            raise_server_exceptions=False,
        )

    def visit(self, key: str, name: str = "") -> Visitor:
        """Whoever has that object id, logged in by OpenID Connect; the empty id: by the link of this computer."""
        client = self.client()
        if key:
            identity = Identity(name=name or key.capitalize(), who=f"https://log.in||{key}", how=HOW, object_id=key)
            session = self.door.welcome(identity, former="")
        else:
            found = self.door.let_in(self.door.new_link(), name or "Kari")
            assert found is not None
            session = found
        client.cookies.set(self.place.cookie, session.id)
        return Visitor(client, session.form_key)
