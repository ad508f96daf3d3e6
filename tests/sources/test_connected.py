"""Who is connected to a share by the server's own list, and ending it there."""

import os
import signal
import struct
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filrydd.errors import SourceGone
from filrydd.model.entry import Reason
from filrydd.sources import Connected, EntryTrouble
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb import connected as smb_connected
from filrydd.sources.smb import enumeration
from filrydd.sources.smb.connected import CONNECTIONS, SESSIONS, of_connections, of_sessions
from filrydd.sources.smb.enumeration import Line
from filrydd.sources.smb.pipe import NotTold, text
from tests.samba import Samba
from tests.sources.administered import source
from tests.sources.conftest import COLLEAGUE, OPERATOR

RULER = "root"


@pytest.fixture
def server(administered_samba: Samba) -> Samba:
    return administered_samba


def told(found: tuple[Connected, ...] | None) -> list[tuple[str, str, bool]]:
    assert found is not None
    return sorted((one.user, one.computer, one.here) for one in found)


def until_nobody(one: object) -> None:
    """A connection that was dropped is known to the server a moment later."""
    end = time.monotonic() + 5
    while one.connected() != () and time.monotonic() < end:  # type: ignore[attr-defined]
        time.sleep(0.02)


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_the_server_tells_who_is_connected_to_the_share_and_not_ourselves(server: Samba) -> None:
    with source(server, OPERATOR) as operator, source(server, OPERATOR) as other:
        assert operator.connected() == ()
        other.top()
        assert operator.connected() == ()
        with source(server, COLLEAGUE) as colleague, source(server, COLLEAGUE, "a") as twice:
            colleague.top()
            with pytest.raises(SourceGone):
                twice.top()
            assert told(operator.connected()) == [(COLLEAGUE, "127.0.0.1", True)] * 2
        until_nobody(operator)
        assert operator.connected() == ()


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_who_is_on_another_share_is_not_connected_to_this_one(server: Samba) -> None:
    with (
        source(server, OPERATOR) as operator,
        source(server, COLLEAGUE, share="lenket") as elsewhere,
        source(server, COLLEAGUE) as colleague,
    ):
        elsewhere.top()
        assert operator.connected() == ()
        colleague.top()
        # Of the two people who are signed in, the server does not tell which of them is here.
        assert told(operator.connected()) == [(COLLEAGUE, "127.0.0.1", False)] * 2
    with source(server, OPERATOR) as operator:
        until_nobody(operator)


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_who_is_disconnected_is_gone_and_comes_back_as_a_younger_one(server: Samba) -> None:
    with source(server, RULER) as ruler, source(server, COLLEAGUE) as colleague:
        colleague.top()
        while (one := (ruler.connected() or ())[0]).seconds < 2:
            time.sleep(0.1)
        ruler.disconnect(one)
        assert ruler.connected() == ()
        colleague.top()
        (again,) = ruler.connected() or ()
        assert again.seconds < one.seconds, again
        # What that line stood for is gone already, and who came back is let be.
        ruler.disconnect(one)
        assert told(ruler.connected()) == [(COLLEAGUE, "127.0.0.1", True)]


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_who_may_not_ask_is_told_nothing_and_disconnects_nobody(server: Samba) -> None:
    with source(server, OPERATOR) as operator, source(server, COLLEAGUE) as colleague:
        colleague.top()
        assert colleague.connected() is None
        (one,) = operator.connected() or ()
        # An administrator of the server, but neither root nor one of the domain.
        for who in (operator, colleague):
            with pytest.raises(EntryTrouble) as caught:
                who.disconnect(Connected("someone", "127.0.0.1", 0, here=True) if who is colleague else one)
            assert caught.value.reason is Reason.NO_PERMISSION
        assert operator.connected() == (one,) or told(operator.connected()) == [(COLLEAGUE, "127.0.0.1", True)]


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_nobody_is_disconnected_by_a_name_that_stands_for_more_than_one(server: Samba) -> None:
    with source(server, RULER) as ruler, source(server, COLLEAGUE) as colleague:
        colleague.top()
        for user, computer in (("", "127.0.0.1"), (COLLEAGUE, ""), (RULER.upper(), "127.0.0.1")):
            with pytest.raises(EntryTrouble) as caught:
                ruler.disconnect(Connected(user, computer, 0, here=True))
            assert caught.value.reason is Reason.FAULT
        assert told(ruler.connected()) == [(COLLEAGUE, "127.0.0.1", True)]


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_a_server_that_says_it_disconnects_and_does_not_is_not_believed(
    server: Samba, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_connected, "_LOOKS", 2)
    with source(server, RULER) as ruler, source(server, COLLEAGUE) as colleague:
        ruler.top()
        before = set(server.serving())
        colleague.top()
        (one,) = ruler.connected() or ()
        (serving,) = set(server.serving()) - before
        # The process that would end it does not come to it.
        os.kill(serving, signal.SIGSTOP)
        try:
            with pytest.raises(EntryTrouble) as caught:
                ruler.disconnect(one)
        finally:
            os.kill(serving, signal.SIGCONT)
        assert caught.value.reason is Reason.IN_USE


