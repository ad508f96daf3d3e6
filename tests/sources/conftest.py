"""Places to scan: the same tree as a local folder and on a real share."""

import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from filrydd.lang import speaking
from filrydd.model import descriptor as security
from filrydd.model.entry import Kind
from filrydd.sources import Source
from filrydd.sources.address import LocalAddress, SmbAddress, parse
from filrydd.sources.credentials import Credentials
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb.source import SmbSource
from tests.samba import Samba

FULL = 0x1F01FF
CHANGE = 0x1301BF
READ = 0x1200A9
OPERATOR, COLLEAGUE, STRANGER = "daemon", "games", "nobody"
_numbers = count(1)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """On a disk, whose file system gives file ids again and keeps times as those of shares do; memory does not."""
    place = Path(tempfile.mkdtemp(prefix="filrydd-sources-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@dataclass
class Place:
    """A tree to scan: where it lies on this machine, and the source that sees it."""

    kind: str
    top: Path
    source: Source
    make_it: Callable[[Mapping[str, object]], None]

    def make(self, tree: Mapping[str, object]) -> "Place":
        """Add folders and files, open to everybody who may come at all."""
        self.make_it(tree)
        return self

    def names(self, path: str = "") -> list[str]:
        return sorted(entry.name for entry in self.source.list(path).entries)


@dataclass
class Share:
    """A folder of the running Samba, and sources on it for its users."""

    samba: Samba
    top: Path
    path: str

    def address(self, share: str = "felles") -> SmbAddress:
        address = parse(self.samba.url(share, self.path))
        assert isinstance(address, SmbAddress)
        return address

    def source(self, user: str = OPERATOR, seconds: float = 30.0) -> SmbSource:
        return SmbSource(self.address(), Credentials(user, self.samba.users[user]), seconds)

    def sid(self, user: str) -> bytes:
        """The security identifier that the server gives a user: the first entry of what he seals is his own."""
        with self.source(user) as source:
            sealed = security.parse(source.sealed(security.build(_nobody()), Kind.FILE))
        assert sealed.dacl
        return sealed.dacl[0].rest

    def allow(self, path: str, kind: Kind, *entries: security.Ace, control: int = 0) -> bytes:
        """Give an entry exactly that access list, as root, and return its descriptor."""
        with self.source("root") as source:
            former = security.parse(source.permission(path, kind))
            wanted = security.Descriptor(former.control | control, former.owner, former.group, entries)
            source.permit(path, kind, security.build(wanted))
            return source.permission(path, kind)

    def open_up(self, sids: Mapping[str, bytes]) -> None:
        """The operator may do all, the colleague may change, and everybody may read: on everything below the top."""
        open_modes(self.top)
        with self.source("root") as source:
            for folder, _folders, files in os.walk(self.top):
                inside = "" if folder == str(self.top) else str(Path(folder).relative_to(self.top))
                for name in ("", *files):
                    kind = Kind.FILE if name else Kind.FOLDER
                    path = "/".join(filter(None, (inside, name)))
                    if not (Path(folder) / name).is_symlink() and ((Path(folder) / name).is_file() or not name):
                        former = security.parse(source.permission(path, kind))
                        wanted = security.Descriptor(former.control, former.owner, former.group, everyday(sids, kind))
                        source.permit(path, kind, security.build(wanted))


def lay_out_share(share: Share, tree: Mapping[str, object], sids: Mapping[str, bytes]) -> None:
    """Add folders and files to a share, with everyday access lists."""

    def lay_out(top: Path, tree: Mapping[str, object]) -> None:
        for name, content in tree.items():
            if isinstance(content, Mapping):
                (top / name).mkdir(exist_ok=True)
                lay_out(top / name, content)
            else:
                assert isinstance(content, bytes)
                (top / name).write_bytes(content)

    lay_out(share.top, tree)
    share.open_up(sids)


def open_modes(top: Path) -> None:
    """Mode bits that keep nobody out."""
    for folder, _folders, files in os.walk(top):
        for place in (Path(folder), *(Path(folder) / name for name in files)):
            if not place.is_symlink() and (place.is_dir() or place.is_file()):
                place.chmod(0o777 if place.is_dir() else 0o666)


def ace(kind: int, mask: int, sid: bytes, flags: int = 0) -> security.Ace:
    return security.Ace(kind, flags, mask, sid)


def everyday(sids: Mapping[str, bytes], kind: Kind) -> tuple[security.Ace, ...]:
    """The access list of an ordinary department: the operator all, the colleague change, everybody read."""
    reach = 3 if kind is Kind.FOLDER else 0
    everyone = security.sid_from_text("S-1-1-0")
    return (
        ace(security.ALLOWED, FULL, sids[OPERATOR], reach),
        ace(security.ALLOWED, CHANGE, sids[COLLEAGUE], reach),
        ace(security.ALLOWED, READ, everyone, reach),
    )


def _nobody() -> security.Descriptor:
    sid = security.sid_from_text("S-1-5-18")
    return security.Descriptor(security.DACL_PRESENT | security.SELF_RELATIVE, sid, sid, ())


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are compared in the language they are written in."""
    with speaking("en"):
        yield


@pytest.fixture
def area(make_tree: Callable[..., Path]) -> Iterator[tuple[Path, PosixSource]]:
    """A local folder and its source."""
    top = make_tree({})
    with PosixSource(LocalAddress(str(top))) as source:
        yield top, source


@pytest.fixture
def share(samba: Samba) -> Share:
    """A folder of its own on the running Samba."""
    path = f"område {next(_numbers)}"
    top = samba.folder.parent / "shares" / "felles" / path
    top.mkdir()
    top.chmod(0o777)
    return Share(samba, top, path)


@pytest.fixture(scope="session")
def sids(samba: Samba) -> Mapping[str, bytes]:
    """The security identifiers of the users, as the server tells them."""
    top = samba.folder.parent / "shares" / "felles"
    anywhere = Share(samba, top, "")
    return {user: anywhere.sid(user) for user in (OPERATOR, COLLEAGUE, STRANGER)}


@pytest.fixture(params=["local", pytest.param("smb", marks=pytest.mark.samba)])
def place(request: pytest.FixtureRequest, make_tree: Callable[..., Path]) -> Iterator[Place]:
    """The same tests, both kinds of source."""
    if request.param == "local":
        top = make_tree({})

        def make_open(tree: Mapping[str, object]) -> None:
            open_modes(make_tree(tree))

        make_open({})
        with PosixSource(LocalAddress(str(top))) as source:
            yield Place("local", top, source, make_open)
        return
    share: Share = request.getfixturevalue("share")
    sids: Mapping[str, bytes] = request.getfixturevalue("sids")

    def make(tree: Mapping[str, object]) -> None:
        lay_out_share(share, tree, sids)

    make({})
    with share.source() as source:
        yield Place("smb", share.top, source, make)


def listing_page(names: list[str]) -> bytes:
    """A page of a listing as a server would send it (FileIdFullDirectoryInformation)."""
    page = b""
    for index, name in enumerate(names):
        letters = name.encode("utf-16-le", "surrogatepass")
        size = 80 + len(letters)
        after = (size + 7) // 8 * 8 if index < len(names) - 1 else 0
        entry = struct.pack("<IIqqqqqqIIIIQ", after, 0, 0, 0, 0, 0, 7, 0, 0x80, len(letters), 0, 0, index + 100)
        page += (entry + letters).ljust(after, b"\0")
    return page
