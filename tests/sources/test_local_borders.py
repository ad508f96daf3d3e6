"""Where a walk of a local folder does not go, and how far it goes."""

import os
import resource
import socket
import subprocess
from pathlib import Path

import pytest

from filrydd.model.entry import Kind, Reason
from filrydd.model.listed import Passed, ToList
from filrydd.sources.local.posix import PosixSource
from tests.sources.walking import put_together, same_as_on_disk, walked

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")


def test_a_path_of_three_hundred_folders_is_walked_up_and_down_with_few_descriptors(
    area: tuple[Path, PosixSource],
) -> None:
    top, source = area
    fd = os.open(top, os.O_RDONLY)
    for level in range(300):
        for name in (f"langt navn på nivå {level}", "ved siden av"):
            os.mkdir(name, dir_fd=fd)
        os.close(os.open("fil.txt", os.O_CREAT | os.O_WRONLY, dir_fd=fd))
        below = os.open(f"langt navn på nivå {level}", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    os.close(fd)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 90, hard))
    try:
        told = walked(source)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (len(told.folders), len(told.files), told.snags) == (600, 300, {})
    assert max(len(path) for path in told.files) > 4096
    deepest = max(told.folders, key=lambda path: path.count("/"))
    todo = [ToList(5, deepest, Passed(0, 0, None)), ToList(6, deepest.rpartition("/")[0], Passed(0, 0, None))]
    assert put_together(source.walk(todo[:1], 9), todo[:1]).snags == {}
    assert list(source.owners([(1, max(told.files, key=len))])) == [(1, f"S-1-22-1-{os.geteuid()}")]


def test_links_pipes_and_sockets_are_snags_and_nothing_else(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "mappe").mkdir()
    (top / "til mappe").symlink_to("mappe")
    (top / "til ingenting").symlink_to("borte")
    os.mkfifo(top / "rør")
    with socket.socket(socket.AF_UNIX) as door:
        place = os.open(top, os.O_RDONLY)
        try:
            door.bind(f"/proc/self/fd/{place}/dør")
        finally:
            os.close(place)
        told = walked(source)
    assert told.paths == {"mappe"}
    assert told.snags == {
        "til mappe": [(Kind.LINK, Reason.LINK)],
        "til ingenting": [(Kind.LINK, Reason.LINK)],
        "rør": [(Kind.OTHER, Reason.SPECIAL)],
        "dør": [(Kind.OTHER, Reason.SPECIAL)],
    }
    assert told.entries[""] == 5


def test_a_folder_that_became_a_link_is_not_entered(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "mappe" / "under").mkdir(parents=True)
    (top / "lenke").symlink_to("mappe")
    todo = [ToList(5, "lenke", Passed(0, 0, None)), ToList(6, "lenke/under", Passed(0, 0, None))]
    told = put_together(source.walk(todo, 9), todo)
    assert told.paths == set()
    assert told.snags == {path: [(Kind.FOLDER, Reason.LINK)] for path in ("lenke", "lenke/under")}
    assert list(source.owners([(1, "lenke"), (2, "lenke/under"), (3, "mappe")])) == [
        (1, Reason.LINK),
        (2, Reason.LINK),
        (3, f"S-1-22-1-{os.geteuid()}"),
    ]


def test_a_way_back_up_ends_a_walk_from_above_and_from_inside(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    inner = top / "a" / "b"
    inner.mkdir(parents=True)
    if subprocess.run(["mount", "--bind", str(top), str(inner)], capture_output=True).returncode:
        pytest.skip("this user may not mount")
    try:
        told = walked(source)
        assert (told.paths, told.snags) == ({"a"}, {"a/b": [(Kind.LINK, Reason.LOOP)]})
        todo = [ToList(5, "a/b", Passed(0, 0, None))]
        assert put_together(source.walk(todo, 9), todo).snags == {"a/b": [(Kind.FOLDER, Reason.LOOP)]}
    finally:
        subprocess.run(["umount", str(inner)], check=True)


def test_a_file_system_mounted_below_is_entered_though_its_numbers_are_the_same(
    area: tuple[Path, PosixSource],
) -> None:
    top, source = area
    for place in (top / "a", top / "a" / "b"):
        place.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "none", str(place)], capture_output=True).returncode:
            pytest.skip("this user may not mount")
    try:
        (top / "a" / "b" / "fil.txt").touch()
        assert (top / "a").stat().st_ino == (top / "a" / "b").stat().st_ino
        told = walked(source)
        assert same_as_on_disk(told, top) == 3 and told.snags == {}
    finally:
        subprocess.run(["umount", str(top / "a" / "b")], check=True)
        subprocess.run(["umount", str(top / "a")], check=True)
