"""What a user of this system can do to a local entry, found out by doing it: the letters of `rights_tried`, without `o`."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from tests.sources.rights_tried import CONTENT

FILE, FOLDER = "rwamdp", "lfsmdp"


def tried(uid: int, gid: int, places: list[Path], spare: Path) -> list[str]:
    """By place the letters of the acts that somebody can do, `-` for each that he cannot. Needs root, and a folder on the
    same volume to keep files in meanwhile.

    It is done in a child, which is somebody else at times: a whole process has one user.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            told = "\n".join(_cells(uid, gid, place, spare) for place in places)
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        told = answers.read()
    os.waitpid(child, 0)
    return told.split("\n")


def _cells(uid: int, gid: int, place: Path, spare: Path) -> str:
    acts = {**_OF_BOTH, **(_OF_FOLDERS if place.is_dir() else _OF_FILES)}
    letters = FOLDER if place.is_dir() else FILE
    return "".join(letter if _does(acts[letter], uid, gid, place, spare) else "-" for letter in letters)


def _does(act: Callable[[Path], object], uid: int, gid: int, place: Path, spare: Path) -> bool:
    found = place.stat()
    kept = spare / "kept"
    if not place.is_dir():
        os.link(place, kept)
    os.setegid(gid)
    os.seteuid(uid)
    try:
        act(place)
        return True
    except PermissionError:
        return False
    finally:
        os.seteuid(0)
        os.setegid(0)
        _put_back(place, found, kept)


def _put_back(place: Path, found: os.stat_result, kept: Path) -> None:
    if stat.S_ISDIR(found.st_mode):
        for made in ("ny fil", "ny mappe") if place.is_dir() else ():
            inside = place / made
            if inside.is_dir():
                inside.rmdir()
            else:
                inside.unlink(missing_ok=True)
        if not place.is_dir():
            place.mkdir()
            os.chown(place, found.st_uid, found.st_gid)
    else:
        if not place.exists():
            os.link(kept, place)
        kept.unlink()
        os.truncate(place, len(CONTENT))
    if place.stat().st_mode != found.st_mode:
        place.chmod(stat.S_IMODE(found.st_mode))


def _read(place: Path) -> None:
    assert place.read_bytes() == CONTENT


def _write(place: Path) -> None:
    with place.open("r+b") as file:
        file.write(CONTENT)


def _append(place: Path) -> None:
    with place.open("ab") as file:
        file.write(b" mer")


def _rename(place: Path) -> None:
    new = place.with_name(f"{place.name} ny")
    place.rename(new)
    new.rename(place)


def _delete(place: Path) -> None:
    if place.is_dir():
        place.rmdir()
    else:
        place.unlink()


def _permit(place: Path) -> None:
    place.chmod(0o777)


_OF_BOTH: dict[str, Callable[[Path], object]] = {"m": _rename, "d": _delete, "p": _permit}
_OF_FILES: dict[str, Callable[[Path], object]] = {"r": _read, "w": _write, "a": _append}
_OF_FOLDERS: dict[str, Callable[[Path], object]] = {
    "l": lambda place: list(place.iterdir()),
    "f": lambda place: (place / "ny fil").touch(),
    "s": lambda place: (place / "ny mappe").mkdir(),
}
