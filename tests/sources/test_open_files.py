"""What is open in an area by the server's own list, and closing it there."""

import struct
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filrydd.model.entry import Reason
from filrydd.sources import EntryTrouble, OpenFile
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb import enumeration, message
from filrydd.sources.smb import open_files as smb_open_files
from filrydd.sources.smb.open_files import FILES, Held, below
from filrydd.sources.smb.pipe import NotTold, Pipe, text
from filrydd.sources.smb.share import Refused
from tests.samba import Samba
from tests.sources.administered import AREA, source
from tests.sources.conftest import COLLEAGUE, OPERATOR
from tests.sources.handles import held
from tests.sources.test_smb_pipe import BOUND, NDR, Script, response

FILE_CLOSED = 0xC0000128


@pytest.fixture
def server(administered_samba: Samba) -> Samba:
    return administered_samba


def told(found: tuple[OpenFile, ...] | None) -> list[tuple[str, str, bool]]:
    assert found is not None
    return sorted((one.path, one.user, one.writing) for one in found)


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
@pytest.mark.parametrize("share", ["felles", "lenket"])
def test_the_server_lists_who_holds_what_in_the_area_and_nothing_else(server: Samba, share: str) -> None:
    with (
        source(server, OPERATOR, share=share) as operator,
        source(server, COLLEAGUE, share=share) as colleague,
        source(server, COLLEAGUE, "", share) as outside,
    ):
        assert operator.open_files() == ()
        with (
            held(colleague, "a/b.txt", message.WRITE_DATA),
            held(colleague, "a", message.READ_DATA),
            held(outside, "", message.READ_DATA),
        ):
            assert told(operator.open_files()) == [("a", COLLEAGUE, False), ("a/b.txt", COLLEAGUE, True)]
        assert operator.open_files() == ()


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_our_own_handles_are_left_out_unless_they_write(server: Samba) -> None:
    with source(server, OPERATOR) as operator, source(server, OPERATOR) as other, operator.open("a/b.txt"):
        with held(other, "a/b.txt", message.READ_DATA):
            assert operator.open_files() == ()
        with held(other, "a/b.txt", message.WRITE_DATA):
            assert told(operator.open_files()) == [("a/b.txt", OPERATOR, True)]


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_more_open_files_than_one_fragment_holds_are_all_told(server: Samba) -> None:
    with source(server, OPERATOR) as operator, source(server, COLLEAGUE) as colleague:
        share = colleague._calls._connected()
        handles = [share.open(["a", "b.txt"], message.READ_DATA, message.SHARE_ALL) for _ in range(150)]
        assert told(operator.open_files()) == [("a/b.txt", COLLEAGUE, False)] * 150
        for handle in handles:
            share.close(handle)


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_who_is_no_administrator_is_told_nothing_and_closes_nothing(server: Samba) -> None:
    with (
        source(server, OPERATOR) as operator,
        source(server, COLLEAGUE) as colleague,
        held(operator, "a/b.txt", message.WRITE_DATA),
    ):
        assert colleague.open_files() is None
        (one,) = operator.open_files() or ()
        with pytest.raises(EntryTrouble) as caught:
            colleague.close_open(one.number)
        assert caught.value.reason is Reason.NO_PERMISSION
        assert told(operator.open_files()) == [("a/b.txt", OPERATOR, True)]


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_a_closed_handle_writes_no_more_and_the_others_stay(server: Samba) -> None:
    with source(server, OPERATOR) as operator, source(server, COLLEAGUE) as colleague:
        share = colleague._calls._connected()
        writer = share.open(["a", "b.txt"], message.WRITE_DATA, message.SHARE_ALL)
        reader = share.open(["a", "b.txt"], message.READ_DATA, message.SHARE_ALL)
        (number,) = [one.number for one in operator.open_files() or () if one.writing]
        operator.close_open(number)
        with pytest.raises(Refused) as caught:
            share.write(writer, 0, b"too late")
        assert caught.value.status == FILE_CLOSED
        assert share.read(reader, 0, 100) == b"hello world"
        assert told(operator.open_files()) == [("a/b.txt", COLLEAGUE, False)]
        share.close(reader)


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_what_is_open_outside_the_area_is_never_closed(server: Samba) -> None:
    with (
        source(server, OPERATOR) as operator,
        source(server, OPERATOR, "") as whole,
        source(server, OPERATOR, f"{AREA}/a") as smaller,
        source(server, COLLEAGUE, "") as colleague,
        held(colleague, AREA, message.READ_DATA),
    ):
        (one,) = [one for one in whole.open_files() or () if one.path == AREA]
        assert told(operator.open_files()) == [("", COLLEAGUE, False)]
        for number in (one.number, 0, 0xFFFFFFFF):
            with pytest.raises(EntryTrouble) as caught:
                smaller.close_open(number)
            assert caught.value.reason is Reason.VANISHED
        assert told(operator.open_files()) == [("", COLLEAGUE, False)]


