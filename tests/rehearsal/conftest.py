"""A tenant for each worker, a library of its own for each test."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from filrydd import lang
from filrydd.rehearsal.ways import Ready
from filrydd.rehearsal.wire.server import running

GRAIN = 320 * 1024


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FILRYDD_LANG", "en")
    lang._from_environment.cache_clear()
    yield
    lang._from_environment.cache_clear()


@dataclass
class Library:
    """A client of one drive; paths are relative to it and encoded here."""

    http: httpx.Client
    graph: str
    drive: str

    @property
    def address(self) -> str:
        return f"{self.graph}/drives/{self.drive}"

    def at(self, path: str, action: str = "") -> str:
        return f"{self.address}/root:/{quote(path)}{':/' + action if action else ''}"

    def put(self, path: str, content: bytes = b"innhold", **more: Any) -> httpx.Response:
        return self.http.put(self.at(path, "content") + more.pop("query", ""), content=content, **more)

    def get(self, path: str, action: str = "", **more: Any) -> httpx.Response:
        return self.http.get(self.at(path, action), **more)

    def item(self, path: str) -> dict[str, Any]:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def patch(self, path: str, body: dict[str, Any], **more: Any) -> httpx.Response:
        return self.http.patch(self.at(path), json=body, **more)

    def folder(self, name: str, parent: str = "root", **more: Any) -> httpx.Response:
        body = {"name": name, "folder": {}, **more}
        return self.http.post(f"{self.address}/items/{parent}/children", json=body)

    def content(self, path: str) -> bytes:
        answer = self.http.get(self.at(path, "content"), follow_redirects=True)
        assert answer.status_code == 200
        return answer.content

    def session(self, path: str, item: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        body = {"item": item} if item is not None else {}
        return self.http.post(self.at(path, "createUploadSession"), json=body | more.pop("body", {}), **more)

    def fragment(self, url: str, data: bytes, start: int, total: int, **headers: str) -> httpx.Response:
        spoken = {"Content-Range": f"bytes {start}-{start + len(data) - 1}/{total}", **headers}
        return self.http.put(url, content=data, headers=spoken)

    def whole_delta(self, start: str = "") -> tuple[list[dict[str, Any]], str]:
        """Everything that a delta listing says, and its deltaLink."""
        link = start or f"{self.address}/root/delta"
        found = []
        while True:
            body = self.http.get(link).raise_for_status().json()
            found += body["value"]
            if "@odata.nextLink" not in body:
                return found, body["@odata.deltaLink"]
            link = body["@odata.nextLink"]


@pytest.fixture
def error() -> Callable[[httpx.Response], tuple[int, str]]:
    """Status and code of a refusal, which must have Graph's form."""

    def read(answer: httpx.Response) -> tuple[int, str]:
        said = answer.json()["error"]
        assert set(said["innerError"]) >= {"date", "request-id", "client-request-id"}
        assert said["innerError"]["request-id"] == answer.headers["request-id"]
        assert said["message"]
        return answer.status_code, said["code"]

    return read


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """A tenant in its usual ways, shared by the tests of one worker."""
    with running(tmp_path_factory.mktemp("tenant")) as ready:
        yield ready


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as client:
        yield client


@pytest.fixture
def site(tenant: Ready, http: httpx.Client) -> str:
    """The address of the site that exists from the start."""
    found = http.get(f"{tenant.graph}/sites/127.0.0.1:/sites/rehearsal").raise_for_status().json()
    return f"{tenant.graph}/sites/{found['id']}"


@pytest.fixture
def library(tenant: Ready, http: httpx.Client, site: str) -> Library:
    """A new library."""
    body = {"displayName": f"Bibliotek {uuid.uuid4().hex}", "list": {"template": "documentLibrary"}}
    made = http.post(f"{site}/lists", json=body).raise_for_status().json()
    drive = http.get(f"{site}/lists/{made['id']}/drive").raise_for_status().json()
    return Library(http, tenant.graph, drive["id"])


@pytest.fixture
def library_of(http: httpx.Client) -> Callable[[Ready], Library]:
    """The first library of a tenant of the test's own."""
    return lambda ready: Library(http, ready.graph, ready.drives[0].id)


@dataclass
class Child:
    """A tenant in a process of its own."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Start a tenant as a child in the test's own folder, with further words of the command line."""
    children: list[Child] = []

    def begin(*words: str) -> Child:
        process = subprocess.Popen(
            [sys.executable, "-m", "filrydd.rehearsal", "--folder", str(tmp_path / "child"), "--with-parent", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "FILRYDD_LANG": "en"},
        )
        assert process.stdout
        line = process.stdout.readline()
        child = Child(process, json.loads(line) if line else {})
        children.append(child)
        return child

    yield begin
    for child in children:
        if child.process.poll() is None:
            child.process.kill()
        child.process.communicate(timeout=10)
