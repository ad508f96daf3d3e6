"""From an address to a source."""

import os

from filrydd.sources.address import SmbAddress, parse
from filrydd.sources.source import Source


def open_source(address: str) -> Source:
    """The source at an address as a person typed it, or as `Source.address` gave it. Raises BadUsage.

    Nothing is touched yet: the first call connects, and raises SourceGone or SourceRefused. A source is a context manager,
    and `contextlib.closing` does as well. For SMB the credentials are looked up here (`sources.credentials`).
    """
    place = parse(address)
    if isinstance(place, SmbAddress):
        from filrydd.sources import credentials
        from filrydd.sources.smb.source import SmbSource

        return SmbSource(place, credentials.for_server(place.server, place.user))
    if os.name == "nt":
        from filrydd.sources.local.windows import WindowsSource

        return WindowsSource(place)
    from filrydd.sources.local.posix import PosixSource

    return PosixSource(place)
