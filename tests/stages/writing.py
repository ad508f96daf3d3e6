"""People who go on working on a share while it is sealed, and who note what the server confirmed to them.

A `Writer` is one connection of one user, made with smbprotocol alone: nothing of filrydd's. It works below a top folder of its
own, so that what lies there in the end is what it was told, or something was lost. Each file holds words that no other file
ever held.
"""

import random
import struct
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.open import Open, SMB2QueryInfoRequest, SMB2SetInfoRequest
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

# Access, [MS-SMB2] 2.2.13.1; sharing is always with everybody, as editors share.
READ, WRITE, APPEND, ATTRIBUTES, WRITE_ATTRIBUTES = 0x1, 0x2, 0x4, 0x80, 0x100
DELETE, READ_CONTROL, WRITE_DAC = 0x10000, 0x20000, 0x40000
_ALL = 7
OPEN, MAKE = 1, 2
_FOLDER, _FILE, _DELETE_ON_CLOSE = 0x1, 0x40, 0x1000
_BASIC, _RENAME = 4, 10
_SECURITY, _OWNER_GROUP_DACL, _DACL = 3, 7, 4

DENIED, SHARING, DELETE_PENDING, GONE = 0xC0000022, 0xC0000043, 0xC0000056, 0xC0000034
_USUAL = {DENIED, SHARING, DELETE_PENDING, GONE, 0xC000003A, 0xC0000035, 0xC0000101, 0xC0000121}
"""Refusals that a share gives for what goes on there: denied, in use, being deleted, not there, there already, not empty,
and not to be deleted."""
OWNER_RIGHTS = bytes.fromhex("010100000000000304000000")
"""S-1-3-4, which no permission of these areas names but that of a seal."""

DURING, AFTER, OPENING, OPENED, ENOUGH, NIGHT = range(6)
"""What goes on: the area is being sealed, it was (or that was refused), it is being opened again, it is open; enough; and
nobody works for a while."""


class _Nothing(Exception):
    """There is nothing to do this with."""


class Client:
    """One user's connection to a share."""

    def __init__(self, port: int, share: str, user: str, password: str) -> None:
        self._connection = Connection(uuid.uuid4(), "127.0.0.1", port)
        self._connection.connect(timeout=30)
        self._session = Session(self._connection, user, password, require_encryption=False)
        self._session.connect()
        self._tree = TreeConnect(self._session, rf"\\127.0.0.1\{share}")
        self._tree.connect()

    def open(self, path: str, access: int, disposition: int = OPEN, options: int = 0) -> Any:
        opened = Open(self._tree, path.replace("/", "\\"))
        opened.create(2, access | ATTRIBUTES | 0x100000, 0, _ALL, disposition, options)
        return opened

    def rename(self, opened: Any, path: str, *, over: bool = False) -> None:
        name = path.replace("/", "\\").encode("utf-16-le")
        self._set(opened, 1, _RENAME, struct.pack("<B7xqI", over, 0, len(name)) + name)

    def times(self, opened: Any, modified: int) -> None:
        self._set(opened, 1, _BASIC, struct.pack("<qqqqI4x", 0, 0, modified, 0, 0))

    def modified(self, opened: Any) -> int:
        """In 100 ns, as the server tells it; the library's own answer is rounded."""
        return int(struct.unpack_from("<16xq", self._query(opened, 1, _BASIC, 40))[0])

    def descriptor(self, opened: Any) -> bytes:
        return self._query(opened, _SECURITY, 0, 65536, _OWNER_GROUP_DACL)

    def _query(self, opened: Any, kind: int, what: int, room: int, parts: int = 0) -> bytes:
        asked = SMB2QueryInfoRequest()
        asked["info_type"], asked["file_info_class"], asked["additional_information"] = kind, what, parts
        asked["output_buffer_length"], asked["file_id"] = room, opened.file_id
        answer = self._ask(asked)
        start, length = struct.unpack_from("<2xHI", answer)
        return answer[start - 64 : start - 64 + length]

    def permit(self, opened: Any, descriptor: bytes) -> None:
        self._set(opened, _SECURITY, 0, descriptor, _DACL)

    def _set(self, opened: Any, kind: int, what: int, value: bytes, parts: int = 0) -> None:
        change = SMB2SetInfoRequest()
        change["info_type"], change["file_info_class"], change["additional_information"] = kind, what, parts
        change["file_id"], change["buffer"] = opened.file_id, value
        self._ask(change)

    def _ask(self, message: Any) -> bytes:
        sent = self._connection.send(message, sid=self._session.session_id, tid=self._tree.tree_connect_id)
        return bytes(self._connection.receive(sent)["data"].get_value())

    def end(self) -> None:
        with suppress(Exception):
            self._connection.disconnect(True)


