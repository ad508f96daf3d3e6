"""What strikes a call, and what was given out."""

import threading
from collections import Counter, deque
from dataclasses import dataclass

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.faults.kinds import WRITES, Kind
from filrydd.rehearsal.faults.rule import Person, Rule, When
from filrydd.rehearsal.faults.setting import Bad
from filrydd.rehearsal.rules.chance import happens

REMEMBERED = 1_000
"""Faults given out that are told one by one."""
_TARGETS = 1_000_000


@dataclass(frozen=True, slots=True)
class Given:
    """A fault that was given out: when (seconds since 1970 on the tenant's clock), which, to what kind of call, on what."""

    time: float
    fault: str
    call: str
    target: str
    asked: int
    """The how manieth call of that kind on that target it struck."""


@dataclass(frozen=True, slots=True)
class Account:
    """What was given out so far: the last ones, the newest first, and how many of each by name."""

    last: tuple[Given, ...]
    counts: dict[str, int]


class Faults:
    """Decides by chance that can be had again. Used on the event loop's thread; `given` may be asked from any."""

    def __init__(self, setting: Bad, seed: int, clock: Clock) -> None:
        self._clock = clock
        self._usual_seed = seed
        self._asked: dict[tuple[str, str], int] = {}
        self._struck: Counter[tuple[str, int]] = Counter()
        self._turns: Counter[tuple[str, int]] = Counter()
        self._hidden: dict[str, int] = {}
        self._lock = threading.Lock()
        self._last: deque[Given] = deque(maxlen=REMEMBERED)
        self._counts: Counter[str] = Counter()
        self.change(setting)

    @property
    def setting(self) -> Bad:
        """What holds now."""
        return self._setting

    @property
    def seed(self) -> int:
        """What decides."""
        return self._seed

    def change(self, setting: Bad) -> None:
        """Go by another file from now on. What was asked so far stays counted."""
        self._setting = setting
        self._seed = self._usual_seed if setting.seed is None else setting.seed
        self._watched = frozenset().union(*(rule.on for rule in setting.rules), WRITES if setting.people else ())

    def asked(self, kind: Kind, target: str) -> int:
        """Count a call, and tell how often its target was asked that way: from 1; 0 for what no rule is about."""
        if kind not in self._watched:
            return 0
        key = (kind.value, target)
        times = self._asked.pop(key, 0) + 1
        # The latest at the end: what was not asked for longest is forgotten first.
        self._asked[key] = times
        if len(self._asked) > _TARGETS:
            del self._asked[next(iter(self._asked))]
        return times

    def rules(self, kind: Kind, target: str, path: str, times: int) -> list[Rule]:
        """The rules that strike a call, in the file's order."""
        return [
            rule
            for rule in self._setting.rules
            if kind in rule.on
            and (rule.path is None or rule.path.fullmatch(path))
            and self._strikes(rule.fault.value, rule.number, rule.when, kind, target, times)
        ]

    def people(self, kind: Kind, target: str, path: str, times: int) -> list[Person]:
        """Who does something after a call that changed something."""
        return [
            person
            for person in self._setting.people
            if (person.path is None or person.path.fullmatch(path))
            and self._strikes(f"people: {person.does}", person.number, person.when, kind, target, times)
        ]

    def _strikes(self, name: str, number: int, when: When, kind: Kind, target: str, times: int) -> bool:
        key = (name, number)
        if when.most and self._struck[key] >= when.most:
            return False
        if when.every:
            self._turns[key] += 1
            return self._turns[key] % when.every == 0
        return (
            times <= when.first
            or times in when.nth
            or (when.share > 0 and happens(when.share, self._seed, name, number, kind.value, target, times))
        )

    def give(self, name: str, number: int, when: When, kind: Kind, target: str, times: int) -> bool:
        """Note a fault that is given out. False: others had the last ones meanwhile, and it is not."""
        if when.most and self._struck[name, number] >= when.most:
            return False
        self._struck[name, number] += 1
        with self._lock:
            self._last.appendleft(Given(self._clock.now(), name, kind.value, target, times))
            self._counts[name] += 1
        return True

    def given(self) -> Account:
        """What was given out so far."""
        with self._lock:
            return Account(tuple(self._last), dict(self._counts))

    def hide(self, place: str, times: int) -> None:
        """Let a place not be found by so many calls."""
        if len(self._hidden) >= REMEMBERED:
            del self._hidden[next(iter(self._hidden))]
        self._hidden[place] = times

    def hidden(self, place: str) -> bool:
        """Whether a call does not find that place; it counts as one of those that do not."""
        left = self._hidden.get(place, 0)
        if left > 1:
            self._hidden[place] = left - 1
        elif left:
            del self._hidden[place]
        return left > 0