def test_a_number_that_stands_for_something_outside_too_is_not_closed() -> None:
    top = r"C:\srv\felles"
    held = [Held(7, 2, 0, rf"{top}\a.txt", "x"), Held(7, 2, 0, r"C:\srv\annet\a.txt", "x"), Held(8, 2, 0, top, "x")]
    with pytest.raises(EntryTrouble, match="several open files"):
        smb_open_files._only(held, top, 7)
    assert smb_open_files._only(held, top, 8) == ""


# Paths as servers write them.


@pytest.mark.parametrize(
    ("path", "top", "expected"),
    [
        (r"C:\srv\felles\a\b.txt", r"C:\srv\felles", "a/b.txt"),
        (r"c:\SRV\Felles\Å.TXT", r"C:\srv\felles", "Å.TXT"),
        ("D:\\felles\\a\u030a", "D:\\felles", "a\u030a"),
        ("D:\\Område\\x", "d:\\omra\u030ade", "x"),
        (r"D:\felles", "D:\\felles\\", ""),
        ("D:\\", "D:\\", ""),
        (r"D:\felles2\a.txt", r"D:\felles", None),
        (r"D:\fel", r"D:\felles", None),
        (r"E:\felles\a.txt", r"D:\felles", None),
        (r"D:\felles\a.txt:note", r"D:\felles", "a.txt"),
        ("/srv/felles/a.txt", "/srv/felles", "a.txt"),
        (r"\PIPE\srvsvc", r"D:\felles", None),
        ("D:\\felles\\\ud800", "D:\\felles", "\\ud800"),
        ("", r"D:\felles", None),
    ],
)
def test_the_servers_paths_are_paths_below_the_top(path: str, top: str, expected: str | None) -> None:
    assert below(path, top) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("daemon", "DAEMON", True), ("OSLO\\kari", "kari", True), ("kari@oslo.no", "OSLO\\Kari", True), ("", "", False)],
)
def test_users_are_the_same_with_and_without_a_domain(one: str, other: str, same: bool) -> None:
    assert smb_open_files.same_user(one, other) is same


# Answers of every kind.


def page(stub: bytes) -> tuple[list[Held], int]:
    lines, more = enumeration.page(stub, FILES)
    return [smb_open_files._held(line) for line in lines], more


def answer(*held: Held, count: int | None = None, resume: int | None = 0, code: int = 0) -> bytes:
    count = len(held) if count is None else count
    stub = struct.pack("<IIIII", 3, 3, 1, count, 2) + struct.pack("<I", count)
    stub += b"".join(struct.pack("<IIIII", one.number, one.permissions, one.locks, 3, 4) for one in held)
    stub += b"".join(text(one.path) + text(one.user) for one in held)
    stub += struct.pack("<I", len(held)) + (struct.pack("<I", 0) if resume is None else struct.pack("<II", 5, resume))
    return stub + struct.pack("<I", code)


LINES = (Held(1, 3, 1, r"C:\srv\felles\æ.txt", "kari"), Held(0xFFFFFFFF, 0, 0, "C:\\", ""))


