"""What every source's walk tells, tested on each kind of them alike and against a second enumerator."""

import os
import unicodedata
from itertools import islice

import pytest

from filrydd.errors import SourceError
from filrydd.model.entry import DIRECTORY, Kind, Reason
from filrydd.model.listed import Passed, ToList
from filrydd.model.names import extension
from tests.sources.conftest import Place
from tests.sources.walking import put_together, same_as_on_disk, top_of, walked

TREE = {
    "a.txt": b"hello world",
    "tom": b"",
    ".skjult": b"1",
    "Økonomi": {"æøå.DOCX": b"x", "2019": {"budsjett.v2.xlsx": b"xy"}, "2020": {}},
    "b": {"c": {"d": {"e.pdf": b"12345"}}},
}


def test_a_walk_tells_what_a_second_enumerator_tells(place: Place) -> None:
    place.make(TREE)
    os.utime(place.top / "a.txt", ns=(1_000_000_000, 1_500_000_000_123_456_700))
    told = walked(place.source)
    assert same_as_on_disk(told, place.top) == 12
    assert told.snags == {}
    assert told.files["a.txt"][4] == 15_000_000_001_234_567
    assert told.files["Økonomi/æøå.DOCX"][2] == "docx"
    assert all(facts[2] == extension(facts[1]) for facts in told.files.values())
    assert told.entries[""] == 5
    assert place.kind == "local" or told.folders["b"].attributes & DIRECTORY


def test_a_walk_tells_the_facts_that_a_listing_tells(place: Place) -> None:
    place.make(TREE)
    told = walked(place.source)
    for folder in ("", *told.folders):
        for seen in place.source.list(folder).entries:
            path = f"{folder}/{seen.name}".lstrip("/")
            if seen.kind is Kind.FILE:
                assert told.files[path][1:2] + told.files[path][3:] == (
                    seen.name,
                    seen.size,
                    seen.modified,
                    seen.created,
                    seen.attributes,
                    seen.file_id,
                )
            else:
                # A folder's time of creation moves on servers that make it up from other times.
                below = told.folders[path]
                assert below[1:3] + below[4:] == (seen.name, seen.modified, seen.attributes, seen.file_id)


@pytest.mark.parametrize("number", [0, 1, 480, 481, 10_000])
def test_no_folder_is_too_full_to_be_walked(place: Place, number: int) -> None:
    full = place.top / "full"
    full.mkdir()
    full.chmod(0o777)
    for index in range(number):
        os.close(os.open(full / f"et ganske langt navn for å fylle sidene {index:05}.txt", os.O_CREAT, 0o666))
    told = walked(place.source)
    assert same_as_on_disk(told, place.top) == number + 1
    assert told.entries["full"] == number


def test_many_folders_each_come_once_with_keys_counted_from_the_given_one(place: Place) -> None:
    for index in range(700):
        (place.top / f"mappe {index % 10}" / f"{index}").mkdir(parents=True)
        (place.top / f"mappe {index % 10}" / f"{index}" / "fil.txt").touch()
    todo = [top_of(place.source)]
    told = put_together(place.source.walk(todo, 5_000), todo)
    assert same_as_on_disk(told, place.top) == 1410
    assert sorted(told.keys) == list(range(5_000, 5_710))


@pytest.mark.parametrize("most", [1, 2, 7])
def test_a_walk_with_few_requests_at_a_time_tells_the_same(place: Place, most: int) -> None:
    place.make(TREE)
    assert same_as_on_disk(walked(place.source, most), place.top) == 12


@pytest.mark.parametrize(
    "name",
    [
        "100% #1 & 'to'",
        "punktum .txt",
        unicodedata.normalize("NFC", "Årsmøte é.txt"),
        unicodedata.normalize("NFD", "Årsmøte é.txt"),
        "🗂️ emoji 𝔸.txt",
        "n" * 251 + ".txt",
        ".bare endelse",
        "uten endelse",
    ],
)
def test_a_name_comes_as_it_is(place: Place, name: str) -> None:
    place.make({name: b"x", "mappe " + name[:200]: {name: b"xy"}})
    assert same_as_on_disk(walked(place.source), place.top) == 3


