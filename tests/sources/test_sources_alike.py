"""What every source does, tested on each kind of them alike."""

import os
import shutil
from pathlib import Path

import pytest

from filrydd.errors import SourceGone
from filrydd.model.entry import Kind, Reason
from filrydd.model.times import TICKS_A_SECOND
from filrydd.sources import EntryTrouble
from tests.sources.conftest import Place


def test_the_top_is_a_folder_with_the_address_last_name(place: Place) -> None:
    seen = place.source.top()
    assert (seen.kind, seen.name) == (Kind.FOLDER, place.top.name)
    assert seen.file_id == place.top.stat().st_ino


def test_a_folder_lists_every_entry_with_its_facts(place: Place) -> None:
    place.make({"a.txt": b"hello world", "tom": b"", "Økonomi": {"æøå.docx": b"x"}})
    os.utime(place.top / "a.txt", ns=(1_000_000_000, 1_500_000_000_123_456_700))
    listing = place.source.list("")
    assert listing.troubles == ()
    seen = {entry.name: entry for entry in listing.entries}
    assert {name: (entry.kind, entry.size) for name, entry in seen.items()} == {
        "a.txt": (Kind.FILE, 11),
        "tom": (Kind.FILE, 0),
        "Økonomi": (Kind.FOLDER, 0),
    }
    assert seen["a.txt"].modified == 15_000_000_001_234_567
    assert seen["a.txt"].file_id == (place.top / "a.txt").stat().st_ino
    assert seen["a.txt"].created <= seen["tom"].created + 60 * TICKS_A_SECOND
    assert place.names("Økonomi") == ["æøå.docx"]


def test_looking_at_an_entry_tells_what_the_listing_told(place: Place) -> None:
    place.make({"a": {"b.txt": b"hello world"}})
    (listed,) = place.source.list("a").entries
    assert place.source.look("a/b.txt") == listed


@pytest.mark.parametrize("number", [1, 480, 481, 1500])
def test_no_folder_is_too_full_to_be_listed(place: Place, number: int) -> None:
    full = place.top / "full"
    full.mkdir()
    names = {f"et ganske langt navn for å fylle sidene {index:05}.txt" for index in range(number)}
    for name in names:
        (full / name).touch()
    assert set(place.names("full")) == names


@pytest.mark.parametrize("name", ["100% #1 & 'to'", "punktum .txt", "Cafe\u0301", "🗂️ emoji"])
def test_unusual_names_are_listed_and_opened(place: Place, name: str) -> None:
    place.make({name: b"hello world"})
    (seen,) = place.source.list("").entries
    assert seen.name == name
    with place.source.open(seen.name) as reader:
        assert reader.read(100) == b"hello world"


def test_a_name_that_is_missing_is_vanished(place: Place) -> None:
    for act in (place.source.look, place.source.open, place.source.in_use, place.source.streams):
        with pytest.raises(EntryTrouble) as caught:
            act("borte.txt")
        assert caught.value.reason is Reason.VANISHED
    listing = place.source.list("borte")
    assert (listing.entries, [trouble.reason for trouble in listing.troubles]) == ((), [Reason.VANISHED])


@pytest.mark.parametrize("path", ["..", "a/../../etc", "a/./b", "a//b"])
def test_no_path_leads_out_of_the_area(place: Place, path: str) -> None:
    place.make({"a": {"b": b"x"}})
    with pytest.raises(EntryTrouble) as caught:
        place.source.open(path)
    assert caught.value.reason is Reason.BAD_NAME
    assert [trouble.reason for trouble in place.source.list(path).troubles] == [Reason.BAD_NAME]


def test_a_file_is_read_in_pieces_from_any_place_to_its_end(place: Place) -> None:
    data = os.urandom(3 * (1 << 20) + 17)
    place.make({"stor.bin": data})
    with place.source.open("stor.bin") as reader:
        assert reader.seen.size == len(data)
        read = b""
        while piece := reader.read(1 << 20):
            read += piece
        assert read == data
        reader.seek(len(data) - 5)
        assert reader.read(100) == data[-5:]
        assert reader.read(100) == b""


def test_a_reader_sees_that_its_file_grew(place: Place) -> None:
    place.make({"a.txt": b"hello"})
    with place.source.open("a.txt") as reader:
        with (place.top / "a.txt").open("ab") as more:
            more.write(b" world")
        assert (reader.seen.size, reader.look().size) == (5, 11)


def test_a_folder_is_not_opened_as_a_file(place: Place) -> None:
    place.make({"a": {}})
    with pytest.raises(EntryTrouble):
        place.source.open("a")


def test_a_plain_file_has_no_other_streams_and_a_folder_is_not_asked(place: Place) -> None:
    place.make({"a": {"b.txt": b"hello"}})
    assert place.source.streams("a/b.txt") == ()
    with pytest.raises(EntryTrouble):
        place.source.streams("a")
    with pytest.raises(EntryTrouble) as caught:
        place.source.streams("a/../../etc")
    assert caught.value.reason is Reason.BAD_NAME


def test_reading_leaves_the_access_time_alone(place: Place) -> None:
    place.make({"a.txt": b"hello world"})
    os.utime(place.top / "a.txt", ns=(1_000_000_000, 2_000_000_000))
    with place.source.open("a.txt") as reader:
        reader.read(100)
    if place.kind == "local":
        assert (place.top / "a.txt").stat().st_atime_ns == 1_000_000_000


def test_a_source_without_its_top_is_gone_and_does_not_look_empty(place: Place) -> None:
    place.make({"a": {"b": b"x"}})
    assert place.names() == ["a"]
    shutil.rmtree(place.top)
    source = place.source
    for act in (source.top, lambda: source.list(""), lambda: source.list("a"), lambda: source.look("a/b")):
        with pytest.raises(SourceGone) as caught:
            act()
        assert caught.value.next


def test_a_source_can_be_closed_twice_and_used_again(place: Place) -> None:
    place.make({"a": b"x"})
    place.source.close()
    place.source.close()
    assert place.names() == ["a"]


def test_addresses_lead_back_to_the_same_source(place: Place) -> None:
    from filrydd.sources import parse

    assert parse(place.source.address).text == place.source.address
    assert Path(place.source.address).name == place.top.name
