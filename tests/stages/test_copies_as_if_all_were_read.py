"""Whatever the tree and its changes: the copies found are those that reading everything would find."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.areas import new_area
from tests.watched import Watched, big, groups_of, read_contents

NAMES = st.sampled_from(["a", "b", "Å", "x.txt"])
CONTENTS = st.sampled_from([b"", b"1", b"2", b"12", big(b"one"), big(b"two"), big(b"one", end=b"x")])
EDITS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "folder", "delete", "rename", "copy"]), NAMES, NAMES, NAMES, CONTENTS),
    max_size=10,
)


def edit(top: Path, what: str, one: str, two: str, three: str, content: bytes) -> None:
    folder = top / one
    match what:
        case "write" if folder.is_dir() and not (folder / two).is_dir():
            (folder / two).write_bytes(content)
        case "write" if not folder.is_dir():
            folder.write_bytes(content)
        case "folder" if not folder.exists():
            (folder / two).mkdir(parents=True)
        case "delete" if folder.is_dir():
            shutil.rmtree(folder)
        case "delete":
            folder.unlink(missing_ok=True)
        case "rename" if folder.exists() and not (top / three).exists():
            folder.rename(top / three)
        case "copy" if folder.is_dir() and one != three and not (top / three / two).exists():
            if not (top / three).is_file():
                shutil.copytree(folder, top / three / two)


def naive_groups(top: Path) -> set[frozenset[str]]:
    """Files with equal bytes, by reading all of them."""
    same: dict[bytes, set[str]] = {}
    for path in top.rglob("*"):
        if path.is_file() and path.stat().st_size:
            same.setdefault(path.read_bytes(), set()).add(str(path.relative_to(top)))
    return {frozenset(paths) for paths in same.values() if len(paths) > 1}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(EDITS, min_size=1, max_size=3))
def test_the_groups_are_those_of_reading_everything_whatever_changed_between(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[tuple[str, str, str, str, bytes]]]
) -> None:
    area = new_area(tmp_path_factory.mktemp("areas"))
    area.top.mkdir()
    (area.top / "always.txt").write_bytes(b"12")
    for number, edits in enumerate(runs):
        for change in edits:
            edit(area.top, *change)
        # Every run's files are older than the next one's: two writes within one tick of the clock look the same to any scan.
        for path in area.top.rglob("*"):
            if path.is_file() and path.stat().st_mtime > 1_600_000_000 + number:
                os.utime(path, (1_500_000_000, 1_600_000_000 + number))
        done = read_contents(area, Watched(area))
        expected = naive_groups(area.top)
        assert groups_of(area) == expected
        assert (done.groups, done.duplicates) == (len(expected), sum(map(len, expected)))
