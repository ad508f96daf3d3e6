"""People in the old area and in the new library, and a memory of every content that they ever left in the area."""

import contextlib
import json
import os
import stat
from collections import Counter
from pathlib import Path

from tests.stages.independent import QUARANTINE, Reading

FILE, FOLDER = 0o664, 0o775
# What everybody in the group may do; the operator's own folders stay writable to him alone.
_GROUP = 0o020
KINDS = ("edit", "save anew", "add", "put back", "rename", "delete", "copy")
THERE = ("edit", "delete", "rename", "add")


class People:
    """`live`: how often each content must be somewhere, since nobody has deleted it. `former`: each path's permissions as
    people gave them; `odd`: paths that an administrator touched while they were read-only, whose permissions are his affair."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.top = reading, reading.top
        self.live: Counter[bytes] = Counter()
        self.former: dict[str, int] = {}
        self.odd: set[str] = set()
        self.deleted_there: dict[str, int] = {}
        self.lost: list[str] = []
        self._made = 0

    def settle_in(self) -> None:
        """Remember what there is at the beginning."""
        for path, entry in self.reading.area().items():
            self.former[path] = entry.mode
            if entry.content is not None:
                self.live[entry.content] += 1

    def files(self) -> list[str]:
        """What people see: not what is set aside, nor what is ours."""
        found = []
        for path, mode in sorted(self.reading.modes().items()):
            name = path.rpartition("/")[2]
            if not stat.S_ISDIR(mode) and not name.startswith(".") and not path.startswith(f"{QUARANTINE}/"):
                found.append(path)
        return found

    def folders(self) -> list[str]:
        return [
            path
            for path, mode in sorted(self.reading.modes().items())
            if stat.S_ISDIR(mode) and not path.startswith(QUARANTINE)
        ]

    def act(self, kind: str, which: int, *, admin: bool = False) -> None:
        """What one person does; nothing where permissions do not let an ordinary one."""
        files = self.files()
        with contextlib.suppress(FileNotFoundError, FileExistsError, BlockingIOError, NotADirectoryError):
            if kind in ("add", "put back"):
                self._add(kind, which, admin=admin)
            elif files:
                path = files[which % len(files)]
                if kind == "edit":
                    self._edit(path, admin=admin)
                elif admin or self._may_write_in(path):
                    {"save anew": self._save_anew, "delete": self._delete, "rename": self._rename, "copy": self._copy}[
                        kind
                    ](path)

    def act_there(self, kind: str, which: int, moment: int) -> None:
        """What one person does in the library, by plain HTTP."""
        items = sorted(self.reading.items().items())
        base = f"/drives/{self.reading.drive()}"
        if not self.reading.drive():
            return
        if kind == "add":
            self.reading.ask("PUT", f"{base}/root:/Felles/egen-{self._number()}.txt:/content", self._content())
        elif items:
            path, item = items[which % len(items)]
            if kind == "edit":
                self.reading.ask("PUT", f"{base}/items/{item}/content", self._content())
            elif kind == "delete":
                if self.reading.ask("DELETE", f"{base}/items/{item}"):
                    self.deleted_there[item] = moment
            else:
                name = f"omdøpt {self._number()} {path.rpartition('/')[2]}"
                self.reading.ask(
                    "PATCH", f"{base}/items/{item}", json.dumps({"name": name}).encode(), "application/json"
                )

    def _read(self, path: str) -> bytes:
        # Not waiting for a lease: whoever holds one is this very process.
        with os.fdopen(os.open(self.top / path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            return file.read()

    def _number(self) -> int:
        self._made += 1
        return self._made

    def _content(self) -> bytes:
        number = self._number()
        return f"content {number} ".encode() + b"x" * (number * 7 % 50)

    def _mode(self, path: str) -> int:
        return os.lstat(self.top / path).st_mode

    def _may_write_in(self, path: str) -> bool:
        return bool(self._mode(path.rpartition("/")[0]) & _GROUP)

    def _new(self, path: str, content: bytes, *, admin: bool) -> None:
        with os.fdopen(os.open(self.top / path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "wb") as file:
            # Known before it is there: whoever else looks at the same moment finds it.
            self.live[content] += 1
            file.write(content)
            os.fchmod(file.fileno(), FILE)
        self.former[path] = FILE
        (self.odd.add if admin else self.odd.discard)(path)

    def _edit(self, path: str, *, admin: bool) -> None:
        if not (admin or self._mode(path) & _GROUP):
            return
        with os.fdopen(os.open(self.top / path, os.O_RDWR | os.O_NONBLOCK), "r+b") as file:
            before, now = file.read(), self._content()
            self.live[now] += 1
            file.seek(0)
            file.truncate()
            file.write(now)
        self.live[before] -= 1

    def _save_anew(self, path: str) -> None:
        """As Word does: the new one beside the old one, then both names change."""
        self._take_away(path)
        self._new(path, self._content(), admin=not self._may_write_in(path))

    def _add(self, kind: str, which: int, *, admin: bool) -> None:
        if kind == "put back":
            gone = sorted(path for path in self.former if path and not (self.top / path).exists())
            if not gone:
                return
            path = gone[which % len(gone)]
        else:
            folders = self.folders()
            path = f"{folders[which % len(folders)]}/ny {self._number()}.txt".lstrip("/")
        above = path.rpartition("/")[0]
        if self.former.get(path, FILE) & 0o111 or not (self.top / above).is_dir():
            return
        if admin or self._may_write_in(path):
            self._new(path, self._content(), admin=not self._may_write_in(path))

    def _copy(self, path: str) -> None:
        content = self._read(path)
        self._new(f"{path.rpartition('.')[0]} kopi {self._number()}.txt", content, admin=not self._may_write_in(path))

    def _rename(self, path: str) -> None:
        new = f"{path.rpartition('/')[0]}/nytt navn {self._number()}.txt".lstrip("/")
        # An administrator alone may in a folder that is read-only, also while its files are being made so.
        sealed = not (self._mode(path) & _GROUP and self._may_write_in(path))
        (self.top / path).rename(self.top / new)
        self.former[new] = self.former.get(path, FILE)
        if sealed or path in self.odd:
            self.odd.add(new)

    def _delete(self, path: str) -> None:
        self._take_away(path)

    def _take_away(self, path: str) -> None:
        # One rename, so that what is taken away is what was read.
        place = self.top.parent / f"taken {self._number()}"
        (self.top / path).rename(place)
        self.live[place.read_bytes()] -= 1
        place.unlink()


def layout(top: Path) -> None:
    """An area of seven files."""
    for number, path in enumerate(
        (
            "Bilag/gammel.pdf",
            "Bilag/ny.pdf",
            "Notat/a.txt",
            "Notat/b.txt",
            "Notat/Under/c.txt",
            "Hjem/privat.txt",
            "Thumbs.db",
        )
    ):
        place = top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(f"first {number}".encode() * (number + 1))
        place.chmod(FILE)
        then = 1_273_017_600 if path == "Bilag/gammel.pdf" else 1_746_000_000
        os.utime(place, (then, then))
    (top / "Notat" / "b.txt").chmod(0o660)
    for folder, _folders, _files in os.walk(top):
        Path(folder).chmod(FOLDER)
    (top / "Notat" / "Under").chmod(0o2775)
