"""Which addresses a log-in may speak to: https, or http on this computer (a provider for tests)."""

import ipaddress
import re

# Only what every parser of addresses reads alike: two that disagree on where a host ends are a way round a check.
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?][!-~]*)?")
_FOREIGN = re.compile(r"[#\\<>\"^`|]")


def is_safe(address: str, *, http: bool = True) -> bool:
    """Whether nobody in between can read or change what is said there: https; with `http`, plain http to this computer too."""
    found = _ADDRESS.fullmatch(address)
    if found is None or _FOREIGN.search(address):
        return False
    return found[1] == "https" or (http and _is_this_computer(found[2]))


def is_http(address: str) -> bool:
    """Whether an address that `is_safe` is plain http, so on this computer."""
    return address.startswith("http://")


def _is_this_computer(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
