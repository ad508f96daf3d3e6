"""Who can read and who can write an old folder, person by person; pure.

Windows decides for each person with all his groups at once: who is in an allowed and in a denied group is denied where the
list says so first. SharePoint knows neither Deny nor order nor a second list that limits the first. So every list is judged
for persons, and what no set of grants can say is named (`why`) instead of being widened.

- A group whose members are all known is its members. Any other principal that is no person (a group of which nobody told,
  Everyone, Domain Users, somebody of whom nobody knows who he is) is *open*: anybody may be in it, but for guests.
- Writing is changing what lies there: content, names, deletion. The right to change the list itself, which an owner always
  has, has no counterpart and counts for nothing here; site owners have it in the new place.
- Writing without reading has no counterpart either: who has that has nothing, and is named (`write_only`).
- Placeholders are nobody. Those who administer get nothing as such: the new place has administrators of its own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations

from filrydd.layout.access import (
    APPEND_DATA,
    AUTHENTICATED_USERS,
    DELETE,
    DELETE_CHILD,
    EVERYONE,
    NETWORK,
    READING,
    WRITE_DATA,
    Sid,
    allowed,
    who,
)
from filrydd.layout.circle import Circle, People, administers, is_guest
from filrydd.model.descriptor import DENYING_TYPES, INHERIT_ONLY, Descriptor

CHANGING = WRITE_DATA | APPEND_DATA | DELETE_CHILD | DELETE
"""Any of these changes what lies there."""
NONE, READS, WRITES = 0, 1, 2
"""Levels of access; who writes reads too."""

DENIED = "denied to some in a group of unknown members"
LIMITED = "the share limits a group of unknown members"
WRITES_ONLY = "writes without reading"
MOST_OPEN = 6
"""Open principals of one list that are tried in every combination. Where a list that denies has more, nobody can tell."""

EVERYBODY = frozenset({EVERYONE, NETWORK, AUTHENTICATED_USERS})
STRANGER = frozenset({EVERYONE, NETWORK})
"""Identifiers of somebody in no group who is an authenticated user, and who is none."""

Token = frozenset[Sid]


@dataclass(frozen=True, slots=True)
class Item:
    """People with the same named identifiers (`token`): `needs` is the level that they must have in the new place, `may` the
    one that they have now. They differ only for those left out. `people`: the persons of the circle who they are."""

    token: Token
    needs: int
    may: int
    people: People


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can do what by one list.

    `names`: who makes a difference to it, the share's and everybody's identifiers among them. `cells`: persons by what the
    list names of their groups, without those whom it names themselves; these are in `named`, and the open principals too.
    `groups`: the named groups of known members, with the most that the list itself gives each. `stranger` and `anybody`: the
    level of people in no group, who are none and who are authenticated users. `write_only`: who writes without reading, as
    named. `why` is not empty when no set of grants gives exactly this, and `cause` is then the open principal behind it.
    """

    names: frozenset[Sid]
    cells: tuple[Item, ...]
    named: Mapping[Sid, Item]
    groups: Mapping[Sid, int]
    stranger: Item
    anybody: Item
    write_only: frozenset[Sid]
    why: str = ""
    cause: Sid = b""

    @property
    def everybody(self) -> Sid:
        """Who is granted what `anybody` has: nobody opens anything in the new place without having said who he is."""
        return EVERYONE if self.stranger.needs >= self.anybody.needs else AUTHENTICATED_USERS


class Judging:
    """Judges the lists of one area: `share` is the share's own list (None: there is none or nobody knows it), `left_out`
    those who shall be granted nothing in the new place; what others give them they keep."""

    def __init__(self, circle: Circle, share: Descriptor | None, left_out: Collection[Sid] = ()) -> None:
        self.circle = circle
        # Its owner has a right to the share's own list, none to files.
        self._share = None if share is None else replace(share, owner=b"")
        self.share_names = _named(self._share)
        self._share_rights: dict[Token, int] = {}
        # Everybody comes over the network, so the two names are granted as one.
        self._left_out = frozenset(left_out) | (STRANGER if STRANGER.intersection(left_out) else frozenset())

    def audience(self, descriptor: Descriptor) -> Audience:
        """Who can do what by this list, behind the share's."""
        return _List(descriptor, self).audience()

    def gets_nothing(self, sid: Sid) -> bool:
        """Whether somebody is granted nothing as himself."""
        return sid in self._left_out or administers(sid)

    def share_rights(self, token: Token) -> int:
        """What the share lets somebody with these identifiers do."""
        if self._share is None:
            return -1
        known = token & self.share_names
        if known not in self._share_rights:
            self._share_rights[known] = allowed(self._share, known)
        return self._share_rights[known]

    @cached_property
    def share_is_simple(self) -> bool:
        """Whether the share's list denies nothing and says the same of all who do not administer."""
        named = {sid for sid in self.share_names if not administers(sid)}
        return self._share is None or (named <= EVERYBODY and not _denies(self._share))


