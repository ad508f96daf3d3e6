"""Setting files aside in a folder that only the operator can open, and bringing them back, on each kind of source."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from filrydd import quickxor
from filrydd.model.entry import Kind, Reason
from filrydd.sources import ChangedSince, EntryTrouble
from filrydd.sources.going import going_name
from filrydd.sources.local import renaming
from filrydd.sources.local import retire as local_retire
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb.share import Share as Requests
from tests.sources.conftest import COLLEAGUE, Place, Share, lay_out_share

HELLO = "aCgDG9jwBhDc4Q1yawMZAAAAAAA="
ASIDE = ".filrydd-quarantine"


def of(data: bytes) -> str:
    return quickxor.QuickXor(data).base64() if data else ""


@pytest.mark.parametrize("data", [b"", b"hello world", b"z" * 2_500_000], ids=["empty", "small", "large"])
def test_a_file_is_set_aside_and_comes_back_as_the_very_same_one(place: Place, data: bytes) -> None:
    place.make({"a": {"ø.txt": data}, "b.txt": data})
    source = place.source
    seen = source.look("a/ø.txt")
    permission = source.permission("a/ø.txt", Kind.FILE)
    source.make_private(ASIDE)
    source.make_private(f"{ASIDE}/0")
    source.set_aside("a/ø.txt", f"{ASIDE}/0/1.txt", size=len(data), hash=of(data), file_id=seen.file_id)
    assert place.names("a") == []
    assert not source.still_there("a/ø.txt", seen.file_id)
    assert source.still_there(f"{ASIDE}/0/1.txt", seen.file_id)
    source.bring_back(f"{ASIDE}/0/1.txt", "a/ø.txt", file_id=seen.file_id)
    back = source.look("a/ø.txt")
    assert (back.file_id, back.size, back.modified) == (seen.file_id, seen.size, seen.modified)
    assert source.permission("a/ø.txt", Kind.FILE) == permission
    assert (place.top / "a" / "ø.txt").read_bytes() == data
    assert place.names(f"{ASIDE}/0") == []


@pytest.mark.parametrize(
    ("size", "hash", "other_id"), [(10, HELLO, 0), (11, of(b"hello_world"), 0), (11, "", 0), (11, HELLO, 1)]
)
def test_what_is_not_the_proved_file_is_not_set_aside(place: Place, size: int, hash: str, other_id: int) -> None:
    place.make({"a.txt": b"hello world"})
    seen = place.source.look("a.txt")
    place.source.make_private(ASIDE)
    with pytest.raises(ChangedSince):
        place.source.set_aside("a.txt", f"{ASIDE}/1", size=size, hash=hash, file_id=seen.file_id + other_id)
    assert place.names() == [ASIDE, "a.txt"]
    assert place.names(ASIDE) == []


def test_nothing_takes_the_place_of_something_on_either_way(place: Place) -> None:
    place.make({"a.txt": b"hello world", "b.txt": b"other"})
    source = place.source
    number = source.look("a.txt").file_id
    source.make_private(ASIDE)
    with pytest.raises(ChangedSince, match="something else lies there"):
        source.set_aside("a.txt", "b.txt", size=11, hash=HELLO, file_id=number)
    assert (place.top / "a.txt").read_bytes() == b"hello world"
    assert (place.top / "b.txt").read_bytes() == b"other"
    source.set_aside("a.txt", f"{ASIDE}/1", size=11, hash=HELLO, file_id=number)
    place.make({"a.txt": b"new"})
    with pytest.raises(ChangedSince, match="something else lies there"):
        source.bring_back(f"{ASIDE}/1", "a.txt", file_id=number)
    assert (place.top / "a.txt").read_bytes() == b"new"
    with pytest.raises(ChangedSince, match="another file"):
        source.bring_back(f"{ASIDE}/1", "c.txt", file_id=number + 1)
    source.bring_back(f"{ASIDE}/1", "c.txt", file_id=number)
    assert place.names() == [ASIDE, "a.txt", "b.txt", "c.txt"]


def test_a_private_folder_is_made_once_and_never_over_something(place: Place) -> None:
    place.make({"a.txt": b"", "b": {}})
    made = place.source.make_private(ASIDE)
    assert place.source.look(ASIDE).file_id == made.file_id
    assert place.source.is_private(ASIDE)
    assert not place.source.is_private("b")
    for taken in (ASIDE, "a.txt", "b"):
        with pytest.raises(ChangedSince, match="something else lies there"):
            place.source.make_private(taken)
    with pytest.raises(EntryTrouble) as caught:
        place.source.is_private("nowhere")
    assert caught.value.reason is Reason.VANISHED


def test_a_sealed_file_is_set_aside_and_comes_back_sealed(place: Place) -> None:
    place.make({"a": {"b.txt": b"hello world"}})
    source = place.source
    for path, kind in (("", Kind.FOLDER), ("a", Kind.FOLDER), ("a/b.txt", Kind.FILE)):
        source.permit(path, kind, source.sealed(source.permission(path, kind), kind))
    number, sealed = source.look("a/b.txt").file_id, source.permission("a/b.txt", Kind.FILE)
    source.make_private(ASIDE)
    source.set_aside("a/b.txt", f"{ASIDE}/1.txt", size=11, hash=HELLO, file_id=number)
    assert source.retire_folder("a") is True
    source.make_private("a")
    source.bring_back(f"{ASIDE}/1.txt", "a/b.txt", file_id=number)
    assert source.permission("a/b.txt", Kind.FILE) == sealed
    source.retire("a/b.txt", size=11, hash=HELLO, file_id=number)


# A share.


@pytest.mark.samba
def test_nobody_else_sees_into_the_quarantine_of_a_share(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"hello world"}, sids)
    with share.source() as operator, share.source(COLLEAGUE) as colleague:
        number = operator.look("a.txt").file_id
        for path, kind in (("", Kind.FOLDER), ("a.txt", Kind.FILE)):
            operator.permit(path, kind, operator.sealed(operator.permission(path, kind), kind))
        operator.make_private(ASIDE)
        operator.make_private(f"{ASIDE}/0")
        operator.set_aside("a.txt", f"{ASIDE}/0/1.txt", size=11, hash=HELLO, file_id=number)
        for folder in (ASIDE, f"{ASIDE}/0"):
            assert colleague.list(folder).troubles[0].reason is Reason.NO_PERMISSION
        with pytest.raises(EntryTrouble) as caught:
            colleague.make_private(f"{ASIDE}/1")
        assert caught.value.reason is Reason.NO_PERMISSION
        with pytest.raises(EntryTrouble) as caught:
            colleague.retire_folder(ASIDE)
        assert caught.value.reason is Reason.NO_PERMISSION
        with pytest.raises(EntryTrouble) as caught:
            colleague.bring_back(f"{ASIDE}/0/1.txt", "a.txt", file_id=number)
        assert caught.value.reason is Reason.NO_PERMISSION


@pytest.mark.samba
def test_a_connection_that_breaks_right_after_the_rename_loses_nothing(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.sources.smb.link import Dropped

    lay_out_share(share, {"a.txt": b"hello world", "b.txt": b"hello world"}, sids)
    close, rename = Requests.close, Requests.rename
    broken: list[str] = []

    def renamed(self: Requests, *given: object) -> None:
        rename(self, *given)  # type: ignore[arg-type]
        broken.append("now")

    def drop(self: Requests, opened: object) -> None:
        close(self, opened)  # type: ignore[arg-type]
        if broken:
            broken.clear()
            raise Dropped("as if the line broke")

    with share.source() as operator:
        number, other = operator.look("a.txt").file_id, operator.look("b.txt").file_id
        operator.make_private(ASIDE)
        monkeypatch.setattr(Requests, "rename", renamed)
        monkeypatch.setattr(Requests, "close", drop)
        operator.set_aside("a.txt", f"{ASIDE}/1.txt", size=11, hash=HELLO, file_id=number)
        assert operator.still_there(f"{ASIDE}/1.txt", number)
        operator.bring_back(f"{ASIDE}/1.txt", "a.txt", file_id=number)
        assert operator.still_there("a.txt", number)
        # The same for a deletion: what was deleted before the line broke is not said to have vanished.
        broken.append("now")
        operator.retire("b.txt", size=11, hash=HELLO, file_id=other)
        assert not operator.still_there("b.txt", other)


def test_what_an_interrupted_deletion_left_beside_its_path_is_not_gone(place: Place) -> None:
    place.make({"fil": b"hello world"})
    number = place.source.look("fil").file_id
    (place.top / "fil").rename(place.top / going_name(number))
    place.make({"fil": b"somebody's own"})
    assert place.source.still_there("fil", number)
    assert (place.top / "fil").read_bytes() == b"somebody's own"
    (place.top / "fil").unlink()
    assert place.source.still_there("fil", number)
    assert (place.top / "fil").read_bytes() == b"hello world"


# A local folder without the one call that renames and never replaces.


@pytest.fixture(params=["renameat2", "without"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "without":
        monkeypatch.setattr(renaming, "_renameat2", lambda: None)
    elif renaming._renameat2() is None:
        pytest.skip("this C library has no renameat2")
    return str(request.param)


@pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
def test_local_renames_never_replace_whatever_the_system_offers(area: tuple[Path, PosixSource], way: str) -> None:
    top, source = area

    def make(tree: Mapping[str, object]) -> None:
        for name, content in tree.items():
            assert isinstance(content, bytes)
            (top / name).write_bytes(content)

    test_nothing_takes_the_place_of_something_on_either_way(Place("local", top, source, make))


@pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
@pytest.mark.parametrize("act", ["retire", "set_aside"])
def test_a_name_swapped_in_the_last_moment_gets_its_entry_back(
    area: tuple[Path, PosixSource], way: str, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, source = area
    (top / "fil").write_bytes(b"hello world")
    (top / "annen").write_bytes(b"last copy of something else")
    number = source.look("fil").file_id
    source.make_private(ASIDE)
    same = local_retire._same_still

    def swapped(fd: int, folder: int, name: str, path: str, before: os.stat_result) -> None:
        same(fd, folder, name, path, before)
        (top / "fil").rename(top / "flyttet")
        (top / "annen").rename(top / "fil")

    with monkeypatch.context() as patch:
        patch.setattr(local_retire, "_same_still", swapped)
        with pytest.raises(ChangedSince, match="another file"):
            if act == "retire":
                source.retire("fil", size=11, hash=HELLO, file_id=number)
            else:
                source.set_aside("fil", f"{ASIDE}/1", size=11, hash=HELLO, file_id=number)
    assert (top / "fil").read_bytes() == b"last copy of something else"
    assert (top / "flyttet").read_bytes() == b"hello world"
    assert sorted(path.name for path in top.iterdir()) == [ASIDE, "fil", "flyttet"]
    assert list((top / ASIDE).iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
def test_a_crash_between_the_two_looks_leaves_a_file_that_gets_its_name_back(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "fil").write_bytes(b"hello world")
    number = source.look("fil").file_id
    (top / "fil").rename(top / going_name(number))
    assert source.still_there("fil", number)
    assert (top / "fil").read_bytes() == b"hello world"
    (top / "fil").rename(top / going_name(number))
    source.retire("fil", size=11, hash=HELLO, file_id=number)
    assert list(top.iterdir()) == []
