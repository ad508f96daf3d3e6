"""Handles on a share, as other programs hold them."""

from collections.abc import Iterator
from contextlib import contextmanager

from filrydd.sources.smb import message
from filrydd.sources.smb.share import Opened
from filrydd.sources.smb.share import Share as Requests
from filrydd.sources.smb.source import SmbSource


@contextmanager
def held(
    source: SmbSource, path: str, access: int, sharing: int = message.SHARE_ALL
) -> Iterator[tuple[Requests, Opened]]:
    """A handle of that source's user on an entry, as another program would have it."""
    share = source._calls._connected()
    opened = share.open(path.split("/"), access, sharing)
    try:
        yield share, opened
    finally:
        share.close(opened)
