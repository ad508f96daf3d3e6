"""Bad input: each is a clear error that names the next step, exit code 1, nothing lost, no traceback."""

import http.server
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filrydd.targets.governor import Governor
from tests.areas import POLICY, Area
from tests.commands import Said, filrydd
from tests.tenants import tenant_process

TREE = {"Notat": {"a.txt": "1", "b.txt": "22"}, "Bilag": {"c.pdf": "333"}}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    return make_area(TREE)


def refused(said: Said, *words: str, code: int = 1) -> None:
    """The command ended with that code, says those words, names a next step and shows no trace."""
    assert said.code == code, (said.code, said.out, said.err)
    assert "Traceback" not in said.err + said.out
    assert "Next: " in said.err
    for word in words:
        assert word in said.err, said.err


def test_a_source_that_is_not_there(area: Area) -> None:
    said = filrydd("scan", "felles", str(area.workspace / "nowhere"), workspace=area.workspace)
    refused(said, "nowhere")
    assert list((area.workspace / "scans").glob("*.db")) == []


def test_an_empty_source(area: Area, tmp_path: Path) -> None:
    (tmp_path / "tom").mkdir()
    refused(filrydd("scan", "felles", str(tmp_path / "tom"), workspace=area.workspace), "tom", "no files")


def test_a_source_that_vanished_since_last_time(area: Area) -> None:
    assert filrydd("scan", "felles", str(area.top), workspace=area.workspace).code == 0
    area.top.rename(area.top.with_name("moved"))
    refused(filrydd("scan", "felles", workspace=area.workspace), "area")
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL") == 3


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of Linux")
def test_a_source_without_permission(area: Area) -> None:
    area.top.chmod(0)
    try:
        if os.access(area.top, os.R_OK):
            pytest.skip("the superuser may read everything")
        refused(filrydd("scan", "felles", str(area.top), workspace=area.workspace), "area")
    finally:
        area.top.chmod(0o755)


def test_a_server_that_does_not_answer(area: Area) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = filrydd("scan", "felles", f"smb://kari@127.0.0.1:{port}/felles", workspace=area.workspace)
    refused(said, "127.0.0.1")


def test_a_password_in_an_address_is_refused_and_not_repeated(area: Area) -> None:
    said = filrydd("scan", "felles", "smb://kari:hemmelig@server/felles", workspace=area.workspace)
    refused(said, code=2)
    assert "hemmelig" not in said.err + said.out


def test_a_policy_with_five_mistakes_names_all_five_with_their_lines(area: Area) -> None:
    assert filrydd("scan", "felles", str(area.top), workspace=area.workspace).code == 0
    broken = (
        POLICY.replace("library:", "libary:")
        .replace("fate: hold", "fate: keep")
        .replace("after: 5y after end of year", "after: five years")
        .replace("stop_above: 100%", "stop_above: lots")
        .replace("grace: 0d", "grace: soon")
    )
    area.policy(broken)
    for command in (("policy", "check"), ("classify", "felles")):
        said = filrydd(*command, workspace=area.workspace)
        refused(said)
        lines = [line for line in (said.out + said.err).splitlines() if "regnskap.yaml:" in line]
        assert len(lines) == 5, lines
    at = broken.splitlines().index("libary: Dokumenter") + 1
    assert any(f"regnskap.yaml:{at}:" in line and "library" in line for line in lines)


def test_an_area_that_no_department_names(area: Area) -> None:
    assert filrydd("scan", "feles", str(area.top), workspace=area.workspace).code == 0
    refused(filrydd("classify", "feles", workspace=area.workspace), "feles", '"felles"')


def test_an_area_that_was_never_scanned(area: Area) -> None:
    refused(filrydd("classify", "felles", workspace=area.workspace), "felles", "filrydd scan felles")


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    refused(filrydd("status", workspace=tmp_path), "--workspace")


def test_a_proposal_that_nobody_signed(area: Area) -> None:
    area.until_proposed()
    refused(filrydd("upload", "felles", "--execute", workspace=area.workspace), "felles", "filrydd review felles")


def test_a_changed_proposal_with_an_old_signature(area: Area) -> None:
    area.until_proposed()
    area.sign()
    area.policy(POLICY.replace("folder: Felles", "folder: Annet"))
    area.until_proposed()
    refused(filrydd("upload", "felles", "--execute", workspace=area.workspace), "Notat/a.txt", "sign again")


