"""A tenant that can be stopped or killed and begins again in the same folder, with some clients."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx

from filrydd.rehearsal.ways import Ready
from filrydd.rehearsal.wire.server import running

CLIENTS = 3


class LiveTenant:
    """A tenant in a thread of this process, or (`child`) in a process that can be killed."""

    def __init__(self, folder: Path, *, child: bool = False) -> None:
        self.folder, self.child = folder, child
        self.graph = self.site = ""
        self.clients: list[httpx.Client] = []
        self._ends = ExitStack()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "LiveTenant":
        if self.child:
            words = [sys.executable, "-m", "filrydd.rehearsal", "--folder", str(self.folder), "--with-parent"]
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "FILRYDD_LANG": "en"},
            )
            assert self._process.stdout
            self.graph = json.loads(self._process.stdout.readline())["graph"]
        else:
            ready: Ready = self._ends.enter_context(running(self.folder))
            self.graph = ready.graph
        # Plain HTTP: reading the certificates of the world for each client is what would take longest.
        self.clients = [self._ends.enter_context(httpx.Client(timeout=30, verify=False)) for _ in range(CLIENTS)]
        found = self.clients[0].get(f"{self.graph}/sites/127.0.0.1:/sites/rehearsal").raise_for_status().json()
        self.site = f"{self.graph}/sites/{found['id']}"
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._ends.close()
        self._end_child(lambda process: process.terminate())

    def again(self) -> None:
        """Stop and start."""
        self.__exit__()
        self.__enter__()

    def kill(self, before: Callable[[], object] = lambda: None) -> None:
        """Kill -9 and start; `before` the start, when nobody is there to answer."""
        self._ends.close()
        self._end_child(lambda process: process.kill())
        before()
        self.__enter__()

    def _end_child(self, end: Callable[[subprocess.Popen[str]], None]) -> None:
        if self._process:
            end(self._process)
            self._process.communicate(timeout=20)
            self._process = None
