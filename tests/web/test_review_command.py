"""`filrydd review`: from the command to the first page."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

import httpx
import pytest
from starlette.testclient import TestClient

from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.server import review as serve
from filrydd.web.service import Service
from tests.areas import Area
from tests.commands import filrydd
from tests.web.conftest import Served
from tests.web.reader import HERE, PORT, Clock, Reader, reading


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C goes to a whole console there")
def test_the_command_gives_a_link_that_logs_in_until_it_is_stopped(proposed: Area) -> None:
    command = [sys.executable, "-c", "import filrydd.cli; filrydd.cli.main()", "--workspace", str(proposed.workspace)]
    server = subprocess.Popen(
        [*command, "review", "felles", "--no-browser", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FILRYDD_LANG": "en"},
    )
    try:
        assert server.stdout is not None
        said = json.loads(server.stdout.readline())
        link = httpx.URL(said["link"])
        assert said["area"] == "felles" and link.host == "127.0.0.1"
        with httpx.Client(base_url=f"http://127.0.0.1:{link.port}", headers={"accept-language": "en"}) as client:
            assert "Log in" in client.get(link).text
            origin = {"origin": f"http://127.0.0.1:{link.port}"}
            first = client.post(
                "/log-in", data={"key": link.params["key"], "name": "Ola"}, headers=origin, follow_redirects=True
            )
            assert first.status_code == 200 and "Ola Lunde" in first.text
            assert "server" not in first.headers
    finally:
        server.send_signal(signal.SIGINT)
        _out, told = server.communicate(timeout=20)
    assert server.returncode == 0, told
    assert "it works once" in told and "Traceback" not in told


def test_an_area_that_no_policy_names_is_refused_before_anything_listens(make_area: Callable[..., Area]) -> None:
    area = make_area({"a.txt": b"a"})
    said = filrydd("review", "ukjent", "--no-browser", workspace=area.workspace)
    assert said.code == 1 and 'No department names the area "ukjent".' in said.err


def test_an_area_that_is_not_scanned_yet_begins_at_the_superusers_page(
    make_area: Callable[..., Area], clock: Clock
) -> None:
    area, door = make_area({"a.txt": b"a"}), Door(clock)
    place = Place.here(PORT)
    client = TestClient(
        application(Service(area.workspace, only="felles", clock=clock), door, place),
        base_url=HERE,
        follow_redirects=False,
        headers={"accept-language": "en"},
    )
    reader = Reader(area, door, clock, client).log_in()
    text = reader.read("/")
    assert "The area felles has not been scanned." in reading(text)
    assert 'href="/department/regnskap"' in text
    assert "felles" in reading(reader.read("/department/regnskap"))


def test_a_port_that_is_taken_is_said_to_be(proposed: Area) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = filrydd("review", "felles", "--no-browser", "--port", str(port), workspace=proposed.workspace)
    assert said.code == 1 and str(port) in said.err and "Choose another port" in said.err


def test_only_this_computer_is_listened_to(served: Served) -> None:
    port = httpx.URL(served.link).port
    assert port is not None
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in {*addresses, "127.0.0.2"}:
        with socket.socket() as stranger, pytest.raises(OSError):
            stranger.settimeout(2)
            stranger.connect((str(address), port))


def test_a_server_that_is_told_to_stop_before_it_listens_stops(proposed: Area) -> None:
    stop = threading.Event()
    stop.set()
    links: list[str] = []
    serve(proposed.work(), ready=links.append, stop=stop)
    assert len(links) == 1
