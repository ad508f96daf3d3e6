"""Which hosts may be spoken to.

The API's answers name addresses to go on at (uploadUrl, Location, nextLink). Each is checked before anything is sent, so
that no answer can lead a document, or the token that opens the tenant, to a foreign host. Addresses are read by the HTTP
client's own parser: two parsers that disagree on where a host ends are a way round a check.
"""

import ipaddress
import re
from functools import lru_cache
from typing import Protocol

import httpx

from filrydd.errors import BadUsage, TenantError
from filrydd.lang import _

GRAPH = "https://graph.microsoft.com/v1.0"
CONTENT_HOST = re.compile(r"([a-z0-9-]+\.)+sharepoint\.com")
"""Libraries lie at `NAME.sharepoint.com`; their upload and download addresses do too."""


class Hosts(Protocol):
    address: str
    """The root of the API."""

    def check_api(self, url: str) -> None:
        """Raise TenantError unless the address is the API's own scheme, host and port."""

    def check_content(self, url: str) -> None:
        """Raise TenantError unless content may go to, or come from, that address."""

    def check_site(self, url: str) -> None:
        """Raise TenantError unless SharePoint's own API may be asked there, with a token."""


class GraphHosts:
    """Microsoft's: the API at one host, content under sharepoint.com, both by https at its own port."""

    def __init__(self) -> None:
        self.address = GRAPH

    def check_api(self, url: str) -> None:
        _require(_same_origin(url, self.address), url)

    def check_content(self, url: str) -> None:
        parts = parsed(url)
        allowed = parts.scheme == "https" and not parts.userinfo and _port(parts) == 443
        _require(allowed and CONTENT_HOST.fullmatch(_host(parts)) is not None, url)

    def check_site(self, url: str) -> None:
        self.check_content(url)


class LocalHosts:
    """The rehearsal tenant's: by http to this machine, the API at one port and content at any."""

    def __init__(self, address: str) -> None:
        parts = parsed(address)
        # The parser leaves out a port that is the scheme's own, so whether one is named is seen in the text.
        named = re.match(r"http://[^/]+:(\d+)(/|$)", address)
        if not _local(parts) or not named or not 0 < int(named[1]) < 65536:
            raise BadUsage(
                _("The rehearsal tenant cannot be at {address}.").format(address=_shown(address)),
                next=_("Give an address like http://127.0.0.1:8000/v1.0."),
            )
        self.address = address.rstrip("/")

    def check_api(self, url: str) -> None:
        _require(_same_origin(url, self.address), url)

    def check_content(self, url: str) -> None:
        _require(_local(parsed(url)), url)

    def check_site(self, url: str) -> None:
        # Any program may listen at another port of this machine.
        self.check_api(url)


def local_authority(address: str) -> bool:
    """Whether a sign-in service is at that address that may be a rehearsal tenant's: by https, on this machine."""
    parts = parsed(address if "://" in address else f"https://{address}")
    return _loopback(parts, "https")


def _require(allowed: bool, url: str) -> None:
    if not allowed:
        raise TenantError(
            _("The tenant pointed to a foreign address: {address}. Nothing was sent there.").format(
                address=_shown(url)
            ),
            next=_("Ask whoever runs the network whether answers are altered on the way."),
        )


@lru_cache(256)
def parsed(url: str) -> httpx.URL:
    """The address in parts; all of them empty for what is no address.

    Remembered: an uploadUrl is looked at when it comes and for each fragment, which took a tenth of a small file's time.
    """
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return httpx.URL("")


def _host(parts: httpx.URL) -> str:
    return parts.raw_host.decode("ascii").lower()


def _port(parts: httpx.URL) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _same_origin(url: str, other: str) -> bool:
    one, two = parsed(url), parsed(other)
    same = (one.scheme, _host(one), _port(one)) == (two.scheme, _host(two), _port(two))
    return same and not one.userinfo


def _local(parts: httpx.URL) -> bool:
    return _loopback(parts, "http")


def _loopback(parts: httpx.URL, scheme: str) -> bool:
    if parts.scheme != scheme or parts.userinfo:
        return False
    host = _host(parts)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(url: str) -> str:
    """The address without what may be secret: no user, path or query (an uploadUrl carries its own token)."""
    parts = parsed(url)
    host = _host(parts)
    if not host:
        return "?"
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