@dataclass(frozen=True)
class Manner:
    """How one works. `held`: what becomes of a handle for writing that was opened first: it `closes` after a while, or `never`;
    none when empty. `folders`: makes and renames them too. `stealth`: edits that leave size and time. `grants`: an owner gives
    himself all rights, `old_grants`: through a handle from before. `old_renames`: a folder is renamed through one; both
    twice, or again and again by one who `insists`."""

    held: str = ""
    folders: bool = True
    stealth: bool = False
    grants: bool = False
    old_grants: bool = False
    old_renames: bool = False
    insists: bool = False


@dataclass
class Told:
    """What the server confirmed: the content of each file, the folders, each entry's permissions as last seen or set, and
    the paths of those that this user set. Counts of acts by phase; `strange` refusals and what came after the seal."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    permissions: dict[str, bytes] = field(default_factory=dict)
    granted: set[str] = field(default_factory=set)
    allowed: dict[int, Counter[str]] = field(default_factory=dict)
    refused: dict[int, Counter[str]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)


class Writer:
    """One who works below `top` of a share (both with the area's own path before them)."""

    def __init__(self, client: Client, top: str, told: Told, manner: Manner, full: bytes, seed: int) -> None:
        self.client, self.top, self.told, self.manner = client, top, told, manner
        self._dice = random.Random(seed)
        self._full = full  # a descriptor that lets the owner do all
        self._words = self._stubborn = 0
        self._phase = DURING
        self._old: dict[str, tuple[Any, str]] = {}
        self._hit = False  # whether somebody has refused something that was allowed before

    def go(self, phase: Callable[[], int], done: Callable[[int, int], None], pause: float = 0.0) -> None:
        """Work until it is enough; `done(phase, acts)` after each act."""
        acts: Counter[int] = Counter()
        self._open_old()
        closes = self._dice.randrange(40, 160)
        while (now := phase()) != ENOUGH:
            self._phase = now
            if now == NIGHT:
                self._close_old("held")
                time.sleep(0.005)
                continue
            self.act()
            acts[now] += 1
            done(now, acts[now])
            if self.manner.held == "closes" and acts[DURING] >= closes:
                self._close_old("held")
            if pause:
                time.sleep(pause)
        for name in list(self._old):
            self._close_old(name)

    def act(self) -> None:
        acts = [self.edit, self.edit, self.append, self.add, self.rename_file, self.delete, self.copy_over]
        if self.manner.folders:
            acts += [self.make, self.rename_folder]
        if self.manner.stealth:
            acts.append(self.edit_in_secret)
        if self.manner.grants:
            acts.append(self.grant)
        if "held" in self._old:
            acts += [self.write_held] * 2
        tired = self._stubborn > 1 and not self.manner.insists
        if "grants" in self._old and self._hit and not tired:
            acts.append(self.grant_old)
        if "renames" in self._old and self._hit and not tired:
            acts.append(self.rename_old)
        chosen = self._dice.choice(acts)
        try:
            chosen()
        except _Nothing:
            return
        except SMBResponseException as no:
            self.told.refused.setdefault(self._phase, Counter())[chosen.__name__] += 1
            self._hit = self._hit or no.status == DENIED
            if no.status not in _USUAL:
                self.told.strange.append(f"{chosen.__name__}: 0x{no.status:08X}")
        else:
            self.told.allowed.setdefault(self._phase, Counter())[chosen.__name__] += 1

    # Each act notes a step as soon as the server has confirmed it.

    def edit(self) -> None:
        path = self._some_file()
        opened = self.client.open(path, READ | WRITE, options=_FILE)
        try:
            self._write(opened, path, self._within(path))
        finally:
            self._close(opened)

    def edit_in_secret(self) -> None:
        path = self._some_file()
        opened = self.client.open(path, READ | WRITE | WRITE_ATTRIBUTES, options=_FILE)
        try:
            before = self.client.modified(opened)
            self._write(opened, path, self._within(path))
            self.client.times(opened, before)
        finally:
            self._close(opened)

    def append(self) -> None:
        path = self._some_file()
        opened = self.client.open(path, APPEND, options=_FILE)
        try:
            self._write(opened, path, len(self.told.files[path]))
        finally:
            self._close(opened)

    def add(self) -> None:
        self._new(f"{self._some_folder()}/ny {self._number()}.txt")

    def make(self) -> None:
        path = f"{self._some_folder()}/mappe {self._number()}"
        opened = self.client.open(path, READ_CONTROL, MAKE, _FOLDER)
        self.told.folders.add(path)
        try:
            self.told.permissions[path] = self.client.descriptor(opened)
        finally:
            self._close(opened)

    def rename_file(self) -> None:
        path = self._some_file()
        opened = self.client.open(path, DELETE, options=_FILE)
        try:
            new = f"{self._some_folder()}/omdøpt {self._number()}.txt"
            self.client.rename(opened, new)
            self._moved(path, new)
        finally:
            self._close(opened)

    def rename_folder(self) -> None:
        path = self._some_folder()
        if path == self.top or any(held.startswith(f"{path}/") or held == path for _one, held in self._old.values()):
            raise _Nothing
        opened = self.client.open(path, DELETE, options=_FOLDER)
        try:
            above = path.rpartition("/")[0]
            new = f"{above}/omdøpt mappe {self._number()}"
            self.client.rename(opened, new)
            self._moved(path, new)
        finally:
            self._close(opened)

    def delete(self) -> None:
        if len(self.told.files) < 6:
            raise _Nothing
        path = self._some_file()
        opened = self.client.open(path, DELETE, options=_FILE | _DELETE_ON_CLOSE)
        opened.close()
        self._forget(path)

    def copy_over(self) -> None:
        path = self._some_file()
        beside = f"{path.rpartition('/')[0]}/~ny {self._number()}.tmp"
        self._new(beside)
        opened = self.client.open(beside, DELETE, options=_FILE)
        try:
            self.client.rename(opened, path, over=True)
            self._forget(path)
            self._moved(beside, path)
        finally:
            self._close(opened)

    def grant(self) -> None:
        path = self._some_file()
        opened = self.client.open(path, READ_CONTROL | WRITE_DAC, options=_FILE)
        try:
            self._grant(opened, path)
        finally:
            self._close(opened)

    def write_held(self) -> None:
        opened, path = self._old["held"]
        self._write(opened, path, self._within(path))

    def grant_old(self) -> None:
        opened, path = self._old["grants"]
        self._grant(opened, path)
        self._stubborn += 1

    def rename_old(self) -> None:
        opened, path = self._old["renames"]
        new = f"{path.rpartition('/')[0]}/omdøpt mappe {self._number()}"
        self.client.rename(opened, new)
        self._moved(path, new)
        self._old["renames"] = opened, new
        self._stubborn += 1

    def _open_old(self) -> None:
        if self.manner.held:
            self._hold("held", "holdt/skrives.txt", READ | WRITE, _FILE)
        if self.manner.old_grants:
            self._hold("grants", "holdt/eies.txt", READ_CONTROL | WRITE_DAC, _FILE)
        if self.manner.old_renames:
            self._hold("renames", "flyttes", DELETE, _FOLDER)

    def _hold(self, name: str, path: str, access: int, options: int) -> None:
        with suppress(SMBResponseException):  # who comes late is refused
            self._old[name] = self.client.open(f"{self.top}/{path}", access, options=options), f"{self.top}/{path}"

    def _close_old(self, name: str) -> None:
        if name in self._old:
            self._close(self._old.pop(name)[0])

    def _close(self, opened: Any) -> None:
        with suppress(SMBResponseException):
            opened.close()

    def _new(self, path: str) -> None:
        opened = self.client.open(path, WRITE | READ_CONTROL, MAKE, _FILE)
        self.told.files[path] = b""
        try:
            self.told.permissions[path] = self.client.descriptor(opened)
            self._write(opened, path, 0)
        finally:
            self._close(opened)

    def _write(self, opened: Any, path: str, offset: int) -> None:
        words = f"<{self.top.rpartition('/')[2]} {self._number():07}>".encode()
        written = opened.write(words, offset)
        assert written == len(words)
        before = self.told.files[path]
        self.told.files[path] = before[:offset] + words + before[offset + len(words) :]

    def _within(self, path: str) -> int:
        """Where an edit leaves the size as it is, if the file is large enough."""
        return self._dice.randrange(max(1, len(self.told.files[path]) - 24))

    def _grant(self, opened: Any, path: str) -> None:
        self.client.permit(opened, self._full)
        self.told.granted.add(path)
        self.told.permissions[path] = self.client.descriptor(opened)

    def _number(self) -> int:
        self._words += 1
        return self._words

    def _some_file(self) -> str:
        held = {path for _opened, path in self._old.values()}
        return self._dice.choice(sorted(path for path in self.told.files if path not in held))

    def _some_folder(self) -> str:
        return self._dice.choice(sorted(self.told.folders))

    def _forget(self, path: str) -> None:
        self.told.files.pop(path, None)
        self.told.permissions.pop(path, None)
        self.told.granted.discard(path)

    def _moved(self, path: str, new: str) -> None:
        def there(old: str) -> str:
            return new + old[len(path) :] if old == path or old.startswith(f"{path}/") else old

        told = self.told
        told.files = {there(old): content for old, content in told.files.items()}
        told.folders = {there(old) for old in told.folders}
        told.permissions = {there(old): content for old, content in told.permissions.items()}
        told.granted = {there(old) for old in told.granted}
