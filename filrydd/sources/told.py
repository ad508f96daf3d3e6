"""What one entry's own answer is among those of many: what was asked for, or the trouble with it."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources.source import EntryTrouble

P = ParamSpec("P")
T = TypeVar("T")

CHANGED = "the permissions are none of those that were expected"


def told(path: str, kind: Kind, ask: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | Trouble:
    """What `ask` returns; the Trouble when it raises EntryTrouble, or ValueError for bytes that are no descriptor."""
    try:
        return ask(*given, **named)
    except EntryTrouble as trouble:
        return Trouble(path, kind, trouble.reason, trouble.detail)
    except ValueError as error:
        return Trouble(path, kind, Reason.FAULT, str(error))
