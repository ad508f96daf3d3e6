"""Who there is, as the tables say: the kinds of people that lists and scopes tell apart, and what each may do before and after.

A kind is all who have the same identifiers among those that any list, grant or edit names. Besides known people there is
one who is in no group, and for each group of unknown members (a *holder*) one who is in that alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from filrydd.catalog.connection import Catalog
from filrydd.model import wellknown
from tests.benchmarks.judge_lists import ANYBODY, GUEST, NONE, READS, WRITES, List, Token, everybody, level, understood

_ROLES = {"read": READS, "write": WRITES}


@dataclass
class People:
    """`kinds`: identifiers -> how many; `lists` by descriptor, None where nobody understands it; `share` the share's own.

    `stripped`: identifiers that give nobody anything in the new place: those who administer, and those left out by name.
    """

    kinds: dict[Token, int]
    holders: list[Token]
    lists: dict[int, List | None]
    share: List | None
    share_understood: bool
    stripped: frozenset[str]
    persons: frozenset[str]
    object_of: dict[str, str]
    grants: dict[int, list[tuple[str, int]]]
    _rights: dict[tuple[int, Token], int] = field(default_factory=dict)
    _names: dict[int, frozenset[str]] = field(default_factory=dict)
    _sayable: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def everyone(self) -> list[Token]:
        """All kinds, in an order that lasts."""
        return sorted(self.kinds, key=sorted)

    @cached_property
    def _same(self) -> dict[str, frozenset[str]]:
        """Identifiers for whom one object stands."""
        together: dict[str, set[str]] = {}
        for sid, one in self.object_of.items():
            together.setdefault(one, set()).add(sid)
        return {sid: frozenset(sids) for sids in together.values() if len(sids) > 1 for sid in sids}

    def rights(self, number: int, token: Token) -> int:
        """Rights by a list, behind the share's."""
        one = self.lists[number]
        assert one is not None
        if number not in self._names:
            self._names[number] = one.names() | {one.owner} | (self.share.names() if self.share else frozenset())
        key = number, token & self._names[number]
        if key not in self._rights:
            behind = -1 if self.share is None else self.share.rights(token)
            self._rights[key] = one.rights(token) & behind
        return self._rights[key]

    def needs(self, number: int, token: Token) -> int:
        """The level that people of a kind must have in the new place."""
        if token == GUEST or token & self.stripped & self.persons:
            return NONE
        return level(self.rights(number, token) & self.rights(number, token - self.stripped))

    def may(self, number: int, token: Token) -> int:
        """The highest level that they may have, counting what somebody accepted by saying that one stands for another."""
        wider = token.union(*(self._same.get(sid, frozenset()) for sid in token))
        found = level(self.rights(number, token))
        return found if wider == token else max(found, level(self.rights(number, wider)))

    def after(self, scope: int, token: Token) -> int:
        """The level that they have by a scope."""
        objects = {self.object_of.get(sid, sid) for sid in token}
        return max((role for one, role in self.grants.get(scope, ()) if one in objects), default=NONE)

    def says(self, number: int) -> bool:
        """Whether grants can say what this list says, whoever else is in the groups of unknown members. A union gives
        each at least what it gives anybody, and what any of his groups is given."""
        if number not in self._sayable:
            self._sayable[number] = self._is_sayable(number)
        return self._sayable[number]

    def _is_sayable(self, number: int) -> bool:
        anybody = self.needs(number, ANYBODY)
        if any(self.may(number, token) < anybody for token in self.everyone if token >= ANYBODY):
            return False
        for holder in self.holders:
            if not holder & self._named_by(number) - ANYBODY or not holder >= ANYBODY:
                continue
            for token in self.everyone:
                if not token >= ANYBODY:
                    continue
                both = token | holder
                if level(self.rights(number, both)) < max(
                    level(self.rights(number, token)), self.needs(number, holder)
                ):
                    return False
                if self.needs(number, both) > max(self.needs(number, token), self.needs(number, holder)):
                    return False
        return True

    def _named_by(self, number: int) -> frozenset[str]:
        self.rights(number, ANYBODY)
        return self._names[number]


