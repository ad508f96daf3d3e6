"""The table of rights: what four users can do to entries of every kind before a seal, in it, and after it was taken back.

On a real Samba with access lists of Windows, by doing each act, with a client that is none of ours; and on a local folder with
modes, as four users of this system. Rows are entries, columns are users, letters are acts (`rights_tried`).
"""

import os
import struct
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb.source import SmbSource
from filrydd.sources.source import Change
from tests.sources.conftest import CHANGE, COLLEAGUE, FULL, OPERATOR, READ, STRANGER, Share, ace, open_modes
from tests.sources.rights_tried import CONTENT, DELETE, READ_DATA, WRITE_DATA, WRITE_OWNER, User, connected, kept
from tests.sources.rights_tried_locally import tried

OWNER = "lp"
USERS = (OPERATOR, COLLEAGUE, OWNER, STRANGER)
BEFORE = """
                       operator colleague owner    stranger
(top)                  lfsmdpo  lfsmd--   l------  l------
vanlig.txt             rwamdpo  rwamd--   r------  r------
vanlig                 lfsmdpo  lfsmd--   l------  l------
vanlig/under.txt       rwamdpo  rwamd--   r------  r------
brutt                  lfsmdpo  lfsmd--   -------  -------
brutt/under.txt        rwamdpo  rwamd--   r------  -------
bare nedover           lfsmdpo  lfsmd--   l------  l------
nektet gruppe.txt      rwamdpo  r-a----   r------  r------
nektet lesing.txt      rwamdpo  rwamd--   r------  -------
nektet alle.txt        r-amdpo  r-a----   r------  r------
eier.txt               rwamdpo  rwamd--   r----p-  r------
eiers rettigheter.txt  rwamdpo  rwamd--   r------  r------
eier og mappe          lfsmdpo  lfsmd--   l----p-  l------
uten liste.txt         rwamdpo  rwamdpo   rwa-dpo  rwa-dpo
generisk.txt           rwamdpo  rwa----   r------  r------
generisk               lfsmdpo  lfsmdpo   -------  -------
alle.txt               rwamdpo  rwamdpo   rwa-dpo  rwa-dpo
skrivebeskyttet.txt    r--m-po  r--m---   r------  r------
"""
SEALED = """
                       operator colleague owner    stranger
(top)                  lfsmdpo  l------   l------  l------
vanlig.txt             rwamdpo  r------   r------  r------
vanlig                 lfsmdpo  l------   l------  l------
vanlig/under.txt       rwamdpo  r------   r------  r------
brutt                  lfsmdpo  l------   -------  -------
brutt/under.txt        rwamdpo  r------   r------  -------
bare nedover           lfsmdpo  l------   l------  l------
nektet gruppe.txt      rwamdpo  r------   r------  r------
nektet lesing.txt      rwamdpo  r------   r------  -------
nektet alle.txt        rwamdpo  r------   r------  r------
eier.txt               rwamdpo  r------   r------  r------
eiers rettigheter.txt  rwamdpo  r------   r------  r------
eier og mappe          lfsmdpo  l------   l------  l------
uten liste.txt         rwamdpo  r------   r------  r------
generisk.txt           rwamdpo  r------   r------  r------
generisk               lfsmdpo  l------   -------  -------
alle.txt               rwamdpo  r------   r------  r------
skrivebeskyttet.txt    r--m-po  r------   r------  r------
"""


@dataclass(frozen=True)
class Who:
    """The identifiers of the users, and of groups they are in."""

    operator: bytes
    owner: bytes
    stranger: bytes
    colleagues: bytes = security.sid_from_text("S-1-22-2-60")
    """The group that the colleague alone is in."""
    everyone: bytes = security.sid_from_text("S-1-1-0")
    owner_rights: bytes = security.sid_from_text("S-1-3-4")
    creator: bytes = security.sid_from_text("S-1-3-0")


@dataclass(frozen=True)
class Row:
    """An entry, and its list; None is a list that is not there. `owner`: whether it is the owner's and not the server's."""

    path: str
    entries: tuple[security.Ace, ...] | None
    control: int = 0
    owner: bool = False

    @property
    def kind(self) -> Kind:
        return Kind.FILE if self.path.endswith(".txt") else Kind.FOLDER


