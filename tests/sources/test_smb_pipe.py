"""Questions to a server's pipes: the share's own permissions, and answers of every kind."""

import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model import descriptor as security
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import operator as smb_operator
from filrydd.sources.smb import srvsvc as smb_srvsvc
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.pipe import NotTold, Pipe, text
from filrydd.sources.smb.srvsvc import share_descriptor, told
from tests.samba import Samba, program, start_samba, why_not

# Samba reads what sharesec wrote as the user who asks, so only root is told.
USER, PASSWORD = "root", "Rot-passord-1"
NDR = "8a885d04-1ceb-11c9-9fe8-08002b104860"


# The real thing.


@pytest.fixture(scope="module")
def server() -> Iterator[Samba]:
    yield from _server({})


@pytest.fixture(scope="module")
def closed_server() -> Iterator[Samba]:
    """A server that answers no question over its pipes."""
    yield from _server({"rpc start on demand helpers": "no"})


def _server(options: dict[str, str]) -> Iterator[Samba]:
    if reason := why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="filrydd-pipe-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        share = folder / "felles"
        share.mkdir()
        share.chmod(0o777)
        running = start_samba(folder / "server", {"felles": share}, {USER: PASSWORD}, options)
        try:
            yield running
        finally:
            running.stop()


def restrict(server: Samba, *entries: str) -> None:
    """Give the share `felles` that access list, by Samba's own tool."""
    subprocess.run(
        [program("sharesec"), "-s", str(server.configuration), "felles", "-R", ",".join(entries)],
        check=True,
        capture_output=True,
        timeout=30,
    )


def told_by(server: Samba) -> bytes:
    calls = Calls(SmbAddress("127.0.0.1", "felles", "", "", server.port), Credentials(USER, PASSWORD), 10.0)
    try:
        return share_descriptor(calls)
    finally:
        calls.close()


@pytest.mark.samba
@pytest.mark.xdist_group("smb_pipe")
@pytest.mark.parametrize("others", [0, 300])
def test_the_shares_own_permissions_are_told(server: Samba, others: int) -> None:
    # 300 entries are more than one fragment of an answer holds.
    more = [f"S-1-5-21-1-2-3-{number + 1000}" for number in range(others)]
    restrict(
        server, "S-1-5-32-545:DENIED/0/CHANGE", "S-1-1-0:ALLOWED/0/READ", *(f"{sid}:ALLOWED/0/FULL" for sid in more)
    )
    found = security.parse(told_by(server))
    assert found.dacl is not None
    entries = {(entry.type, entry.rest): entry.mask for entry in found.dacl}
    assert len(entries) == 2 + others
    assert entries[security.ALLOWED, security.sid_from_text("S-1-1-0")] == 0x1200A9
    assert entries[security.DENIED, security.sid_from_text("S-1-5-32-545")] & 0x10000
    for sid in more:
        assert entries[security.ALLOWED, security.sid_from_text(sid)] == 0x1F01FF


@pytest.mark.samba
@pytest.mark.xdist_group("smb_pipe")
def test_a_server_that_does_not_tell_leaves_them_empty(closed_server: Samba) -> None:
    assert told_by(closed_server) == b""


# Answers of every kind.


