"""Signing and encrypting as it was agreed on, against a real server, and what is done with what was altered."""

import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smbprotocol.connection import Ciphers, Connection, Dialects, SigningAlgorithms

from filrydd.errors import SourceGone
from filrydd.sources import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.guard import (
    AES_128_CCM,
    AES_128_GCM,
    AES_256_CCM,
    AES_256_GCM,
    AES_CMAC,
    AES_GMAC,
    HMAC_SHA256,
    Encrypted,
    Signed,
    signer,
)
from filrydd.sources.smb.link import SignedConnection
from filrydd.sources.smb.source import SmbSource
from filrydd.sources.smb.wire import BadAnswer
from tests.fixtures_samba import USERS
from tests.samba import Samba, start_samba, why_not
from tests.sources.conftest import OPERATOR, Share, lay_out_share
from tests.sources.door import forwarding
from tests.sources.hostile import header
from tests.sources.walking import same_as_on_disk, walked

TREE = {"a": {"b.txt": b"x", "c": {"d.txt": b"x"}}, "e.txt": b"xy"}


def agreeing(monkeypatch: pytest.MonkeyPatch, **wishes: object) -> None:
    """Every connection from now on negotiates these."""

    def connect(self: Connection, *, timeout: float) -> None:
        Connection.connect(self, timeout=timeout, **wishes)

    monkeypatch.setattr(SignedConnection, "connect", connect)


