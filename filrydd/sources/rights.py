"""What somebody can do to an entry, and the rights of Windows that each takes ([MS-SMB2] 2.2.13.1): any one is enough.

A granted handle shows that the act is allowed, and changes nothing. Renaming takes the same right as deleting, and the right
to make something in the folder that it goes to, be it one outside the area. The right to set attributes counts as `write`:
nobody but the operator has it after a seal, and Samba lets it rename too (measured, 4.17).
"""

from filrydd.model.entry import Kind

_WRITE_DATA, _APPEND_DATA, _WRITE_EA, _DELETE_CHILD, _WRITE_ATTRIBUTES = 0x2, 0x4, 0x10, 0x40, 0x100
_DELETE, _WRITE_DAC, _WRITE_OWNER = 0x1_0000, 0x4_0000, 0x8_0000

NO_READ = "no read"
"""Not an act but that one is missing: the entry cannot be read."""

WRITE, APPEND, RENAME, DELETE = "write", "append", "rename", "delete"
NEW_FILE, NEW_FOLDER, CHANGE_RIGHTS = "new file", "new folder", "change rights"

ACTS: dict[Kind, dict[str, tuple[int, ...]]] = {
    Kind.FILE: {
        WRITE: (_WRITE_DATA, _WRITE_ATTRIBUTES, _WRITE_EA),
        APPEND: (_APPEND_DATA,),
        RENAME: (_DELETE,),
        DELETE: (_DELETE,),
        CHANGE_RIGHTS: (_WRITE_DAC, _WRITE_OWNER),
    },
    Kind.FOLDER: {
        WRITE: (_WRITE_ATTRIBUTES, _WRITE_EA),
        RENAME: (_DELETE,),
        DELETE: (_DELETE, _DELETE_CHILD),
        NEW_FILE: (_WRITE_DATA,),
        NEW_FOLDER: (_APPEND_DATA,),
        CHANGE_RIGHTS: (_WRITE_DAC, _WRITE_OWNER),
    },
}
"""For each kind what can be tried. Of a folder `delete` is also the right to delete what lies in it."""


def acts(kind: Kind, *, top: bool) -> dict[str, tuple[int, ...]]:
    """What can be tried on an entry. Who may rename or delete the top of an area is said by the folder above it, which is
    no part of the area; the right to delete what lies in it is."""
    found = dict(ACTS[kind])
    if top:
        del found[RENAME]
        found[DELETE] = (_DELETE_CHILD,)
    return found
