"""A tenant with something of everything that its pages can show."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running

KARI, LEDERE = "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-2001"
HOSTILE = "{{ 7+7 }}&amp;'onload=x\u202etxt.exe"
LONG = "_".join(["årsrapport"] * 22) + ".docx"
PEOPLE = f"""sid,name,kind,disabled,entra_id
{KARI},Kari Nordmann,user,false,11111111-1111-1111-1111-111111111111
{LEDERE},Ledere i Regnskap og lønn,group,false,22222222-2222-2222-2222-222222222222
"""
LABELS = """name,kind,libraries,seconds
Bevares,retention,,
Arkivverdig,record,,
Intern,sensitivity,sites/rehearsal/Shared Documents,0
"""
FAULTS = "faults: [{fault: unavailable, on: upload, path: aldri.txt, first: 1, status: 503}]"
TEAMS = "team,channel,kind,files\nrehearsal,General,standard,yes\nrehearsal,Budsjett,standard,yes\n"


@dataclass
class Looked:
    """A running tenant, a client of its first library, and the addresses of its pages by what they show."""

    ready: Ready
    http: httpx.Client
    drive: str
    pages: dict[str, str] = field(default_factory=dict)

    def at(self, path: str, action: str = "") -> str:
        return f"{self.drive}/root:/{quote(path)}{':/' + action if action else ''}"

    def put(self, path: str, content: bytes = b"innhold") -> dict[str, Any]:
        return self.http.put(self.at(path, "content"), content=content).raise_for_status().json()

    def show(self, name: str, path: str) -> None:
        self.pages[name] = self.http.get(self.at(path)).raise_for_status().json()["webUrl"]


@contextlib.contextmanager
def looked_at(folder: Path) -> Iterator[Looked]:
    """The tenant in that folder, filled."""
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    (folder / "labels.csv").write_text(LABELS, encoding="utf-8")
    (folder / "faults.yaml").write_text(FAULTS, encoding="utf-8")
    ways = Ways(sites=("sites/rehearsal", "sites/okonomi"), tier="0-1000", busy_items=0, faults=folder / "faults.yaml")
    with (
        running(folder, ways) as ready,
        httpx.Client(timeout=30) as http,
    ):
        made = Looked(ready, http, f"{ready.graph}/drives/{_first(http, ready)}")
        _fill(made)
        yield made


def _first(http: httpx.Client, ready: Ready) -> str:
    site = http.get(f"{ready.graph}/sites/127.0.0.1:/sites/rehearsal").raise_for_status().json()
    return str(http.get(f"{ready.graph}/sites/{site['id']}/drive").raise_for_status().json()["id"])


def _fill(made: Looked) -> None:
    http, web = made.http, made.ready.web
    site = http.get(f"{made.ready.graph}/sites/127.0.0.1:/sites/rehearsal").raise_for_status().json()
    lists = f"{made.ready.graph}/sites/{site['id']}/lists"
    for column in (
        {"name": "GammelAdresse", "displayName": "Gammel adresse", "text": {}},
        {"name": "Saksnummer", "displayName": "Saksnummer", "text": {}},
        {"name": "Sider", "displayName": "Sider", "number": {}},
        {"name": "Merknad", "displayName": "Merknad", "text": {"allowMultipleLines": True}},
    ):
        http.post(f"{lists}/Documents/columns", json=column).raise_for_status()
    for path in ("General/Velkommen.txt", "Budsjett/Budsjett 2025.xlsx", "Regnskap/2024/Faktura.pdf"):
        made.put(path)
    made.put("Regnskap/Årsregnskap 2024.docx", b"x" * 40_000)
    made.put("Regnskap/Årsregnskap 2024.docx", b"x" * 41_500)
    made.put("Regnskap/Møtereferat.txt", b"x" * 1234)
    made.put(f"Regnskap/{HOSTILE}")
    made.put(f"Regnskap/{LONG}")
    made.put("Notatbok/Open Notebook.onetoc2")
    made.http.put(made.at("aldri.txt", "content"), content=b"x")
    http.post(f"{made.drive}/root/children", json={"name": "Tom mappe", "folder": {}}).raise_for_status()
    fields = {
        "GammelAdresse": "\\\\filsrv01\\regnskap\\felles\\Årsregnskap 2024 endelig.docx",
        "Saksnummer": "2024/1207",
        "Sider": 42,
        "Merknad": "Første linje.\nAndre linje.",
    }
    http.patch(made.at("Regnskap/Årsregnskap 2024.docx", "listItem/fields"), json=fields).raise_for_status()
    invited = {
        "requireSignIn": True,
        "sendInvitation": False,
        "roles": ["write"],
        "recipients": [{"objectId": "11111111-1111-1111-1111-111111111111"}],
        "retainInheritedPermissions": False,
    }
    http.post(made.at("Regnskap/2024", "invite"), json=invited).raise_for_status()
    invited |= {"roles": ["read"], "recipients": [{"objectId": "22222222-2222-2222-2222-222222222222"}]}
    http.post(made.at("Regnskap/2024", "invite"), json=invited).raise_for_status()
    for path, label in (("Regnskap", "Bevares"), ("Regnskap/Møtereferat.txt", "Arkivverdig")):
        http.patch(made.at(path, "retentionLabel"), json={"name": label}).raise_for_status()
    register = {
        "displayName": "Avtaler",
        "list": {"template": "genericList"},
        "columns": [{"name": "Belop", "number": {}}, {"name": "Avtalepart", "text": {}}],
    }
    made_list = http.post(lists, json=register).raise_for_status().json()
    for number in (1, 2):
        said = {"Title": f"Avtale {number}", "Avtalepart": "Nordmann & sønn AS", "Belop": 1000 * number}
        http.post(f"{lists}/{made_list['id']}/items", json={"fields": said}).raise_for_status()
    made.pages["list"] = made_list["webUrl"]
    made.pages |= {"sites": f"{web}/", "site": f"{web}/sites/rehearsal", "missing": f"{web}/sites/borte"}
    made.pages["library"] = f"{web}/sites/rehearsal/Shared%20Documents"
    made.show("folder", "Regnskap")
    made.show("folder-own-permissions", "Regnskap/2024")
    made.show("folder-empty", "Tom mappe")
    made.show("channel", "Budsjett")
    made.show("notebook", "Notatbok")
    made.show("file", "Regnskap/Årsregnskap 2024.docx")
    made.show("file-hostile", f"Regnskap/{HOSTILE}")
    made.show("file-long", f"Regnskap/{LONG}")
    made.pages["found"] = f"{made.pages['library']}?q=årsr"
    made.pages["found-nothing"] = f"{made.pages['library']}?q=finnesikke"
    made.pages["admin"] = f"{web}/-/admin"
