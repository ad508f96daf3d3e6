"""Addresses of the new place that may be put into a page or a list."""

import re
from urllib.parse import quote, urlsplit

# Left as they are; everything else that no address may hold, and what web servers' files give a meaning, is encoded.
_PUNCTUATION = "/:?&=#~!()*+,;@%-._"
# What most addresses are, and can be told without taking them apart.
_PLAIN = re.compile(r"https://[a-z0-9.-]+/[A-Za-z0-9/?&=~!()*+,;%._-]*")
_HERE = ("127.0.0.1", "localhost", "::1")


def address(url: str) -> str:
    """The address as it can stand anywhere, in ASCII and without blanks, quotes, backslashes or dollars; empty for what is no
    address of SharePoint: that is `https:`, or `http:` for a rehearsal tenant on this machine."""
    if _PLAIN.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_here = parts.scheme == "http" and host in _HERE
    if not host or parts.username is not None or not (parts.scheme == "https" or is_here):
        return ""
    try:
        return quote(url, safe=_PUNCTUATION)
    except UnicodeEncodeError:
        return ""
