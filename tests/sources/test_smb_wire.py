"""What a hostile or broken server sends: it ends in an error with words or in one folder's trouble, and never in a wait, a
crash or a name that leads elsewhere."""

import contextlib
import socket
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.errors import SourceGone
from filrydd.model.entry import Kind, Reason
from filrydd.model.listed import Passed, ToList
from filrydd.model.names import raw
from filrydd.sources.smb import folder_job as smb_folder_job
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.folder_job import FolderJob
from filrydd.sources.smb.guard import AES_GMAC, Signed, signer
from filrydd.sources.smb.link import Dropped
from filrydd.sources.smb.listing import Folder, looked_through
from filrydd.sources.smb.pace import SLOW, Pace
from filrydd.sources.smb.walker import Walk
from filrydd.sources.smb.wire import CREATE, QUERY_DIRECTORY, BadAnswer, content, opened
from tests.sources.conftest import listing_page
from tests.sources.hostile import (
    NO_MORE_FILES,
    Answer,
    OneServer,
    closed,
    created,
    framed,
    header,
    holding,
    new_lane,
    serving,
    usual,
)
from tests.sources.walking import Walked, put_together

TODO = [ToList(1, "mappe", Passed(1, 1, None))]


def page(*entries: tuple[str, int], first_id: int = 100) -> bytearray:
    """A page of entries, each a name and its attributes."""
    data = bytearray(listing_page([name for name, _ in entries]))
    place = 0
    for number, (_, attributes) in enumerate(entries):
        struct.pack_into("<I", data, place + 56, attributes)
        struct.pack_into("<Q", data, place + 72, first_id + number)
        place += struct.unpack_from("<I", data, place)[0]
    return data


def walk_of(todo: list[ToList], is_same: bool = True) -> Walk:
    return Walk(
        todo,
        1000,
        is_same=lambda _one, _other: is_same,
        kind_now=lambda _path: Kind.FOLDER,
        see_top=lambda: None,
        no_top=lambda reason, detail: SourceGone(f"{reason} {detail}"),
    )


def walked_on(server: OneServer, seconds: float = 5.0, most: int = 4, is_same: bool = True) -> Walked:
    with serving(server, seconds) as lanes:
        walk = walk_of(TODO, is_same)
        return put_together(walk.run(Flight(lanes, server.lane(), walk, most)), TODO)


def listed(*pages: bytearray) -> tuple[Folder, list[str]]:
    folder = Folder(1)
    looked_through(folder, pages)
    return folder, [facts[1] for facts in folder.files()]


# One folder's pages.


@given(st.binary(max_size=600))
def test_any_bytes_are_a_page_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadAnswer):
        _, names = listed(bytearray(data))
        assert not [name for name in names if "/" in name or "\0" in name]


@given(st.data())
def test_a_page_with_some_bytes_changed_is_a_page_or_refused(data: st.DataObject) -> None:
    changed = page((".", 0x10), ("..", 0x10), ("fil.txt", 0x20), ("mappe", 0x10), ("æøå 🗂️.docx", 0x80))
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadAnswer):
        folder, names = listed(changed)
        for name in names:
            name.encode("utf-8")
            assert not set("/\0:") & set(name)
            assert name not in ("", ".", "..")
            assert "\\" not in name or raw(name) != name
        assert len(set(names)) == len(names)
        assert folder.entries >= len(names)


def test_a_page_whose_entries_overlap_or_run_over_its_end_is_refused() -> None:
    overlapping, cut, odd = (page(("fil en.txt", 0x20), ("fil to.txt", 0x20)) for _ in range(3))
    struct.pack_into("<I", overlapping, 0, 88)
    struct.pack_into("<I", odd, 60, 3)
    del cut[-2:]
    for data in (overlapping, cut, odd, cut[:150], bytearray()):
        with pytest.raises(BadAnswer):
            looked_through(Folder(1), [data])


def test_the_first_two_dots_are_left_out_and_others_are_bad_names() -> None:
    folder, names = listed(page((".", 0x10), ("..", 0x10), ("a", 0x20), (".", 0x20), ("..", 0x20)))
    assert (names, folder.entries) == (["a", "\\u002e", "\\u002e\\u002e"], 3)
    assert [snag.reason for snag in folder.snags] == [Reason.BAD_NAME, Reason.BAD_NAME]


@pytest.mark.parametrize("name", ["a/b", "a\\b", "../x", "a\0", "fil.txt:strøm", ""])
def test_a_file_with_a_name_that_leads_elsewhere_is_kept_escaped(name: str) -> None:
    folder, (kept, good) = listed(page((name, 0x20), ("god.txt", 0x20)))
    assert good == "god.txt"
    assert raw(kept) == (name or "\0")
    assert [(snag.name, snag.reason) for snag in folder.snags] == [(kept, Reason.BAD_NAME)]


