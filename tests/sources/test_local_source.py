"""What only a local folder does."""

import errno
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filrydd.errors import SourceGone, SourceRefused
from filrydd.model.entry import HIDDEN, READONLY, Kind, Reason
from filrydd.model.names import stored
from filrydd.sources import EntryTrouble, open_source
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.local.windows_handle import extended

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
HELLO = "aCgDG9jwBhDc4Q1yawMZAAAAAAA="
Make = Callable[..., Path]


def troubles(source: PosixSource, path: str = "") -> dict[str, Reason]:
    return {trouble.path: trouble.reason for trouble in source.list(path).troubles}


def as_ordinary_user(act: str, *words: str) -> str:
    """Run Python as `nobody`, whom permissions bind; what it needs is imported before it becomes him."""
    code = (
        "import json, os, sys\n"
        "from filrydd.errors import SourceRefused\n"
        "from filrydd.sources import EntryTrouble, open_source\n"
        "import filrydd.sources.local.posix\n"
        f"os.setgroups([]); os.setgid(65534); os.setuid(65534)\n{act}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "FILRYDD_LANG": "en"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users can reach; pytest's own is closed to them."""
    with tempfile.TemporaryDirectory(prefix="filrydd-") as place:
        Path(place).chmod(0o755)
        yield Path(place)


def test_links_pipes_sockets_and_devices_are_entries_with_a_reason(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "fil.txt").write_bytes(b"x")
    (top / "mappe").mkdir()
    (top / "til fil").symlink_to("fil.txt")
    (top / "til mappe").symlink_to("mappe")
    (top / "til ingenting").symlink_to("borte")
    os.mkfifo(top / "rør")
    with socket.socket(socket.AF_UNIX) as door:
        place = os.open(top, os.O_RDONLY)
        try:
            door.bind(f"/proc/self/fd/{place}/dør")
        finally:
            os.close(place)
        listing = source.list("")
    assert {entry.name: entry.kind for entry in listing.entries} == {
        "fil.txt": Kind.FILE,
        "mappe": Kind.FOLDER,
        "til fil": Kind.LINK,
        "til mappe": Kind.LINK,
        "til ingenting": Kind.LINK,
        "rør": Kind.OTHER,
        "dør": Kind.OTHER,
    }
    assert {trouble.path: (trouble.kind, trouble.reason) for trouble in listing.troubles} == {
        "til fil": (Kind.LINK, Reason.LINK),
        "til mappe": (Kind.LINK, Reason.LINK),
        "til ingenting": (Kind.LINK, Reason.LINK),
        "rør": (Kind.OTHER, Reason.SPECIAL),
        "dør": (Kind.OTHER, Reason.SPECIAL),
    }


@pytest.mark.parametrize("path", ["lenke", "lenke/fil.txt", "mappe/opp/mappe/fil.txt"])
def test_no_call_goes_through_a_link(area: tuple[Path, PosixSource], path: str) -> None:
    top, source = area
    (top / "mappe").mkdir()
    (top / "mappe" / "fil.txt").write_bytes(b"hello world")
    (top / "mappe" / "opp").symlink_to("..")
    (top / "lenke").symlink_to("mappe" if path != "lenke" else "mappe/fil.txt")
    assert set(source.list("lenke" if "opp" not in path else "mappe/opp").entries) == set()
    number = source.look("mappe/fil.txt").file_id
    for act in (
        lambda: source.open(path),
        lambda: source.in_use(path),
        lambda: source.permission(path, Kind.FILE),
        lambda: source.retire(path, size=11, hash=HELLO, file_id=number),
    ):
        with pytest.raises(EntryTrouble) as caught:
            act()
        assert caught.value.reason is Reason.LINK
    assert (top / "mappe" / "fil.txt").exists()


def test_a_pipe_is_not_waited_for(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    os.mkfifo(top / "rør")
    with pytest.raises(EntryTrouble) as caught:
        source.open("rør")
    assert caught.value.reason is Reason.SPECIAL


def test_names_that_are_no_utf8_are_listed_and_opened(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    raws = [b"r\xe6v.txt", b"a\\b.txt", b"ny\nlinje", b"\xff\xfe"]
    for raw in raws:
        with open(os.path.join(os.fsencode(top), raw), "wb") as file:
            file.write(raw)
    names = [entry.name for entry in source.list("").entries]
    assert sorted(names) == sorted(stored(os.fsdecode(raw)) for raw in raws)
    "\n".join(names).encode("utf-8")
    for raw in raws:
        with source.open(stored(os.fsdecode(raw))) as reader:
            assert reader.read(100) == raw


def test_paths_longer_than_the_system_takes_are_walked_read_and_deleted(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    name = "en mappe med et langt navn " + "x" * 200
    depth = 25
    fd = os.open(top, os.O_RDONLY)
    for _level in range(depth):
        os.mkdir(name, dir_fd=fd)
        below = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    with open(os.open("fil.txt", os.O_CREAT | os.O_WRONLY, dir_fd=fd), "wb") as file:
        file.write(b"hello world")
    os.close(fd)
    path = "/".join([name] * depth)
    assert len(path) > 4096
    assert [entry.name for entry in source.list(path).entries] == ["fil.txt"]
    with source.open(f"{path}/fil.txt") as reader:
        assert reader.read(20) == b"hello world"
    source.permit(f"{path}/fil.txt", Kind.FILE, source.permission(f"{path}/fil.txt", Kind.FILE))
    assert source.in_use(f"{path}/fil.txt") is False
    source.retire(f"{path}/fil.txt", size=11, hash=HELLO, file_id=source.look(f"{path}/fil.txt").file_id)
    for level in range(depth, 0, -1):
        assert source.retire_folder("/".join([name] * level)) is True
    assert source.list("").entries == ()


def test_hidden_and_write_protected_show_as_attributes(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    for name, mode in ((".skjult", 0o644), ("vernet.txt", 0o444), ("vanlig.txt", 0o644)):
        (top / name).write_bytes(b"")
        (top / name).chmod(mode)
    assert {entry.name: entry.attributes for entry in source.list("").entries} == {
        ".skjult": HIDDEN,
        "vernet.txt": READONLY,
        "vanlig.txt": 0,
    }


def test_a_way_back_up_is_a_loop_and_not_a_folder(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    inner = top / "a" / "b"
    inner.mkdir(parents=True)
    if subprocess.run(["mount", "--bind", str(top), str(inner)], capture_output=True).returncode:
        pytest.skip("this user may not mount")
    try:
        listing = source.list("a")
        assert [(entry.name, entry.kind) for entry in listing.entries] == [("b", Kind.LINK)]
        assert troubles(source, "a") == {"a/b": Reason.LOOP}
        assert troubles(source, "a/b") == {"a/b": Reason.LOOP}
    finally:
        subprocess.run(["umount", str(inner)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_what_this_user_may_not_read_becomes_trouble_not_an_exception(public_folder: Path) -> None:
    top = public_folder
    (top / "åpen.txt").write_bytes(b"x")
    (top / "lukket.txt").write_bytes(b"x")
    (top / "lukket.txt").chmod(0o600)
    (top / "lukket").mkdir()
    (top / "lukket").chmod(0o700)
    told = as_ordinary_user(
        "s = open_source(sys.argv[1])\n"
        "rows = lambda p: [[t.path, t.kind, t.reason] for t in s.list(p).troubles]\n"
        "try:\n    s.open('lukket.txt')\n    opened = ''\n"
        "except EntryTrouble as trouble:\n    opened = trouble.reason\n"
        "print(json.dumps([sorted(e.name for e in s.list('').entries), rows(''), rows('lukket'), opened]))",
        str(top),
    )
    assert json.loads(told) == [
        ["lukket", "lukket.txt", "åpen.txt"],
        [["lukket.txt", "file", "no permission"]],
        [["lukket", "folder", "no permission"]],
        "no permission",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_a_top_without_permission_is_refused(public_folder: Path) -> None:
    top = public_folder
    top.chmod(0o700)
    told = as_ordinary_user(
        "for act in ('top', 'list'):\n"
        "    try:\n        getattr(open_source(sys.argv[1]), act)(*([''] if act == 'list' else []))\n"
        "    except SourceRefused as error:\n        print('refused', bool(error.next))",
        str(top),
    )
    assert told.splitlines() == ["refused True", "refused True"]


def test_a_top_that_is_missing_or_a_file_is_gone(area: tuple[Path, PosixSource]) -> None:
    top, _source = area
    (top / "fil.txt").write_bytes(b"")
    for name in ("borte", "fil.txt"):
        with pytest.raises(SourceGone):
            open_source(str(top / name)).top()


def test_a_disk_that_was_swapped_under_the_run_is_gone(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "a").mkdir()
    source.list("")
    top.rename(top.with_name("gammel"))
    top.mkdir()
    with pytest.raises(SourceGone):
        source.list("")
    with pytest.raises(SourceGone):
        source.top()


def test_windows_paths_get_the_form_without_a_limit() -> None:
    assert extended(r"C:\data\a") == r"\\?\C:\data\a"
    assert extended(r"\\server\felles\a") == r"\\?\UNC\server\felles\a"
    assert extended(r"\\?\C:\data") == r"\\?\C:\data"


def test_every_module_for_windows_can_be_imported_elsewhere() -> None:
    from filrydd.sources.local.windows import WindowsSource

    assert WindowsSource.__doc__


def test_errors_have_the_systems_own_word(area: tuple[Path, PosixSource]) -> None:
    _top, source = area
    with pytest.raises(EntryTrouble) as caught:
        source.look("borte")
    assert caught.value.detail == f"ENOENT {os.strerror(errno.ENOENT)}"
    assert SourceRefused.exit_code == 1
