"""Refusals and broken connections of a share."""

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping

import pytest

from filrydd.errors import SourceError, SourceGone, SourceRefused
from filrydd.model.entry import Kind
from filrydd.sources import EntryTrouble, SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.source import SmbSource
from tests.samba import Samba
from tests.sources.conftest import OPERATOR, STRANGER, Share, lay_out_share
from tests.sources.door import forwarding

samba_needed = pytest.mark.samba


# Refusals.


@samba_needed
@pytest.mark.parametrize(
    ("share_name", "path", "user", "password", "expected"),
    [
        ("felles", "", OPERATOR, "Feil-passord-9", SourceRefused),
        ("felles", "", "finnes-ikke", "Feil-passord-9", SourceRefused),
        ("ukjent", "", OPERATOR, "", SourceGone),
        ("felles", "borte/vekk", OPERATOR, "", SourceGone),
    ],
)
def test_what_keeps_us_out_is_said_with_the_next_step(
    samba: Samba, share_name: str, path: str, user: str, password: str, expected: type[SourceError]
) -> None:
    secret = password or samba.users[user]
    address = SmbAddress("127.0.0.1", share_name, path, "", samba.port)
    with SmbSource(address, Credentials(user, secret)) as source:
        for act in (source.top, lambda: source.list("")):
            with pytest.raises(expected) as caught:
                act()
            error = caught.value
            assert error.next
            assert secret not in " ".join([error.message, error.next, *error.details])


@samba_needed
def test_a_top_that_is_closed_to_us_is_refused(share: Share, sids: Mapping[str, bytes]) -> None:
    from filrydd.model import descriptor as security
    from tests.sources.conftest import FULL, ace

    lay_out_share(share, {}, sids)
    share.allow("", Kind.FOLDER, ace(security.ALLOWED, FULL, sids[OPERATOR]))
    with share.source(STRANGER) as source:
        for act in (source.top, lambda: source.list("")):
            with pytest.raises(SourceRefused):
                act()


def test_a_server_that_is_not_there_is_gone() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = SmbAddress("127.0.0.1", "felles", "", "", closed.getsockname()[1])
        with SmbSource(address, Credentials("kari", "x")) as source, pytest.raises(SourceGone) as caught:
            source.top()
    assert "127.0.0.1" in caught.value.message


def test_a_server_that_never_answers_is_gone_after_the_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = SmbAddress("127.0.0.1", "felles", "", "", silent.getsockname()[1])
        began = time.monotonic()
        with SmbSource(address, Credentials("kari", "x"), seconds=1) as source, pytest.raises(SourceGone):
            source.top()
        assert time.monotonic() - began < 10


def test_a_server_that_speaks_something_else_is_gone() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def answer() -> None:
            connection, _where = other.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"\0\0\0\x0cHTTP/1.1 200")
                connection.recv(4096)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        address = SmbAddress("127.0.0.1", "felles", "", "", other.getsockname()[1])
        with SmbSource(address, Credentials("kari", "x"), seconds=2) as source, pytest.raises(SourceGone):
            source.top()


# Broken connections.


@samba_needed
def test_a_broken_connection_is_made_again_and_the_call_goes_on(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b.txt": b"hello world"}}, sids)
    with share.source() as source:
        seen = source.look("a/b.txt")
        acts: list[Callable[[], object]] = [
            lambda: source.list("a"),
            lambda: source.look("a/b.txt"),
            lambda: source.in_use("a/b.txt"),
            lambda: source.permit("a/b.txt", Kind.FILE, source.permission("a/b.txt", Kind.FILE)),
            lambda: source.retire("a/b.txt", size=11, hash="aCgDG9jwBhDc4Q1yawMZAAAAAAA=", file_id=seen.file_id),
        ]
        for act in acts:
            share.samba.break_connections()
            act()
        assert source.list("a").entries == ()


@samba_needed
def test_a_reader_goes_on_where_it_was_after_the_connection_broke(share: Share, sids: Mapping[str, bytes]) -> None:
    data = os.urandom(2_500_000)
    lay_out_share(share, {"a.bin": data}, sids)
    with share.source() as source, source.open("a.bin") as reader:
        read = reader.read(1_000_000)
        share.samba.break_connections()
        while piece := reader.read(1_000_000):
            read += piece
        assert read == data
        share.samba.break_connections()
        now = reader.look()
        assert (now.size, now.modified, now.file_id) == (len(data), reader.seen.modified, reader.seen.file_id)


@samba_needed
def test_a_reader_does_not_go_on_in_another_file(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    with share.source() as source, source.open("a.txt") as reader:
        assert reader.read(5) == b"hello"
        share.samba.break_connections()
        (share.top / "a.txt").unlink()
        lay_out_share(share, {"a.txt": b"HELLO WORLD"}, sids)
        with pytest.raises(EntryTrouble):
            reader.read(5)


@samba_needed
def test_a_server_that_stays_away_is_gone(share: Share, sids: Mapping[str, bytes]) -> None:
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=5) as source:
            source.top()
            door.shut()
            with pytest.raises(SourceGone):
                source.list("")


@samba_needed
def test_a_server_that_falls_silent_is_gone_after_the_limit(share: Share, sids: Mapping[str, bytes]) -> None:
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=1) as source:
            source.top()
            door.silent = True
            began = time.monotonic()
            with pytest.raises(SourceGone):
                source.list("")
            assert time.monotonic() - began < 10


@samba_needed
def test_an_answer_without_a_signature_is_not_believed(share: Share, sids: Mapping[str, bytes]) -> None:
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=5) as source:
            source.top()
            door.strip_signatures = True
            with pytest.raises(SourceGone) as caught:
                source.list("")
            assert "signature" in caught.value.message
