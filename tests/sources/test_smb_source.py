"""What only a share does: its links, its broken connections, its refusals, and servers that lie."""

import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.errors import SourceError, SourceGone, SourceRefused
from filrydd.model.entry import Kind, Reason
from filrydd.model.names import raw
from filrydd.sources import EntryTrouble, SmbAddress, open_source, smb_share
from filrydd.sources.credentials import Credentials
from filrydd.sources.place import segments, signed
from filrydd.sources.smb import SmbSource
from filrydd.sources.smb_folder import NOT_IN_A_NAME, FolderIds, read_folder
from filrydd.sources.smb_page import BadPage
from tests.samba import Samba
from tests.sources.conftest import OPERATOR, STRANGER, Share, lay_out_share, listing_page

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
        assert [trouble.reason for trouble in fresh.list("a/b/opp").troubles] == [Reason.LOOP]


@samba_needed
def test_a_folder_of_many_pages_is_listed_whole(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_share, "_MOST", 65_536)
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
        assert {entry.name: entry.kind for entry in listing.entries} == {"mappe": Kind.FOLDER, "annet sted": Kind.LINK}
        assert [(trouble.path, trouble.reason) for trouble in listing.troubles] == [("annet sted", Reason.LINK)]
        assert [trouble.reason for trouble in source.list("annet sted").troubles] == [Reason.LINK]
        assert source.list("mappe").troubles == ()
        with pytest.raises(EntryTrouble) as caught:
            source.open("annet sted")
        assert caught.value.reason is Reason.LINK


@samba_needed
def test_what_a_user_may_not_read_becomes_trouble(share: Share, sids: Mapping[str, bytes]) -> None:
    from filrydd.sources import descriptor as security
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


# Refusals.


@samba_needed
@pytest.mark.parametrize(
    ("share_name", "path", "user", "password", "expected"),
    [
        ("felles", "", OPERATOR, "Feil-passord-9", SourceRefused),
        ("felles", "", "finnes-ikke", "Feil-passord-9", SourceRefused),
        ("ukjent", "", OPERATOR, "", SourceGone),
        ("felles", "borte/vekk", OPERATOR, "", SourceGone),
    ],
)
def test_what_keeps_us_out_is_said_with_the_next_step(
    samba: Samba, share_name: str, path: str, user: str, password: str, expected: type[SourceError]
) -> None:
    secret = password or samba.users[user]
    address = SmbAddress("127.0.0.1", share_name, path, "", samba.port)
    with SmbSource(address, Credentials(user, secret)) as source:
        for act in (source.top, lambda: source.list("")):
            with pytest.raises(expected) as caught:
                act()
            error = caught.value
            assert error.next
            assert secret not in " ".join([error.message, error.next, *error.details])


@samba_needed
def test_a_top_that_is_closed_to_us_is_refused(share: Share, sids: Mapping[str, bytes]) -> None:
    from filrydd.sources import descriptor as security
    from tests.sources.conftest import FULL, ace

    lay_out_share(share, {}, sids)
    share.allow("", Kind.FOLDER, ace(security.ALLOWED, FULL, sids[OPERATOR]))
    with share.source(STRANGER) as source:
        for act in (source.top, lambda: source.list("")):
            with pytest.raises(SourceRefused):
                act()


def test_a_server_that_is_not_there_is_gone() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = SmbAddress("127.0.0.1", "felles", "", "", closed.getsockname()[1])
        with SmbSource(address, Credentials("kari", "x")) as source, pytest.raises(SourceGone) as caught:
            source.top()
    assert "127.0.0.1" in caught.value.message


def test_a_server_that_never_answers_is_gone_after_the_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = SmbAddress("127.0.0.1", "felles", "", "", silent.getsockname()[1])
        began = time.monotonic()
        with SmbSource(address, Credentials("kari", "x"), seconds=1) as source, pytest.raises(SourceGone):
            source.top()
        assert time.monotonic() - began < 10


