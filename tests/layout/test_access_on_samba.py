"""The same access lists, judged by us and by a real server: exactly the same rights are given."""

import re
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping

import pytest

from filrydd.layout.access import allowed
from filrydd.model import wellknown
from filrydd.model.descriptor import INHERIT_ONLY, Ace, Descriptor, parse, sid_from_text, sid_to_text
from tests.samba import Samba, program

FULL, CHANGE, READ = 0x1F01FF, 0x1301BF, 0x1200A9
ALLOW, DENY = 0, 1
EVERYONE, AUTHENTICATED, OWNER_RIGHTS, NETWORK = map(
    sid_from_text, (wellknown.EVERYONE, wellknown.AUTHENTICATED_USERS, wellknown.OWNER_RIGHTS, wellknown.NETWORK)
)

GAMES, STRANGER = "games", "nobody"
RIGHTS = (0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x100, 0x20000, 0x40000, 0x80000)
"""Each asked for alone. Not DELETE, which the folder above may give, nor the attributes, which it always gives."""


def ace(kind: int, mask: int, sid: bytes, flags: int = 0) -> Ace:
    return Ace(kind, flags, mask, sid)


@pytest.fixture
def give(samba: Samba) -> Callable[[tuple[Ace, ...]], tuple[str, Descriptor]]:
    """`give(entries)` makes a file with that access list on the server: its path, and its list as the server tells it."""
    from filrydd.model.entry import Kind
    from tests.sources.conftest import Share

    top = samba.folder.parent / "shares" / "felles" / f"tilgang {uuid.uuid4().hex}"
    top.mkdir()
    top.chmod(0o777)
    share = Share(samba, top, top.name)

    def make(dacl: tuple[Ace, ...]) -> tuple[str, Descriptor]:
        name = f"{uuid.uuid4().hex}.txt"
        (top / name).write_bytes(b"innhold")
        (top / name).chmod(0o666)
        told = parse(share.allow(name, Kind.FILE, *dacl))
        assert told.dacl == dacl
        return f"{top.name}\\{name}", told

    return make


@pytest.fixture
def users_on_samba(samba: Samba) -> Mapping[str, frozenset[bytes]]:
    """The identifiers that each user has on the server."""
    found = {}
    for user, account, group in ((GAMES, 5, 60), (STRANGER, 65534, 65534)):
        told = subprocess.run(
            [program("pdbedit"), "-s", str(samba.configuration), "-v", "-u", user],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        own = dict(re.findall(r"^(User SID|Primary Group SID):\s+(\S+)$", told, re.MULTILINE))
        texts = [*own.values(), f"S-1-22-1-{account}", f"S-1-22-2-{group}"]
        found[user] = frozenset(map(sid_from_text, texts)) | {EVERYONE, NETWORK, AUTHENTICATED}
    return found


@pytest.fixture
def opens(samba: Samba) -> Iterator[Callable[[str, str, int], bool]]:
    """`opens(user, path, right)`: whether the server opens the file for the user with that right."""
    from smbprotocol import open as smb
    from smbprotocol.connection import Connection
    from smbprotocol.exceptions import AccessDenied
    from smbprotocol.session import Session
    from smbprotocol.tree import TreeConnect

    connections: list[Connection] = []
    trees: dict[str, TreeConnect] = {}

    def tree_of(user: str) -> TreeConnect:
        connection = Connection(uuid.uuid4(), "127.0.0.1", samba.port)
        connection.connect()
        connections.append(connection)
        session = Session(connection, user, samba.users[user])
        session.connect()
        tree = TreeConnect(session, r"\\127.0.0.1\felles")
        tree.connect()
        return tree

    def ask(user: str, path: str, right: int) -> bool:
        tree = trees[user] if user in trees else trees.setdefault(user, tree_of(user))
        handle = smb.Open(tree, path)
        try:
            handle.create(
                smb.ImpersonationLevel.Impersonation,
                right,
                smb.FileAttributes.FILE_ATTRIBUTE_NORMAL,
                smb.ShareAccess.FILE_SHARE_READ | smb.ShareAccess.FILE_SHARE_WRITE,
                smb.CreateDisposition.FILE_OPEN,
                smb.CreateOptions.FILE_NON_DIRECTORY_FILE,
            )
        except AccessDenied:
            return False
        handle.close()
        return True

    yield ask
    for connection in connections:
        connection.disconnect()


@pytest.mark.samba
def test_a_real_server_opens_exactly_what_we_say(
    samba: Samba,
    give: Callable[[tuple[Ace, ...]], tuple[str, Descriptor]],
    opens: Callable[[str, str, int], bool],
    users_on_samba: Mapping[str, frozenset[bytes]],
) -> None:
    group = sid_from_text("S-1-22-2-60")
    games = next(
        sid for sid in users_on_samba[GAMES] - users_on_samba[STRANGER] if sid_to_text(sid).startswith("S-1-5-21")
    )
    for dacl in (
        (ace(ALLOW, FULL, EVERYONE),),
        (ace(ALLOW, READ, EVERYONE), ace(ALLOW, 0x6, games)),
        (ace(DENY, 0x2, games), ace(ALLOW, CHANGE, EVERYONE)),
        (ace(ALLOW, CHANGE, EVERYONE), ace(DENY, 0x3, games)),
        (ace(DENY, READ, group), ace(ALLOW, FULL, EVERYONE)),
        (ace(DENY, 0x1, EVERYONE), ace(ALLOW, FULL, games)),
        (ace(DENY, FULL, NETWORK), ace(ALLOW, FULL, games), ace(ALLOW, READ, AUTHENTICATED)),
        (ace(DENY, FULL, games, INHERIT_ONLY | 3), ace(ALLOW, READ, games)),
        (ace(ALLOW, READ, OWNER_RIGHTS),),
    ):
        path, descriptor = give(dacl)
        for user in (GAMES, STRANGER):
            mask = allowed(descriptor, users_on_samba[user])
            said = {right for right in RIGHTS if mask & right}
            assert {right for right in RIGHTS if opens(user, path, right)} == said, (dacl, user)
