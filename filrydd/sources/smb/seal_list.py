"""What an access list becomes when its entry is sealed: pure, and sealing twice changes nothing more.

- Whoever could read still can; every entry that allows loses all but reading, executing and looking.
- Entries that deny stay as they are, in their places.
- The owner loses his inborn right to change the list: an entry for OWNER RIGHTS (S-1-3-4) replaces it ([MS-DTYP] 2.4.2.4).
- The operator gets full control by an entry of his own, *before* those that deny, so that unsealing and deleting work
  whatever is denied to groups he is in.
- Nothing is inherited from above any more: the list is protected, and inherited entries become its own.
"""

from filrydd.model.descriptor import (
    ALLOWED,
    ALLOWING_TYPES,
    CONTAINER_INHERIT,
    DACL_PRESENT,
    DACL_PROTECTED,
    INHERITED,
    OBJECT_INHERIT,
    Ace,
    Descriptor,
    sid_from_text,
    specific,
)

# Rights of files and folders ([MS-SMB2] 2.2.13.1).
READ_CONTROL = 0x0002_0000
FULL_CONTROL = 0x001F_01FF
# READ_DATA, READ_EA, EXECUTE, READ_ATTRIBUTES, READ_CONTROL, SYNCHRONIZE: nothing else survives a seal.
READ_AND_EXECUTE = 0x0012_00A9

OWNER_RIGHTS = sid_from_text("S-1-3-4")
EVERYONE = sid_from_text("S-1-1-0")


def sealed(former: Descriptor, operator: bytes, *, folder: bool) -> Descriptor:
    """The sealed form of a descriptor. `operator` is the security identifier of who seals, unseals and deletes."""
    reach = OBJECT_INHERIT | CONTAINER_INHERIT if folder else 0
    ours = (
        Ace(ALLOWED, reach, FULL_CONTROL, operator),
        Ace(ALLOWED, reach, READ_CONTROL, OWNER_RIGHTS),
    )
    # No list at all lets everybody do all: what is left of that is that everybody reads.
    entries = (Ace(ALLOWED, reach, FULL_CONTROL, EVERYONE),) if former.dacl is None else former.dacl
    kept = tuple(_cut(entry) for entry in entries if entry not in ours)
    dacl = ours + tuple(entry for entry in kept if entry.mask)
    return Descriptor(
        former.control | DACL_PRESENT | DACL_PROTECTED, former.owner, former.group, dacl, max(former.revision, 2)
    )


def _cut(entry: Ace) -> Ace:
    mask = entry.mask
    if entry.type in ALLOWING_TYPES:
        mask = specific(mask) & READ_AND_EXECUTE
    return Ace(entry.type, entry.flags & ~INHERITED, mask, entry.rest)
