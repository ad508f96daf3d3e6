"""A Samba whose server itself is asked: the operator is one of its administrators, and may close files and change shares."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.source import SmbSource
from tests.fixtures_samba import USERS
from tests.samba import Samba, program, start_samba, why_not
from tests.sources.conftest import COLLEAGUE, OPERATOR

WHO = {user: USERS[user] for user in ("root", OPERATOR, COLLEAGUE)}
AREA = "område 1"


@contextmanager
def administered() -> Iterator[Samba]:
    """Shares `felles`, and `lenket`, the same folder by way of a link on the server's own disk. In each lies AREA with
    `a/b.txt`, open to all. `alene` is a share for an area of its own, and empty."""
    if reason := why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="filrydd-administered-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        below = folder / "felles" / AREA / "a"
        below.mkdir(parents=True)
        (below / "b.txt").write_bytes(b"hello world")
        for open_to_all in (below.parent.parent, below.parent, below):
            open_to_all.chmod(0o777)
        (below / "b.txt").chmod(0o666)
        (folder / "lenket").symlink_to(folder / "felles")
        (folder / "alene").mkdir()
        (folder / "alene").chmod(0o777)
        shares = {name: folder / name for name in ("felles", "lenket", "alene")}
        server = start_samba(folder / "server", shares, WHO)
        try:
            # The groups of a Samba are groups of its machine; one that is its administrators is named here.
            run(server, "net", "groupmap", "add", "sid=S-1-5-32-544", "unixgroup=sys", "type=builtin")
            for user in (OPERATOR, "root"):
                told = run(server, "pdbedit", "-L", "-v", user)
                sid = next(line.split()[-1] for line in told.splitlines() if line.startswith("User SID"))
                run(server, "net", "groupmap", "addmem", "S-1-5-32-544", sid)
            run(server, "net", "sam", "rights", "grant", OPERATOR, "SeDiskOperatorPrivilege")
            yield server
        finally:
            server.stop()


def run(server: Samba, name: str, *arguments: str) -> str:
    """What one of Samba's own programs prints."""
    done = subprocess.run(
        [program(name), "-s", str(server.configuration), *arguments],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return done.stdout.decode()


def source(server: Samba, user: str, path: str = AREA, share: str = "felles") -> SmbSource:
    return SmbSource(SmbAddress("127.0.0.1", share, path, "", server.port), Credentials(user, WHO[user]))
