"""Kill -9 at random moments under load, and what is there afterwards.

Each worker has a library of its own and knows what was confirmed to it; of its last call it may not know how it ended. After
a kill its library must be one of the two states: with that call or without, whole, with right hashes and sums.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from filrydd.quickxor import QuickXor
from tests.rehearsal.live_tenant import LiveTenant
from tests.rehearsal.rehearsed_library import GRAIN

Files = dict[str, bytes]


@dataclass
class Upload:
    """A session under way: `sure` bytes were confirmed, `sent` may have come."""

    name: str
    url: str
    data: bytes
    sure: int = 0
    sent: int = 0


@dataclass
class Worker:
    """One client with a library of its own. `sure` is what was confirmed, `maybe` what the last call would make of it."""

    drive: str
    dice: random.Random
    sure: Files = field(default_factory=dict)
    maybe: Files | None = None
    upload: Upload | None = None
    trouble: list[str] = field(default_factory=list)
    confirmed: int = 0
    link: str = ""

    def work(self, stop: threading.Event) -> None:
        """Call until the tenant is gone or it is told to stop."""
        with httpx.Client(timeout=20, verify=False) as http:
            try:
                while not stop.is_set():
                    self.dice.choice([self._put, self._put, self._put, self._remove, self._rename, self._fragment])(
                        http
                    )
            except httpx.TransportError:
                return
            except (AssertionError, KeyError, ValueError) as failed:
                self.trouble.append(repr(failed))

    def _settle(self, answer: httpx.Response, *statuses: int) -> None:
        assert answer.status_code in statuses, (answer.request.method, answer.status_code, answer.text)
        self.confirmed += 1
        if self.maybe is not None:
            self.sure, self.maybe = self.maybe, None

    def _put(self, http: httpx.Client) -> None:
        name = f"{self.dice.randrange(30)}.bin"
        if self.upload and self.upload.name == name:
            return
        size = self.dice.choice([0, 1, 500, 50_000, 50_000, 3_000_000])
        data = self.dice.randbytes(min(size, 50_000)) * max(1, size // 50_000)
        self.maybe = {**self.sure, name: data}
        self._settle(http.put(self._at(name, "content"), content=data), 200, 201)

    def _remove(self, http: httpx.Client) -> None:
        if self.sure:
            name = self.dice.choice(sorted(self.sure))
            self.maybe = {other: data for other, data in self.sure.items() if other != name}
            self._settle(http.delete(self._at(name)), 204)

    def _rename(self, http: httpx.Client) -> None:
        if self.sure:
            name, to = self.dice.choice(sorted(self.sure)), f"flyttet {self.dice.randrange(10**9)}.bin"
            self.maybe = {other: data for other, data in self.sure.items() if other != name} | {to: self.sure[name]}
            self._settle(http.patch(self._at(name), json={"name": to}), 200)

    def _fragment(self, http: httpx.Client) -> None:
        if self.upload is None:
            name = f"økt {self.dice.randrange(10**9)}.bin"
            data = self.dice.randbytes(1000) * 2000
            answer = http.post(self._at(name, "createUploadSession"), json={})
            self._settle(answer, 200)
            self.upload = Upload(name, answer.json()["uploadUrl"], data)
            return
        upload = self.upload
        start, end = upload.sure, min(upload.sure + GRAIN, len(upload.data))
        upload.sent = end
        if end == len(upload.data):
            self.maybe = {**self.sure, upload.name: upload.data}
        head = {"Content-Range": f"bytes {start}-{end - 1}/{len(upload.data)}"}
        self._settle(http.put(upload.url, content=upload.data[start:end], headers=head), 202, 201)
        upload.sure = end
        if end == len(upload.data):
            self.upload = None

    def look(self, http: httpx.Client) -> None:
        """What is there now is what was confirmed, or that and the last call. Raises AssertionError."""
        assert not self.trouble, self.trouble
        items = self._listed(http, f"{self.drive}/root/delta")
        files = {item["name"]: item for item in items if "file" in item}
        told = {name: item["file"]["hashes"].get("quickXorHash", "") for name, item in files.items()}
        states = [self.sure] + ([self.maybe] if self.maybe is not None else [])
        hashes = [{name: QuickXor(data).base64() if data else "" for name, data in state.items()} for state in states]
        assert told in hashes, {name: told.get(name) for name in set(told) ^ set(hashes[0])}
        self.sure = states[hashes.index(told)]
        self.maybe = None
        for name, item in files.items():
            assert item["size"] == len(self.sure[name])
        for name in self.dice.sample(sorted(self.sure), min(8, len(self.sure))):
            assert http.get(self._at(name, "content"), follow_redirects=True).content == self.sure[name], name
        root = next(item for item in items if "root" in item)
        total = sum(len(data) for data in self.sure.values())
        assert root["size"] == total and root["folder"]["childCount"] == len(self.sure)
        assert http.get(self.drive).json()["quota"]["used"] == total
        if self.upload:
            self._go_on(http, self.upload)

    def _go_on(self, http: httpx.Client, upload: Upload) -> None:
        answer = http.get(upload.url)
        if upload.name in self.sure and upload.sent == len(upload.data):
            assert answer.status_code == 404, answer.text
            self.upload = None
            return
        assert answer.status_code == 200, answer.text
        at = int(answer.json()["nextExpectedRanges"][0].partition("-")[0])
        assert at in (upload.sure, upload.sent), (at, upload.sure, upload.sent)
        upload.sure = upload.sent = at

    def _listed(self, http: httpx.Client, link: str) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        while link:
            body = http.get(link).raise_for_status().json()
            for item in body["value"]:
                found[item["id"]] = item
            self.link = body.get("@odata.deltaLink", "")
            link = body.get("@odata.nextLink", "")
        return list(found.values())

    def _at(self, name: str, action: str = "") -> str:
        return f"{self.drive}/root:/{quote(name)}{':/' + action if action else ''}"


def campaign(
    tenant: LiveTenant,
    workers: int,
    seed: int,
    goes_on: Callable[[int], bool],
    say: Callable[[str], None] = lambda _: None,
) -> int:
    """Kill while `goes_on(kills)`; returns how many calls were confirmed. Raises AssertionError for anything lost."""
    dice = random.Random(seed)
    people = [Worker(_library(tenant, f"arbeider {n}"), random.Random(f"{seed} {n}")) for n in range(workers)]
    kills = 0
    while goes_on(kills):
        stop = threading.Event()
        threads = [threading.Thread(target=each.work, args=(stop,)) for each in people]
        for thread in threads:
            thread.start()
        # After so many calls rather than after a time: machines differ.
        enough, until = sum(each.confirmed for each in people) + dice.randint(5, 80), time.monotonic() + 20
        while sum(each.confirmed for each in people) < enough and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(dice.uniform(0, 0.01))
        tenant.kill(before=lambda threads=threads: [thread.join(30) for thread in threads])
        kills += 1
        for each in people:
            each.look(tenant.clients[0])
        say(f"{kills} kills, {sum(each.confirmed for each in people)} calls confirmed")
    return sum(each.confirmed for each in people)


def _library(tenant: LiveTenant, name: str) -> str:
    http = tenant.clients[0]
    body = {"displayName": name, "list": {"template": "documentLibrary"}}
    made = http.post(f"{tenant.site}/lists", json=body).raise_for_status().json()
    drive = http.get(f"{tenant.site}/lists/{made['id']}/drive").raise_for_status().json()
    return f"{tenant.graph}/drives/{drive['id']}"
