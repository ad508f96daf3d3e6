"""Handles on a share, as other programs hold them."""

from collections.abc import Iterator
from contextlib import contextmanager

from filrydd.sources import smb_message as message
from filrydd.sources.smb import SmbSource
from filrydd.sources.smb_share import Opened
from filrydd.sources.smb_share import Share as Requests


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