def test_half_a_pair_in_a_name_is_kept_and_undone() -> None:
    folder, (name,) = listed(page(("a\ud800b.TXT", 0x20)))
    assert (raw(name), folder.snags) == ("a\ud800b.TXT", [])
    name.encode("utf-8")


def test_a_name_listed_twice_is_one_file_and_one_snag_on_one_page_and_on_two() -> None:
    for pages in ([page(("a", 0x20), ("b", 0x20), ("a", 0x20))], [page(("a", 0x20), ("b", 0x20)), page(("a", 0x20))]):
        folder, names = listed(*pages)
        assert names == ["a", "b"]
        assert [(snag.name, snag.reason) for snag in folder.snags] == [("a", Reason.FAULT)]


def test_a_size_below_zero_is_told_and_stored_as_none() -> None:
    data = page(("a", 0x20), ("b", 0x20))
    struct.pack_into("<q", data, 40, -5)
    struct.pack_into("<q", data, 24, -(2**63))
    folder = Folder(1)
    looked_through(folder, [data])
    first, _ = folder.files()
    assert (first[3], [snag.name for snag in folder.snags]) == (0, ["a"])
    assert first[4] >= -(2**63)


def test_a_digest_does_not_depend_on_where_pages_end_or_on_access_times_and_dots() -> None:
    whole = [page((".", 0x10), ("..", 0x10), ("a", 0x20), ("b", 0x20), ("c", 0x20))]
    split = [page((".", 0x10), ("..", 0x10), ("a", 0x20)), page(("b", 0x20), ("c", 0x20), first_id=103)]
    struct.pack_into("<q", split[0], 24, 777)  # the time of `.`
    place = sum(struct.unpack_from("<I", split[0])) + struct.unpack_from("<I", split[0], 88)[0]
    struct.pack_into("<q", split[0], place + 16, 888)  # the access time of `a`
    one, other = Folder(1), Folder(2)
    looked_through(one, whole)
    looked_through(other, split)
    assert one.digest == other.digest
    third = Folder(3)
    looked_through(third, [page((".", 0x10), ("..", 0x10), ("a", 0x20), ("b", 0x21), ("c", 0x20))])
    assert third.digest != one.digest


@pytest.mark.parametrize(
    ("attributes", "tag", "kind"),
    [
        (0x410, 0xA000000C, Kind.LINK),
        (0x410, 0xA0000003, Kind.LINK),
        (0x410, 0x8000000A, Kind.LINK),
        (0x400, 0x80000024, Kind.OTHER),
        (0x420, 0x80000013, Kind.FILE),
        (0x410, 0x9000001A, Kind.FOLDER),
        (0x20, 0xA000000C, Kind.FILE),
    ],
)
def test_reparse_points_are_told_apart_by_their_tags(attributes: int, tag: int, kind: Kind) -> None:
    data = page(("x", attributes))
    struct.pack_into("<I", data, 64, tag)
    told = walked_on(pages_server([bytes(data)]))
    assert ("mappe/x" in told.files) is (kind is Kind.FILE)
    assert ("mappe/x" in told.folders) is (kind is Kind.FOLDER)
    assert [snag[0][0] for path, snag in told.snags.items() if path == "mappe/x"] == (
        [kind] if kind in (Kind.LINK, Kind.OTHER) else []
    )


# Offsets and lengths of answers.


@given(st.binary(max_size=200), st.integers(0, 40))
def test_any_bytes_are_an_answer_or_refused(data: bytes, start: int) -> None:
    frame = bytearray(data)
    with contextlib.suppress(BadAnswer):
        assert len(content(frame, start, len(frame), 100)) <= 100
    with contextlib.suppress(BadAnswer):
        assert len(opened(frame, start, len(frame))[1]) == 16


@pytest.mark.parametrize(("offset", "length"), [(0, 4), (63, 4), (72, 5), (70, 4), (0xFFFF, 1), (72, 0xFFFFFFFF)])
def test_content_outside_its_answer_is_refused(offset: int, length: int) -> None:
    frame = bytearray(header(1) + holding(b"abcd", offset, length))
    with pytest.raises(BadAnswer):
        content(frame, 0, len(frame), 1 << 33)


