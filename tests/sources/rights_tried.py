"""What a user of a share can do to an entry, found out by doing it, with a client that is none of ours (smbprotocol).

Each letter is one act: `r` read, `l` list, `w` write, `a` append, `m` rename, `d` delete, `f` make a file in it, `s` make a
folder in it, `p` change its permissions, as an owner may who is not told otherwise, `o` become its owner. What an act changed
is put back from beside, on the disk of the server.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.file_info import FileDispositionInformation, FileInformationClass, FileRenameInformation, InfoType
from smbprotocol.open import CreateDisposition, CreateOptions, ImpersonationLevel, Open, ShareAccess, SMB2SetInfoRequest
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from filrydd.model import descriptor as security

FILE, FOLDER = "rwamdpo", "lfsmdpo"
CONTENT = b"gammelt innhold"
"""Of every file that is tried."""
READ_DATA, WRITE_DATA, APPEND_DATA, READ_ATTRIBUTES = 0x1, 0x2, 0x4, 0x80
DELETE, READ_CONTROL, WRITE_DAC, WRITE_OWNER, SYNCHRONIZE = 0x1_0000, 0x2_0000, 0x4_0000, 0x8_0000, 0x10_0000
_EVERYONE = security.sid_from_text("S-1-1-0")
_REFUSALS = frozenset({0xC0000022, 0xC0000121})
"""STATUS_ACCESS_DENIED, and STATUS_CANNOT_DELETE of what is read-only."""
_NOT_EMPTY = 0xC0000101
"""STATUS_DIRECTORY_NOT_EMPTY: he may delete the folder, were there nothing in it."""
_ATTRIBUTES = ("security.NTACL", "user.DOSATTRIB")


@dataclass(frozen=True)
class User:
    """Somebody connected to a share, and his own identifier."""

    tree: TreeConnect
    sid: bytes

    def can(self, name: str, place: Path) -> str:
        """The letters of the acts that he can do to an entry, `-` for each that he cannot; `place` is where it lies."""
        acts = {**_OF_BOTH, **(_OF_FOLDERS if place.is_dir() else _OF_FILES)}
        letters = FOLDER if place.is_dir() else FILE
        return "".join(letter if self._does(acts[letter], name, place) else "-" for letter in letters)

    def _does(self, act: "Act", name: str, place: Path) -> bool:
        with _put_back(place):
            try:
                act(self, name)
            except SMBResponseException as refused:
                if refused.status not in _REFUSALS | {_NOT_EMPTY}:
                    raise
                return refused.status == _NOT_EMPTY
            return True

    @contextmanager
    def opened(
        self, name: str, access: int, disposition: int = CreateDisposition.FILE_OPEN, options: int = 0
    ) -> Iterator[Open]:
        """A handle with exactly that access."""
        it = Open(self.tree, name.replace("/", "\\"))
        sharing = ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE
        it.create(ImpersonationLevel.Impersonation, access, 0, sharing, disposition, options)
        try:
            yield it
        finally:
            it.close(get_attributes=False)

    def told(
        self, it: Open, sort: int, content: bytes, *, more: int = 0, kind: int = InfoType.SMB2_0_INFO_FILE
    ) -> None:
        """Set information about what a handle stands for."""
        request = SMB2SetInfoRequest()
        request["info_type"], request["file_info_class"] = kind, sort
        request["additional_information"], request["file_id"], request["buffer"] = more, it.file_id, content
        connection = self.tree.session.connection
        sent = connection.send(request, self.tree.session.session_id, self.tree.tree_connect_id)
        connection.receive(sent)


Act = Callable[[User, str], object]


@contextmanager
def connected(port: int, share: str, user: str, password: str, sid: bytes) -> Iterator[User]:
    """Somebody at a share of this computer."""
    connection = Connection(uuid.uuid4(), "127.0.0.1", port)
    connection.connect(timeout=20)
    try:
        session = Session(connection, user, password)
        session.connect()
        tree = TreeConnect(session, rf"\\127.0.0.1\{share}")
        tree.connect()
        yield User(tree, sid)
    finally:
        connection.disconnect(close=True)


@contextmanager
def _put_back(place: Path) -> Iterator[None]:
    """What an act may change is afterwards as it was, by the very bytes; what it made is gone."""
    before = kept(place)
    found = place.stat()
    inside = set(place.iterdir()) if place.is_dir() else set[Path]()
    yield
    if place.is_dir():
        for made in set(place.iterdir()) - inside:
            made.rmdir() if made.is_dir() else made.unlink()
    elif place.stat().st_size != found.st_size:
        os.truncate(place, found.st_size)
    now = place.stat()
    if (now.st_uid, now.st_gid) != (found.st_uid, found.st_gid):
        os.chown(place, found.st_uid, found.st_gid)
    after = kept(place)
    for name in after.keys() - before.keys():
        os.removexattr(place, name)
    for name, value in before.items():
        if after.get(name) != value:
            os.setxattr(place, name, value)


def kept(place: Path) -> dict[str, bytes]:
    """What Samba keeps beside an entry: its descriptor, and the attributes of DOS."""
    there = os.listxattr(place)
    return {name: os.getxattr(place, name) for name in _ATTRIBUTES if name in there}


def _read(user: User, name: str) -> None:
    with user.opened(name, READ_DATA) as it:
        assert it.read(0, 100) == CONTENT


def _list(user: User, name: str) -> None:
    with user.opened(name, READ_DATA, options=CreateOptions.FILE_DIRECTORY_FILE) as it:
        names = [
            one["file_name"].get_value() for one in it.query_directory("*", FileInformationClass.FILE_NAMES_INFORMATION)
        ]
        assert ".".encode("utf-16-le") in names


def _write(user: User, name: str) -> None:
    with user.opened(name, WRITE_DATA) as it:
        assert it.write(CONTENT[:4], 0) == 4


def _append(user: User, name: str) -> None:
    with user.opened(name, APPEND_DATA) as it:
        assert it.write(b" mer", len(CONTENT)) == 4


def _rename(user: User, name: str) -> None:
    folder, _slash, last = name.replace("/", "\\").rpartition("\\")
    with user.opened(name, DELETE | SYNCHRONIZE) as it:
        for new in (f"{last} ny", last):
            wish = FileRenameInformation()
            wish["file_name"] = f"{folder}\\{new}" if folder else new
            user.told(it, FileInformationClass.FILE_RENAME_INFORMATION, wish.pack())


def _delete(user: User, name: str) -> None:
    with user.opened(name, DELETE) as it:
        for pending in (True, False):
            wish = FileDispositionInformation()
            wish["delete_pending"] = pending
            user.told(it, FileInformationClass.FILE_DISPOSITION_INFORMATION, wish.pack())


def _make(options: int) -> Act:
    def make(user: User, name: str) -> None:
        with user.opened(f"{name}/nytt", READ_ATTRIBUTES, CreateDisposition.FILE_CREATE, options):
            pass

    return make


def _permit(user: User, name: str) -> None:
    everybody = security.Ace(security.ALLOWED, 0, 0x1F01FF, _EVERYONE)
    wished = security.Descriptor(security.DACL_PRESENT, b"", b"", (everybody,))
    with user.opened(name, WRITE_DAC) as it:
        user.told(it, 0, security.build(wished), more=0x4, kind=InfoType.SMB2_0_INFO_SECURITY)
    # What he gave himself he has; even a file that is read-only may be taken over.
    with user.opened(name, WRITE_OWNER):
        pass


def _own(user: User, name: str) -> None:
    wished = security.Descriptor(0, user.sid, b"", None)
    with user.opened(name, WRITE_OWNER) as it:
        user.told(it, 0, security.build(wished), more=0x1, kind=InfoType.SMB2_0_INFO_SECURITY)


_OF_BOTH: dict[str, Act] = {"m": _rename, "d": _delete, "p": _permit, "o": _own}
_OF_FILES: dict[str, Act] = {"r": _read, "w": _write, "a": _append}
_OF_FOLDERS: dict[str, Act] = {
    "l": _list,
    "f": _make(CreateOptions.FILE_NON_DIRECTORY_FILE),
    "s": _make(CreateOptions.FILE_DIRECTORY_FILE),
}
