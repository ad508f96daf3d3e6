"""What all filrydd processes of one user share about a tenant: a small file under a lock of the operating system.

It lies in the user's own folder (`FILRYDD_STATE` names another), one a tenant and application: keyed by a hash of the API's
address and AZURE_CLIENT_ID, no secret in it. A visit takes a portion for a quarter of a second, so a call costs no lock; what
a process that died had taken runs out by itself. Where the file cannot be used this process goes on alone, and a remark
says so. What it contains is checked like anything from outside: a value that makes no sense counts as not there.
"""

import hashlib
import json
import os
import sys
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import inf, isfinite
from pathlib import Path

from filelock import FileLock, Timeout

from filrydd.targets.governor.budget import Budget
from filrydd.targets.governor.day import GRAIN, GRAINS, Day
from filrydd.targets.governor.recent import MINUTE
from filrydd.targets.governor.timing import Timing
from filrydd.targets.governor.unsaid import Unsaid

ALIVE = 5.0
"""Seconds after which a process that says nothing of its calls is taken to have none."""
REMEMBERED = 3600.0
"""Seconds for which a limit holds that nobody has seen since."""
MOMENTS = ("ends", "heard_at", "slides_to", "open_at", "opened_at", "unheard_from", "sold_at", "credited_at")
AMOUNTS = ("limit", "left", "remaining", "unheard", "former", "sold", "slack", "early")
UNSAID_MOMENTS = ("cap_from",)
UNSAID_AMOUNTS = ("cap", "cap_at", "growth")
"""What is kept of a budget, and of its pace for tenants that tell nothing."""
_NOTHING = {"limit": None, "left": None, "remaining": inf, "cap": inf, "cap_at": inf}
_MOST = 1e12
_MOST_RECENT = 100


class Unusable(Exception):
    """The file cannot be read or written."""


class Held(Exception):
    """Somebody else has the lock just now."""