def rows(who: Who) -> tuple[Row, ...]:
    def yes(mask: int, sid: bytes, flags: int = 0) -> security.Ace:
        return ace(security.ALLOWED, mask, sid, flags)

    def no(mask: int, sid: bytes, flags: int = 0) -> security.Ace:
        return ace(security.DENIED, mask, sid, flags)

    def usual(flags: int = 0) -> tuple[security.Ace, ...]:
        return yes(FULL, who.operator, flags), yes(CHANGE, who.colleagues, flags), yes(READ, who.everyone, flags)

    broken, auto = security.DACL_PROTECTED, security.DACL_AUTO_INHERITED
    all_below, only_below, inherited = 0x3, 0xB, security.INHERITED
    return (
        Row("", usual(all_below)),
        Row("vanlig.txt", usual(inherited), auto),
        Row("vanlig", usual(all_below | inherited), auto),
        Row("vanlig/under.txt", usual(inherited), auto),
        Row("brutt", (yes(FULL, who.operator, all_below), yes(CHANGE, who.colleagues, all_below)), broken | auto),
        Row("brutt/under.txt", (*usual(inherited)[:2], yes(READ, who.owner)), auto),
        Row("bare nedover", (*usual(), yes(FULL, who.stranger, only_below), yes(FULL, who.creator, only_below))),
        Row("nektet gruppe.txt", (no(WRITE_DATA | DELETE, who.colleagues), *usual())),
        Row("nektet lesing.txt", (no(READ_DATA, who.stranger), *usual())),
        Row("nektet alle.txt", (no(WRITE_DATA | DELETE, who.everyone), *usual())),
        Row("eier.txt", usual(), owner=True),
        Row("eiers rettigheter.txt", (yes(READ, who.owner_rights), *usual()), owner=True),
        Row("eier og mappe", usual(all_below), owner=True),
        Row("uten liste.txt", None),
        Row(
            "generisk.txt", (yes(FULL, who.operator), yes(0xC000_0000, who.colleagues), yes(0x8000_0000, who.everyone))
        ),
        Row("generisk", (yes(0x1000_0000, who.operator, all_below), yes(0x1000_0000, who.colleagues, all_below))),
        Row("alle.txt", (yes(FULL, who.everyone),)),
        Row("skrivebeskyttet.txt", usual()),
    )


@pytest.fixture
def who(share: Share) -> Who:
    return Who(share.sid(OPERATOR), share.sid(OWNER), share.sid(STRANGER))


@pytest.fixture
def laid_out(share: Share, who: Who) -> tuple[Row, ...]:
    """The entries of the table, with their lists and owners."""
    every = rows(who)
    for row in every[1:]:
        place = share.top / row.path
        place.mkdir() if row.kind is Kind.FOLDER else place.write_bytes(CONTENT)
    open_modes(share.top)
    with (
        share.source("root") as root,
        connected(share.samba.port, "felles", "root", share.samba.users["root"], b"") as admin,
    ):
        for row in every:
            if row.owner:
                name = f"{share.path}/{row.path}"
                with admin.opened(name, WRITE_OWNER) as it:
                    given = security.build(security.Descriptor(0, who.owner, b"", None))
                    admin.told(it, 0, given, more=0x1, kind=3)
            former = security.parse(root.permission(row.path, row.kind))
            wanted = security.Descriptor(
                former.control & ~security.DACL_PROTECTED | row.control, former.owner, former.group, row.entries
            )
            root.permit(row.path, row.kind, security.build(wanted))
    words = ["smbclient", "//127.0.0.1/felles", "-p", str(share.samba.port), "-U", f"root%{share.samba.users['root']}"]
    asked = f'cd "{share.path}"; setmode skrivebeskyttet.txt +r'
    subprocess.run([*words, "-c", asked], check=True, capture_output=True, timeout=60)
    return every


