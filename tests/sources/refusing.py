"""Servers that keep us out, for tests of what is said then."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.errors import SourceError
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.link import connect
from tests.samba import Samba, start_samba, why_not

HERE = "127.0.0.1"
PASSWORD = "Vanlig-passord-1"
USERS = dict.fromkeys(("root", "daemon", "bin", "sys", "man", "lp"), PASSWORD)


def refused(port: int, user: str = "daemon", password: str = PASSWORD, seconds: float = 10.0) -> SourceError:
    return failure(SmbAddress(HERE, "felles", "", "", port), Credentials(user, password), seconds)


def failure(address: SmbAddress, credentials: Credentials, seconds: float = 10.0) -> SourceError:
    """What `connect` says to that, after the rules for every error were checked."""
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        connect(address, credentials, seconds).close()
    assert time.monotonic() - began < 4 * seconds
    error = caught.value
    assert error.next
    said = " ".join([error.message, error.next, *error.details])
    assert not credentials.password or credentials.password not in said
    return error


def running(**options: str) -> Iterator[Samba]:
    """A Samba with the share `felles` and such options, spaces written as underscores; stopped at the end."""
    if reason := why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="filrydd-refusals-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        share = folder / "felles"
        share.mkdir()
        share.chmod(0o777)
        named = {name.replace("_", " "): value for name, value in options.items()}
        server = start_samba(folder / "server", {"felles": share}, USERS, named)
        try:
            yield server
        finally:
            server.stop()