def folder() -> Path:
    """Where such files are: `FILRYDD_STATE`, else the user's own folder for what programs remember."""
    named = os.environ.get("FILRYDD_STATE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "filrydd"
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local" / "state")) / "filrydd"


def place(address: str, application: str) -> Path:
    """The file of one application at one API."""
    key = hashlib.sha256(f"{address}\0{application}".encode()).hexdigest()[:32]
    return folder() / f"tenant-{key}.json"


class Shared:
    """A budget and a day in a file."""

    def __init__(self, path: Path, timing: Timing) -> None:
        self._path = path
        self._timing = timing
        self._me = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._lock: FileLock | None = None
        self.others = 0.0
        """Units that other processes have out, as of the last visit."""
        self.peers = 0
        self._alarm = path.with_suffix(".alarm")
        self._heard_alarm = 0

    def alarmed(self) -> bool:
        """Whether some process has raised an alarm since this one's last visit."""
        return self._alarm_at() != self._heard_alarm

    def raise_alarm(self) -> None:
        """Let every process visit before its next call: a gate was closed, or there is an end to the units after all.

        Only within a visit. Raises Unusable.
        """
        try:
            self._alarm.write_bytes(b"")
            # Two alarms within one tick of a coarse file system are one: nobody has gone on in between.
            self._heard_alarm = self._alarm_at()
        except OSError as error:
            raise Unusable(str(error)) from error

    def _alarm_at(self) -> int:
        try:
            return self._alarm.stat().st_mtime_ns
        except OSError:
            return 0

    @contextmanager
    def visit(self, budget: Budget, day: Day, out: Callable[[], float]) -> Iterator[None]:
        """Within it, the budget and the day are everybody's, and changes to them are kept. Raises Held, Unusable.

        `out` tells the units that this process has taken then and whose calls have no answer yet.
        """
        try:
            if self._lock is None:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._lock = FileLock(self._path.with_suffix(".lock"), mode=0o600)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise Held from None
        except (OSError, NotImplementedError) as error:
            raise Unusable(str(error)) from error
        try:
            try:
                self._heard_alarm = self._alarm_at()
                known = self._read()
                self._take_over(known, budget, day)
            except OSError as error:
                raise Unusable(str(error)) from error
            yield
            try:
                self._write(known, budget, day, out())
            except OSError as error:
                raise Unusable(str(error)) from error
        finally:
            self._lock.release()

    def _read(self) -> dict[str, object]:
        try:
            known = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError, RecursionError):
            # A power cut may leave half of it: then it begins anew.
            return {}
        return known if isinstance(known, dict) else {}

    def _take_over(self, known: dict[str, object], budget: Budget, day: Day) -> None:
        wall = self._timing.wall()
        shift = self._timing.clock() - wall
        saved = _number(known.get("saved"))
        self.others, self.peers = 0.0, 0
        if saved is None or saved > wall + ALIVE:
            # Never written, or by a clock that has been set back since: its moments mean nothing.
            return
        for pid, said in _mapping(known.get("out")).items():
            units, at = _pair(said)
            if pid != self._me and wall - ALIVE < at <= wall + ALIVE:
                self.others += units
                self.peers += 1
        # What this process was told holds, whatever the file says.
        own_gate = budget.open_at
        for part, moments, amounts in _kept(budget):
            for name in moments:
                moment = _number(known.get(name))
                setattr(part, name, -inf if moment is None else moment + shift)
            for name in amounts:
                value = _number(known.get(name))
                setattr(part, name, _NOTHING.get(name, 0.0) if value is None else value)
        budget.told_limit = known.get("told_limit") is True
        recent = known.get("recent")
        pairs = [_pair(said) for said in (recent if isinstance(recent, list) else [])[:_MOST_RECENT]]
        budget.recent.sold = deque((at + shift, units) for units, at in pairs if wall - 2 * MINUTE < at <= wall + 1)
        budget.check(self._timing.clock())
        budget.open_at = max(budget.open_at, own_gate)
        if wall - saved > REMEMBERED:
            budget.limit, budget.told_limit, budget.left, budget.unsaid = None, False, None, Unsaid()
        ten = int(wall // GRAIN)
        for text, used in _mapping(known.get("day")).items():
            amount = _number(used)
            if text.isdecimal() and ten - GRAINS <= int(text[:12]) <= ten and amount is not None:
                day.used[int(text[:12])] = max(0.0, amount)

    def _write(self, known: Mapping[str, object], budget: Budget, day: Day, out: float) -> None:
        wall = self._timing.wall()
        shift = self._timing.clock() - wall
        others = {
            pid: said
            for pid, said in _mapping(known.get("out")).items()
            if pid != self._me and wall - ALIVE < _pair(said)[1] <= wall + ALIVE
        }
        text = json.dumps(
            {
                "saved": wall,
                "told_limit": budget.told_limit,
                "day": {str(ten): round(units, 1) for ten, units in day.used.items()},
                "recent": [[round(units, 2), at - shift] for at, units in budget.recent.sold],
                "out": {**others, self._me: [out, wall]},
            }
            | {
                name: _finite(getattr(part, name) - shift)
                for part, moments, _amounts in _kept(budget)
                for name in moments
            }
            | {name: _finite(getattr(part, name)) for part, _moments, amounts in _kept(budget) for name in amounts}
        )
        draft = self._path.with_suffix(".new")
        draft.write_text(text, encoding="ascii")
        draft.replace(self._path)


def _kept(budget: Budget) -> tuple[tuple[object, tuple[str, ...], tuple[str, ...]], ...]:
    return (budget, MOMENTS, AMOUNTS), (budget.unsaid, UNSAID_MOMENTS, UNSAID_AMOUNTS)


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_MOST < value < _MOST else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _pair(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        return 0.0, -inf
    units, at = _number(value[0]), _number(value[1])
    return (max(0.0, units), at) if units is not None and at is not None else (0.0, -inf)
