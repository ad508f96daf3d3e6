"""A made-up department area to rehearse with: what real areas have, in small."""

import errno
import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from filrydd.errors import BadUsage
from filrydd.lang import _
from filrydd.rehearsal.sample import tree
from filrydd.rehearsal.sample.tree import SampleFile

PATH_LIMIT = 400
_FOLDER_TIME = 1_700_000_000


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What was made, by the paths in the area; `/` between names, as the system gives them."""

    folders: int
    """Folders, without the top."""
    files: int
    """Regular files, those that cannot be read included."""
    bytes: int
    unreadable: tuple[str, ...]
    """Files and folders that this process may not read; none for the superuser of Linux, or on Windows."""
    special: tuple[str, ...]
    """What is neither folder nor file: a symbolic link, a FIFO."""
    empty_folders: tuple[str, ...]
    too_long: tuple[str, ...]
    """Paths over 400 characters, without any site and library before them."""
    kinds: dict[str, int]
    """How many files are an example of what: chain, duplicate, junk, old voucher, voucher, home, refused (by SharePoint,
    for a name), device (a name that Windows cannot hold), twin, nfd, undecodable, old office, broken, empty, hidden, big,
    too long."""


def make_sample(top: Path, *, seed: int = 1) -> SampleFacts:
    """Make the area in the folder `top`, which must not exist or be empty. The same seed gives the same area.

    Raises BadUsage when something is there.
    """
    root = _native(top)
    os.makedirs(root, exist_ok=True)  # noqa: PTH103 - Path would lose the prefix for long paths on Windows
    if os.listdir(root):  # noqa: PTH208
        raise BadUsage(
            _("The folder {folder} is not empty.").format(folder=top), next=_("Name a folder that does not exist.")
        )
    folders: set[str] = set()
    kinds: Counter[str] = Counter()
    total, count = 0, 0
    too_long = []
    for folder in tree.empty_folders():
        _make_folder(root, folder, folders)
    for file in _files(seed):
        _write(root, file, folders)
        kinds.update([file.kind] if file.kind else [])
        total, count = total + len(file.data), count + 1
        if len(file.path) > PATH_LIMIT:
            too_long.append(file.path)
    unreadable, special = _obstacles(root, folders)
    count += 1
    total += _LOCKED_BYTES
    # Folders last and the deepest first: what is made in a folder moves its time.
    for folder in sorted(folders, key=lambda path: path.count("/"), reverse=True):
        os.utime(_below(root, folder), (_FOLDER_TIME, _FOLDER_TIME))
    os.utime(root, (_FOLDER_TIME, _FOLDER_TIME))
    for path in unreadable:
        os.chmod(_below(root, path), 0)  # noqa: PTH101
    return SampleFacts(
        folders=len(folders),
        files=count,
        bytes=total,
        unreadable=unreadable,
        special=special,
        empty_folders=(*tree.empty_folders(), *({_CLOSED} - set(unreadable))),
        too_long=tuple(too_long),
        kinds=dict(kinds),
    )


def _files(seed: int) -> list[SampleFile]:
    found = list(tree.files(seed))
    if os.name != "nt":
        # A Mac's disk takes neither bytes that are no UTF-8, nor two forms of one name.
        apart = {"undecodable", "twin"} if sys.platform == "darwin" else set()
        found += [file for file in tree.difficult(seed) if file.kind not in apart]
    return found


def _native(path: Path) -> str:
    """The path as the system takes it at any length."""
    whole = os.path.abspath(path)  # noqa: PTH100
    if os.name != "nt" or whole.startswith("\\\\?\\"):
        return whole
    return f"\\\\?\\UNC\\{whole[2:]}" if whole.startswith("\\\\") else f"\\\\?\\{whole}"


def _below(root: str, path: str) -> str:
    return os.path.join(root, *path.split("/"))  # noqa: PTH118


def _make_folder(root: str, path: str, folders: set[str]) -> None:
    above = ""
    for name in path.split("/") if path else []:
        above = f"{above}/{name}" if above else name
        if above not in folders:
            os.mkdir(_below(root, above))  # noqa: PTH102
            folders.add(above)


def _write(root: str, file: SampleFile, folders: set[str]) -> None:
    _make_folder(root, file.path.rpartition("/")[0], folders)
    place = _below(root, file.path)
    with open(place, "xb") as made:  # noqa: PTH123
        made.write(file.data)
    os.utime(place, (file.modified, file.modified))
    if file.kind == "hidden" and sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetFileAttributesW(place, 2)


_LOCKED = "Personal/Lukket/hemmelig.txt"
_CLOSED = "Personal/Uten adgang"
_LOCKED_BYTES = len(b"lukket\n")


def _obstacles(root: str, folders: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make what a scan cannot read; which of it may not be read, and which is neither folder nor file."""
    _write(root, SampleFile(_LOCKED, b"lukket\n", _FOLDER_TIME), folders)
    _make_folder(root, _CLOSED, folders)
    special = []
    place = _below(root, "Prosjekter/Lenke til Budsjett")
    try:
        os.symlink(str(Path("..", "Budsjett")), place, target_is_directory=True)  # noqa: PTH211
        special.append("Prosjekter/Lenke til Budsjett")
    except OSError as trouble:
        # Windows lets few accounts make links (1314: a privilege is missing); the sample does without one then.
        if getattr(trouble, "winerror", None) != 1314 and trouble.errno not in (errno.EPERM, errno.ENOTSUP):
            raise
    if hasattr(os, "mkfifo"):
        os.mkfifo(_below(root, "Prosjekter/rør"))
        special.append("Prosjekter/rør")
    may_lock = hasattr(os, "geteuid") and os.geteuid() != 0
    return ((_LOCKED, _CLOSED) if may_lock else ()), tuple(special)
