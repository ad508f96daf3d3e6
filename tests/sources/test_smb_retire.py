"""Files in use, and deleting, on a real share."""

import shutil
import struct
import subprocess
from collections.abc import Mapping

import pytest

from filrydd.model.entry import READONLY, Reason
from filrydd.sources import EntryTrouble
from filrydd.sources.smb import message
from filrydd.sources.smb.share import Opened, Refused
from filrydd.sources.smb.share import Share as Requests
from tests.sources.conftest import (
    COLLEAGUE,
    STRANGER,
    Share,
    lay_out_share,
)
from tests.sources.handles import held

pytestmark = pytest.mark.samba
HELLO = "aCgDG9jwBhDc4Q1yawMZAAAAAAA="
WRITE_DATA = 0x2


def test_a_file_that_somebody_writes_to_is_in_use_and_stays(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    with share.source() as operator, share.source(COLLEAGUE) as colleague:
        number = operator.look("a.txt").file_id
        with held(colleague, "a.txt", WRITE_DATA):
            assert operator.in_use("a.txt") is True
            with pytest.raises(EntryTrouble) as caught:
                operator.retire("a.txt", size=11, hash=HELLO, file_id=number)
            assert caught.value.reason is Reason.IN_USE
        with held(colleague, "a.txt", message.READ_DATA):
            assert operator.in_use("a.txt") is False
            with pytest.raises(EntryTrouble) as caught:
                operator.retire("a.txt", size=11, hash=HELLO, file_id=number)
            assert caught.value.reason is Reason.IN_USE
        operator.retire("a.txt", size=11, hash=HELLO, file_id=number)
        assert operator.list("").entries == ()


def test_nobody_opens_a_file_while_it_is_proved(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    from filrydd.sources.smb import retire as smb_retire

    with share.source() as operator, share.source(COLLEAGUE) as colleague:
        number = operator.look("a.txt").file_id
        colleague.look("a.txt")
        prove = smb_retire._prove
        seen = []

        def disturbed(requests: Requests, opened: Opened, path: str, size: int, hash: str) -> None:
            prove(requests, opened, path, size, hash)
            for access in (message.READ_DATA, WRITE_DATA, message.DELETE):
                with pytest.raises(Refused) as caught, held(colleague, "a.txt", access):
                    pass
                seen.append(caught.value.status)

        monkeypatch.setattr(smb_retire, "_prove", disturbed)
        operator.retire("a.txt", size=11, hash=HELLO, file_id=number)
        assert seen == [0xC0000043] * 3


def test_a_write_protected_file_is_deleted_when_it_is_proved_and_otherwise_keeps_its_protection(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    with share.source() as operator:
        with held(operator, "a.txt", message.WRITE_ATTRIBUTES) as (requests, opened):
            requests.set(opened, message.OF_FILE, message.BASIC, struct.pack("<qqqqII", 0, 0, 0, 0, READONLY, 0))
        seen = operator.look("a.txt")
        assert seen.attributes & READONLY
        with pytest.raises(Exception, match="content"):
            operator.retire("a.txt", size=11, hash="A" * 27 + "=", file_id=seen.file_id)
        assert operator.look("a.txt").attributes & READONLY
        operator.retire("a.txt", size=11, hash=HELLO, file_id=seen.file_id)
        assert operator.list("").entries == ()


def test_what_the_server_says_is_deleted_and_is_not_is_trouble(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.sources.smb import retire as smb_retire

    lay_out_share(share, {"a.txt": b"hello world", "tom": {}}, sids)
    # As with a server that answers well and does nothing.
    monkeypatch.setattr(smb_retire, "delete", lambda requests, opened: requests.close(opened))
    with share.source() as operator:
        with pytest.raises(EntryTrouble, match="still there"):
            operator.retire("a.txt", size=11, hash=HELLO, file_id=operator.look("a.txt").file_id)
        with pytest.raises(EntryTrouble, match="still there"):
            operator.retire_folder("tom")


@pytest.mark.skipif(shutil.which("chattr") is None, reason="needs chattr")
def test_a_file_that_the_servers_disk_will_not_let_go_is_trouble(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b.txt": b"hello world"}}, sids)
    if subprocess.run(["chattr", "+a", str(share.top / "a")], capture_output=True).returncode:
        pytest.skip("this file system has no append-only folders")
    try:
        with share.source() as operator, pytest.raises(EntryTrouble):
            operator.retire("a/b.txt", size=11, hash=HELLO, file_id=operator.look("a/b.txt").file_id)
        assert (share.top / "a" / "b.txt").read_bytes() == b"hello world"
    finally:
        subprocess.run(["chattr", "-a", str(share.top / "a")], check=True)


def test_a_folder_somebody_may_not_delete_in_keeps_its_file(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b.txt": b"hello world"}}, sids)
    with share.source(STRANGER) as stranger:
        number = stranger.look("a/b.txt").file_id
        with pytest.raises(EntryTrouble) as caught:
            stranger.retire("a/b.txt", size=11, hash=HELLO, file_id=number)
        assert caught.value.reason is Reason.NO_PERMISSION
    assert (share.top / "a" / "b.txt").exists()
