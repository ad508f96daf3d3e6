"""What only the walk of a real share does: permissions, links, owners, many entries, broken connections, the slower way."""

import contextlib
import os
import pwd
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from filrydd.errors import SourceError, SourceGone
from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Reason
from filrydd.model.listed import Passed, ToList
from filrydd.sources import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import takeover as smb_takeover
from filrydd.sources.smb import walker as smb_walker
from filrydd.sources.smb.source import SmbSource
from tests.samba import Samba
from tests.sources.breaking import MOMENTS, break_now_and_then
from tests.sources.conftest import FULL, OPERATOR, READ, STRANGER, Share, ace, lay_out_share, open_modes
from tests.sources.door import forwarding
from tests.sources.walking import put_together, same_as_on_disk, top_of, walked

pytestmark = pytest.mark.samba


def many(top: Path, folders: int = 400) -> int:
    """Folders with a file each; returns how many entries that makes."""
    for index in range(folders):
        (top / f"{index % 7}" / f"{index}").mkdir(parents=True)
        (top / f"{index % 7}" / f"{index}" / "fil.txt").touch()
    open_modes(top)
    return 2 * folders + min(folders, 7)


# Permissions and links.


def test_a_folder_that_is_closed_to_us_is_that_folders_own_snag(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"lukket": {"a.txt": b"x"}, "åpen": {"b.txt": b"x"}}, sids)
    share.allow("lukket", Kind.FOLDER, ace(security.ALLOWED, FULL, sids[OPERATOR]))
    with share.source(STRANGER) as source:
        told = walked(source)
    assert told.paths == {"lukket", "åpen", "åpen/b.txt"}
    assert told.snags == {"lukket": [(Kind.FOLDER, Reason.NO_PERMISSION)]}