@pytest.fixture
def users(share: Share) -> Iterator[Mapping[str, User]]:
    with ExitStack() as stack:
        yield {
            user: stack.enter_context(
                connected(share.samba.port, "felles", user, share.samba.users[user], share.sid(user))
            )
            for user in USERS
        }


def on_share(share: Share, every: tuple[Row, ...], users: Mapping[str, User]) -> str:
    lines = [f"{'':22} {'operator':8} {'colleague':9} {'owner':8} stranger"]
    for row in every:
        cells = [users[user].can(f"{share.path}/{row.path}".rstrip("/"), share.top / row.path) for user in USERS]
        lines.append(f"{row.path or '(top)':22} {cells[0]:8} {cells[1]:9} {cells[2]:8} {cells[3]}")
    return "\n".join(lines)


@pytest.mark.samba
def test_on_a_share_exactly_what_writes_is_taken_and_comes_back(
    share: Share, laid_out: tuple[Row, ...], users: Mapping[str, User], who: Who
) -> None:
    raw = {row.path: kept(share.top / row.path)["security.NTACL"] for row in laid_out}
    with share.source() as operator:
        former = {row.path: operator.permission(row.path, row.kind) for row in laid_out}
        assert on_share(share, laid_out, users) == BEFORE.strip("\n")

        sealed = {row.path: operator.sealed(former[row.path], row.kind) for row in laid_out}
        set_to(operator, laid_out, sealed, former)
        assert on_share(share, laid_out, users) == SEALED.strip("\n")
        for row in laid_out:
            only_reading_is_left(former[row.path], operator.permission(row.path, row.kind), who)

        set_to(operator, laid_out, former, sealed)
        assert {row.path: operator.permission(row.path, row.kind) for row in laid_out} == former
    assert {row.path: kept(share.top / row.path)["security.NTACL"] for row in laid_out} == raw
    assert on_share(share, laid_out, users) == BEFORE.strip("\n")


def test_the_tables_differ_in_what_writes_and_in_nothing_else() -> None:
    for before, sealed in ((BEFORE, SEALED), (LOCAL_BEFORE, LOCAL_SEALED)):
        old, new = before.strip("\n").splitlines(), sealed.strip("\n").splitlines()
        assert len(old) == len(new) and old[0] == new[0]
        for was, line in zip(old[1:], new[1:], strict=True):
            for user, one, another in zip(old[0].split(), was[22:].split(), line[22:].split(), strict=True):
                if user == "operator":
                    continue  # He gets all.
                left = "".join(letter if letter in "rl" else "-" for letter in one)
                # What a mode cannot do: the owner of a local file may give himself the bits back.
                assert another in (left, f"{left[:-1]}p" if before is LOCAL_BEFORE and user == "owner" else left), line


def set_to(
    operator: SmbSource, every: tuple[Row, ...], wanted: Mapping[str, bytes], known: Mapping[str, bytes]
) -> None:
    """Set the permissions of all entries, as the stages do."""
    changes = [Change(n, one.path, one.kind, wanted[one.path], (known[one.path],)) for n, one in enumerate(every)]
    answers = dict(operator.change(changes))
    assert answers == dict.fromkeys(range(len(every)), True)


def only_reading_is_left(former: bytes, now: bytes, who: Who) -> None:
    """Nothing that writes is allowed to anybody but the operator, nothing comes from above, who was denied still is."""
    old, new = security.parse(former), security.parse(now)
    assert (new.owner, new.group) == (old.owner, old.group)
    assert new.control & security.DACL_PROTECTED
    assert old.dacl is None or old.dacl
    assert new.dacl is not None
    writing = ~0x0012_00A9
    others = [one for one in new.dacl if one.type == security.ALLOWED and one.rest != who.operator]
    assert not [one for one in others if one.mask & writing]
    assert not [one for one in new.dacl if one.flags & security.INHERITED]
    denied = [(one.mask, one.rest) for one in old.dacl or () if one.type == security.DENIED]
    assert [(one.mask, one.rest) for one in new.dacl if one.type == security.DENIED] == denied
    # An owner may change a list that does not speak of him; this one does, with no more than reading it.
    assert {one.mask & writing for one in new.dacl if one.rest == who.owner_rights} == {0}


