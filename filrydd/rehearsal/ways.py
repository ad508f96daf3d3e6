"""How a rehearsal tenant behaves, and what it says when it listens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ways:
    """The behaviour of one run; none of it is remembered in the folder."""

    sites: tuple[str, ...] = ("sites/rehearsal",)
    """Sites that exist from the start, as paths: `sites/x` or `teams/x`."""
    any_site: bool = True
    """A site that is asked for by path is made then and there; any policy can be rehearsed."""
    rewrite: bool = True
    """Office files and HTML are rewritten as they arrive, as SharePoint does."""
    anonymous: bool = True
    """A request without Authorization is let through; a wrong token never is."""
    units_per_minute: int = 0
    """Resource units an app has a minute; 0: no throttling."""
    clock_offset: float = 0.0
    """Seconds that the tenant's clock is ahead of this machine's."""
    session_seconds: float = 15 * 60
    """Seconds without a fragment after which an upload session is gone."""
    versions_kept: int = 500
    """Versions of a file that a library keeps, the current one among them; 0: the current one alone, without versioning."""
    busy_items: int = 8
    """One item in so many is busy with itself when its columns are first filled (409 resourceModified); 0: none."""
    seed: int = 1
    """Decides what SharePoint does now this way, now that: the form of ranges, the size of what is rewritten."""


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
    """Where tokens will be had from; the web root for now."""
    token: str
    """A bearer token for trials; the same as long as the folder lives."""
    drives: tuple[Library, ...]
    web: str
    """The visitor pages, without a slash at the end."""
