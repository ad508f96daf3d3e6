"""Security descriptors and what sealing makes of them, without a server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model import descriptor as security
from filrydd.model.descriptor import Ace, BadDescriptor, Descriptor
from filrydd.sources.smb import seal_list

WRITING = 0x000D_0156  # write, append, EA, delete child, attributes; delete, change list, change owner
READING = 0x0012_00A9
MAPPING = {0x8000_0000: 0x120089, 0x4000_0000: 0x120116, 0x2000_0000: 0x1200A0, 0x1000_0000: 0x1F01FF}

OPERATOR = security.sid_from_text("S-1-5-21-1-2-3-500")
PEOPLE = [security.sid_from_text(text) for text in ("S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-1002", "S-1-1-0")]
sids = st.sampled_from([*PEOPLE, OPERATOR, seal_list.OWNER_RIGHTS])
masks = st.one_of(st.integers(0, 0xFFFF_FFFF), st.sampled_from([0x1F01FF, 0x1301BF, 0x1200A9, 0x10000000, 0x40000000]))
flags = st.sampled_from([0, 3, 0x0B, 0x10, 0x13, 0x1B])
plain = st.builds(Ace, st.sampled_from([0, 1]), flags, masks, sids)
strange = st.builds(
    Ace,
    st.sampled_from(sorted(security.ALLOWING_TYPES | security.DENYING_TYPES)),
    flags,
    masks,
    st.integers(0, 12).flatmap(lambda words: st.binary(min_size=4 * words, max_size=4 * words)),
)
controls = st.sampled_from([0x8004, 0x9004, 0x8404, 0x9404])


def descriptors(entries: st.SearchStrategy[Ace]) -> st.SearchStrategy[Descriptor]:
    lists = st.one_of(st.none(), st.lists(entries, max_size=8).map(tuple))
    return st.builds(
        lambda control, owner, dacl: Descriptor(control if dacl is not None else control & ~4, owner, PEOPLE[1], dacl),
        controls,
        st.sampled_from(PEOPLE),
        lists,
    )


def granted(descriptor: Descriptor, who: set[bytes]) -> int:
    """The rights of somebody with these identifiers, by the algorithm of [MS-DTYP] 2.5.3.2."""
    if descriptor.dacl is None:
        return 0x1F01FF
    owns = descriptor.owner in who
    ruled = any(ace.rest == seal_list.OWNER_RIGHTS and not ace.flags & 8 for ace in descriptor.dacl)
    allowed = 0x60000 if owns and not ruled else 0
    denied = 0
    for ace in descriptor.dacl:
        if ace.flags & 8 or not (ace.rest in who or (owns and ace.rest == seal_list.OWNER_RIGHTS)):
            continue
        mask = ace.mask
        for generic, specific in MAPPING.items():
            mask |= specific if mask & generic else 0
        mask &= 0x1F01FF
        if ace.type == security.ALLOWED:
            allowed |= mask & ~denied
        else:
            denied |= mask & ~allowed
    return allowed


@given(descriptors(strange))
def test_a_descriptor_comes_back_byte_for_byte(descriptor: Descriptor) -> None:
    data = security.build(descriptor)
    assert security.build(security.parse(data)) == data
    assert security.parse(data).dacl == descriptor.dacl


@given(st.binary(max_size=200))
def test_any_bytes_are_a_descriptor_or_refused(data: bytes) -> None:
    try:
        security.build(security.parse(data))
    except BadDescriptor:
        pass


@given(descriptors(plain), st.integers(1, 60))
def test_a_descriptor_cut_short_is_refused(descriptor: Descriptor, cut: int) -> None:
    data = security.build(descriptor)
    with pytest.raises(BadDescriptor):
        security.parse(data[:-cut])


def test_the_layout_of_another_server_makes_no_difference() -> None:
    descriptor = Descriptor(0x8004, PEOPLE[0], PEOPLE[1], (Ace(0, 3, 0x1F01FF, PEOPLE[0]),))
    data = security.build(descriptor)
    # The list before the owner, as some servers send it, and bits that say nothing of access.
    dacl = data[20 + len(PEOPLE[0]) + len(PEOPLE[1]) :]
    other = (
        b"\x01\x00"
        + (0x8004 | 0x1 | 0x2 | 0x8).to_bytes(2, "little")
        + b"".join(place.to_bytes(4, "little") for place in (20 + len(dacl), 20 + len(dacl) + len(PEOPLE[0]), 0, 20))
        + dacl
        + PEOPLE[0]
        + PEOPLE[1]
    )
    assert other != data
    assert security.build(security.parse(other)) == data


def test_an_entry_of_an_unknown_type_is_refused_rather_than_misjudged() -> None:
    data = security.build(Descriptor(0x8004, PEOPLE[0], PEOPLE[1], (Ace(0x15, 0, 1, PEOPLE[0]),)))
    with pytest.raises(BadDescriptor, match="0x15"):
        security.parse(data)


@pytest.mark.parametrize("text", ["S-1-5-18", "S-1-1-0", "S-1-5-21-799602570-833296667-2504926984-1001"])
def test_identifiers_are_written_and_read(text: str) -> None:
    assert security.sid_to_text(security.sid_from_text(text)) == text


@pytest.mark.parametrize("text", ["", "S-1", "S-2-5-18", "kari", "S-1-5-x", "S-1-5-4294967296"])
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(BadDescriptor):
        security.sid_from_text(text)


@given(descriptors(strange), st.booleans())
def test_sealing_twice_is_sealing_once(former: Descriptor, folder: bool) -> None:
    once = seal_list.sealed(former, OPERATOR, folder=folder)
    assert seal_list.sealed(once, OPERATOR, folder=folder) == once
    assert security.parse(security.build(once)) == once


@given(descriptors(plain), st.sets(st.sampled_from(PEOPLE)).map(lambda who: who | {PEOPLE[2]}), st.booleans())
def test_after_sealing_nobody_writes_and_whoever_read_still_reads(
    former: Descriptor, who: set[bytes], folder: bool
) -> None:
    sealed = seal_list.sealed(former, OPERATOR, folder=folder)
    before, after = granted(former, who), granted(sealed, who)
    assert after & WRITING == 0
    assert after & READING == (before | after & 0x20000) & READING
    assert after & ~before & ~0x20000 == 0


@given(descriptors(plain), st.sets(st.sampled_from(PEOPLE)), st.booleans())
def test_after_sealing_the_operator_can_do_everything(former: Descriptor, groups: set[bytes], folder: bool) -> None:
    assert granted(seal_list.sealed(former, OPERATOR, folder=folder), groups | {OPERATOR}) == 0x1F01FF


@given(descriptors(strange), st.booleans())
def test_what_is_denied_stays_denied_in_the_same_order(former: Descriptor, folder: bool) -> None:
    sealed = seal_list.sealed(former, OPERATOR, folder=folder)

    def denials(descriptor: Descriptor) -> list[tuple[int, int, bytes]]:
        return [
            (ace.type, ace.mask, ace.rest)
            for ace in descriptor.dacl or ()
            if ace.type in security.DENYING_TYPES and ace.mask
        ]

    assert denials(sealed) == denials(former)


@given(descriptors(strange), st.booleans())
def test_a_sealed_list_is_protected_and_inherits_nothing(former: Descriptor, folder: bool) -> None:
    sealed = seal_list.sealed(former, OPERATOR, folder=folder)
    assert sealed.control & security.DACL_PROTECTED
    assert sealed.dacl
    assert not any(ace.flags & security.INHERITED for ace in sealed.dacl)
    # What new entries would inherit is cut the same way.
    ours = seal_list.sealed(Descriptor(0x8004, PEOPLE[0], PEOPLE[0], ()), OPERATOR, folder=folder).dacl or ()
    for ace in sealed.dacl:
        assert ace in ours or ace.type in security.DENYING_TYPES or ace.mask & ~READING == 0
