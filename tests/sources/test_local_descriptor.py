"""What mode, owner and group become in the words of Windows."""

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.descriptor import DENIED, parse, sid_from_text, sid_to_text
from filrydd.sources.local.descriptor import descriptor_of
from filrydd.sources.local.posix import PosixSource
from tests.sources.walking import walked

OWNER, GROUP, EVERYONE = (sid_from_text(text) for text in ("S-1-22-1-1000", "S-1-22-2-50", "S-1-1-0"))
READ, WRITE, RUN = 0x1, 0x2, 0x20


def granted(content: bytes, who: set[bytes]) -> int:
    """What Windows grants: entry by entry, what an earlier one denied or allowed stays so ([MS-DTYP] 2.5.3.2)."""
    allowed = denied = 0
    dacl = parse(content).dacl
    assert dacl is not None
    for entry in dacl:
        if entry.rest in who and entry.type == DENIED:
            denied |= entry.mask & ~allowed
        elif entry.rest in who:
            allowed |= entry.mask & ~denied
    return allowed


@given(mode=st.integers(0, 0o7777), folder=st.booleans())
def test_everybody_may_what_the_first_class_that_he_is_in_may(mode: int, folder: bool) -> None:
    content = descriptor_of(mode | (0o040000 if folder else 0o100000), 1000, 50)
    people = (
        ({OWNER, EVERYONE}, mode >> 6),
        ({OWNER, GROUP, EVERYONE}, mode >> 6),
        ({GROUP, EVERYONE}, mode >> 3),
        ({EVERYONE}, mode),
    )
    for who, bits in people:
        rights = granted(content, who)
        assert (bool(rights & READ), bool(rights & WRITE), bool(rights & RUN)) == (
            bool(bits & 4),
            bool(bits & 2),
            bool(bits & 1),
        )
        assert not rights & 0x000D_0000  # delete, change rights, take ownership
        assert bool(rights & 0x40) == (folder and bool(bits & 2) and not mode & 0o1000)


def test_owner_and_group_have_the_numbers_that_samba_gives_them() -> None:
    told = parse(descriptor_of(0o100640, 0, 4_000_000_000))
    assert (sid_to_text(told.owner), sid_to_text(told.group)) == ("S-1-22-1-0", "S-1-22-2-4000000000")


def test_a_mode_that_takes_nothing_from_anybody_denies_nothing() -> None:
    told = parse(descriptor_of(0o100644, 1000, 50))
    assert told.dacl is not None
    assert [(entry.type, entry.mask, entry.rest) for entry in told.dacl] == [
        (0, 0x0012_019F, OWNER),
        (0, 0x0012_0089, GROUP),
        (0, 0x0012_0089, EVERYONE),
    ]


def test_a_walk_tells_each_folders_own_and_nothing_where_an_access_list_says_more(
    area: tuple[Path, PosixSource],
) -> None:
    top, source = area
    for name, mode in (("a", 0o750), ("b", 0o755)):
        (top / name).mkdir()
        (top / name).chmod(mode)
    # Version 2; owner rwx, user 1 r-x, group r-x, mask r-x, others r-x (acl(5), as the kernel keeps it).
    rows = ((1, 7, 2**32 - 1), (2, 5, 1), (4, 5, 2**32 - 1), (16, 5, 2**32 - 1), (32, 5, 2**32 - 1))
    content = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)
    try:
        os.setxattr(top / "b", "system.posix_acl_access", content)
    except (OSError, AttributeError):
        pytest.skip("no access lists here")
    told = walked(source)
    found = (top / "a").stat()
    assert told.descriptors["a"] == descriptor_of(found.st_mode, found.st_uid, found.st_gid)
    assert told.descriptors["b"] == b""
    assert told.descriptors[""]
