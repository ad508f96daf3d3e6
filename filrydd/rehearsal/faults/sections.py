"""The sections of a fault file: rules, people, the throttle."""

import math
from collections import Counter
from typing import Any

import re2

from filrydd.lang import _
from filrydd.rehearsal.faults.kinds import GROUPS, Kind
from filrydd.rehearsal.faults.reading import Keys, Reading
from filrydd.rehearsal.faults.rule import SORTS, Deed, Fault, Person, Rule, When
from filrydd.rehearsal.faults.setting import Change
from filrydd.rehearsal.faults.yaml_tree import Way
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.rules.retry_after import Form
from filrydd.rehearsal.rules.throttle import TIERS, UNITS, Cost, RefuseWith

LONGEST_WAIT = 600
"""Seconds that an answer may be late."""
MOST = 10**15
_STATUSES = ("500", "502", "503", "504")
_THROTTLE = ("tier", "minute", "day", "tenant", "ingress", "costs", "refuse_with", "retry_after")
_OFTEN = ("share", "nth", "first")


def throttle(reading: Reading, value: Any, way: Way) -> tuple[Change, ...]:
    """What a file says of the throttle: how it begins, and how it goes on."""
    if value is None:
        return ()
    first = reading.keys(value, way, *_THROTTLE, "then")
    changes = [_change(first)]
    for item, place in reading.items(first.raw("then"), (*way, "then")):
        keys = reading.keys(item, place, *_THROTTLE, "after_seconds", "after_requests")
        if ("after_seconds" in keys) == ("after_requests" in keys):
            reading.wrong(place, _("Give one of: {keys}.").format(keys="after_seconds, after_requests"))
        changes.append(_change(keys))
    return tuple(changes)


def _change(keys: Keys) -> Change:
    refuse_with, form = keys.choice("refuse_with", list(RefuseWith)), keys.choice("retry_after", list(Form))
    costs = keys.reading.keys(keys.raw("costs"), (*keys.way, "costs"), *UNITS)
    after_seconds, after_requests = keys.number("after_seconds", 0, 10**8), keys.whole("after_requests", 1, MOST)
    return Change(
        tier=keys.choice("tier", TIERS),
        minute=keys.whole("minute", 0, MOST),
        day=keys.whole("day", 0, MOST),
        tenant=keys.whole("tenant", 0, MOST),
        ingress=keys.whole("ingress", 0, MOST),
        costs=tuple((kind, units) for kind in Cost if (units := costs.whole(kind, 0, 1000)) is not None),
        refuse_with=RefuseWith(refuse_with) if refuse_with else None,
        retry_after=Form(form) if form else None,
        after_seconds=math.inf if after_seconds is None else after_seconds,
        after_requests=math.inf if after_requests is None else after_requests,
    )


def rules(reading: Reading, value: Any, way: Way) -> tuple[Rule, ...]:
    """The list of faults."""
    counted: Counter[str] = Counter()
    found = []
    for item, place in reading.items(value, way):
        name = item.get("fault") if isinstance(item, dict) else None
        if not isinstance(name, str) or name not in list(Fault):
            reading.wrong(place, _("A fault must be one of: {allowed}.").format(allowed=", ".join(Fault)))
            continue
        counted[name] += 1
        found.append(_rule(reading, item, place, Fault(name), counted[name]))
    return tuple(found)


def _rule(reading: Reading, item: dict[Any, Any], way: Way, fault: Fault, number: int) -> Rule:
    sort = SORTS[fault]
    keys = reading.keys(item, way, "fault", "on", "path", *_OFTEN, "most", *sort.takes)
    status, form, hash = (
        keys.choice("status", _STATUSES),
        keys.choice("retry_after", list(Form)),
        keys.choice("hash", ("new", "old")),
    )
    glob, path = _path(keys)
    seconds, times = keys.number("seconds", 0, LONGEST_WAIT), keys.whole("times", 1, 1000)
    return Rule(
        fault=fault,
        number=number,
        on=_on(keys, sort.on),
        when=_when(keys, _OFTEN),
        glob=glob,
        path=path,
        seconds=seconds,
        status=int(status or 503),
        size=keys.whole("bytes", 0, MOST),
        times=times or 1,
        retry_after=Form(form) if form else Form.TOLD,
        keeps_hash=hash == "old",
    )


def people(reading: Reading, value: Any, way: Way) -> tuple[Person, ...]:
    """The list of what people do."""
    counted: Counter[str] = Counter()
    found = []
    for item, place in reading.items(value, way):
        keys = reading.keys(item, place, "does", "who", "path", *_OFTEN, "every", "most", "seconds")
        does = keys.choice("does", list(Deed))
        if does is None:
            if "does" not in keys:
                reading.wrong(place, _("The key {key} is missing.").format(key="does"))
            continue
        counted[does] += 1
        glob, path = _path(keys)
        found.append(
            Person(
                does=Deed(does),
                number=counted[does],
                when=_when(keys, (*_OFTEN, "every")),
                who=keys.text("who", 100) or "",
                glob=glob,
                path=path,
                seconds=keys.number("seconds", 0, 10**6) or 0.0,
            )
        )
    return tuple(found)


def _on(keys: Keys, allowed: frozenset[Kind]) -> frozenset[Kind]:
    """The kinds of call that a rule names, in a list or alone; all that its fault can strike where it names none."""
    value = keys.raw("on")
    if "on" not in keys:
        return allowed
    names = value if isinstance(value, list) else [value]
    chosen: set[Kind] = set()
    for name in names:
        meant = GROUPS.get(name, frozenset()) if isinstance(name, str) else frozenset()
        if isinstance(name, str) and name in list(Kind):
            meant = frozenset({Kind(name)})
        if not meant & allowed:
            known = [*sorted(allowed), *(group for group, kinds in GROUPS.items() if kinds & allowed)]
            keys.wrong("on", _("It must be of: {allowed}.").format(allowed=", ".join(known)))
            return allowed
        chosen |= meant & allowed
    return frozenset(chosen)


def _when(keys: Keys, ways: tuple[str, ...]) -> When:
    given = [way for way in ways if way in keys]
    if len(given) != 1:
        keys.reading.wrong(keys.way, _("Give one of: {keys}.").format(keys=", ".join(ways)))
    nth = keys.raw("nth")
    times = nth if isinstance(nth, list) else [nth]
    if "nth" in keys and not (
        times and all(isinstance(each, int) and not isinstance(each, bool) and 1 <= each <= MOST for each in times)
    ):
        keys.wrong("nth", _("It must be a list of whole numbers from 1."))
        times = []
    return When(
        share=keys.number("share", 0, 1) or 0.0,
        nth=frozenset(times if "nth" in keys else ()),
        first=keys.whole("first", 1, MOST) or 0,
        every=(keys.whole("every", 1, MOST) or 0) if "every" in ways else 0,
        most=keys.whole("most", 1, MOST) or 0,
    )


def _path(keys: Keys) -> tuple[str, Any]:
    """A glob and its matcher: `*` and `?` stay within a name, `**` goes over any number of folders."""
    glob = keys.text("path", 400)
    if glob is None:
        return "**", None
    folded = fold(glob).strip("/")
    expression, place = "", 0
    while place < len(folded):
        if folded.startswith("**/", place):
            expression, place = expression + "(?:.*/)?", place + 3
        elif folded.startswith("**", place):
            expression, place = expression + ".*", place + 2
        else:
            letter = folded[place]
            expression += {"*": "[^/]*", "?": "[^/]"}.get(letter) or re2.escape(letter)
            place += 1
    # Linear in the path's length whatever the glob is.
    return folded, re2.compile(f"(?s){expression}")
