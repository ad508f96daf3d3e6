"""A rehearsal tenant in a process of its own, and an independent look into it by plain HTTP."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Listed:
    """One file as the tenant's own listing has it."""

    path: str
    size: int
    hash: str
    versions: int


class Visitor:
    """Reads a tenant without any of filrydd's code for targets."""

    def __init__(self, graph: str) -> None:
        self.graph = graph

    def get(self, path: str) -> Any:
        url = path if path.startswith("http") else self.graph + path
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)

    def drive(self, site: str, library: str) -> str:
        found = self.get(f"/sites/localhost:/sites/{site}")
        drives = self.get(f"/sites/{found['id']}/drives")["value"]
        return str(next(drive["id"] for drive in drives if drive["name"] == library))

    def files(self, drive: str, *, versions: bool = True) -> dict[str, Listed]:
        """Every file in a library by its path, children by children."""
        found: dict[str, Listed] = {}
        folders = [("", f"/drives/{drive}/root")]
        while folders:
            above, address = folders.pop()
            page = self.get(f"{address}/children?$top=200")
            while True:
                for item in page["value"]:
                    path = f"{above}/{item['name']}".lstrip("/")
                    if "file" in item:
                        number = 1
                        if versions:
                            number = len(self.get(f"/drives/{drive}/items/{item['id']}/versions")["value"])
                        hashed = item["file"].get("hashes", {}).get("quickXorHash", "")
                        found[path] = Listed(path, item["size"], hashed, number)
                    else:
                        folders.append((path, f"/drives/{drive}/items/{item['id']}"))
                if "@odata.nextLink" not in page:
                    break
                page = self.get(page["@odata.nextLink"])
        return found


@contextmanager
def tenant_process(folder: Path, *options: str) -> Iterator[str]:
    """The rehearsal tenant that lives in a folder; yields the root for Graph clients."""
    server = subprocess.Popen(
        [sys.executable, "-m", "filrydd.rehearsal", "--folder", str(folder), "--with-parent", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None and server.stdout is not None
    try:
        yield json.loads(server.stdout.readline())["graph"]
    finally:
        server.stdin.close()
        server.wait(timeout=20)
        server.stdout.close()
