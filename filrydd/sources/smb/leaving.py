"""Leaving a file in an area: a signpost that everybody who can read the folder can read, and nobody but the operator change.

The file is marked for deletion from its first moment until it is whole, so that the server takes it away again when the
connection breaks half-way; a name either does not exist or has the whole content.
"""

from collections.abc import Sequence

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind
from filrydd.sources.local.facts import reason_for
from filrydd.sources.smb import message, permission, seal_list, status
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.source import AlreadyThere, EntryTrouble

_PIECE = 1 << 16
# Who makes a file stands for these ([MS-DTYP] 2.4.2.4, CREATOR OWNER and CREATOR GROUP); here that is the operator.
_CREATORS = frozenset({security.sid_from_text("S-1-3-0"), security.sid_from_text("S-1-3-1")})


def permissions(folder: security.Descriptor, operator: bytes) -> security.Descriptor:
    """The permissions of a file left in a folder with these: pure. Who is allowed something there may read and execute,
    as far as he may in the folder; who is denied something is denied it; the operator may do all. Nothing is inherited.

    Entries that the folder only hands down to files count too; those that it only hands down to folders do not.
    """
    sealed = seal_list.sealed(folder, operator, folder=False)
    found: list[security.Ace] = []
    for entry in sealed.dacl or ():
        only_for_folders = entry.flags & security.INHERIT_ONLY and not entry.flags & security.OBJECT_INHERIT
        plain = security.Ace(entry.type, 0, entry.mask, entry.rest)
        if not only_for_folders and entry.rest not in _CREATORS and plain not in found:
            found.append(plain)
    control = security.DACL_PRESENT | security.DACL_PROTECTED | security.SELF_RELATIVE
    return security.Descriptor(control, b"", b"", tuple(found), sealed.revision)


def leave(share: Share, names: Sequence[str], path: str, content: bytes, operator: bytes) -> int:
    """Make the file with that content and have the server write it to its disk (FLUSH); its id. The folder's own change is
    in the server's hands: there is no request for it. Raises AlreadyThere when the name is taken, and then nothing was
    done; EntryTrouble, Refused, Dropped, BadDescriptor."""
    wanted = security.build(permissions(_folder(share, names[:-1], path), operator))
    access = message.READ_CONTROL | message.WRITE_DAC | message.DELETE | message.READ_DATA | message.WRITE_DATA
    try:
        # Not shared for writing: the folder may give new files permissions that let others write.
        opened = share.make(names, access, message.SHARE_READ, message.FILE_ONLY)
    except Refused as refused:
        if refused.status == status.NAME_COLLISION:
            raise AlreadyThere(path) from refused
        raise
    try:
        share.set(opened, message.OF_FILE, message.DISPOSITION, b"\x01")
        permission.put(share, opened, path, wanted)
        for start in range(0, len(content), _PIECE):
            share.write(opened, start, content[start : start + _PIECE])
        share.flush(opened)
        share.set(opened, message.OF_FILE, message.DISPOSITION, b"\0")
    except (EntryTrouble, Refused):
        _take_back(share, opened)
        raise
    share.close(opened)
    return opened.file_id


def _folder(share: Share, names: Sequence[str], path: str) -> security.Descriptor:
    opened = share.open(names, message.READ_CONTROL, message.SHARE_ALL)
    try:
        if opened.kind is not Kind.FOLDER:
            raise EntryTrouble(path, reason_for(opened.kind), f"not in a folder but in a {opened.kind}")
        return security.parse(permission.descriptor_of(share, opened))
    finally:
        share.close_later(opened)


def _take_back(share: Share, opened: Opened) -> None:
    try:
        # Once more, should the marking itself have been what was refused.
        share.set(opened, message.OF_FILE, message.DISPOSITION, b"\x01")
    finally:
        share.close(opened)