def test_a_path_of_sixty_folders_is_walked_to_its_end(place: Place) -> None:
    inner = place.top
    for index in range(60):
        inner = inner / f"nivå {index}"
        inner.mkdir()
        inner.chmod(0o777)
    (inner / "nederst.txt").write_bytes(b"x")
    told = walked(place.source)
    assert same_as_on_disk(told, place.top) == 61
    assert max(map(len, told.files)) > 260


def test_hard_links_are_files_with_one_id(place: Place) -> None:
    place.make({"a": {"en.txt": b"x"}, "b": {}})
    os.link(place.top / "a" / "en.txt", place.top / "b" / "to.txt")
    told = walked(place.source)
    assert told.files["a/en.txt"][-1] == told.files["b/to.txt"][-1] != 0


def test_snapshot_folders_are_recorded_and_not_entered(place: Place) -> None:
    place.make({".snapshot": {"gammel.txt": b"x"}, "a": {"~Snapshot": {"b": b"x"}}, "snapshot": {"ny.txt": b"x"}})
    told = walked(place.source)
    assert told.paths == {"a", "snapshot", "snapshot/ny.txt"}
    assert told.snags == {
        ".snapshot": [(Kind.FOLDER, Reason.SNAPSHOT)],
        "a/~Snapshot": [(Kind.FOLDER, Reason.SNAPSHOT)],
    }


def test_a_folder_that_is_gone_is_that_folders_own_snag(place: Place) -> None:
    place.make({"a": {"b.txt": b"x"}})
    above = top_of(place.source).passed
    todo = [ToList(7, "borte/vekk", Passed(4711, 1, above)), ToList(8, "a", Passed(4712, 1, above))]
    told = put_together(place.source.walk(todo, 9), todo)
    assert set(told.files) == {"a/b.txt"}
    assert told.snags == {"borte/vekk": [(Kind.FOLDER, Reason.VANISHED)]}
    assert (told.digests["borte/vekk"], told.entries["borte/vekk"]) == (b"", 0)


def test_a_file_where_a_folder_was_is_that_folders_own_snag(place: Place) -> None:
    place.make({"a": b"x", "b": {"c": b"x"}})
    above = top_of(place.source).passed
    todo = [ToList(7, "a", Passed(4711, 1, above)), ToList(8, "b", Passed(4712, 1, above))]
    told = put_together(place.source.walk(todo, 9), todo)
    assert (set(told.files), set(told.snags)) == ({"b/c"}, {"a"})
    assert len(told.snags["a"]) == 1


@pytest.mark.parametrize("path", ["..", "a/../../etc", "a//b"])
def test_no_path_leads_out_of_the_area_in_a_walk(place: Place, path: str) -> None:
    place.make({"a": {"b": b"x"}})
    todo = [ToList(7, path, Passed(4711, 1, None))]
    told = put_together(place.source.walk(todo, 9), todo)
    assert (told.paths, told.snags) == (set(), {path: [(Kind.FOLDER, Reason.BAD_NAME)]})


def test_entries_that_come_and_go_meanwhile_end_no_walk(place: Place) -> None:
    for index in range(300):
        (place.top / f"{index:03}" / "inni").mkdir(parents=True)
        (place.top / f"{index:03}" / "inni" / "fil.txt").touch()
    todo = [top_of(place.source)]

    def meddled() -> object:
        for number, listed in enumerate(place.source.walk(todo, 2, 4)):
            if number < 200:
                (place.top / f"ny {number}").mkdir()
                (place.top / f"{number:03}" / "inni" / "fil.txt").unlink(missing_ok=True)
                (place.top / f"{number:03}" / "inni").rmdir()
            yield listed

    told = put_together(meddled(), todo)  # type: ignore[arg-type]
    assert {f"{index:03}" for index in range(300)} <= set(told.folders)
    assert {(kind, reason) for snags in told.snags.values() for kind, reason in snags} <= {
        (Kind.FOLDER, Reason.VANISHED)
    }
    assert {f"{index:03}/inni/fil.txt" for index in range(200, 300)} <= set(told.files)


