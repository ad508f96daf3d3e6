"""Streams beside a file's main one: what a server tells of them, believed no further than it holds together."""

import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.entry import Reason
from filrydd.sources import EntryTrouble
from filrydd.sources.smb import status
from filrydd.sources.smb.page import BadPage
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.smb.streams import streams, told
from filrydd.sources.streams import other_streams
from tests.fixtures_samba import USERS
from tests.samba import Samba, program, start_samba, why_not
from tests.sources import conftest

OPENED = Opened(b"h" * 16, 0x80, 0, 0, 0, 0, 1, 0)


def answer(*names: str) -> bytes:
    """FileStreamInformation as a server would send it."""
    data = b""
    for index, name in enumerate(names):
        letters = name.encode("utf-16-le", "surrogatepass")
        size = 24 + len(letters)
        after = (size + 7) // 8 * 8 if index < len(names) - 1 else 0
        data += (struct.pack("<IIqq", after, len(letters), 1, 8) + letters).ljust(after, b"\0")
    return data


class Answers(Share):
    """A share that answers the question for streams with these, one after the other."""

    def __init__(self, *answers: bytes | int) -> None:
        self.answers = list(answers)
        self.rooms: list[int] = []
        self._connection = cast(
            Any,
            SimpleNamespace(
                max_transact_size=1 << 20, supports_multi_credit=True, sequence_window={"low": 0, "high": 100}
            ),
        )

    def query(self, opened: Opened, kind: int, wanted: int, room: int, parts: int = 0) -> bytes:
        assert (kind, wanted) == (1, 22)
        self.rooms.append(room)
        answer = self.answers.pop(0)
        if isinstance(answer, int):
            raise Refused(answer)
        return answer


@given(st.lists(st.text(st.characters(exclude_characters=":\0"), min_size=1, max_size=40), max_size=6))
def test_every_stream_but_the_main_one_is_told_by_its_name(names: list[str]) -> None:
    data = answer("::$DATA", *(f":{name}:$DATA" for name in names))
    assert other_streams(told(data)) == other_streams(f":{name}:$DATA" for name in names)
    assert len(other_streams(told(data))) == len(names)


def test_a_name_that_is_no_text_is_told_in_stored_form_and_an_index_is_no_stream() -> None:
    assert other_streams([":a\ud800:$DATA", ":$I30:$INDEX_ALLOCATION", "::$data", ":b:$Data"]) == ("a\\ud800", "b")


@given(st.binary(max_size=200))
def test_whatever_a_server_sends_it_ends_in_names_or_in_a_bad_page(data: bytes) -> None:
    try:
        assert len(list(told(data))) <= len(data) // 24
    except BadPage:
        assert data


@pytest.mark.parametrize(("place", "value"), [(0, 8), (0, 1), (0, 0xFFFF_FFF8), (4, 3), (4, 0xFFFF_FFFE), (4, 400)])
def test_an_entry_that_runs_back_or_over_the_end_is_a_bad_page(place: int, value: int) -> None:
    data = bytearray(answer("::$DATA", ":note:$DATA"))
    struct.pack_into("<I", data, place, value)
    with pytest.raises(BadPage):
        list(told(bytes(data)))


def test_entries_that_overlap_are_a_bad_page_though_each_could_be_read() -> None:
    data = bytearray(answer("\0" * 24))
    struct.pack_into("<I", data, 0, 24)
    with pytest.raises(BadPage):
        list(told(bytes(data)))


def test_names_that_do_not_fit_are_asked_for_with_more_room() -> None:
    share = Answers(status.BUFFER_OVERFLOW, answer("::$DATA", ":note:$DATA"))
    assert streams(share, OPENED) == ("note",)
    assert share.rooms == [65_536, 1 << 20]


def test_names_that_never_fit_are_not_taken_for_none() -> None:
    with pytest.raises(Refused):
        streams(Answers(status.BUFFER_OVERFLOW, status.BUFFER_OVERFLOW), OPENED)


@pytest.mark.parametrize("refusal", sorted(status.NO_STREAMS))
def test_a_volume_without_streams_has_none(refusal: int) -> None:
    assert streams(Answers(refusal), OPENED) == ()


def test_another_refusal_is_not_taken_for_none() -> None:
    with pytest.raises(Refused):
        streams(Answers(status.ACCESS_DENIED), OPENED)


@pytest.fixture(scope="module")
def streaming() -> Iterator[Samba]:
    """A Samba that keeps streams."""
    if reason := why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="filrydd-samba-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        top = folder / "shares" / "felles"
        top.mkdir(parents=True)
        top.chmod(0o777)
        server = start_samba(folder / "server", {"felles": top}, USERS, {"vfs objects": "acl_xattr streams_xattr"})
        try:
            yield server
        finally:
            server.stop()


@pytest.mark.samba
def test_streams_that_a_client_wrote_are_told_and_a_file_without_any_has_none(streaming: Samba, tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.write_bytes(b"hello")
    for name in ("plain.docx", "brev.docx", "brev.docx:notat æ", "brev.docx:Zone.Identifier"):
        subprocess.run(
            [program("smbclient"), "//127.0.0.1/felles", "-p", str(streaming.port), "-s", str(streaming.configuration),
             "-U", f"root%{streaming.users['root']}", "-c", f'put "{content}" "{name}"'],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
    top = streaming.folder.parent / "shares" / "felles"
    (top / "Mappe").mkdir()
    with conftest.Share(streaming, top, "").source("root") as source:
        assert source.streams("plain.docx") == ()
        assert sorted(source.streams("brev.docx")) == ["Zone.Identifier", "notat æ"]
        for path, reason in (("Mappe", Reason.FAULT), ("borte.docx", Reason.VANISHED)):
            with pytest.raises(EntryTrouble) as caught:
                source.streams(path)
            assert caught.value.reason is reason
