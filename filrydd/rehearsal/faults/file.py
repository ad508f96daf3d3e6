"""Reading a fault file: all that is wrong with it is told at once, each with its line."""

from pathlib import Path
from typing import Any

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.rehearsal.faults import sections
from filrydd.rehearsal.faults.reading import Reading
from filrydd.rehearsal.faults.setting import Bad
from filrydd.rehearsal.faults.yaml_tree import LARGEST, Problem, load

_KEYS = ("seed", "throttle", "clock", "quota", "tokens", "people", "faults")
_YEARS = 10 * 366 * 86_400
_SHOWN = 50


def read(path: Path) -> Bad:
    """What a fault file says. Raises FilryddError with every problem in its details."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise FilryddError(
            _("The fault file {path} cannot be read: {why}").format(path=path, why=error.strerror or error),
            next=_("Name a file that is there."),
        ) from error
    content, lines, problems = load(data)
    if not problems:
        reading = Reading(lines)
        bad = _bad(reading, content)
        problems = reading.problems
        if not problems:
            return bad
    raise FilryddError(
        _("The fault file {path} cannot be used.").format(path=path),
        next=_("Mend what is named, and try again."),
        details=tuple(_said(problem) for problem in sorted(problems)[:_SHOWN]),
    )


def _said(problem: Problem) -> str:
    line, what = problem
    return _("Line {line}: {what}").format(line=line, what=what)


def _bad(reading: Reading, content: Any) -> Bad:
    keys = reading.keys(content, (), *_KEYS)
    clock = reading.keys(keys.raw("clock"), ("clock",), "ahead_seconds", "drift")
    return Bad(
        seed=keys.whole("seed", 0, 1 << 63),
        throttle=sections.throttle(reading, keys.raw("throttle"), ("throttle",)),
        ahead_seconds=clock.number("ahead_seconds", -_YEARS, _YEARS),
        drift=clock.number("drift", -0.9, 100) or 0.0,
        quota=keys.whole("quota", 0, sections.MOST),
        tokens=keys.whole("tokens", 1, 10**6),
        rules=sections.rules(reading, keys.raw("faults"), ("faults",)),
        people=sections.people(reading, keys.raw("people"), ("people",)),
    )