def test_a_full_disk_while_scanning(area: Area, tmp_path: Path) -> None:
    """A real full disk: the workspace on a small file system in memory."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine mounts nothing")
    try:
        for name in ("policies", "scans"):
            (small / name).mkdir()
        many = tmp_path / "many"
        many.mkdir()
        for number in range(6000):
            (many / f"en fil med et ganske langt navn {number:05}.txt").touch()
        refused(filrydd("scan", "felles", str(many), workspace=small), "full", "nothing is lost")
        assert len(list(many.iterdir())) == 6000
    finally:
        subprocess.run(["umount", str(small)], check=True)


class _Refusing(http.server.BaseHTTPRequestHandler):
    """A tenant that says 401 to everything."""

    def _refuse(self) -> None:
        body = b'{"error": {"code": "InvalidAuthenticationToken", "message": "no"}}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = _refuse

    def log_message(self, *_words: object) -> None:
        return


@pytest.fixture
def refusing() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1.0"
    server.shutdown()
    server.server_close()


def test_a_tenant_that_answers_401(area: Area, refusing: str) -> None:
    area.until_proposed()
    area.sign()
    to = ("--tenant", "rehearsal", "--address", refusing, "--execute")
    refused(filrydd("upload", "felles", *to, workspace=area.workspace))
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM receipt") == 0


def test_a_tenant_that_does_not_answer_at_all_and_then_does(
    area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []

    async def at_once(_governor: Governor, attempt: int, _headers: object = None) -> None:
        waited.append(attempt)

    # Its waits before it gives up are half a minute; tests/targets has how long each is.
    monkeypatch.setattr(Governor, "back_off", at_once)
    area.until_proposed()
    area.sign()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    to = ("--tenant", "rehearsal", "--address", f"http://127.0.0.1:{port}/v1.0", "--execute")
    refused(filrydd("upload", "felles", *to, workspace=area.workspace))
    assert waited == [1, 2, 3, 4, 5]
    monkeypatch.undo()
    with tenant_process(tmp_path / "tenant") as graph:
        to = ("--tenant", "rehearsal", "--address", graph, "--execute", "--json")
        assert filrydd("upload", "felles", *to, workspace=area.workspace).json["uploaded"] == 3


def test_a_file_where_the_areas_folder_should_be(area: Area, tmp_path: Path) -> None:
    import json
    import urllib.request

    from tests.tenants import Visitor

    area.until_proposed()
    area.sign()
    with tenant_process(tmp_path / "tenant") as graph:
        site = Visitor(graph).get("/sites/localhost:/sites/regnskap")["id"]
        body = json.dumps({"displayName": "Dokumenter", "list": {"template": "documentLibrary"}}).encode()
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{graph}/sites/{site}/lists", body, headers)).close()
        drive = Visitor(graph).drive("regnskap", "Dokumenter")
        put = urllib.request.Request(f"{graph}/drives/{drive}/root:/Felles:/content", b"in the way", method="PUT")
        urllib.request.urlopen(put).close()
        to = ("--tenant", "rehearsal", "--address", graph, "--execute")
        refused(filrydd("upload", "felles", *to, workspace=area.workspace), "nameAlreadyExists")


def test_the_real_tenant_without_any_credentials(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AZURE_"):
            monkeypatch.delenv(name)
    area.until_proposed()
    area.sign()
    said = filrydd("upload", "felles", "--tenant", "graph", "--execute", workspace=area.workspace)
    refused(said, "AZURE_TENANT_ID")


def test_sealing_before_anything_was_uploaded(area: Area) -> None:
    area.until_proposed()
    area.sign()
    refused(filrydd("seal", "felles", "--execute", workspace=area.workspace), "filrydd upload felles")


def test_retiring_before_the_seal(area: Area) -> None:
    area.until_proposed()
    refused(filrydd("retire", "felles", "--execute", workspace=area.workspace), "filrydd seal felles")
    assert (area.top / "Notat" / "a.txt").exists()


def test_without_execute_the_acting_commands_change_nothing(area: Area, tmp_path: Path) -> None:
    area.until_proposed()
    area.sign()
    said = filrydd("upload", "felles", "--json", workspace=area.workspace)
    assert said.code == 0
    assert said.json["files"] == 3
    assert "Nothing was sent" in said.err


def test_wrong_words_are_wrong_usage(area: Area) -> None:
    assert filrydd("scann", workspace=area.workspace).code == 2
    assert filrydd("classify", workspace=area.workspace).code == 2
    refused(filrydd("classify", "felles", "--all", workspace=area.workspace), code=2)
    refused(filrydd("classify", "../felles", workspace=area.workspace), code=2)


def test_an_interruption_is_told_and_the_same_command_goes_on(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    from filrydd.catalog import scanning

    store = scanning.Recording.store
    monkeypatch.setattr(scanning.Recording, "store", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
    refused(filrydd("scan", "felles", str(area.top), workspace=area.workspace), "Interrupted", code=130)
    monkeypatch.setattr(scanning.Recording, "store", store)
    assert filrydd("scan", "felles", workspace=area.workspace).code == 0


def test_the_json_keys_that_scripts_rely_on(area: Area, tmp_path: Path) -> None:
    def keys(*words: str) -> set[str]:
        return set(filrydd(*words, "--json", workspace=area.workspace).json)

    assert {"area", "folders", "files", "bytes", "unreadable", "seconds"} <= keys("scan", "felles", str(area.top))
    assert {"files", "bytes", "fates"} <= keys("classify", "felles")
    assert {"digest", "libraries", "folders", "placements", "problems"} <= keys("propose", "felles")
    filrydd("sign", "felles", "--as", "Kari", workspace=area.workspace)
    with tenant_process(tmp_path / "tenant") as graph:
        to = ("--tenant", "rehearsal", "--address", graph, "--execute")
        wanted = {"uploaded", "skipped", "failed", "bytes", "requests", "throttled", "seconds"}
        assert wanted <= keys("upload", "felles", *to)
        assert {"checked", "ok", "findings"} <= keys("verify", "felles")
        filrydd("accept", "felles", "--as", "Kari", workspace=area.workspace)
        filrydd("backup", "felles", str(tmp_path / "backup"), "--same-machine", workspace=area.workspace)
        assert {"area", "entries", "changed", "verified"} <= keys("seal", "felles", "--execute")
        assert {"deleted", "kept"} <= keys("retire", "felles", "--execute")
    assert {"old", "url", "state"} <= keys("where", "Notat/a.txt")
    status = filrydd("status", "--json", workspace=area.workspace).json["areas"][0]
    assert {"area", "stage", "files", "fates"} <= set(status)
    assert set(status["fates"]) == {"move", "destroy", "hold"}


def test_an_error_with_json_is_one_object_too(area: Area) -> None:
    said = filrydd("classify", "felles", "--json", workspace=area.workspace)
    assert said.json["error"] == "NoSuchArea"
    assert said.json["next"].startswith("filrydd scan")


def test_help_answers_in_under_a_third_of_a_second() -> None:
    def once() -> float:
        begun = os.times()
        subprocess.run([sys.executable, "-m", "filrydd", "--help"], check=True, capture_output=True)
        ended = os.times()
        # Of a processor, where the system tells that: what is measured is the program, not what else the machine does.
        spent = ended.children_user + ended.children_system - begun.children_user - begun.children_system
        return spent or ended.elapsed - begun.elapsed

    assert min(once() for _round in range(5)) < 0.3


@pytest.mark.parametrize(
    "wish",
    [
        ("--hours", "always"),
        ("--hours", "08:00-08:00"),
        ("--max-read", "50MB/s"),  # without --copies
        ("--copies", "--max-read", "50"),
        ("--copies", "--max-read", "0MB/s"),
        ("--max-requests", "0"),
        ("--members", "FILE"),  # without --people
        ("--people", "FILE", "--tenant", "rehearsal"),
        ("--people", "/nowhere/at/all.csv"),
        ("--tenant", "rehearsal", "--address", "https://example.com"),
    ],
)
def test_a_wish_for_a_scan_that_makes_no_sense_is_refused_before_anything_is_scanned(
    area: Area, tmp_path: Path, wish: tuple[str, ...]
) -> None:
    (tmp_path / "people.csv").write_text("sid,name,kind,disabled\n", encoding="utf-8")
    words = [str(tmp_path / "people.csv") if word == "FILE" else word for word in wish]
    said = filrydd("scan", "wished", str(area.top), *words, workspace=area.workspace)
    assert said.code in (1, 2)
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert not (area.workspace / "scans" / "wished.db").exists()
