"""Moving one proved file of a share, through the handle on which it was proved, to a folder that only the operator can
open; and back.

A file keeps its own permissions on the way, so that it comes back as it was sealed. Windows lets whoever knows the whole path
pass through folders that they may not open, so those who could read the file before still could there; nobody else can, and
the seal lets nobody change or move it.
"""

from collections.abc import Sequence

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Reason
from filrydd.sources.smb import message, status
from filrydd.sources.smb.permission import access, descriptor_of, put
from filrydd.sources.smb.retire import is_there, open_proved, put_back, take_back
from filrydd.sources.smb.seal_list import FULL_CONTROL
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.source import ChangedSince

TAKEN = "something else lies there"


def set_aside(
    share: Share, names: Sequence[str], place: Sequence[str], path: str, *, size: int, hash: str, file_id: int
) -> None:
    """Move the file to `place` when its id, size and quickXorHash are these.

    Asked again after a broken connection it finds the file at its place and is content. Raises ChangedSince, EntryTrouble,
    Refused, Dropped.
    """
    try:
        opened = open_proved(share, names, path, size=size, hash=hash, file_id=file_id)
    except Refused as refused:
        if status.reason_of(refused.status) is not Reason.VANISHED:
            raise
        if is_there(share, place, file_id):
            return
        if not take_back(share, names, file_id):
            raise
        opened = open_proved(share, names, path, size=size, hash=hash, file_id=file_id)
    _rename(share, opened, place, path)
    _see_it_moved(share, names, place, path, file_id)


def bring_back(share: Share, place: Sequence[str], names: Sequence[str], path: str, *, file_id: int) -> None:
    """Move the file of that id back, never over something. Raises ChangedSince, EntryTrouble, Refused, Dropped."""
    try:
        opened = share.open(place, message.DELETE, message.SHARE_NONE)
    except Refused as refused:
        if status.reason_of(refused.status) is Reason.VANISHED and is_there(share, names, file_id):
            return
        raise
    if opened.kind is not Kind.FILE or opened.file_id != file_id:
        share.close_later(opened)
        raise ChangedSince(path, "another file")
    _rename(share, opened, names, path)
    _see_it_moved(share, place, names, path, file_id)


def make_private(share: Share, names: Sequence[str], path: str, operator: bytes) -> Opened:
    """Make a folder that only the operator can open, and see that the server keeps it so. Raises ChangedSince, EntryTrouble,
    Refused, Dropped."""
    try:
        opened = share.make_folder(names, message.READ_CONTROL | message.WRITE_DAC | message.DELETE)
    except Refused as refused:
        if refused.status == status.NAME_COLLISION:
            raise ChangedSince(path, TAKEN) from None
        raise
    try:
        put(share, opened, path, private(operator))
    finally:
        share.close_later(opened)
    return opened


def is_private(share: Share, names: Sequence[str], operator: bytes) -> bool:
    """Whether it is a folder that only the operator can open. Raises Refused, Dropped."""
    opened = share.open(names, message.READ_CONTROL, message.SHARE_ALL)
    try:
        return opened.kind is Kind.FOLDER and access(descriptor_of(share, opened)) == access(private(operator))
    finally:
        share.close_later(opened)


def private(operator: bytes) -> bytes:
    """Everything for the operator, also in what is made there later; nothing for anybody else, nor from above."""
    reach = security.OBJECT_INHERIT | security.CONTAINER_INHERIT
    control = security.SELF_RELATIVE | security.DACL_PRESENT | security.DACL_PROTECTED
    ours = security.Ace(security.ALLOWED, reach, FULL_CONTROL, operator)
    return security.build(security.Descriptor(control, b"", b"", (ours,)))


def _rename(share: Share, opened: Opened, names: Sequence[str], path: str) -> None:
    try:
        share.rename(opened, names)
    except Refused as refused:
        share.close_later(opened)
        if refused.status == status.NAME_COLLISION:
            raise ChangedSince(path, TAKEN) from None
        raise
    share.close(opened)


def _see_it_moved(share: Share, old: Sequence[str], new: Sequence[str], path: str, file_id: int) -> None:
    """A server's own programs can swap a name between its look and its rename: what then came along goes back."""
    if is_there(share, new, file_id):
        return
    put_back(share, new, old, path)
    raise ChangedSince(path, "another file")