def test_content_lies_where_the_answer_says() -> None:
    frame = bytearray(b"xx" + header(1) + holding(b"abcd"))
    assert content(frame, 2, len(frame), 4) == b"abcd"


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_any_bytes_on_a_lane_are_answers_or_end_it(pieces: list[bytes]) -> None:
    ours, servers = socket.socketpair()
    with ours, servers:
        lane = new_lane(ours)
        FolderJob(1, b"a\0", None).ask(lane)
        with contextlib.suppress(Dropped):
            for piece in pieces:
                servers.sendall(piece)
                lane.receive()


@pytest.mark.parametrize(
    "answer",
    [
        framed(header(99) + created()),  # nobody asked
        framed(header(1) + created()) * 2,  # told twice
        framed(header(1, flags=8) + created()),  # a request thrown back
        framed(header(1, flags=1) + created()),  # without a signature
        framed(header(1, following=60) + created()),
        framed(header(1, following=1 << 31) + created()),
        framed(b"\xffSMB" + header(1)[4:] + created()),
        b"\x00\xff\xff\xff",
        b"HTTP/1.1 200 OK\r\n",
        framed(b"\xfeSMB"),
        framed(header(1, status=0xC0000203)),  # the session is gone
    ],
)
def test_an_answer_that_cannot_be_believed_ends_the_connection(answer: bytes) -> None:
    ours, servers = socket.socketpair()
    with ours, servers:
        lane = new_lane(ours)
        FolderJob(1, b"a\0", None).ask(lane)
        servers.sendall(answer)
        with pytest.raises(Dropped):
            lane.receive()


def test_an_answer_with_another_signature_than_its_bytes_have_ends_the_connection() -> None:
    sign = signer(0x0311, AES_GMAC, bytes(16))
    for changed in (None, 3, 70):
        ours, servers = socket.socketpair()
        with ours, servers:
            lane = new_lane(ours, guard=Signed(sign))
            FolderJob(1, b"a\0", None).ask(lane)
            answer = bytearray(header(1) + created())
            answer[48:64] = sign(bytes(answer[24:32]) + b"\1\0\0\0", b"", bytes(answer))
            if changed is None:
                servers.sendall(framed(bytes(answer)))
                assert lane.receive() == []
                continue
            answer[changed] ^= 1
            servers.sendall(framed(bytes(answer)))
            with pytest.raises(Dropped):
                lane.receive()


def test_an_interim_answer_is_no_answer_and_needs_no_signature() -> None:
    ours, servers = socket.socketpair()
    with ours, servers:
        lane = new_lane(ours)
        job = FolderJob(1, b"a\0", None)
        job.ask(lane)
        before = lane.credits
        servers.sendall(framed(header(1, status=0x103, credits=3, flags=3)) + b"\x85\0\0\0")
        assert (lane.receive(), lane.credits, job.left) == ([], before + 3, 4)
        servers.sendall(framed(header(1, credits=0) + created()))
        assert (lane.receive(), lane.credits, job.left) == ([], before + 3, 3)


# A whole server.


def pages_server(pages: list[bytes], credits: int = 64) -> OneServer:
    """Every folder lists these pages, but those below, which are empty."""
    left = list(pages)

    def answer(_number: int, _request: bytes) -> Answer:
        return (0, holding(left.pop(0))) if left else (NO_MORE_FILES, b"")

    return OneServer(usual(answer), credits)


@pytest.mark.parametrize("credits", [1, 2, 3, 4, 5, 6, 7, 8, 31])
def test_a_server_that_gives_few_credits_is_walked_to_the_end(credits: int) -> None:
    big = [bytes(page((f"fil {number}", 0x20), (f"mappe {number}", 0x10))) for number in range(6)]
    told = walked_on(pages_server(big, credits), most=8)
    assert told.files.keys() == {f"mappe/fil {number}" for number in range(6)}
    assert told.folders.keys() == {f"mappe/mappe {number}" for number in range(6)}
    assert told.snags == {}


def test_a_server_that_gives_no_credits_back_is_gone() -> None:
    def lanes() -> OneServer:
        return pages_server([], 2)

    server = lanes()
    true_lane = server.lane
    server.lane = lambda: _without_credits(true_lane())  # type: ignore[method-assign]
    with pytest.raises(SourceGone):
        walked_on(server, seconds=1)


def _without_credits(lane: object) -> object:
    lane._end = lane._next  # type: ignore[attr-defined]
    return lane


def test_a_listing_that_repeats_itself_ends_at_once() -> None:
    server = OneServer(usual(lambda _number, _request: (0, holding(bytes(page(("den samme", 0x20)))))))
    told = walked_on(server)
    assert (told.files, told.snags) == ({}, {"mappe": [(Kind.FOLDER, Reason.FAULT)]})
    assert server.asked.count(QUERY_DIRECTORY) < 10


