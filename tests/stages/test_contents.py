"""Reading what may be copies: as little as tells, never what is private or lies elsewhere, and never in vain."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.catalog import figures
from filrydd.catalog.contents import known
from filrydd.catalog.contents.readings import ENDS
from filrydd.errors import SourceGone
from filrydd.model.entry import Reason
from filrydd.model.rule import Fate
from filrydd.stages import classify, scan
from tests.areas import Area, new_area
from tests.conftest import lay_out
from tests.samba import Samba
from tests.watched import BIG, Watched, big, groups_of, read_contents, scan_watched, unreadable_in

MakeArea = Callable[..., Area]


def test_only_as_much_is_read_as_tells_files_apart(make_area: MakeArea) -> None:
    area = make_area(
        {
            "alone.bin": b"1" * 7,
            "empty.txt": b"",
            "also empty.txt": b"",
            "small.txt": b"hei!",
            "F": {"small copy.txt": b"hei!", "small other.txt": b"hopp"},
            "big.bin": big(b"one"),
            "big copy.bin": big(b"one"),
            "big other end.bin": big(b"one", end=b"x"),
        }
    )
    source = Watched(area)
    done = read_contents(area, source)
    assert groups_of(area) == {
        frozenset({"small.txt", "F/small copy.txt"}),
        frozenset({"big.bin", "big copy.bin"}),
    }
    assert source.bytes == {
        "small.txt": 4,
        "F/small copy.txt": 4,
        "F/small other.txt": 4,
        "big.bin": 2 * ENDS + BIG,
        "big copy.bin": 2 * ENDS + BIG,
        "big other end.bin": 2 * ENDS,
    }
    assert done.read_bytes == sum(source.bytes.values())
    assert done.asked == len(source.opened) == 8
    assert (done.groups, done.duplicates, done.bytes_to_free) == (2, 4, BIG + 4)


def test_equal_ends_with_another_middle_are_no_copies(make_area: MakeArea) -> None:
    area = make_area({"a.bin": big(b"one"), "b.bin": big(b"two")})
    assert read_contents(area, Watched(area)).groups == 0
    assert groups_of(area) == set()


@pytest.mark.parametrize("size", [2 * ENDS - 1, 2 * ENDS, 2 * ENDS + 1])
def test_around_the_size_of_both_ends_a_difference_in_the_middle_tells(make_area: MakeArea, size: int) -> None:
    half = size // 2
    area = make_area({"a": b"a" * size, "b": b"a" * size, "c": b"a" * half + b"!" + b"a" * (size - half - 1)})
    source = Watched(area)
    read_contents(area, source)
    assert groups_of(area) == {frozenset({"a", "b"})}
    ends = 0 if size <= 2 * ENDS else 2 * ENDS
    assert set(source.bytes.values()) == {size + ends}


def test_what_is_known_is_not_read_again(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234", "c": b"4321", "d.bin": big(b"d"), "e.bin": big(b"d")})
    read_contents(area, Watched(area))
    again = Watched(area)
    assert read_contents(area, again).bytes_to_free == 4 + BIG
    assert again.opened == []
    (area.top / "c").write_bytes(b"1234")
    third = Watched(area)
    assert read_contents(area, third).duplicates == 5
    assert third.opened == ["c"]
    assert groups_of(area) == {frozenset({"a", "b", "c"}), frozenset({"d.bin", "e.bin"})}


def test_a_moved_file_takes_along_what_is_known_of_it(make_area: MakeArea) -> None:
    area = make_area({"F": {"a": b"1234", "b": b"1234"}, "keep": b"9"})
    read_contents(area, Watched(area))
    (area.top / "F").rename(area.top / "G")
    source = Watched(area)
    read_contents(area, source)
    assert source.opened == []
    assert groups_of(area) == {frozenset({"G/a", "G/b"})}


def test_another_file_of_the_same_size_and_time_in_its_place_is_read_again(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234"})
    read_contents(area, Watched(area))
    found = (area.top / "a").stat()
    (area.top / "new").write_bytes(b"4321")
    os.utime(area.top / "new", ns=(found.st_atime_ns, found.st_mtime_ns))
    (area.top / "new").rename(area.top / "a")
    with area.catalog() as catalog:
        scan_watched(area, Watched(area), catalog)
        assert known.duplicate_totals(catalog) == (0, 0, 0), "shown before anybody has read the new file"
    assert read_contents(area, Watched(area)).groups == 0


def test_an_interrupted_reading_goes_on(make_area: MakeArea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filrydd.stages.scan.contents._BATCH_SECONDS", 0)
    area = make_area({f"{n:02}.bin": big(b"same") for n in range(8)})
    opened: list[str] = []

    def break_down(path: str) -> None:
        opened.append(path)
        if len(opened) in (5, 8):
            raise SourceGone("the line is cut")

    for _attempt in range(2):
        with pytest.raises(SourceGone):
            read_contents(area, Watched(area, opening=break_down), first_scan=not opened)
    rest = Watched(area)
    done = read_contents(area, rest, first_scan=False)
    assert done.groups == 1 and done.duplicates == 8
    # Four ends were stored before the first break, two more before the second.
    assert len(rest.opened) == 2 + 8
    assert groups_of(area) == {frozenset(f"{n:02}.bin" for n in range(8))}


def test_a_file_that_changes_while_it_is_read_is_left_out_until_the_next_time(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234", "c": b"1234"})

    def write_into_b(path: str) -> None:
        if path == "b":
            with (area.top / "b").open("ab") as file:
                file.write(b"!")

    done = read_contents(area, Watched(area, reading=write_into_b))
    assert done.changed == 1
    assert groups_of(area) == {frozenset({"a", "c"})}
    assert unreadable_in(area) == []


def test_a_file_that_changed_between_the_scan_and_the_reading_is_left_out(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234", "c": b"4321"})

    def write_anew(path: str) -> None:
        if path == "c":
            (area.top / "c").write_bytes(b"1234")
            os.utime(area.top / "c", (1_000_000_000, 1_000_000_000))

    assert read_contents(area, Watched(area, opening=write_anew)).changed == 1
    assert groups_of(area) == {frozenset({"a", "b"})}


def test_a_file_that_is_cut_short_while_it_is_read_is_left_out(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234"})

    def cut(path: str) -> None:
        if path == "a":
            os.truncate(area.top / "a", 1)

    assert read_contents(area, Watched(area, reading=cut)).changed == 1
    assert groups_of(area) == set()


def test_a_virus_is_told_held_and_forgiven_when_it_can_be_read(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "eicar.com": b"1234", "b": b"1234"})
    done = read_contents(area, Watched(area, refusing={"eicar.com": Reason.VIRUS}))
    assert done.unreadable == 1
    assert unreadable_in(area) == [("eicar.com", "virus")]
    with area.catalog() as catalog:
        assert figures.figures(catalog)["scan"]["unreadable"] == 1
    assert classify.run(area.work()).fates[Fate.HOLD].files == 1
    read_contents(area, Watched(area, refusing={"eicar.com": Reason.NO_PERMISSION}))
    assert unreadable_in(area) == [("eicar.com", "no permission")]
    # It is asked again even when nothing has its size any more.
    (area.top / "a").unlink()
    (area.top / "b").unlink()
    assert read_contents(area, Watched(area)).unreadable == 0
    assert unreadable_in(area) == []


@pytest.mark.parametrize(("reason", "count"), [(Reason.IN_USE, "in_use"), (Reason.VANISHED, "vanished")])
def test_what_passes_by_itself_is_counted_and_not_stored(make_area: MakeArea, reason: Reason, count: str) -> None:
    area = make_area({"a": b"1234", "b": b"1234", "busy": b"1234"})
    done = read_contents(area, Watched(area, refusing={"busy": reason}))
    assert getattr(done, count) == 1
    assert unreadable_in(area) == []
    again = Watched(area)
    read_contents(area, again)
    assert again.opened == ["busy"]


def test_access_times_and_contents_stay_as_they_were(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234"})
    for name in ("a", "b"):
        os.utime(area.top / name, (1_000_000_000, 1_100_000_000))
    read_contents(area, Watched(area))
    for name in ("a", "b"):
        assert (area.top / name).stat().st_atime == 1_000_000_000


def test_before_each_batch_no_file_is_open(make_area: MakeArea) -> None:
    area = make_area({"a": b"1234", "b": b"1234"})
    waited: list[int] = []
    source = Watched(area)
    read_contents(area, source, before_batch=lambda: waited.append(len(source.opened)))
    assert waited == [0]


def test_progress_adds_up_to_what_was_promised(make_area: MakeArea) -> None:
    from filrydd.stages.scan import contents
    from filrydd.stages.work import Silent, Work, system_clock

    class Bars(Silent):
        def __init__(self) -> None:
            self.bars: list[list[int]] = []

        def begin(self, doing: str, total: int | None, unit: str) -> None:
            assert unit == "B" and total is not None
            self.bars.append([total, 0])

        def advance(self, units: int) -> None:
            self.bars[-1][1] += units

    area = make_area({"a": big(b""), "b": big(b""), "c": big(b""), "d": big(b"", end=b"x"), "s": b"12", "t": b"21"})
    source = Watched(area, refusing={"c": Reason.VIRUS})
    bars = Bars()
    with area.work().catalog(create=True) as catalog:
        scan_watched(area, source, catalog)
        work = Work(area.workspace, "felles", "tester", system_clock, bars)
        contents.read(work, catalog, source, bytes_per_second=None, private=())  # type: ignore[arg-type]
    assert bars.bars == [[8 * ENDS + 4, 8 * ENDS + 4], [2 * BIG, 2 * BIG]]


@pytest.mark.samba
def test_copies_on_a_share_are_found_through_smb(samba: Samba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    area = new_area(tmp_path)
    top = samba.folder.parent / "shares" / "felles" / "kopier"
    case = {"brev.txt": b"hei", "stor.bin": big(b"one")}
    lay_out(top, {"Sak": case, "Kopi": case, "Hjem": {"brev.txt": b"hei"}, "annen.bin": big(b"two")})
    monkeypatch.setenv("FILRYDD_SMB_USER", "root")
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", samba.users["root"])
    wishes = scan.Wishes(copies=True, bytes_per_second=1e9)
    done = scan.run(area.work(), samba.url("felles", "kopier"), wishes)
    assert done.copies is not None
    assert (done.copies.groups, done.copies.duplicates, done.copies.private) == (2, 4, 1)
    assert done.copies.read_bytes == 2 * 3 + 3 * 2 * ENDS + 3 * BIG
    assert (done.copies.changed, done.copies.unreadable, done.copies.copies) == (0, 0, 1)
    assert groups_of(area) == {
        frozenset({"Kopi/brev.txt", "Sak/brev.txt"}),
        frozenset({"Kopi/stor.bin", "Sak/stor.bin"}),
    }
    again = scan.run(area.work(), "", wishes)
    assert again.copies is not None
    assert (again.copies.asked, again.copies.groups, again.copies.copies) == (0, 2, 1)
