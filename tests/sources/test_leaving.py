"""Leaving a file in an area: whole or not at all, and for whom."""

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Reason
from filrydd.sources import AlreadyThere, EntryTrouble
from filrydd.sources.local import leaving as local_leaving
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb import leaving, message
from filrydd.sources.smb.share import Refused
from filrydd.sources.smb.share import Share as Requests
from filrydd.sources.smb.source import SmbSource
from tests.sources.conftest import CHANGE, COLLEAGUE, FULL, OPERATOR, READ, STRANGER, Place, Share, ace, lay_out_share
from tests.sources.handles import held

SIGN = "FLYTTET - les dette.txt"
TEXT = "Filene er flyttet til SharePoint. Spør Kåre.\r\n".encode()
OURS = security.sid_from_text("S-1-5-21-1-2-3-1000")
EVERYONE = security.sid_from_text("S-1-1-0")
OWNER_RIGHTS = security.sid_from_text("S-1-3-4")
WRITES = (0x2, 0x4, 0x10, 0x100, message.DELETE, message.WRITE_DAC, 0x80000)
ACCESS_DENIED = 0xC0000022
linux = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="gives files away")


# Every source alike.


@pytest.mark.parametrize("content", [b"", TEXT, b"z" * 200_000], ids=["empty", "text", "long"])
@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_file_is_left_whole_in_an_open_and_in_a_sealed_folder(place: Place, content: bytes, is_sealed: bool) -> None:
    place.make({"a": {"b.txt": b"x"}})
    if is_sealed:
        for path in ("", "a"):
            former = place.source.permission(path, Kind.FOLDER)
            place.source.permit(path, Kind.FOLDER, place.source.sealed(former, Kind.FOLDER))
    seen = place.source.leave(f"a/{SIGN}", content)
    assert (place.top / "a" / SIGN).read_bytes() == content
    assert (seen.name, seen.kind, seen.size) == (SIGN, Kind.FILE, len(content))
    assert seen == place.source.look(f"a/{SIGN}")
    assert place.names("a") == [SIGN, "b.txt"]


@pytest.mark.parametrize("there", [b"", b"somebody's own", TEXT], ids=["empty", "other", "same"])
def test_a_taken_name_is_left_alone_whatever_it_holds(place: Place, there: bytes) -> None:
    place.make({"a": {SIGN: there}})
    before = place.source.look(f"a/{SIGN}")
    with pytest.raises(AlreadyThere):
        place.source.leave(f"a/{SIGN}", TEXT)
    assert place.source.look(f"a/{SIGN}") == before
    assert place.names("a") == [SIGN]


def test_a_folder_a_link_and_the_top_are_no_place_for_a_file(place: Place) -> None:
    place.make({"a": {SIGN: {}}, "b.txt": b"x"})
    outside = place.top.parent / "utenfor"
    outside.mkdir(exist_ok=True)
    (place.top / "lenke").symlink_to(outside)
    (place.top / "a" / "lenke.txt").symlink_to(outside / "ny.txt")
    for path in ("", f"a/{SIGN}", "b.txt/x", f"lenke/{SIGN}", "a/lenke.txt", f"finnes ikke/{SIGN}"):
        with pytest.raises(EntryTrouble):
            place.source.leave(path, TEXT)
    assert list(outside.iterdir()) == []
    assert (place.top / "b.txt").read_bytes() == b"x"


def test_what_was_left_is_taken_away_again_by_its_proof(place: Place) -> None:
    from filrydd.quickxor import QuickXor

    place.make({"a": {}})
    seen = place.source.leave(f"a/{SIGN}", TEXT)
    place.source.retire(f"a/{SIGN}", size=len(TEXT), hash=QuickXor(TEXT).base64(), file_id=seen.file_id)
    assert place.names("a") == []


# On a share.


def refused(source: SmbSource, path: str, access: int) -> bool:
    try:
        with held(source, path, access):
            return False
    except Refused as no:
        assert no.status == ACCESS_DENIED, hex(no.status)
        return True


