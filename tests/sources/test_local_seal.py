"""Sealing a local folder."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.entry import Kind
from filrydd.sources import EntryTrouble
from filrydd.sources.local.permission import BadLocalDescriptor, LocalPermission, unpacked
from filrydd.sources.local.posix import PosixSource

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
Make = Callable[..., Path]


def test_sealing_takes_every_write_bit_and_keeps_the_rest(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "fil").write_bytes(b"")
    (top / "mappe").mkdir()
    for name, kind, before, after in (
        ("fil", Kind.FILE, 0o6775, 0o6555),
        ("mappe", Kind.FOLDER, 0o3777, 0o3755),
    ):
        (top / name).chmod(before)
        former = source.permission(name, kind)
        source.permit(name, kind, source.sealed(former, kind))
        assert stat.S_IMODE((top / name).stat().st_mode) == after
        source.permit(name, kind, former)
        assert stat.S_IMODE((top / name).stat().st_mode) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files away")
def test_a_folder_of_another_owner_loses_his_write_bit_too(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "mappe").mkdir()
    (top / "mappe").chmod(0o775)
    os.chown(top / "mappe", 1, 1)
    source.permit("mappe", Kind.FOLDER, source.sealed(source.permission("mappe", Kind.FOLDER), Kind.FOLDER))
    assert stat.S_IMODE((top / "mappe").stat().st_mode) == 0o555


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files away")
def test_owner_and_group_come_back_with_the_permissions(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "fil").write_bytes(b"")
    os.chown(top / "fil", 1, 5)
    (top / "fil").chmod(0o6755)
    former = source.permission("fil", Kind.FILE)
    os.chown(top / "fil", 0, 0)
    (top / "fil").chmod(0o600)
    source.permit("fil", Kind.FILE, former)
    found = (top / "fil").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1, 5, 0o6755)


def test_permissions_never_reach_through_a_link_put_there_meanwhile(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    outside = top.parent / "utenfor"
    outside.write_bytes(b"")
    outside.chmod(0o640)
    (top / "fil").write_bytes(b"")
    former = source.permission("fil", Kind.FILE)
    (top / "fil").unlink()
    (top / "fil").symlink_to(outside)
    with pytest.raises(EntryTrouble):
        source.permit("fil", Kind.FILE, former)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o640


@given(mode=st.integers(0, 0o7777), uid=st.integers(0, 2**32 - 2), operator=st.integers(0, 3), folder=st.booleans())
def test_a_local_seal_only_takes_write_bits_and_is_idempotent(mode: int, uid: int, operator: int, folder: bool) -> None:
    former = LocalPermission(mode, uid, 100)
    assert unpacked(former.packed()) == former
    sealed = former.sealed(operator, folder=folder)
    assert sealed.sealed(operator, folder=folder) == sealed
    assert sealed.mode & ~0o222 == mode & ~0o222
    assert sealed.mode & 0o022 == 0
    assert not sealed.mode & 0o200 or (folder and uid == operator)


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b'{"filrydd":2,"mode":"0644","uid":0,"gid":0}', b"\xff"])
def test_what_is_no_descriptor_is_refused(data: bytes) -> None:
    with pytest.raises(BadLocalDescriptor):
        unpacked(data)
