"""Whether two folders are one: asked when their ids are equal, since ids are a volume's own and a share can hold several."""

from filrydd.model.entry import Reason
from filrydd.sources.place import segments
from filrydd.sources.smb import message
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.folder import NOT_IN_A_NAME
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.source import EntryTrouble

# FileIdInformation ([MS-FSCC] 2.4.22): the volume's serial number and 128 bits of id. FileFsVolumeInformation (2.5.9):
# the volume's time of creation and its serial number come first.
_ID, _ID_SIZE = 59, 24
_OF_FILE_SYSTEM, _VOLUME, _VOLUME_SIZE = 2, 1, 12


def same_folder(calls: Calls, one: str, other: str) -> bool:
    """Whether these two paths, whose 64-bit ids are equal, are the same folder; True also when the server does not tell
    volumes apart. False when one of them cannot be opened. Raises SourceGone, SourceRefused."""
    try:
        first, second = _volume(calls, one), _volume(calls, other)
    except EntryTrouble as trouble:
        # Listing it says what is wrong with it. A server that does not answer such questions is another matter.
        return trouble.reason is Reason.FAULT
    return first == second


def _volume(calls: Calls, path: str) -> tuple[int, bytes]:
    names = segments(path, NOT_IN_A_NAME)

    def act(share: Share) -> tuple[int, bytes]:
        opened = share.open(names, message.READ_ATTRIBUTES, message.SHARE_ALL)
        try:
            return _told(share, opened)
        finally:
            share.close_later(opened)

    return calls.run(path, act)


def _told(share: Share, opened: Opened) -> tuple[int, bytes]:
    try:
        return _ID, share.query(opened, message.OF_FILE, _ID, _ID_SIZE)
    except Refused:
        # Older servers know no such class ([MS-FSA] 2.1.5.12): the volume's own facts are all there is.
        return _VOLUME, share.query(opened, _OF_FILE_SYSTEM, _VOLUME, 1024)[:_VOLUME_SIZE]