@pytest.mark.samba
@pytest.mark.parametrize("is_sealed", [False, True])
def test_others_read_what_was_left_and_only_the_operator_changes_it(
    share: Share, sids: Mapping[str, bytes], is_sealed: bool
) -> None:
    lay_out_share(share, {"a": {}}, sids)
    entries = (
        ace(security.ALLOWED, FULL, sids[OPERATOR], 3),
        ace(security.DENIED, 0x1, sids[STRANGER], 3),
        # All may be done to files made in the folder, and by who makes them.
        ace(security.ALLOWED, FULL, EVERYONE, 3),
        ace(security.ALLOWED, 0x1000_0000, security.sid_from_text("S-1-3-0"), 0x0B),
    )
    share.allow("a", Kind.FOLDER, *entries)
    with share.source() as operator, share.source(COLLEAGUE) as colleague, share.source(STRANGER) as stranger:
        if is_sealed:
            operator.permit("a", Kind.FOLDER, operator.sealed(operator.permission("a", Kind.FOLDER), Kind.FOLDER))
        operator.leave(f"a/{SIGN}", TEXT)
        told = security.parse(operator.permission(f"a/{SIGN}", Kind.FILE))
        assert told.control & security.DACL_PROTECTED
        assert told.dacl is not None
        assert all(entry.flags == 0 for entry in told.dacl)
        with colleague.open(f"a/{SIGN}") as reader:
            assert reader.read(1000) == TEXT
        for access in WRITES:
            if access != message.DELETE or is_sealed:
                assert refused(colleague, f"a/{SIGN}", access), hex(access)
        with pytest.raises(EntryTrouble) as caught:
            stranger.open(f"a/{SIGN}")
        assert caught.value.reason is Reason.NO_PERMISSION
        assert not any(refused(operator, f"a/{SIGN}", access) for access in WRITES)


@pytest.mark.samba
def test_nobody_gets_at_a_file_before_it_is_closed_to_writers(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, {"a": {}}, sids)
    share.allow("a", Kind.FOLDER, ace(security.ALLOWED, FULL, EVERYONE, 3))
    act = Requests.set
    seen: list[int] = []
    with share.source() as operator, share.source(COLLEAGUE) as colleague:
        colleague.look("a")

        def disturbed(self: Requests, *given: Any) -> None:
            for access in (0x2, message.DELETE):
                with pytest.raises(Refused) as caught, held(colleague, f"a/{SIGN}", access):
                    pass
                seen.append(caught.value.status)
            act(self, *given)

        monkeypatch.setattr(Requests, "set", disturbed)
        operator.leave(f"a/{SIGN}", TEXT)
    # Not shared from the first moment, then marked for deletion, then closed to all others by its permissions as well.
    assert seen[:2] == [0xC0000043] * 2
    assert seen[2:4] == [0xC0000056] * 2
    assert set(seen[4:]) <= {0xC0000056, ACCESS_DENIED}


@pytest.mark.samba
@pytest.mark.parametrize("method", ["write", "flush", "set"])
def test_a_connection_that_breaks_half_way_leaves_no_half_file(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    lay_out_share(share, {"a": {}}, sids)
    from filrydd.errors import SourceGone
    from filrydd.sources.smb.link import Dropped

    act = getattr(Requests, method)
    broken: list[Requests] = []

    def breaking(self: Requests, *given: object) -> None:
        act(self, *given)
        if method != "set" or len(broken) < 2:
            broken.append(self)
            self._link.connection.end()
            raise Dropped("the cable")

    with share.source() as operator:
        monkeypatch.setattr(Requests, method, breaking)
        with pytest.raises(SourceGone):
            operator.leave(f"a/{SIGN}", TEXT)
        monkeypatch.undo()
        assert len(broken) == 2
        assert operator.leave(f"a/{SIGN}", TEXT).size == len(TEXT)
    assert (share.top / "a" / SIGN).read_bytes() == TEXT


@pytest.mark.samba
def test_a_full_disk_leaves_no_half_file(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, {"a": {}}, sids)

    def full(self: Requests, *given: object) -> None:
        raise Refused(0xC000007F)

    with share.source() as operator:
        monkeypatch.setattr(Requests, "flush", full)
        with pytest.raises(EntryTrouble, match="0xC000007F"):
            operator.leave(f"a/{SIGN}", TEXT)
    assert list((share.top / "a").iterdir()) == []


@pytest.mark.samba
def test_a_folder_in_which_nothing_may_be_made_stays_as_it_is(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {}}, sids)
    share.allow("a", Kind.FOLDER, ace(security.ALLOWED, READ, EVERYONE, 3))
    with share.source() as operator, pytest.raises(EntryTrouble) as caught:
        operator.leave(f"a/{SIGN}", TEXT)
    assert caught.value.reason is Reason.NO_PERMISSION
    assert list((share.top / "a").iterdir()) == []


# What the permissions of a file become.


