"""One running tenant: what all calls share."""

import hashlib
import hmac
import itertools
import secrets
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.rules.throttle import Throttle
from filrydd.rehearsal.store import sites
from filrydd.rehearsal.store.blobs import Blobs
from filrydd.rehearsal.store.database import Store, remember, setting
from filrydd.rehearsal.store.writing import VERSIONS_KEPT
from filrydd.rehearsal.ways import Ways


@dataclass(slots=True)
class Tenancy:
    """`web` and `transfers` are the roots of the two ports, without a slash at the end."""

    folder: Path
    ways: Ways
    store: Store
    blobs: Blobs
    clock: Clock
    throttle: Throttle
    token: str
    key: bytes = field(repr=False)
    uploads: "itertools.count[int]"
    """Counts what arrives."""
    settled: set[str] = field(default_factory=set)
    """Items that were busy with themselves once."""
    web: str = ""
    transfers: str = ""

    def seal(self, *parts: object) -> str:
        """A word that only this tenant can have said about these parts."""
        said = "\0".join(map(str, parts)).encode()
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()

    def sealed(self, said: str, *parts: object) -> bool:
        """Whether this tenant said that about these parts."""
        return hmac.compare_digest(self.seal(*parts).encode(), said.encode("utf-8", "replace"))

    def close(self) -> None:
        """End the store."""
        self.store.close()


def open_tenancy(folder: Path, ways: Ways) -> Tenancy:
    """The tenant that lives in a folder, which must be there."""
    (folder / "sessions").mkdir(exist_ok=True)
    store = Store(folder / "tenant.db")
    clock = Clock(ways.clock_offset)

    def begin(con: sqlite3.Connection) -> tuple[str, str, int]:
        if not setting(con, "token"):
            remember(con, "token", secrets.token_urlsafe(32))
            remember(con, "key", secrets.token_hex(32))
        remember(con, VERSIONS_KEPT, str(ways.versions_kept))
        for path in ways.sites:
            sites.make_site(con, path, asked=False, now=clock.now())
        return setting(con, "token"), setting(con, "key"), con.execute("SELECT count(*) FROM version").fetchone()[0]

    try:
        token, key, versions = store.submit(begin).result()
    except BaseException:
        store.close()
        raise
    return Tenancy(
        folder=folder,
        ways=ways,
        store=store,
        blobs=Blobs(folder),
        clock=clock,
        throttle=Throttle(ways.units_per_minute, clock),
        token=token,
        key=bytes.fromhex(key),
        uploads=itertools.count(versions),
    )
