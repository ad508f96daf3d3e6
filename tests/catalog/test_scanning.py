"""What a scan publishes: the difference, with history, and nothing of what an unlisted folder cannot prove."""

import os
import shutil
from collections.abc import Callable, Generator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog import figures, paths, publishing, scanning
from filrydd.errors import NoSuchArea, SourceLooksEmpty, TooManyAffected
from filrydd.model import names
from filrydd.model.hours import Hours
from filrydd.model.listed import Listed, Snag, ToList
from filrydd.stages import classify, scan
from filrydd.stages.scan import walking
from tests.areas import Area, new_area
from tests.listings import Made


def seen_by_os(top: Path) -> set[str]:
    """Every file below a folder, by another enumerator."""
    found = set()
    for folder, _folders, files in os.walk(top):
        found |= {str((Path(folder) / name).relative_to(top)) for name in files}
    return found


def in_catalog(area: Area) -> set[str]:
    with area.catalog() as catalog:
        return {file.path for file in paths.files_by_folder(catalog)}


def test_every_file_and_folder_is_counted_and_sizes_sum_up(make_area: Callable[..., Area]) -> None:
    area = make_area({"a.txt": "12345", "B": {"c.txt": "123", "D": {"e.txt": ""}}, "tom": {}})
    found = area.scan()
    assert (found.files, found.folders, found.bytes, found.unreadable) == (3, 4, 8, 0)
    assert in_catalog(area) == {"a.txt", "B/c.txt", "B/D/e.txt"}


def test_a_second_scan_tells_what_appeared_changed_and_vanished(make_area: Callable[..., Area]) -> None:
    area = make_area({"same.txt": "1", "edited.txt": "1", "gone.txt": "1", "F": {"x.txt": "1"}})
    area.scan()
    (area.top / "edited.txt").write_text("longer now")
    (area.top / "gone.txt").unlink()
    (area.top / "new.txt").write_text("1")
    shutil.rmtree(area.top / "F")
    again = area.scan()
    assert (again.appeared, again.changed, again.vanished) == (1, 1, 2)
    with area.catalog() as catalog:
        rows = catalog.rows("SELECT f.name, c.what FROM file_change c JOIN file f ON f.id = c.file WHERE c.scan = 2")
        assert {(row["name"], row["what"]) for row in rows} == {
            ("edited.txt", "changed"),
            ("gone.txt", "vanished"),
            ("new.txt", "appeared"),
            ("x.txt", "vanished"),
        }


def test_a_file_that_comes_back_keeps_its_id(make_area: Callable[..., Area]) -> None:
    area = make_area({"a.txt": "1", "b.txt": "1"})
    area.scan()
    with area.catalog() as catalog:
        before = paths.find_file(catalog, "a.txt")
    (area.top / "a.txt").unlink()
    area.scan()
    (area.top / "a.txt").write_text("back")
    area.scan()
    with area.catalog() as catalog:
        assert paths.find_file(catalog, "a.txt") == before
    assert in_catalog(area) == {"a.txt", "b.txt"}