def people(catalog: Catalog, stands_for: Mapping[str, str]) -> People:
    """Everybody, from the tables."""
    lists = {row[0]: _understood(row[1]) for row in catalog.rows("SELECT id, content FROM descriptor")}
    content = catalog.value("SELECT d.content FROM area a JOIN descriptor d ON d.id = a.descriptor")
    share = None if content is None else _understood(content)
    stands, left_out = dict(stands_for), set()
    for what, path, value in catalog.rows("SELECT what, path, value FROM edit WHERE undone IS NULL ORDER BY id"):
        if what == "stands for":
            stands[path] = value
        elif what == "leave out":
            left_out |= GUEST if path in GUEST else {path}
    rows = list(catalog.rows("SELECT id, sid, kind, state, entra_id FROM principal ORDER BY id"))
    object_of = {row["sid"]: (stands.get(row["sid"], row["entra_id"]) or row["sid"]).casefold() for row in rows}
    sids = {row["id"]: row["sid"] for row in rows}
    grants: dict[int, list[tuple[str, int]]] = {}
    named = set[str]().union(left_out, stands, *(one.names() | {one.owner} for one in (*lists.values(), share) if one))
    for scope, principal, role in catalog.rows("SELECT scope, principal, role FROM scope_grant"):
        grants.setdefault(scope, []).append((object_of[sids[principal]], _ROLES[role]))
        named.add(sids[principal])
    # Who has the same object as somebody named is told apart too.
    wanted = {object_of[sid] for sid in named if sid in object_of}
    named |= {sid for sid, one in object_of.items() if one in wanted}
    gone = {row["sid"] for row in rows if row["state"] == "vanished"}
    groups = _groups(catalog, sids, gone)
    persons = frozenset(row["sid"] for row in rows if row["kind"] in ("user", "computer")) - gone
    kinds: Counter[Token] = Counter({ANYBODY: 1, GUEST: 1})
    for sid in persons:
        if not wellknown.is_administering(sid):
            kinds[everybody({sid, *groups.get(sid, ())} & named)] += 1
    open_groups = _open_groups(catalog, persons, named - gone)
    holders = [everybody({sid, *groups.get(sid, ())} & (named | {sid})) for sid in sorted(open_groups)]
    kinds.update(holders)
    stripped = frozenset(left_out | {sid for sid in named if wellknown.is_administering(sid)})
    understood_share = content is None or share is not None
    return People(
        dict(kinds), holders, lists, share, understood_share, stripped, persons | open_groups, object_of, grants
    )


def _understood(content: bytes) -> List | None:
    try:
        return understood(content)
    except ValueError:
        return None


def _groups(catalog: Catalog, sids: Mapping[int, str], gone: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for owning, member in catalog.rows("SELECT owning, member FROM member"):
        if sids[owning] not in gone:
            found.setdefault(sids[member], set()).add(sids[owning])
    return found


def _open_groups(catalog: Catalog, persons: frozenset[str], named: Iterable[str]) -> frozenset[str]:
    """Those named who are no person and whose members are not all known."""
    inside: dict[str, list[tuple[str, str, str]]] = {}
    for group, *member in catalog.rows(
        "SELECT g.sid, p.sid, p.kind, p.state FROM member m JOIN principal g ON g.id = m.owning"
        " JOIN principal p ON p.id = m.member"
    ):
        inside.setdefault(group, []).append((member[0], member[1], member[2]))

    def is_open(sid: str) -> bool:
        members = inside.get(sid, [])
        if wellknown.speaks_for_itself(sid) or not any(one in persons for one, _kind, _state in members):
            return True
        return any(
            (kind not in ("user", "computer", "group") and state != "vanished")
            or (kind == "group" and wellknown.speaks_for_itself(one))
            for one, kind, state in members
        )

    found = (
        sid
        for sid in named
        if sid and sid not in persons | ANYBODY | wellknown.PLACEHOLDERS and not wellknown.is_administering(sid)
    )
    return frozenset(sid for sid in found if is_open(sid))
