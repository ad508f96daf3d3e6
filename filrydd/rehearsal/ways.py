"""How a rehearsal tenant behaves, and what it says when it listens."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ways:
    """The behaviour of one run; none of it is remembered in the folder."""

    sites: tuple[str, ...] = ("sites/rehearsal",)
    """Sites that exist from the start, as paths: `sites/x` or `teams/x`."""
    any_site: bool = True
    """A site that is asked for by path is made then and there; any policy can be rehearsed."""
    rewrite: bool = True
    """Office files and HTML are rewritten as they arrive, as SharePoint does."""
    host: str = "127.0.0.1"
    """The address that it listens on. On another than loopback everybody has to show a token, also for the pages."""
    anonymous: bool = True
    """A request without Authorization is let through on loopback; a wrong token never is."""
    tier: str = ""
    """Licences of the tenant, as `rules.throttle.TIERS` has them; the limits follow. Empty: no limits."""
    token_seconds: int = 3600
    """Seconds that an access token lasts."""
    units_per_minute: int = 0
    """Resource units an app has a minute, whatever the tier says; 0: as the tier has it."""
    faults: Path | None = None
    """A file that says what goes wrong (`faults/__init__.py`); read anew when it changes."""
    clock_offset: float = 0.0
    """Seconds that the tenant's clock is ahead of this machine's."""
    session_seconds: float = 15 * 60
    """Seconds without a fragment after which an upload session is gone."""
    versions_kept: int = 500
    """Versions of a file that a library keeps, the current one among them; 0: the current one alone, without versioning."""
    quota: int = 25 << 40
    """Bytes that a library may hold, earlier versions not counted."""
    malware: str = "at once"
    """When malware is found: `at once` (the upload is refused), `later` (the item is marked), or `never`."""
    label_seconds: float = 5.0
    """Seconds until a folder's retention label reaches what lies in it, and until malware is found that comes later."""
    busy_items: int = 8
    """One item in so many is busy with itself when its columns are first filled (409 resourceModified); 0: none."""
    sessions_replace: bool = False
    """An upload session over a file that is there replaces it unless told otherwise. Microsoft's page says that it fails;
    clients that say nothing see it replaced (microsoftgraph/microsoft-graph-docs#19010, O365/python-o365#505)."""
    seed: int = 1
    """Decides what SharePoint does now this way, now that: the form of ranges, the size of what is rewritten."""

    @property
    def asks(self) -> bool:
        """Whether everybody has to show a token, for the API and for the pages."""
        return not self.anonymous or not loopback(self.host)


def loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class Library:
    """A library of the tenant: its drive's id, the path of its site (`sites/x`), its name."""

    id: str
    site: str
    name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """Where a tenant listens."""

    graph: str
    """The root for Graph clients, ends in `/v1.0`."""
    api: str
    """The root for clients that speak SharePoint's own address, ends in `/_api`; `/v2.0` follows."""
    authority: str
    """Where tokens are had from, over TLS; without a slash at the end."""
    token: str
    """A bearer token for trials, of an app that may everything; the same as long as the folder lives."""
    drives: tuple[Library, ...]
    web: str
    """The visitor pages, without a slash at the end."""
    certificate: str
    """The path of the PEM file that clients of the authority must trust."""
    tenant: str
    """The tenant's id (AZURE_TENANT_ID)."""
    app: str
    """The id of the first app of the folder's `apps.yaml`, which has its secret too; empty without one."""