@pytest.mark.samba
@pytest.mark.parametrize(
    "wishes",
    [
        {"dialect": Dialects.SMB_2_0_2},
        {"dialect": Dialects.SMB_2_1_0},
        {"dialect": Dialects.SMB_3_0_2},
        {"preferred_signing_algos": [SigningAlgorithms.AES_GMAC]},
        {"preferred_signing_algos": [SigningAlgorithms.AES_CMAC]},
        {"preferred_signing_algos": [SigningAlgorithms.HMAC_SHA256]},
    ],
)
def test_every_way_of_signing_is_walked_the_fast_way(
    share: Share, sids: Mapping[str, bytes], wishes: Mapping[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, TREE, sids)
    for index in range(600):
        (share.top / "a" / f"{index:04} {'x' * 150}").touch()
    agreeing(monkeypatch, **wishes)
    with share.source() as source:
        assert same_as_on_disk(walked(source), share.top) == 605
        assert len(list(source.owners([(1, "e.txt")]))) == 1
        assert source.remarks == []


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Samba, Path]]:
    """A server with a share `hemmelig` that takes only encrypted requests, and few credits; its folder."""
    if reason := why_not():
        pytest.skip(reason)
    import tempfile

    with tempfile.TemporaryDirectory(prefix="filrydd-samba-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        top = folder / "hemmelig"
        top.mkdir()
        top.chmod(0o777)
        server = start_samba(
            folder / "server", {"hemmelig": top}, {"root": USERS["root"]}, {"smb2 max credits": "16", "vfs objects": ""}
        )
        try:
            with server.configuration.open("a", encoding="utf-8") as configuration:
                configuration.write("\tsmb encrypt = required\n")
            server.restart()
            yield server, top
        finally:
            server.stop()


@pytest.mark.samba
@pytest.mark.xdist_group("secret")
@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"dialect": Dialects.SMB_3_0_2},
        {"preferred_encryption_algos": [Ciphers.AES_128_CCM]},
        {"preferred_encryption_algos": [Ciphers.AES_256_GCM]},
        {"preferred_encryption_algos": [Ciphers.AES_256_CCM]},
    ],
)
def test_every_way_of_encrypting_and_a_small_window_are_walked_the_fast_way(
    secret: tuple[Samba, Path], wishes: Mapping[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, top = secret
    for index in range(800):
        folder = top / f"{index % 40}"
        folder.mkdir(exist_ok=True)
        (folder / f"{index} {'y' * 100}").touch()
    agreeing(monkeypatch, **wishes)
    address = SmbAddress("127.0.0.1", "hemmelig", "", "", server.port)
    with SmbSource(address, Credentials("root", USERS["root"])) as source:
        assert same_as_on_disk(walked(source), top) == 840
        assert source.remarks == []


@pytest.mark.samba
def test_an_answer_without_a_signature_is_not_believed(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {f"{index}": {} for index in range(50)}, sids)
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=5) as source:
            top = source.top()
            from filrydd.model.listed import Passed, ToList

            walk = source.walk([ToList(1, "", Passed(top.file_id, top.created, None))], 2, 2)
            next(walk)
            door.strip_signatures = True
            with pytest.raises(SourceGone) as caught:
                list(walk)
            assert "signature" in " ".join([caught.value.message, *map(str, caught.value.details)])


# The guards themselves.

WAYS = [(0x0210, None), (0x0302, None), (0x0311, None), (0x0311, HMAC_SHA256), (0x0311, AES_CMAC), (0x0311, AES_GMAC)]
KEY = bytes(range(16))


@pytest.mark.parametrize(("dialect", "algorithm"), WAYS)
@given(data=st.data())
def test_a_signature_holds_for_the_whole_answer_and_for_its_sender(
    dialect: int, algorithm: int | None, data: st.DataObject
) -> None:
    guard = Signed(signer(dialect, algorithm, KEY))
    answer = bytearray(header(7) + data.draw(st.binary(max_size=100)))
    answer[48:64] = signer(dialect, algorithm, KEY)(bytes(answer[24:32]) + b"\1\0\0\0", b"", bytes(answer))
    buffer = bytearray(b"abc") + answer
    guard.check(buffer, memoryview(buffer), 3, len(buffer))
    changed = bytearray(answer)
    changed[data.draw(st.integers(0, len(answer) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadAnswer):
        guard.check(changed, memoryview(changed), 0, len(changed))


def test_a_request_thrown_back_has_no_right_signature() -> None:
    guard = Signed(signer(0x0311, AES_GMAC, KEY))
    frame = bytearray(guard.frame([header(7)]))
    with pytest.raises(BadAnswer):
        guard.check(frame, memoryview(frame), 4, len(frame))


@pytest.mark.parametrize("cipher", [AES_128_CCM, AES_128_GCM, AES_256_CCM, AES_256_GCM])
@given(data=st.data())
def test_what_is_encrypted_comes_back_and_what_was_altered_does_not(cipher: int, data: st.DataObject) -> None:
    key = os.urandom(32 if cipher in (AES_256_CCM, AES_256_GCM) else 16)
    guard = Encrypted(0x0311, cipher, 77, key, key)
    messages = [header(7), header(8) + data.draw(st.binary(max_size=100))]
    frame = bytearray(guard.frame(messages))
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    assert guard.opened(memoryview(frame)[4:]) == b"".join(messages)
    assert guard.frame(messages) != frame  # never the same nonce
    # The last bytes of the nonce's field are spare, and are authenticated all the same.
    frame[data.draw(st.integers(4, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadAnswer):
        guard.opened(memoryview(frame)[4:])


def test_an_encrypted_answer_of_another_session_is_refused() -> None:
    frame = Encrypted(0x0311, AES_128_GCM, 78, KEY, KEY).frame([header(7)])
    with pytest.raises(BadAnswer):
        Encrypted(0x0311, AES_128_GCM, 77, KEY, KEY).opened(memoryview(frame)[4:])


@given(st.binary(max_size=300))
def test_any_bytes_are_an_encrypted_frame_or_refused(data: bytes) -> None:
    guard = Encrypted(0x0311, AES_128_GCM, 77, KEY, KEY)
    with pytest.raises(BadAnswer):
        guard.opened(memoryview(data))
    with pytest.raises(BadAnswer):
        guard.opened(memoryview(b"\xfdSMB" + data))


def test_a_plain_answer_in_an_encrypted_session_is_refused() -> None:
    guard = Encrypted(0x0311, AES_128_GCM, 77, KEY, KEY)
    answer = bytearray(header(7) + struct.pack("<I", 1))
    with pytest.raises(BadAnswer):
        guard.opened(memoryview(answer))
