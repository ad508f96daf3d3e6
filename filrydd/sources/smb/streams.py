"""What a server tells of a file's streams, taken apart. The bytes come from another machine: no length is believed."""

import struct
from collections.abc import Iterator

from filrydd.sources.smb import status
from filrydd.sources.smb.page import BadPage
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.streams import other_streams

# FileStreamInformation ([MS-FSCC] 2.4): next, length of the name in bytes, size, allocated; the name follows.
_ENTRY = struct.Struct("<IIqq")


def streams(share: Share, opened: Opened) -> tuple[str, ...]:
    """The names of an open file's other streams, in stored form; none on a volume that has no streams.
    Raises BadPage, Refused, Dropped."""
    try:
        answer = share.streams(opened)
    except Refused as refused:
        if refused.status in status.NO_STREAMS:
            return ()
        raise
    return other_streams(told(answer))


def told(answer: bytes) -> Iterator[str]:
    """The streams' names as the server wrote them (`::$DATA`, `:note:$DATA`). An empty answer is a file without any.
    Raises BadPage."""
    place = 0
    while answer:
        if place + _ENTRY.size > len(answer):
            raise BadPage("a stream is cut short")
        after, length, _, _ = _ENTRY.unpack_from(answer, place)
        start = place + _ENTRY.size
        if length % 2 or start + length > len(answer):
            raise BadPage("a stream's name runs over the end")
        yield answer[start : start + length].decode("utf-16-le", "surrogatepass")
        if not after:
            return
        if after < _ENTRY.size + length:
            raise BadPage("streams overlap")
        place += after
