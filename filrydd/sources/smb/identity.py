"""What makes an area the same under another name: the volume and the folder, as the server tells them."""

import struct

from filrydd.sources.smb import message
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.share import Opened, Refused, Share

# FileFsVolumeInformation ([MS-FSCC] 2.5.9) begins with the volume's time of creation and its serial number.
_OF_FILE_SYSTEM, _VOLUME, _VOLUME_ROOM = 2, 1, 1024


def identity(calls: Calls) -> str:
    """A word for the area's top folder. Two areas with the same word are one folder under two names (or one volume is a
    copy of the other); different words mean nothing. Empty when the server tells too little.

    The server's GUID is no part of it: it is not the same under every name of a cluster, and may change as the server
    starts. Raises SourceGone, SourceRefused, EntryTrouble.
    """

    def act(share: Share) -> str:
        opened = share.open([], message.READ_ATTRIBUTES, message.SHARE_ALL)
        try:
            return _word(share, opened)
        except (Refused, struct.error):
            # A server that knows no volumes: its ids alone may be another volume's too.
            return ""
        finally:
            share.close_later(opened)

    return calls.run("", act)


def _word(share: Share, opened: Opened) -> str:
    born, serial = struct.unpack_from("<QI", share.query(opened, _OF_FILE_SYSTEM, _VOLUME, _VOLUME_ROOM))
    if not serial or not opened.file_id:
        return ""
    return f"{serial:08x}-{born:x}-{opened.file_id & 0xFFFF_FFFF_FFFF_FFFF:x}-{opened.created:x}"
