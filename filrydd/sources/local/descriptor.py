"""What a POSIX folder's mode, owner and group say, in the words of Windows.

Users and groups are the security identifiers that Samba makes of their numbers: S-1-22-1-<uid>, S-1-22-2-<gid>. The first
class that somebody belongs to decides alone, so an owner or group with less than the classes after it is denied the rest,
in the order in which Windows reads a list ([MS-DTYP] 2.5.3.2). A mode gives nobody the right to change rights; the owner
has it as on Windows, by being the owner.
"""

import stat
from functools import lru_cache

from filrydd.model.descriptor import ALLOWED, DACL_PRESENT, DENIED, SELF_RELATIVE, Ace, Descriptor, build, sid_from_text

_EVERYONE = sid_from_text("S-1-1-0")
# FILE_GENERIC_READ, _WRITE and _EXECUTE ([MS-DTYP] 2.4.3), and FILE_DELETE_CHILD, which writing to a folder includes.
_ALLOW = {4: 0x0012_0089, 2: 0x0012_0116, 1: 0x0012_00A0}
_DELETE_CHILD = 0x0000_0040
# Of these only what tells r, w and x apart: reading permissions and attributes is nobody's loss on POSIX.
_DENY = {4: 0x0000_0009, 2: 0x0000_0116 & ~0x0000_0100, 1: 0x0000_0020}


def user_sid(uid: int) -> str:
    """The security identifier of a user of this machine, as text."""
    return f"S-1-22-1-{uid}"


@lru_cache(maxsize=4096)
def descriptor_of(mode: int, uid: int, gid: int) -> bytes:
    """The self-relative descriptor of an entry with that mode (`st_mode`), owner and group."""
    extra = _DELETE_CHILD if stat.S_ISDIR(mode) and not mode & stat.S_ISVTX else 0
    owner, group = sid_from_text(user_sid(uid)), sid_from_text(f"S-1-22-2-{gid}")
    classes = ((owner, mode >> 6 & 7), (group, mode >> 3 & 7), (_EVERYONE, mode & 7))
    entries: list[Ace] = []
    for index, (sid, bits) in enumerate(classes):
        later = 0
        for _sid, others in classes[index + 1 :]:
            later |= others
        if lost := later & ~bits:
            entries.append(Ace(DENIED, 0, _mask(lost, _DENY, extra), sid))
        if bits:
            entries.append(Ace(ALLOWED, 0, _mask(bits, _ALLOW, extra), sid))
    return build(Descriptor(DACL_PRESENT | SELF_RELATIVE, owner, group, tuple(entries)))


def _mask(bits: int, rights: dict[int, int], extra: int) -> int:
    mask = extra if bits & 2 else 0
    for bit, right in rights.items():
        if bits & bit:
            mask |= right
    return mask
