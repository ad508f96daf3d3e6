"""Deleting one proved file of a share through the handle on which it was proved."""

import struct
import time
from collections.abc import Sequence

from filrydd.model.entry import READONLY, Kind, Reason
from filrydd.quickxor import QuickXor
from filrydd.sources.going import PAUSE, TRIES, going_name
from filrydd.sources.local.facts import reason_for
from filrydd.sources.smb import message, status
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.source import ChangedSince, EntryTrouble

_PIECE = 1 << 20
_NORMAL = 0x80  # FILE_ATTRIBUTE_NORMAL: no bit at all would mean "leave them"


def retire(
    share: Share, names: Sequence[str], path: str, *, size: int, hash: str, file_id: int, gone_is_done: bool = False
) -> None:
    """Delete the file when its id, size and quickXorHash are these. While the handle is open nobody else can open it.

    It is first renamed through that handle to a name that nobody else uses, and looked at there: a server that deletes by
    name then has no other to delete, whatever its own programs do with the old one meanwhile. Where the operator may delete
    but not rename, or where files have no ids, it is deleted under its own name. Afterwards the name is looked up once more,
    so that what is reported as deleted is gone.

    `gone_is_done`: the connection broke in an earlier try, which may have deleted it. Raises ChangedSince, EntryTrouble,
    Refused, Dropped.
    """
    going = [*names[:-1], going_name(file_id)] if file_id else names
    try:
        opened = open_proved(share, names, path, size=size, hash=hash, file_id=file_id)
    except Refused as refused:
        if status.reason_of(refused.status) is not Reason.VANISHED:
            raise
        if take_back(share, names, file_id):
            opened = open_proved(share, names, path, size=size, hash=hash, file_id=file_id)
        elif gone_is_done:
            return
        else:
            raise
    if file_id and not _moved(share, opened, names, going, path):
        going = names
    delete(share, opened)
    see_it_gone(share, going, path, file_id)


def _moved(share: Share, opened: Opened, names: Sequence[str], going: Sequence[str], path: str) -> bool:
    try:
        share.rename(opened, going)
    except Refused as refused:
        if status.reason_of(refused.status) is Reason.NO_PERMISSION:
            return False
        share.close_later(opened)
        raise
    if is_there(share, going, opened.file_id):
        return True
    share.close(opened)
    put_back(share, going, names, path)
    raise ChangedSince(path, "another file")


def take_back(share: Share, names: Sequence[str], file_id: int) -> bool:
    """Give a file its name back whose deletion was interrupted between the two looks; False when there is none such. Raises
    Refused, Dropped."""
    going = [*names[:-1], going_name(file_id)]
    if not file_id or not is_there(share, going, file_id):
        return False
    opened = share.open(going, message.DELETE, message.SHARE_NONE)
    try:
        share.rename(opened, names)
    except Refused as refused:
        if refused.status == status.NAME_COLLISION:
            return False
        raise
    finally:
        share.close_later(opened)
    return True


def is_going(share: Share, names: Sequence[str], file_id: int) -> bool:
    """Whether a deletion of the file was interrupted between the two looks; then it has its name back, unless something else
    took that. Raises Refused, Dropped."""
    return take_back(share, names, file_id) or (
        bool(file_id) and is_there(share, [*names[:-1], going_name(file_id)], file_id)
    )


def put_back(share: Share, wrong: Sequence[str], names: Sequence[str], path: str) -> None:
    """Give what was moved by mistake its name back, as soon as nobody has it. Raises EntryTrouble, Refused, Dropped.

    It may lie where a link led that somebody put in a folder's place for a moment, so it is also waited for.
    """
    for _try in range(TRIES):
        try:
            opened = share.open(wrong, message.DELETE, message.SHARE_ALL)
            try:
                share.rename(opened, names)
                return
            finally:
                share.close_later(opened)
        except Refused as refused:
            if refused.status != status.NAME_COLLISION and status.reason_of(refused.status) is not Reason.VANISHED:
                raise
        time.sleep(PAUSE)
    raise EntryTrouble(path, Reason.FAULT, f"swapped while it was moved; what had its name is now called {wrong[-1]}")


def is_there(share: Share, names: Sequence[str], file_id: int) -> bool:
    """Whether the file of that id has this name. Raises Refused, Dropped."""
    try:
        # For its facts alone anything can be opened, whatever others share.
        opened = share.open(names, message.READ_ATTRIBUTES, message.SHARE_ALL)
    except Refused as refused:
        if status.reason_of(refused.status) is Reason.VANISHED:
            return False
        raise
    share.close_later(opened)
    return opened.kind is Kind.FILE and opened.file_id == file_id


def open_proved(share: Share, names: Sequence[str], path: str, *, size: int, hash: str, file_id: int) -> Opened:
    """A handle that nobody shares, with DELETE and WRITE_ATTRIBUTES, on which the file was just found to have this id, size
    and hash. Raises ChangedSince, EntryTrouble, Refused, Dropped."""
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
    return opened


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
    # Whether more has come meanwhile is asked with the facts, so the end is not asked for.
    while count < size and (piece := share.read(opened, count, min(_PIECE, size - count))):
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