def test_an_interrupted_scan_goes_on_where_it_stopped(
    make_area: Callable[..., Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    area = make_area({f"F{n}": {"x.txt": "1", "y.txt": "2"} for n in range(20)})
    monkeypatch.setattr(walking, "_BATCH_ENTRIES", 1)
    stored = scanning.Recording.store
    calls = iter(range(100))

    def stop_at_seven(*given: object, **named: object) -> object:
        if next(calls) == 7:
            raise KeyboardInterrupt
        return stored(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(scanning.Recording, "store", stop_at_seven)
    with pytest.raises(KeyboardInterrupt):
        area.scan()
    with area.catalog() as catalog:
        assert figures.figures(catalog) == {}
        listed = catalog.value("SELECT COUNT(*) FROM seen_folder WHERE state <> 0")
        assert listed == 7
    monkeypatch.setattr(scanning.Recording, "store", stored)
    assert area.scan().files == 40
    assert in_catalog(area) == seen_by_os(area.top)


def test_a_folder_that_cannot_be_listed_does_not_make_its_files_vanish(make_area: Callable[..., Area]) -> None:
    from filrydd.model.entry import Kind, Reason
    from filrydd.sources import open_source

    area = make_area({"åpen": {"a.txt": "1"}, "stengt": {"b.txt": "1", "under": {"c.txt": "1"}}})
    area.scan()

    class Closed:
        """The local source, but that one folder refuses."""

        def __init__(self) -> None:
            self._source = open_source(str(area.top))

        def __getattr__(self, name: str) -> object:
            return getattr(self._source, name)

        def walk(self, todo: Sequence[ToList], next_key: int, most: int = 64) -> Generator[Listed, None, None]:
            refused = set()
            for listed in self._source.walk(todo, next_key, most):
                refused |= {folder.key for folder in listed.folders if folder.name == "stengt"}
                refused |= {folder.key for folder in listed.folders if listed.key in refused}
                if listed.key in refused and listed.folders:
                    yield Made(listed.key, snags=[Snag(None, Kind.FOLDER, Reason.NO_PERMISSION, "EACCES")])
                elif listed.key not in refused:
                    yield listed

    with area.catalog() as catalog:
        again = scan.walk(area.work(), catalog, Closed())  # type: ignore[arg-type]
        assert (again.vanished, again.unreadable, again.files) == (0, 1, 3)
    from filrydd.model.rule import Fate

    judged = classify.run(area.work())
    assert judged.fates[Fate.MOVE].files == 1
    assert judged.fates[Fate.HOLD].files == 2


def test_an_empty_source_is_refused_and_the_catalog_is_unchanged(make_area: Callable[..., Area]) -> None:
    area = make_area({"a.txt": "1"})
    area.scan()
    (area.top / "a.txt").unlink()
    with pytest.raises(SourceLooksEmpty):
        area.scan()
    assert in_catalog(area) == {"a.txt"}


def test_an_area_that_lost_most_of_its_files_is_not_believed_at_once(make_area: Callable[..., Area]) -> None:
    area = make_area({f"{n}.txt": "1" for n in range(30)})
    area.scan()
    for n in range(20):
        (area.top / f"{n}.txt").unlink()
    with pytest.raises(TooManyAffected) as refused:
        area.scan()
    assert "--allow-many" in refused.value.next
    assert len(in_catalog(area)) == 30
    assert scan.run(area.work(), wishes=scan.Wishes(allow_many=True)).vanished == 20


NAMES = st.sampled_from(["a", "b", "Å", "å", "x.txt"])
DEEDS = st.sampled_from(["write", "delete", "folder", "rename", "link", "touch", "rewrite"])
EDITS = st.lists(st.tuples(DEEDS, NAMES, NAMES, NAMES, st.integers(0, 3)), max_size=12)


def edit(top: Path, what: str, one: str, two: str, three: str, size: int) -> None:
    folder = top / one
    file = folder / two if folder.is_dir() else folder
    match what:
        case "write" if not file.is_dir():
            file.write_text("x" * size)
        case "folder" if not folder.exists():
            (folder / two).mkdir(parents=True)
        case "delete" if folder.is_dir():
            shutil.rmtree(folder)
        case "delete":
            folder.unlink(missing_ok=True)
        case "rename" if folder.exists() and not (top / three).exists():
            folder.rename(top / three)
        case "link" if file.is_file() and not (top / three).exists():
            os.link(file, top / three)
        case "touch" if file.exists():
            os.utime(file, ns=(size * 10**9, size * 10**9))
        case "rewrite" if file.is_file():
            # Another file under the same name, with an id that may have been used before.
            file.unlink()
            file.write_text("y" * size)


def everything(area: Area) -> dict[str, tuple[object, ...]]:
    """Every present entry with its facts, as the catalog has them."""
    with area.catalog() as catalog:
        known = paths.folder_paths(catalog)
        columns = "modified, created, attributes, file_id"
        folders = {
            known[row[0]] + "/": tuple(row)[1:]
            for row in catalog.rows(f"SELECT id, {columns} FROM folder WHERE gone IS NULL")
        }
        files = {
            names.join(known[row[0]], row[1]): tuple(row)[2:]
            for row in catalog.rows(f"SELECT folder, name, extension, size, {columns} FROM file WHERE gone IS NULL")
        }
        troubles = {
            f"{known[row[0]]}:{row[1]}": tuple(row)[2:]
            for row in catalog.rows("SELECT folder, name, kind, reason FROM unreadable")
        }
        return folders | files | troubles


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(EDITS, min_size=2, max_size=4))
def test_an_incremental_scan_equals_a_full_one(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, str, str, int]]]
) -> None:
    area = new_area(tmp_path_factory.mktemp("areas"))
    area.top.mkdir()
    (area.top / "always.txt").write_text("1")
    for changes in rounds:
        for change in changes:
            edit(area.top, *change)
        area.scan()
    full = Area(new_area(tmp_path_factory.mktemp("full")).workspace, area.top)
    full.scan()
    assert everything(area) == everything(full)
    assert in_catalog(area) == seen_by_os(area.top)
    with area.catalog() as catalog:
        # Preorder bounds: a folder's subtree is exactly what its path says.
        known = paths.folder_paths(catalog)
        for row in catalog.rows("SELECT id, lo, hi FROM folder WHERE gone IS NULL"):
            inside = {
                r["id"]
                for r in catalog.rows(
                    "SELECT id FROM folder WHERE gone IS NULL AND lo BETWEEN ? AND ?", (row["lo"], row["hi"])
                )
            }
            top = known[row["id"]]
            assert inside == {f for f, path in known.items() if top == "" or path == top or path.startswith(top + "/")}