def test_permissions_are_those_of_the_folders_readers() -> None:
    some, other, third = (security.sid_from_text(f"S-1-5-21-9-9-9-{number}") for number in (1, 2, 3))
    folder = security.Descriptor(
        security.DACL_PRESENT | security.DACL_AUTO_INHERITED,
        some,
        b"",
        (
            ace(security.DENIED, CHANGE, other, 0x13),
            ace(security.ALLOWED, CHANGE, some, 0x13),
            ace(security.ALLOWED, READ, EVERYONE, 0x02),  # may list folders
            ace(security.ALLOWED, FULL, other, 0x0A),  # handed down to folders only
            ace(security.ALLOWED, FULL, third, 0x09),  # handed down to files only
            ace(security.ALLOWED, 0x1000_0000, security.sid_from_text("S-1-3-0"), 0x0B),  # CREATOR OWNER
            ace(security.ALLOWED, 0x6, third, 0),  # nothing but making files
        ),
    )
    found = leaving.permissions(folder, OURS)
    assert found.control == security.DACL_PRESENT | security.DACL_PROTECTED | security.SELF_RELATIVE
    assert found.dacl == (
        ace(security.ALLOWED, FULL, OURS),
        ace(security.ALLOWED, 0x2_0000, OWNER_RIGHTS),
        ace(security.DENIED, CHANGE, other),
        ace(security.ALLOWED, READ, some),
        ace(security.ALLOWED, READ, EVERYONE),
        ace(security.ALLOWED, READ, third),
    )


SIDS = st.sampled_from([OURS, OWNER_RIGHTS, EVERYONE, security.sid_from_text("S-1-5-21-9-9-9-1")])
ENTRIES = st.builds(
    security.Ace, st.sampled_from([0, 1, 5, 9, 10]), st.integers(0, 0x1F), st.integers(0, 0xFFFFFFFF), SIDS
)


@given(st.none() | st.lists(ENTRIES, max_size=6).map(tuple))
def test_nobody_but_the_operator_ever_may_write_in_what_is_left(dacl: tuple[security.Ace, ...] | None) -> None:
    from filrydd.sources.smb import seal_list

    folder = security.Descriptor(security.DACL_PRESENT, OURS, OURS, dacl)
    found = leaving.permissions(folder, OURS).dacl or ()
    assert found[0] == ace(security.ALLOWED, FULL, OURS)
    assert all(entry.flags == 0 for entry in found)
    assert all(entry.mask & ~READ == 0 for entry in found[1:] if entry.type in security.ALLOWING_TYPES)
    # A folder that is sealed gives what it gave before.
    sealed = seal_list.sealed(folder, OURS, folder=True)
    again = leaving.permissions(sealed, OURS).dacl or ()
    assert {entry for entry in found if entry.rest != OURS} == {entry for entry in again if entry.rest != OURS}


# On a POSIX system.


@linux
@pytest.mark.parametrize("nameless", [True, False])
@pytest.mark.parametrize(
    ("folder", "file"), [(0o755, 0o444), (0o700, 0o400), (0o2570, 0o440), (0o711, 0o400), (0o777, 0o444)]
)
def test_who_reads_the_folder_reads_the_file_and_nobody_else(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch, folder: int, file: int, nameless: bool
) -> None:
    top, source = area
    (top / "a").mkdir()
    os.chown(top / "a", 5, 60)
    (top / "a").chmod(folder)
    if not nameless:
        monkeypatch.setattr(local_leaving, "_TMPFILE", 0)
    source.leave(f"a/{SIGN}", TEXT)
    found = (top / "a" / SIGN).stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (file, 5, 60)
    assert (top / "a" / SIGN).read_bytes() == TEXT


@linux
@pytest.mark.parametrize("nameless", [True, False])
def test_who_cannot_give_a_file_away_lets_its_group_read_no_more_than_everybody(
    make_tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    top = make_tree({"a": {}, "b": {}})
    if not nameless:
        monkeypatch.setattr(local_leaving, "_TMPFILE", 0)

    def refuse(_fd: int, _uid: int, _gid: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refuse)
    for name, mode, file in (("a", 0o750, 0o600), ("b", 0o755, 0o644)):
        os.chown(top / name, 5, 60)
        (top / name).chmod(mode)
        fd = os.open(top / name, os.O_RDONLY)
        local_leaving.leave(fd, SIGN, SIGN, TEXT)
        os.close(fd)
        assert stat.S_IMODE((top / name / SIGN).stat().st_mode) == file


@linux
@pytest.mark.parametrize("nameless", [True, False])
def test_a_disk_that_fails_half_way_leaves_no_half_file(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    top, source = area
    if not nameless:
        monkeypatch.setattr(local_leaving, "_TMPFILE", 0)

    def failing(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(EntryTrouble, match="ENOSPC"):
        source.leave(SIGN, TEXT)
    assert list(top.iterdir()) == []


@linux
def test_content_and_name_are_on_the_disk_before_it_returns(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    done: list[tuple[str, bool, int]] = []
    fsync = os.fsync

    def noting(fd: int) -> None:
        found = os.fstat(fd)
        kind = "folder" if stat.S_ISDIR(found.st_mode) else "file"
        done.append((kind, (top / SIGN).exists(), 0 if kind == "folder" else found.st_size))
        fsync(fd)

    monkeypatch.setattr(os, "fsync", noting)
    source.leave(SIGN, TEXT)
    assert done == [("file", False, len(TEXT)), ("folder", True, 0)]
