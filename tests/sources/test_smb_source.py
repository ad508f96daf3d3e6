"""What only a share does: its links, its many pages, and who may read."""

import contextlib
from collections.abc import Mapping

import pytest

from filrydd.model.entry import Kind, Reason
from filrydd.sources import EntryTrouble, SmbAddress, open_source
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import requests as smb_requests
from filrydd.sources.smb.source import SmbSource
from tests.samba import Samba
from tests.sources.conftest import OPERATOR, STRANGER, Share, lay_out_share

samba_needed = pytest.mark.samba


# Links and permissions of a real share.


@samba_needed
def test_a_link_that_leads_back_up_is_a_loop(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b": {"c.txt": b"x"}}}, sids)
    (share.top / "a" / "b" / "opp").symlink_to("../..")
    (share.top / "a" / "b" / "her").symlink_to(".")
    with share.source() as source:
        for path in ("", "a", "a/b"):
            listing = source.list(path)
        kinds = {entry.name: entry.kind for entry in listing.entries}
        assert kinds == {"c.txt": Kind.FILE, "opp": Kind.LINK, "her": Kind.LINK}
        assert {trouble.path: trouble.reason for trouble in listing.troubles} == {
            "a/b/opp": Reason.LOOP,
            "a/b/her": Reason.LOOP,
        }
    with share.source() as fresh:
        # Without ever having listed what lies above.
        listing = fresh.list("a/b/opp")
        assert [(trouble.path, trouble.reason) for trouble in listing.troubles] == [("a/b/opp", Reason.LOOP)]
        assert listing.entries == ()


@samba_needed
def test_a_folder_of_many_pages_is_listed_whole(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_requests, "_MOST", 65_536)
    names = {f"{index:04} " + "x" * 200 for index in range(1000)}
    for name in names:
        (share.top / name).touch()
    with share.source() as source:
        listing = source.list("")
    assert {entry.name for entry in listing.entries} == names
    assert len(listing.entries) == len(names)
    assert listing.troubles == ()


@samba_needed
def test_a_dfs_link_is_recorded_and_not_followed(samba: Samba, share: Share, sids: Mapping[str, bytes]) -> None:
    top = samba.folder.parent / "shares" / "dfs"
    (top / "mappe").mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (top / "annet sted").symlink_to("msdfs:fil02\\felles")
    with SmbSource(
        SmbAddress("127.0.0.1", "dfs", "", "", samba.port), Credentials(OPERATOR, samba.users[OPERATOR])
    ) as source:
        assert source.top().kind is Kind.FOLDER
        listing = source.list("")
        # Other tests have folders of their own beside these.
        assert {"mappe": Kind.FOLDER, "annet sted": Kind.LINK}.items() <= {
            entry.name: entry.kind for entry in listing.entries
        }.items()
        assert [(trouble.path, trouble.reason) for trouble in listing.troubles] == [("annet sted", Reason.LINK)]
        assert [trouble.reason for trouble in source.list("annet sted").troubles] == [Reason.LINK]
        assert source.list("mappe").troubles == ()
        with pytest.raises(EntryTrouble) as caught:
            source.open("annet sted")
        assert caught.value.reason is Reason.LINK


@samba_needed
def test_what_a_user_may_not_read_becomes_trouble(share: Share, sids: Mapping[str, bytes]) -> None:
    from filrydd.model import descriptor as security
    from tests.sources.conftest import FULL, ace

    lay_out_share(share, {"lukket": {"a.txt": b"x"}, "lukket.txt": b"x"}, sids)
    for path, kind in (("lukket", Kind.FOLDER), ("lukket.txt", Kind.FILE)):
        share.allow(path, kind, ace(security.ALLOWED, FULL, sids[OPERATOR]))
    with share.source(STRANGER) as source:
        assert {entry.name for entry in source.list("").entries} == {"lukket", "lukket.txt"}
        listing = source.list("lukket")
        assert listing.entries == ()
        assert [(trouble.path, trouble.reason) for trouble in listing.troubles] == [("lukket", Reason.NO_PERMISSION)]
        with pytest.raises(EntryTrouble) as caught:
            source.open("lukket.txt")
        assert caught.value.reason is Reason.NO_PERMISSION
        assert "STATUS_ACCESS_DENIED" in caught.value.detail


@samba_needed
def test_an_address_from_the_catalog_opens_with_the_environments_user(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    monkeypatch.setenv("FILRYDD_SMB_USER", OPERATOR)
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", share.samba.users[OPERATOR])
    with share.source() as first, contextlib.closing(open_source(first.address)) as source:
        assert source.top() == first.top()
        assert source.address == first.address
        assert OPERATOR not in source.address
