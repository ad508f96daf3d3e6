"""A municipality's pages, served for all who log in at a real OpenID Connect provider."""

import os
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filrydd.stages import classify, propose, scan
from filrydd.stages.work import Work
from filrydd.web.openid import Settings
from filrydd.web.server import Shared, serve
from tests.areas import Area, days_ago
from tests.conftest import Tree, lay_out
from tests.web.provider import CLIENT, SECRET, RealProvider

KARI, BERIT, OLA, ADA, PIA, SIRI = ("kari-1", "berit-2", "ola-3", "ada-4", "pia-5", "siri-6")
"""Contact and manager of accounting, contact of culture; archivist, privacy officer and superuser of accounting."""
NAMES = {
    KARI: "Kari Nordmann",
    BERIT: "Berit Bakken",
    OLA: "Ola Lunde",
    ADA: "Ada Arkivar",
    PIA: "Pia Vern",
    SIRI: "Siri Superbruker",
}
_CONFIRMED = "{by: Ada Arkivar, on: 2026-01-02}"


def _rule(number: int) -> str:
    """A rule about one folder: every third destroys, so that there are enough different groups for three portions."""
    path = f"Mappe {number:02}"
    if number % 3 == 0:
        return (
            f"  - rule: gammelt {number:02}\n    when: {{path: {path}}}\n    fate: destroy\n    noark: Kasseres\n"
            f"    basis: bokføringsloven § 13\n    reason: {{nb: Fristen er ute., en: The period is over.}}\n"
            f"    decided: {_CONFIRMED}\n    confirmed: {_CONFIRMED}\n"
        )
    fate, nb, en = ("hold", "Avgjør om det trengs.", "Decide.") if number % 3 == 1 else ("move", "I bruk.", "In use.")
    return f"  - rule: regel {number:02}\n    when: {{path: {path}}}\n    fate: {fate}\n    reason: {{nb: {nb}, en: {en}}}\n"


ACCOUNTING = f"""
department: regnskap
name: {{nb: Regnskap, en: Accounting}}
site: https://contoso.sharepoint.com/sites/regnskap
library: Dokumenter
owner: {{name: Berit Bakken, id: {BERIT}}}
contacts: [{{name: Kari Nordmann, id: {KARI}}}]
superusers: [{{name: Siri Superbruker, id: {SIRI}}}]
archivists: [{{name: Ada Arkivar, id: {ADA}}}]
privacy_officers: [{{name: Pia Vern, id: {PIA}}}]
review: {{deadline: 2031-12-18}}
areas:
  felles: {{folder: Felles}}
rules:
{"".join(_rule(number) for number in range(40))}
  - rule: resten
    when: everything
    fate: move
    reason: {{nb: I bruk., en: In use.}}
limits: {{stop_above: 100%, sign_destroy: two people}}
grace: 90d
"""
CULTURE = f"""
department: kultur
name: {{nb: Kultur, en: Culture}}
site: https://contoso.sharepoint.com/sites/kultur
owner: {{name: Torstein Vik}}
contacts: [{{name: Ola Lunde, id: {OLA}}}]
areas:
  kultur: {{folder: Kultur}}
rules:
  - {{rule: alt, when: everything, fate: move, reason: {{nb: I bruk., en: In use.}}}}
limits: {{stop_above: 100%}}
"""
TREE: Tree = {
    **{
        f"Mappe {number:02}": {f"notat {one}.docx": f"{number} {one}" for one in range(1 + number % 4)}
        for number in range(40)
    },
    "<img src=x onerror=alert(1)>": {"regning\u202efdp.exe": b"x"},
    "Brev": {"svar.docx": b"letter"},
}


def two_departments(folder: Path) -> Area:
    """A workspace with the areas `felles` of accounting and `kultur` of culture, both proposed."""
    for name in ("workspace/policies", "workspace/scans"):
        (folder / name).mkdir(parents=True)
    workspace = folder / "workspace"
    (workspace / "policies" / "regnskap.yaml").write_text(ACCOUNTING, encoding="utf-8")
    (workspace / "policies" / "kultur.yaml").write_text(CULTURE, encoding="utf-8")
    lay_out(folder / "area", TREE)
    lay_out(folder / "kultur", {"Plakat": {"plakat.pdf": b"poster"}})
    for path in (folder / "area").rglob("*.docx"):
        os.utime(path, (days_ago(3000), days_ago(3000)))
    for area, top in (("felles", folder / "area"), ("kultur", folder / "kultur")):
        work = Work(workspace, area, "tester")
        scan.run(work, str(top))
        classify.run(work)
        propose.run(work)
    return Area(workspace, folder / "area")


@dataclass(frozen=True)
class Together:
    """Where the pages are, and what they are about."""

    area: Area
    address: str


@contextmanager
def served(area: Area, provider: RealProvider, metrics_token: str = "") -> Iterator[Together]:
    """The pages of a workspace, on a free port of this computer, for those whom the provider vouches for."""
    for sub, name in NAMES.items():
        provider.knows(sub, name=name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    shared = Shared(address, Settings(provider.issuer, CLIENT, SECRET), port=port, metrics_token=metrics_token)
    stop, ready = threading.Event(), queue.SimpleQueue[str]()
    thread = threading.Thread(
        target=serve, args=(area.workspace, shared), kwargs={"ready": ready.put, "stop": stop}, daemon=True
    )
    thread.start()
    try:
        yield Together(area, ready.get(timeout=20))
    finally:
        stop.set()
        thread.join(20)
