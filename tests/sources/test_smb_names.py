"""Names of a distributed file system (DFS), which lead to other shares, and the same folder under two names."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.errors import SourceError, SourceGone, SourceRefused
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.identity import identity
from filrydd.sources.smb.link import connect
from filrydd.sources.smb.source import SmbSource
from tests.samba import Samba, start_samba, why_not

pytestmark = [pytest.mark.samba, pytest.mark.xdist_group("smb_names")]

USER, PASSWORD = "daemon", "Drift-passord-1"
HERE = "127.0.0.1"
LINKS = {
    "første borte": rf"{HERE}\finnes-ikke,{HERE}\felles",
    "annen tjener": rf"127.0.0.2\felles,{HERE}\felles",
    "stengt først": rf"{HERE}\stengt,{HERE}\felles\a",
    "mappe borte": rf"{HERE}\felles\borte,{HERE}\felles\a",
    "bare stengt": rf"{HERE}\stengt",
    "alle borte": rf"{HERE}\finnes-ikke,127.0.0.2\felles",
    "flere ledd": rf"{HERE}\dfs\første borte",
    "ring en": rf"{HERE}\dfs\ring to",
    "ring to": rf"{HERE}\dfs\ring en",
    "seg selv": rf"{HERE}\dfs\seg selv",
    "rart mål": rf"{HERE}\felles\..\..,{HERE}\felles",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Samba]:
    if reason := why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="filrydd-names-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        shares = {name: folder / name for name in ("felles", "dfs", "stengt", "flyttet")}
        for share in shares.values():
            share.mkdir()
            share.chmod(0o777)
        (shares["felles"] / "a" / "dypt").mkdir(parents=True)
        (shares["felles"] / "b").mkdir()
        (shares["felles"] / "a" / "fil.txt").write_bytes(b"hei")
        (shares["dfs"] / "vanlig").mkdir()
        links = dict(LINKS)
        for number in range(10):
            links[f"kjede {number}"] = rf"{HERE}\dfs\kjede {number + 1}"
        links["vanlig/dyp"] = rf"{HERE}\felles\a"
        for name, target in links.items():
            (shares["dfs"] / name).symlink_to(f"msdfs:{target}")
        running = start_samba(folder / "server", shares, {USER: PASSWORD, "root": "Rot-passord-1"})
        try:
            text = running.configuration.read_text()
            text = text.replace("[stengt]\n", "[stengt]\n\tvalid users = root\n")
            moved = rf"\{HERE}\finnes-ikke,\{HERE}\felles"
            text = text.replace("[flyttet]\n", f"[flyttet]\n\tmsdfs root = yes\n\tmsdfs proxy = {moved}\n")
            running.configuration.write_text(text)
            running.restart()
            yield running
        finally:
            running.stop()


def calls(server: Samba, share: str, path: str = "") -> Calls:
    return Calls(SmbAddress(HERE, share, path, "", server.port), Credentials(USER, PASSWORD), 10.0)


def failure(server: Samba, path: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        connect(SmbAddress(HERE, "dfs", path, "", server.port), Credentials(USER, PASSWORD), 10.0)
    assert PASSWORD not in repr(caught.value.details) + caught.value.message
    assert caught.value.next
    return caught.value


@pytest.mark.parametrize(
    ("share", "path", "real"),
    [
        ("dfs", "første borte", "felles"),
        ("dfs", "første borte/a/dypt", "felles/a/dypt"),
        ("dfs", "annen tjener", "felles"),
        ("dfs", "stengt først", "felles/a"),
        ("dfs", "mappe borte/dypt", "felles/a/dypt"),
        ("dfs", "flere ledd/a", "felles/a"),
        ("dfs", "vanlig/dyp/dypt", "felles/a/dypt"),
        ("dfs", "rart mål/a", "felles/a"),
        ("flyttet", "a/dypt", "felles/a/dypt"),
        ("flyttet", "", "felles"),
    ],
)
def test_a_name_leads_to_the_first_target_that_lets_us_in(server: Samba, share: str, path: str, real: str) -> None:
    with SmbSource(SmbAddress(HERE, share, path, "", server.port), Credentials(USER, PASSWORD)) as source:
        assert source.address == f"smb://{HERE}:{server.port}/{share}" + (f"/{path}" if path else "")
        inside = {entry.name for entry in source.list("").entries}
        assert inside == {"felles": {"a", "b"}, "felles/a": {"dypt", "fil.txt"}, "felles/a/dypt": set()}[real]
        assert source.top().file_id
    link = connect(SmbAddress(HERE, share, path, "", server.port), Credentials(USER, PASSWORD), 10.0)
    link.close()
    assert link.via == f"smb://{HERE}:{server.port}/{real}"
    assert link.top == real.split("/")[1:]
    again = connect(link.address, Credentials(USER, PASSWORD), 10.0)
    again.close()
    assert (again.address, again.top, again.via) == (link.address, link.top, "")


def test_a_place_without_another_name_has_none(server: Samba) -> None:
    for share, path in (("felles", "a"), ("dfs", ""), ("dfs", "vanlig")):
        plain = calls(server, share, path)
        plain.see_top()
        plain.close()
        assert plain.via == ""


def test_every_target_that_fails_is_named_with_why(server: Samba) -> None:
    error = failure(server, "alle borte")
    assert isinstance(error, SourceGone)
    told = "\n".join(error.details)
    assert rf"\{HERE}\finnes-ikke: The server {HERE} has no share finnes-ikke." in told
    assert r"\127.0.0.2\felles: The server 127.0.0.2" in told


def test_a_target_that_refuses_makes_it_a_refusal(server: Samba) -> None:
    error = failure(server, "bare stengt")
    assert isinstance(error, SourceRefused)
    assert "No permission to the share stengt" in error.details[0]


@pytest.mark.parametrize("path", ["ring en", "ring to/a/b", "seg selv"])
def test_names_in_a_circle_are_refused(server: Samba, path: str) -> None:
    error = failure(server, path)
    assert isinstance(error, SourceGone)
    assert any("leads back to itself" in line for line in error.details)


def test_names_that_lead_on_too_long_are_refused(server: Samba) -> None:
    error = failure(server, "kjede 0")
    assert any("leads on and on" in line for line in error.details)
    last = failure(server, "kjede 9")
    assert not any("leads on and on" in line for line in last.details)


def test_a_connection_that_broke_is_made_again_to_the_same_target(server: Samba) -> None:
    dfs = server.folder.parent / "dfs"
    name = dfs / "flytter seg"
    name.symlink_to(rf"msdfs:{HERE}\felles\a")
    source = calls(server, "dfs", "flytter seg")
    source.see_top()
    name.unlink()
    name.symlink_to(rf"msdfs:{HERE}\felles\b")
    server.break_connections()
    found = source.run("", lambda share: share.pages([])[1])
    source.close()
    assert "fil.txt".encode("utf-16-le") in b"".join(found)
    assert source.via.endswith("/felles/a")


def test_one_folder_is_the_same_under_two_names(server: Samba) -> None:
    words = []
    for share, path in (("felles", "a"), ("dfs", "vanlig/dyp"), ("flyttet", "a"), ("felles", "b"), ("felles", "")):
        one = calls(server, share, path)
        words.append(identity(one))
        one.close()
    direct, by_link, by_share, sibling, above = words
    assert direct and direct == by_link == by_share
    assert len({direct, sibling, above}) == 3
