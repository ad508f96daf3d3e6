"""One running tenant: what all calls share."""

import hashlib
import hmac
import itertools
import secrets
import sqlite3
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.faults import file as fault_file
from filrydd.rehearsal.faults.faults import Faults
from filrydd.rehearsal.faults.setting import Bad
from filrydd.rehearsal.figures import Figures
from filrydd.rehearsal.rules.apps import ANYBODY, EVERYTHING, App
from filrydd.rehearsal.rules.throttle import TIERS, Limits, Setting, Throttle
from filrydd.rehearsal.rules.tokens import Tokens
from filrydd.rehearsal.store import sites
from filrydd.rehearsal.store.blobs import Blobs
from filrydd.rehearsal.store.database import Store, remember, setting
from filrydd.rehearsal.store.labels import Labels
from filrydd.rehearsal.store.private import KeyFile
from filrydd.rehearsal.store.registrations import Registrations
from filrydd.rehearsal.store.version_limits import VERSIONS_KEPT
from filrydd.rehearsal.ways import Ways

DOMAIN = "rehearsal.example"
"""What the tenant is called beside its id; the accounts' names end in it."""


@dataclass(slots=True)
class Tenancy:
    """`web`, `transfers` and `authority` are the roots of the three ports, without a slash at the end."""

    folder: Path
    ways: Ways
    store: Store
    blobs: Blobs
    clock: Clock
    throttle: Throttle
    token: str
    tenant: str
    """Its id, a GUID."""
    apps: Registrations
    tokens: Tokens
    key: bytes = field(repr=False)
    labels: Labels
    uploads: "itertools.count[int]"
    """Counts what arrives."""
    settled: set[str] = field(default_factory=set)
    """Items that were busy with themselves once."""
    figures: Figures = field(default_factory=Figures)
    faults: Faults | None = None
    """None where no fault file was named."""
    web: str = ""
    transfers: str = ""
    authority: str = ""

    def seal(self, *parts: object) -> str:
        """A word that only this tenant can have said about these parts."""
        said = "\0".join(map(str, parts)).encode()
        return hashlib.blake2b(said, key=self.key, digest_size=32).hexdigest()

    def sealed(self, said: str, *parts: object) -> bool:
        """Whether this tenant said that about these parts."""
        return hmac.compare_digest(self.seal(*parts).encode(), said.encode("utf-8", "replace"))

    def heed(self, bad: Bad, usual: Ways) -> None:
        """Be as a fault file says, and as `usual` where it says nothing."""
        if self.faults is None:
            self.faults = Faults(bad, usual.seed, self.clock)
        elif self.faults.setting == bad:
            return
        ahead = usual.clock_offset if bad.ahead_seconds is None else bad.ahead_seconds
        self.clock.move(ahead, bad.drift)
        self.throttle.change(bad.throttled(_limits(usual)))
        self.faults.change(bad)
        said = {"quota": bad.quota, "token_seconds": bad.tokens}
        told = {name: value for name, value in said.items() if value is not None}
        self.ways = replace(usual, **told)  # type: ignore[arg-type]

    def close(self) -> None:
        """End the store."""
        self.store.close()
        self.blobs.close()


def open_tenancy(folder: Path, ways: Ways) -> Tenancy:
    """The tenant that lives in a folder, which must be there."""
    (folder / "sessions").mkdir(exist_ok=True)
    apps = Registrations(folder / "apps.yaml")
    bad = fault_file.read(ways.faults) if ways.faults else None
    blobs = Blobs(folder)
    store = Store(folder / "tenant.db", before_commit=blobs.sync)
    clock = Clock(ways.clock_offset)

    def begin(con: sqlite3.Connection) -> tuple[str, str, int]:
        if not setting(con, "token"):
            remember(con, "token", secrets.token_urlsafe(32))
            remember(con, "key", secrets.token_hex(32))
        if not setting(con, "tenant"):
            remember(con, "tenant", str(uuid.uuid4()))
        remember(con, VERSIONS_KEPT, str(ways.versions_kept))
        for path in ways.sites:
            sites.make_site(con, path, asked=False, now=clock.now())
        changes = con.execute("SELECT coalesce(sum(change), 0) FROM drive").fetchone()[0]
        return setting(con, "token"), setting(con, "key"), changes

    try:
        token, key, changes = store.now(begin)
    except BaseException:
        store.close()
        raise
    tenant, first = setting(store.read, "tenant"), apps.first()
    tried = App(first.id, first.name, EVERYTHING) if first else ANYBODY
    tenancy = Tenancy(
        folder=folder,
        ways=ways,
        store=store,
        blobs=blobs,
        clock=clock,
        throttle=Throttle((Setting(_limits(ways)),), clock, ways.seed),
        token=token,
        tenant=tenant,
        apps=apps,
        tokens=Tokens(KeyFile(folder / "token-key.pem"), clock, tenant, token, tried),
        key=bytes.fromhex(key),
        labels=Labels(folder),
        uploads=itertools.count(changes),
    )
    if bad is not None:
        tenancy.heed(bad, ways)
    return tenancy


def _limits(ways: Ways) -> Limits:
    limits = TIERS[ways.tier] if ways.tier else Limits()
    return replace(limits, minute=ways.units_per_minute) if ways.units_per_minute else limits
