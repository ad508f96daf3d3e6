"""A tenant on a bad day, by the text of its fault file, and a look at its inside."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import httpx

from filrydd.rehearsal.faults.faults import Faults, Given
from filrydd.rehearsal.tenancy import Tenancy, open_tenancy
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire import server
from tests.rehearsal.conftest import Library


@dataclass
class Day:
    """A running tenant, its first library, and its fault file."""

    ready: Ready
    library: Library
    tenancy: Tenancy
    file: Path

    @property
    def faults(self) -> Faults:
        assert self.tenancy.faults
        return self.tenancy.faults

    def given(self) -> list[Given]:
        """What was given out, the oldest first."""
        return list(reversed(self.faults.given().last))

    def names(self) -> list[str]:
        return [given.fault for given in self.given()]


@contextmanager
def bad_day(folder: Path, text: str, **ways: Any) -> Iterator[Day]:
    """The tenant of `text`; its folder is `folder/tenant`, where it is found again by another bad day."""
    file = folder / "faults.yaml"
    file.write_text(text, encoding="utf-8")
    kept: list[Tenancy] = []

    def keep(where: Path, how: Ways) -> Tenancy:
        kept.append(open_tenancy(where, how))
        return kept[0]

    with (
        mock.patch.object(server, "open_tenancy", keep),
        server.running(folder / "tenant", Ways(faults=file, **ways)) as ready,
        httpx.Client(timeout=20) as http,
    ):
        yield Day(ready, Library(http, ready.graph, ready.drives[0].id), kept[0], file)


def spoken(address: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """What comes over the wire, to the last byte or to the break."""
    split = urlsplit(address)
    path = f"{split.path}?{split.query}" if split.query else split.path
    lines = {"Host": split.netloc, "Content-Length": str(len(body)), "Connection": "close", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    came = b""
    with socket.create_connection((split.hostname or "", split.port or 0), timeout=10) as line:
        try:
            line.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
            while piece := line.recv(65_536):
                came += piece
        except ConnectionError:
            # Cut while we spoke.
            pass
    return came
