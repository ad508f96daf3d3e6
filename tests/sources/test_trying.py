"""Trying as an ordinary user what a seal forbids, and doing no harm where it is allowed."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from filrydd.model import descriptor as security
from filrydd.model.entry import READONLY, Kind, Reason
from filrydd.sources import EntryTrouble, LocalAddress, Source
from filrydd.sources import rights as acts
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb import message
from tests.sources.conftest import CHANGE, COLLEAGUE, FULL, OPERATOR, STRANGER, Place, Share, ace, lay_out_share
from tests.sources.handles import held

TREE = {"a": {"b.txt": b"hello world"}}
ENTRIES = (("", Kind.FOLDER), ("a", Kind.FOLDER), ("a/b.txt", Kind.FILE))
EVERYONE = security.sid_from_text("S-1-1-0")
ALL_OF_FILE = {acts.WRITE, acts.APPEND, acts.RENAME, acts.DELETE, acts.CHANGE_RIGHTS}
ALL_OF_FOLDER = {acts.WRITE, acts.RENAME, acts.DELETE, acts.NEW_FILE, acts.NEW_FOLDER, acts.CHANGE_RIGHTS}
linux = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="becomes another user")


def tried(source: Source) -> list[set[str]]:
    return [set(source.try_to_write(path, kind)) for path, kind in ENTRIES]


def seal(source: Source) -> None:
    for path, kind in ENTRIES:
        source.permit(path, kind, source.sealed(source.permission(path, kind), kind))


def facts(top: Path) -> list[tuple[str, int, int, int, bytes]]:
    found = []
    for place in (top, *sorted(top.rglob("*"))):
        stat = place.lstat()
        content = place.read_bytes() if place.is_file() else b""
        found.append((str(place), stat.st_mtime_ns, stat.st_ctime_ns, stat.st_mode, content))
    return found


# Every source alike.


def test_trying_changes_nothing_though_everything_is_allowed(place: Place) -> None:
    place.make(TREE)
    before = facts(place.top)
    top, folder, file = (set(place.source.try_to_write(path, kind)) for path, kind in ENTRIES)
    assert {acts.NEW_FILE, acts.NEW_FOLDER} <= top
    assert acts.RENAME not in top
    assert folder - {acts.WRITE} == ALL_OF_FOLDER - {acts.WRITE}
    assert file == ALL_OF_FILE
    assert facts(place.top) == before


def test_what_is_another_kind_of_entry_or_gone_is_not_tried(place: Place) -> None:
    place.make(TREE)
    # Samba follows links on its own disk, so that there they are what they point to.
    (place.top / "lenke").symlink_to(place.top / "a")
    for path, kind in (("a", Kind.FILE), ("a/b.txt", Kind.FOLDER), ("lenke", Kind.FILE), ("borte", Kind.FILE)):
        with pytest.raises(EntryTrouble):
            place.source.try_to_write(path, kind)


# On a share, as several users.


@pytest.mark.samba
def test_an_ordinary_user_may_do_nothing_after_the_seal_and_all_he_could_after_it_is_lifted(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, TREE, sids)
    with share.source() as operator, share.source(COLLEAGUE) as colleague, share.source(STRANGER) as stranger:
        before = tried(colleague)
        assert before == [
            {acts.WRITE, acts.NEW_FILE, acts.NEW_FOLDER},
            {acts.WRITE, acts.RENAME, acts.DELETE, acts.NEW_FILE, acts.NEW_FOLDER},
            {acts.WRITE, acts.APPEND, acts.RENAME, acts.DELETE},
        ]
        assert tried(stranger) == [set(), set(), set()]
        former = {path: operator.permission(path, kind) for path, kind in ENTRIES}
        seal(operator)
        assert tried(colleague) == [set(), set(), set()]
        assert tried(operator)[1:] == [ALL_OF_FOLDER, ALL_OF_FILE]
        for path, kind in ENTRIES:
            operator.permit(path, kind, former[path])
        assert tried(colleague) == before
    assert sorted(path.name for path in share.top.rglob("*")) == ["a", "b.txt"]


RIGHTS_OF_FILES = {
    0x2: {acts.WRITE},
    0x4: {acts.APPEND},
    0x10: {acts.WRITE},
    0x100: {acts.WRITE},
    message.DELETE: {acts.RENAME, acts.DELETE},
    message.WRITE_DAC: {acts.CHANGE_RIGHTS},
    0x80000: {acts.CHANGE_RIGHTS},
}
RIGHTS_OF_FOLDERS = {
    0x2: {acts.NEW_FILE},
    0x4: {acts.NEW_FOLDER},
    0x40: {acts.DELETE},
    0x100: {acts.WRITE},
    message.DELETE: {acts.RENAME, acts.DELETE},
    message.WRITE_DAC: {acts.CHANGE_RIGHTS},
}


@pytest.mark.samba
def test_one_right_that_was_left_is_found_and_nothing_is_made_or_deleted(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, TREE, sids)
    with share.source() as operator, share.source(COLLEAGUE) as colleague:
        seal(operator)
        for path, kind, left in (("a/b.txt", Kind.FILE, RIGHTS_OF_FILES), ("a", Kind.FOLDER, RIGHTS_OF_FOLDERS)):
            sealed = operator.permission(path, kind)
            former = security.parse(sealed)
            for mask, expected in left.items():
                # Nothing is handed down: who makes something in the folder could not delete it again.
                dacl = (*(former.dacl or ()), ace(security.ALLOWED, mask, sids[COLLEAGUE]))
                wanted = security.Descriptor(former.control, former.owner, former.group, dacl)
                operator.permit(path, kind, security.build(wanted))
                assert set(colleague.try_to_write(path, kind)) == expected, hex(mask)
            operator.permit(path, kind, sealed)
    assert sorted(path.name for path in share.top.rglob("*")) == ["a", "b.txt"]


@pytest.mark.samba
def test_a_server_that_makes_what_it_said_may_not_be_made_is_found_and_takes_it_away(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, TREE, sids)
    from filrydd.sources.smb import trying

    granted = trying._granted
    with share.source() as operator:
        monkeypatch.setattr(trying, "_granted", lambda share, names, access: access == 1 and granted(share, names, 1))
        assert operator.try_to_write("a", Kind.FOLDER) == (acts.NEW_FILE, acts.NEW_FOLDER)
    assert [path.name for path in (share.top / "a").iterdir()] == ["b.txt"]


@pytest.mark.samba
def test_who_cannot_read_what_is_sealed_is_told_apart(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, TREE, sids)
    entries = (
        ace(security.ALLOWED, FULL, sids[OPERATOR]),
        ace(security.DENIED, 0x1, sids[STRANGER]),
        ace(security.ALLOWED, CHANGE, EVERYONE),
    )
    share.allow("a/b.txt", Kind.FILE, *entries)
    with share.source() as operator, share.source(STRANGER) as stranger:
        operator.permit("a/b.txt", Kind.FILE, operator.sealed(operator.permission("a/b.txt", Kind.FILE), Kind.FILE))
        assert stranger.try_to_write("a/b.txt", Kind.FILE) == (acts.NO_READ,)


@pytest.mark.samba
def test_a_file_that_somebody_holds_for_himself_is_no_refusal(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, TREE, sids)
    with share.source() as operator, share.source(COLLEAGUE) as colleague, share.source(STRANGER) as stranger:
        with held(operator, "a/b.txt", message.READ_DATA, message.SHARE_READ):
            assert {acts.WRITE, acts.APPEND, acts.DELETE} <= set(colleague.try_to_write("a/b.txt", Kind.FILE))
            assert stranger.try_to_write("a/b.txt", Kind.FILE) == ()
        seal(operator)
        with held(operator, "a/b.txt", message.READ_DATA, message.SHARE_READ):
            assert colleague.try_to_write("a/b.txt", Kind.FILE) == ()


@pytest.mark.samba
def test_a_write_protection_hides_no_right(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, TREE, sids)
    with share.source() as operator, share.source(COLLEAGUE) as colleague:
        with held(operator, "a/b.txt", message.WRITE_ATTRIBUTES) as (requests, opened):
            value = bytes(32) + READONLY.to_bytes(4, "little") + bytes(4)
            requests.set(opened, message.OF_FILE, message.BASIC, value)
        # He could take the protection off.
        assert acts.WRITE in colleague.try_to_write("a/b.txt", Kind.FILE)
        seal(operator)
        assert colleague.try_to_write("a/b.txt", Kind.FILE) == ()


# On a POSIX system, as another user.


def tried_as(top: Path, *users: tuple[int, int]) -> list[list[set[str]]]:
    """What each user (number and group) may do to the entries."""
    program = (
        "import json, os\n"
        "from filrydd.model.entry import Kind\n"
        "from filrydd.sources import LocalAddress\n"
        "from filrydd.sources.local.posix import PosixSource\n"
        f"for uid, gid in {list(users)!r}:\n"
        "    child = os.fork()\n"
        "    if child:\n"
        "        assert os.waitpid(child, 0)[1] == 0\n"
        "        continue\n"
        "    os.setgroups([]); os.setgid(gid); os.setuid(uid)\n"
        f"    with PosixSource(LocalAddress({str(top)!r})) as source:\n"
        f"        print(json.dumps([source.try_to_write(p, Kind(k)) for p, k in {[(p, str(k)) for p, k in ENTRIES]!r}]))\n"
        "    break\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=60, text=True)
    return [[set(words) for words in json.loads(line)] for line in done.stdout.splitlines()]


STRANGER_ID, GROUP_ID, OWNER_ID = (65534, 65534), (65534, 60), (5, 60)


@linux
def test_a_local_seal_leaves_others_nothing_and_owners_their_right_to_change_rights() -> None:
    # Not in pytest's own folder, which is closed to others.
    with tempfile.TemporaryDirectory(prefix="filrydd-trying-") as place:
        top = Path(place)
        (top / "a").mkdir()
        (top / "a" / "b.txt").write_bytes(b"hello world")
        for path, mode in ((top, 0o777), (top / "a", 0o1777), (top / "a" / "b.txt", 0o664)):
            path.chmod(mode)
        os.chown(top / "a" / "b.txt", 5, 60)
        stranger, group, owner = tried_as(top, STRANGER_ID, GROUP_ID, OWNER_ID)
        assert stranger == [
            {acts.NEW_FILE, acts.NEW_FOLDER},
            {acts.RENAME, acts.DELETE, acts.NEW_FILE, acts.NEW_FOLDER},
            set(),  # not his own, in a folder where everybody deletes his own only
        ]
        assert group[2] == {acts.WRITE, acts.APPEND}
        assert owner[2] == ALL_OF_FILE
        with PosixSource(LocalAddress(place)) as source:
            seal(source)
        stranger, group, owner = tried_as(top, STRANGER_ID, GROUP_ID, OWNER_ID)
        assert stranger == group == [set(), set(), set()]
        # What a mode cannot do.
        assert owner[2] == {acts.CHANGE_RIGHTS}
        (top / "a" / "b.txt").chmod(0o400)
        assert tried_as(top, STRANGER_ID)[0][2] == {acts.NO_READ}
        assert sorted(path.name for path in top.rglob("*")) == ["a", "b.txt"]


@linux
def test_a_system_that_makes_what_it_said_may_not_be_made_is_found_and_cleaned_up(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    (top / "a").mkdir()
    monkeypatch.setattr(os, "access", lambda *_given, **_named: False)
    assert set(source.try_to_write("a", Kind.FOLDER)) == {acts.NEW_FILE, acts.NEW_FOLDER, acts.CHANGE_RIGHTS}
    assert list((top / "a").iterdir()) == []


@linux
def test_trouble_that_is_no_matter_of_rights_is_no_refusal(
    area: tuple[Path, PosixSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    (top / "b.txt").write_bytes(b"x")
    opened = os.open

    def failing(path: str, flags: int, *given: object, **named: object) -> int:
        if path == "b.txt" and flags & os.O_WRONLY:
            raise OSError(5, "Input/output error")
        return opened(path, flags, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(EntryTrouble) as caught:
        source.try_to_write("b.txt", Kind.FILE)
    assert caught.value.reason is Reason.FAULT
