"""What a scan publishes: the difference, with history, and nothing of what an unlisted folder cannot prove."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog import paths, scanning
from filrydd.errors import SourceLooksEmpty, TooManyAffected
from filrydd.stages import scan
from tests.areas import Area, new_area


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
    monkeypatch.setattr(scan, "_BATCH_ENTRIES", 1)
    stored = scanning.record
    calls = iter(range(100))

    def stop_at_seven(*given: object, **named: object) -> object:
        if next(calls) == 7:
            raise KeyboardInterrupt
        return stored(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(scanning, "record", stop_at_seven)
    with pytest.raises(KeyboardInterrupt):
        area.scan()
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM file") == 0
        listed = catalog.value("SELECT COUNT(*) FROM seen_folder WHERE listed")
        assert listed == 7
    monkeypatch.setattr(scanning, "record", stored)
    assert area.scan().files == 40
    assert in_catalog(area) == seen_by_os(area.top)


def test_a_folder_that_cannot_be_listed_does_not_make_its_files_vanish(make_area: Callable[..., Area]) -> None:
    from filrydd.model.entry import Kind, Listing, Reason, Trouble
    from filrydd.sources import open_source

    area = make_area({"åpen": {"a.txt": "1"}, "stengt": {"b.txt": "1", "under": {"c.txt": "1"}}})
    area.scan()

    class Closed:
        """The local source, but that one folder refuses."""

        def __init__(self) -> None:
            self._source = open_source(str(area.top))

        def __getattr__(self, name: str) -> object:
            return getattr(self._source, name)

        def list(self, path: str) -> Listing:
            if path == "stengt":
                return Listing(path, (), (Trouble(path, Kind.FOLDER, Reason.NO_PERMISSION, "EACCES"),))
            return self._source.list(path)

    with area.catalog() as catalog:
        again = scan.walk(area.work(), catalog, Closed())  # type: ignore[arg-type]
        assert (again.vanished, again.unreadable, again.files) == (0, 1, 3)
    from filrydd.model.rule import Fate
    from filrydd.stages import classify

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
    assert scan.run(area.work(), allow_many=True).vanished == 20


NAMES = st.sampled_from(["a", "b", "Å", "å", "x.txt"])
EDITS = st.lists(
    st.tuples(st.sampled_from(["write", "delete", "folder", "rename"]), NAMES, NAMES, NAMES, st.integers(0, 3)),
    max_size=12,
)


def edit(top: Path, what: str, one: str, two: str, three: str, size: int) -> None:
    folder = top / one
    match what:
        case "write" if folder.is_dir() and not (folder / two).is_dir():
            (folder / two).write_text("x" * size)
        case "write" if not folder.is_dir():
            folder.write_text("x" * size)
        case "folder" if not folder.exists():
            (folder / two).mkdir(parents=True)
        case "delete" if folder.is_dir():
            shutil.rmtree(folder)
        case "delete":
            folder.unlink(missing_ok=True)
        case "rename" if folder.exists() and not (top / three).exists():
            folder.rename(top / three)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(EDITS, EDITS)
def test_an_incremental_scan_equals_a_full_one(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, str, str, str, int]],
    then: list[tuple[str, str, str, str, int]],
) -> None:
    area = new_area(tmp_path_factory.mktemp("areas"))
    area.top.mkdir()
    (area.top / "always.txt").write_text("1")
    for change in first:
        edit(area.top, *change)
    area.scan()
    for change in then:
        edit(area.top, *change)
    again = area.scan()
    assert in_catalog(area) == seen_by_os(area.top)
    with area.catalog() as catalog:
        facts = {file.path: file.size for file in paths.files_by_folder(catalog)}
        assert facts == {path: (area.top / path).stat().st_size for path in facts}
        assert again.files == len(facts)
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
