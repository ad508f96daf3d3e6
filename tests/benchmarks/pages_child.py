"""A child process of the benchmark of the pages.

`python -m tests.benchmarks.pages_child serve WORKSPACE SESSIONS`   serves the workspace with so many people logged in, and says
                                                                    on a line of JSON where, and with which cookies; ends when
                                                                    its standard input does, with what it measured
`python -m tests.benchmarks.pages_child churn WORKSPACE`            classifies and proposes by turns until its standard input
                                                                    ends, each time by another policy
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrydd.stages.work import system_clock
from filrydd.web import server
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.identity import Identity
from filrydd.web.service import Service
from tests.benchmarks import mazes, measure, pages_area

TOKEN = "benchmark"
DOWNLOAD = ".csv"
NAMES = {
    "kari": "Kari Nordmann",
    "berit": "Berit Bakken",
    "siri": "Siri Super",
    "ada": "Ada Arkivar",
    "pia": "Pia Vern",
    "nora": "Nora",
}


class Watched:
    """An ASGI application around the pages that notes how long each request took, from its first byte here to the last of
    the answer, under the word that the reader gave it."""

    def __init__(self, pages: ASGIApp) -> None:
        self._pages = pages
        self.seen: list[tuple[str, float, float, int, int]] = []
        """The reader's word, when, seconds, status, and how many requests were at work."""
        self._at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        word = dict(scope["headers"]).get(b"x-page", b"").decode()
        status, begun, first = 0, time.perf_counter(), 0.0
        at = time.time()
        self._at_work += 1
        beside = self._at_work

        async def send_watched(message: Message) -> None:
            nonlocal status, first
            await send(message)
            if message["type"] == "http.response.start":
                status = message["status"]
                return
            first = first or time.perf_counter() - begun
            if not message.get("more_body", False):
                # A list that is downloaded is there when it begins; how long it takes is a matter of its length.
                took = first if word.endswith(DOWNLOAD) else time.perf_counter() - begun
                self.seen.append((word, at, took, status, beside))

        try:
            await self._pages(scope, receive, send_watched)
        finally:
            self._at_work -= 1


def serve(workspace: str, sessions: str) -> None:
    """Serve until standard input ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        place = Place.here(listening.getsockname()[1])
        door = Door(system_clock)
        service = Service(Path(workspace), metrics_token=TOKEN)
        watched = Watched(application(service, door, place))
        people = [pages_area.PEOPLE[number % len(pages_area.PEOPLE)] for number in range(int(sessions))]
        opened = [(who, door.welcome(_identity(who), former="")) for who in people]
        told = {
            "port": listening.getsockname()[1],
            "cookie": place.cookie,
            "sessions": [(who, session.id) for who, session in opened],
        }
        stop = threading.Event()
        memory: list[tuple[float, int]] = []

        def ready() -> None:
            print(json.dumps(told), flush=True)
            threading.Thread(target=_until_told, args=(stop, memory), daemon=True).start()

        # What the command runs, but for people who are logged in already.
        asyncio.run(server._listen(server._server(watched), listening, ready, stop))
        print(json.dumps({"seen": watched.seen, "memory": memory, "peak": measure.peak_of(os.getpid())}), flush=True)


def _identity(who: str) -> Identity:
    return Identity(NAMES[who], f"iss||{who}", "OpenID Connect, iss", object_id=who)


def _until_told(stop: threading.Event, memory: list[tuple[float, int]]) -> None:
    over = _end_of_input()
    begun = time.perf_counter()
    while not over.wait(1):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                memory.append((time.perf_counter() - begun, int(line.split()[1]) * 1024))
    stop.set()


def _end_of_input() -> threading.Event:
    over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    return over


def churn(workspace: str) -> None:
    """Classify by a policy that differs in a fifth of the files, propose, and back, until standard input ends."""
    over = _end_of_input()
    letters = ("hold", "move")
    done: list[tuple[str, float, float]] = []
    while not over.is_set():
        pages_area.policy(Path(workspace), letters[len(done) // 2 % 2])
        for stage in ("classify", "propose"):
            begun = time.time()
            told = _command(workspace, stage)
            done.append((stage, begun, time.time()))
            if told.returncode not in (0, 3):
                raise RuntimeError(f"{stage} ended with {told.returncode}: {told.stderr[-2000:]}")
    print(json.dumps({"done": done}), flush=True)


def _command(workspace: str, stage: str) -> subprocess.CompletedProcess[str]:
    also = ["--allow-many"] if stage == "classify" else []
    command: list[Any] = [sys.executable, "-m", "filrydd", "--workspace", workspace, stage, mazes.AREA, "--json", *also]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        churn(*sys.argv[2:])