def test_a_server_that_speaks_something_else_is_gone() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def answer() -> None:
            connection, _where = other.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"\0\0\0\x0cHTTP/1.1 200")
                connection.recv(4096)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        address = SmbAddress("127.0.0.1", "felles", "", "", other.getsockname()[1])
        with SmbSource(address, Credentials("kari", "x"), seconds=2) as source, pytest.raises(SourceGone):
            source.top()


# Broken connections.


@samba_needed
def test_a_broken_connection_is_made_again_and_the_call_goes_on(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a": {"b.txt": b"hello world"}}, sids)
    with share.source() as source:
        seen = source.look("a/b.txt")
        acts: list[Callable[[], object]] = [
            lambda: source.list("a"),
            lambda: source.look("a/b.txt"),
            lambda: source.in_use("a/b.txt"),
            lambda: source.permit("a/b.txt", Kind.FILE, source.permission("a/b.txt", Kind.FILE)),
            lambda: source.retire("a/b.txt", size=11, hash="aCgDG9jwBhDc4Q1yawMZAAAAAAA=", file_id=seen.file_id),
        ]
        for act in acts:
            share.samba.break_connections()
            act()
        assert source.list("a").entries == ()


@samba_needed
def test_a_reader_goes_on_where_it_was_after_the_connection_broke(share: Share, sids: Mapping[str, bytes]) -> None:
    data = os.urandom(2_500_000)
    lay_out_share(share, {"a.bin": data}, sids)
    with share.source() as source, source.open("a.bin") as reader:
        read = reader.read(1_000_000)
        share.samba.break_connections()
        while piece := reader.read(1_000_000):
            read += piece
        assert read == data
        share.samba.break_connections()
        now = reader.look()
        assert (now.size, now.modified, now.file_id) == (len(data), reader.seen.modified, reader.seen.file_id)


@samba_needed
def test_a_reader_does_not_go_on_in_another_file(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    with share.source() as source, source.open("a.txt") as reader:
        assert reader.read(5) == b"hello"
        share.samba.break_connections()
        (share.top / "a.txt").unlink()
        lay_out_share(share, {"a.txt": b"HELLO WORLD"}, sids)
        with pytest.raises(EntryTrouble):
            reader.read(5)


@samba_needed
def test_a_server_that_stays_away_is_gone(share: Share, sids: Mapping[str, bytes]) -> None:
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=5) as source:
            source.top()
            door.shut()
            with pytest.raises(SourceGone):
                source.list("")


@samba_needed
def test_an_answer_without_a_signature_is_not_believed(share: Share, sids: Mapping[str, bytes]) -> None:
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=5) as source:
            source.top()
            door.strip_signatures = True
            with pytest.raises(SourceGone) as caught:
                source.list("")
            assert "signature" in caught.value.message


class Door:
    """A way to a server that can be shut, and that can take the signatures off the server's answers."""

    def __init__(self, target: int) -> None:
        self.strip_signatures = False
        self._target = target
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen()
        self.port: int = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def shut(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _where = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for one, other, answers in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._carry, args=(one, other, answers), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError), one.makefile("rb") as stream:
            while head := stream.read(4):
                body = stream.read(int.from_bytes(head[1:], "big"))
                if answers and self.strip_signatures and body[:4] == b"\xfeSMB" and body[12] > 1:
                    body = body[:16] + bytes([body[16] & ~8]) + body[17:48] + b"\0" * 16 + body[64:]
                other.sendall(head + body)


@contextlib.contextmanager
def forwarding(port: int) -> Iterator[Door]:
    door = Door(port)
    try:
        yield door
    finally:
        door.shut()


# What a server tells of its entries: it may be wrong, or hostile.


@given(st.lists(st.text(st.characters(codec="utf-16", exclude_categories=[]), min_size=1, max_size=20), unique=True))
def test_every_name_comes_through_and_can_be_undone(names: list[str]) -> None:
    usable = [name for name in names if name not in (".", "..")]
    if not usable:
        return
    listing = read_folder("mappe", [listing_page(usable)], frozenset())
    assert [raw(entry.name) for entry in listing.entries] == usable
    bad = {name for name in usable if any(letter in name for letter in NOT_IN_A_NAME)}
    assert {raw(trouble.path.removeprefix("mappe/")) for trouble in listing.troubles} == bad


