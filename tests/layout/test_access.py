"""Who can read and write by an access list: Windows' own check, and what a real server does with the same lists."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.layout import access
from filrydd.layout.access import FULL_CONTROL, READ_CONTROL, WRITE_DAC, Access, allowed, who
from filrydd.model import wellknown
from filrydd.model.descriptor import INHERIT_ONLY, Ace, Descriptor, sid_from_text

FULL, CHANGE, READ = 0x1F01FF, 0x1301BF, 0x1200A9
ALLOW, DENY = 0, 1

KARI, OLA, PER = (sid_from_text(f"S-1-5-21-1-2-3-{number}") for number in (1001, 1002, 1003))
STAFF, LEADERS = (sid_from_text(f"S-1-5-21-1-2-3-{number}") for number in (1101, 1102))
EVERYONE, AUTHENTICATED, OWNER_RIGHTS, CREATOR = map(
    sid_from_text, (wellknown.EVERYONE, wellknown.AUTHENTICATED_USERS, wellknown.OWNER_RIGHTS, "S-1-3-0")
)
NETWORK, ANONYMOUS, GUESTS = map(sid_from_text, (wellknown.NETWORK, wellknown.ANONYMOUS, wellknown.GUESTS))
NOBODYS = sid_from_text("S-1-5-18")

sids = st.sampled_from([KARI, OLA, STAFF, LEADERS, EVERYONE, AUTHENTICATED, OWNER_RIGHTS])
masks = st.one_of(
    st.integers(0, 0xFFFF_FFFF), st.sampled_from([FULL, CHANGE, READ, 0x1000_0000, 0x8000_0000, 0x4000_0000])
)
kinds = st.sampled_from([0x00, 0x01, 0x05, 0x06, 0x09, 0x0A, 0x0B, 0x0C])
entries = st.one_of(
    st.builds(Ace, st.sampled_from([ALLOW, DENY]), st.sampled_from([0, 3, 0x0B, 0x13]), masks, sids),
    st.builds(Ace, kinds, st.sampled_from([0, 3]), masks, st.binary(max_size=40)),
)
lists = st.lists(entries, max_size=8).map(tuple)
owners = st.sampled_from([KARI, STAFF, NOBODYS, b""])
tokens = st.frozensets(st.sampled_from([KARI, OLA, STAFF, LEADERS]), max_size=3).map(
    lambda token: token | {EVERYONE, AUTHENTICATED}
)


def ace(kind: int, mask: int, sid: bytes, flags: int = 0) -> Ace:
    return Ace(kind, flags, mask, sid)


def having(*dacl: Ace, owner: bytes = NOBODYS) -> Descriptor:
    return Descriptor(0x8004, owner, b"", dacl)


def in_groups(groups: Mapping[bytes, set[bytes]]) -> access.GroupsOf:
    return lambda sid: frozenset(groups.get(sid, ()))


alone = in_groups({})


def test_no_list_lets_everybody_do_all_and_an_empty_one_nobody_anything() -> None:
    absent = Descriptor(0x8000, KARI, b"", None)
    assert allowed(absent, frozenset({OLA})) == FULL_CONTROL
    assert who(absent, None, alone) == {EVERYONE: Access(True, True), KARI: Access(True, True)}
    assert allowed(having(), frozenset({OLA, EVERYONE})) == 0
    assert who(having(), None, alone) == {NOBODYS: Access(False, True)}


def test_entries_decide_in_the_order_they_stand_in() -> None:
    first = having(ace(DENY, READ, KARI), ace(ALLOW, FULL, STAFF))
    last = having(ace(ALLOW, FULL, STAFF), ace(DENY, READ, KARI))
    token = frozenset({KARI, STAFF})
    assert allowed(first, token) == FULL & ~READ
    assert allowed(last, token) == FULL


def test_what_is_only_inherited_below_says_nothing_here() -> None:
    descriptor = having(ace(DENY, FULL, KARI, INHERIT_ONLY | 3), ace(ALLOW, READ, KARI))
    assert allowed(descriptor, frozenset({KARI})) == READ


def test_the_owner_changes_the_list_unless_owner_rights_say_otherwise() -> None:
    token = frozenset({KARI, EVERYONE})
    assert allowed(having(owner=KARI), token) == READ_CONTROL | WRITE_DAC
    assert allowed(having(ace(DENY, FULL, KARI), owner=KARI), token) == READ_CONTROL | WRITE_DAC
    assert allowed(having(ace(ALLOW, READ, OWNER_RIGHTS), owner=KARI), token) == READ
    assert allowed(having(ace(DENY, WRITE_DAC, OWNER_RIGHTS), owner=KARI), token) == 0
    only_below = having(ace(ALLOW, READ, OWNER_RIGHTS, INHERIT_ONLY), owner=KARI)
    assert allowed(only_below, token) == READ_CONTROL | WRITE_DAC
    assert allowed(having(ace(ALLOW, FULL, OWNER_RIGHTS), owner=KARI), frozenset({OLA, OWNER_RIGHTS})) == 0


@pytest.mark.parametrize(
    ("generic", "rights"),
    [(0x8000_0000, 0x120089), (0x4000_0000, 0x120116), (0x2000_0000, 0x1200A0), (0x1000_0000, 0x1F01FF)],
)
def test_generic_rights_are_those_of_files(generic: int, rights: int) -> None:
    assert allowed(having(ace(ALLOW, generic, KARI)), frozenset({KARI})) == rights
    assert allowed(having(ace(DENY, generic, KARI), ace(ALLOW, FULL, KARI)), frozenset({KARI})) == FULL & ~rights


@pytest.mark.parametrize("kind", [0x05, 0x09, 0x0B])
def test_entries_with_types_or_conditions_allow_nothing(kind: int) -> None:
    for rest in (KARI + b"artx", b"\0" * 4 + KARI, b"\3\0\0\0" + b"x" * 32 + KARI):
        assert allowed(having(Ace(kind, 0, FULL, rest)), frozenset({KARI})) == 0


def test_entries_with_types_or_conditions_deny_in_full() -> None:
    for kind, rest in (
        (0x0A, KARI + b"artx"),
        (0x06, b"\0" * 4 + KARI),
        (0x06, b"\1\0\0\0" + b"x" * 16 + KARI),
        (0x06, b"\2\0\0\0" + b"x" * 16 + KARI),
        (0x0C, b"\3\0\0\0" + b"x" * 32 + KARI + b"artx"),
        (0x06, b"\3\0\0\0" + b"cut short"),
    ):
        descriptor = having(Ace(kind, 0, READ, rest), ace(ALLOW, FULL, EVERYONE))
        assert allowed(descriptor, frozenset({KARI, EVERYONE})) == FULL & ~READ
        told = b"cut short" not in rest
        assert allowed(descriptor, frozenset({OLA, EVERYONE})) == (FULL if told else FULL & ~READ)
    trusteeless = having(Ace(0x06, 0, READ, b""), ace(ALLOW, FULL, EVERYONE))
    assert allowed(trusteeless, frozenset({OLA, EVERYONE})) == FULL & ~READ


def test_a_named_member_of_an_allowed_group_who_is_denied_shows() -> None:
    descriptor = having(ace(DENY, FULL, KARI), ace(ALLOW, CHANGE, STAFF), ace(ALLOW, READ, LEADERS))
    found = who(descriptor, None, in_groups({KARI: {STAFF}, LEADERS: {STAFF}}))
    assert found == {
        KARI: Access(False, False),
        STAFF: Access(True, True),
        LEADERS: Access(True, True),
        NOBODYS: Access(False, True),
    }


def test_a_share_limits_what_its_folders_allow() -> None:
    descriptor = having(ace(ALLOW, FULL, STAFF), ace(ALLOW, FULL, OLA))
    share = having(ace(DENY, FULL, OLA), ace(ALLOW, READ, EVERYONE), ace(ALLOW, FULL, PER), owner=NOBODYS)
    found = who(descriptor, share, alone)
    assert found[STAFF] == Access(True, False)
    assert found[OLA] == Access(False, False)
    assert found[PER] == Access(False, False)
    assert found[EVERYONE] == Access(False, False)
    # Whoever owns both changes the folder's list; through a share that only reads he does not get so far.
    assert found[NOBODYS] == Access(False, False)
    assert who(descriptor, having(), alone)[STAFF] == Access(False, False)
    open_share = Descriptor(0x8000, b"", b"", None)
    assert who(descriptor, open_share, alone)[STAFF] == Access(True, True)


def test_guests_are_no_authenticated_users() -> None:
    descriptor = having(
        ace(ALLOW, READ, AUTHENTICATED), *(ace(ALLOW, 0, sid) for sid in (KARI, ANONYMOUS, GUESTS, EVERYONE, NETWORK))
    )
    guest = sid_from_text("S-1-5-21-1-2-3-501")
    found = who(
        having(*(descriptor.dacl or ()), ace(ALLOW, 0, guest), ace(ALLOW, 0, OLA), owner=KARI),
        None,
        in_groups({OLA: {GUESTS}}),
    )
    assert {sid for sid, can in found.items() if can.reads} == {KARI, AUTHENTICATED}


def test_what_is_denied_to_everybody_over_the_network_is_denied() -> None:
    assert who(having(ace(DENY, FULL, NETWORK), ace(ALLOW, FULL, KARI)), None, alone)[KARI] == Access(False, False)


def test_placeholders_are_nobody() -> None:
    descriptor = having(ace(ALLOW, FULL, CREATOR), ace(ALLOW, FULL, OWNER_RIGHTS), owner=KARI)
    assert who(descriptor, None, alone) == {KARI: Access(True, True)}


@pytest.mark.parametrize("right", [0x2, 0x4, 0x40, 0x10000, 0x40000, 0x80000])
def test_any_right_to_change_something_is_writing(right: int) -> None:
    assert who(having(ace(ALLOW, right, KARI)), None, alone)[KARI] == Access(False, True)


def test_looking_and_executing_is_neither_reading_nor_writing() -> None:
    assert who(having(ace(ALLOW, 0x1200A8, KARI)), None, alone)[KARI] == Access(False, False)


@given(lists, owners, tokens, st.integers(0, 8), entries)
def test_one_more_denial_never_widens(
    dacl: tuple[Ace, ...], owner: bytes, token: frozenset[bytes], place: int, more: Ace
) -> None:
    denial = Ace(DENY if more.type not in (0x06, 0x0A, 0x0C) else more.type, more.flags, more.mask, more.rest)
    before = allowed(having(*dacl, owner=owner), token)
    after = allowed(having(*dacl[:place], denial, *dacl[place:], owner=owner), token)
    assert after & ~before == 0


@given(lists, owners, tokens, entries.filter(lambda entry: OWNER_RIGHTS not in entry.rest))
def test_one_more_permission_at_the_end_never_narrows(
    dacl: tuple[Ace, ...], owner: bytes, token: frozenset[bytes], more: Ace
) -> None:
    permission = Ace(ALLOW, more.flags, more.mask, more.rest)
    before = allowed(having(*dacl, owner=owner), token)
    assert before & ~allowed(having(*dacl, permission, owner=owner), token) == 0


@given(lists, owners, lists)
def test_a_share_that_is_not_known_limits_nobody_and_any_other_never_widens(
    dacl: tuple[Ace, ...], owner: bytes, limits: tuple[Ace, ...]
) -> None:
    descriptor = having(*dacl, owner=owner)
    free = who(descriptor, None, alone)
    assert free == {
        sid: can for sid, can in who(descriptor, having(ace(ALLOW, FULL, EVERYONE)), alone).items() if sid in free
    }
    for sid, can in who(descriptor, having(*limits), alone).items():
        if sid in free:
            assert (can.reads, can.writes) <= (can.reads and free[sid].reads, can.writes and free[sid].writes)


@given(lists, owners)
def test_everybody_is_judged_as_the_rights_of_his_own_token_say(dacl: tuple[Ace, ...], owner: bytes) -> None:
    descriptor = having(*dacl, owner=owner)
    found = who(descriptor, None, in_groups({KARI: {STAFF, LEADERS}}))
    for sid, groups in ((KARI, {STAFF, LEADERS}), (OLA, set())):
        if sid in found:
            mask = allowed(descriptor, frozenset({sid, EVERYONE, NETWORK, AUTHENTICATED, *groups}))
            assert found[sid] == Access(bool(mask & 1), bool(mask & access.WRITING))