def test_a_folder_comes_with_the_permissions_that_the_server_tells(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b": {"c.txt": b"x"}}}, sids)
    share.allow(
        "a/b", Kind.FOLDER, ace(security.DENIED, READ, sids[STRANGER]), ace(security.ALLOWED, FULL, sids[OPERATOR])
    )
    with share.source() as source:
        told = walked(source)
        for path in ("", "a", "a/b"):
            asked = security.parse(source.permission(path, Kind.FOLDER))
            assert security.parse(told.descriptors[path]) == asked
            assert asked.owner


def test_a_folder_whose_permissions_are_not_told_is_listed_all_the_same(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, {"a": {"b.txt": b"x"}}, sids)
    without_control = READ & ~0x20000
    share.allow("a", Kind.FOLDER, ace(security.ALLOWED, without_control, sids[STRANGER]))
    with share.source(STRANGER) as source:
        told = walked(source)
    assert set(told.files) == {"a/b.txt"}
    assert (told.descriptors["a"], told.snags) == (b"", {})
    assert told.descriptors[""]


def test_links_of_the_server_that_lead_back_up_are_loops(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b": {"c.txt": b"x"}}, "annet": {"d.txt": b"x"}}, sids)
    (share.top / "a" / "b" / "opp").symlink_to("../..")
    (share.top / "a" / "b" / "her").symlink_to(".")
    (share.top / "a" / "til side").symlink_to("../annet")
    (share.top / "ut").symlink_to("/etc")
    (share.top / "løs").symlink_to("finnes ikke")
    with share.source() as source:
        told = walked(source)
    # A way to the side is no loop: it is listed where the server shows it.
    assert told.paths == {"a", "a/b", "a/b/c.txt", "annet", "annet/d.txt", "a/til side", "a/til side/d.txt"}
    assert told.snags == {"a/b/opp": [(Kind.LINK, Reason.LOOP)], "a/b/her": [(Kind.LINK, Reason.LOOP)]}


def test_a_share_of_a_dfs_is_walked_from_any_folder_and_its_links_are_not_followed(samba: Samba) -> None:
    top = samba.folder.parent / "shares" / "dfs"
    (top / "gått" / "ned").mkdir(parents=True, exist_ok=True)
    (top / "gått" / "ned" / "a.txt").touch()
    with contextlib.suppress(FileExistsError):
        (top / "gått" / "lenke").symlink_to("msdfs:fil02\\felles")
    open_modes(top / "gått")
    for path in ("", "gått"):
        address = SmbAddress("127.0.0.1", "dfs", path, "", samba.port)
        with SmbSource(address, Credentials(OPERATOR, samba.users[OPERATOR])) as source:
            told = walked(source)
            assert source.remarks == []
        inside = "" if path else "gått/"
        assert f"{inside}ned/a.txt" in told.files
        assert told.snags[f"{inside}lenke"] == [(Kind.LINK, Reason.LINK)]


def test_a_top_that_is_closed_to_us_is_refused(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {}, sids)
    share.allow("", Kind.FOLDER, ace(security.ALLOWED, FULL, sids[OPERATOR]))
    with share.source(STRANGER) as source, pytest.raises(SourceError) as caught:
        list(source.walk([ToList(1, "", Passed(1, 1, None))], 2))
    assert caught.value.next


# Many entries.


def test_a_hundred_thousand_files_in_one_folder_are_listed_within_ten_seconds(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, {"full": {}}, sids)
    # One file under 100,000 names costs a tenth of as many files.
    for index in range(0, 100_000, 50_000):
        (share.top / "full" / f"{index}").touch(0o666)
        for number in range(index + 1, index + 50_000):
            os.link(share.top / "full" / f"{index}", share.top / "full" / f"{number}")
    with share.source() as source:
        todo = [top_of(source)]
        began = time.monotonic()
        told = put_together(source.walk(todo, 2), todo)
        assert time.monotonic() - began < 10
    assert told.entries["full"] == 100_000
    assert same_as_on_disk(told, share.top) == 100_001


# Broken connections.


@pytest.mark.parametrize("most", [4, 64])
def test_a_walk_goes_on_after_its_connections_broke(
    share: Share, sids: Mapping[str, bytes], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_walker, "_PLENTY", 20)
    lay_out_share(share, {}, sids)
    entries = many(share.top)
    with share.source() as source:
        todo = [top_of(source)]

        def broken() -> object:
            for number, listed in enumerate(source.walk(todo, 2, most)):
                if number in (1, 100, 200, 201):
                    share.samba.break_connections()
                yield listed

        told = put_together(broken(), todo)  # type: ignore[arg-type]
        assert same_as_on_disk(told, share.top) == entries
        assert told.snags == {}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_connection_that_breaks_in_the_worst_moment_loses_no_folder(
    share: Share, sids: Mapping[str, bytes], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_walker, "_PLENTY", 20)
    lay_out_share(share, {}, sids)
    entries = many(share.top)
    breaks = break_now_and_then(monkeypatch, moment)
    with share.source() as source:
        told = walked(source)
    assert breaks
    assert same_as_on_disk(told, share.top) == entries
    assert told.snags == {}


def test_a_server_that_falls_silent_is_gone_after_the_limit(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {}, sids)
    many(share.top, 100)
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=1) as source:
            walk = source.walk([top_of(source)], 2, 2)
            next(walk)
            door.silent = True
            began = time.monotonic()
            with pytest.raises(SourceGone):
                list(walk)
            assert time.monotonic() - began < 10


def test_a_server_that_stays_away_is_gone(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {}, sids)
    many(share.top, 100)
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=5) as source:
            walk = source.walk([top_of(source)], 2, 2)
            next(walk)
            door.shut()
            with pytest.raises(SourceGone):
                list(walk)


def test_a_second_connection_that_is_refused_leaves_one_and_a_remark(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_walker, "_PLENTY", 20)
    lay_out_share(share, {}, sids)
    entries = many(share.top)

    def refused() -> object:
        raise SourceGone("bare én forbindelse")

    with share.source() as source:
        monkeypatch.setattr(source._lanes, "another", refused)
        assert same_as_on_disk(walked(source), share.top) == entries
        (remark,) = source.remarks
        assert "bare én forbindelse" in remark