class Script:
    """A pipe whose answers were written beforehand."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def write(self, data: bytes) -> object:
        return len(data)

    def read(self, offset: int, length: int) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


def fragment(kind: int, number: int, body: bytes, flags: int = 3) -> bytes:
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body), 0, number) + body


def response(stub: bytes, flags: int = 3) -> bytes:
    return fragment(2, 2, struct.pack("<IHBB", len(stub), 0, 0, 0) + stub, flags)


BOUND = fragment(12, 1, struct.pack("<HHIH13sxBxxxHH20s", 4280, 4280, 7, 13, b"\\PIPE\\srvsvc\0", 1, 0, 0, b""))
DESCRIPTOR = security.build(
    security.Descriptor(
        security.DACL_PRESENT | security.SELF_RELATIVE,
        security.sid_from_text("S-1-5-32-544"),
        security.sid_from_text("S-1-5-32-544"),
        (security.Ace(security.ALLOWED, 0, 0x1200A9, security.sid_from_text("S-1-1-0")),),
    )
)
INFO = (
    struct.pack("<II", 502, 0x20000)
    + struct.pack("<10I", 1, 0, 2, 0, 0xFFFFFFFF, 1, 3, 0, len(DESCRIPTOR), 4)
    + text("felles")
    + text("")
    + text("C:\\felles")
    + struct.pack("<I", len(DESCRIPTOR))
    + DESCRIPTOR.ljust((len(DESCRIPTOR) + 3) // 4 * 4, b"\0")
    + struct.pack("<I", 0)
)


def test_an_answer_in_fragments_and_pieces_is_put_together() -> None:
    first, second = response(INFO[:50], flags=1), response(INFO[50:], flags=2)
    whole = first + second
    pieces = [whole[start : start + 7] for start in range(0, len(whole), 7)]
    assert told(Pipe(Script(BOUND, *pieces), NDR, 3).call(16, b"")) == DESCRIPTOR


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [fragment(13, 1, bytes(8))],
        [BOUND[:-30]],
        [BOUND, fragment(3, 2, bytes(8) + struct.pack("<I", 5))],
        [BOUND, fragment(2, 9, bytes(8))],
        [BOUND, response(INFO, flags=2)],
        [BOUND, response(INFO, flags=1), response(INFO, flags=1)],
        [BOUND, response(b"", flags=1), response(b"", flags=0)],
        [BOUND, *[response(INFO)[:1]] * 3],
    ],
)
def test_an_answer_that_does_not_hold_together_is_not_told(pieces: list[bytes]) -> None:
    with pytest.raises(NotTold):
        Pipe(Script(*pieces), NDR, 3).call(16, b"")


class Endless(Script):
    """A pipe that begins with these pieces and never stops repeating the last."""

    def read(self, offset: int, length: int) -> bytes:
        return self._pieces.pop(0) if len(self._pieces) > 1 else self._pieces[0]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "pieces",
    [
        [response(b"x", flags=1), response(b"x", flags=0)],
        [response(bytes(60_000), flags=1), response(bytes(60_000), flags=0)],
        [response(b"x", flags=1), *[response(b"x", flags=0)[at : at + 1] for at in range(25)], b"\5"],
    ],
)
def test_an_answer_without_end_is_given_up(pieces: list[bytes]) -> None:
    with pytest.raises(NotTold, match=r"no end|too many pieces|unexpected form"):
        Pipe(Endless(BOUND, *pieces), NDR, 3).call(16, b"")


@given(st.lists(st.binary(max_size=120), max_size=4), st.booleans())
def test_any_bytes_from_a_pipe_are_an_answer_or_not_told(pieces: list[bytes], bound: bool) -> None:
    try:
        Pipe(Script(*([BOUND] if bound else []), *pieces), NDR, 3).call(16, b"")
    except NotTold:
        pass


@given(st.integers(0, len(BOUND + response(INFO)) - 1), st.binary(min_size=1, max_size=4))
def test_an_altered_answer_is_an_answer_or_not_told(place: int, piece: bytes) -> None:
    good = BOUND + response(INFO)
    try:
        stub = Pipe(Script(good[:place] + piece + good[place + len(piece) :]), NDR, 3).call(16, b"")
        security.parse(told(stub))
    except NotTold:
        pass


def said_no(code: int) -> bytes:
    return struct.pack("<III", 502, 0, code)


@given(st.binary(max_size=200))
def test_any_stub_is_a_descriptor_or_not_told(stub: bytes) -> None:
    for ended in (stub, stub + bytes(4), INFO[:48] + stub + bytes(4), INFO[:8] + stub + bytes(4)):
        for read in (told, smb_operator._user_name, smb_operator._sid):
            try:
                read(ended)
            except NotTold:
                pass


@pytest.mark.parametrize("stub", [b"", said_no(5), said_no(0), INFO[:-4] + struct.pack("<I", 5), INFO[:60] + bytes(4)])
def test_a_no_is_not_told(stub: bytes) -> None:
    with pytest.raises(NotTold):
        told(stub)


def test_the_question_names_the_share_as_the_server_knows_it() -> None:
    assert text("æ") == struct.pack("<III", 2, 0, 2) + "æ\0".encode("utf-16-le")
    assert len(text("ab")) % 4 == 0
    assert smb_srvsvc.told(INFO) == DESCRIPTOR
