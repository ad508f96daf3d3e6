"""What every source does, tested on each kind of them alike."""

import os
import shutil
from pathlib import Path

import pytest

from filrydd import quickxor
from filrydd.errors import SourceGone
from filrydd.model.entry import Kind, Reason
from filrydd.model.times import TICKS_A_SECOND
from filrydd.sources import ChangedSince, EntryTrouble
from tests.sources.conftest import Place

HELLO = "aCgDG9jwBhDc4Q1yawMZAAAAAAA="


def of(data: bytes) -> str:
    return quickxor.QuickXor(data).base64() if data else ""


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
    for act in (place.source.look, place.source.open, place.source.in_use):
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


# Sealing.


def test_sealing_and_unsealing_gives_back_the_very_same_permissions(place: Place) -> None:
    place.make({"a": {"b.txt": b"x"}})
    for path, kind in (("", Kind.FOLDER), ("a", Kind.FOLDER), ("a/b.txt", Kind.FILE)):
        former = place.source.permission(path, kind)
        sealed = place.source.sealed(former, kind)
        assert sealed != former
        place.source.permit(path, kind, sealed)
        assert place.source.permission(path, kind) == sealed
        place.source.permit(path, kind, former)
        assert place.source.permission(path, kind) == former


def test_sealing_what_is_sealed_changes_nothing(place: Place) -> None:
    place.make({"a": {"b.txt": b"x"}})
    for path, kind in (("a", Kind.FOLDER), ("a/b.txt", Kind.FILE)):
        once = place.source.sealed(place.source.permission(path, kind), kind)
        assert place.source.sealed(once, kind) == once


def test_the_permissions_of_another_kind_of_entry_are_not_touched(place: Place) -> None:
    place.make({"a": {}, "b.txt": b"x"})
    former = place.source.permission("a", Kind.FOLDER)
    with pytest.raises(EntryTrouble):
        place.source.permission("b.txt", Kind.FOLDER)
    with pytest.raises(EntryTrouble):
        place.source.permit("b.txt", Kind.FOLDER, former)


def test_the_operator_can_delete_in_a_sealed_area(place: Place) -> None:
    place.make({"a": {"b.txt": b"hello world"}})
    seen = place.source.look("a/b.txt")
    for path, kind in (("", Kind.FOLDER), ("a", Kind.FOLDER), ("a/b.txt", Kind.FILE)):
        place.source.permit(path, kind, place.source.sealed(place.source.permission(path, kind), kind))
    place.source.retire("a/b.txt", size=11, hash=HELLO, file_id=seen.file_id)
    assert place.source.retire_folder("a") is True
    assert place.names() == []


# Deleting.


@pytest.mark.parametrize("data", [b"", b"hello world", b"z" * 3_000_000])
def test_a_proved_file_is_deleted_and_nothing_else(place: Place, data: bytes) -> None:
    place.make({"a.txt": data, "b.txt": data})
    seen = place.source.look("a.txt")
    place.source.retire("a.txt", size=len(data), hash=of(data), file_id=seen.file_id)
    assert place.names() == ["b.txt"]
    with pytest.raises(EntryTrouble) as caught:
        place.source.retire("a.txt", size=len(data), hash=of(data), file_id=seen.file_id)
    assert caught.value.reason is Reason.VANISHED


@pytest.mark.parametrize(
    ("size", "hash", "other_id"),
    [(10, HELLO, 0), (12, HELLO, 0), (11, of(b"hello_world"), 0), (11, "", 0), (0, "", 0), (11, HELLO, 1)],
)
def test_a_file_that_is_not_the_proved_one_stays(place: Place, size: int, hash: str, other_id: int) -> None:
    place.make({"a.txt": b"hello world"})
    seen = place.source.look("a.txt")
    with pytest.raises(ChangedSince):
        place.source.retire("a.txt", size=size, hash=hash, file_id=seen.file_id + other_id)
    assert (place.top / "a.txt").read_bytes() == b"hello world"


def test_a_replaced_file_with_the_same_content_stays(place: Place) -> None:
    place.make({"a.txt": b"hello world"})
    seen = place.source.look("a.txt")
    (place.top / "a.txt").rename(place.top / "b.txt")
    place.make({"a.txt": b"hello world"})
    with pytest.raises(ChangedSince):
        place.source.retire("a.txt", size=11, hash=HELLO, file_id=seen.file_id)
    assert place.names() == ["a.txt", "b.txt"]


def test_a_folder_is_never_deleted_as_a_file_nor_a_file_as_a_folder(place: Place) -> None:
    place.make({"a": {}, "b.txt": b""})
    with pytest.raises(EntryTrouble):
        place.source.retire("a", size=0, hash="", file_id=place.source.look("a").file_id)
    with pytest.raises(EntryTrouble):
        place.source.retire_folder("b.txt")
    assert place.names() == ["a", "b.txt"]


def test_only_an_empty_folder_is_deleted_and_never_the_top(place: Place) -> None:
    place.make({"a": {"b": {"c.txt": b"x"}, "tom": {}}})
    assert place.source.retire_folder("a/b") is False
    assert place.source.retire_folder("a/tom") is True
    assert place.names("a") == ["b"]
    with pytest.raises(EntryTrouble):
        place.source.retire_folder("")
    with pytest.raises(EntryTrouble) as caught:
        place.source.retire_folder("a/tom")
    assert caught.value.reason is Reason.VANISHED


def test_a_file_nobody_has_open_is_not_in_use(place: Place) -> None:
    place.make({"a.txt": b"x"})
    with place.source.open("a.txt"):
        assert place.source.in_use("a.txt") is False


def test_addresses_lead_back_to_the_same_source(place: Place) -> None:
    from filrydd.sources import parse

    assert parse(place.source.address).text == place.source.address
    assert Path(place.source.address).name == place.top.name