def test_an_answer_in_parts_is_gone_on_with_from_where_it_ended() -> None:
    assert page(answer(*LINES)) == (list(LINES), 0)
    assert page(answer(*LINES, resume=None)) == (list(LINES), 0)
    assert page(answer(*LINES, resume=9, code=234)) == (list(LINES), 9)
    assert page(answer(*LINES, resume=9)) == (list(LINES), 0)


@pytest.mark.parametrize(
    "stub",
    [
        b"",
        answer(code=5),
        answer(*LINES, count=3),
        answer(*LINES, count=0xFFFFFFFF),
        answer(*LINES, resume=None, code=234),
        answer(*LINES, resume=0, code=234),
        answer(*LINES)[:-40],
        struct.pack("<IIIII", 3, 3, 1, 5, 0) + struct.pack("<III", 5, 0, 0),
        struct.pack("<IIIII", 2, 2, 1, 0, 0) + struct.pack("<III", 0, 0, 0),
    ],
)
def test_a_list_that_does_not_hold_together_is_not_told(stub: bytes) -> None:
    with pytest.raises(NotTold):
        page(stub)


@given(st.integers(0, len(answer(*LINES)) - 1), st.binary(min_size=1, max_size=4), st.sampled_from([0, 234]))
def test_an_altered_list_is_a_list_or_not_told(place: int, piece: bytes, code: int) -> None:
    good = answer(*LINES, resume=9, code=code)
    try:
        found, _more = page(good[:place] + piece + good[place + len(piece) :])
    except NotTold:
        return
    assert len(found) <= 2


@given(st.binary(max_size=200))
@example(struct.pack("<IIIIIII", 3, 3, 1, 0x7FFFFFFF, 1, 0x7FFFFFFF, 0))
def test_any_bytes_are_a_list_or_not_told(stub: bytes) -> None:
    for whole in (
        stub,
        struct.pack("<III", 3, 3, 1) + stub + bytes(4),
        struct.pack("<III", 3, 3, 1) + stub + b"\xea\0\0\0",
    ):
        try:
            page(whole)
        except NotTold:
            pass


class Parts:
    """A pipe that gives one answer after the other, and the last without end."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.asked: list[bytes] = []

    def call(self, operation: int, stub: bytes) -> bytes:
        self.asked.append(stub)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class Address:
    server = "fil01"


class Link:
    address = Address


def test_a_list_in_several_answers_is_asked_for_to_its_end() -> None:
    pipe = Parts(answer(LINES[0], resume=1, code=234), answer(LINES[1], resume=2))
    assert smb_open_files._all(pipe, Link) == list(LINES)  # type: ignore[arg-type]
    assert [int.from_bytes(asked[-4:], "little") for asked in pipe.asked] == [0, 1]


@pytest.mark.parametrize("last", [answer(LINES[0], resume=1, code=234), answer(resume=7, code=234)])
def test_a_list_without_end_is_not_told(last: bytes) -> None:
    with pytest.raises(NotTold, match="no end"):
        smb_open_files._all(Parts(answer(LINES[0], resume=1, code=234), last), Link)  # type: ignore[arg-type]


def test_a_list_may_be_longer_than_other_answers_and_has_its_own_end() -> None:
    pieces = [response(bytes(60_000), flags=flags) for flags in (1, *[0] * 18, 2)]
    assert len(Pipe(Script(BOUND, *pieces), NDR, 3, 1 << 21).call(9, b"")) == 1_200_000
    with pytest.raises(NotTold, match="no end"):
        Pipe(Script(BOUND, *pieces), NDR, 3).call(9, b"")


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_a_list_without_our_own_handle_is_worth_nothing(server: Samba, monkeypatch: pytest.MonkeyPatch) -> None:
    with source(server, OPERATOR) as operator:
        assert operator.open_files() == ()
        monkeypatch.setattr(smb_open_files, "_all", lambda _pipe, _link: list(LINES))
        assert operator.open_files() is None


def test_a_local_folder_has_nobody_to_ask(area: tuple[Path, PosixSource]) -> None:
    _top, local = area
    assert local.open_files() is None
    assert local.is_whole_share() is False
    with pytest.raises(EntryTrouble):
        local.close_open(1)
    with pytest.raises(EntryTrouble):
        local.share_permit(local.share_sealed(b""))