# The slower way.


@pytest.mark.parametrize("why", ["version", "names", "difference"])
def test_when_the_library_is_another_the_slower_way_tells_the_same_and_says_so(
    share: Share, sids: Mapping[str, bytes], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, {"a": {"b": {"c.TXT": b"x"}}, ".snapshot": {"d": b"x"}, "e.txt": b"xy"}, sids)
    share.allow("a/b", Kind.FOLDER, ace(security.ALLOWED, FULL, sids[OPERATOR]))
    (share.top / "a" / "opp").symlink_to("..")
    with share.source() as source:
        fast = walked(source)
        assert set(fast.snags) == {".snapshot", "a/opp"}
        owners = dict(source.owners([(1, "e.txt"), (2, "a/b/c.TXT"), (3, "borte")]))
        assert source.remarks == []
        if why == "version":
            monkeypatch.setattr(smb_takeover, "KNOWN_VERSIONS", ((0, 1), (0, 2)))
        elif why == "names":
            monkeypatch.setattr(smb_takeover, "signer", None)
        else:
            monkeypatch.setattr(smb_takeover, "_listed_alone", lambda _lane, _seconds: [])
        slow = walked(source)
        assert (slow.files, slow.folders.keys(), slow.snags) == (fast.files, fast.folders.keys(), fast.snags)
        assert {path: security.parse(slow.descriptors[path]) for path in slow.descriptors} == {
            path: security.parse(fast.descriptors[path]) for path in fast.descriptors
        }
        assert len(source.remarks) == 1
        assert "slower" in source.remarks[0]
        assert dict(source.owners([(1, "e.txt"), (2, "a/b/c.TXT"), (3, "borte")])) == owners


# Owners of files.


@pytest.mark.parametrize("most", [1, 64])
def test_owners_are_those_that_the_permissions_name(share: Share, sids: Mapping[str, bytes], most: int) -> None:
    lay_out_share(share, {"a": {f"{index}.txt": b"x" for index in range(30)}}, sids)
    # Without a list of its own, a file is its owner's in the file system.
    (share.top / "annen.txt").touch()
    os.chown(share.top / "annen.txt", pwd.getpwnam(OPERATOR).pw_uid, -1)
    share.allow("a/3.txt", Kind.FILE, ace(security.ALLOWED, FULL, sids[STRANGER]))
    files = [(number, f"a/{number}.txt") for number in range(30)]
    files += [(30, "annen.txt"), (31, "borte.txt"), (32, "a/../annen.txt")]
    with share.source() as source:
        told = dict(source.owners(iter(files), most))
        assert set(told) == set(range(33))
        assert (told[31], told[32]) == (Reason.VANISHED, Reason.BAD_NAME)
        assert told[3] is Reason.NO_PERMISSION
        for number, path in files[:31]:
            if number != 3:
                owner = security.parse(source.permission(path, Kind.FILE)).owner
                assert told[number] == security.sid_to_text(owner)
        assert told[30] == security.sid_to_text(sids[OPERATOR]) != told[1]


def test_owners_are_asked_for_anew_after_the_connection_broke(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"x"}, sids)
    with share.source() as source:
        told = []
        for answer in source.owners(((number, "a.txt") for number in range(500)), 8):
            told.append(answer)
            if len(told) in (1, 250):
                share.samba.break_connections()
        assert sorted(number for number, _owner in told) == list(range(500))
        assert len({owner for _number, owner in told}) == 1


def test_owners_of_files_in_an_area_that_is_gone_are_an_error(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"x"}, sids)
    with share.source() as source:
        asked = source.owners(((number, "a.txt") for number in range(3000)), 8)
        next(asked)
        (share.top / "a.txt").unlink()
        share.top.rmdir()
        with pytest.raises(SourceGone):
            list(asked)