def test_a_listing_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smb_folder_job, "MOST_BYTES", 100_000)
    server = OneServer(usual(lambda number, _request: (0, holding(bytes(page((f"fil {number}", 0x20)))))))
    told = walked_on(server)
    assert (told.files, told.snags) == ({}, {"mappe": [(Kind.FOLDER, Reason.FAULT)]})


def test_an_empty_page_is_a_fault_of_that_folder() -> None:
    assert walked_on(OneServer(usual(lambda *_: (0, holding(b""))))).snags == {"mappe": [(Kind.FOLDER, Reason.FAULT)]}


def test_a_folder_for_which_the_server_has_no_room_is_that_folders_trouble() -> None:
    pages = [bytes(page(("a", 0x10), ("b", 0x10)))]

    def answer(command: int, number: int, request: bytes) -> Answer:
        if command == CREATE and b"b\0" in request[120:] and b"\\\0b" in request[120:]:
            return 0xC000009A, b"\0" * 9
        return usual(lambda *_: (0, holding(pages.pop())) if pages else (NO_MORE_FILES, b""))(command, number, request)

    told = walked_on(OneServer(answer))
    assert told.folders.keys() == {"mappe/a", "mappe/b"}
    assert told.snags == {"mappe/b": [(Kind.FOLDER, Reason.FAULT)]}


def test_a_folder_with_a_bad_name_is_counted_and_never_asked_for() -> None:
    server = pages_server([bytes(page(("..\\..\\etc", 0x10), ("god", 0x10)))])
    told = walked_on(server)
    (bad,) = told.folders.keys() - {"mappe/god"}
    assert raw(bad.removeprefix("mappe/")) == "..\\..\\etc"
    assert told.snags == {bad: [(Kind.FOLDER, Reason.BAD_NAME)]}
    assert server.asked.count(CREATE) == 2


def test_a_folder_listed_twice_is_walked_once() -> None:
    told = walked_on(pages_server([bytes(page(("a", 0x10), ("b", 0x20), ("a", 0x10)))]))
    assert told.snags == {"mappe/a": [(Kind.FOLDER, Reason.FAULT)]}


@pytest.mark.parametrize("is_same", [True, False])
def test_equal_ids_are_a_loop_only_when_the_volume_is_the_same(is_same: bool) -> None:
    data = page(("opp", 0x10), first_id=1)
    told = walked_on(pages_server([bytes(data)]), is_same=is_same)
    assert ("mappe/opp" in told.folders) is not is_same
    assert told.snags == ({"mappe/opp": [(Kind.LINK, Reason.LOOP)]} if is_same else {})


def test_a_server_that_hangs_up_each_time_is_gone() -> None:
    with pytest.raises(SourceGone):
        walked_on(OneServer(lambda *_: None))


def test_a_server_that_only_says_wait_is_gone_after_the_limit() -> None:
    began = time.monotonic()
    with pytest.raises(SourceGone):
        walked_on(OneServer(lambda command, *_: (0x103, b"\0" * 9) if command == CREATE else (0, closed())), seconds=1)
    assert time.monotonic() - began < 8


# How many at a time.


def test_a_slow_server_gets_half_as_many_for_every_window_and_never_under_two() -> None:
    pace = Pace(64)
    windows = [pace.window]
    for _ in range(300):
        pace.answered(SLOW * 4)
        if pace.window != windows[-1]:
            windows.append(pace.window)
    assert windows == [64, 32, 16, 8, 4, 2]


def test_a_fast_server_gets_one_more_for_every_window_up_to_the_most() -> None:
    pace = Pace(16)
    pace.window = 14
    for _ in range(14):
        pace.answered(0.01)
    assert pace.window == 15
    for _ in range(100):
        pace.answered(0.01)
    assert pace.window == 16


@given(st.integers(-3, 100), st.lists(st.floats(0, 5), max_size=300))
def test_the_window_stays_between_one_and_the_most(most: int, times: list[float]) -> None:
    pace = Pace(most)
    for seconds in times:
        pace.answered(seconds)
        assert min(2, pace.most) <= pace.window <= pace.most


def test_answers_are_gathered_the_longer_the_fewer_come_and_not_at_all_when_little_is_on_its_way() -> None:
    pace = Pace(64)
    assert pace.gathering(24) == 0
    first = pace.gathering(64)
    for _ in range(20):
        pace.gathered(3)
    longest = pace.gathering(64)
    assert first < longest <= 0.004
    for _ in range(20):
        pace.gathered(60)
    assert pace.gathering(64) < first
    pace.gathered(3)
    for _ in range(50):
        pace.gathered(3)
    assert pace.gathering(64) == longest