def test_half_a_pair_in_a_name_is_kept_and_undone() -> None:
    (entry,) = read_folder("", [listing_page(["a\ud800b.txt"])], frozenset()).entries
    entry.name.encode("utf-8")
    assert segments(entry.name, NOT_IN_A_NAME) == ["a\ud800b.txt"]


@pytest.mark.parametrize("name", ["a/b", "a\\b", "../../etc/passwd", "a\0", "fil.txt:skjult", "..\\x", ""])
def test_a_name_that_would_lead_elsewhere_is_counted_and_never_a_path(name: str) -> None:
    listing = read_folder("mappe", [listing_page(["god.txt", name])], frozenset())
    assert len(listing.entries) == 2
    (trouble,) = listing.troubles
    assert trouble.reason is Reason.BAD_NAME
    assert trouble.path.count("/") == 1
    with pytest.raises(EntryTrouble) as caught:
        segments(trouble.path, NOT_IN_A_NAME)
    assert caught.value.reason is Reason.BAD_NAME


def test_a_name_listed_twice_is_one_entry_and_one_trouble() -> None:
    listing = read_folder("", [listing_page(["a", "b"]), listing_page(["a"])], frozenset())
    assert [entry.name for entry in listing.entries] == ["a", "b"]
    assert [(trouble.path, trouble.reason) for trouble in listing.troubles] == [("a", Reason.FAULT)]


@pytest.mark.parametrize(
    ("attributes", "tag", "kind", "reason"),
    [
        (0x410, 0xA000000C, Kind.LINK, Reason.LINK),  # symbolic link
        (0x410, 0xA0000003, Kind.LINK, Reason.LINK),  # mount point
        (0x410, 0x8000000A, Kind.LINK, Reason.LINK),  # DFS
        (0x400, 0xA000001D, Kind.LINK, Reason.LINK),  # a Linux link on Windows
        (0x400, 0x80000024, Kind.OTHER, Reason.SPECIAL),  # a pipe
        (0x420, 0x80000013, Kind.FILE, None),  # deduplicated
        (0x410, 0x9000001A, Kind.FOLDER, None),  # a cloud's placeholder
        (0x20, 0xA000000C, Kind.FILE, None),  # size of extended attributes, not a tag
    ],
)
def test_reparse_points_are_told_apart_by_their_tags(
    attributes: int, tag: int, kind: Kind, reason: Reason | None
) -> None:
    page = bytearray(listing_page(["a"]))
    struct.pack_into("<I", page, 56, attributes)
    struct.pack_into("<I", page, 64, tag)
    listing = read_folder("", [bytes(page)], frozenset())
    assert [entry.kind for entry in listing.entries] == [kind]
    assert [trouble.reason for trouble in listing.troubles] == ([reason] if reason else [])


@given(st.integers(1, 200))
def test_a_page_cut_short_is_refused(cut: int) -> None:
    page = listing_page(["fil en.txt", "fil to.txt"])
    with pytest.raises(BadPage):
        read_folder("", [page[: max(0, len(page) - cut)]], frozenset())


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadPage):
        read_folder("", [data], frozenset())


def test_a_page_whose_entries_overlap_is_refused_and_does_not_run_for_ever() -> None:
    page = bytearray(listing_page(["a", "b"]))
    struct.pack_into("<I", page, 0, 8)
    with pytest.raises(BadPage):
        read_folder("", [bytes(page)], frozenset())


def test_forgotten_ids_are_asked_for_again() -> None:
    asked: list[str] = []

    def ask(path: str) -> int:
        asked.append(path)
        return {"": 1, "a": 2}.get(path, 0)

    ids = FolderIds(ask)
    ids.remember("a/b", 7)
    assert ids.above("a/b/c") == {1, 2, 7}
    assert ids.above("a/b/c/d/e") == {1, 2, 7}
    assert sorted(asked) == ["", "a", "a/b/c", "a/b/c/d"]


@given(st.integers(0, 2**64 - 1))
def test_ids_fit_where_they_are_stored_and_stay_different(number: int) -> None:
    assert -(2**63) <= signed(number) < 2**63
    assert signed(number) % 2**64 == number
