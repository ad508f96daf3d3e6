"""Deleting one proved file of a share through the handle on which it was proved."""

import struct
from collections.abc import Sequence

from filrydd.model.entry import READONLY, Kind, Reason
from filrydd.quickxor import QuickXor
from filrydd.sources.local.facts import reason_for
from filrydd.sources.smb import message, status
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.source import ChangedSince, EntryTrouble

_PIECE = 1 << 20
_NORMAL = 0x80  # FILE_ATTRIBUTE_NORMAL: no bit at all would mean "leave them"


def retire(share: Share, names: Sequence[str], path: str, *, size: int, hash: str, file_id: int) -> None:
    """Delete the file when its id, size and quickXorHash are these. While the handle is open nobody else can open it.

    Afterwards the name is looked up once more, so that what is reported as deleted is gone. Raises ChangedSince,
    EntryTrouble, Refused, Dropped.
    """
    access = message.DELETE | message.READ_DATA | message.WRITE_ATTRIBUTES
    opened = share.open_file(names, access, message.SHARE_NONE)
    try:
        if opened.kind is not Kind.FILE:
            raise EntryTrouble(path, reason_for(opened.kind), f"not a file but a {opened.kind}")
        if opened.file_id != file_id:
            raise ChangedSince(path, "another file")
        _prove(share, opened, path, size, hash)
    except (EntryTrouble, ChangedSince, Refused):
        share.close_later(opened)
        raise
    delete(share, opened)
    see_it_gone(share, names, path, file_id)


def delete(share: Share, opened: Opened) -> None:
    """Delete what a handle with DELETE and WRITE_ATTRIBUTES stands for, and close it. When the server refuses, nothing is
    changed. Raises Refused, Dropped."""
    protected = opened.attributes & READONLY
    try:
        if protected:
            _set_attributes(share, opened, opened.attributes & ~READONLY or _NORMAL)
        try:
            share.set(opened, message.OF_FILE, message.DISPOSITION, b"\x01")
        except Refused:
            if protected:
                _set_attributes(share, opened, opened.attributes)
            raise
    except Refused:
        share.close_later(opened)
        raise
    share.close(opened)


def _set_attributes(share: Share, opened: Opened, attributes: int) -> None:
    # Four times of 0 are left as they are ([MS-FSCC] 2.4.7).
    share.set(opened, message.OF_FILE, message.BASIC, struct.pack("<qqqqII", 0, 0, 0, 0, attributes, 0))


def _prove(share: Share, opened: Opened, path: str, size: int, hash: str) -> None:
    if opened.size != size:
        raise ChangedSince(path, "size")
    hasher = QuickXor()
    count = 0
    while piece := share.read(opened, count, _PIECE):
        hasher.update(piece)
        count += len(piece)
    if count != size:
        raise ChangedSince(path, "size")
    if size and hasher.base64() != hash:
        raise ChangedSince(path, "content")
    now = share.facts(opened)
    # The server's own programs are not bound by the sharing of handles.
    if (now.size, now.modified) != (opened.size, opened.modified):
        raise ChangedSince(path, "changed while it was read")


def see_it_gone(share: Share, names: Sequence[str], path: str, file_id: int) -> None:
    """Look up the name of what was deleted. Raises EntryTrouble when it is still there, Refused, Dropped."""
    try:
        there = share.open(names, message.READ_ATTRIBUTES, message.SHARE_ALL)
    except Refused as refused:
        if status.reason_of(refused.status) is Reason.VANISHED:
            return
        raise
    share.close_later(there)
    if there.file_id == file_id:
        raise EntryTrouble(path, Reason.FAULT, "the server said it was deleted, and it is still there")
