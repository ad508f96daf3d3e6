"""The people of a generated department: who is in which group, and the access lists that its folders have.

A *class* is an audience: the lists of one class say the same in other words (another owner, another order, somebody named
who is in the group anyway), as they do in areas that were looked after by many hands.
"""

import random
from dataclasses import dataclass, field

from filrydd.catalog.people.principals import Told
from filrydd.model import descriptor as security
from filrydd.model.descriptor import Ace, Descriptor, sid_from_text
from tests.catalogs import ADMINS, CHANGE, DOMAIN, EVERYONE, FULL, READ, SYSTEM

AUTHENTICATED = "S-1-5-11"
UNKNOWN = -1
"""In place of a list's number: nobody told the list."""
_WRITE_ONLY = 0x0002
_WORDS = (
    "Felles", "Personal", "Ledelse", "Økonomi", "Barnevern", "Tillitsvalgte", "Innkjøp", "Lønn", "IT-drift", "Juss",
    "Beredskap", "Arkivtjenesten",
)  # fmt: skip
MOST_CLASSES = len(_WORDS)
# All staff read what these make, besides those who make it; leaders read what those others do.
_READ_BY_STAFF, _READ_BY_LEADERS = frozenset({6, 10}), frozenset({1, 3})
_GIVEN = ("Kari", "Ola", "Åse", "Per", "Ingrid", "Nils", "Sigrid", "Øyvind", "Maryam", "Jan", "Liv", "Tor")
_FAMILY = ("Nordmann", "Hansen", "Bakken", "Lunde", "Sæther", "Ali", "Nguyen", "Øverby", "Dahl", "Strand", "Berg")

# A list in short: who may what, in order; a leading minus denies.
Short = list[tuple[str, int]]


@dataclass
class People:
    """`lists`: every list by number; `words` and `of_class`: what folders of a class are called, and its lists; `odd`: lists
    that are no class (Deny, a group of unknown members, somebody who is gone), each of which grants can say; `unsayable`: those
    that no set of grants can say. `share`: the share's own list, None for none."""

    told: list[Told] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=dict)
    lists: list[bytes] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    of_class: list[list[int]] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    unsayable: list[int] = field(default_factory=list)
    share: bytes | None = None
    persons: list[str] = field(default_factory=list)
    _numbers: dict[bytes, int] = field(default_factory=dict)

    def add(self, entries: Short, owner: str = ADMINS, inherited: bool = False) -> int:
        """A list's number."""
        packed = packed_list(entries, owner, inherited)
        number = self._numbers.setdefault(packed, len(self.lists))
        if number == len(self.lists):
            self.lists.append(packed)
        return number


def packed_list(entries: Short, owner: str = ADMINS, inherited: bool = False) -> bytes:
    """A list as bytes; administrators and the system stand in all."""
    both: Short = [*entries, (ADMINS, FULL), (SYSTEM, FULL)]
    flags = 0x13 if inherited else 0x03
    aces = tuple(Ace(1 if mask < 0 else 0, flags, abs(mask), sid_from_text(sid)) for sid, mask in both)
    return security.build(Descriptor(0x8004, sid_from_text(owner), b"", aces))


def people(persons: int, classes: int, chance: random.Random, share: str = "") -> People:
    """A department of so many persons and access classes (at most `MOST_CLASSES`); class 0 is all staff.

    `share`: "" for no list of the share's own, "everyone" for the usual one, "limited" for one that lets all but leaders only
    read.
    """
    found = People(words=list(_WORDS[:classes]))
    found.persons = [f"{DOMAIN}-{2000 + number}" for number in range(persons)]
    names = [f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)} {number}" for number in range(persons)]
    found.told = [
        Told(sid, name, "user", number % 29 == 28, f"entra-{sid[-4:]}", f"p{number}@contoso.no")
        for number, (sid, name) in enumerate(zip(found.persons, names, strict=True))
    ]
    groups = [_group(found, number, word) for number, word in enumerate(_WORDS)]
    found.members[groups[0]] = list(found.persons)
    for group in groups[1:]:
        found.members[group] = sorted(chance.sample(found.persons, min(persons, chance.randint(3, 25))))
    for number in range(classes):
        found.of_class.append(_in_other_words(found, _entries(groups, number), groups[number], chance))
    _odd_lists(found, groups, chance)
    if share:
        limited: Short = [(groups[0], READ), (groups[2], CHANGE)]
        found.share = packed_list([(EVERYONE, FULL)] if share == "everyone" else limited)
    return found


def _group(found: People, number: int, word: str) -> str:
    sid = f"{DOMAIN}-{1500 + number}"
    found.told.append(Told(sid, word, "group", False, f"entra-{1500 + number}"))
    return sid


def _entries(groups: list[str], number: int) -> Short:
    entries: Short = [(groups[number], CHANGE)]
    if number in _READ_BY_STAFF:
        entries.append((groups[0], READ))
    if number in _READ_BY_LEADERS:
        entries.append((groups[2], READ))
    return entries


def _in_other_words(found: People, entries: Short, group: str, chance: random.Random) -> list[int]:
    inside = chance.choice(found.members[group])
    return [
        found.add(entries),
        found.add(entries, inherited=True),
        found.add(entries[::-1], owner=inside),
        found.add([*entries, (inside, READ)]),
    ]


def _odd_lists(found: People, groups: list[str], chance: random.Random) -> None:
    """Lists beside the classes. A denied group or person is taken out of a group whose members are known, so that grants to
    the others can say it."""
    small, other = groups[2], groups[3]
    inside = chance.choice(found.members[small])
    gone, outside = f"{DOMAIN}-9999", f"{DOMAIN}-1900"
    found.told.append(Told(outside, "Innleide", "group", False, "entra-1900"))
    found.odd = [
        found.add([(inside, -FULL), (small, CHANGE)]),
        found.add([(small, CHANGE), (inside, -FULL)]),  # too late to deny anything
        found.add([(other, -CHANGE), (small, CHANGE), (other, READ)]),
        found.add([(inside, -0x0002), (small, CHANGE)]),  # reads, and does all else
        found.add([(gone, CHANGE), (small, READ)]),
        found.add([(outside, READ), (small, CHANGE)]),
        found.add([(EVERYONE, READ), (small, CHANGE)]),
        found.add([(AUTHENTICATED, READ)]),
        found.add([(found.persons[0], CHANGE)]),
        found.add([]),
    ]
    found.unsayable = [
        found.add([(outside, -FULL), (groups[0], CHANGE)]),
        found.add([(groups[0], _WRITE_ONLY), (small, CHANGE)]),
    ]