LOCAL_USERS = {"owner": (7, 7), "colleague": (5, 60), "stranger": (65534, 65534)}
LOCAL_ROWS = {
    "": (0o775, 7, 60),
    "vanlig.txt": (0o664, 7, 60),
    "åpen.txt": (0o666, 0, 0),
    "bare eier.txt": (0o600, 7, 60),
    "lesbar.txt": (0o444, 7, 60),
    "liste.txt": (0o664, 0, 0),
    "mappe": (0o2775, 7, 60),
    "klebrig": (0o1777, 0, 0),
    "lukket": (0o700, 7, 60),
}
LOCAL_BEFORE = """
                       owner    colleague stranger
(top)                  lfs--p   lfs---    l-----
vanlig.txt             rwamdp   rwamd-    r-----
åpen.txt               rwamd-   rwamd-    rwa---
bare eier.txt          rwamdp   ---md-    ------
lesbar.txt             r--mdp   r--md-    r-----
liste.txt              r--md-   rwamd-    r-----
mappe                  lfsmdp   lfsmd-    l-----
klebrig                lfsmd-   lfsmd-    lfs---
lukket                 lfsmdp   ---md-    ------
"""
LOCAL_SEALED = """
                       owner    colleague stranger
(top)                  l----p   l-----    l-----
vanlig.txt             r----p   r-----    r-----
åpen.txt               r-----   r-----    r-----
bare eier.txt          r----p   ------    ------
lesbar.txt             r----p   r-----    r-----
liste.txt              r-----   r-----    r-----
mappe                  l----p   l-----    l-----
klebrig                l-----   l-----    l-----
lukket                 l----p   ------    ------
"""
# A POSIX access list, as Linux keeps it: the owner and `games` read and write, groups and others read, the mask lets them.
_LIST = struct.pack("<I" + "HHI" * 5, 2, 1, 6, 2**32 - 1, 2, 6, 5, 4, 4, 2**32 - 1, 16, 6, 2**32 - 1, 32, 4, 2**32 - 1)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="is several users in turn")
def test_in_a_local_folder_exactly_what_writes_is_taken_and_comes_back(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    top.parent.chmod(0o755)
    for path, (mode, uid, gid) in LOCAL_ROWS.items():
        place = top / path
        if path.endswith(".txt"):
            place.write_bytes(CONTENT)
        else:
            place.mkdir(exist_ok=True)
        os.chown(place, uid, gid)
        place.chmod(mode)
    os.setxattr(top / "liste.txt", "system.posix_acl_access", _LIST)
    spare = top.parent / "spare"
    spare.mkdir(mode=0o700)

    def facts() -> dict[str, tuple[int, int, int, bytes]]:
        found = {path: (top / path).stat() for path in LOCAL_ROWS}
        kept = os.getxattr(top / "liste.txt", "system.posix_acl_access")
        return {path: (one.st_mode, one.st_uid, one.st_gid, kept) for path, one in found.items()}

    def as_text() -> str:
        places = [top / path for path in LOCAL_ROWS]
        columns = [tried(uid, gid, places, spare) for uid, gid in LOCAL_USERS.values()]
        lines = [f"{'':22} {'owner':8} {'colleague':9} stranger"]
        for path, *cells in zip(LOCAL_ROWS, *columns, strict=True):
            lines.append(f"{path or '(top)':22} {cells[0]:8} {cells[1]:9} {cells[2]}")
        return "\n".join(lines)

    kinds = {path: Kind.FILE if path.endswith(".txt") else Kind.FOLDER for path in LOCAL_ROWS}
    was = facts()
    assert as_text() == LOCAL_BEFORE.strip("\n")
    former = {path: source.permission(path, kind) for path, kind in kinds.items()}
    for path, kind in kinds.items():
        source.permit(path, kind, source.sealed(former[path], kind))
    assert as_text() == LOCAL_SEALED.strip("\n")
    for path, kind in kinds.items():
        source.permit(path, kind, former[path])
    assert {path: source.permission(path, kind) for path, kind in kinds.items()} == former
    assert facts() == was
    assert as_text() == LOCAL_BEFORE.strip("\n")
