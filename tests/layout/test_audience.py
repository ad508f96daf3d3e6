"""Who can read and write, person by person, and the grants that say the same."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from filrydd.layout.access import AUTHENTICATED_USERS, EVERYONE, NETWORK, OWNER_RIGHTS, allowed
from filrydd.layout.audience import DENIED, LIMITED, WRITES_ONLY, Judging
from filrydd.layout.circle import Circle
from filrydd.layout.granting import grants
from filrydd.model.descriptor import Ace, Descriptor, sid_from_text

DOMAIN = "S-1-5-21-1-2-3"
KARI, OLA, PER, EVA, LIV = PEOPLE = [sid_from_text(f"{DOMAIN}-{number}") for number in range(1001, 1006)]
STAFF, LEADERS, BOARD, PROJECT = [sid_from_text(f"{DOMAIN}-{number}") for number in range(1101, 1105)]
UNKNOWN, OTHERS, STRANGE = [sid_from_text(f"{DOMAIN}-{number}") for number in range(1201, 1204)]
DOMAIN_USERS, DOMAIN_ADMINS = sid_from_text(f"{DOMAIN}-513"), sid_from_text(f"{DOMAIN}-512")
ADMINS, SYSTEM = sid_from_text("S-1-5-32-544"), sid_from_text("S-1-5-18")
GONE = sid_from_text(f"{DOMAIN}-1999")
FULL, CHANGE, READ, WRITE, CHANGE_LIST = 0x1F01FF, 0x1301BF, 0x1200A9, 0x116, 0x40000
ALLOW, DENY = 0, 1
READING, CHANGING = 1, 2 | 4 | 0x40 | 0x10000

Short = list[tuple[bytes, int]]
Groups = Mapping[bytes, Iterable[bytes]]


def a_list(entries: Short, owner: bytes = ADMINS) -> Descriptor:
    """A leading minus denies."""
    aces = tuple(Ace(DENY if mask < 0 else ALLOW, 0, abs(mask), sid) for sid, mask in entries)
    return Descriptor(0x8004, owner, b"", aces)


def circle(members: Groups, open_groups: Iterable[bytes] = ()) -> Circle:
    groups_of: dict[bytes, set[bytes]] = {}
    for group, inside in members.items():
        for sid in inside:
            groups_of.setdefault(sid, set()).add(group)
    return Circle(PEOPLE, groups_of, list(open_groups), [GONE])


KNOWN: Groups = {STAFF: [KARI, OLA, PER], LEADERS: [KARI], BOARD: [EVA, LIV]}


def told(entries: Short, share: Short | None = None, members: Groups = KNOWN, left_out: Iterable[bytes] = ()) -> object:
    """The grants of a list, or why there are none."""
    judging = Judging(circle(members), None if share is None else a_list(share), list(left_out))
    audience = judging.audience(a_list(entries))
    return audience.why or grants(audience, judging)


def test_a_group_is_granted_what_its_entry_gives() -> None:
    assert told([(STAFF, CHANGE), (BOARD, READ)]) == {STAFF: "write", BOARD: "read"}
    assert told([(STAFF, FULL), (ADMINS, FULL), (SYSTEM, FULL), (DOMAIN_ADMINS, FULL)]) == {STAFF: "write"}
    assert told([]) == {}


def test_who_is_in_an_allowed_and_in_a_denied_group_is_denied() -> None:
    assert told([(LEADERS, -FULL), (STAFF, CHANGE)]) == {OLA: "write", PER: "write"}
    assert told([(LEADERS, -(CHANGE & ~READ)), (STAFF, CHANGE)]) == {STAFF: "read", OLA: "write", PER: "write"}
    assert told([(LEADERS, -2), (STAFF, READ), (BOARD, -READ)]) == {STAFF: "read"}


def test_an_entry_that_comes_first_keeps_what_it_allows() -> None:
    assert told([(STAFF, CHANGE), (LEADERS, -FULL)]) == {STAFF: "write"}


def test_members_with_more_are_granted_that_beside_their_group() -> None:
    assert told([(STAFF, READ), (OLA, CHANGE)]) == {STAFF: "read", OLA: "write"}
    assert told([(STAFF, READ), (LEADERS, CHANGE)]) == {STAFF: "read", LEADERS: "write"}


def test_nobody_is_granted_twice() -> None:
    assert told([(STAFF, CHANGE), (OLA, READ), (LEADERS, READ)]) == {STAFF: "write"}
    assert told([(EVERYONE, READ), (STAFF, READ), (OLA, CHANGE), (OTHERS, READ)]) == {EVERYONE: "read", OLA: "write"}
    assert told([(AUTHENTICATED_USERS, READ), (KARI, READ)]) == {AUTHENTICATED_USERS: "read"}


def test_no_group_is_granted_more_than_its_own_entry_gives() -> None:
    alone = [(sid, CHANGE) for sid in (KARI, OLA, PER)]
    assert told([(STAFF, READ), *alone]) == dict(alone).fromkeys((KARI, OLA, PER), "write")


def test_a_group_that_the_others_make_needless_is_not_granted() -> None:
    members = {STAFF: [KARI, OLA, PER], LEADERS: [KARI, OLA, EVA], BOARD: [PER, LIV]}
    assert told([(STAFF, READ), (LEADERS, READ), (BOARD, READ)], members=members) == {LEADERS: "read", BOARD: "read"}


def test_a_group_of_unknown_members_is_granted_as_it_is() -> None:
    assert told([(OTHERS, CHANGE), (DOMAIN_USERS, READ)]) == {OTHERS: "write", DOMAIN_USERS: "read"}


def test_a_deny_beside_a_group_of_unknown_members_cannot_be_expressed() -> None:
    assert told([(KARI, -READ), (OTHERS, CHANGE)]) == DENIED
    assert told([(OTHERS, -READ), (STAFF, CHANGE)]) == DENIED
    assert told([(LEADERS, -FULL), (EVERYONE, READ)]) == DENIED
    assert told([(OTHERS, CHANGE), (KARI, -READ)]) == {OTHERS: "write"}
    assert told([(OTHERS, -FULL), (UNKNOWN, -READ)]) == {}


def test_too_many_groups_of_unknown_members_beside_a_deny_cannot_be_judged() -> None:
    many = [sid_from_text(f"{DOMAIN}-{number}") for number in range(3000, 3007)]
    assert told([*((sid, CHANGE) for sid in many)]) == dict.fromkeys(many, "write")
    assert told([*((sid, CHANGE) for sid in many), (KARI, -READ)]) == DENIED


def test_the_share_limits_everybody_for_himself() -> None:
    assert told([(STAFF, CHANGE)], [(EVERYONE, READ)]) == {STAFF: "read"}
    assert told([(STAFF, CHANGE)], [(EVERYONE, READ), (OLA, FULL)]) == {STAFF: "read", OLA: "write"}
    assert told([(STAFF, CHANGE)], [(LEADERS, -FULL), (EVERYONE, FULL)]) == {OLA: "write", PER: "write"}
    assert told([(STAFF, CHANGE), (OTHERS, READ)], [(AUTHENTICATED_USERS, CHANGE)]) == {STAFF: "write", OTHERS: "read"}


def test_a_share_for_a_group_of_unknown_members_says_too_little() -> None:
    assert told([(STAFF, CHANGE)], [(DOMAIN_USERS, CHANGE), (ADMINS, FULL)]) == LIMITED
    inside = {**KNOWN, DOMAIN_USERS: PEOPLE}
    assert told([(STAFF, CHANGE)], [(DOMAIN_USERS, CHANGE), (ADMINS, FULL)], inside) == {STAFF: "write"}


def test_writing_without_reading_is_named_and_granted_to_nobody() -> None:
    judging = Judging(circle(KNOWN), None)
    audience = judging.audience(a_list([(STAFF, WRITE), (LEADERS, READ), (LIV, WRITE)]))
    assert grants(audience, judging) == {LEADERS: "write"} or grants(audience, judging) == {KARI: "write"}
    assert audience.write_only == {STAFF, LIV}
    assert told([(OTHERS, WRITE), (STAFF, READ)]) == WRITES_ONLY


def test_the_right_to_change_the_list_is_no_access() -> None:
    judging = Judging(circle(KNOWN), None)
    for entries in ([(STAFF, READ)], [(STAFF, READ), (OLA, CHANGE_LIST)]):
        audience = judging.audience(a_list(entries, owner=OLA))
        assert (grants(audience, judging), audience.write_only) == ({STAFF: "read"}, frozenset())


def test_who_is_left_out_is_granted_nothing_and_others_keep_what_they_have() -> None:
    entries = [(STAFF, CHANGE), (OLA, READ), (BOARD, READ)]
    assert told(entries, left_out=[BOARD]) == {STAFF: "write"}
    assert told(entries, left_out=[STAFF]) == {OLA: "read", BOARD: "read"}
    assert told(entries, left_out=[OLA]) == {STAFF: "write", BOARD: "read"}
    assert told([(EVERYONE, READ), (OLA, CHANGE)], left_out=[EVERYONE]) == {OLA: "write"}


def test_leaving_out_who_is_denied_lets_him_in_nowhere() -> None:
    assert told([(OLA, -FULL), (STAFF, READ)], left_out=[OLA]) == {KARI: "read", PER: "read"}
    assert told([(LEADERS, -FULL), (STAFF, READ)], left_out=[LEADERS]) == {OLA: "read", PER: "read"}
    assert told([(OTHERS, -FULL), (STAFF, READ)], left_out=[OTHERS]) == DENIED


def test_who_is_no_more_changes_nothing() -> None:
    assert told([(GONE, -FULL), (STAFF, READ), (GONE, READ)]) == {STAFF: "read"}


def test_guests_are_in_no_group_of_unknown_members() -> None:
    guests = sid_from_text("S-1-5-32-546")
    assert told([(guests, -FULL), (OTHERS, READ)]) == {OTHERS: "read"}


masks = st.sampled_from([FULL, CHANGE, READ, WRITE, 1, 2, 4, 0x10000, CHANGE_LIST])
sids = st.sampled_from([*PEOPLE, STAFF, LEADERS, BOARD, PROJECT, UNKNOWN, OTHERS, EVERYONE, AUTHENTICATED_USERS])
rare = st.sampled_from([OWNER_RIGHTS, DOMAIN_ADMINS, ADMINS, GONE, NETWORK])
signs = st.sampled_from([1, 1, 1, -1])
entries = st.tuples(st.one_of(sids, sids, sids, rare), st.builds(lambda mask, sign: mask * sign, masks, signs))
lists = st.builds(a_list, st.lists(entries, max_size=6), st.sampled_from([ADMINS, KARI, STAFF, UNKNOWN, GONE]))
memberships = st.fixed_dictionaries(
    {group: st.lists(st.sampled_from(PEOPLE), unique=True) for group in (STAFF, LEADERS, BOARD, PROJECT, OTHERS)}
)
shares = st.one_of(st.none(), lists)


def level(rights: int) -> int:
    return 0 if not rights & READING else 2 if rights & CHANGING else 1


def got(token: frozenset[bytes], granted: Mapping[bytes, str]) -> int:
    return max((2 if granted[sid] == "write" else 1 for sid in token & granted.keys()), default=0)


def subsets(of: Iterable[bytes]) -> Iterable[tuple[bytes, ...]]:
    every = list(of)
    return chain.from_iterable(combinations(every, count) for count in range(len(every) + 1))


def tokens(members: Groups) -> Iterable[tuple[frozenset[bytes], frozenset[bytes]]]:
    """Everybody there may be: the known people and a stranger as they are known, and as they are if they are in groups
    of unknown members too. Others may be in OTHERS than those told; of UNKNOWN, and of groups without anybody, nobody
    told anything."""
    unknown = [OTHERS, UNKNOWN, *(group for group in (STAFF, LEADERS, BOARD, PROJECT) if not members[group])]
    for person in (*PEOPLE, STRANGE):
        own = {group for group, inside in members.items() if person in inside}
        known = frozenset({EVERYONE, NETWORK, AUTHENTICATED_USERS, person} | own)
        for also in subsets(unknown):
            yield known, known.union(also)


def rights_of(token: frozenset[bytes], descriptor: Descriptor, share: Descriptor | None) -> int:
    rights = allowed(descriptor, token)
    return rights if share is None else rights & allowed(replace(share, owner=b""), token)


@given(lists, shares, memberships)
def test_the_grants_give_everybody_exactly_what_the_lists_give_him(
    descriptor: Descriptor, share: Descriptor | None, members: Groups
) -> None:
    judging = Judging(circle(members, [OTHERS]), share)
    audience = judging.audience(descriptor)
    assume(not audience.why)
    granted = grants(audience, judging)
    everybody = set(tokens(members))
    for known, token in everybody:
        alone = rights_of(known, descriptor, share)
        if alone & CHANGING and not alone & READING:
            assert audience.write_only & known
            assert got(token, granted) <= level(rights_of(token, descriptor, share))
        else:
            assert got(token, granted) == level(rights_of(token, descriptor, share))
    for sid in granted:
        fewer = {other: role for other, role in granted.items() if other != sid}
        assert any(got(token, fewer) < got(token, granted) for _known, token in everybody)


@given(lists, shares, memberships, st.sets(sids, max_size=2))
def test_leaving_somebody_out_never_gives_anybody_more(
    descriptor: Descriptor, share: Descriptor | None, members: Groups, left_out: set[bytes]
) -> None:
    judging = Judging(circle(members, [OTHERS]), share, left_out)
    audience = judging.audience(descriptor)
    assume(not audience.why)
    granted = grants(audience, judging)
    assert not left_out & granted.keys()
    for known, token in tokens(members):
        assert got(token, granted) <= level(rights_of(token, descriptor, share))
        if not token & left_out and not audience.write_only & known:
            assert got(token, granted) == level(rights_of(token, descriptor, share))


@pytest.mark.parametrize("order", [1, -1])
def test_the_same_list_has_the_same_grants_whatever_order_people_are_told_in(order: int) -> None:
    members = {group: list(inside)[::order] for group, inside in list(KNOWN.items())[::order]}
    assert told([(LEADERS, -READ), (STAFF, CHANGE), (BOARD, READ)], members=members) == {
        OLA: "write",
        PER: "write",
        BOARD: "read",
    }
