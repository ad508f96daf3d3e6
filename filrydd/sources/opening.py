"""From an address to a source."""

import os

from filrydd.errors import BadUsage
from filrydd.lang import _
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


def open_source_as(address: str, user: str, password: str) -> Source:
    """The same as an ordinary user: on a share, who is named, with that password; a local folder as whoever runs this, who
    must not be the system's administrator. `user` may be `DOMAIN\\user`. Raises BadUsage."""
    place = parse(address)
    if isinstance(place, SmbAddress):
        from filrydd.sources import credentials
        from filrydd.sources.smb.source import SmbSource

        if not (user and password):
            raise BadUsage(
                _("Nobody has said as which ordinary user to try, or the password is missing."),
                next=_("Name the user with --user, and set FILRYDD_CHECK_PASSWORD."),
            )
        return SmbSource(place, credentials.of_user(user, password))
    if user or (os.name == "posix" and os.geteuid() == 0):
        raise BadUsage(
            _("In a local folder this is tried as whoever runs the command, and not as the administrator."),
            next=_("Run the same command as an ordinary user, without --user."),
        )
    return open_source(address)
