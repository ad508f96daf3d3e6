"""Trying, as whoever is signed in, what a seal is to forbid. Nothing is changed where it is not forbidden: a handle with the
right is asked for and closed, and what is made to see whether it can be is deleted by the server when its handle goes."""

import secrets
from collections.abc import Sequence

from filrydd.model.entry import Kind, Reason
from filrydd.sources import rights
from filrydd.sources.local.facts import reason_for
from filrydd.sources.smb import message, status
from filrydd.sources.smb.share import Refused, Share
from filrydd.sources.source import EntryTrouble

_FOLDER_ONLY, _FILE_ONLY, _DELETE_ON_CLOSE = message.DIRECTORY_ONLY, message.FILE_ONLY, 0x1000


def try_to_write(share: Share, names: Sequence[str], path: str, kind: Kind) -> tuple[str, ...]:
    """The acts (`sources.rights`) that the server allows; `no read` when it forbids reading. Raises EntryTrouble, Refused
    for a no that has nothing to do with permissions, Dropped."""
    opened = share.open(names, message.READ_ATTRIBUTES, message.SHARE_ALL)
    share.close_later(opened)
    if opened.kind is not kind:
        raise EntryTrouble(path, reason_for(opened.kind), f"not a {kind} but a {opened.kind}")
    found = [
        act
        for act, masks in rights.acts(kind, top=not names).items()
        if any(_granted(share, names, mask) for mask in masks)
    ]
    if kind is Kind.FOLDER:
        for act, only in ((rights.NEW_FILE, _FILE_ONLY), (rights.NEW_FOLDER, _FOLDER_ONLY)):
            # The right to make something was refused, and now it is tried in earnest.
            if act not in found and _made(share, names, only):
                found.append(act)
    return tuple(found) if _granted(share, names, message.READ_DATA) else (*found, rights.NO_READ)


def _granted(share: Share, names: Sequence[str], access: int) -> bool:
    try:
        share.close_later(share.open(names, access, message.SHARE_ALL))
    except Refused as refused:
        return not _is_no(refused)
    return True


def _made(share: Share, names: Sequence[str], only: int) -> bool:
    name = f"filrydd-{secrets.token_hex(8)}.tmp"
    access = message.DELETE | message.READ_ATTRIBUTES
    try:
        share.close(share.make([*names, name], access, message.SHARE_ALL, only | _DELETE_ON_CLOSE))
    except Refused as refused:
        return not _is_no(refused)
    return True


def _is_no(refused: Refused) -> bool:
    """Whether permissions forbid it. Somebody who does not share his handle is asked about after the permissions were, by
    Windows and by Samba, so that answer means they allow it. Raises the refusal when it says something else."""
    reason = status.reason_of(refused.status)
    if reason not in (Reason.NO_PERMISSION, Reason.IN_USE):
        raise refused
    return reason is Reason.NO_PERMISSION
