"""Sealing on a real share: what the users of it can still do."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Reason
from filrydd.sources import EntryTrouble
from filrydd.sources.smb import message
from filrydd.sources.smb.share import Refused
from filrydd.sources.smb.source import SmbSource
from tests.samba import start_samba
from tests.sources.conftest import (
    CHANGE,
    COLLEAGUE,
    FULL,
    OPERATOR,
    READ,
    STRANGER,
    Share,
    ace,
    everyday,
    lay_out_share,
)
from tests.sources.handles import held

pytestmark = pytest.mark.samba
HELLO = "aCgDG9jwBhDc4Q1yawMZAAAAAAA="
WRITE_DATA, APPEND_DATA, WRITE_EA, DELETE_CHILD = 0x2, 0x4, 0x10, 0x40
WRITE_OWNER = 0x80000


def may(source: SmbSource, path: str, access: int) -> bool:
    """Whether the server lets this user open an entry for that."""
    try:
        with held(source, path, access):
            return True
    except Refused as refused:
        assert refused.status == 0xC0000022, hex(refused.status)
        return False


def seal(source: SmbSource, *entries: tuple[str, Kind]) -> dict[str, bytes]:
    former = {}
    for path, kind in entries:
        former[path] = source.permission(path, kind)
        source.permit(path, kind, source.sealed(former[path], kind))
    return former


TREE = (("", Kind.FOLDER), ("a", Kind.FOLDER), ("a/b.txt", Kind.FILE))


def test_after_the_seal_a_colleague_reads_but_changes_nothing(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b.txt": b"hello world"}}, sids)
    with share.source() as operator, share.source(COLLEAGUE) as colleague:
        changes = (WRITE_DATA, APPEND_DATA, WRITE_EA, message.WRITE_ATTRIBUTES, message.DELETE, WRITE_OWNER)
        assert may(colleague, "a/b.txt", WRITE_DATA)
        assert may(colleague, "a/b.txt", message.DELETE)
        former = seal(operator, *TREE)
        for access in (*changes, message.WRITE_DAC):
            assert not may(colleague, "a/b.txt", access), hex(access)
            assert not may(colleague, "a", access), hex(access)
        assert not may(colleague, "a", DELETE_CHILD)
        with colleague.open("a/b.txt") as reader:
            assert reader.read(100) == b"hello world"
        assert [entry.name for entry in colleague.list("a").entries] == ["b.txt"]
        for path, kind in TREE:
            operator.permit(path, kind, former[path])
        assert may(colleague, "a/b.txt", WRITE_DATA)
        assert may(colleague, "a", WRITE_DATA)


def test_an_owner_cannot_give_himself_back_the_right_to_write(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    everyone = security.sid_from_text("S-1-1-0")
    share.allow(
        "a.txt",
        Kind.FILE,
        ace(security.ALLOWED, FULL, sids[OPERATOR]),
        ace(security.ALLOWED, READ, everyone),
    )
    with share.source("root") as root, held(root, "a.txt", WRITE_OWNER) as (requests, opened):
        given = security.build(security.Descriptor(0x8000, sids[COLLEAGUE], b"", None))
        requests.set(opened, message.OF_SECURITY, 0, given, 1)
    with share.source() as operator, share.source(COLLEAGUE) as owner:
        assert security.parse(operator.permission("a.txt", Kind.FILE)).owner == sids[COLLEAGUE]
        assert may(owner, "a.txt", message.WRITE_DAC), "an owner may change the list of what is not sealed"
        seal(operator, ("a.txt", Kind.FILE))
        assert not may(owner, "a.txt", message.WRITE_DAC)
        assert not may(owner, "a.txt", WRITE_OWNER)
        assert not may(owner, "a.txt", WRITE_DATA)
        with owner.open("a.txt") as reader:
            assert reader.read(100) == b"hello world"


def test_who_was_denied_reading_is_still_denied_it(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    everyone = security.sid_from_text("S-1-1-0")
    share.allow(
        "a.txt",
        Kind.FILE,
        ace(security.DENIED, 0x1, sids[STRANGER]),
        ace(security.ALLOWED, FULL, sids[OPERATOR]),
        ace(security.ALLOWED, CHANGE, everyone),
    )
    with share.source() as operator, share.source(STRANGER) as stranger, share.source(COLLEAGUE) as colleague:
        seal(operator, ("a.txt", Kind.FILE))
        with pytest.raises(EntryTrouble) as caught:
            stranger.open("a.txt")
        assert caught.value.reason is Reason.NO_PERMISSION
        with colleague.open("a.txt") as reader:
            assert reader.read(100) == b"hello world"


def test_the_operator_works_in_a_sealed_area_though_everybody_is_denied(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    everyone = security.sid_from_text("S-1-1-0")
    # Not even deleting by the right to delete in the folder.
    share.allow("", Kind.FOLDER, ace(security.ALLOWED, CHANGE, sids[OPERATOR]), ace(security.ALLOWED, READ, everyone))
    share.allow(
        "a.txt",
        Kind.FILE,
        ace(security.ALLOWED, message.READ_CONTROL | message.WRITE_DAC, sids[OPERATOR]),
        ace(security.DENIED, message.DELETE | WRITE_DATA, everyone),
        ace(security.ALLOWED, READ, everyone),
    )
    with share.source() as operator:
        assert not may(operator, "a.txt", message.DELETE)
        seal(operator, ("a.txt", Kind.FILE))
        operator.retire("a.txt", size=11, hash=HELLO, file_id=operator.look("a.txt").file_id)
        assert operator.list("").entries == ()


@pytest.mark.parametrize("control", [0, security.DACL_AUTO_INHERITED, security.DACL_PROTECTED, 0x1400])
@pytest.mark.parametrize("inherited", [0, security.INHERITED])
def test_inheritance_comes_back_exactly_after_unsealing(
    share: Share, sids: Mapping[str, bytes], control: int, inherited: int
) -> None:
    lay_out_share(share, {"a": {"b.txt": b"x"}}, sids)
    everyone = security.sid_from_text("S-1-1-0")
    creator_owner = security.sid_from_text("S-1-3-0")
    for path, kind in (("a", Kind.FOLDER), ("a/b.txt", Kind.FILE)):
        reach = 3 if kind is Kind.FOLDER else 0
        entries = [
            ace(security.ALLOWED, FULL, sids[OPERATOR], reach),
            ace(security.DENIED, WRITE_DATA, sids[STRANGER], reach | inherited),
            ace(security.ALLOWED, CHANGE, everyone, reach | inherited),
        ]
        if kind is Kind.FOLDER:
            entries.append(ace(security.ALLOWED, 0x10000000, creator_owner, 0x0B | inherited))
        share.allow(path, kind, *entries, control=control)
        with share.source() as operator:
            former = operator.permission(path, kind)
            told = security.parse(former)
            assert told.dacl == tuple(replace(entry, mask=security.specific(entry.mask)) for entry in entries)
            assert told.control & control == control
            operator.permit(path, kind, operator.sealed(former, kind))
            assert operator.permission(path, kind) != former
            operator.permit(path, kind, former)
            assert operator.permission(path, kind) == former


def test_an_entry_without_any_access_list_can_be_sealed(share: Share, sids: Mapping[str, bytes]) -> None:
    with share.source() as operator:
        former = security.build(security.Descriptor(0x8000, sids[OPERATOR], sids[OPERATOR], None))
        sealed = security.parse(operator.sealed(former, Kind.FILE))
    assert sealed.dacl
    assert [(entry.mask, security.sid_to_text(entry.rest)) for entry in sealed.dacl][1:] == [
        (0x20000, "S-1-3-4"),
        (READ, "S-1-1-0"),
    ]


def test_without_the_right_to_change_rights_nothing_is_sealed(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"x"}, sids)
    with share.source(COLLEAGUE) as colleague:
        former = colleague.permission("a.txt", Kind.FILE)
        with pytest.raises(EntryTrouble) as caught:
            colleague.permit("a.txt", Kind.FILE, colleague.sealed(former, Kind.FILE))
        assert caught.value.reason is Reason.NO_PERMISSION
        assert colleague.permission("a.txt", Kind.FILE) == former


def test_the_server_tells_each_user_his_own_identifier(sids: Mapping[str, bytes]) -> None:
    assert len(set(sids.values())) == len(sids)
    assert all(security.sid_to_text(sid).startswith("S-1-5-21-") for sid in sids.values())


def test_everyday_lists_are_what_these_tests_say_they_are(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"x"}, sids)
    with share.source() as operator:
        assert security.parse(operator.permission("a.txt", Kind.FILE)).dacl == everyday(sids, Kind.FILE)


def test_a_server_that_hides_who_we_are_is_refused_with_what_to_set(
    tmp_path_factory: pytest.TempPathFactory, share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.errors import SourceRefused
    from filrydd.sources.credentials import Credentials

    folder = tmp_path_factory.mktemp("uten lsa")
    (folder / "felles").mkdir()
    users = {"daemon": share.samba.users["daemon"]}
    server = start_samba(folder / "server", {"felles": folder / "felles"}, users, {"rpc start on demand helpers": "no"})
    try:
        from filrydd.sources import SmbAddress

        address = SmbAddress("127.0.0.1", "felles", "", "", server.port)
        former = security.build(security.Descriptor(0x8000, sids[OPERATOR], sids[OPERATOR], None))
        with SmbSource(address, Credentials("daemon", users["daemon"])) as source:
            with pytest.raises(SourceRefused) as caught:
                source.sealed(former, Kind.FILE)
            assert "FILRYDD_SMB_SID" in caught.value.next
        sid = security.sid_to_text(sids[OPERATOR])
        with SmbSource(address, Credentials("daemon", users["daemon"], "", sid)) as source:
            dacl = security.parse(source.sealed(former, Kind.FILE)).dacl
            assert dacl
            assert dacl[0].rest == sids[OPERATOR]
    finally:
        server.stop()