def test_a_scan_of_what_did_not_change_writes_no_row(make_area: Callable[..., Area]) -> None:
    area = make_area({f"F{n}": {"x.txt": "1", "D": {"y.txt": "2"}} for n in range(5)} | {"tom": {}})
    (area.top / "lenke").symlink_to("F1")
    area.scan()
    with area.catalog() as catalog, catalog.writing():
        catalog.run("CREATE TABLE written (what TEXT)")
        for table in ("folder", "file", "unreadable", "file_change", "descriptor", "principal"):
            for deed in ("INSERT", "UPDATE", "DELETE"):
                catalog.run(
                    f"CREATE TRIGGER see_{table}_{deed} AFTER {deed} ON {table}"
                    f" BEGIN INSERT INTO written VALUES ('{deed} {table}'); END"
                )
    assert (area.scan().changed, area.scan().appeared) == (0, 0)
    with area.catalog() as catalog:
        assert [row[0] for row in catalog.rows("SELECT what FROM written")] == []
    (area.top / "F1" / "x.txt").write_text("longer")
    area.scan()
    with area.catalog() as catalog:
        assert {row[0] for row in catalog.rows("SELECT what FROM written")} == {
            "UPDATE file",
            "UPDATE folder",  # its digest
            "INSERT file_change",
        }


def test_a_file_and_a_folder_that_moved_are_told_as_moved(make_area: Callable[..., Area]) -> None:
    area = make_area({"A": {"x.txt": "1", "y.txt": "22"}, "B": {"z.txt": "333"}, "rest.txt": "4"})
    area.scan()
    (area.top / "A" / "x.txt").rename(area.top / "B" / "renamed.txt")
    (area.top / "B").rename(area.top / "C")
    (area.top / "rest.txt").unlink()
    again = area.scan()
    assert (again.appeared, again.moved, again.vanished) == (0, 2, 1)
    with area.catalog() as catalog:
        rows = catalog.rows(
            "SELECT o.name, n.name FROM file_change c JOIN file o ON o.id = c.old_file JOIN file n ON n.id = c.file"
            " WHERE c.what = 'moved'"
        )
        assert {tuple(row) for row in rows} == {("x.txt", "renamed.txt"), ("z.txt", "z.txt")}


def test_a_new_file_with_an_id_that_was_used_before_has_not_moved(make_area: Callable[..., Area]) -> None:
    area = make_area({"a.txt": "1", "rest.txt": "1"})
    area.scan()
    (area.top / "a.txt").unlink()
    (area.top / "b.txt").write_text("22")  # another size: whatever its id, it is another file
    again = area.scan()
    assert (again.moved, again.appeared, again.vanished) == (0, 1, 1)


def test_one_of_several_links_that_goes_is_not_a_move(make_area: Callable[..., Area]) -> None:
    area = make_area({"a.txt": "1"})
    os.link(area.top / "a.txt", area.top / "b.txt")
    os.link(area.top / "a.txt", area.top / "c.txt")
    area.scan()
    for name in ("a.txt", "b.txt"):
        (area.top / name).unlink()
    os.link(area.top / "c.txt", area.top / "d.txt")
    again = area.scan()
    assert (again.moved, again.appeared, again.vanished) == (0, 1, 2)


def test_a_first_scan_that_is_not_over_is_no_area_yet(
    make_area: Callable[..., Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    area = make_area({f"F{n}": {"x.txt": "1"} for n in range(5)})
    monkeypatch.setattr(publishing, "publish", lambda *_given, **_named: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        area.scan()
    monkeypatch.undo()
    with pytest.raises(NoSuchArea) as refused:
        classify.run(area.work())
    assert refused.value.next == "filrydd scan felles"
    other = Area(area.workspace, area.top / "F1")
    assert other.scan().files == 1  # the unfinished scan of another source is dropped with all it stored
    assert in_catalog(area) == {"x.txt"}


def test_outside_its_hours_a_scan_stops_keeps_what_it_has_and_waits(
    make_area: Callable[..., Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    area = make_area({f"F{n}": {"x.txt": "1"} for n in range(6)})
    monkeypatch.setattr(walking, "_BATCH_ENTRIES", 1)
    now = [datetime(2026, 3, 2, 15, 0)]
    slept: list[float] = []
    stored: list[int] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        with area.catalog() as catalog:
            stored.append(catalog.value("SELECT COUNT(*) FROM seen_folder WHERE state <> 0"))
        now[0] += timedelta(seconds=seconds)

    store = scanning.Recording.store

    def an_hour_later(*given: object) -> None:
        store(*given)  # type: ignore[arg-type]
        now[0] += timedelta(hours=5)

    monkeypatch.setattr(scanning.Recording, "store", an_hour_later)
    load = walking.Load(hours=Hours.parse("17:00-07:00"), clock=lambda: now[0], sleep=sleep)
    assert scan.run(area.work(), str(area.top), scan.Wishes(load=load)).files == 6
    # 15:00 waits for 17:00; three batches later it is 08:00, and so on.
    assert [seconds / 3600 for seconds in slept] == [2, 9, 9]
    assert stored == [0, 3, 6]
