"""What every source does when an area is sealed and retired, tested on each kind of them alike."""

import pytest

from filrydd import quickxor
from filrydd.model.entry import Kind, Reason
from filrydd.sources import ChangedSince, EntryTrouble
from tests.sources.conftest import Place

HELLO = "aCgDG9jwBhDc4Q1yawMZAAAAAAA="


def of(data: bytes) -> str:
    return quickxor.QuickXor(data).base64() if data else ""


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