class _List:
    """One list being judged."""

    def __init__(self, descriptor: Descriptor, judging: Judging) -> None:
        self._descriptor, self._judging, self._circle = descriptor, judging, judging.circle
        self._names = (_named(descriptor) | judging.share_names | EVERYBODY) - self._circle.gone
        self._stripped = frozenset(filter(judging.gets_nothing, self._names))
        self._known: dict[Token, int] = {}

    def audience(self) -> Audience:
        circle = self._circle
        people = sorted(self._names & circle.persons)
        open_ones = sorted(sid for sid in self._names - EVERYBODY if circle.is_open(sid) and not administers(sid))
        groups = [sid for sid in self._names if circle.holds(sid)]
        cells = [
            self._item(token | general, part)
            for token, together in circle.cells(groups, circle.those(people))
            for general, part in ((EVERYBODY, together & ~circle.guests), (STRANGER, together & circle.guests))
            if part
        ]
        named = {
            sid: self._item(circle.token_of(sid) & self._names, circle.those((sid,)))
            for sid in chain(people, open_ones)
        }
        found = Audience(
            names=self._names,
            cells=tuple(cells),
            named=named,
            groups={sid: self._most(sid) for sid in groups if sid not in self._stripped | circle.open_groups},
            stranger=self._item(STRANGER),
            anybody=self._item(EVERYBODY),
            write_only=self._write_only(named, [item.token for item in cells]),
        )
        why, cause = self._objection(found, open_ones)
        return replace(found, why=why, cause=cause)

    def _item(self, token: Token, people: People = 0) -> Item:
        return Item(token, self._needs(token), self._may(token), people)

    def _may(self, token: Token) -> int:
        return _level(self._rights(token))

    def _needs(self, token: Token) -> int:
        if not token & self._stripped:
            return self._may(token)
        if token & self._stripped & self._circle.persons:
            return NONE
        # Without what those give who are left out, and without what those gain who are denied as one of them.
        return _level(self._rights(token) & self._rights(token - self._stripped))

    def _only_writes(self, token: Token) -> bool:
        rights = self._rights(token)
        return bool(rights & CHANGING and not rights & READING)

    def _rights(self, token: Token) -> int:
        rights = self._known.get(token)
        if rights is None:
            rights = allowed(self._descriptor, token) & self._judging.share_rights(token)
            self._known[token] = rights
        return rights

    def _most(self, group: Sid) -> int:
        return _level(allowed(self._descriptor, self._circle.token_of(group)))

    def _write_only(self, named: Mapping[Sid, Item], cells: Iterable[Token]) -> frozenset[Sid]:
        found = {sid for sid, item in named.items() if self._only_writes(item.token)}
        for token in cells:
            if self._only_writes(token):
                found |= token - EVERYBODY
        found |= {EVERYONE} if self._only_writes(EVERYBODY) else set()
        return frozenset(found) - self._stripped

    def _objection(self, found: Audience, open_ones: list[Sid]) -> tuple[str, Sid]:
        """Why grants cannot say this, and the open principal because of which; empty when they can."""
        denies = _denies(self._descriptor)
        blind = {sid for sid in open_ones if self._only_writes(found.named[sid].token)}
        if not (denies or blind) and self._judging.share_is_simple:
            # Where nothing denies, somebody can do what any of his groups can, and so it is with grants.
            return "", b""
        items = [*found.cells, *found.named.values(), found.anybody]
        if any(item.may < found.anybody.needs for item in items if found.everybody in item.token):
            return DENIED, EVERYONE
        word = DENIED if denies else LIMITED
        inside = [sid for sid in open_ones if not is_guest(sid)]
        if len(inside) > MOST_OPEN:
            return word, inside[0]
        # Whoever is known to be in an open group is judged with it, so this tries those who may be in it besides.
        items = [item for item in items if AUTHENTICATED_USERS in item.token]
        for some in chain.from_iterable(combinations(inside, count) for count in range(1, len(inside) + 1)):
            joined = frozenset[Sid]().union(*(found.named[sid].token for sid in some))
            granted = max(found.named[sid].needs for sid in some)
            for item in items:
                both = item.token | joined
                if self._may(both) < max(item.may, granted) or self._needs(both) > max(item.needs, granted):
                    return (WRITES_ONLY if blind.intersection(some) else word), some[0]
        return "", b""


def _level(rights: int) -> int:
    if not rights & READING:
        return NONE
    return WRITES if rights & CHANGING else READS


def _named(descriptor: Descriptor | None) -> frozenset[Sid]:
    return frozenset() if descriptor is None else frozenset(who(descriptor, None, lambda _sid: frozenset()))


def _denies(descriptor: Descriptor) -> bool:
    return any(entry.type in DENYING_TYPES and not entry.flags & INHERIT_ONLY for entry in descriptor.dacl or ())
