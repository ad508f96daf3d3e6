"""What a call costs, by its kind: published figures to begin with, then what the tenant's own counting shows.

Source: Microsoft, "Avoid getting throttled or blocked in SharePoint Online", resource units. A fragment is not in that list
(taken to be an upload), nor are the bytes of a download, whose cost we take to be that of the call that led there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import unquote

from filrydd.targets.governor.told import Told


class Kind(StrEnum):
    """A kind of call, by what it costs."""

    GET = "get"
    LIST = "list"
    DELTA = "delta"
    """A delta listing that goes on from a token; one without costs as a list does."""
    DOWNLOAD = "download"
    WRITE = "write"
    UPLOAD = "upload"
    """`PUT content`."""
    FRAGMENT = "fragment"
    PERMISSIONS = "permissions"
    BYTES = "bytes"
    """The bytes of a download, from the address that a call of the kind `download` led to."""


UNITS: Mapping[Kind, float] = MappingProxyType(
    {
        Kind.GET: 1.0,
        Kind.LIST: 2.0,
        Kind.DELTA: 1.0,
        Kind.DOWNLOAD: 1.0,
        Kind.WRITE: 2.0,
        Kind.UPLOAD: 2.0,
        Kind.FRAGMENT: 2.0,
        Kind.PERMISSIONS: 5.0,
        Kind.BYTES: 0.0,
    }
)

_LISTS = re.compile(r"/(children|versions|drives|lists|columns|items|sites|users|groups|transitiveMembers|search\b.*)$")
_FEWEST_CALLS = 40
"""Calls between two answers, below which those on their way blur the difference too much to learn from."""
_SHORTEST = 3.0
"""Seconds between them: in a window that slides, what comes back meanwhile would count as less spent; there the told end
moves on by as much, and we do not learn."""
_SAME_WINDOW = 1.3
"""Seconds by which the end of one window, told in whole seconds, can seem to move."""
_GAIN = 0.5
_DEAREST = 60.0


def kind_of(method: str, path: str, query: str, *, api: bool) -> Kind:
    """The kind of a call; `path` and `query` as they are sent, `api` whether it goes to the API itself."""
    if not api:
        return Kind.FRAGMENT if method != "GET" else Kind.BYTES if "uploadSession" not in path else Kind.GET
    path = unquote(path).rstrip("/")
    if path.endswith(("/permissions", "/invite")) or "/permissions/" in path or "expand=permissions" in unquote(query):
        return Kind.PERMISSIONS
    if method != "GET":
        return Kind.UPLOAD if path.endswith("/content") else Kind.WRITE
    if path.endswith("/content"):
        return Kind.DOWNLOAD
    if re.search(r"/delta(\(|$)", path):
        return Kind.DELTA if "token=" in query or "token=" in path else Kind.LIST
    return Kind.LIST if _LISTS.search(path) else Kind.GET


@dataclass(frozen=True, slots=True)
class _Reading:
    at: float
    limit: float
    used: float
    ends: float


class Costs:
    """What each kind is thought to cost.

    Learnt from the difference between two answers' `used`, over all calls sent between them (normalised least mean squares).
    Kinds that always come together share what they cost together, which is all that one can see and all that counts.
    """

    def __init__(self) -> None:
        self.units = dict(UNITS)
        self._since: dict[Kind, int] = {}
        self._from: _Reading | None = None

    def of(self, kind: Kind) -> float:
        return self.units[kind]

    def sent(self, kind: Kind) -> None:
        """A call of that kind goes off."""
        if self._from is not None:
            self._since[kind] = self._since.get(kind, 0) + 1

    def forget(self) -> None:
        """What was counted so far cannot be compared with what comes: another window, or somebody else counts too."""
        self._from = None
        self._since.clear()

    def counted(self, now: float, told: Told) -> None:
        """The tenant has told at `now` what is left of its window."""
        if told.limit is None or not told.remaining:
            # Nothing left is also what it says when more than everything is used.
            self.forget()
            return
        used, ends = told.limit - told.remaining, now + told.reset
        if self._from is not None:
            if told.limit != self._from.limit or abs(ends - self._from.ends) > _SAME_WINDOW or used < self._from.used:
                self.forget()
            elif now - self._from.at < _SHORTEST or sum(self._since.values()) < _FEWEST_CALLS:
                return
            else:
                self._learn(used - self._from.used)
        self._from = _Reading(now, told.limit, used, ends)
        self._since.clear()

    def _learn(self, spent: float) -> None:
        counts = {kind: count for kind, count in self._since.items() if kind is not Kind.BYTES}
        power = sum(count * count for count in counts.values())
        if not power:
            return
        error = spent - sum(count * self.units[kind] for kind, count in counts.items())
        for kind, count in counts.items():
            learnt = self.units[kind] + _GAIN * error * count / power
            self.units[kind] = min(_DEAREST, max(0.0, learnt))