def test_a_walk_goes_on_from_what_another_left_undone(place: Place) -> None:
    place.make(TREE)
    for index in range(100):
        (place.top / "b" / f"{index}").mkdir()
        (place.top / "b" / f"{index}" / "fil.txt").touch()
    first = top_of(place.source)
    walk = place.source.walk([first], 2)
    ways = {1: first}
    undone = {1: first}
    seen: set[str] = set()
    for listed in islice(walk, 20):
        here = ways[listed.key]
        del undone[listed.key]
        for below in listed.folders:
            path = f"{here.path}/{below.name}".lstrip("/")
            ways[below.key] = undone[below.key] = ToList(
                below.key, path, Passed(below.file_id, below.created, here.passed)
            )
            seen.add(path)
        seen.update(f"{here.path}/{facts[1]}".lstrip("/") for facts in listed.files())
    walk.close()
    rest = put_together(place.source.walk(list(undone.values()), max(ways) + 1), undone.values())
    assert not rest.paths & seen
    assert rest.paths | seen == walked(place.source).paths


def test_an_untouched_folder_keeps_its_digest(place: Place) -> None:
    place.make(TREE)
    walked(place.source)  # listing a folder for the first time may move the times that a server makes up for it
    before = walked(place.source).digests
    (place.top / "tom").read_bytes()
    os.utime(place.top / "a.txt", ns=(5_000_000_000, (place.top / "a.txt").stat().st_mtime_ns))
    after = walked(place.source).digests
    assert {path for path in before if before[path] != after[path]} <= {""}  # a change time may count
    assert before["b/c"] == after["b/c"]
    assert len(before["b"]) == 16


@pytest.mark.parametrize("change", ["name", "size", "time", "more", "fewer", "a folder more"])
def test_another_entry_means_another_digest(place: Place, change: str) -> None:
    place.make({"a": {"b.txt": b"hello", "c.txt": b"world"}, "d": {"e": b"x"}})
    walked(place.source)
    before = walked(place.source).digests
    file = place.top / "a" / "b.txt"
    time = file.stat().st_mtime_ns
    if change == "name":
        file.rename(file.with_name("B.txt"))
    elif change == "size":
        file.write_bytes(b"hello!")
        os.utime(file, ns=(time, time))
    elif change == "time":
        os.utime(file, ns=(time, time + 100))
    elif change == "more":
        (file.parent / "ny").touch()
    elif change == "a folder more":
        (file.parent / "ny").mkdir()
    else:
        file.unlink()
    after = walked(place.source).digests
    assert after["a"] != before["a"]
    assert after["d"] == before["d"]


def test_an_attribute_that_changed_means_another_digest(place: Place) -> None:
    place.make({"a": {"b.txt": b"hello"}})
    before = walked(place.source)
    (place.top / "a" / "b.txt").chmod(0o444)
    after = walked(place.source)
    if before.files["a/b.txt"][6] == after.files["a/b.txt"][6]:
        pytest.skip("this server keeps attributes apart from the mode")
    assert before.digests["a"] != after.digests["a"]


def test_a_top_that_is_gone_is_an_error_and_no_empty_area(place: Place) -> None:
    place.make({"a": {}})
    todo = [top_of(place.source)]
    os.rmdir(place.top / "a")
    os.rmdir(place.top)
    with pytest.raises(SourceError) as caught:
        list(place.source.walk(todo, 2))
    assert caught.value.next


def test_a_walk_that_is_closed_half_way_leaves_the_source_usable(place: Place) -> None:
    place.make(TREE)
    walk = place.source.walk([top_of(place.source)], 2)
    next(walk)
    walk.close()
    assert same_as_on_disk(walked(place.source), place.top) == 12