def test_a_local_folder_has_nobody_who_tells(area: tuple[Path, PosixSource]) -> None:
    _top, local = area
    assert local.connected() is None
    with pytest.raises(EntryTrouble):
        local.disconnect(Connected("kari", "pc-7", 1, here=True))


# What the lines say.

WINDOWS: list[Line] = [
    (1, 0, 0, 1, 4, "svc-filrydd", r"\\ADM01"),
    (2, 0, 3, 1, 900, "kari", r"\\10.0.0.5"),
    (2, 0, 3, 1, 0xFFFFFFFF, "ola", "TS02"),
]


def test_where_the_lines_tell_who_is_connected_each_but_ours_is_told() -> None:
    assert of_connections(WINDOWS, r"OSLO\svc-filrydd") == (
        Connected("kari", "10.0.0.5", 900, here=True),
        Connected("ola", "TS02", 0, here=True),
    )


def test_a_list_without_ourselves_is_worth_nothing() -> None:
    for ask in (
        lambda: of_connections(WINDOWS[1:], "svc-filrydd"),
        lambda: of_connections([], "svc-filrydd"),
        lambda: of_connections(WINDOWS, ""),
        lambda: of_sessions([("pc-7", "kari", 0, 9, 0, 0)], 2, "svc-filrydd"),
        lambda: of_sessions([("adm01", "svc-filrydd", 0, 9, 0, 0)], 0, "svc-filrydd"),
    ):
        with pytest.raises(NotTold):
            ask()


def test_an_account_of_another_domain_is_not_ours() -> None:
    lines: list[Line] = [*WINDOWS, (3, 0, 0, 1, 5, r"BERGEN\svc-filrydd", "pc-9")]
    assert [one.user for one in of_connections(lines, r"OSLO\svc-filrydd")] == ["kari", "ola", r"BERGEN\svc-filrydd"]


@pytest.mark.parametrize(
    ("count", "names", "here"), [(1, [], True), (2, ["kari", "ola"], False), (3, ["kari", "ola"], True)]
)
def test_as_many_connections_as_sessions_are_those(count: int, names: list[str], here: bool) -> None:
    lines: list[Line] = [
        ("adm01", "svc-filrydd", 0, 9, 0, 0),
        ("pc-7", "kari", 2, 100, 0, 0),
        ("pc-8", "ola", 0, 50, 0, 0),
    ]
    found = of_sessions(lines, count, "svc-filrydd")
    assert [one.user for one in found] == names
    assert {one.here for one in found} <= {here}


# Answers of every kind.


def answer(kind: enumeration.Enumeration, *lines: Line, resume: int = 0, code: int = 0) -> bytes:
    stub = struct.pack("<IIIII", kind.level, kind.level, 1, len(lines), 2) + struct.pack("<I", len(lines))
    for line in lines:
        stub += b"".join(struct.pack("<I", 3 if isinstance(value, str) else value) for value in line)
    stub += b"".join(text(value) for line in lines for value in line if isinstance(value, str))
    return stub + struct.pack("<IIII", len(lines), 5, resume, code)


@pytest.mark.parametrize(
    ("kind", "lines"), [(CONNECTIONS, WINDOWS), (SESSIONS, [("pc-7", "kåre", 1, 2, 3, 4), ("", "", 0, 0, 0, 0)])]
)
def test_lines_come_as_they_were_sent(kind: enumeration.Enumeration, lines: list[Line]) -> None:
    assert enumeration.page(answer(kind, *lines), kind) == (lines, 0)
    assert enumeration.page(answer(kind, *lines, resume=2, code=234), kind) == (lines, 2)
    with pytest.raises(NotTold):
        enumeration.page(answer(kind, *lines, code=5), kind)


@given(st.integers(0, len(answer(CONNECTIONS, *WINDOWS)) - 1), st.binary(min_size=1, max_size=4))
@example(0, b"\2")
def test_an_altered_list_is_a_list_or_not_told(place: int, piece: bytes) -> None:
    good = answer(CONNECTIONS, *WINDOWS)
    try:
        lines, _more = enumeration.page(good[:place] + piece + good[place + len(piece) :], CONNECTIONS)
        found = of_connections(lines, "svc-filrydd")
    except NotTold:
        return
    assert len(found) <= 3
