"""The session's Samba: one smbd for each test worker. Registered in `tests/conftest.py`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samba import Samba, start_samba, why_not

# Accounts that every Debian has; the passwords live in Samba's own file only. Samba lets `root` past every check, so the
# operator of the tests that matter is `daemon`.
USERS = {
    "root": "Rot-passord-1",
    "daemon": "Drift-passord-1",
    "games": "Spill-passord-1",
    "lp": "Skriver-passord-1",
    "nobody": "Ingen-passord-1",
}


@pytest.fixture(scope="session")
def samba() -> Iterator[Samba]:
    """A running Samba with the shares `felles` (everybody's) and `dfs` (a DFS root)."""
    if reason := why_not():
        pytest.skip(reason)
    # Not in pytest's own folder, which is closed to the users of the shares.
    with tempfile.TemporaryDirectory(prefix="filrydd-samba-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        shares = {name: folder / "shares" / name for name in ("felles", "dfs")}
        for share in shares.values():
            share.mkdir(parents=True)
            share.chmod(0o777)
        server = start_samba(folder / "server", shares, USERS)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def administered_samba() -> Iterator[Samba]:
    """A Samba whose operator is one of its administrators. Tests of it are one group, `administered`, for one worker."""
    from tests.sources.administered import administered

    with administered() as server:
        yield server
