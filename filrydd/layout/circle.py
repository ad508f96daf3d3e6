"""Who is in which group, as sets of bits: thousands of people are judged as the few cells that a list tells apart."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from filrydd.layout.access import AUTHENTICATED_USERS, EVERYONE, NETWORK, Sid
from filrydd.model import wellknown
from filrydd.model.descriptor import sid_to_text

People = int
"""A set of persons: bit n is the n-th person of a circle."""


class Circle:
    """People and groups as far as somebody told.

    `persons`: accounts of one person or machine each. `groups_of`: the groups that somebody (a person or a group) is in, also
    through other groups. `open_groups`: those of them that others may be in too. `gone`: who is no more.
    """

    def __init__(
        self,
        persons: Collection[Sid],
        groups_of: Mapping[Sid, Collection[Sid]],
        open_groups: Collection[Sid] = (),
        gone: Collection[Sid] = (),
    ) -> None:
        self.gone = frozenset(gone)
        self.persons = frozenset(persons) - self.gone
        self.open_groups = frozenset(open_groups)
        self._groups_of = {sid: frozenset(groups) - self.gone for sid, groups in groups_of.items()}
        self._order = sorted(self.persons)
        self._number = {sid: number for number, sid in enumerate(self._order)}
        self._inside: dict[Sid, People] = {}
        for number, sid in enumerate(self._order):
            for group in self._groups_of.get(sid, ()):
                self._inside[group] = self._inside.get(group, 0) | 1 << number
        self.all: People = (1 << len(self._order)) - 1
        self.guests = self.those(sid for sid in self._order if AUTHENTICATED_USERS not in self.token_of(sid))
        self.administrators = self.those(filter(administers, self._order))

    def token_of(self, sid: Sid) -> frozenset[Sid]:
        """All identifiers of somebody: his own, his groups' and those that everybody over the network has."""
        token = self._groups_of.get(sid, frozenset()) | {sid, EVERYONE, NETWORK}
        # As `access.who` sees people: everybody is an authenticated user, but for guests.
        return token if any(map(is_guest, token)) else token | {AUTHENTICATED_USERS}

    def those(self, sids: Iterable[Sid]) -> People:
        """The persons among these."""
        found = 0
        for sid in sids:
            if sid in self._number:
                found |= 1 << self._number[sid]
        return found

    def listed(self, people: People) -> list[Sid]:
        """The identifiers of some persons, in order."""
        found = []
        while people:
            last = people & -people
            found.append(self._order[last.bit_length() - 1])
            people ^= last
        return found

    def inside(self, group: Sid) -> People:
        """The persons told to be in a group."""
        return self._inside.get(group, 0)

    def cells(self, groups: Iterable[Sid], apart: People) -> list[tuple[frozenset[Sid], People]]:
        """The people in any of these groups, by the ones they are in; but for those `apart`."""
        told = sorted(groups)
        found: list[tuple[frozenset[Sid], People]] = [(frozenset(), self.all & ~apart)]
        for group in told:
            inside = self.inside(group)
            found = [
                (token, part)
                for before, people in found
                for token, part in ((before | {group}, people & inside), (before, people & ~inside))
                if part
            ]
        return [(token, people) for token, people in found if token]

    def holds(self, sid: Sid) -> bool:
        """Whether somebody told of a person in it."""
        return sid in self._inside

    def is_open(self, sid: Sid) -> bool:
        """Whether anybody may be in it, or be it: it is no person, and no group whose members are all known."""
        return sid not in self.persons and (sid in self.open_groups or not self.holds(sid))


@lru_cache(maxsize=20_000)
def is_guest(sid: Sid) -> bool:
    """Whether whoever has this identifier is no authenticated user."""
    return wellknown.is_guest(sid_to_text(sid))


@lru_cache(maxsize=20_000)
def administers(sid: Sid) -> bool:
    """Whether it is the system itself or those who run it."""
    return wellknown.is_administering(sid_to_text(sid))
